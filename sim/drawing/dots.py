"""Probabilities in several worlds on the same luck, as dots, and how they differ from the first world's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, GREY, VERMILION
from sim.drawing.sheet import SMALL, hide, sheet, titled, wrapped

NOTE = (
    "Dot: share of runs [1]; whisker, often hidden by the dot: 95 % Wilson interval. Beside it the share, "
    "and its difference from the first world on the same luck with half the width of its 95 % interval. "
    "Chance in the runs alone; every world has that many runs."
)

ABREAST = 2
"""Panels side by side at most: numbers stand beside the dots."""


def figure(
    headline: str,
    table: pd.DataFrame,
    panels: Mapping[str, str],
    caption: Caption,
    notes: Sequence[str],
) -> Figure:
    """One panel per question, one row per world.

    table: columns world, question, probability, low, high, difference, difference_low, difference_high;
    panels: {question: title}.
    """
    height = 0.9 + 0.3 * table["world"].nunique()
    columns = min(len(panels), ABREAST)
    heights = [height] * ceil(len(panels) / columns)
    drawn, axes = sheet(headline, [NOTE, *notes], caption, heights, columns)
    hide(axes[len(panels) :])
    for place, (ax, (question, title)) in enumerate(zip(axes, panels.items(), strict=False)):
        draw_worlds(ax, table[table["question"] == question], named=place % columns == 0)
        titled(ax, title)
    return drawn


def _bare(share: float, form: str) -> str:
    """A share or a difference of shares without the nought in front.

    >>> _bare(0.5, ".2f"), _bare(-0.031, "+.3f")
    ('.50', '-.031')
    """
    return f"{share:{form}}".replace("0.", ".", 1)


def draw_worlds(ax: Axes, rows: pd.DataFrame, named: bool = True) -> Axes:
    """Rows of that table from top to bottom, numbers beside the dots; a line marks the first world."""
    # Dots fill the left half of the panel, their numbers the right one.
    most = max(float(rows["high"].max()), 0.01)
    # The first world is what the others are compared with.
    ax.axvline(rows["probability"].iloc[0], color=GREY, linewidth=1, linestyle=(0, (4, 2)), zorder=0.5)
    for place, row in enumerate(rows.itertuples()):
        colour, gap = VERMILION, ""
        if place:
            half = (row.difference_high - row.difference_low) / 2
            colour, gap = BLUE, f" ({_bare(row.difference, '+.3f')} ± {_bare(half, '.3f')})"
        ax.plot([row.low, row.high], [place, place], color=colour, linewidth=2.5, solid_capstyle="butt")
        ax.plot([row.probability], [place], marker="o", markersize=5, color=colour)
        ax.text(
            1.1 * most,
            place,
            f"{_bare(row.probability, '.2f')}{gap}",
            va="center",
            fontsize=SMALL,
            color=DARK,
        )
    labels = [""] * len(rows)
    if named:
        labels = [wrapped(world, 16) for world in rows["world"]]
    ax.set_yticks(range(len(rows)), labels)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(0, 2.3 * most)
    ax.set_xticks([tick for tick in ax.get_xticks() if tick <= 1.05 * most])
    ax.set_xlabel("Share of runs [1]", loc="left")
    ax.grid(axis="y", visible=False)
    return ax
