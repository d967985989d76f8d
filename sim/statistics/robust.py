"""How a policy does over many worlds: mean, worst tenth, share that is good enough, each with its interval.

Axes: (draws, settings). A world is a draw of the uncertain numbers in a setting such as a theory; draws are
the sample, settings are given. Kasprzyk, Nataraj, Reed and Lempert 2013, Environ. Model. Softw. 42:55.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.statistics.intervals import student95
from sim.statistics.nested import Groups, share_interval

TAIL = 0.1
"""The share of worlds that are the worst."""

NEAR = 0.05
"""How far around the bar of the tail worlds say what one at the bar is like [share of worlds]."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def within(self, low: float, high: float) -> Estimate:
        """The same of what cannot lie beyond some ends, such as a probability."""
        return Estimate(self.value, max(self.low, low), min(self.high, high))


def mean_of(worlds: np.ndarray) -> Estimate:
    """Mean over worlds (draws, settings), whose draws are a sample.

    >>> mean_of(np.array([[1.0, 3.0], [2.0, 4.0]])).value
    2.5
    """
    return _around(worlds.mean(axis=1), len(worlds))


def tail_of(halves: np.ndarray, sign: int) -> Estimate:
    """Mean over the worst tenth of worlds (conditional value at risk).

    halves: means over either half of the runs (2, draws, settings). Which worlds are the worst one half says,
    how bad they are the other, and the other way round: a world that is among the worst by luck does not
    count for it. sign: 1 where low is bad, -1 where high is. Rockafellar and Uryasev 2000, J. Risk 2:21; the
    interval by its influence function, with as many degrees of freedom as draws make a tenth.
    """
    first, second = sign * halves
    of_draws = (_tail(first, second) + _tail(second, first)) / 2
    found = _around(of_draws, max(round(TAIL * len(of_draws)), 2))
    low, high = sorted((sign * found.low, sign * found.high))
    # plus nothing, as there is no use in a nought below zero
    return Estimate(sign * found.value + 0.0, low + 0.0, high + 0.0)


def _tail(own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """What each draw makes of the mean of `other` over the worlds in which `own` is lowest (draws,)."""
    ordered = np.sort(own.reshape(-1))
    worlds = TAIL * len(ordered)
    bar = ordered[max(int(np.ceil(worlds - 1e-9)) - 1, 0)]
    # of those at the bar, and of the last world of the tenth, as much as makes it a tenth
    below, at = own < bar, own == bar
    weight = below + at * ((worlds - below.sum()) / at.sum())
    ends = (np.clip((TAIL + side) * len(ordered), 0, len(ordered) - 1) for side in (-NEAR, NEAR))
    low, high = (ordered[int(end)] for end in ends)
    near = other[(own >= low) & (own <= high)].mean()
    of_draws: np.ndarray = near + (weight * (other - near)).mean(axis=1) / TAIL
    return of_draws


def share_of(worlds: np.ndarray, sign: int, level: float) -> Estimate:
    """The share of worlds (draws, settings) that reach a level, from above (sign 1) or below.

    >>> share_of(np.array([[1.0, 3.0], [2.0, 4.0]]), 1, 2.0).value
    0.75
    """
    good = sign * (worlds - level) >= 0
    counts = Groups.of_counts(good.sum(axis=1)[:, None], np.full(len(good), good.shape[1]))
    low, high = share_interval(counts)
    return Estimate(float(good.mean()), float(low[0]), float(high[0]))


def _around(of_draws: np.ndarray, count: int) -> Estimate:
    """The mean of draws (draws,) with Student's interval, as if so many told how far they differ."""
    mean, error = float(of_draws.mean()), float(of_draws.std(ddof=1)) / len(of_draws) ** 0.5
    half = student95(count - 1) * error
    return Estimate(mean, mean - half, mean + half)
