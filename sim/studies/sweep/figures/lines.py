"""A probability against one swept number: curves with bands, each labelled at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.caption import Caption
from sim.drawing.colours import DARK, SERIES
from sim.drawing.scale import reach
from sim.drawing.sheet import SMALL, Handle, plain, sheet, small_multiples, titled
from sim.studies.sweep.figures.axes import COVERED, LINES, Style, Swept, lever_key, own_mark, widths

COLOURS = SERIES[:4]
HEADLINE = "What has happened by {}, along a swept number"
NOTE = (
    "Lines: share of runs at each point of the grid, all points on the same luck; bands: 95 % intervals from "
    "chance in the runs alone."
)
TIPPING = "passes one half, with its 95 % interval"


def figure(
    headline: str,
    panels: Mapping[str, Mapping[str, pd.DataFrame]],
    x_label: str,
    caption: Caption,
    columns: Sequence[tuple[str, str]],
    notes: Sequence[str] = (),
) -> Figure:
    """Panels of curves: {panel title: {curve label: table of `sim.statistics.paired.levels`}}.

    columns: (column of the table, label of the axis), one row of panels each; panels of a row share their
    scale.
    """
    drawn, axes = sheet(headline, [NOTE, *notes], caption, [2.5] * len(columns), len(panels))
    tables = [table for curves in panels.values() for table in curves.values()]
    for row, (column, label) in enumerate(columns):
        own = axes[row * len(panels) : (row + 1) * len(panels)]
        scale = _scale(tables, column)
        for ax, (title, curves) in zip(own, panels.items(), strict=True):
            draw_curves(ax, curves, column)
            ax.set_ylim(*scale)
            ax.set_xlabel(plain(x_label))
            titled(ax, title)
        own[0].set_ylabel(plain(label))
    return drawn


def _scale(tables: Sequence[pd.DataFrame], column: str) -> tuple[float, float]:
    """The vertical range that holds the bands of a column in all tables."""
    lows, highs = zip(*(band(table, column) for table in tables), strict=True)
    return reach(pd.concat([*lows, *highs]).tolist())


def along(
    summary: pd.DataFrame,
    swept: Swept,
    outcomes: Mapping[str, str],
    caption: Caption,
    turns: pd.DataFrame | None = None,
    by: str = "the end",
) -> Figure:
    """Small multiples of a sweep's summary along its one number: a panel for each outcome {name: label}.

    turns: the table of `sim.studies.sweep.tipping.tipping_of`, whose passages of one half are marked with
    their intervals; by: the month by which it has happened. Each lever has a line.
    """
    levers = list(dict.fromkeys(summary["lever"]))
    styles = dict(zip(levers, LINES * len(levers), strict=False))
    passed = _passed(turns, outcomes)
    notes, key = [NOTE], list[Handle]()
    if len(levers) > 1:
        notes.append(COVERED)
        key += lever_key(styles)
    if len(passed):
        diamond: dict = {"marker": "D", "markersize": 4.5, "markerfacecolor": "white"}
        key.append(Line2D([], [], color=DARK, label=TIPPING, **diamond))
    if swept.own_inside is not None:
        key.append(own_mark())
    drawn, axes, left = small_multiples(HEADLINE.format(by), notes, caption, len(outcomes), 1.9, key)
    for ax, (name, label) in zip(axes, outcomes.items(), strict=True):
        draw_levers(ax, summary[summary["outcome"] == name].sort_values(swept.path), swept.path, styles)
        if len(passed):
            draw_tipping(ax, passed[passed["outcome"] == name], styles)
        swept.draw_own(ax)
        # A little beyond both ends: lines at 0 and 1 would be cut in half.
        ax.set_ylim(-0.02, 1.02)
        titled(ax, label)
    swept.across(axes)
    for ax in left:
        ax.set_ylabel("Share of runs")
    return drawn


def draw_levers(ax: Axes, rows: pd.DataFrame, path: str, styles: Mapping[str, Style]) -> Axes:
    """A line with its band for each lever, the later ones thinner, so that none is covered by another."""
    for (lever, (colour, dash)), width in zip(styles.items(), widths(len(styles)), strict=True):
        line = rows[rows["lever"] == lever]
        at = line[path]
        ax.fill_between(at, line["low"], line["high"], color=colour, alpha=0.25, linewidth=0)
        dots: dict = {"linestyle": dash, "linewidth": width, "marker": ".", "markersize": 4}
        ax.plot(at, line["value"], color=colour, **dots)
    return ax


def _passed(turns: pd.DataFrame | None, outcomes: Mapping[str, str]) -> pd.DataFrame:
    """The passages of a level of some outcomes; a table without rows if there is none."""
    if turns is None:
        return pd.DataFrame()
    return turns[turns["at"].notna() & turns["outcome"].isin(list(outcomes))]


def draw_tipping(ax: Axes, passed: pd.DataFrame, styles: Mapping[str, Style]) -> Axes:
    """Passages of a level as diamonds on it, with their intervals, which end at the edge of the grid."""
    diamond: dict = {"marker": "D", "markersize": 4.5, "markerfacecolor": "white", "linestyle": "none"}
    for row in passed.itertuples():
        # An interval may end at infinity, which has no place on an axis.
        ends = [max(row.low, row.first), min(row.high, row.last)]
        colour, _ = styles[row.lever]
        ax.plot(ends, [row.level, row.level], color=DARK, linewidth=1.4, marker="|", markersize=7, zorder=3)
        ax.plot([row.at], [row.level], markeredgecolor=colour, zorder=4, **diamond)
    return ax


def band(table: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """The interval of a column of `levels`: those of differences have the column's name before it."""
    prefix = f"{column}_"
    if column == "probability":
        prefix = ""
    return table[f"{prefix}low"], table[f"{prefix}high"]


def draw_curves(ax: Axes, curves: Mapping[str, pd.DataFrame], column: str) -> Axes:
    """Curves with their bands, labelled at the right end."""
    if column == "difference":
        ax.axhline(0, color=DARK, linewidth=0.8, linestyle=":")
    beyond: dict = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
    bold: dict = {"va": "center", "fontsize": SMALL, "weight": "bold", "annotation_clip": False}
    for colour, (label, table) in zip(COLOURS, curves.items(), strict=False):
        low, high = band(table, column)
        ax.fill_between(table["point"], low, high, color=colour, alpha=0.25, linewidth=0)
        ax.plot(table["point"], table[column], color=colour, linewidth=1.6, marker=".", markersize=4)
        ax.annotate(plain(label), (1, table[column].iloc[-1]), (5, 0), color=colour, **beyond, **bold)
    ax.margins(x=0.02)
    return ax
