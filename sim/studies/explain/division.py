"""What a number, or a difference, is made of: a base with no player on, and what each player adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference
from sim.statistics.shares import mean_of
from sim.studies.explain.players import Player
from sim.studies.explain.shapley import Pair, Plan, Shares

MOST_SHOWN = 12
"""Players that are told one by one."""

CRUMB = 0.01
"""What a player adds, as a part of the most that one does, below which it is told with others."""

ROUNDING = 1e-12
"""Relative to the largest value, what comes from rounding."""


@dataclass(frozen=True)
class Kind:
    """What players are called, when they are on, and what there is with none and with all of them."""

    player: str
    on: str
    off: str
    none: str
    every: str

    @property
    def players(self) -> str:
        return f"{self.player}s"


MECHANISMS = Kind("mechanism", "on", "off", "none of them", "all of them")
CHANGES = Kind("change", "made", "not made", "A", "B")


@dataclass(frozen=True)
class Division:
    """A number divided among players, with intervals.

    is_share: whether the number is a probability; is_apart: whether it is a difference of two worlds.
    """

    kind: Kind
    players: tuple[Player, ...]
    plan: Plan
    shares: Shares
    is_share: bool
    is_apart: bool

    @cached_property
    def parts(self) -> tuple[Difference, ...]:
        """Shapley values of the players, with 95 % intervals."""
        return tuple(self.mean(part) for part in self.shares.parts)

    @property
    def base(self) -> Difference:
        """With no player on."""
        return self._level(self.shares.base)

    @property
    def whole(self) -> Difference:
        """With all players on."""
        return self._level(self.shares.whole)

    @property
    def is_still(self) -> bool:
        """Whether no player changes anything in any run."""
        return bool((np.abs(self.shares.parts) <= self._dust).all())

    @cached_property
    def shown(self) -> tuple[list[int], list[int]]:
        """Players by place: those that are told one by one, in the order of what they add; the rest."""
        sizes = np.abs(self.shares.parts.mean(axis=1))
        order = np.argsort(-sizes, kind="stable").tolist()
        known = [place for place in order if self.parts[place].sign and sizes[place] > CRUMB * sizes.max()]
        known = known[:MOST_SHOWN]
        # one that would be told alone can as well be named
        if len(known) == len(sizes) - 1:
            known = order
        shown = sorted(known, key=lambda place: -self.parts[place].mean)
        return shown, [place for place in range(len(sizes)) if place not in shown]

    def together(self, places: list[int]) -> Difference:
        """What some players add, summed."""
        return self.mean(self.shares.parts[places].sum(axis=0))

    @cached_property
    def known_pairs(self) -> list[tuple[Difference, Pair]]:
        """Pairs whose interaction is beyond chance, for all pairs together, the strongest first; with it."""
        found = [(self.interaction(pair), pair) for pair in self.shares.pairs]
        return sorted((each for each in found if each[0].sign), key=lambda each: -abs(each[0].mean))

    def interaction(self, pair: Pair) -> Difference:
        """What two players add together beyond what each adds alone; its interval is one of all pairs."""
        return self.mean(pair.together, len(self.shares.pairs))

    def mean(self, values: np.ndarray, family: int = 1) -> Difference:
        """The mean of what is added in runs (runs,), with its interval."""
        return mean_of(values, float(self.is_share), family, self._dust)

    @cached_property
    def _dust(self) -> float:
        """What weights and sums of values leave behind by rounding."""
        shares = self.shares
        sizes = [shares.base, shares.whole, shares.parts, *(pair.corners for pair in shares.pairs)]
        return ROUNDING * max(float(np.abs(each).max(initial=0.0)) for each in sizes)

    def _level(self, values: np.ndarray) -> Difference:
        if not self.is_apart:
            return level_of(values, self.is_share)
        found = self.mean(values)
        if not self.is_share:
            return found
        # probabilities of two worlds are no more than 1 apart
        return Difference(found.mean, max(found.low, -1.0), min(found.high, 1.0))


def level_of(values: np.ndarray, is_share: bool) -> Difference:
    """The mean of an outcome over runs (runs,) with its 95 % interval, Wilson's for a share."""
    if not is_share:
        return mean_of(values)
    low, high = wilson(values.sum(), len(values))
    return Difference(float(values.mean()), float(low), float(high))
