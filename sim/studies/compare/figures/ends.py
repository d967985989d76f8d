"""Two scenarios on the same futures: paired differences, how many futures flip, and when paths part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.drawing.calendar import draw_months
from sim.drawing.caption import Caption
from sim.drawing.classes import in_percent
from sim.drawing.colours import BLUE, DARK, FAINT
from sim.drawing.sheet import SMALL, TICK_STEPS, blank, empty_sheet, plain, sheet, short, titled
from sim.engine.history import month_label
from sim.scenario.schema import month_number
from sim.writing.text import in_words

if TYPE_CHECKING:
    from sim.studies.compare.comparison import Comparison

HEADLINE = "What differs between two scenarios on the same futures, {}"
NOTE = (
    "Events that have happened by the last month, outcomes by the last one that is asked about, and means in "
    "the last month. Point: B less A over pairs of runs with the same luck; line: its 95 % interval, from "
    "chance in the runs alone; hollow where it includes zero. Flipped: share of futures in which it happens "
    "in one scenario only. Parted: some recorded number differs. All months: months.png, months.csv."
)
MOST_EVENTS = 12
LEAST_REACH = 0.05
"""From zero on either side: half of what a large difference is, so that small ones look small."""

ROW, PARTING = 0.19, 1.5
"""Height of a row, and of the panel of paths that have parted [inch]."""


def figure(found: Comparison) -> Figure:
    """Differences in probability and in means, and the share of futures whose paths have parted by month."""
    table, last, caption = found.table(), found.dates[-1], caption_of(found)
    notes = [NOTE, f"A: {described(found, 0)}", f"B: {described(found, 1)}"]
    if not found.runs:
        why = "Nothing to show: every future failed in one of the two."
        return empty_sheet(HEADLINE.format(last), caption, why)
    outcomes, events, ends = (table[table["kind"] == kind] for kind in ("outcome", "event", "end"))
    shown, outcomes = largest(events), latest(outcomes, last)
    if 0 < len(shown) < len(events):
        notes.append(_left_out(len(shown), len(events)))
    heights = [0.6 + ROW * max(len(rows), 1) for rows in (outcomes, shown, ends)]
    drawn, axes = sheet(HEADLINE.format(last), notes, caption, [*heights, PARTING])
    for ax, rows, what in ((axes[0], outcomes, "Outcomes"), (axes[1], shown, "Events")):
        draw_differences(ax, rows, 100, "flipped", flipped)
        titled(ax, f"{what} [percentage points]")
    draw_differences(axes[2], ends, 1, "A → B", levels)
    titled(axes[2], "Means [unit of each]")
    draw_parting(axes[3], found)
    return drawn


def caption_of(found: Comparison) -> Caption:
    """The foot of the figures of a comparison."""
    span = f"{found.worlds[0].scenario.title} ({found.dates[0]} to {found.dates[-1]})"
    return Caption(span, len(found.failed), found.seed, int(found.failed.sum()))


def _left_out(shown: int, events: int) -> str:
    """Which events stand in the figure, if not all."""
    rest = "that flip in any future"
    if shown == MOST_EVENTS:
        rest = "that differ most"
    return f"Events: the {shown} of {events} {rest}; the table has all."


def described(found: Comparison, place: int) -> str:
    """A scenario of a comparison and what is changed in it."""
    scenario = found.worlds[place].scenario
    file = scenario.name.rsplit("/", 1)[-1]
    return f"{file}, {in_words(scenario.changes)}."


def largest(events: pd.DataFrame) -> pd.DataFrame:
    """The events that differ most, in order of size; those that differ in no future are left out."""
    moved = events[events["flipped"] > 0]
    size = moved["difference"].abs().sort_values(ascending=False, kind="stable")
    return moved.reindex(size.index)[:MOST_EVENTS]


def latest(outcomes: pd.DataFrame, last: str) -> pd.DataFrame:
    """Outcomes by the last month that each is asked about, which its label names unless it is the end."""
    found = outcomes.drop_duplicates("name", keep="last")
    dated = found["label"] + ", by " + found["date"]
    return found.assign(label=found["label"].where(found["date"] == last, dated))


def flipped(row: pd.Series) -> str:
    """The share of futures that flip, as it stands beside a row."""
    return f"{100 * row['flipped']:.1f} %"


def levels(row: pd.Series) -> str:
    """The means in A and B, as they stand beside a row."""
    return f"{row['first']:.3f} → {row['second']:.3f}"


def draw_differences(
    ax: Axes, rows: pd.DataFrame, scale: float, head: str, beside: Callable[[pd.Series], str]
) -> Axes:
    """A point with its interval for each row of a comparison's table, and words beside it under a head."""
    if rows.empty:
        return blank(ax, "None that differs.")
    ax.axvline(0, color=DARK, linewidth=0.9)
    right: dict = {
        "xycoords": ax.get_yaxis_transform(),
        "textcoords": "offset points",
        "color": DARK,
        "annotation_clip": False,
    }
    ax.annotate(head, (1, -0.6), (6, 2), va="bottom", fontsize=SMALL, weight="bold", **right)
    dot: dict = {"marker": "o", "markersize": 5, "color": BLUE, "linestyle": "none"}
    for place, (_, row) in enumerate(rows.iterrows()):
        inside = "white"
        if row["low"] > 0 or row["high"] < 0:
            inside = BLUE
        ax.plot([scale * row["low"], scale * row["high"]], [place, place], color=BLUE, linewidth=1.4)
        ax.plot([scale * row["difference"]], [place], markerfacecolor=inside, **dot)
        ax.annotate(beside(row), (1, place), (6, 0), va="center", fontsize=SMALL, **right)
    ax.set_yticks(range(len(rows)), [plain(label) for label in rows["label"]], fontsize=SMALL)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    # The same reach on both sides: zero stands in the middle of every panel.
    widest = float(np.nanmax(np.abs(rows[["low", "high"]].to_numpy())))
    reach = 1.08 * scale * max(widest, LEAST_REACH)
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=TICK_STEPS))
    ax.xaxis.set_major_formatter(short)
    ax.grid(axis="x", color=FAINT, linewidth=0.6)
    return ax


def draw_parting(ax: Axes, found: Comparison) -> Axes:
    """The share of futures in which a recorded number differs by the end of each month."""
    months, parted = found.worlds[0].months, found.parted[~found.failed]
    begin = month_number(found.worlds[0].scenario.case.time.start)
    # Not a number, for a pair that never parts, is at most no month.
    share = [float(np.mean(parted <= month)) for month in range(months)]
    ax.step(range(begin, begin + months), share, where="post", color=BLUE, linewidth=1.6)
    ax.set_ylim(-0.02, 1.02)
    ax.set_ylabel("Share of futures [1]")
    draw_months(ax, [month_label(begin + month) for month in range(months)])
    beyond: dict = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
    small: dict = {"va": "center", "fontsize": SMALL, "color": DARK, "annotation_clip": False}
    ax.annotate(in_percent(share[-1]), (1, share[-1]), (6, 0), **beyond, **small)
    return titled(ax, "Paths that have parted by then")
