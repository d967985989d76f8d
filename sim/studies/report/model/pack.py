"""The living model's data: the programs of a scenario and what a page says of its numbers, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine import cache, wasm
from sim.engine.engine import Engine, text_of
from sim.engine.families import Stage, Told
from sim.engine.fingerprint import fingerprint
from sim.engine.history import History
from sim.engine.setups import Setup
from sim.outcomes.target import target_of
from sim.refusal import ScenarioError
from sim.registry import THEORIES
from sim.scenario.asked import simulated
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.studies.report.model.asked import Asked
from sim.studies.report.model.blob import Blob, Place
from sim.studies.report.model.doubt import Doubt
from sim.studies.report.model.encode import COMPARISONS, PRIMITIVES, arities, program_of, stage_of, tape_of
from sim.studies.report.model.numbers import DO, Choice, Number
from sim.studies.report.model.presets import presets_of
from sim.studies.report.model.tell import Telling
from sim.studies.report.model.ways import Inputs, Stages, Way, ways_of

CHECKED = 256
"""Futures of the scenario as it stands whose hash travels: what a page can check itself by."""


def pack(setup: Setup, of: str | None = None, seed: int = 1, command: str = "") -> dict[str, Any]:
    """The data of a living page about a scenario, as JSON takes them.

    setup: the scenario, or draws of its uncertain numbers, of which the first travel; of: the outcome that
    the page is about (the first if None); command: what makes the page. Raises ScenarioError with a clear
    reason for a scenario that cannot travel.

    >>> import sim
    >>> from sim.engine.setups import Plain
    >>> made = pack(Plain(sim.load("armenia-2024")))
    >>> made["months"], made["start"], made["modules"] > 0
    (48, '2024-06', True)
    """
    return Packer(setup, of, seed, command).packed()


@dataclass
class Packer:
    """Gathers the data of one page."""

    setup: Setup
    of: str | None
    seed: int
    command: str
    blob: Blob = field(default_factory=Blob)
    left_out: list[str] = field(default_factory=list)
    modules: list[Place] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)

    @property
    def scenario(self) -> Scenario:
        return self.setup.scenario

    @cached_property
    def world(self) -> World:
        return lower(self.scenario)

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers that move."""
        choice = Choice(self.world, self.left_out)
        return choice.numbers()

    @cached_property
    def doubt(self) -> Doubt | None:
        return Doubt.of(self.setup, self.seed)

    @cached_property
    def inputs(self) -> Inputs:
        """What the tapes compute from."""
        moved = [number.path for number in self.numbers if not number.stock]
        drawn = self.doubt.paths if self.doubt is not None else ()
        return Inputs(
            tuple(dict.fromkeys([*moved, *drawn])),
            tuple(each.path for each in self.numbers if each.kind == DO and not each.stock),
            tuple(each.path for each in self.numbers if each.stock),
        )

    @cached_property
    def theories(self) -> list[str]:
        """Theories of choice, the scenario's own first."""
        case = self.scenario.case
        others = case.page.theories if case.page.theories is not None else THEORIES.shipped
        return list(dict.fromkeys([case.decision.theory, *others]))

    @cached_property
    def sample(self) -> History:
        """Some futures of the scenario as it stands."""
        return Engine.of(self.world).page(self.seed, np.arange(CHECKED, dtype=np.uint64))

    def packed(self) -> dict[str, Any]:
        """Everything. Raises ScenarioError."""
        if self.scenario.case.interventions.when:
            why = "somebody waits for something (interventions.when), which a page cannot"
            raise ScenarioError([f"{self.scenario.name}: {why}"])
        case, months = self.scenario.case, self.world.months
        asked = Asked(self.world, self.left_out)
        outcomes, postures, paths = asked.outcomes(), asked.postures(), asked.paths(self.sample)
        dates = simulated(case, months)
        events = [{"name": event.name, "label": event.label} for event in self.world.parts.events]
        theories = [self._theory(name) for name in self.theories]
        told: dict[str, Any] = {
            "name": self.scenario.name, "label": self.scenario.title, "hash": hash_of(self.scenario),
            "seed": str(self.seed), "start": case.time.start, "months": months, "dates": dates,
            "asked": self._asked(outcomes), "outcomes": outcomes, "postures": postures, "paths": paths,
            "numbers": [number.told() for number in self.numbers], "theories": theories,
            "presets": presets_of(self.scenario, self.numbers, self.theories, self.left_out),
            "command": self.command, "left_out": self.left_out,
            "check": {"first": 0, "count": CHECKED, "hash": fingerprint([self.sample])},
            "happenings": asked.happenings, "events": events, "recorded": len(self.world.recorded),
            "inputs": {"read": self.inputs.read, "done": self.inputs.done, "held": self.inputs.held},
            "own": {path: self.scenario.numbers[path] for path in self.inputs.read},
            "doubt": self.doubt.told(self.blob) if self.doubt is not None else None,
            "primitives": PRIMITIVES, "arities": arities(), "comparisons": COMPARISONS, "lanes": wasm.LANES,
            "modules": len(self.modules), "tells": self.telling.tables,
            "words": self.telling.words,
        }  # fmt: skip
        return told | {"places": self.modules, "blob": self.blob.text()}

    def _asked(self, outcomes: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The outcome that the page is about."""
        target = target_of(self.scenario, self.of)
        known = [each["name"] for each in outcomes]
        name = target.name if target.name in known else next(iter(known), None)
        if name is None:
            raise ScenarioError([f"{self.scenario.name}: has no outcome with a month to ask a page about"])
        own = outcomes[known.index(name)]
        return {key: own[key] for key in ("name", "label", "dates", "by")}

    def _theory(self, name: str) -> dict[str, Any]:
        """A theory with the ways that the scenario goes under it."""
        scenario = self.scenario
        if name != scenario.case.decision.theory:
            scenario = scenario.override({"decision.theory": name})
        ways = [self._way(way) for way in ways_of(scenario, self.inputs)]
        says = (THEORIES[name].__doc__ or name).strip().splitlines()[0]
        return {"name": name, "label": name, "says": says, "ways": ways}

    def _way(self, way: Way) -> dict[str, Any]:
        """A way that modules go, and that one future goes as it is told."""
        return {
            "tape": tape_of(self.blob, way.tape),
            "stages": [
                stage_of(self.blob, since, stage, before) | {"module": self._module(stage)}
                for since, stage, before in _in_turn(way.stages)
            ],
            "tells": [
                stage_of(self.blob, since, stage, before) | self._told(stage, way.told)
                for since, stage, before in _in_turn(way.telling)
            ],
        }

    def _told(self, stage: Stage, told: Told) -> dict[str, Any]:
        """The operations of a month that is told, and the table of what is told of it."""
        world, program = stage.engine.world, stage.engine.program
        series = [name for name in world.series if name in program.slots]
        return program_of(self.blob, program, series) | {"events": self.telling.table(world, told, program)}

    def _module(self, stage: Stage) -> int:
        """The place of a module among those of the page; kept between processes as machine code is."""
        text = text_of(stage.engine.world, stage.engine.program, wasm.LANES)
        key = hashlib.sha256(f"{wasm.TRIPLE} {wasm.FEATURES} {wasm.maker()}\n{text}".encode()).hexdigest()
        code = cache.fetch(key)
        if code is None:
            code = wasm.module(text)
            cache.keep(key, code)
        place = self.blob.put("u1", code)
        if place not in self.modules:
            self.modules.append(place)
        return self.modules.index(place)


def _in_turn(stages: Stages) -> Iterator[tuple[int, Stage, Stage | None]]:
    """Stages by the month from which on, each with the one before."""
    before = None
    for since, stage in stages:
        yield since, stage, before
        before = stage


def hash_of(scenario: Scenario) -> str:
    """What a share code says of its scenario (16 hex digits): the file with what is changed in it."""
    told = json.dumps([scenario.raw, scenario.overrides], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
