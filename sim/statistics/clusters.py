"""Shares of futures over many cells on the same luck: intervals that count cells and luck, not futures.

Futures of one cell share its conditions, and futures of one number share their luck in all cells. Both are
clusters, crossed: the variance of a share is that over cells plus that over luck less that of single futures
(Cameron, Gelbach and Miller 2011, J. Bus. Econ. Stat. 29:238).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.statistics.intervals import student95, wilson

SLICES, EACH = 5, 10
"""Slices of what was varied evenly, at most, and points for each of them at least."""

UNEVEN = 0.3
"""Kolmogorov's distance from even, in square roots of points, above which values may be by chance.

Of values by chance one in 100,000 samples is that even.
"""

NOTHING = 1e-12
"""A variance below it is rounding."""


@dataclass(frozen=True)
class Share:
    """A share, or a difference of two, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Terms:
    """What a cell adds to a sum of futures (cells,): so much for each hit, and for each that counts."""

    of_hits: np.ndarray
    of_counted: np.ndarray

    def __sub__(self, other: Terms) -> Terms:
        return Terms(self.of_hits - other.of_hits, self.of_counted - other.of_counted)

    def __mul__(self, by: float) -> Terms:
        return Terms(self.of_hits * by, self.of_counted * by)


def hits(weight: np.ndarray) -> Terms:
    """The hits of cells that weigh so much (cells,)."""
    return Terms(weight, np.zeros_like(weight))


def counted(weight: np.ndarray) -> Terms:
    """The futures that count of cells that weigh so much (cells,)."""
    return Terms(np.zeros_like(weight), weight)


@dataclass(frozen=True)
class Crossed:
    """Futures by cell and luck: in how many something holds, and how many count, both (cells, lots).

    A lot is some luck that all cells share; points (cells,): the design point of each cell, as cells of one
    point are no two cases. slices (cells, slices): in which slices of what was varied evenly a cell lies, if
    it was. Weights (cells,) are of cells, from 0 to 1.

    >>> held = np.array([[3.0, 4.0], [4.0, 4.0], [1.0, 0.0], [0.0, 0.0]])
    >>> found = Crossed(held, np.full((4, 2), 4.0), np.arange(4))
    >>> found.density(np.array([1.0, 1, 0, 0])).value, found.coverage(np.array([1.0, 1, 0, 0])).value
    (0.9375, 0.9375)
    """

    hits: np.ndarray
    counted: np.ndarray
    points: np.ndarray
    slices: np.ndarray | None = None

    def density(self, weight: np.ndarray, less: float = 0.0) -> Share:
        """The share of the cells' futures in which it holds, `less` of optimism taken off."""
        return self._share(hits(weight), counted(weight), weight * self.counted.sum(axis=1), less)

    def coverage(self, weight: np.ndarray, less: float = 0.0) -> Share:
        """The share of all futures in which it holds that lie in the cells, `less` of optimism taken off."""
        return self._share(hits(weight), hits(np.ones_like(weight)), self.hits.sum(axis=1), less)

    def gain(self, weight: np.ndarray, among: np.ndarray) -> Share:
        """By how much the density of the cells exceeds that of others among which they are, with 95 %."""
        inside, outside = self._sum(counted(weight)), self._sum(counted(among))
        one, other = self._sum(hits(weight)) / inside, self._sum(hits(among)) / outside
        moved = (hits(weight) - counted(weight) * one) * (1 / inside)
        moved -= (hits(among) - counted(among) * other) * (1 / outside)
        variance, freedom = self._variance(moved, weight)
        half = student95(freedom) * variance**0.5
        return Share(one - other, one - other - half, one - other + half)

    def _sum(self, terms: Terms) -> float:
        return float(terms.of_hits @ self.hits.sum(axis=1) + terms.of_counted @ self.counted.sum(axis=1))

    def _share(self, above: Terms, below: Terms, counts: np.ndarray, less: float) -> Share:
        """A ratio of two sums with Wilson's interval at the number of independent cases that vary as much.

        The lower end is that of the share without its optimism, the upper one that of the share with it, as
        the truth lies between. counts: of cases (cells,), where none of them differ.
        """
        value = self._sum(above) / self._sum(below)
        variance, freedom = self._variance((above - below * value) * (1 / self._sum(below)), counts)
        size = counts.sum() ** 2 / (counts**2).sum()
        if min(variance, value * (1 - value)) > NOTHING:
            size = value * (1 - value) / variance
        z, true = student95(freedom), min(max(value - max(less, 0.0), 0.0), 1.0)
        low, high = wilson(true * size, size, z)[0], wilson(value * size, size, z)[1]
        return Share(true, float(low), float(high))

    def _variance(self, terms: Terms, weight: np.ndarray) -> tuple[float, float]:
        """The variance of a sum, and its degrees of freedom (Satterthwaite 1946) from cells that weigh."""
        _, place = np.unique(self.points, return_inverse=True)
        each = np.zeros((place.max() + 1, self.hits.shape[1]))
        np.add.at(each, place, terms.of_hits[:, None] * self.hits + terms.of_counted[:, None] * self.counted)
        points, lots = len(np.unique(place[weight > 0])) - 1, self.hits.shape[1] - 1
        by_point = self._over_points(each.sum(axis=1)) * (points + 1) / max(points, 1)
        by_luck = (each.sum(axis=0) ** 2).sum() * (lots + 1) / max(lots, 1)
        # in few clusters the sum may fall below its own parts
        variance = max(by_point + by_luck - (each**2).sum(), by_point, by_luck)
        if variance < NOTHING:
            return 0.0, max(points, 1)
        freedom = variance**2 / (by_point**2 / max(points, 1) + by_luck**2 / max(lots, 1))
        return float(variance), float(freedom)

    def _over_points(self, sums: np.ndarray) -> float:
        """The sum of squares over points (points,), less what slices explain of it.

        In an even design each slice has its share of the points, so what only hangs on slices does not vary
        (Stein 1987, Technometrics 29:143).
        """
        if self.slices is None:
            return float((sums**2).sum())
        _, first = np.unique(self.points, return_index=True)
        slices = np.column_stack([np.ones(len(first)), self.slices[first]])
        fit, _, rank, _ = np.linalg.lstsq(slices, sums, rcond=None)
        return float(((sums - slices @ fit) ** 2).sum() * len(first) / (len(first) - rank))


