"""A probability against one swept number: curves with bands, each labelled at its end, one panel per group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.caption import Caption
from sim.drawing.sheet import (
    BLUE,
    DARK,
    GREEN,
    PURPLE,
    VERMILION,
    Handle,
    grid,
    plain,
    sheet,
    titled,
)
from sim.studies.sweep.figures.axes import COVERED, LINES, Swept, widths
from sim.studies.sweep.figures.distributions import own_mark

COLOURS = (BLUE, VERMILION, GREEN, PURPLE)
NOTE = (
    "Lines: share of runs at each point of the grid, all points on the same luck; bands: 95 % intervals from chance in the runs "
    "alone."
)
TIPPING = "passes one half, with its 95 % interval"


def figure(
    headline: str, panels: Mapping[str, Mapping[str, pd.DataFrame]], x_label: str, caption: Caption,
    columns: Sequence[tuple[str, str]], notes: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """Panels of curves: {panel title: {curve label: table of `sim.statistics.paired.levels`}}.

    `columns` are (column of the table, label of the axis), one row of panels each; panels of a row share
    their scale.
    """
    drawn, axes = sheet(headline, [NOTE, *notes], caption, len(columns), len(panels), (4.6, 2.9))
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


def along(
    summary: pd.DataFrame,
    swept: Swept,
    outcomes: Mapping[str, str],
    caption: Caption,
    turns: pd.DataFrame | None = None,
) -> Figure:
    """Small multiples of a sweep's summary along its one number: a panel for each outcome {name: label}, a
    line for each lever.

    `turns` is the table of `sim.studies.sweep.tipping.tipping_of`: passages of one half are marked with their
    intervals.
    """
    levers = list(dict.fromkeys(summary["lever"]))
    styles = dict(zip(levers, LINES * len(levers), strict=False))
    key: list[Handle] = [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.6, label=plain(lever))
        for lever, (colour, dash) in styles.items()
        if len(levers) > 1
    ]
    passed = (
        pd.DataFrame()
        if turns is None
        else turns[turns["at"].notna() & turns["outcome"].isin(list(outcomes))]
    )
    if len(passed):
        key.append(
            Line2D([], [], color=DARK, marker="D", markersize=4.5, markerfacecolor="white", label=TIPPING)
        )
    if swept.own_inside is not None:
        key.append(own_mark())
    notes = [NOTE, COVERED] if len(levers) > 1 else [NOTE]
    rows, columns = grid(len(outcomes))
    drawn, axes = sheet(
        "What has happened by the end, along a swept number",
        notes,
        caption,
        rows,
        columns,
        (3.1, 2.3),
        key,
    )
    for ax, (name, label) in zip(axes, outcomes.items(), strict=False):
        own = summary[summary["outcome"] == name].sort_values(swept.path)
        for (lever, (colour, dash)), width in zip(styles.items(), widths(len(levers)), strict=True):
            line = own[own["lever"] == lever]
            ax.fill_between(
                line[swept.path], line["low"], line["high"], color=colour, alpha=0.25, linewidth=0
            )
            ax.plot(
                line[swept.path],
                line["value"],
                color=colour,
                linestyle=dash,
                linewidth=width,
                marker=".",
                markersize=4,
            )
        if len(passed):
            draw_tipping(
                ax,
                passed[passed["outcome"] == name],
                {lever: colour for lever, (colour, _) in styles.items()},
            )
        if swept.own_inside is not None:
            ax.axvline(swept.own_inside, color=DARK, linewidth=0.9, linestyle=":")
        ax.set_ylim(-0.02, 1.02)
        swept.across(ax)
        titled(ax, label)
    for ax in axes[len(outcomes) :]:
        ax.set_axis_off()
    for ax in axes[: len(outcomes) : columns]:
        ax.set_ylabel("Share of runs", fontsize=8.5)
    return drawn


def draw_tipping(ax: Axes, passed: pd.DataFrame, colours: Mapping[str, str]) -> Axes:
    """Passages of a level as diamonds on it, with their intervals; an interval that leaves the grid ends at
    its edge.
    """
    for row in passed.itertuples():
        ends = [max(row.low, row.first), min(row.high, row.last)]
        ax.plot(ends, [row.level, row.level], color=DARK, linewidth=1.4, marker="|", markersize=7, zorder=3)
        ax.plot(
            [row.at], [row.level], marker="D", markersize=4.5, markerfacecolor="white",
            markeredgecolor=colours[row.lever], linestyle="none", zorder=4,
        )  # fmt: skip
    return ax


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
            plain(label), (1, table[column].iloc[-1]), (5, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=8.5, color=colour, weight="bold",
            annotation_clip=False,
        )  # fmt: skip
    ax.margins(x=0.02)
    return ax
