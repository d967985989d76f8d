"""Figures of a sweep: along one number, or as maps over two."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from sim.drawing.caption import Caption
from sim.engine.history import month_label
from sim.outcomes.columns import date_column, end_column
from sim.outcomes.postures import posture_names
from sim.scenario.labels import posture_label, state_label
from sim.scenario.schema import month_number
from sim.statistics.cells import modal, quantiles
from sim.studies.sweep.figures import distributions, lines, maps
from sim.studies.sweep.figures.axes import Swept
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.tables import last_month, latest
from sim.studies.sweep.tipping import one_number


def figures_of(done: Sweep, summary: pd.DataFrame, turns: pd.DataFrame) -> dict[str, Figure]:
    """The figures of a sweep by name, for a design along one number or over a grid of two; none for another.

    summary: that of the sweep; turns: its table of tipping points. Of each outcome the last month is drawn by
    which it is asked about.
    """
    summary, turns = latest(done.plan, summary), latest(done.plan, turns)
    if not (summary["runs"] > 0).any():
        return {}
    if one_number(done.plan.points):
        return _along(done, summary, turns)
    if two_numbers(done.plan.points):
        return _over(done, summary)
    return {}


def _along(done: Sweep, summary: pd.DataFrame, turns: pd.DataFrame) -> dict[str, Figure]:
    """Of a design along one number."""
    plan, caption = done.plan, _caption(done.plan, summary)
    swept = Swept.of(plan.points, plan.points.columns[0], plan.scenario)
    happened, ends = _happened(plan), _ends(plan)
    found: dict[str, Figure] = {}
    if happened:
        found["sweep"] = lines.along(summary, swept, happened, caption, turns, last_month(plan))
    if ends:
        # Part by part: the rows of a large sweep do not fit into memory.
        parts = done.each_part(["point", "lever", "failed", *ends])
        table = pd.concat([quantiles(part, list(ends)) for part in parts], ignore_index=True)
        joined = table.join(plan.points, on="point")
        found["distributions"] = distributions.figure(joined, swept, ends, caption)
    return found


def _over(done: Sweep, summary: pd.DataFrame) -> dict[str, Figure]:
    """Of a design over two numbers."""
    plan, case, caption = done.plan, done.plan.scenario.case, _caption(done.plan, summary)
    across, up = (Swept.of(plan.points, path, plan.scenario) for path in plan.points.columns)
    happened, ends, levers = _happened(plan), _ends(plan), list(plan.levers)
    found: dict[str, Figure] = {}
    if happened:
        found["maps"] = maps.probabilities(summary, across, up, happened, levers, caption, last_month(plan))
    if ends:
        found["means"] = maps.means(summary, across, up, ends, levers, caption)
    if case.postures:
        labels = {name: posture_label(case, name) for name in posture_names(case)}
        parts = done.each_part(["point", "lever", "posture", "failed"])
        table = pd.concat([modal(part, len(labels)) for part in parts], ignore_index=True)
        joined, missing = table.join(plan.points, on="point"), maps.missing_cells(summary)
        found["postures"] = maps.postures(joined, missing, across, up, labels, levers, caption)
    return found


def _caption(plan: Plan, summary: pd.DataFrame) -> Caption:
    """The foot of figures of a sweep; runs of cells that could not be run at all have not failed."""
    cells = summary.drop_duplicates(["point", "lever"])
    failed = int(cells.loc[cells["reason"].isna(), "failed"].sum())
    begin = month_number(plan.scenario.case.time.start)
    span = f"{plan.scenario.title} ({month_label(begin)} to {month_label(begin + plan.months - 1)})"
    changes = plan.scenario.changes
    return Caption(span, plan.runs, plan.seed, failed, changes=changes, points=len(plan.points))


def _happened(plan: Plan) -> dict[str, str]:
    """Columns that a sweep has kept of the dates of outcomes, with their labels."""
    outcomes = plan.scenario.case.outcomes
    return _kept(plan, {date_column(name): outcome.label for name, outcome in outcomes.items()})


def _ends(plan: Plan) -> dict[str, str]:
    """Columns that a sweep has kept of the values of headlines in the last month, with their labels."""
    case = plan.scenario.case
    names = case.headlines or case.quantities
    return _kept(plan, {end_column(name): state_label(case, name) for name in names})


def _kept(plan: Plan, labels: dict[str, str]) -> dict[str, str]:
    """Those of some columns {name: label} whose rows a sweep has kept."""
    return {column: label for column, label in labels.items() if column in plan.keep}


def two_numbers(points: pd.DataFrame) -> bool:
    """Whether design points are a grid of two paths: every pair of their values once."""
    if len(points.columns) != 2:
        return False
    first, second = (points[path].nunique() for path in points.columns)
    if min(first, second) == 1:
        return False
    return len(points) == len(points.drop_duplicates()) == first * second
