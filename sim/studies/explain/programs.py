"""Worlds in which some of several players make their changes: as few programs as there can be for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.engine.engine import Engine
from sim.engine.families import ANYWHERE, DONE, Family, as_done, traceable
from sim.refusal import ScenarioError
from sim.rules.numbers import is_number
from sim.scenario.interventions import triggered
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.explain.changes import Change, changed, entries
from sim.studies.explain.players import Player


@dataclass(frozen=True)
class Programs:
    """A scenario, and the engines of the worlds that changes of some players make of it.

    Worlds that differ in numbers from the first month on are points of one program. Anything else, such as
    what is forbidden, or a number at which a program makes an exception, takes a program of its own.
    how: what a player is that makes its changes, in a word for messages.
    """

    scenario: Scenario
    players: tuple[Player, ...]
    months: int
    how: str
    _families: dict[bytes, Family | None] = field(default_factory=dict, repr=False, compare=False)
    _alike: list[Engine] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def apart(self) -> np.ndarray:
        """Players (some,), by place, of whom each subset takes a program of its own."""
        apart = [not all(map(self._is_number, player.changes)) for player in self.players]
        numbers = np.flatnonzero(~np.array(apart, dtype=bool))
        ranges, holds = dict.fromkeys(self._names(numbers), ANYWHERE), np.zeros(len(numbers), dtype=bool)
        family = Family.of(self.scenario, ranges, self.months)
        if ranges and family is not None:
            # a number at which the program makes an exception leaves the way of all others
            holds = family.holds(self._values(numbers, np.eye(len(self.players), dtype=bool)[numbers]))
        return np.setdiff1d(np.arange(len(self.players)), numbers[holds])

    @cached_property
    def _together(self) -> np.ndarray:
        """All others: their changes are points of a program."""
        return np.setdiff1d(np.arange(len(self.players)), self.apart)

    def engines(self, points: np.ndarray) -> tuple[list[Engine], np.ndarray]:
        """The engines of worlds, each with the changes of some players (worlds, players).

        And which of them runs each world, as which of its points (worlds, 2). What those who are `apart` do
        is the same in all. Raises ScenarioError.
        """
        engines, holds = list[Engine](), np.zeros(len(points), dtype=bool)
        family = self._family(points[0, self.apart])
        if family is not None:
            engine, holds = family.at(self._values(self._together, points))
            engines.append(engine)
        which = np.stack([np.zeros(len(points), dtype=np.intp), np.arange(len(points))], axis=1)
        for point in np.flatnonzero(~holds):
            which[point] = len(engines), 0
            engines.append(self._alone(points[point]))
        return engines, which

    def _family(self, kind: np.ndarray) -> Family | None:
        """The world with the changes of some of those who are apart (apart,), numbers of the others free."""
        key = kind.tobytes()
        if key not in self._families:
            ranges = dict.fromkeys(self._names(self._together), ANYWHERE)
            self._families[key] = Family.of(self._changed(self.apart[kind]), ranges, self.months)
        return self._families[key]

    def _alone(self, point: np.ndarray) -> Engine:
        """A world prepared by itself. Raises ScenarioError."""
        engine = Engine.of(lower(self._changed(np.flatnonzero(point)), self.months), self._alike)
        self._alike.append(engine)
        return engine

    def _changed(self, places: np.ndarray) -> Scenario:
        """The world with the changes of some players. Raises ScenarioError, which names them."""
        players = [self.players[place] for place in places]
        try:
            return changed(self.scenario, [change for player in players for change in player.changes])
        except ScenarioError as error:
            names = ", ".join(player.name for player in players)
            raise ScenarioError([f"with {names} {self.how}: {each}" for each in error.problems]) from None

    def _is_number(self, change: Change) -> bool:
        """Whether a change sets a number, from the first month on, that may differ from point to point."""
        if not is_number(change.value) or not np.isfinite(change.value):
            return False
        return change.since in (None, self.scenario.case.time.start) and change.key in self._traceable

    @cached_property
    def _traceable(self) -> set[str]:
        """Numbers that points of a program may differ in: those that nobody else sets later."""
        case = self.scenario.case
        waiting = triggered(self.scenario.raw, case, case.interventions.when)
        return set(traceable(self.scenario)) - entries(self.scenario).keys() - waiting.keys()

    def _names(self, places: Iterable[int]) -> dict[str, list[tuple[int, float]]]:
        """Numbers that some players set, by the names that a family has for them: who sets it, to what."""
        found: dict[str, list[tuple[int, float]]] = {}
        for place in places:
            for change in self.players[place].changes:
                name = change.key
                if change.since is not None:
                    name = as_done(name)
                found.setdefault(name, []).append((place, float(change.value)))
        return found

    def _values(self, places: Iterable[int], points: np.ndarray) -> np.ndarray:
        """The numbers that some players set (numbers, points), at points at which some of them do."""
        rows, names = dict[str, np.ndarray](), self._names(places)
        # what is read otherwise is also what everybody goes on with, unless somebody does otherwise
        for name in sorted(names, key=lambda name: name.startswith(DONE)):
            path = name.removeprefix(DONE)
            own = rows.get(path, np.full(len(points), self.scenario.numbers[path])).copy()
            for place, value in names[name]:
                own[points[:, place]] = value
            rows[name] = own
        return np.array([rows[name] for name in names]).reshape(len(names), len(points))