def slices_of(values: np.ndarray, points: np.ndarray) -> np.ndarray | None:
    """In which slices cells lie (cells, slices) if values (cells, numbers) were varied evenly, else None.

    points (cells,): of which design point a cell is. A latin hypercube, a Sobol sequence and a grid are even.

    >>> grid = np.array([[one, other] for one in range(10) for other in range(10)], dtype=float)
    >>> slices_of(grid, np.arange(100)).shape
    (100, 8)
    >>> slices_of(np.random.default_rng(1).random((100, 2)), np.arange(100)) is None
    True
    """
    _, first = np.unique(points, return_index=True)
    own = values[first]
    count = min(SLICES, len(own) // (EACH * values.shape[1]))
    if count < 2 or not all(map(_is_even, own.T)):
        return None
    found = []
    for place in range(values.shape[1]):
        # the last slice is told by all others
        cuts = np.quantile(own[:, place], np.arange(1, count) / count)
        slice_ = np.searchsorted(cuts, values[:, place], side="right")
        found += [slice_ == number for number in range(count - 1)]
    return np.array(found, dtype=float).T


def _is_even(values: np.ndarray) -> bool:
    """Whether values (points,) lie evenly between their ends, or are few that are equally frequent."""
    levels, counts = np.unique(values, return_counts=True)
    if len(levels) <= len(values) / 2:
        return bool(np.ptp(counts) <= 1)
    place = np.sort((values - values.min()) / np.ptp(values))
    expected = (np.arange(len(values)) + 0.5) / len(values)
    return bool(np.abs(place - expected).max() * len(values) ** 0.5 < UNEVEN)
