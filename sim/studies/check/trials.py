"""What happens under changes of a scenario: of many side by side, where they change nothing but numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.families import ANYWHERE, Family, traceable, watching
from sim.engine.history import History
from sim.engine.interpreter import history_of, rehearse
from sim.engine.pages import lots_of
from sim.rules.state import at
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower

Changes = dict[str, Any]
"""Values by path."""

WATCHED = ("proposal", "outlook")
"""Numbers of each event that are recorded besides: what moves an event shows in its odds first."""

SIDE_BY_SIDE = 256
"""Changes that are prepared together."""

SEED = 1


class Trials:
    """A scenario with all its numbers free: one program tells what happens under any changes of them."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        events = lower(scenario).parts.events
        self._watched = [at(kind, event.name) for event in events for kind in WATCHED]
        free = {path: scenario.numbers[path] for path in traceable(scenario)}
        self._family = Family.beside(scenario, dict.fromkeys(free, ANYWHERE), watched=self._watched)
        if self._family is not None:
            free = self._family.traced
        self._places = {path: place for place, path in enumerate(free)}
        self._own = np.array(list(free.values()))

    def world(self, scenario: Scenario) -> World:
        """A scenario ready to run, with what is watched among the numbers that are recorded."""
        return watching(lower(scenario), self._watched)

    def interpreted(self, scenario: Scenario, runs: int) -> History:
        """What happens in a scenario that goes another way."""
        world = self.world(scenario)
        return history_of(world, list(rehearse(world, runs, SEED)))

    def histories(self, changes: Sequence[Changes], runs: int) -> Iterator[History | None]:
        """What happens under each of some changes that the scenario takes, in their order.

        None where they go another way. runs: whole groups of the machine code, such as 8.
        """
        for first in range(0, len(changes), SIDE_BY_SIDE):
            yield from self._together(changes[first : first + SIDE_BY_SIDE], runs)

    def _together(self, changes: Sequence[Changes], runs: int) -> Iterator[History | None]:
        """The histories under changes that are prepared together."""
        if self._family is None:
            yield from [None] * len(changes)
            return
        engine, holds = self._family.at(np.array([self._point(each) for each in changes]).T)
        holds &= [self._places.keys() >= each.keys() for each in changes]
        found = _each(engine, np.flatnonzero(holds), runs)
        for held in holds:
            if held:
                yield next(found)
            else:
                yield None

    def _point(self, changes: Changes) -> np.ndarray:
        """All numbers that are free (numbers,), some of them changed."""
        point = self._own.copy()
        for path, value in changes.items():
            if path in self._places:
                point[self._places[path]] = value
        return point


def _each(engine: Engine, points: np.ndarray, runs: int) -> Iterator[History]:
    """The history of each of some points of an engine."""
    groups = runs // engine.lanes
    assert groups * engine.lanes == runs, "a group belongs to one point"
    page = max(runs_at_once(engine.world) // runs, 1) * runs
    for lot in lots_of(engine, points, range(runs), page=page):
        found = lot.history(SEED)
        for first in range(0, len(found.raw), groups):
            own = slice(first, first + groups)
            yield History(engine.world, found.runs[:runs], found.raw[own], found.raw_codes[own])
