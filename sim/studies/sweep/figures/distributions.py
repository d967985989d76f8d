"""How outcomes are distributed along one swept number: quantile bands at each point of the grid."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing import scale
from sim.drawing.bands import stand
from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK
from sim.drawing.sheet import Handle, small_multiples, titled
from sim.studies.sweep.figures.axes import COVERED, LINES, Style, Swept, lever_key, own_mark, widths

HEADLINE = "How outcomes at the end are spread, along a swept number"
NOTE = (
    "Quantiles over runs at each point of the grid, all points on the same luck: "
    f"chance within the scenario, not doubt about it. {scale.NOTE}"
)


def figure(table: pd.DataFrame, swept: Swept, outcomes: Mapping[str, str], caption: Caption) -> Figure:
    """Small multiples of quantiles along one number: a panel for each outcome {name: label}.

    table: `sim.statistics.cells.quantiles` joined with the design points. One lever: bands of 25 to 75 and 5
    to 95 %. More: the median of each, its band of 25 to 75 %, and thin lines at 5 and 95 %.
    """
    levers = list(dict.fromkeys(table["lever"]))
    # Repeated, so that any number of levers has a line, if not one of its own.
    styles = dict(zip(levers, LINES * len(levers), strict=False))
    alone = len(levers) == 1
    if alone:
        notes, key = [NOTE], _key({}, swept)
    else:
        notes, key = [NOTE, COVERED], _key(styles, swept)
    drawn, axes, left = small_multiples(HEADLINE, notes, caption, len(outcomes), 1.9, key)
    for ax, (name, label) in zip(axes, outcomes.items(), strict=True):
        own = table[table["outcome"] == name].sort_values(swept.path)
        for lever, width in zip(levers, widths(len(levers)), strict=True):
            draw_bands(ax, own[own["lever"] == lever], swept.path, styles[lever], alone, width)
        swept.draw_own(ax)
        stand(ax, [own])
        titled(ax, label)
    swept.across(axes)
    for ax in left:
        ax.set_ylabel("Value in the last month")
    return drawn


def draw_bands(
    ax: Axes, table: pd.DataFrame, path: str, style: Style, alone: bool, width: float = 1.6
) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) along a path; the outer band is filled if alone, else two lines."""
    (colour, dash), at, alpha = style, table[path], 0.35
    if alone:
        ax.fill_between(at, table["q05"], table["q95"], color=colour, alpha=0.2, linewidth=0)
    else:
        # Bands of several levers lie over each other: faint ones, with edges, stay apart.
        alpha = 0.16
        for edge in ("q05", "q95"):
            ax.plot(at, table[edge], color=colour, linewidth=0.45 * width, linestyle=dash)
    ax.fill_between(at, table["q25"], table["q75"], color=colour, alpha=alpha, linewidth=0)
    ax.plot(at, table["q50"], color=colour, linewidth=width, linestyle=dash, marker=".", markersize=4)
    return ax


def _key(styles: Mapping[str, Style], swept: Swept) -> list[Handle]:
    """Of the lines of levers, if there are several, and of the bands."""
    outer: Handle
    if styles:
        colour = DARK
        outer = Line2D([], [], color=colour, linewidth=0.7, label="5 and 95 % of runs")
    else:
        colour = BLUE
        outer = Patch(color=colour, alpha=0.2, label="5 to 95 % of runs")
    median: dict = {"linewidth": 1.6, "marker": ".", "markersize": 4}
    found = [
        *lever_key(styles),
        Line2D([], [], color=colour, label="median of the runs", **median),
        Patch(color=colour, alpha=0.35, label="25 to 75 % of runs"),
        outer,
    ]
    if swept.own_inside is not None:
        found.append(own_mark())
    return found
