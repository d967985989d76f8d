"""Draws of what is learnt, by elliptical slices about a normal approximation at the mode.

The mode and the curvature there (Laplace) say where to look; slices around that normal leave the posterior
as it is, whatever its shape, and are not tuned: Murray, Adams and MacKay 2010, AISTATS 9:541; about another
normal than the prior: Nishihara, Murray and Adams 2014, JMLR 15:2087.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import minimize
from scipy.special import logsumexp

Log = Callable[[np.ndarray], np.ndarray]
"""A log likelihood (points,) of standard normals (points, entries)."""

STEP, WIDE = 1e-5, 1e-2
"""Of the differences that stand for slopes, and for curvatures; scores are of the order of one."""

CHAINS, BURNT = 64, 24
"""Chains side by side, and their first steps, which count nowhere."""

TRUST = 4.0
"""Points an entry at which the shape of chains counts for as much as that at the mode."""

FEWEST = 100.0
"""Effective draws from which intervals can be told."""

MIXED = 1.2
"""The most by which means of chains may make the spread larger (Gelman and Rubin 1992)."""


@dataclass(frozen=True)
class Posterior:
    """Draws of standard normals of the entries' priors (draws, entries).

    variance, doubt (entries,): of the posterior, and its standard error as chains tell it; mixing (entries,):
    by how much the spread of all draws exceeds that within a chain; 1 if chains agree; effective: equal draws
    that those from the rough likelihood are worth under the right one.
    """

    scores: np.ndarray
    variance: np.ndarray
    doubt: np.ndarray
    mixing: np.ndarray
    effective: float

    @property
    def is_mixed(self) -> bool:
        """Whether all chains tell the same, and enough draws count."""
        return bool((self.mixing <= MIXED).all()) and self.effective >= FEWEST


def posterior(log: Log, rough: Log, entries: int, draws: int, rng: Any, chains: int = CHAINS) -> Posterior:
    """Draws of the posterior of standard normal entries under a log likelihood.

    rough: one that is cheaper and near it: chains go by that, and are weighted by what the other says more.

    >>> told = lambda z: -0.5 * ((z[:, 0] - 2.0) / 0.5) ** 2
    >>> found = posterior(told, told, 2, 6400, np.random.default_rng(1)).scores
    >>> [round(float(each), 1) + 0.0 for each in (*found.mean(axis=0), *found.std(axis=0))]
    [1.6, 0.0, 0.4, 1.0]
    """
    normal = _laplace(rough, entries)
    begun = _chains(rough, normal, normal.draw(chains, rng), BURNT, rng)
    # where the chains have been says more of the shape than the curvature at the mode; from here on it stays
    normal = _like(begun[BURNT // 3 :], normal)
    found = _chains(rough, normal, begun[-1], -(-draws // chains), rng)
    logs = log(found.reshape(-1, entries)) - rough(found.reshape(-1, entries))
    weights = np.exp(logs - logsumexp(logs))
    kept = _resampled(weights, draws, rng)
    variance, doubt = _variance(found, weights.reshape(found.shape[:2]))
    effective = float(1.0 / (weights * weights).sum())
    return Posterior(found.reshape(-1, entries)[kept], variance, doubt, _mixing(found), effective)


def _resampled(weights: np.ndarray, draws: int, rng: Any) -> np.ndarray:
    """Places of equally weighted draws (systematic resampling)."""
    at = (rng.random() + np.arange(draws)) / draws
    return np.minimum(np.searchsorted(np.cumsum(weights), at), len(weights) - 1)


def _variance(chains: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance of weighted draws (entries,), and its standard error: chains are independent of each other."""
    shares, each = weights.sum(axis=0), weights[:, :, None]
    apart = (chains - (chains * each).sum(axis=(0, 1))) ** 2
    variance = (apart * each).sum(axis=(0, 1))
    own = (apart * each).sum(axis=0) - shares[:, None] * variance
    return variance, np.sqrt((own * own).sum(axis=0))


@dataclass(frozen=True)
class Normal:
    """A normal density by its mean (entries,) and a triangular root of its covariance (entries, entries)."""

    mean: np.ndarray
    root: np.ndarray

    def draw(self, points: int, rng: Any) -> np.ndarray:
        """Draws (points, entries)."""
        return np.asarray(self.mean + rng.standard_normal((points, len(self.mean))) @ self.root.T)

    def log(self, points: np.ndarray) -> np.ndarray:
        """Log density (points,), but for a constant."""
        z = solve_triangular(self.root, (points - self.mean).T, lower=True)
        return np.asarray(-0.5 * (z * z).sum(axis=0))


def _prior(scores: np.ndarray) -> np.ndarray:
    return np.asarray(-0.5 * (scores * scores).sum(axis=1))


def _rest(log: Log, normal: Normal, points: np.ndarray) -> np.ndarray:
    """What the posterior has beyond the normal (points,), as logs."""
    return log(points) + _prior(points) - normal.log(points)


