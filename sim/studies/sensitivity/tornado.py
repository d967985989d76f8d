"""A tornado: the outcome with one number at either end of its range, all others as in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.target import Target
from sim.statistics.paired import Difference, difference, matched
from sim.studies.response import Response

ENDS = ("low", "high")

COLUMNS = [
    "name", "date", "own", "low", "high", "at_own", "at_low", "at_high", "low_change", "low_change_low",
    "low_change_high", "high_change", "high_change_low", "high_change_high",
]  # fmt: skip


def tornado(response: Response[Target], names: Sequence[str], runs: int, tell: Any) -> pd.DataFrame:
    """What the target is with each named entry at its ends, on the same luck: columns COLUMNS.

    own, low, high: values of the entry; at_*: the target there; *_change: its paired difference from the
    file's with a 95 % interval, which is for chance in the runs.
    """
    entries = [entry for entry in response.entries if entry.name in names]
    points = response.own(1 + 2 * len(entries))
    for place, entry in enumerate(entries):
        points[entry.name][[1 + 2 * place, 2 + 2 * place]] = entry.ends
    found = response.values(points, tell, range(runs))
    rows = []
    for date, values in zip(response.target.dates, found, strict=True):
        for place, entry in enumerate(entries):
            row = {"name": entry.name, "date": date, "own": entry.own, "at_own": values[0].mean()}
            for side, end in enumerate(ENDS):
                at = values[1 + 2 * place + side]
                apart = _apart(values[0], at, response.target.is_share)
                row |= {
                    end: entry.ends[side], f"at_{end}": at.mean(), f"{end}_change": apart.mean,
                    f"{end}_change_low": apart.low, f"{end}_change_high": apart.high,
                }  # fmt: skip
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _apart(own: np.ndarray, other: np.ndarray, is_share: bool) -> Difference:
    """The paired difference of two points (runs,)."""
    if is_share:
        return matched(own == 1, other == 1)
    return difference(own, other)
