"""Shapley values of players, and what pairs of them add together, from a value per coalition and run.

A player's value is what it adds to those that are on before it, in the mean over all orders in which players
can be switched on (Shapley 1953); so values add up to what all players add to none. It is linear, so each run
has values of its own. Up to MOST_EXACT players every coalition is run on all luck. Of more players each run
has one order, drawn at random, and the same order backwards (Mitchell et al. 2022, JMLR 23:43): runs then are
independent in luck and order together, and one interval tells of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb

import numpy as np

from sim.studies.explain.game import Game, Tell

MOST_EXACT = 10
"""Players of whom all coalitions are run."""

AT_ONCE = 2**20
"""Values that are asked for together, about."""

NEITHER, FIRST, SECOND, BOTH = range(4)
"""Which of a pair are on, besides those that were on before."""


@dataclass(frozen=True)
class Plan:
    """Which coalitions are run: each in all runs, or those along an order of each run's own.

    orders (runs, players): players in the order in which they are switched on; None if all coalitions are.
    """

    players: int
    runs: int
    orders: np.ndarray | None = None

    @classmethod
    def of(cls, players: int, runs: int, seed: int) -> Plan:
        if players <= MOST_EXACT:
            return cls(players, runs)
        own = np.tile(np.arange(players), (runs, 1))
        return cls(players, runs, np.random.default_rng(seed).permuted(own, axis=1))

    @property
    def per_run(self) -> int:
        """Values that each run takes."""
        if self.orders is None:
            return 2**self.players
        return 4 * self.players - 2

    def parts(self) -> Iterator[range]:
        """The runs, as many together as memory holds well."""
        size = max(AT_ONCE // self.per_run, 1)
        for first in range(0, self.runs, size):
            yield range(first, min(first + size, self.runs))


@dataclass(frozen=True)
class Pair:
    """What two players are worth with and without each other in some runs: values (4, runs).

    Rows: NEITHER, FIRST, SECOND, BOTH of them on, in the mean over who else is.
    """

    first: int
    second: int
    corners: np.ndarray

    @property
    def together(self) -> np.ndarray:
        """What they add together beyond what each adds alone (runs,): Shapley interaction index.

        Grabisch and Roubens 1999, International Journal of Game Theory 28:547.
        """
        return self.added(FIRST, beside=True) - self.added(FIRST, beside=False)

    def added(self, who: int, beside: bool) -> np.ndarray:
        """What the FIRST or SECOND adds (runs,) while the other is on (beside) or off."""
        if beside:
            return self.corners[BOTH] - self.corners[FIRST + SECOND - who]
        return self.corners[who] - self.corners[NEITHER]


@dataclass(frozen=True)
class Shares:
    """A game played out: each run's value with no player on, with all, and each player's share of the way.

    base, whole (runs,); parts (players, runs) add up to whole less base in each run; pairs: of all players
    that met. ok (all runs,): which runs these are, as those that failed in any world are left out.
    """

    base: np.ndarray
    whole: np.ndarray
    parts: np.ndarray
    pairs: tuple[Pair, ...]
    ok: np.ndarray


def played(game: Game, plan: Plan, tell: Tell = lambda done: None) -> Shares:
    """Shapley values and pairs of a game, as planned. Raises ScenarioError."""
    if plan.orders is None:
        play = partial(_all_coalitions, game, plan.players)
    else:
        play = partial(_along_orders, game, plan.orders)
    found = [play(runs, tell) for runs in plan.parts()]
    joined = [np.concatenate(each, axis=-1) for each in zip(*found, strict=True)]
    ok, base, whole, parts, keys, corners = joined
    return Shares(base, whole, parts, tuple(_pairs(plan.players, keys, corners)), ok)


Played = tuple[np.ndarray, ...]
"""Which runs count (all,), base and whole (runs,), parts (players, runs), keys of pairs (some,) and their
corners (4, some).
"""


def _all_coalitions(game: Game, players: int, runs: range, tell: Tell) -> Played:
    """Every coalition in all runs: coalition c has the players of whom c has a bit."""
    on = np.arange(2**players)[:, None] >> np.arange(players) & 1 == 1
    each = np.repeat(on, len(runs), axis=0)
    found = game.values(each, np.tile(np.array(runs), len(on)), tell).reshape(len(on), -1)
    ok, size = ~np.isnan(found).any(axis=0), on.sum(axis=1)
    found = found[:, ok]
    parts = np.empty((players, found.shape[1]))
    for player in range(players):
        without = np.flatnonzero(~on[:, player])
        weights = _weights(size[without], players - 1)
        parts[player] = weights @ (found[without | 1 << player] - found[without])
    keys, corners = list[int](), [np.empty((4, 0))]
    for first, second in combinations(range(players), 2):
        neither = np.flatnonzero(~on[:, first] & ~on[:, second])
        weights = _weights(size[neither], players - 2)
        added = (0, 1 << first, 1 << second, 1 << first | 1 << second)
        corners.append(np.array([weights @ found[neither | bits] for bits in added]))
        keys.append(first * players + second)
    return ok, found[0], found[-1], parts, np.repeat(keys, found.shape[1]), np.concatenate(corners, axis=1)


def _weights(size: np.ndarray, others: int) -> np.ndarray:
    """How often those before a player, or a pair, are just these: by how many they are of how many others."""
    return np.array([1 / ((others + 1) * comb(others, own)) for own in size.tolist()])


def _along_orders(game: Game, orders: np.ndarray, runs: range, tell: Tell) -> Played:
    """Along the order of each run, forth and back."""
    own, players = orders[runs.start : runs.stop], orders.shape[1]
    there, swapped_there = _line(own)
    back, swapped_back = _line(own[:, ::-1])
    # none and all are the same both ways
    on = np.concatenate([there, back[:, 1:-1], swapped_there, swapped_back], axis=1)
    each = np.repeat(np.array(runs), on.shape[1])
    found = game.values(on.reshape(-1, players), each, tell).reshape(on.shape[:2])
    ok = ~np.isnan(found).any(axis=1)
    found, own = found[ok], own[ok]
    forth, inner, one, other = np.split(found, np.cumsum([players + 1, players - 1, players - 1]), axis=1)
    # the way back, told from all to none
    back = np.concatenate([forth[:, -1:], inner[:, ::-1], forth[:, :1]], axis=1)
    added = (np.diff(forth, axis=1) - np.diff(back, axis=1)) / 2
    parts = np.empty((players, len(own)))
    np.put_along_axis(parts, own.T, added.T, axis=0)
    keys, corners = _met(own, forth, back, one, other[:, ::-1])
    return ok, forth[:, 0], forth[:, -1], parts, keys, corners


def _line(orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coalitions along orders (runs, players): from none to all (runs, players + 1, players).

    And for each two that follow each other (runs, players - 1, players) those before them with the second of
    the two alone.
    """
    rank = np.argsort(orders, axis=1)[:, None]
    place = np.arange(orders.shape[1] + 1)[:, None]
    line = rank < place
    swapped = (rank < place[:-2]) | (rank == place[:-2] + 1)
    return line, swapped


def _met(
    orders: np.ndarray, forth: np.ndarray, back: np.ndarray, one: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Keys (some,) and corners (4, some) of those who follow each other in orders (runs, players).

    Two who do so meet a coalition before them, and on the way back all the others.
    """
    there = np.array([forth[:, :-2], forth[:, 1:-1], one, forth[:, 2:]])
    returning = np.array([back[:, 2:], other, back[:, 1:-1], back[:, :-2]])
    corners, (first, second) = (there + returning) / 2, (orders[:, :-1], orders[:, 1:])
    turned = first > second
    corners[1:3] = np.where(turned, corners[2:0:-1], corners[1:3])
    keys = np.minimum(first, second) * orders.shape[1] + np.maximum(first, second)
    return keys.reshape(-1), corners.reshape(4, -1)


def _pairs(players: int, keys: np.ndarray, corners: np.ndarray) -> Iterator[Pair]:
    """Pairs by the order of players, each with the runs in which it met."""
    order = np.argsort(keys, kind="stable")
    known, starts = np.unique(keys[order], return_index=True)
    for key, own in zip(known.tolist(), np.split(order, starts[1:]), strict=False):
        first, second = divmod(key, players)
        yield Pair(first, second, corners[:, own])
