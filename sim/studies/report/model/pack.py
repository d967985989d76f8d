"""The living model's data: the programs of a scenario and what a page says of its numbers, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.assimilation.given import Given
from sim.assimilation.past import Past
from sim.engine import wasm
from sim.engine.beliefs import beliefs_in
from sim.engine.engine import Engine, runs_at_once
from sim.engine.fingerprint import fingerprint
from sim.engine.history import History
from sim.engine.setups import Setup
from sim.engine.uncertain import drawn
from sim.outcomes.target import target_of
from sim.refusal import BadInput, ScenarioError, one_line
from sim.registry import THEORIES
from sim.scenario.asked import simulated
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower, state_name
from sim.studies.report.model.asked import Asked
from sim.studies.report.model.blob import Blob
from sim.studies.report.model.described import DO, Number
from sim.studies.report.model.doubt import Doubt
from sim.studies.report.model.encode import COMPARISONS, PRIMITIVES, arities
from sim.studies.report.model.numbers import Choice
from sim.studies.report.model.pasts import Pasts, few_of, inputs_of, own_numbers
from sim.studies.report.model.presets import presets_of
from sim.studies.report.model.programs import Programs
from sim.studies.report.model.ways import Inputs

HELD = 0.9
"""The least part of the pasts for whose numbers the program has to hold: as many as a page asks for."""

CHECKED = 256
"""Futures of the scenario as it stands whose hash travels: what a page can check itself by."""


def pack(
    setup: Setup, of: str | None = None, seed: int = 1, command: str = "", drivers: Sequence[str] = ()
) -> dict[str, Any]:
    """The data of a living page about a scenario, as JSON takes them.

    setup: the scenario, or draws of its uncertain numbers, of which the first travel; of: the outcome that
    the page is about (the first if None); command: what makes the page; drivers: names of numbers in doubt,
    those that explain most first. What cannot travel is left out, and `left_out` says so. Raises BadInput
    with a clear reason for a scenario that cannot travel at all.

    >>> import sim
    >>> from sim.engine.setups import Plain
    >>> made = pack(Plain(sim.load("armenia-2024")))
    >>> made["months"], made["start"], made["left_out"]
    (48, '2024-06', [])
    """
    return Packer(setup, of, seed, command, drivers).packed()


@dataclass
class Packer:
    """Gathers the data of one page."""

    setup: Setup
    of: str | None
    seed: int
    command: str
    drivers: Sequence[str] = ()
    blob: Blob = field(default_factory=Blob)
    left_out: list[str] = field(default_factory=list)

    @property
    def scenario(self) -> Scenario:
        return self.setup.scenario

    @cached_property
    def world(self) -> World:
        return lower(self.scenario)

    @cached_property
    def given(self) -> Given | None:
        """The few pasts that travel, if runs have one of their own."""
        if isinstance(self.setup, Given):
            return few_of(self.setup)
        return None

    @property
    def free(self) -> int:
        """The first month [after the start] that is free."""
        return 0 if self.given is None else self.given.past.lived

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers that move."""
        return Choice(self.world, self.left_out, self.drivers, begun=self.given is not None).numbers()

    @cached_property
    def _doubt(self) -> tuple[Doubt | None, str]:
        if self.given is None:
            return Doubt.of(self.setup, self.seed)
        beliefs = own_numbers(self.given)
        if beliefs is None:
            return None, ""
        return Doubt.travelling(beliefs)

    @property
    def doubt(self) -> Doubt | None:
        return self._doubt[0]

    @cached_property
    def inputs(self) -> Inputs:
        """What the tapes compute from."""
        moved = [number.path for number in self.numbers if not number.stock]
        done = {number.path: number for number in self.numbers if number.kind == DO}
        if self.doubt is not None:
            moved += self.doubt.paths
        return Inputs(
            read=tuple(dict.fromkeys(moved)),
            done=tuple(path for path, number in done.items() if not number.stock),
            held=tuple(path for path, number in done.items() if number.stock),
        )

    @cached_property
    def programs(self) -> Programs:
        return Programs(self.scenario, self.inputs, self.blob, self.free)

    @cached_property
    def theories(self) -> list[dict[str, Any]]:
        """Theories of choice with their programs, the scenario's own first; another that the case does not
        take is left out.

        Raises BadInput where the scenario's own cannot travel.
        """
        own, others = self.scenario.case.decision.theory, self.scenario.case.page.theories
        if others is None:
            others = list(THEORIES.shipped)
        found = [self.programs.theory(own)]
        for name in dict.fromkeys(others):
            if name == own:
                continue
            try:
                found.append(self.programs.theory(name))
            except BadInput as error:
                self.left_out.append(f"theory {name}: {one_line(error)}")
        return found

    @cached_property
    def pasts(self) -> Pasts | None:
        """The pasts that travel; those that go another way than the program, or their numbers, do not."""
        if self.given is None:
            return None
        held = self._held(self.given)
        if held is None and beliefs_in(self.given.setup) is not None:
            why = self._doubt[1] or "with their own numbers they go other ways than the program"
            self.left_out.append(f"the numbers of each past: {why}; all go on with the scenario's own")
        elif held is not None and not held.all():
            self.left_out.append(
                f"{np.sum(~held)} of {len(held)} pasts: they go another way than the program"
            )
        return Pasts.of(self.given, held, self.world, self.seed)

    def _held(self, given: Given) -> np.ndarray | None:
        """For which pasts (particles,) the program holds with numbers of their own; None: for too few."""
        if self.doubt is None:
            return None
        numbers = drawn(given.scenario, self.doubt.beliefs.free, self.doubt.values)
        names, own = (*self.inputs.read, *self.inputs.done), self.inputs.own(self.scenario.numbers)
        assert self.theories, "the first is the scenario's own"
        held = self.programs.own[0].holds(inputs_of(self.doubt.beliefs, names, own, numbers))
        return held if held.mean() >= HELD else None

    @cached_property
    def sample(self) -> History:
        """Some futures of the scenario as it stands."""
        if self.pasts is not None:
            return self.pasts.futures(CHECKED)
        return Engine.of(self.world).page(self.seed, np.arange(CHECKED, dtype=np.uint64))

    def packed(self) -> dict[str, Any]:
        """Everything. Raises BadInput."""
        if self.scenario.case.interventions.when:
            why = "somebody waits for something (interventions.when), which a page cannot"
            raise ScenarioError([f"{self.scenario.name}: {why}"])
        told = self._about() | self._asks() | self._moves() | self._machine()
        # last, as whatever comes before may put something there
        return told | {"left_out": self.left_out, "blob": self.blob.text()}

    def _about(self) -> dict[str, Any]:
        """What it is, and by what a page can check itself."""
        case, months, past = self.scenario.case, self.world.months, None
        check: dict[str, Any] = {"first": 0, "count": CHECKED}
        if self.pasts is None:
            check["hash"] = fingerprint([self.sample])
        else:
            past, check["hash"] = self.pasts.past, self.pasts.print_of(self.sample)
        return {
            "name": self.scenario.name, "label": self.scenario.title, "hash": hash_of(self.scenario, past),
            "seed": str(self.seed), "start": case.time.start, "months": months,
            "dates": simulated(case, months), "command": self.command,
            "check": check, "free": self.free,
        }  # fmt: skip

    def _asks(self) -> dict[str, Any]:
        """What is asked of its futures."""
        asked = Asked(self.world, self.left_out, free=self.free)
        outcomes, paths, past = asked.outcomes(), asked.paths(self.sample), None
        if self.pasts is not None:
            names = [each["name"] for each in asked.happenings]
            assert self.theories, "their programs say what of a past they go on from"
            measured = [state_name(self.scenario.case, each["name"]) for each in paths]
            past = self.pasts.told(self.blob, list(self.programs.columns.names), names, measured)
            past["paths"] = dict(zip([each["name"] for each in paths], past["paths"].values(), strict=True))
        return {
            "asked": self._target(outcomes), "outcomes": outcomes, "happenings": asked.happenings,
            "postures": asked.postures(), "paths": paths, "past": past,
        }  # fmt: skip

    def _target(self, outcomes: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The outcome that the page is about; the first of those that travel if that does not."""
        known = {each["name"]: each for each in outcomes}
        if not known:
            raise ScenarioError([f"{self.scenario.name}: has no outcome with a month to ask a page about"])
        first = next(iter(known.values()))
        own = known.get(target_of(self.scenario, self.of).name, first)
        return {key: own[key] for key in ("name", "label", "dates", "by")}

    def _moves(self) -> dict[str, Any]:
        """What moves: numbers, presets, and draws of what is in doubt."""
        doubt = None
        if self.pasts is not None:
            doubt = self.pasts.doubt(self.blob)
        elif self.doubt is not None:
            doubt = self.doubt.told(self.blob)
        theories = [theory["name"] for theory in self.theories]
        return {
            "numbers": [number.told() for number in self.numbers],
            "presets": presets_of(self.scenario, self.numbers, theories, self.left_out, self.free),
            "inputs": asdict(self.inputs), "doubt": doubt, "doubt_why": self._doubt[1],
            "own": {path: self.scenario.numbers[path] for path in self.inputs.read},
        }  # fmt: skip

    def _machine(self) -> dict[str, Any]:
        """What runs, by theory, and how to read it."""
        theories, programs = self.theories, self.programs
        events = [{"name": event.name, "label": event.label} for event in self.world.parts.events]
        return {
            "theories": theories, "modules": programs.modules, "tells": programs.telling.tables,
            "words": programs.telling.words, "events": events, "recorded": len(self.world.recorded),
            "lanes": wasm.LANES, "page": runs_at_once(self.world), "primitives": PRIMITIVES,
            "arities": arities(), "comparisons": COMPARISONS,
        }  # fmt: skip


def hash_of(scenario: Scenario, past: Past | None = None) -> str:
    """What a share code says of its scenario (16 hex digits): the file with what is changed in it.

    past: that of its runs, if they have one of their own.
    """
    about: list[Any] = [scenario.raw, scenario.overrides]
    if past is not None:
        about += [past.source.sha256, past.month, past.seed, past.particles]
    told = json.dumps(about, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
