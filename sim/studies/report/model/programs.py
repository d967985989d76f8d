"""The programs of a page: the ways that a scenario goes under each theory of choice, run and told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.engine import cache, wasm
from sim.engine.engine import text_of
from sim.engine.families import Stage, Told
from sim.refusal import ScenarioError, one_line
from sim.registry import THEORIES
from sim.scenario.load import Scenario
from sim.studies.report.model.blob import Blob, Place
from sim.studies.report.model.encode import Columns, program_of, stage_of, tape_of
from sim.studies.report.model.tell import Telling
from sim.studies.report.model.ways import Inputs, Stages, Way, ways_of


@dataclass
class Programs:
    """Gathers programs: arrays and modules in the blob, words and tables of what is told.

    free: the month [after the start] from which on runs are free, each from a past of its own; 0: all from
    the start. columns: of the state of such pasts.
    """

    scenario: Scenario
    inputs: Inputs
    blob: Blob
    free: int = 0
    columns: Columns = field(default_factory=Columns)
    own: list[Way] = field(default_factory=list)
    modules: list[Place] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)

    def theory(self, name: str) -> dict[str, Any]:
        """A theory of choice with the ways that the scenario goes under it. Raises BadInput."""
        scenario = self.scenario
        if name != scenario.case.decision.theory:
            scenario = scenario.override({"decision.theory": name})
        found = ways_of(scenario, self.inputs)
        # the scenario's own theory is the first
        self.own = self.own or found
        ways = [self._way(way) for way in found]
        says = (THEORIES[name].__doc__ or name).strip().splitlines()[0]
        return {"name": name, "label": name, "says": says, "ways": ways}

    def _way(self, way: Way) -> dict[str, Any]:
        """A way: stages that modules go, and the same as they are told."""
        run, told = list[dict[str, Any]](), list[dict[str, Any]]()
        for since, stage, before in _in_turn(way.stages):
            run.append(self._stage(since, stage, before) | {"module": self._module(stage)})
        for since, stage, before in _in_turn(way.telling):
            told.append(self._stage(since, stage, before) | self._told(stage, way.told))
        return {"tape": tape_of(self.blob, way.tape), "stages": run, "tells": told}

    def _stage(self, since: int, stage: Stage, before: Stage | None) -> dict[str, Any]:
        """A stage; of one before which pasts may end what it goes on from."""
        columns = self.columns if 0 <= since <= self.free and self.free else None
        return stage_of(self.blob, since, stage, before, columns)

    def _told(self, stage: Stage, told: Told) -> dict[str, Any]:
        """The operations of a month that is told, and the table of what is told of it."""
        world, program = stage.engine.world, stage.engine.program
        series = [name for name in world.series if name in program.slots]
        return program_of(self.blob, program, series) | {"events": self.telling.table(world, told, program)}

    def _module(self, stage: Stage) -> int:
        """The place of a module among those of the page."""
        text = text_of(stage.engine.world, stage.engine.program, wasm.LANES)
        place = self.blob.put("u1", module_of(text, self.scenario.name))
        if place not in self.modules:
            self.modules.append(place)
        return self.modules.index(place)


def module_of(text: str, name: str) -> bytes:
    """The module of a source; kept between processes, as machine code is.

    name: of the scenario that it belongs to. Raises ScenarioError where LLVM comes without the target.
    """
    made_by = f"{wasm.TRIPLE} {wasm.FEATURES} {wasm.maker()}"
    key = hashlib.sha256(f"{made_by}\n{text}".encode()).hexdigest()
    code = cache.fetch(key)
    if code is None:
        try:
            code = wasm.module(text)
        except RuntimeError as error:
            told = f"the installed llvmlite makes no WebAssembly ({one_line(error)}); update it"
            raise ScenarioError([f"{name}: {told}"]) from None
        cache.keep(key, code)
    return code


def _in_turn(stages: Stages) -> Iterator[tuple[int, Stage, Stage | None]]:
    """Stages by the month from which on, each with the one before."""
    before = None
    for since, stage in stages:
        yield since, stage, before
        before = stage
