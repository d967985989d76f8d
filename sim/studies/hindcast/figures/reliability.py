"""How often events happened, by the probability that runs gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.colours import BLUE, DARK
from sim.drawing.sheet import SMALL, probability_axis, sheet, titled
from sim.studies.hindcast.figures.shared import SAMPLES, caption_of, numbers, samples_in

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

HEADLINE = "How often events happened, by their probability"
NOTE = (
    "Point: share that happened of the events whose probability lies in a bin, with its 95 % Wilson "
    "interval, events taken as independent; above it: happened of all. Dash: mean probability of these "
    "events, where the point would lie on average if events came as often as told."
)


def figure(found: Hindcast) -> Figure:
    """One panel a sample."""
    table = found.reliability
    samples = samples_in(table)
    dash = Line2D([], [], color=BLUE, linewidth=2.4, label="mean probability: share of runs")
    key = [dash, *(_happened(sample) for sample in samples)]
    notes, caption = [NOTE, numbers(found)], caption_of(found)
    drawn, axes = sheet(HEADLINE, notes, caption, [2.8], len(samples), key)
    bins = sorted(set(zip(table["from"], table["to"], strict=True)))
    for ax, sample in zip(axes, samples, strict=True):
        draw_reliability(ax, table[table["sample"] == sample], bins, *SAMPLES[sample])
        titled(ax, sample)
        ax.set_xlabel("Probability (%)")
    axes[0].set_ylabel("Share that happened [1]")
    return drawn


def _happened(sample: str) -> Line2D:
    """The mark of a share that happened, on its interval, as it is drawn."""
    marker, colour = SAMPLES[sample]
    line = Line2D([], [], color=(colour, 0.6), linewidth=1.4, label=f"share that happened, {sample}")
    line.set(marker=marker, markersize=5, markerfacecolor=colour, markeredgecolor=colour)
    return line


def draw_reliability(
    ax: Axes, rows: pd.DataFrame, bins: list[tuple[float, float]], marker: str, colour: str
) -> Axes:
    """Shares with intervals and counts beside the mean probability, a column a bin (from, to)."""
    dash: dict = {"color": BLUE, "linewidth": 2.4, "solid_capstyle": "butt"}
    above: dict = {"textcoords": "offset points", "ha": "center", "va": "bottom", "fontsize": SMALL}
    for row in rows.to_dict("records"):
        at, count = bins.index((row["from"], row["to"])), f"{row['happened']} of\n{row['facts']}"
        ax.plot([at - 0.32, at + 0.32], [row["probability"]] * 2, **dash)
        ax.vlines([at], row["low"], row["high"], color=colour, linewidth=1.4, alpha=0.6)
        ax.plot([at], [row["share"]], linestyle="none", marker=marker, color=colour, markersize=5)
        ax.annotate(count, (at, row["high"]), (0, 5), color=DARK, annotation_clip=False, **above)
    ax.set_xlim(-0.6, len(bins) - 0.4)
    names = [f"{100 * low:.0f}-{100 * high:.0f}" for low, high in bins]
    ax.set_xticks(range(len(bins)), names, rotation=40)
    ax.set_ylim(-0.03, 1.25)
    return probability_axis(ax)
