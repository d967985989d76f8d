"""Outcomes against one swept number: a panel for each outcome, a curve with its band for each lever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing import scale
from sim.drawing.caption import Caption
from sim.drawing.colours import SERIES
from sim.drawing.sheet import abreast, plain, small_multiples, titled, wrapped

LOOKS = tuple(zip(SERIES, ("o", "s", "^", "D", "v", "P", "X"), strict=True))
"""Colour and mark of each lever; more could not be told apart."""

WIDE = 84
"""Letters of the name of an axis that is as wide as the sheet."""

MOST_MARKED = 20
"""Points of a curve up to which each has a mark."""

NOTE = (
    "Lines: share of runs or mean over runs at each point, all points on the same luck; bands: 95 % "
    "intervals from chance in the runs alone. Scales differ between panels."
)


def figure(
    headline: str,
    table: pd.DataFrame,
    x: str,
    x_label: str,
    units: Mapping[str, str],
    caption: Caption,
    notes: Sequence[str] = (),
    base: float | None = None,
) -> Figure:
    """Panels of a table with columns outcome, lever, value, low, high and `x`.

    units: {outcome: axis label} in the order of panels; base: a value of x that is marked, such as that of
    the scenario as given. Raises ValueError for more levers than can be told apart.
    """
    levers = list(dict.fromkeys(table["lever"]))
    if len(levers) > len(LOOKS):
        raise ValueError(
            f"{len(levers)} levers are more than the {len(LOOKS)} colours that can be told apart"
        )
    looks = _looks(levers, table[x].nunique())
    key = [Line2D([], [], label=plain(lever), **look) for lever, look in looks.items()]
    if len(levers) == 1:
        key = []
    told = [f"{NOTE} {scale.NOTE}", *notes]
    drawn, axes, _ = small_multiples(headline, told, caption, len(units), 2.2, key)
    # Each outcome on its own scale: units differ.
    for ax, (outcome, unit) in zip(axes, units.items(), strict=True):
        if base is not None:
            ax.axvline(base, color="#777777", linewidth=0.8, linestyle=":")
        draw_curves(ax, table[table["outcome"] == outcome].sort_values(x), x, looks)
        ax.set_xlabel(wrapped(x_label, WIDE // abreast(ax)))
        ax.set_ylabel(wrapped(unit, 30))
        titled(ax, outcome)
    return drawn


def _looks(levers: Sequence[str], points: int) -> dict[str, dict]:
    """Colour and mark of each lever; curves of many points have no marks, which would cover them."""
    size = 0
    if points <= MOST_MARKED:
        size = 4
    return {
        lever: {"color": colour, "marker": mark, "markersize": size, "linewidth": 1.6}
        for lever, (colour, mark) in zip(levers, LOOKS, strict=False)
    }


def draw_curves(ax: Axes, rows: pd.DataFrame, x: str, looks: Mapping[str, dict]) -> Axes:
    """A curve with its band for each lever, on a scale on which small changes look small."""
    for lever, look in looks.items():
        line = rows[rows["lever"] == lever]
        ax.fill_between(line[x], line["low"], line["high"], color=look["color"], alpha=0.25, linewidth=0)
        ax.plot(line[x], line["value"], **look)
    values = rows[["low", "high"]].to_numpy().ravel().tolist()
    ax.set_ylim(*scale.reach(values))
    return scale.draw_bar(ax, scale.large(values))
