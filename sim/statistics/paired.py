"""Points of a sweep run by run on the same luck: levels, paired differences, the shape of the curve."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from sim.statistics.intervals import Z95, wilson

LEVELLING = 0.5
"""A rise or fall levels off if the second half of the grid adds less than this share of the first half's."""


@dataclass(frozen=True)
class Difference:
    """Mean over runs of second less first, and its interval."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 if the interval leaves out zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def difference(first: np.ndarray, second: np.ndarray, z: float = Z95) -> Difference:
    """Mean over runs of second less first, both (runs,) of the same runs, with a normal interval.

    z: half of its width in standard errors. Raises ValueError for outcomes that are not of the same runs.

    >>> found = difference(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.5, 4.5]))
    >>> round(found.mean, 3), round(found.low, 3), found.sign
    (1.0, 0.434, 1)
    """
    _check_same_runs(first, second)
    apart = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    mean, error = float(apart.mean()), np.inf
    # One pair says nothing of how far pairs differ: its interval holds every number.
    if len(apart) > 1:
        error = apart.std(ddof=1) / np.sqrt(len(apart))
    return Difference(mean, float(mean - z * error), float(mean + z * error))


def matched(first: np.ndarray, second: np.ndarray, z: float = Z95) -> Difference:
    """Difference of two shares of the same runs, from whether it happened (runs,) in each.

    The interval has a width also where no run differs: half a run is added to each cell of the table of pairs
    (Agresti and Min 2005, Statistics in Medicine 24:729). Raises ValueError as `difference` does.

    >>> never = np.zeros(100, dtype=bool)
    >>> found = matched(never, never)
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (0.0, -0.019, 0.019)
    """
    _check_same_runs(first, second)
    low, high = matched_interval((second > first).sum(), (first > second).sum(), len(first), z)
    return Difference(float(second.mean() - first.mean()), float(low), float(high))


def matched_interval(gained: Any, lost: Any, runs: int, z: float = Z95) -> tuple[Any, Any]:
    """The interval of `matched` from counts: runs in which it happened in the second only, in the first only.

    Of many pairs at once, such as months (months,).
    """
    # Two runs more: half of one in each of the four cells.
    gained, lost, runs = gained + 0.5, lost + 0.5, runs + 2
    middle = (gained - lost) / runs
    half = z * np.sqrt(gained + lost - (gained - lost) ** 2 / runs) / runs
    return np.maximum(middle - half, -1.0), np.minimum(middle + half, 1.0)


def _check_same_runs(first: np.ndarray, second: np.ndarray) -> None:
    if first.shape != second.shape or not len(first):
        raise ValueError("paired outcomes must come from the same runs, at least one")


def levels(points: np.ndarray, happened: np.ndarray) -> pd.DataFrame:
    """Share of runs by grid point with its Wilson 95 % interval, and `matched` differences from the first.

    points: (points,) values of the grid; happened: (points, runs) whether it happened in a run. The first
    point does not differ from itself.
    """
    low, high = wilson(happened.sum(axis=1), happened.shape[1])
    apart = [Difference(0.0, 0.0, 0.0), *(matched(happened[0], row) for row in happened[1:])]
    differences = np.array([(each.mean, each.low, each.high) for each in apart])
    return pd.DataFrame(
        {
            "point": points,
            "probability": happened.mean(axis=1),
            "low": low,
            "high": high,
            "difference": differences[:, 0],
            "difference_low": differences[:, 1],
            "difference_high": differences[:, 2],
            "runs": happened.shape[1],
        }
    )


@dataclass(frozen=True)
class Shape:
    """What a curve does over its grid: `kind` is rises, falls, inverted U, U or flat.

    turn: the grid point where a U turns; whole, before, after: differences over the grid, up to the turn (or
    the middle) and after it.
    """

    kind: str
    turn: float | None
    levels_off: bool
    whole: Difference
    before: Difference
    after: Difference


def shape(points: np.ndarray, values: np.ndarray, share: bool = True) -> Shape:
    """The shape that paired differences support at 95 % for all pairs of points together (Bonferroni).

    points: (points,) values of the grid; values: (points, runs) whether it happened in a run (share), or a
    number.

    >>> luck = (np.arange(400) + 0.5) / 400
    >>> points = np.array([0.0, 0.5, 1.0])
    >>> shape(points, luck < np.array([[0.2], [0.6], [0.3]])).kind
    'inverted U'
    """
    means = values.mean(axis=1)
    pairs = max(len(points) * (len(points) - 1) // 2, 1)
    z = NormalDist().inv_cdf(1 - 0.025 / pairs)

    def change(first: int, last: int) -> Difference:
        compare = matched if share else difference
        return compare(values[first], values[last], z)

    # A turn is looked for first: a curve that turns may well rise or fall over the whole of its grid.
    end = len(points) - 1
    whole = change(0, end)
    turns = ((int(means.argmax()), 1, "inverted U"), (int(means.argmin()), -1, "U"))
    for turn, sign, kind in turns:
        before, after = change(0, turn), change(turn, end)
        if before.sign == sign and after.sign == -sign:
            return Shape(kind, float(points[turn]), False, whole, before, after)
    before, after = change(0, end // 2), change(end // 2, end)
    kind = {1: "rises", -1: "falls", 0: "flat"}[whole.sign]
    levels_off = whole.sign != 0 and abs(after.mean) < LEVELLING * abs(before.mean)
    return Shape(kind, None, levels_off, whole, before, after)


def in_words(found: Shape, points: np.ndarray, values: np.ndarray) -> str:
    """A sentence's worth about a curve, with numbers."""
    means = values.mean(axis=1)
    ends = f"from {means[0]:.3f} at {points[0]:g} to {means[-1]:.3f} at {points[-1]:g}"
    by = f"difference {found.whole.mean:+.3f}, {found.whole.low:+.3f} to {found.whole.high:+.3f}"
    if found.turn is not None:
        extreme, height = "lowest", means.min()
        if found.kind == "inverted U":
            extreme, height = "highest", means.max()
        slopes = f"{found.before.mean:+.3f} up to there, {found.after.mean:+.3f} after"
        return f"{found.kind}, {extreme} {height:.3f} at {found.turn:g} ({slopes}), {ends}"
    if found.kind == "flat":
        return f"no change that chance in the runs could not make, {ends} ({by})"
    kind = found.kind
    if found.levels_off:
        kind = f"{kind} and levels off"
    return f"{kind}, {ends} ({by})"
