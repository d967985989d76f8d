"""Comparing points of a sweep run by run on the same luck: levels, paired differences, and the shape of the
curve in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from sim.statistics.intervals import Z95, wilson

LEVELLING = 0.5
"""A rise or fall levels off if the second half of the grid adds less than this share of what the first half
adds.
"""


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
    """Paired difference of two outcomes (runs,) of the same runs; z is the half-width in standard errors.
    Raises ValueError.
    """
    if first.shape != second.shape or not len(first):
        raise ValueError("paired outcomes must come from the same runs, at least one")
    apart = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    error = apart.std(ddof=1) / np.sqrt(len(apart)) if len(apart) > 1 else np.inf
    return Difference(float(apart.mean()), float(apart.mean() - z * error), float(apart.mean() + z * error))


def matched(first: np.ndarray, second: np.ndarray, z: float = Z95) -> Difference:
    """Paired difference of two shares, from whether it happened (runs,) in both; an interval also where no
    run differs.

    Agresti and Min 2005: half a run is added to each cell of the table of pairs. Raises ValueError.
    """
    if first.shape != second.shape or not len(first):
        raise ValueError("paired outcomes must come from the same runs, at least one")
    runs, gained, lost = (
        len(first) + 2,
        float((second > first).sum()) + 0.5,
        float((first > second).sum()) + 0.5,
    )
    middle = (gained - lost) / runs
    half = z * np.sqrt(gained + lost - (gained - lost) ** 2 / runs) / runs
    return Difference(float(second.mean() - first.mean()), max(middle - half, -1.0), min(middle + half, 1.0))


def levels(points: np.ndarray, happened: np.ndarray) -> pd.DataFrame:
    """Share of runs by grid point with its Wilson 95 % interval, and `matched` differences against the first
    point.

    `points` (points,) are the values of the grid, `happened` (points, runs) whether it happened in a run. The
    first point does not differ from itself.
    """
    low, high = wilson(happened.sum(axis=1), happened.shape[1])
    apart = [Difference(0.0, 0.0, 0.0), *(matched(happened[0], row) for row in happened[1:])]
    return pd.DataFrame(
        {
            "point": points, "probability": happened.mean(axis=1), "low": low, "high": high,
            "difference": [d.mean for d in apart],
            "difference_low": [d.low for d in apart], "difference_high": [d.high for d in apart],
            "runs": happened.shape[1],
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What a curve does over its grid: `kind` is rises, falls, inverted U, U or flat; `turn` the grid point
    where it turns.
    """

    kind: str
    turn: float | None
    levels_off: bool
    whole: Difference
    before: Difference
    after: Difference


def shape(points: np.ndarray, happened: np.ndarray) -> Shape:
    """The shape that paired differences of shares (`matched`) support at 95 % for all pairs of points
    together (Bonferroni).
    """
    share = happened.mean(axis=1)
    pairs = max(len(points) * (len(points) - 1) // 2, 1)
    z = NormalDist().inv_cdf(1 - 0.025 / pairs)

    def change(first: int, last: int) -> Difference:
        return matched(happened[first], happened[last], z)

    end = len(points) - 1
    whole = change(0, end)
    for turn, sign, kind in ((int(share.argmax()), 1, "inverted U"), (int(share.argmin()), -1, "U")):
        before, after = change(0, turn), change(turn, end)
        if before.sign == sign and after.sign == -sign:
            return Shape(kind, float(points[turn]), False, whole, before, after)
    before, after = change(0, end // 2), change(end // 2, end)
    kind = {1: "rises", -1: "falls", 0: "flat"}[whole.sign]
    return Shape(
        kind, None, whole.sign != 0 and abs(after.mean) < LEVELLING * abs(before.mean), whole, before, after
    )


def in_words(found: Shape, points: np.ndarray, happened: np.ndarray) -> str:
    """A sentence's worth about a curve, with numbers."""
    share = happened.mean(axis=1)
    ends = f"from {share[0]:.3f} at {points[0]:g} to {share[-1]:.3f} at {points[-1]:g}"
    by = f"difference {found.whole.mean:+.3f}, {found.whole.low:+.3f} to {found.whole.high:+.3f}"
    if found.turn is not None:
        height = share.max() if found.kind == "inverted U" else share.min()
        extreme = "highest" if found.kind == "inverted U" else "lowest"
        slopes = f"{found.before.mean:+.3f} up to there, {found.after.mean:+.3f} after"
        return f"{found.kind}, {extreme} {height:.3f} at {found.turn:g} ({slopes}), {ends}"
    if found.kind == "flat":
        return f"no change that chance in the runs could not make, {ends} ({by})"
    return f"{found.kind}{' and levels off' if found.levels_off else ''}, {ends} ({by})"
