"""Paths among runs with and without something that had happened by a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing import scale
from sim.drawing.bands import HEIGHT, stand
from sim.drawing.calendar import draw_months, months_of
from sim.drawing.colours import BLUE, DARK, VERMILION
from sim.drawing.sheet import empty_sheet, small_multiples, titled
from sim.scenario.schema import month_number
from sim.studies.run.figures.caption import caption_of
from sim.studies.run.given import ASSOCIATION, DRAWN, WITH, WITHOUT, Condition

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

HEADLINE = "Paths of runs with and without: {}"
NOTE = (
    "Line: mean of the runs of a group; band: 5 to 95 % of them. Axes begin where the paths are, not at 0. "
    f"{scale.NOTE}"
)
COLOURS = {WITH: VERMILION, WITHOUT: BLUE}
PANELS = 20


def figure(ensemble: Ensemble, condition: Condition) -> Figure:
    """A panel for each headline, with mean and band of both groups."""
    table, caption = ensemble.given(condition.happening.name, condition.by), caption_of(ensemble, fans=True)
    headline, names = HEADLINE.format(condition), list(dict.fromkeys(table["path"]))
    if not names or not ensemble.fan_runs:
        return empty_sheet(headline, caption, "Nothing to show.")
    notes = [NOTE, ASSOCIATION]
    if ensemble.beliefs is not None:
        notes.append(DRAWN)
    if len(names) > PANELS:
        notes.append(f"Shown: the first {PANELS} of {len(names)} headlines; given.csv has all.")
    names = names[:PANELS]
    drawn, axes, _ = small_multiples(headline, notes, caption, len(names), HEIGHT, _key(table))
    for ax, name in zip(axes, names, strict=True):
        own = table[table["path"] == name]
        ax.axvline(month_number(condition.by), color=DARK, linewidth=0.9, linestyle="--")
        draw_groups(ax, own)
        draw_months(ax, ensemble.dates)
        titled(ax, own["label"].iloc[0])
    return drawn


def _key(table: pd.DataFrame) -> list[Line2D]:
    """Of both groups with their runs, and of the month."""
    sizes = table.groupby("group")["runs"].first()
    groups = [
        Line2D([], [], color=colour, linewidth=1.6, label=f"{group}: {sizes[group]:,} runs")
        for group, colour in COLOURS.items()
    ]
    return [*groups, Line2D([], [], color=DARK, linewidth=0.9, linestyle="--", label="the month asked about")]


def draw_groups(ax: Axes, rows: pd.DataFrame) -> Axes:
    """Mean and band of both groups of one path; of a group without runs there is nothing to draw."""
    for group, colour in COLOURS.items():
        own = rows[(rows["group"] == group) & (rows["runs"] > 0)]
        if own.empty:
            continue
        months = months_of(list(own["date"]))
        ax.fill_between(months, own["q05"], own["q95"], color=colour, alpha=0.2, linewidth=0)
        # A line over a single month has no length, so that nothing would be seen of it.
        ax.plot(months, own["mean"], color=colour, linewidth=1.6, marker="." if len(months) == 1 else None)
    return stand(ax, [rows], rows["mean"].tolist())
