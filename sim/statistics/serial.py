"""How far chance could move a sum over years that follow from each other.

A year whose score was bad is often followed by another, so that years are fewer pieces of evidence than they
are many. Years are taken for a normal AR(1) series; how far one follows from another is not known from ten or
twenty of them, so that all persistences count, by how likely they make the years (with the level and the
scale integrated out, as in restricted maximum likelihood, which knows that a series looks less
persistent beside its own mean: Kendall 1954, Biometrika 41:403). Given one, the sum has Student's
distribution; together they have a mixture, which is the posterior of the level under the prior below
(Zellner and Tiao 1964, JASA 59:763). One number in the place of the persistence, or the slowest waves alone
(Lazarus, Lewis, Stock and Watson 2018, JBES 36:541), holds the level of an AR(.9) in three samples of four.

How often 95 % intervals for the mean of a normal AR(1) series hold it, and their median width in units of
Student's for as many independent years (`tests/test_skill_study.py`):

    years   persistence 0     .5            .9
    10      98 %   2.3        98 %   4.2    90 %   3.2
    14      98 %   1.7        98 %   4.3    93 %   4.4
    27      96 %   1.2        97 %   2.9    95 %   7.1
"""

from __future__ import annotations

import numpy as np

FEWEST_YEARS = 10
"""Years below which nothing is said of how they follow from each other."""

LEAN = 0.25
"""The prior density of a persistence is (1 - persistence)^-LEAN from -1 to 1: it leans to slow series.

Our assumption, chosen for what intervals hold in samples of 10 to 27 years: at 0 they hold an AR(.9) too
rarely from ten years, at .5 (as of Jeffreys) they are twice as wide.
"""

STEPS = 50
"""Persistences that are tried, equally likely beforehand."""

PERSISTENCES = tuple(1.0 - 2.0 * ((step + 0.5) / STEPS) ** (1.0 / (1.0 - LEAN)) for step in range(STEPS))

HALVINGS = 40
"""Of the range in which a quantile lies: to twelve digits."""


def reach(
    parts: np.ndarray,
    years: np.ndarray,
    level: float = 0.975,
    persistences: tuple[float, ...] = PERSISTENCES,
) -> float:
    """How far the sum of parts (years,) may lie from what is expected [their unit]: half of a 95 % interval.

    A part is a year's deviation from what it is expected to be; years (years,) are in the order of time, and
    some may be missing. Not a number for fewer than FEWEST_YEARS. persistences: those that
    count, equally likely beforehand.

    >>> parts, years = np.tile([1.0, -1.0], 10), np.arange(20)
    >>> [round(reach(parts, years, persistences=(each,)), 2) for each in (0.0, 0.5)]
    [9.6, 27.37]
    """
    count = len(parts)
    if count < FEWEST_YEARS:
        return np.nan
    if not np.any(parts):
        return 0.0
    weights, scales = _given(np.asarray(parts, dtype=float), np.asarray(years), np.array(persistences))
    return count * _quantile(weights, scales, count - 1, level)


def variance(parts: np.ndarray, years: np.ndarray) -> float:
    """Variance of the sum of parts [their unit squared]: of `reach`, the geometric mean over persistences.

    For counting how many independent pieces of evidence years are: where most of a series is alike, as the
    years that lie inside a wide interval, the mixture has tails that data say nothing of. Not a number for
    fewer than FEWEST_YEARS.
    """
    count = len(parts)
    if count < FEWEST_YEARS:
        return np.nan
    if not np.any(parts):
        return 0.0
    weights, scales = _given(np.asarray(parts, dtype=float), np.asarray(years), np.array(PERSISTENCES))
    return float(np.exp((weights * np.log((count * scales) ** 2)).sum()))


def _given(parts: np.ndarray, years: np.ndarray, persistences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weight of each persistence and the standard error of the mean, if it is so (persistences,)."""
    count = len(parts)
    # How far a year follows from the one before that is there, (persistences, years - 1).
    follow = persistences[:, None] ** np.diff(years)[None, :]
    fresh = 1.0 - follow**2
    # Sums of the inverse of the years' correlations, which only neighbours have a part in.
    ones = 1.0 + ((1.0 - follow) / (1.0 + follow)).sum(axis=1)
    level = (parts[0] + ((parts[1:] - follow * parts[:-1]) / (1.0 + follow)).sum(axis=1)) / ones
    off = parts[None, :] - level[:, None]
    squares = off[:, 0] ** 2 + ((off[:, 1:] - follow * off[:, :-1]) ** 2 / fresh).sum(axis=1)
    likely = -0.5 * (np.log(fresh).sum(axis=1) + np.log(ones) + (count - 1) * np.log(squares))
    weights = np.exp(likely - likely.max())
    apart = np.abs(years[:, None] - years[None, :])
    together = (persistences[:, None, None] ** apart[None, :, :]).sum(axis=(1, 2)) / count**2
    return weights / weights.sum(), np.sqrt(squares / (count - 1) * together)


def _quantile(weights: np.ndarray, scales: np.ndarray, freedom: int, level: float) -> float:
    """Of a mixture of Student's distributions about zero: between those of the narrowest and the widest."""
    from scipy.special import stdtr, stdtrit

    low, high = stdtrit(freedom, level) * np.array([scales.min(), scales.max()])
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if float((weights * stdtr(freedom, middle / scales)).sum()) < level:
            low = middle
        else:
            high = middle
    return float(high)
