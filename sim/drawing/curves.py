"""Outcomes against one swept number: a panel for each outcome on a scale of its own, a curve with its band
for each lever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.bands import LEAST_SPAN
from sim.drawing.sheet import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Provenance,
    grid,
    plain,
    sheet,
    titled,
)

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKS = ("o", "s", "^", "D", "v", "P", "X")
NOTE = (
    "Lines: share of runs or mean over runs at each point, all points on the same luck; bands: 95 % intervals from chance in the "
    "runs alone. Scales differ between panels."
)


def figure(
    headline: str, table: pd.DataFrame, x: str, x_label: str, units: Mapping[str, str],
    provenance: Provenance, notes: Sequence[str] = (), base: float | None = None,
) -> Figure:  # fmt: skip
    """Panels of a table with columns outcome, lever, value, low, high and `x`; units {outcome: axis label} in
    order.

    `base` marks a value of x, such as that of the scenario as given. Raises ValueError for more levers than
    colours.
    """
    levers = list(dict.fromkeys(table["lever"]))
    if len(levers) > len(COLOURS):
        raise ValueError(
            f"{len(levers)} levers are more than the {len(COLOURS)} colours that can be told apart"
        )
    looks = dict(zip(levers, zip(COLOURS, MARKS, strict=True), strict=False))
    size = 4 if table[x].nunique() <= 20 else 0
    key = [
        Line2D(
            [],
            [],
            color=looks[lever][0],
            marker=looks[lever][1],
            markersize=size,
            linewidth=1.6,
            label=plain(lever),
        )
        for lever in levers
        if len(levers) > 1
    ]
    rows, columns = (2, 2) if len(units) == 4 else grid(len(units))
    drawn, axes = sheet(headline, [NOTE, *notes], provenance, rows, columns, (3.6, 2.6), key)
    for ax, (outcome, unit) in zip(axes, units.items(), strict=False):
        own = table[table["outcome"] == outcome].sort_values(x)
        if base is not None:
            ax.axvline(base, color="#777777", linewidth=0.8, linestyle=":")
        for lever in levers:
            line, (colour, mark) = own[own["lever"] == lever], looks[lever]
            ax.fill_between(line[x], line["low"], line["high"], color=colour, alpha=0.25, linewidth=0)
            ax.plot(line[x], line["value"], color=colour, linewidth=1.6, marker=mark, markersize=size)
        spare = max(LEAST_SPAN - (own["high"].max() - own["low"].min()), 0) / 2
        ax.update_datalim(
            [(own[x].min(), own["low"].min() - spare), (own[x].max(), own["high"].max() + spare)]
        )
        ax.autoscale_view()
        ax.set_xlabel(plain(x_label), fontsize=8.5)
        ax.set_ylabel(plain(unit), fontsize=8.5)
        titled(ax, outcome, 44)
    for ax in axes[len(units) :]:
        ax.set_axis_off()
    return drawn
