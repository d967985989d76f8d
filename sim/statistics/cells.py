"""The cells of a sweep in a few numbers each, one at a time: quantiles of outcomes, and the posture that most
runs end in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from sim.statistics.intervals import QUANTILES, wilson

QUANTILE_COLUMNS = [
    "point",
    "lever",
    "outcome",
    *(f"q{100 * level:02.0f}" for level in QUANTILES),
    "runs",
    "failed",
]
MODAL_COLUMNS = ["point", "lever", "posture", "share", "runner_up", "second", "ahead", "runs", "failed"]


def each_cell(rows: pd.DataFrame) -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Point, lever and rows of each cell in some rows of a sweep."""
    for (point, lever), cell in rows.groupby(["point", "lever"], sort=False, observed=True):
        yield int(point), str(lever), cell


def quantiles(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Quantiles over runs (q05 q25 q50 q75 q95) of outcomes [their units] by cell and outcome; failed runs
    left out.
    """
    found = []
    for point, lever, cell in each_cell(rows):
        good = cell[~cell["failed"]]
        for name in names:
            values = good[name].to_numpy(dtype=float)
            levels = np.quantile(values, QUANTILES) if len(values) else np.full(len(QUANTILES), np.nan)
            found.append([point, lever, name, *levels, len(values), len(cell) - len(values)])
    return pd.DataFrame(found, columns=QUANTILE_COLUMNS)


def modal(rows: pd.DataFrame, classes: int) -> pd.DataFrame:
    """The commonest posture of each cell with its share [0, 1], the runner-up with its share, and whether it
    is ahead surely.

    `ahead`: of the runs in either of the two, the Wilson interval of the share in the first lies above one
    half (a sign test for two shares of one multinomial), at 95 % for all its rivals together (Bonferroni over
    `classes` - 1, the number of postures that there are less one; compare Goodman 1965, Technometrics 7:247).
    """
    z, found = NormalDist().inv_cdf(1 - 0.025 / max(classes - 1, 1)), []
    for point, lever, cell in each_cell(rows):
        good = cell[~cell["failed"]]
        counts = (
            good["posture"]
            .value_counts()
            .sort_index(kind="stable")
            .sort_values(ascending=False, kind="stable")
        )
        runs, names, numbers = len(good), [*counts.index, None, None][:2], [*counts.to_numpy(), 0, 0][:2]
        low, _ = wilson(numbers[0], int(numbers[0]) + int(numbers[1]), z)
        shares = [number / runs if runs else np.nan for number in numbers]
        found.append(
            [point, lever, names[0], shares[0], names[1], shares[1], bool(low > 0.5), runs, len(cell) - runs]
        )
    return pd.DataFrame(found, columns=MODAL_COLUMNS)
