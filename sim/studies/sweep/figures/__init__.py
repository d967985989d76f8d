"""Figures of a sweep: along one number, or as maps over two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from sim.drawing.caption import Caption
from sim.engine.history import month_label
from sim.outcomes.columns import date_column, end_column
from sim.outcomes.postures import posture_names
from sim.scenario.labels import posture_label, state_label
from sim.scenario.schema import month_number
from sim.statistics.cells import modal, quantiles
from sim.studies.sweep.figures import distributions, maps
from sim.studies.sweep.figures import lines as sweep
from sim.studies.sweep.figures.axes import Swept
from sim.studies.sweep.tipping import one_number

if TYPE_CHECKING:
    from sim.studies.sweep.results import Sweep


def figures_of(done: Sweep, summary: pd.DataFrame, turns: pd.DataFrame) -> dict[str, Figure]:
    """The figures of a sweep by name, for a design along one number or over a grid of two; none for another.

    `summary` is that of the sweep, `turns` its table of tipping points.
    """
    plan, case = done.plan, done.plan.scenario.case
    lost = summary.drop_duplicates(["point", "lever"])
    failed = int(lost.loc[lost["reason"].isna(), "failed"].sum())
    begin = month_number(case.time.start)
    span = f"{plan.scenario.title} ({month_label(begin)} to {month_label(begin + plan.months - 1)})"
    caption = Caption(
        span, plan.runs, plan.seed, failed, changes=plan.scenario.overrides, points=len(plan.points)
    )
    happened = {
        date_column(name): outcome.label
        for name, outcome in case.outcomes.items()
        if date_column(name) in plan.keep
    }
    ends = {
        end_column(name): state_label(case, name)
        for name in case.headlines or case.quantities
        if end_column(name) in plan.keep
    }
    axes, levers = (
        [Swept.of(plan.points, path, plan.scenario) for path in plan.points.columns],
        list(plan.levers),
    )
    found: dict[str, Figure] = {}
    if not (summary["runs"] > 0).any():
        return found
    if one_number(plan.points):
        if happened:
            found["sweep"] = sweep.along(summary, axes[0], happened, caption, turns)
        if ends:
            parts = [
                quantiles(part, list(ends)) for part in done.each_part(["point", "lever", "failed", *ends])
            ]
            table = pd.concat(parts, ignore_index=True).join(plan.points, on="point")
            found["distributions"] = distributions.figure(table, axes[0], ends, caption)
    elif two_numbers(plan.points):
        if happened:
            found["maps"] = maps.probabilities(summary, axes[0], axes[1], happened, levers, caption)
        if ends:
            found["means"] = maps.means(summary, axes[0], axes[1], ends, levers, caption)
        if case.postures:
            labels = {name: posture_label(case, name) for name in posture_names(case)}
            parts = [
                modal(part, len(labels)) for part in done.each_part(["point", "lever", "posture", "failed"])
            ]
            table = pd.concat(parts, ignore_index=True).join(plan.points, on="point")
            found["postures"] = maps.postures(
                table, maps.missing_cells(summary), axes[0], axes[1], labels, levers, caption
            )
    return found


def two_numbers(points: pd.DataFrame) -> bool:
    """Whether design points are a grid of two paths: every pair of their values once."""
    if len(points.columns) != 2:
        return False
    first, second = (points[path].nunique() for path in points.columns)
    return min(first, second) > 1 and len(points) == len(points.drop_duplicates()) == first * second
