"""Where the share of runs in which something happens passes a level along one number, and how surely.

All points of a grid share their luck, so what is resampled is the run with its whole row of points (a paired
bootstrap). The interval covers chance in the runs; it does not cover the grid's spacing: between two points
the curve is taken to be straight.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.statistics.intervals import wilson

HALF, RESAMPLES = 0.5, 2000

AT_ONCE = 2_000_000
"""Numbers that some resamples may hold in memory at once."""


@dataclass(frozen=True)
class Tipping:
    """A passage of a level, or that there is none.

    change: "rises" or "falls" through the level, or stays "below" or "above" it at every point of the grid;
    at, low, high: where it passes and its 95 % interval [unit of the number], minus or plus infinity for an
    end beyond the grid; without: share of the resamples that have no such passage (for "below" and "above":
    that stay on that side at every point) [0, 1].
    """

    change: str
    at: float
    low: float
    high: float
    without: float


def tipping(
    points: np.ndarray, happened: np.ndarray, level: float = HALF, resamples: int = RESAMPLES, seed: int = 0
) -> list[Tipping]:
    """Every passage of a level along a grid, in its order; or one entry that says on which side it stays.

    points: (points,) rising values; happened: (points, runs) whether it happened in a run, the same luck in a
    column. Raises ValueError without runs, with fewer than two points, or with points that do not rise.

    The curve is cut where points lie on alternating sides of the level surely (95 % for all points together,
    Wilson with Bonferroni); an end of the grid that is in doubt counts on the side where it is. In each piece
    the shares are fitted by a monotone curve, and the passage is read between its steps (centred isotonic
    regression: Oron and Flournoy 2017, Statistics in Biopharmaceutical Research 9:258). The interval holds
    the middle 95 % of the passages of resampled runs (percentile bootstrap: Efron and Tibshirani 1993, ch.
    13).

    >>> luck = (np.arange(200) + 0.5) / 200
    >>> points = np.linspace(0.0, 1.0, 5)
    >>> found = tipping(points, luck < 0.2 + 0.6 * points[:, None], resamples=100)
    >>> [(each.change, round(each.at, 3)) for each in found]
    [('rises', 0.5)]
    """
    points, happened = np.asarray(points, dtype=float), np.asarray(happened, dtype=bool)
    _check_grid(points, happened)
    share = happened.mean(axis=1)
    drawn = resampled(happened, resamples, seed)
    pieces = passages(share, happened.shape[1], level)
    if pieces:
        return [_passage(points, share, drawn, level, *piece) for piece in pieces]
    if share[0] > level:
        side, stays = "above", (drawn > level).all(axis=1)
    else:
        side, stays = "below", (drawn <= level).all(axis=1)
    return [Tipping(side, np.nan, np.nan, np.nan, float(stays.mean()))]


def _check_grid(points: np.ndarray, happened: np.ndarray) -> None:
    """Raises ValueError for what is no grid of at least two rising points with a row of runs for each."""
    a_row_each = happened.ndim == 2 and happened.shape[0] == len(points)
    if not a_row_each or len(points) < 2 or happened.shape[1] == 0:
        raise ValueError(
            "a tipping point needs at least two points and one run, and a row of runs for each point"
        )
    if not np.all(np.diff(points) > 0):
        raise ValueError("the points of a grid must rise")


def resampled(happened: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Shares (resamples, points) of runs (points, runs) that are drawn again with replacement."""
    # Runs with the same row of points are exchangeable, so how many of each are drawn is multinomial.
    rows, counts = np.unique(happened.T, axis=0, return_counts=True)
    rng, size, found = np.random.default_rng(seed), max(AT_ONCE // len(counts), 1), []
    for first in range(0, resamples, size):
        drawn = rng.multinomial(counts.sum(), counts / counts.sum(), size=min(size, resamples - first))
        found.append(drawn @ rows.astype(float) / counts.sum())
    return np.concatenate(found)


def passages(share: np.ndarray, runs: int, level: float) -> list[tuple[int, int, int]]:
    """Pieces of a curve (points,) that pass a level: first and last point, 1 if it rises, else -1."""
    low, high = wilson(share * runs, runs, NormalDist().inv_cdf(1 - 0.025 / len(share)))
    side = (low > level).astype(int) - (high < level).astype(int)
    for end in (0, -1):
        if side[end] == 0:
            side[end] = -1
            if share[end] > level:
                side[end] = 1
    sure = np.flatnonzero(side)
    groups = np.split(sure, np.flatnonzero(np.diff(side[sure])) + 1)
    # A piece runs from the furthest point on one side to the furthest on the next, so that it holds all of
    # the passage; the first and the last reach to the ends of the grid.
    furthest = [int(group[(side[group] * share[group]).argmax()]) for group in groups]
    furthest[0], furthest[-1] = 0, len(share) - 1
    signs = [int(side[group[0]]) for group in groups]
    if len(groups) == 1:
        return []
    return list(zip(furthest, furthest[1:], signs[1:], strict=False))


def _passage(
    points: np.ndarray, share: np.ndarray, drawn: np.ndarray, level: float, first: int, last: int, sign: int
) -> Tipping:
    """One passage with its interval; a resample without it lies beyond the end that it does not reach."""
    piece = slice(first, last + 1)
    at = crossing(points[piece], sign * share[None, piece], sign * level)[0]
    again = crossing(points[piece], sign * drawn[:, piece], sign * level)
    # A quantile that occurs: half-way to infinity there is no number.
    low, high = np.quantile(again, [0.025, 0.975], method="inverted_cdf")
    if first > 0:
        low, high = max(low, points[first]), max(high, points[first])
    if last < len(points) - 1:
        low, high = min(low, points[last]), min(high, points[last])
    change = "falls"
    if sign > 0:
        change = "rises"
    return Tipping(change, float(at), float(low), float(high), float(np.isinf(again).mean()))


def isotonic(shares: np.ndarray) -> np.ndarray:
    """The nearest curves (curves, points) that never fall, by least squares."""
    from scipy.optimize import isotonic_regression

    return np.array([isotonic_regression(curve).x for curve in shares])


def crossing(points: np.ndarray, shares: np.ndarray, level: float) -> np.ndarray:
    """Where rising curves (curves, points) pass a level (curves,); infinite for one that never does.

    Minus infinity above it throughout, plus infinity below. Points that the fit pools stand together at their
    middle, and the passage is read on the straight line between neighbours.

    >>> crossing(np.array([0.0, 1.0, 2.0]), np.array([[0.1, 0.3, 0.7], [0.6, 0.7, 0.8]]), 0.5)
    array([ 1.5, -inf])
    """
    fit = isotonic(shares)
    # Within rounding: a step of the fit that stands at the level has not passed it.
    below = (fit <= level + 1e-12).sum(axis=1)
    inside = (below > 0) & (below < len(points))
    left, right = np.clip(below - 1, 0, None), np.clip(below, None, len(points) - 1)
    every = np.arange(len(fit))
    low, high = fit[every, left], fit[every, right]
    start, end = _middle(points, fit, low), _middle(points, fit, high)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = start + (end - start) * np.clip((level - low) / (high - low), 0, 1)
    return np.where(inside, between, np.where(below == 0, -np.inf, np.inf))


def _middle(points: np.ndarray, fit: np.ndarray, height: np.ndarray) -> np.ndarray:
    """The mean (curves,) of the points that the fit puts at a height."""
    pooled = np.abs(fit - height[:, None]) < 1e-12
    return (pooled * points).sum(axis=1) / pooled.sum(axis=1)
