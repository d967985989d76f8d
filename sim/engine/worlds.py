"""Many runs in which uncertain numbers of the scenario differ from draw to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.engine.engine import PAGE, Engine
from sim.engine.families import Family
from sim.engine.pages import Lot, page_of
from sim.engine.uncertain import CUT, Free, drawn
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower

BLOCK = 256
"""Draws that are prepared together."""


@dataclass(frozen=True)
class Worlds:
    """A scenario whose uncertain numbers are drawn: the same events and names, other numbers."""

    scenario: Scenario
    free: tuple[Free, ...]
    months: int

    @cached_property
    def world(self) -> World:
        """The scenario with the numbers of its file."""
        return lower(self.scenario, self.months)

    @cached_property
    def _family(self) -> Family | None:
        """The scenario with its uncertain numbers traced, as far as priors reach."""
        ends = np.array([-CUT, CUT])
        reach = drawn(self.scenario, self.free, {entry.name: entry.value(ends) for entry in self.free})
        ranges = {path: (float(values.min()), float(values.max())) for path, values in reach.items()}
        if ranges:
            return Family.inside(self.scenario, ranges, self.months)
        return None

    @cached_property
    def _own(self) -> Engine:
        if self._family is not None:
            return self._family.engine
        return Engine.of(self.world)

    def engines(self, values: Mapping[str, np.ndarray]) -> list[Engine]:
        """An engine for each draw of the entries' values, by name (draws,). Raises ScenarioError."""
        numbers = drawn(self.scenario, self.free, values)
        count = len(next(iter(values.values())))
        engines = []
        for draw, engine in enumerate(self._together(numbers, count)):
            # a draw that goes another way than the others is prepared by itself
            if engine is None:
                engine = self._alone(numbers, draw)
            engines.append(engine)
        return engines

    def _together(self, numbers: Mapping[str, np.ndarray], count: int) -> list[Engine | None]:
        """The engines of draws that go the same way (draws,); None for the others."""
        if self._family is None:
            return [None] * count
        given, values = self.scenario.numbers, []
        for path in self._family.bounds:
            values.append(numbers.get(path, np.full(count, given[path])))
        return self._family.engines(np.array(values))

    def _alone(self, numbers: Mapping[str, np.ndarray], draw: int) -> Engine:
        """A draw prepared by itself. Raises ScenarioError for numbers that the scenario cannot have."""
        try:
            own = self.scenario.override({path: float(value[draw]) for path, value in numbers.items()})
        except ScenarioError as error:
            hint = "in a draw of the uncertain numbers; make its sd smaller"
            raise ScenarioError([f"{each}, {hint}" for each in error.problems]) from None
        return Engine.of(lower(own, self.months), [self._own])


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
        draws = self._draws
        each = runs // draws
        # prepared in blocks: all engines at once would fill the memory
        for first in range(0, draws, BLOCK):
            some = {name: values[first : first + BLOCK] for name, values in self.values.items()}
            for draw, engine in enumerate(self.worlds.engines(some), start=first):
                for start in range(0, each, page):
                    yield Lot(engine, runs_of(draw, draws, start, min(start + page, each)))

    def of(self, run: int, runs: int) -> Lot:
        draws = self._draws
        draw = run % draws
        engine = self.worlds.engines({name: values[[draw]] for name, values in self.values.items()})[0]
        return Lot(engine, runs_of(draw, draws, *page_of(run // draws, runs // draws)))


def runs_of(draw: int, draws: int, start: int, stop: int) -> np.ndarray:
    """Numbers of the runs of a draw, from its run `start` to before its run `stop` (runs,)."""
    return draw + draws * np.arange(start, stop, dtype=np.uint64)
