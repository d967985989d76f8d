"""Many runs in which uncertain numbers of the scenario differ from draw to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from sim.engine.engine import PAGE, Engine
from sim.engine.families import Family, Told, noting, watching
from sim.engine.knowing import NOTHING_KNOWN, Known, knowing
from sim.engine.pages import Lot, lots_of, page_of, same_luck
from sim.engine.uncertain import Entry, drawn
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.wholes import wholes

BLOCK = 256
"""Draws that are prepared together."""

ALONE = -1
"""What a draw goes that goes the way of no family."""

MOST_FAMILIES, WORTH_A_FAMILY, TRIED = 8, 8, 4
"""Families that are traced, draws of a block that are worth another one, and at how many it is tried."""

MOST_KNOWN = 8
"""Engines that are kept for the sake of their programs."""


@dataclass(frozen=True)
class Worlds:
    """A scenario whose uncertain numbers are drawn: the same events and names, other numbers.

    watched: numbers of the state that are recorded besides; known: deeds that every month keeps to;
    told: reasons of events that a month notes.
    """

    scenario: Scenario
    entries: tuple[Entry, ...]
    months: int
    watched: tuple[str, ...] = ()
    known: Known = NOTHING_KNOWN
    told: Told = field(default_factory=dict)

    @cached_property
    def world(self) -> World:
        """The scenario with the numbers of its file."""
        return self._of(lower(self.scenario, self.months))

    def _of(self, world: World) -> World:
        return watching(knowing(noting(world, self.told), self.known), self.watched)

    @cached_property
    def _reach(self) -> dict[str, tuple[float, float]]:
        """Between which values each number of the entries may lie, by path."""
        reach = drawn(self.scenario, self.entries, {entry.name: entry.ends for entry in self.entries})
        ranges = {path: (float(values.min()), float(values.max())) for path, values in reach.items()}
        # parts of a whole are scaled together: how far one reaches is up to the others
        parts = {path for whole in wholes(self.scenario) for path in whole}
        return ranges | {path: (0.0, 1.0) for path in ranges if path in parts}

    @cached_property
    def _families(self) -> list[Family]:
        """The scenario with its uncertain numbers traced, as far as they reach; more come as they are needed.

        If the program makes an exception of some numbers as they stand in the file, once beside and once at
        them.
        """
        if not self._reach:
            return []
        family = Family.beside(self.scenario, self._reach, self.months, self.watched, self.told, self.known)
        if family is None:
            return []
        own = {path: self.scenario.numbers[path] for path in self._reach}
        if family.traced == own:
            return [family]
        at_them = self._traced(self.scenario)
        return [*filter(None, (family, at_them))]

    def _traced(self, scenario: Scenario) -> Family | None:
        """The family of a scenario, traced at its numbers."""
        return Family.of(scenario, self._reach, self.months, self.watched, self.told, self.known)

    @cached_property
    def _known(self) -> list[Engine]:
        """Engines whose programs a draw that is prepared by itself may share."""
        return [family.engine for family in self._families] or [Engine.of(self.world)]

    def engines(self, values: Mapping[str, np.ndarray]) -> Iterator[tuple[Engine, np.ndarray]]:
        """Engines for draws of the entries' values, by name (draws,), in order; with the draws of each.

        An engine is at the draws (its,) as its points, counted from the first of `values`; one that has a
        single point is at a draw that goes another way than the others. Raises ScenarioError.
        """
        numbers = drawn(self.scenario, self.entries, values)
        count = len(next(iter(values.values())))
        engines, which = self._together(numbers, count)
        # stretches of draws that go the same way, and between them those that go none of the known ones
        for stretch in np.split(np.arange(count), np.flatnonzero(np.diff(which)) + 1):
            if which[stretch[0]] != ALONE:
                yield engines[which[stretch[0]]], stretch
                continue
            for draw in stretch.tolist():
                yield self._alone(numbers, draw), np.array([draw])

    def world_of(self, values: Mapping[str, np.ndarray]) -> World:
        """The world of a single draw, of values by name (1,). Raises ScenarioError."""
        return self._lived(drawn(self.scenario, self.entries, values), 0)

    def possible(self, values: Mapping[str, np.ndarray]) -> tuple[np.ndarray, str | None]:
        """Which draws (draws,) make a scenario, and why the first that does not makes none.

        What is plausible of each number need not be so of all together.
        """
        numbers = drawn(self.scenario, self.entries, values)
        _, which = self._together(numbers, len(next(iter(values.values()))))
        holds, reason = which != ALONE, None
        for draw in np.flatnonzero(~holds).tolist():
            try:
                self._lived(numbers, draw)
                holds[draw] = True
            except ScenarioError as error:
                reason = reason or error.problems[0]
        return holds, reason

    def _together(self, numbers: Mapping[str, np.ndarray], count: int) -> tuple[list[Engine], np.ndarray]:
        """Engines of draws that go the same way, and which of them each draw (draws,) goes; else ALONE."""
        engines, which, given = list[Engine](), np.full(count, ALONE), self.scenario.numbers
        while (which == ALONE).any():
            if len(engines) == len(self._families) and not self._widened(numbers, which):
                break
            family = self._families[len(engines)]
            values = [numbers.get(path, np.full(count, given[path])) for path in family.bounds]
            engine, holds = family.at(np.array(values))
            which[holds & (which == ALONE)] = len(engines)
            engines.append(engine)
        return engines, which

    def _widened(self, numbers: Mapping[str, np.ndarray], which: np.ndarray) -> bool:
        """Add a family traced at a draw that goes none of the known ways; whether there was cause to."""
        alone = np.flatnonzero(which == ALONE)
        can_be_traced = 0 < len(self._families) < MOST_FAMILIES
        if len(alone) < WORTH_A_FAMILY or not can_be_traced:
            return False
        for draw in alone[:TRIED].tolist():
            with suppress(ScenarioError):  # whoever runs it is told why it makes no scenario
                family = self._traced(self._drawn(numbers, draw))
                if family is not None:
                    self._families.append(family)
                    return True
        return False

    def _alone(self, numbers: Mapping[str, np.ndarray], draw: int) -> Engine:
        """A draw prepared by itself. Raises ScenarioError for numbers that the scenario cannot have."""
        try:
            own = self._lived(numbers, draw)
        except ScenarioError as error:
            hint = "in a draw of the uncertain numbers; make its sd or range smaller"
            raise ScenarioError([f"{each}, {hint}" for each in error.problems]) from None
        engine, known = Engine.of(own, self._known), self._known
        if all(engine.program is not other.program for other in known) and len(known) < MOST_KNOWN:
            known.append(engine)
        return engine

    def _lived(self, numbers: Mapping[str, np.ndarray], draw: int) -> World:
        """The scenario of a draw, ready to run. Raises ScenarioError."""
        return self._of(lower(self._drawn(numbers, draw), self.months))

    def _drawn(self, numbers: Mapping[str, np.ndarray], draw: int) -> Scenario:
        """The scenario with the numbers of a draw. Raises ScenarioError."""
        return self.scenario.override({path: float(value[draw]) for path, value in numbers.items()})


@dataclass(frozen=True)
class OnSameLuck:
    """The same runs under each of some draws, all on the same luck: what differs is due to the draws."""

    worlds: Worlds
    values: Mapping[str, np.ndarray]

    def all(self, runs: range, page: int = PAGE) -> Iterator[Lot]:
        """Lots in the order of the draws, and for each draw in the order of its runs."""
        draws = len(next(iter(self.values.values())))
        for first in range(0, draws, BLOCK):
            some = {name: values[first : first + BLOCK] for name, values in self.values.items()}
            for engine, points in self.worlds.engines(some):
                yield from lots_of(engine, points, runs, same_luck, page)


@dataclass(frozen=True)
class UnderDraws:
    """Runs that live under draws in turn: values of the uncertain entries by name (draws,)."""

    worlds: Worlds
    values: Mapping[str, np.ndarray]

    @property
    def _draws(self) -> int:
        return len(next(iter(self.values.values())))

    def all(self, runs: int, page: int = PAGE) -> Iterator[Lot]:
        """Draw by draw, each with the runs draw, draw + draws, draw + 2 draws and so on.

        So every run has luck of its own, and the first runs are spread over all draws.
        """
        each = range(runs // self._draws)
        # prepared in blocks: all draws at once would fill the memory
        for first in range(0, self._draws, BLOCK):
            numbered = partial(self._numbered, first)
            for engine, points in self.worlds.engines(self._some(slice(first, first + BLOCK))):
                yield from lots_of(engine, points, each, numbered, page)

    def of(self, run: int, runs: int) -> Lot:
        """The page of its draw that a run belongs to; the rows of a lot are those of its pages."""
        draw = run % self._draws
        page = range(*page_of(run // self._draws, runs // self._draws))
        engine, points = next(self.worlds.engines(self._some(slice(draw, draw + 1))))
        return next(lots_of(engine, points, page, partial(self._numbered, draw)))

    def _some(self, draws: slice) -> dict[str, np.ndarray]:
        return {name: values[draws] for name, values in self.values.items()}

    def _numbered(self, first: int, points: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Numbers of runs of draws that are counted from the draw `first`."""
        return (first + points.astype(np.uint64)) + np.uint64(self._draws) * own