def _chains(log: Log, normal: Normal, points: np.ndarray, steps: int, rng: Any) -> np.ndarray:
    """Where chains, which stand at points (chains, entries), are after each step (steps, chains, entries).

    A step goes to a point of an ellipse through where the chain stands, above a level drawn under it. None
    waits for another: who has found its point begins its next step, so that all are looked at together.
    """
    points, place = points.copy(), np.arange(len(points))
    heights, taken = _rest(log, normal, points), np.zeros(len(points), dtype=int)
    found = np.empty((steps, *points.shape))
    ellipse = Ellipses.through(normal, points, heights, rng)
    while taken.min() < steps:
        tried = ellipse.points(normal, points)
        told = _rest(log, normal, tried)
        held = told > ellipse.bars
        points[held], heights[held] = tried[held], told[held]
        counted = place[held & (taken < steps)]
        found[taken[counted], counted] = points[counted]
        taken[counted] += 1
        ellipse.cut(~held, rng)
        ellipse.replace(held, Ellipses.through(normal, points[held], heights[held], rng))
    return found


@dataclass
class Ellipses:
    """Of each chain the ellipse of its step, the level that it has to reach, and what is left of the turn.

    other (chains, entries): the far end; bars (chains,): levels; angles, low, high (chains,): where it looks
    next [rad], and between which angles its point lies.
    """

    other: np.ndarray
    bars: np.ndarray
    angles: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def through(cls, normal: Normal, points: np.ndarray, heights: np.ndarray, rng: Any) -> Ellipses:
        """New ones through where chains stand."""
        chains = len(points)
        other, bars = normal.draw(chains, rng) - normal.mean, heights + np.log(rng.random(chains))
        angles = rng.random(chains) * 2.0 * np.pi
        return cls(other, bars, angles, angles - 2.0 * np.pi, angles.copy())

    def points(self, normal: Normal, points: np.ndarray) -> np.ndarray:
        """Where they look (chains, entries)."""
        turn = self.angles[:, None]
        return np.asarray(normal.mean + (points - normal.mean) * np.cos(turn) + self.other * np.sin(turn))

    def cut(self, some: np.ndarray, rng: Any) -> None:
        """Take away what lies beyond a point that was refused: where the chain stands stays in it."""
        below = self.angles < 0.0
        self.low = np.where(some & below, self.angles, self.low)
        self.high = np.where(some & ~below, self.angles, self.high)
        anew = self.low + rng.random(len(some)) * (self.high - self.low)
        self.angles = np.where(some, anew, self.angles)

    def replace(self, some: np.ndarray, others: Ellipses) -> None:
        """New ones for some of the chains."""
        for name in ("other", "bars", "angles", "low", "high"):
            getattr(self, name)[some] = getattr(others, name)


def _like(chains: np.ndarray, normal: Normal) -> Normal:
    """A normal like chains (steps, chains, entries), drawn to another as far as they are few."""
    points = chains.reshape(-1, chains.shape[2])
    trusted = len(points) / (len(points) + TRUST * chains.shape[2])
    apart = points - points.mean(axis=0)
    covariance = trusted * (apart.T @ apart) / len(points) + (1.0 - trusted) * (normal.root @ normal.root.T)
    return Normal(points.mean(axis=0), np.linalg.cholesky(covariance))


def _laplace(log: Log, entries: int) -> Normal:
    """The normal density that has the mode of the posterior, and its curvature there."""
    mode = _mode(log, entries)
    return Normal(mode, _root(log, mode))


def _mixing(chains: np.ndarray) -> np.ndarray:
    """By how much chains (steps, chains, entries), split at half, disagree (entries,)."""
    half = len(chains) // 2
    if half < 2:
        return np.full(chains.shape[2], np.nan)
    split = np.concatenate([chains[:half], chains[-half:]], axis=1)
    within = split.var(axis=0, ddof=1).mean(axis=0)
    between = split.mean(axis=0).var(axis=0, ddof=1)
    return np.asarray(np.sqrt((half - 1) / half + between / within))


def _mode(log: Log, entries: int) -> np.ndarray:
    """The likeliest point, from the prior's."""

    def cost(point: np.ndarray) -> tuple[float, np.ndarray]:
        points = np.concatenate([point[None], point + STEP * np.eye(entries)])
        around = log(points) + _prior(points)
        return float(-around[0]), -(around[1:] - around[0]) / STEP

    return np.asarray(minimize(cost, np.zeros(entries), jac=True, method="L-BFGS-B").x)


def _root(log: Log, mode: np.ndarray) -> np.ndarray:
    """A triangular root of the covariance at the mode (entries, entries): of the inverse curvature."""
    entries = len(mode)
    steps = WIDE * np.eye(entries)
    one, other = np.triu_indices(entries)
    here, ahead, both = log(mode[None])[0], log(mode + steps), log(mode + steps[one] + steps[other])
    curved = (both - ahead[one] - ahead[other] + here) / (WIDE * WIDE)
    curvature = np.zeros((entries, entries))
    curvature[one, other] = curvature[other, one] = -curved
    # the prior's own curvature is one; where the likelihood curves the other way, that alone counts
    values, vectors = np.linalg.eigh(curvature)
    covariance = (vectors / (1.0 + np.maximum(values, 0.0))) @ vectors.T
    return np.linalg.cholesky(covariance)
