"""What an outcome is in each run while some of several players are on: a game on the same luck."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.families import ANYWHERE, DONE, Family, as_done, traceable
from sim.engine.history import History
from sim.engine.pages import Lot, simulate
from sim.outcomes.target import Target
from sim.refusal import ScenarioError
from sim.rules.numbers import is_number
from sim.scenario.interventions import key_of
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.explain.players import Change, Player, changed

BLOCK = 1024
"""Coalitions that are prepared together."""

Tell = Callable[[int], Any]


class Game(Protocol):
    """Named players, and a value of each coalition of them in each run."""

    @property
    def players(self) -> tuple[Player, ...]: ...

    @property
    def months(self) -> int:
        """Months that are simulated for each value, in all worlds together."""

    def values(self, on: np.ndarray, runs: np.ndarray, tell: Tell) -> np.ndarray:
        """Values (values,) of coalitions (values, players), each in one run by its number (values,).

        Not a number where a run failed. `tell` hears the run-months done. Raises ScenarioError.
        """


@dataclass(frozen=True)
class OneWorld:
    """An outcome of one world as a game: each player is a change of it.

    off: whether a player's changes are made while it is off, as those of a mechanism are, or while it is on.
    """

    scenario: Scenario
    players: tuple[Player, ...]
    target: Target
    seed: int
    off: bool = True
    threads: int | None = None
    _engines: list[Engine] = field(default_factory=list, repr=False, compare=False)

    @property
    def months(self) -> int:
        return self.target.months

    def values(self, on: np.ndarray, runs: np.ndarray, tell: Tell) -> np.ndarray:
        made = on ^ self.off
        found, places = np.empty(len(runs)), list[np.ndarray]()

        def lots() -> Iterator[Lot]:
            for lot, place in self._lots(made, runs):
                places.append(place)
                yield lot

        for which, part in enumerate(simulate(lots(), self.seed, self.threads, self._asked, _joined)):
            found[places[which]] = part
            tell(len(part) * self.months)
            places[which] = np.empty(0, dtype=np.intp)
        return found

    def _asked(self, history: History) -> np.ndarray:
        return self.target.of(history)[0]

    def _lots(self, made: np.ndarray, runs: np.ndarray) -> Iterator[tuple[Lot, np.ndarray]]:
        """Lots of runs, each with their places: worlds that differ in numbers alone share an engine."""
        kinds, kind_of = np.unique(made[:, self._own_program], axis=0, return_inverse=True)
        for number, kind in enumerate(kinds):
            places = np.flatnonzero(kind_of.reshape(-1) == number)
            points, point_of = np.unique(made[places], axis=0, return_inverse=True)
            order = np.argsort(point_of.reshape(-1), kind="stable")
            places, point_of = places[order], point_of.reshape(-1)[order]
            for first in range(0, len(points), BLOCK):
                start, stop = np.searchsorted(point_of, (first, first + BLOCK))
                block = points[first : first + BLOCK]
                engines, which = self._engines_of(kind, block)
                own, here = point_of[start:stop] - first, places[start:stop]
                yield from _of_engines(engines, which, own, here, runs)

    @cached_property
    def _own_program(self) -> np.ndarray:
        """Players (own,) by their places that change what a program cannot have at any value."""
        free = [all(map(self._is_free, player.changes)) for player in self.players]
        return np.flatnonzero(~np.array(free, dtype=bool))

    @cached_property
    def _traceable(self) -> set[str]:
        """Numbers that points of one program may differ in."""
        case = self.scenario.case
        set_by = {key_of(self.scenario.raw, case, name) for name in case.interventions.changes}
        waited = [trigger.changes for trigger in case.interventions.when.values()]
        set_by |= {key_of(self.scenario.raw, case, name) for names in waited for name in names}
        return set(traceable(self.scenario)) - set_by

    def _is_free(self, change: Change) -> bool:
        is_finite = is_number(change.value) and np.isfinite(change.value)
        is_from_the_first = change.since in (None, self.scenario.case.time.start)
        return bool(is_finite and is_from_the_first and change.key in self._traceable)

    @cached_property
    def _free(self) -> dict[str, list[tuple[int, float]]]:
        """Numbers that points differ in, by name: the players that set each, and to what."""
        found: dict[str, list[tuple[int, float]]] = {}
        for place, player in enumerate(self.players):
            for change in filter(self._is_free, player.changes):
                name = change.key if change.since is None else as_done(change.key)
                found.setdefault(name, []).append((place, float(change.value)))
        return found

    @cached_property
    def _families(self) -> dict[bytes, Family | None]:
        return {}

    def _engines_of(self, kind: np.ndarray, points: np.ndarray) -> tuple[list[Engine], np.ndarray]:
        """Engines of points (points, players) of one kind; which of them runs each, and as which point.

        Returns (points, 2).
        """
        family = self._family(kind)
        if family is None:
            holds = np.zeros(len(points), dtype=bool)
            engines = []
        else:
            engine, holds = family.at(self._rows(points))
            engines = [engine]
        which = np.stack([np.zeros(len(points), dtype=np.intp), np.arange(len(points))], axis=1)
        for point in np.flatnonzero(~holds):
            which[point] = len(engines), 0
            engines.append(self._alone(points[point]))
        return engines, which

    def _family(self, kind: np.ndarray) -> Family | None:
        """The world in which some players change what is no number, its numbers free."""
        key = kind.tobytes()
        if key not in self._families:
            places = self._own_program[kind]
            scenario = self._changed(places, self._changes(places, free=False))
            ranges = dict.fromkeys(self._free, ANYWHERE)
            self._families[key] = Family.of(scenario, ranges, self.months)
        return self._families[key]

    def _changed(self, places: np.ndarray, changes: Sequence[Change]) -> Scenario:
        """The world under changes of some players. Raises ScenarioError, which names them."""
        try:
            return changed(self.scenario, changes)
        except ScenarioError as error:
            names = ", ".join(self.players[place].name for place in places)
            how = "off" if self.off else "made"
            raise ScenarioError([f"with {names} {how}: {each}" for each in error.problems]) from None

    def _changes(self, places: Iterable[int], free: bool) -> list[Change]:
        """Changes of players: those of numbers that points differ in, or all others."""
        return [
            change
            for place in places
            for change in self.players[place].changes
            if self._is_free(change) == free
        ]

    def _rows(self, points: np.ndarray) -> np.ndarray:
        """Values of the free numbers (numbers, points): as read, and as done."""
        rows: dict[str, np.ndarray] = {}
        # what is read otherwise is also what everybody goes on with, unless somebody does otherwise
        for name in sorted(self._free, key=lambda name: name.startswith(DONE)):
            path = name.removeprefix(DONE)
            row = rows.get(path, np.full(len(points), self.scenario.numbers[path])).copy()
            for place, value in self._free[name]:
                row[points[:, place]] = value
            rows[name] = row
        return np.array([rows[name] for name in self._free]).reshape(len(rows), len(points))

    def _alone(self, point: np.ndarray) -> Engine:
        """A world prepared by itself. Raises ScenarioError."""
        places = np.flatnonzero(point)
        changes = [*self._changes(places, free=False), *self._changes(places, free=True)]
        engine = Engine.of(lower(self._changed(places, changes), self.months), self._engines)
        self._engines.append(engine)
        return engine


def _of_engines(
    engines: list[Engine], which: np.ndarray, points: np.ndarray, places: np.ndarray, runs: np.ndarray
) -> Iterator[tuple[Lot, np.ndarray]]:
    """Lots of the runs at some points (values,), with their places (values,)."""
    engine_of = which[points, 0]
    for number, engine in enumerate(engines):
        (own,) = np.nonzero(engine_of == number)
        size = runs_at_once(engine.world)
        for first in range(0, len(own), size):
            some = own[first : first + size]
            numbers = runs[places[some]].astype(np.uint64)
            yield Lot(engine, numbers, points=which[points[some], 1]), places[some]


def _joined(pieces: Any) -> np.ndarray:
    return np.concatenate([*pieces])


@dataclass(frozen=True)
class TwoWorlds:
    """What two worlds differ in as a game: the second less the first, on the same luck."""

    first: Game
    second: Game

    @property
    def players(self) -> tuple[Player, ...]:
        return self.first.players

    @property
    def months(self) -> int:
        return self.first.months + self.second.months

    def values(self, on: np.ndarray, runs: np.ndarray, tell: Tell) -> np.ndarray:
        return self.second.values(on, runs, tell) - self.first.values(on, runs, tell)
