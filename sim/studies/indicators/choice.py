"""Which two or three observables are worth watching, until when, and from which level on.

Greedily: first what tells most, then what adds most to each of those watched already, so that what says the
same in other words adds nothing (conditional mutual information, the least over all that are watched: Fleuret
2004, Journal of Machine Learning Research 5:1531).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.statistics.information import Estimate, classes_of, cuts_of
from sim.studies.indicators.half import Half
from sim.studies.indicators.seen import ANOTHER_NAME, Kind, Observable, rank_correlation

MOST = 3
"""Signposts that are chosen at most: more are not watched by anybody."""

LEVELS = 20
"""Parts of about equal size between which a level is chosen."""

HALF = 0.5
"""Part of what an observable tells at its best from which on it is worth watching."""


@dataclass(frozen=True)
class Sign:
    """An observable in a month, and the level that parts the runs.

    place: among the observables; month, best: after the start, in which it is watched and in which it tells
    most; above: whether the outcome is likelier above the level, or up to it.
    """

    place: int
    month: int
    best: int
    level: float
    above: bool

    def on_side(self, values: np.ndarray) -> np.ndarray:
        """Whether runs are on the side on which the outcome is likelier, from its values (runs,)."""
        return (values > self.level) == self.above


@dataclass(frozen=True)
class Choice:
    """What the first half of the runs says of every observable in every month."""

    half: Half

    @property
    def observables(self) -> tuple[Observable, ...]:
        return self.half.seen.observables

    @property
    def months(self) -> range:
        return range(self.half.seen.months)

    @cached_property
    def cuts(self) -> list[np.ndarray]:
        """Where observables are cut, by month (observables, classes - 1)."""
        return [self.half.cuts(month) for month in self.months]

    @cached_property
    def tells(self) -> Estimate:
        """What each tells as a share of the outcome's entropy (months, observables)."""
        return self.told_by(self.half)

    def told_by(self, half: Half) -> Estimate:
        """The same in any half; not a number where nothing can be told."""
        found = [half.tells(month, half.classes(month, self.cuts[month])) for month in self.months]
        return Estimate.together(found)

    def signs(self) -> Iterator[Sign]:
        """Signs, the best first; whoever asks for them says when it is enough."""
        watched = list[Sign]()
        # what tells nothing by itself adds nothing that could be found
        is_told = (self.tells.interval[0] > 0).any(axis=0)
        places = np.flatnonzero(is_told)
        left = self.tells.mean[:, places]
        while len(watched) < MOST and np.nanmax(left, initial=0.0) > 0:
            best, column = np.unravel_index(np.nanargmax(left), left.shape)
            sign = self._sign(first_month(left[:, column]), int(best), int(places[column]))
            yield sign
            watched.append(sign)
            added = [self.added(self.half, month, [sign], places) for month in self.months]
            left = np.fmin(left, np.array([each.mean for each in added]))

    def added(self, half: Half, month: int, watched: Sequence[Sign], places: np.ndarray) -> Estimate:
        """What some observables add in a month to those that are watched (places,): to whichever least."""
        values, cuts = half.values(month), self.cuts[month]
        classes = classes_of(values[places], cuts[places])
        known = [classes_of(values[[sign.place]], cuts[[sign.place]])[0] for sign in watched]
        for sign in watched:
            # what was read in the month of its sign is known as well
            if sign.month < month:
                then = half.seen.at(sign.month, half.which[half.open(month)])[[sign.place]]
                known.append(classes_of(then, self.cuts[sign.month][[sign.place]])[0])
        found = [half.tells(month, classes, each) for each in known]
        return Estimate.least(found)

    def best(self, signs: Sequence[Sign], most: int) -> list[tuple[int, int]]:
        """Places of some signs and of what else tells most, each with the month in which it does.

        What goes up and down with one that is there already is passed over.
        """
        tells = np.nan_to_num(self.tells.mean, nan=-1.0)
        at_best, found = tells.max(axis=0), [(sign.place, sign.best) for sign in signs]
        is_left = at_best > 0
        for place, month in found:
            is_left &= ~self._alike(place, month)
        while is_left.any() and len(found) < most:
            place = int(np.argmax(np.where(is_left, at_best, -1.0)))
            found.append((place, int(tells[:, place].argmax())))
            is_left &= ~self._alike(*found[-1])
        return found

    def _alike(self, place: int, month: int) -> np.ndarray:
        """Which observables (observables,) go up and down with one of them in a month, or are of its path."""
        values, name = self.half.values(month), self.observables[place].name
        is_alike = np.abs(rank_correlation(values[place], values)) >= ANOTHER_NAME
        return is_alike | np.array([each.name == name for each in self.observables])

    def _sign(self, month: int, best: int, place: int) -> Sign:
        """The level at which an observable tells most of the two sides."""
        values, came = self.half.values(month)[place], self.half.came[self.half.open(month)]
        levels = np.array([0.5])
        if self.observables[place].kind is not Kind.EVENT:
            levels = rounded(cuts_of(values[None], LEVELS)[0], values)
        sides = np.array([values > level for level in levels])
        most = int(np.argmax(self.half.tells(month, sides.astype(np.uint8)).mean))
        above = sides[most]
        is_likelier = came[above].mean() > came[~above].mean()
        return Sign(place, month, best, float(levels[most]), bool(is_likelier))


def first_month(told: np.ndarray) -> int:
    """The month from which on an observable tells at least HALF of its best, which comes later (months,).

    >>> first_month(np.array([0.5, 0.1, 0.3, 0.5, 0.2]))
    0
    >>> first_month(np.array([0.4, 0.1, 0.3, 0.5, 0.2]))
    2
    """
    best = int(np.nanargmax(told))
    # not a number counts as too little
    too_little = np.flatnonzero(~(told[:best] >= HALF * told[best]))
    if not len(too_little):
        return 0
    return int(too_little[-1]) + 1


def rounded(levels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Levels that part the values (runs,), in as few digits as their spread leaves.

    >>> rounded(np.array([0.31234, np.inf]), np.array([0.0, 0.5, 1.0]))
    array([0.31])
    """
    levels = levels[np.isfinite(levels)]
    low, high = np.quantile(values, [0.25, 0.75])
    spread = (high - low) or np.ptp(values)
    # two digits of the spread: a level is off by at most a twentieth of it
    digits = 1 - int(np.floor(np.log10(spread)))
    short = np.unique(levels.round(digits))
    parts = (values.min() <= short) & (short < values.max())
    if not parts.any():
        return levels
    return np.asarray(short[parts])
