"""How two scenarios come apart month by month: a panel for each outcome and headline path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.bands import HEIGHT
from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.colours import BLUE, DARK
from sim.drawing.scale import TENTH, apart, draw_bar
from sim.drawing.sheet import empty_sheet, small_multiples, titled
from sim.scenario.asked import asked
from sim.studies.compare.figures.ends import caption_of, described

if TYPE_CHECKING:
    from sim.studies.compare.comparison import Comparison

HEADLINE = "What differs between two scenarios, month by month"
NOTE = (
    "Line: B less A over pairs of runs with the same luck; band: its 95 % interval, from chance in the runs "
    "alone, month by month; points: months by which the outcome is asked about. Outcomes: probability of "
    "having happened by the end of the month [percentage points, pp]; paths: mean in the month [unit of "
    "each]. The bar beside a panel is a large change: 10 percentage points, or .1."
)
PANELS = 12
"""Outcomes, and paths, that are drawn at most."""


def figure(found: Comparison) -> Figure:
    """Paired differences by month with their intervals; outcomes first, then headline paths."""
    table, dates, calendar = found.by_month(), found.dates, marks(found.case, found.dates)
    outcomes, paths = (_by_name(table[table["kind"] == kind]) for kind in ("outcome", "path"))
    notes = [NOTE, *_left_out(outcomes, paths), f"A: {described(found, 0)}", f"B: {described(found, 1)}"]
    panels = outcomes[:PANELS] + paths[:PANELS]
    if not panels or not found.runs:
        return empty_sheet(HEADLINE, caption_of(found), "Nothing to show.")
    marked, caption = calendar_key(calendar), caption_of(found)
    drawn, axes, _ = small_multiples(HEADLINE, notes, caption, len(panels), HEIGHT, marked)
    for ax, own in zip(axes, panels, strict=True):
        if own["kind"].iloc[0] == "outcome":
            due = asked(found.case, own["name"].iloc[0], len(dates))
            draw_difference(ax, own, 100, due)
            titled(ax, f"{own['label'].iloc[0]} [pp]")
        else:
            draw_difference(ax, own, 1, [])
            titled(ax, own["label"].iloc[0])
        draw_calendar(ax, calendar)
        draw_months(ax, dates)
    return drawn


def _by_name(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The months of each thing, in the order of the table."""
    return [own for _, own in rows.groupby("name", sort=False)]


def _left_out(*kinds: list[pd.DataFrame]) -> Iterator[str]:
    """How many of what are not drawn, if there are any."""
    for panels in kinds:
        if len(panels) > PANELS:
            kind = panels[0]["kind"].iloc[0]
            yield f"Shown: the first {PANELS} of {len(panels)} {kind}s; months.csv has all."


def draw_difference(ax: Axes, rows: pd.DataFrame, scale: float, due: list[int]) -> Axes:
    """A difference by month with its band, and points at the months (from the first) that are due."""
    months, middle = months_of(list(rows["date"])), scale * rows["difference"].to_numpy()
    low, high = scale * rows["low"].to_numpy(), scale * rows["high"].to_numpy()
    ax.axhline(0, color=DARK, linewidth=0.9)
    ax.fill_between(months, low, high, color=BLUE, alpha=0.25, linewidth=0)
    ax.plot(months, middle, color=BLUE, linewidth=1.4)
    ax.plot(np.take(months, due), middle[due], color=BLUE, marker="o", markersize=4, linestyle="none")
    # A band over a single month has no width, so that nothing would be seen of it.
    if len(months) == 1:
        ax.errorbar(months, middle, [middle - low, high - middle], color=BLUE, marker="o", capsize=4)
    ax.set_ylim(*apart(np.concatenate([low, high]).tolist(), scale))
    return draw_bar(ax, TENTH * scale, "" if scale == 1 else " pp")
