"""The cells of a sweep in a few numbers each: quantiles of outcomes, and the posture most runs end in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from sim.statistics.intervals import QUANTILES, wilson

LEVELS = [f"q{100 * level:02.0f}" for level in QUANTILES]
QUANTILE_COLUMNS = ["point", "lever", "outcome", *LEVELS, "runs", "failed"]
MODAL_COLUMNS = ["point", "lever", "posture", "share", "runner_up", "second", "ahead", "runs", "failed"]


def each_cell(rows: pd.DataFrame) -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Point, lever and rows of each cell in some rows of a sweep."""
    for (point, lever), cell in rows.groupby(["point", "lever"], sort=False, observed=True):
        yield int(point), str(lever), cell


def quantiles(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Quantiles over runs (q05 q25 q50 q75 q95) of outcomes [their units] by cell and outcome.

    Failed runs are left out; not a number where none is left.

    >>> rows = pd.DataFrame({"point": 0, "lever": "none", "failed": False, "trust": [0.0, 0.2, 0.4]})
    >>> quantiles(rows, ["trust"])[["outcome", "q50", "runs"]].to_numpy().tolist()
    [['trust', 0.2, 3]]
    """
    found = []
    for point, lever, cell in each_cell(rows):
        good = cell[~cell["failed"]]
        for name in names:
            values = good[name].to_numpy(dtype=float)
            if len(values):
                levels = np.quantile(values, QUANTILES)
            else:
                levels = np.full(len(QUANTILES), np.nan)
            found.append([point, lever, name, *levels, len(values), len(cell) - len(values)])
    return pd.DataFrame(found, columns=QUANTILE_COLUMNS)


def modal(rows: pd.DataFrame, classes: int) -> pd.DataFrame:
    """The commonest posture of each cell and the runner-up with their shares [0, 1], and whether it is ahead.

    `ahead`: of the runs in either of the two, the Wilson interval of the share in the first lies above one
    half (a sign test for two shares of one multinomial), at 95 % for all its rivals together (Bonferroni over
    `classes` - 1, the number of postures that there are less one; compare Goodman 1965, Technometrics 7:247).

    >>> postures = ["hedges"] * 40 + ["aligned"] * 10
    >>> rows = pd.DataFrame({"point": 0, "lever": "none", "failed": False, "posture": postures})
    >>> modal(rows, classes=3)[["posture", "share", "runner_up", "ahead"]].to_numpy().tolist()
    [['hedges', 0.8, 'aligned', True]]
    """
    z, found = NormalDist().inv_cdf(1 - 0.025 / max(classes - 1, 1)), []
    for point, lever, cell in each_cell(rows):
        good = cell.loc[~cell["failed"], "posture"]
        # Sorted by name first, so that a tie goes to the same posture whatever the order of the runs.
        by_name = good.value_counts().sort_index(kind="stable")
        counts = by_name.sort_values(ascending=False, kind="stable")
        runs = len(good)
        # There may be one posture, or none if every run failed.
        names, numbers = [*counts.index, None, None][:2], [*map(int, counts), 0, 0][:2]
        low, _ = wilson(numbers[0], numbers[0] + numbers[1], z)
        first = second = np.nan
        if runs:
            first, second = numbers[0] / runs, numbers[1] / runs
        ahead = bool(low > 0.5)
        found.append([point, lever, names[0], first, names[1], second, ahead, runs, len(cell) - runs])
    return pd.DataFrame(found, columns=MODAL_COLUMNS)
