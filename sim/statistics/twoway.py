"""The mean of numbers that hang together in two ways, such as scores of one target and scores of one year.

Scores of one target are alike, and so are those of one year, whatever their target: both are clusters,
crossed. The variance of a mean is that over the one, plus that over the other, less that of single numbers
(Cameron, Gelbach and Miller 2011, J. Bus. Econ. Stat. 29:238), but no less than over either; Student's t has
as many degrees of freedom as the way with fewest clusters, less one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.rules.numbers import total
from sim.statistics.intervals import student95, wilson

FEWEST = 5
"""Clusters of a way below which it cannot be told how far they differ."""

NOTHING = 1e-24
"""A variance below it is rounding."""


def told_apart(labels: np.ndarray) -> bool:
    """Whether there are clusters enough among labels (numbers,) to tell how far they differ."""
    return len(np.unique(labels)) >= FEWEST


def standard_error(parts: np.ndarray, ways: Sequence[np.ndarray]) -> tuple[float, int]:
    """Standard error of the sum of parts (numbers,), which sum to zero, and its degrees of freedom.

    ways: one or two labels of clusters (numbers,) each; those with fewer than FEWEST are passed over.
    Not a number, and none, if none is left.

    >>> parts = np.array([1.0, 1, -1, -1, 2, -2, 1, -1, 0, 0])
    >>> each = np.arange(10)
    >>> error, freedom = standard_error(parts, [each])
    >>> round(error, 3), freedom
    (3.944, 9)
    """
    told = [np.unique(way, return_inverse=True)[1] for way in ways if told_apart(way)]
    if not told:
        return np.nan, 0
    by_way = [_over(parts, way) for way in told]
    variance = by_way[0]
    if len(told) == 2:
        both = told[0] * (told[1].max() + 1) + told[1]
        variance = max(total(by_way) - _over(parts, np.unique(both, return_inverse=True)[1]), *by_way)
    return float(np.sqrt(variance)), min(int(way.max()) for way in told)


def _over(parts: np.ndarray, way: np.ndarray) -> float:
    """The variance of a sum over the clusters of a way (numbers,)."""
    sums = np.bincount(way, parts)
    return float((sums**2).sum() * len(sums) / max(len(sums) - 1, 1))


def mean_interval(values: np.ndarray, ways: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """The mean of values (numbers,) and the ends of its 95 % interval.

    The ends are not a number where it cannot be told, or where all values are the same.
    """
    mean = float(values.mean())
    return mean, *_around(mean, (values - mean) / len(values), ways)


def skill_interval(
    score: np.ndarray, baseline: np.ndarray, ways: Sequence[np.ndarray]
) -> tuple[float, float, float]:
    """Skill 1 - mean score / mean of the baseline, of the same questions (numbers,), and its 95 % interval.

    The ratio is linearised. Not a number where the baseline costs nothing.
    """
    own, other = float(score.mean()), float(baseline.mean())
    if not other > 0:
        return np.nan, np.nan, np.nan
    parts = (score - own / other * baseline) / (other * len(score))
    low, high = _around(1.0 - own / other, parts, ways)
    # costs are not below 0, so that no skill lies above 1
    return 1.0 - own / other, low, float(np.minimum(high, 1.0))


def _around(value: float, parts: np.ndarray, ways: Sequence[np.ndarray]) -> tuple[float, float]:
    """95 % interval around a value, by what each number adds to its error (numbers,)."""
    error, freedom = standard_error(parts, ways)
    if not error**2 > NOTHING:
        return np.nan, np.nan
    reach = student95(freedom) * error
    return value - reach, value + reach


def share_interval(holds: np.ndarray, ways: Sequence[np.ndarray]) -> tuple[float, float]:
    """95 % interval of the share of numbers (numbers,) that are 1 and not 0.

    Wilson's with as many independent numbers as would have the same standard error, never more than there are
    (Korn and Graubard 1998, Survey Methodology 24:193); where that cannot be told, as many as the first way
    has clusters.
    """
    share, count = float(holds.mean()), len(holds)
    error, freedom = standard_error((holds - share) / count, ways)
    if not error**2 > NOTHING:
        independent = len(np.unique(ways[0]))
        low, high = wilson(share * independent, independent)
    else:
        size = min(share * (1.0 - share) / error**2, count)
        low, high = wilson(share * size, size, student95(freedom))
    return float(low), float(high)
