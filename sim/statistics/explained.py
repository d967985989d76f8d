"""What drives the differences between draws: the share of their variance that each number explains.

y[d, r] = mean + sum_i slope_i x[d, i] + rest[d] + chance[d, r], as in `nested`, of which this takes `Groups`.
With independent x a number explains slope^2 var(x) of the variance between draws; of those that were drawn
jointly it explains what is left of it once they are made independent in the way that changes each the least,
so that shares add up (Genizi 1993, Statistica Sinica 3:407; Zuber and Strimmer 2011, SAGMB 10:34).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.statistics.intervals import student95
from sim.statistics.nested import Groups, least_share, parameter_share

JOINT = 5
"""Draws for each number from which on all slopes are fitted together; else each by itself, which is as right
where numbers are independent, and less sharp.
"""


@dataclass(frozen=True)
class Explained:
    """What numbers explain of the variance between draws, chance taken out.

    root (numbers,): correlation of a number with what its draw expects [-1, 1], whose square is its share;
    error (numbers,): its standard error; left, left_error: the share [1] that they do not explain one by
    one, because they act together or not in a straight line.
    """

    root: np.ndarray
    error: np.ndarray
    left: float
    left_error: float
    draws: int

    @property
    def share(self) -> np.ndarray:
        """Share [0, 1] of each number (numbers,); the square of an estimate is too large by its variance."""
        return np.clip(self.root**2 - self.error**2, 0.0, 1.0)

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """95 % interval (low, high) of each share (numbers,)."""
        half = student95(self.draws - 1) * self.error
        ends = np.clip([self.root - half, self.root + half], -1.0, 1.0) ** 2
        low, high = ends.min(axis=0), ends.max(axis=0)
        return np.where(np.abs(self.root) > half, low, 0.0), high

    @property
    def told(self) -> np.ndarray:
        """Which shares (numbers,) can be told from none, with one error in twenty over all of them together.

        Bonferroni's bound.
        """
        bound = NormalDist().inv_cdf(1.0 - 0.025 / len(self.root))
        return np.abs(self.root) > bound * self.error

    @property
    def left_interval(self) -> tuple[float, float]:
        """95 % interval of what is left."""
        half = student95(self.draws - 1) * self.left_error
        low, high = np.clip([self.left - half, self.left + half], 0.0, 1.0)
        return float(low), float(high)


def explained(groups: Groups, values: np.ndarray, jointly: np.ndarray) -> Explained | None:
    """What numbers explain of one quantity of `groups` (draws, 1); None where draws cannot be told apart.

    values (draws, numbers): of each number; jointly (numbers,): whether it was drawn jointly with others of
    these, all others being independent. Errors are those of the jackknife over draws, linearised (Efron 1982,
    The Jackknife, section 6.2; of slopes HC3, MacKinnon and White 1985).
    """
    kept = groups.count > 1
    count, x, y = groups.count[kept], standardised(values[kept]), groups.mean[kept, 0]
    draws = len(count)
    # a variance that may be chance cannot be shared among causes
    if draws <= 2 or not parameter_share(groups)[0] > least_share(draws, float(count.mean())):
        return None
    # what chance alone makes of the difference of a draw from the mean
    chance = groups.square[kept, 0] / (count - 1) / count
    y = y - y.mean()
    above = y**2 * draws / (draws - 1) - chance
    between = float(above.mean())
    slopes, moved = _slopes(x, y)
    moved += slopes[:, None] * (x.T**2 - 1) / (2 * draws)
    # of numbers that are independent as they are, often hundreds, nothing has to be made so
    mixed = root_of(correlation(x[:, jointly]))
    for own in (slopes, moved):
        own[jointly] = mixed @ own[jointly]
    # each draw moves the roots (numbers, draws) by so much, through slopes and through the variance
    root = slopes / np.sqrt(between)
    moves = moved / np.sqrt(between) - root[:, None] * (above / between - 1) / (2 * draws)
    error = np.sqrt((moves**2).sum(axis=1))
    left = 1.0 - float((root**2 - error**2).sum())
    left_error = 2 * float(np.sqrt(((root @ moves) ** 2).sum()))
    return Explained(root, error, left, left_error, draws)


def standardised(values: np.ndarray) -> np.ndarray:
    """Columns (draws, numbers) with mean 0 and standard deviation 1; 0 where nothing varies."""
    away = values - values.mean(axis=0)
    spread = np.sqrt((away**2).sum(axis=0) / (len(away) - 1))
    return np.divide(away, spread, out=np.zeros(away.shape), where=spread > 0)


def _slopes(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes (numbers,) of y on standardised x, and by how much each draw moves them (numbers, draws)."""
    draws, numbers = x.shape
    if draws < JOINT * numbers:
        pull = x.T / (draws - 1)
        slopes = pull @ y
        rest, lever = y - slopes[:, None] * x.T, x.T**2 / (draws - 1) + 1 / draws
    else:
        pull = np.linalg.pinv(x)
        slopes = pull @ y
        rest, lever = y - x @ slopes, (x.T * pull).sum(axis=0) + 1 / draws
    return slopes, pull * rest / (1 - np.minimum(lever, 0.9))


def correlation(x: np.ndarray) -> np.ndarray:
    """Correlations (numbers, numbers) of standardised x (draws, numbers)."""
    found = x.T @ x / (len(x) - 1)
    np.fill_diagonal(found, 1.0)
    return found


def root_of(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root of a matrix of correlations."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
