"""Chance told apart from uncertain numbers: runs nested in draws, as one-way random effects.

y[d, r] = mean + parameters[d] + chance[d, r]. Axes: (draws, quantities); for an event y is 0 or 1.
Method of moments for unequal counts: Searle, Casella and McCulloch 1992, Variance Components, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.statistics.intervals import student95, wilson

LEVELS = (0.05, 0.95)
"""Between these levels lie 90 % of draws."""


@dataclass(frozen=True)
class Groups:
    """The runs of each draw: count (draws,), mean and sum of squares about it (draws, quantities).

    >>> groups = Groups.empty(draws=2, quantities=1)
    >>> groups.add(0, np.array([[1.0, 3.0]]))
    >>> groups.add(1, np.array([[6.0]]))
    >>> grand_mean(groups)
    array([3.33333333])
    """

    count: np.ndarray
    mean: np.ndarray
    square: np.ndarray

    @classmethod
    def empty(cls, draws: int, quantities: int) -> Groups:
        """Draws without runs."""
        nothing = np.zeros((draws, quantities))
        return cls(np.zeros(draws, dtype=np.int64), nothing, nothing.copy())

    @classmethod
    def of_counts(cls, successes: np.ndarray, count: np.ndarray) -> Groups:
        """Runs in which something happened (draws, quantities) of those that count (draws,)."""
        share = successes / np.maximum(count, 1)[:, None]
        return cls(count, share, count[:, None] * share * (1 - share))

    def add(self, draw: int, values: np.ndarray) -> None:
        """Add runs of a draw (quantities, runs): Chan, Golub and LeVeque 1979, updating formula 2.1b."""
        runs, before = values.shape[1], int(self.count[draw])
        if runs == 0:
            return
        mean = values.mean(axis=1)
        step = mean - self.mean[draw]
        among = step**2 * (before * runs / (before + runs))
        self.square[draw] += ((values - mean[:, None]) ** 2).sum(axis=1) + among
        self.mean[draw] += step * (runs / (before + runs))
        self.count[draw] += runs

    @property
    def used(self) -> Groups:
        """Those draws that have a run that counts."""
        kept = self.count > 0
        return Groups(self.count[kept], self.mean[kept], self.square[kept])


def grand_mean(groups: Groups) -> np.ndarray:
    """Mean over all runs (quantities,)."""
    return (groups.count[:, None] * groups.mean).sum(axis=0) / groups.count.sum()


def variances(groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Variance within draws (chance) and between draws (parameters), each (quantities,) [unit squared].

    The second is not below 0. Not a number with fewer than two draws, or no draw of two runs. Searle, Casella
    and McCulloch 1992, section 3.6: mean squares set equal to what they are expected to be.
    """
    own, runs = groups.used, int(groups.count.sum())
    draws = len(own.count)
    if draws < 2 or runs <= draws:
        nothing = np.full(groups.mean.shape[1], np.nan)
        return nothing, nothing
    within = own.square.sum(axis=0) / (runs - draws)
    among = (own.count[:, None] * (own.mean - grand_mean(own)) ** 2).sum(axis=0) / (draws - 1)
    size = (runs - (own.count**2).sum() / runs) / (draws - 1)
    return within, np.maximum((among - within) / size, 0.0)


def parameter_share(groups: Groups) -> np.ndarray:
    """Share [0, 1] (quantities,) of the variance of runs due to parameters; not a number if none varies."""
    within, between = variances(groups)
    total = within + between
    return np.divide(between, total, out=np.full(total.shape, np.nan), where=total > 0)


def least_share(draws: int, each: float) -> float:
    """The share of variance due to parameters [0, 1] that chance alone feigns in one of twenty samples.

    each: runs of a draw. Without any, the ratio of mean squares is F(draws - 1, large): about normal around 1
    with variance 2 / (draws - 1).

    >>> round(least_share(draws=200, each=10), 4)
    0.0165
    """
    return NormalDist().inv_cdf(0.95) * (2.0 / (draws - 1)) ** 0.5 / each


def expected(groups: Groups) -> np.ndarray:
    """The expected value of each draw with chance taken out (draws, quantities).

    The mean of a draw is shrunk towards the grand mean by the square root of the share of its variance that
    is not chance, so that the spread is the estimated one between draws: constrained empirical Bayes, Louis
    1984 (JASA 79:393), Ghosh 1992 (JASA 87:533). With equal counts that is sqrt(variance between draws /
    variance of the means). Without the root, as for the best guess of each single draw, the spread would come
    out too small. Variances match; a shape that is not normal does so roughly.
    """
    own, (within, between) = groups.used, variances(groups)
    # One draw, or one run a draw: chance and draws cannot be told apart.
    if np.isnan(between).any():
        return np.full(own.mean.shape, np.nan)
    total = between + within / own.count[:, None]
    trust = np.divide(between, total, out=np.zeros(own.mean.shape), where=between > 0)
    return grand_mean(own) + np.sqrt(trust) * (own.mean - grand_mean(own))


def parameter_interval(groups: Groups) -> np.ndarray:
    """The expected values between which 90 % of draws lie, 5 % on either side (2, quantities)."""
    values = expected(groups)
    if not len(values):
        return np.full((2, values.shape[1]), np.nan)
    return np.quantile(values, LEVELS, axis=0)


def standard_error(groups: Groups) -> np.ndarray:
    """Standard error of the grand mean from both sources (quantities,), draws being the clusters.

    Ratio of two sums over clusters: Cochran 1977, Sampling Techniques, eq. 6.13 without the finite
    population.
    """
    own, runs = groups.used, groups.count.sum()
    draws = len(own.count)
    if draws < 2:
        return np.full(groups.mean.shape[1], np.nan)
    parts = own.count[:, None] * (own.mean - grand_mean(own))
    return np.sqrt(draws / (draws - 1) * (parts**2).sum(axis=0)) / runs


def share_interval(groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval (low, high) of shares of runs [0, 1] from chance and the sampling of draws together.

    Wilson's with the number of independent runs that would have the same standard error, and Student's t for
    the number of draws: Korn and Graubard 1998 (Survey Methodology 24:193), Dean and Pagano 2015 (J. Surv.
    Stat. Methodol. 3:484). Never more independent runs than there are: the interval is not narrower than that
    for chance alone.
    """
    runs, draws = int(groups.count.sum()), len(groups.used.count)
    if draws < 2:
        return wilson(np.full(groups.mean.shape[1], np.nan), 0)
    share, error = grand_mean(groups), standard_error(groups)
    plain = share * (1 - share)
    defined = (error > 0) & (plain > 0)
    independent = np.divide(plain, error**2, out=np.full(share.shape, float(runs)), where=defined)
    size = np.minimum(independent, runs)
    found = [wilson(part * each, each, student95(draws - 1)) for part, each in zip(share, size, strict=True)]
    low, high = np.array(found, dtype=float).reshape(-1, 2).T
    return low, high
