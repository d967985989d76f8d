"""Where what came lies among what runs said: a histogram in tenths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.colours import BLUE, DARK, SKY
from sim.drawing.sheet import Handle, small_multiples, titled
from sim.studies.hindcast.figures.shared import caption_of, numbers
from sim.studies.hindcast.pit import BINS, EVERY

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

HEADLINE = "Where what came lies among what runs said"
READ = (
    "Flat, at the dashed line: what came is as one more run. High at both ends: runs too narrow; high in the "
    "middle: too wide; high at the right: more came than was said, at the left: less. Bars: share of "
    "observations in each tenth of the runs (PIT); lines, for all together: 95 % intervals that allow for "
    "years that follow from each other; at least"
)
FEWEST = 10
"""Observations that a histogram is drawn of, at least."""

NAMES = {"series": "series", "event": "windows of events", "time": "first times"}


def figure(found: Hindcast) -> Figure:
    """A panel a sample, of forecasts by years ahead. There are some `groups`."""
    shown, caption = groups(found.pit), caption_of(found)
    even = Line2D([], [], color=DARK, linestyle="--", linewidth=1, label="flat: one in ten")
    key: list[Handle] = [
        Patch(facecolor=SKY, label="share of observations"),
        Line2D([], [], color=BLUE, linewidth=1.4, label="95 % interval"),
        even,
    ]
    notes = [f"{READ} {FEWEST} observations.", numbers(found)]
    drawn, axes, left = small_multiples(HEADLINE, notes, caption, len(shown), 1.5, key)
    top = max(float(rows["share"].max()) for _, rows in shown)
    for ax, (name, rows) in zip(axes, shown, strict=True):
        draw_pit(ax, rows)
        ax.set_ylim(0, max(0.35, 1.12 * top))
        titled(ax, name)
        ax.set_xlabel("Share of runs below [1]")
    for ax in left:
        ax.set_ylabel("Share [1]")
    return drawn


def groups(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """What is drawn, by its title: pools, or a single series; nothing where observations are few."""
    table = table[table["facts"] >= FEWEST]
    keys = ["kind", "target", "sample", "horizon"]
    pools = table["target"] == EVERY
    # ten or twenty observations of one series in ten bins are noise: `pit.csv` has them
    if pools.any():
        table = table[pools]
    return [(_title(rows), rows) for _, rows in table.groupby(keys, sort=False, dropna=False)]


def _title(rows: pd.DataFrame) -> str:
    """Of what the histogram is, from when, and of how many observations."""
    head = rows.iloc[0]
    of = head["label"]
    if head["target"] == EVERY:
        of = f"All {NAMES[head['kind']]}"
    when = head["sample"]
    if pd.notna(head["horizon"]):
        years = int(head["horizon"])
        when = f"{years} year{'s' * (years > 1)} ahead"
    return f"{of}, {when} ({head['facts']})"


def draw_pit(ax: Axes, rows: pd.DataFrame) -> Axes:
    """Shares of tenths (from, to, share, low, high) as bars, with intervals where there are any."""
    middle = (rows["from"] + rows["to"]) / 2
    ax.bar(middle, rows["share"], width=0.9 / BINS, color=SKY, zorder=1)
    # Of one series a tenth holds two or three: a line would span the panel.
    known = rows["low"].notna() & (rows["target"] == EVERY)
    ax.vlines(middle[known], rows["low"][known], rows["high"][known], color=BLUE, linewidth=1.4, zorder=3)
    ax.axhline(1 / BINS, color=DARK, linestyle="--", linewidth=1, zorder=2)
    ax.set_xlim(0, 1)
    ax.set_xticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
    return ax
