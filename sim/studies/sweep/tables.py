"""The summary of a sweep: one row for each cell and outcome, with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sim.outcomes.columns import SHARES, Kind, came
from sim.statistics.intervals import Z95, wilson
from sim.studies.sweep.plan import Plan

COLUMNS = ["point", "lever", "outcome", "value", "low", "high", "runs", "failed", "reason"]


def summed(plan: Plan) -> dict[str, Kind]:
    """The outcomes that a summary tells of, with their kinds: counts are told by what happened."""
    return {name: kind for name, kind in plan.kinds.items() if kind is not Kind.COUNT}


def summary_of(plan: Plan, parts: Iterable[pd.DataFrame], failures: Mapping[int, str]) -> pd.DataFrame:
    """One row per cell and outcome: probability or mean, 95 % interval, runs and failures; then the point.

    `parts` hold the rows of whole cells with the outcomes that are `summed`, `failures` the cells that could
    not be run, with the reason. Failed runs count nowhere but in `failed`.
    """
    kinds = summed(plan)
    tables = []
    for part in parts:
        for (point, lever), cell in part.groupby(["point", "lever"], sort=False):
            tables.append(_cell_summary(point, lever, cell, kinds))
    if failures:
        tables.append(_lost(plan, failures))
    table = pd.DataFrame()
    if tables:  # pandas joins no empty list
        table = pd.concat(tables, ignore_index=True)
    return table.reindex(columns=COLUMNS).join(plan.points, on="point")


def _lost(plan: Plan, failures: Mapping[int, str]) -> pd.DataFrame:
    """A row without a value, with the reason, for each cell that could not be run."""
    rows = []
    for cell, reason in failures.items():
        point, lever, _ = plan.changes(cell)
        rows.append({"point": point, "lever": lever, "reason": reason})
    return pd.DataFrame(rows).assign(outcome=None, runs=0, failed=plan.runs)


def _cell_summary(point: int, lever: str, cell: pd.DataFrame, kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """The summary of one cell: a row for each outcome."""
    good = cell[~cell["failed"]]  # a run that failed has no outcomes
    found = [_interval(good[name].to_numpy(), kind) for name, kind in kinds.items()]
    rows = pd.DataFrame(found, columns=["value", "low", "high"])
    rows.insert(0, "outcome", list(kinds))
    return rows.assign(point=point, lever=lever, runs=len(good), failed=int(cell["failed"].sum()))


def _interval(values: np.ndarray, kind: Kind) -> tuple[float, float, float]:
    """Value, low and high end of a 95 % interval for an outcome; values: (runs,).

    What happens or does not has a probability with Wilson's interval, all else a mean with the normal one.
    """
    runs = len(values)
    if not runs:
        return np.nan, np.nan, np.nan
    if kind in SHARES:
        count = np.count_nonzero(came(kind, values))
        low, high = wilson(np.array([count]), runs)
        return count / runs, float(low[0]), float(high[0])
    mean = float(values.mean())
    if runs == 1:  # one run says nothing about the spread
        return mean, np.nan, np.nan
    half = Z95 * float(values.std(ddof=1)) / runs**0.5
    return mean, mean - half, mean + half
