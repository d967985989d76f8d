"""Tipping points: where the share of runs in which something happens passes a level along one swept number,
and how surely.

All points of a sweep share their luck, so what is resampled is the run with its whole row of points (a paired
bootstrap). The interval covers chance in the runs; it does not cover the grid's spacing: between two points
the curve is taken to be straight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.statistics.cells import each_cell
from sim.statistics.intervals import wilson

if TYPE_CHECKING:
    from sim.studies.sweep.ask import Sweep

HALF, RESAMPLES = 0.5, 2000
AT_ONCE = 2_000_000
"""Numbers that some resamples may hold in memory at once."""

COLUMNS = [
    "lever", "outcome", "label", "level", "change", "at", "low", "high", "without", "least", "most", "first",
    "last", "points", "runs", "sentence",
]  # fmt: skip


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
    """Every passage of a level along a grid, in its order; one entry that says on which side it stays if
    there is none.

    points: (points,) rising values; happened: (points, runs) whether it happened in a run, the same luck in a
    column. Raises ValueError without runs, with fewer than two points, or with points that do not rise.

    The curve is cut where points lie on alternating sides of the level surely (95 % for all points together,
    Wilson with Bonferroni); an end of the grid that is in doubt counts on the side where it is. In each piece
    the shares are fitted by a monotone curve, and the passage is read between its steps (centred isotonic
    regression: Oron and Flournoy 2017, Statistics in Biopharmaceutical Research 9:258). The interval holds
    the middle 95 % of the passages of resampled runs (percentile bootstrap: Efron and Tibshirani 1993, ch.
    13).
    """
    points, happened = np.asarray(points, dtype=float), np.asarray(happened, dtype=bool)
    if happened.ndim != 2 or happened.shape[0] != len(points) or len(points) < 2 or happened.shape[1] == 0:
        raise ValueError(
            "a tipping point needs at least two points and one run, and a row of runs for each point"
        )
    if not np.all(np.diff(points) > 0):
        raise ValueError("the points of a grid must rise")
    share, drawn = happened.mean(axis=1), resampled(happened, resamples, seed)
    pieces = passages(share, happened.shape[1], level)
    if pieces:
        return [_passage(points, share, drawn, level, *piece) for piece in pieces]
    side = "above" if share[0] > level else "below"
    stays = (drawn > level if side == "above" else drawn <= level).all(axis=1)
    return [Tipping(side, np.nan, np.nan, np.nan, float(stays.mean()))]


def resampled(happened: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Shares (resamples, points) of runs drawn again with replacement; runs with the same row are drawn
    together.
    """
    rows, counts = np.unique(happened.T, axis=0, return_counts=True)
    rng, size, found = np.random.default_rng(seed), max(AT_ONCE // len(counts), 1), []
    for first in range(0, resamples, size):
        drawn = rng.multinomial(counts.sum(), counts / counts.sum(), size=min(size, resamples - first))
        found.append(drawn @ rows.astype(float) / counts.sum())
    return np.concatenate(found)


def passages(share: np.ndarray, runs: int, level: float) -> list[tuple[int, int, int]]:
    """Pieces of a curve in which it passes a level: first and last point, and 1 if it rises there or -1 if it
    falls.
    """
    low, high = wilson(share * runs, runs, NormalDist().inv_cdf(1 - 0.025 / len(share)))
    side = (low > level).astype(int) - (high < level).astype(int)
    for end in (0, -1):
        if side[end] == 0:
            side[end] = 1 if share[end] > level else -1
    sure = np.flatnonzero(side)
    groups = np.split(sure, np.flatnonzero(np.diff(side[sure])) + 1)
    furthest = [int(group[(side[group] * share[group]).argmax()]) for group in groups]
    furthest[0], furthest[-1] = 0, len(share) - 1
    if len(groups) == 1:
        return []
    return [
        (first, last, int(side[group[0]]))
        for first, last, group in zip(furthest, furthest[1:], groups[1:], strict=False)
    ]


def _passage(
    points: np.ndarray, share: np.ndarray, drawn: np.ndarray, level: float, first: int, last: int, sign: int
) -> Tipping:
    """One passage with its interval; a resample without it lies beyond the end of the piece that it does not
    reach.
    """
    piece = slice(first, last + 1)
    at = crossing(points[piece], sign * share[None, piece], sign * level)[0]
    again = crossing(points[piece], sign * drawn[:, piece], sign * level)
    low, high = np.quantile(again, [0.025, 0.975], method="inverted_cdf")
    if first > 0:
        low, high = max(low, points[first]), max(high, points[first])
    if last < len(points) - 1:
        low, high = min(low, points[last]), min(high, points[last])
    return Tipping(
        "rises" if sign > 0 else "falls", float(at), float(low), float(high), float(np.isinf(again).mean())
    )


def isotonic(shares: np.ndarray) -> np.ndarray:
    """The nearest curves (curves, points) that never fall, by least squares."""
    from scipy.optimize import isotonic_regression

    return np.array([isotonic_regression(curve).x for curve in shares])


def crossing(points: np.ndarray, shares: np.ndarray, level: float) -> np.ndarray:
    """Where rising curves (curves, points) pass a level (curves,); infinite for one that lies above or below
    it throughout.

    Points that the fit pools stand together at their middle, and the passage is read on the straight line
    between neighbours.
    """
    fit = isotonic(shares)
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


def in_words(
    found: Tipping, path: str, what: str, happened: np.ndarray, points: np.ndarray, level: float = HALF
) -> str:
    """A tipping point as a sentence; `what` completes it, `happened` and `points` are those that it was found
    from.
    """
    share = happened.mean(axis=1)
    more = "more than half" if level == HALF else f"more than {100 * level:g} %"
    less = more.replace("more than", "at most")
    if found.change in ("below", "above"):
        place = int(share.argmax() if found.change == "below" else share.argmin())
        extreme = (
            f"{'at most' if found.change == 'below' else 'at least'} {share[place]:.3f}, at {points[place]:g}"
        )
        doubt = (
            f"; in {100 * (1 - found.without):.0f} % of resamples some point is on the other side"
            if found.without < 0.995
            else ""
        )
        quantity = f"never {more}" if found.change == "below" else f"always {more}"
        return f"From {path} = {points[0]:g} to {points[-1]:g} {quantity} of the futures see: {what} ({extreme}{doubt})."
    low = f"below {points[0]:g}" if np.isinf(found.low) else f"{found.low:.3g}"
    high = f"beyond {points[-1]:g}" if np.isinf(found.high) else f"{found.high:.3g}"
    doubt = f"; no such passage in {100 * found.without:.0f} % of resamples" if found.without >= 0.005 else ""
    part = more if found.change == "rises" else less
    return f"Above {path} = {found.at:.3g} (95 % {low} to {high}{doubt}) {part} of the futures see: {what}."


def tipping_of(done: Sweep, level: float = HALF, resamples: int = RESAMPLES, seed: int = 0) -> pd.DataFrame:
    """Tipping points of a sweep along one number: a row for each outcome of the scenario, lever and passage,
    with a sentence.

    Runs that failed at any point of a lever and points that could not be run are left out; another kind of
    design has no rows.
    """
    plan, found = done.plan, []
    if one_number(plan.points):
        path = plan.points.columns[0]
        for name, label in (
            (f"first.{name}", outcome.label) for name, outcome in plan.scenario.case.outcomes.items()
        ):
            if name not in plan.keep:
                continue
            cells = {lever: dict[int, pd.DataFrame]() for lever in plan.levers}
            for part in done.each_part(["point", "lever", "failed", name]):
                for point, lever, cell in each_cell(part):
                    cells[lever][point] = pd.DataFrame(
                        {"happened": cell[name].notna(), "failed": cell["failed"]}
                    )
            for lever, own in cells.items():
                if not own:
                    continue
                points, happened = matrix(own, plan.points[path])
                if len(points) < 2 or not happened.shape[1]:
                    continue
                what = f"{label}{f' (lever: {lever})' if len(plan.levers) > 1 else ''}"
                share = happened.mean(axis=1)
                for each in tipping(points, happened, level, resamples, seed):
                    found.append([
                        lever, name, label, level, each.change, each.at, each.low, each.high, each.without,
                        share.min(), share.max(), points[0], points[-1], len(points), happened.shape[1],
                        in_words(each, path, what, happened, points, level),
                    ])  # fmt: skip
    return pd.DataFrame(found, columns=COLUMNS)


def one_number(points: pd.DataFrame) -> bool:
    """Whether design points vary one number, with at least two values."""
    return (
        len(points.columns) == 1 and points.dtypes.iloc[0].kind in "fiu" and points.iloc[:, 0].nunique() > 1
    )


def matrix(cells: Mapping[int, pd.DataFrame], values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The rising values (points,) of a lever's points, and whether something happened (points, runs), in the
    runs that count.

    A cell has the columns happened and failed, a row for each run.
    """
    counted = ~np.any([cell["failed"].to_numpy() for cell in cells.values()], axis=0)
    order = values.loc[list(cells)].drop_duplicates().sort_values()
    return order.to_numpy(dtype=float), np.array(
        [cells[point]["happened"].to_numpy()[counted] for point in order.index]
    )
