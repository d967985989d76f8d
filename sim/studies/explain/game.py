"""What an outcome is in each run while some of several players are on: a game on the same luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from sim.engine.engine import Engine, runs_at_once
from sim.engine.history import History
from sim.engine.pages import Lot, simulate
from sim.engine.trunks import Trunks
from sim.outcomes.target import Target
from sim.scenario.load import Scenario
from sim.studies.explain.players import Player
from sim.studies.explain.programs import Programs

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
    trunks: pasts of their own that runs go on from, whoever is on.
    """

    scenario: Scenario
    players: tuple[Player, ...]
    target: Target
    seed: int
    off: bool = True
    threads: int | None = None
    trunks: Trunks | None = None

    @property
    def months(self) -> int:
        return self.target.months

    def values(self, on: np.ndarray, runs: np.ndarray, tell: Tell) -> np.ndarray:
        found, places = np.empty(len(runs)), list[np.ndarray]()

        def lots() -> Iterator[Lot]:
            for lot, place in self._lots(on ^ self.off, runs):
                places.append(place)
                yield replace(lot, trunk=self.trunks)

        for which, part in enumerate(simulate(lots(), self.seed, self.threads, self._asked, _joined)):
            found[places[which]] = part
            tell(len(part) * self.months)
        return found

    def _asked(self, history: History) -> np.ndarray:
        return self.target.of(history)[0]

    @cached_property
    def _programs(self) -> Programs:
        how = "made"
        if self.off:
            how = "off"
        return Programs(self.scenario, self.players, self.months, how)

    def _lots(self, made: np.ndarray, runs: np.ndarray) -> Iterator[tuple[Lot, np.ndarray]]:
        """Lots of runs, each with their places: worlds of one program one after the other."""
        for places in _alike(made[:, self._programs.apart]):
            points, point_of = np.unique(made[places], axis=0, return_inverse=True)
            order = np.argsort(point_of.reshape(-1), kind="stable")
            places, point_of = places[order], point_of.reshape(-1)[order]
            for first in range(0, len(points), BLOCK):
                block = slice(*np.searchsorted(point_of, (first, first + BLOCK)))
                engines, which = self._programs.engines(points[first : first + BLOCK])
                yield from _of_engines(engines, which[point_of[block] - first], places[block], runs)


def _alike(rows: np.ndarray) -> Iterator[np.ndarray]:
    """The places of rows that are the same, for each that there is."""
    kinds, kind_of = np.unique(rows, axis=0, return_inverse=True)
    for kind in range(len(kinds)):
        yield np.flatnonzero(kind_of.reshape(-1) == kind)


def _of_engines(
    engines: list[Engine], which: np.ndarray, places: np.ndarray, runs: np.ndarray
) -> Iterator[tuple[Lot, np.ndarray]]:
    """Lots of runs by their places (some,), each with its engine and point of it (some, 2)."""
    for number, engine in enumerate(engines):
        own = np.flatnonzero(which[:, 0] == number)
        size = runs_at_once(engine.world)
        for first in range(0, len(own), size):
            some = own[first : first + size]
            numbers = runs[places[some]].astype(np.uint64)
            yield Lot(engine, numbers, points=which[some, 1]), places[some]


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
