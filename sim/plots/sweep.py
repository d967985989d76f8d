"""A probability against one swept number: curves with bands, each labelled at its end, one panel per group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.sheet import BLUE, GREEN, PURPLE, VERMILION, Provenance, grid, plain, sheet, titled

if TYPE_CHECKING:
    from sim.sweep.run import Sweep

COLOURS = (BLUE, VERMILION, GREEN, PURPLE)
NOTE = (
    "Lines: share of runs at each point of the grid, all points on the same luck; bands: 95 % intervals from chance in the runs "
    "alone."
)


def figure(
    headline: str, panels: Mapping[str, Mapping[str, pd.DataFrame]], x_label: str, provenance: Provenance,
    columns: Sequence[tuple[str, str]], notes: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """Panels of curves: {panel title: {curve label: table of `sim.analysis.paired.levels`}}.

    `columns` are (column of the table, label of the axis), one row of panels each; panels of a row share their scale.
    """
    drawn, axes = sheet(headline, [NOTE, *notes], provenance, len(columns), len(panels), (4.6, 2.9))
    for row, (column, label) in enumerate(columns):
        own = axes[row * len(panels) : (row + 1) * len(panels)]
        bounds = [band(table, column) for curves in panels.values() for table in curves.values()]
        low, high = min(b[0].min() for b in bounds), max(b[1].max() for b in bounds)
        spare = 0.05 * max(high - low, 0.05)
        for ax, (title, curves) in zip(own, panels.items(), strict=True):
            draw_curves(ax, curves, column)
            ax.set_ylim(low - spare, high + spare)
            ax.set_xlabel(plain(x_label), fontsize=8.5)
            titled(ax, title, 56)
        own[0].set_ylabel(plain(label), fontsize=8.5)
    return drawn


def sweep_figure(done: Sweep, summary: pd.DataFrame) -> Figure | None:
    """The outcomes of a sweep along its one number; None for designs of another kind."""
    plan = done.plan
    asked = {f"first.{name}": outcome.label for name, outcome in plan.scenario.case.outcomes.items()}
    found = {name: label for name, label in asked.items() if (summary["outcome"] == name).any()}
    if len(plan.points.columns) != 1 or plan.points.dtypes.iloc[0].kind != "f" or len(plan.points) < 2 or not found:
        return None
    provenance = Provenance(plan.scenario.title, plan.runs, plan.seed, changes=plan.scenario.overrides)
    return along(summary, plan.points.columns[0], found, provenance)


def along(summary: pd.DataFrame, path: str, outcomes: Mapping[str, str], provenance: Provenance) -> Figure:
    """Small multiples of a sweep's summary along its one path: a panel for each outcome {name: label}, a line for each lever."""
    levers = list(dict.fromkeys(summary["lever"]))
    colours = dict(zip(levers, COLOURS * len(levers), strict=False))
    key = [Line2D([], [], color=colours[lever], linewidth=1.6, label=plain(lever)) for lever in levers if len(levers) > 1]
    rows, columns = grid(len(outcomes))
    drawn, axes = sheet("What has happened by the end, along a swept number", [NOTE], provenance, rows, columns, (3.1, 2.3), key)
    for ax, (name, label) in zip(axes, outcomes.items(), strict=False):
        own = summary[summary["outcome"] == name].sort_values(path)
        for lever in levers:
            line = own[own["lever"] == lever]
            ax.fill_between(line[path], line["low"], line["high"], color=colours[lever], alpha=0.25, linewidth=0)
            ax.plot(line[path], line["value"], color=colours[lever], linewidth=1.6, marker=".", markersize=4)
        ax.set_ylim(-0.02, 1.02)
        ax.set_xlabel(plain(path), fontsize=8)
        titled(ax, label)
    for ax in axes[len(outcomes) :]:
        ax.set_axis_off()
    for ax in axes[: len(outcomes) : columns]:
        ax.set_ylabel("Share of runs", fontsize=8.5)
    return drawn


def band(table: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """The interval of a column: `low` and `high`, or the same with the column's name before it."""
    prefix = "" if column == "probability" else f"{column}_"
    return table[f"{prefix}low"], table[f"{prefix}high"]


def draw_curves(ax: Axes, curves: Mapping[str, pd.DataFrame], column: str) -> Axes:
    """Curves with their bands, labelled at the right end."""
    if column == "difference":
        ax.axhline(0, color="#444444", linewidth=0.8, linestyle=":")
    for colour, (label, table) in zip(COLOURS, curves.items(), strict=False):
        low, high = band(table, column)
        ax.fill_between(table["point"], low, high, color=colour, alpha=0.25, linewidth=0)
        ax.plot(table["point"], table[column], color=colour, linewidth=1.6, marker=".", markersize=4)
        ax.annotate(
            plain(label), (1, table[column].iloc[-1]), (5, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
            va="center", fontsize=8.5, color=colour, weight="bold", annotation_clip=False,
        )  # fmt: skip
    ax.margins(x=0.02)
    return ax
