"""How outcomes are distributed along one swept number: quantile bands at each point of the grid."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.bands import limits
from sim.drawing.caption import Caption
from sim.drawing.sheet import BLUE, DARK, Handle, grid, plain, sheet, titled
from sim.studies.sweep.figures.axes import COVERED, LINES, Style, Swept, widths

NOTE = (
    "Quantiles over runs at each point of the grid, all points on the same luck: "
    "chance within the scenario, not doubt about it."
)


def figure(table: pd.DataFrame, swept: Swept, outcomes: Mapping[str, str], caption: Caption) -> Figure:
    """Small multiples of `sim.statistics.cells.quantiles` joined with the design points: a panel for each
    outcome {name: label}.

    One lever: bands of 25 to 75 and 5 to 95 %. More: the median of each, its band of 25 to 75 %, and thin
    lines at 5 and 95 %.
    """
    levers = list(dict.fromkeys(table["lever"]))
    styles = dict(zip(levers, LINES * len(levers), strict=False))
    notes = [NOTE, COVERED] if len(levers) > 1 else [NOTE]
    rows, columns = grid(len(outcomes))
    key = _key(styles if len(levers) > 1 else {}, swept)
    drawn, axes = sheet(
        "How outcomes at the end are spread, along a swept number",
        notes,
        caption,
        rows,
        columns,
        (3.1, 2.2),
        key,
    )
    for ax, (name, label) in zip(axes, outcomes.items(), strict=False):
        own = table[table["outcome"] == name].sort_values(swept.path)
        for lever, width in zip(levers, widths(len(levers)), strict=True):
            draw_bands(ax, own[own["lever"] == lever], swept.path, styles[lever], len(levers) == 1, width)
        if swept.own_inside is not None:
            ax.axvline(swept.own_inside, color=DARK, linewidth=0.9, linestyle=":")
        ax.set_ylim(*(limits([own], []) or (0, 1)))
        swept.across(ax)
        titled(ax, label)
    for ax in axes[len(outcomes) :]:
        ax.set_axis_off()
    for ax in axes[: len(outcomes) : columns]:
        ax.set_ylabel("Value in the last month", fontsize=8)
    return drawn


def draw_bands(
    ax: Axes, table: pd.DataFrame, path: str, style: Style, alone: bool, width: float = 1.6
) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) along a path; the outer band is filled if it lies alone, else it is two
    thin lines.
    """
    colour, dash = style
    if alone:
        ax.fill_between(table[path], table["q05"], table["q95"], color=colour, alpha=0.2, linewidth=0)
    else:
        for edge in ("q05", "q95"):
            ax.plot(table[path], table[edge], color=colour, linewidth=0.45 * width, linestyle=dash)
    ax.fill_between(
        table[path], table["q25"], table["q75"], color=colour, alpha=0.35 if alone else 0.16, linewidth=0
    )
    ax.plot(
        table[path], table["q50"], color=colour, linewidth=width, linestyle=dash, marker=".", markersize=4
    )
    return ax


def _key(styles: Mapping[str, Style], swept: Swept) -> list[Handle]:
    found: list[Handle] = [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.6, label=plain(lever))
        for lever, (colour, dash) in styles.items()
    ]
    colour = DARK if styles else BLUE
    found.append(
        Line2D([], [], color=colour, linewidth=1.6, marker=".", markersize=4, label="median of the runs")
    )
    found.append(Patch(color=colour, alpha=0.35, label="25 to 75 % of runs"))
    if styles:
        found.append(Line2D([], [], color=colour, linewidth=0.7, label="5 and 95 % of runs"))
    else:
        found.append(Patch(color=colour, alpha=0.2, label="5 to 95 % of runs"))
    if swept.own_inside is not None:
        found.append(own_mark())
    return found


def own_mark() -> Line2D:
    """The key of the line at the scenario's own value."""
    return Line2D([], [], color=DARK, linewidth=0.9, linestyle=":", label="value in the scenario")
