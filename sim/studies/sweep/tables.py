"""The summary of a sweep: one row for each cell and outcome, with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sim.outcomes.columns import SHARES, Kind, came, date_column, happening_in
from sim.scenario.asked import asked, simulated
from sim.statistics.intervals import Z95, wilson
from sim.studies.sweep.plan import Plan

COLUMNS = ["point", "lever", "outcome", "date", "value", "low", "high", "runs", "failed", "reason"]


def summed(plan: Plan) -> dict[str, Kind]:
    """The outcomes that a summary tells of, with their kinds: counts are told by what happened.

    What is an average of counts has no number in every run, and so none that is a mean over runs.
    """
    return {name: kind for name, kind in plan.kinds.items() if kind not in (Kind.COUNT, Kind.AVERAGE)}


def due(plan: Plan) -> dict[str, list[int]]:
    """The months [after the start] of which a summary tells, by the outcomes that are `summed`.

    Of outcomes that have a month those that the scenario asks about, of all else the last one.
    """
    found = {}
    for name, kind in summed(plan).items():
        found[name] = [plan.months - 1]
        if kind is Kind.DATE:
            found[name] = asked(plan.scenario.case, happening_in(name), plan.months)
    return found


def latest(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that are of the last month of which each outcome is told; cells without any too."""
    dates = simulated(plan.scenario.case, plan.months)
    last = {name: dates[months[-1]] for name, months in due(plan).items()}
    return table[table["date"].isna() | (table["date"] == table["outcome"].map(last))]


def last_month(plan: Plan) -> str:
    """The last month of which the outcomes of the scenario are told, in words where they differ in it."""
    case, outcomes = plan.scenario.case, plan.scenario.case.outcomes
    last = {asked(case, name, plan.months)[-1] for name in outcomes if date_column(name) in plan.keep}
    if len(last) == 1:
        return simulated(case, plan.months)[last.pop()]
    return "the last month asked about"


def summary_of(plan: Plan, parts: Iterable[pd.DataFrame], failures: Mapping[int, str]) -> pd.DataFrame:
    """One row per cell, outcome and month asked about: probability or mean, 95 % interval, runs, failures;
    then the point.

    `parts` hold the rows of whole cells with the outcomes that are `summed`, `failures` the cells that could
    not be run, with the reason. Failed runs count nowhere but in `failed`.
    """
    tables = [_part_summary(part, plan) for part in parts]
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


def _part_summary(part: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The summary of the rows of some cells, each with its runs in order."""
    runs, kinds = plan.runs, summed(plan)
    asked_about = [(name, month) for name, months in due(plan).items() for month in months]
    cells, failed = part.iloc[::runs], part["failed"].to_numpy(bool).reshape(-1, runs)
    found = np.empty((len(cells), len(asked_about), 3))
    for place, (name, month) in enumerate(asked_about):
        found[:, place] = _intervals(part[name].to_numpy(float).reshape(-1, runs), failed, kinds[name], month)
    value, low, high = found.reshape(-1, 3).T
    names, months = zip(*asked_about, strict=True)
    dates = np.take(simulated(plan.scenario.case, plan.months), months)
    rows = {"value": value}
    for column, values in (("outcome", names), ("date", dates)):
        rows[column] = np.tile(np.array(values, dtype=object), len(cells))
    for name in ("point", "lever"):
        rows[name] = np.repeat(cells[name].to_numpy(), len(asked_about))
    rows["point"] = rows["point"].astype(np.int64)
    lost = np.repeat(failed.sum(axis=1), len(asked_about))
    return pd.DataFrame(rows | {"low": low, "high": high, "runs": runs - lost, "failed": lost})


def _intervals(values: np.ndarray, failed: np.ndarray, kind: Kind, by: int) -> np.ndarray:
    """Value, low and high end of a 95 % interval for each cell (cells, 3) of an outcome (cells, runs)."""
    found, whole = np.empty((len(values), 3)), ~failed.any(axis=1)
    found[whole] = _interval(values[whole], kind, by)
    for cell in np.flatnonzero(~whole):  # a run that failed has no outcomes
        found[cell] = _interval(values[[cell]][:, ~failed[cell]], kind, by)
    return found


def _interval(values: np.ndarray, kind: Kind, by: int) -> np.ndarray:
    """Value, low and high end of a 95 % interval (cells, 3) for values (cells, runs) of runs that count.

    What happens or does not has a probability with Wilson's interval, all else a mean with the normal one.
    """
    runs = values.shape[1]
    if not runs:
        return np.full((len(values), 3), np.nan)
    if kind in SHARES:
        count = np.count_nonzero(came(kind, values, by), axis=1)
        return np.column_stack([count / runs, *wilson(count, runs)])
    mean, half = values.mean(axis=1), np.full(len(values), np.nan)
    if runs > 1:  # one run says nothing about the spread
        half = Z95 * values.std(axis=1, ddof=1) / runs**0.5
    return np.column_stack([mean, mean - half, mean + half])
