"""What the best few observables tell of an outcome, month by month."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.caption import Caption
from sim.drawing.colours import BLACK, SERIES
from sim.drawing.ends import name_ends
from sim.drawing.sheet import empty_sheet, sheet
from sim.engine.beliefs import beliefs_in
from sim.studies.indicators.seen import Kind
from sim.studies.run.figures.caption import drawn_from

if TYPE_CHECKING:
    from sim.studies.indicators.indicators import Indicators

HEADLINE = "What tells which future one is in"
NOTE = (
    "Line: the share of the outcome's entropy that an observable tells in a month, on futures that did not "
    "choose it; band: 95 % interval. Where it has come or been announced nothing is left to tell."
)
MARKED = "Dot: where a signpost is watched."
COLOURS = SERIES[:5]
"""Of the observables, signposts first; more could not be told apart."""


def figure(found: Indicators) -> Figure:
    """The share of the entropy that the best few observables tell, by month."""
    best = [place for place, _ in found.best(len(COLOURS))]
    caption = _caption(found)
    if not best:
        return empty_sheet(HEADLINE, caption, "Nothing that can be watched tells of it.")
    looks = dict(zip(best, COLOURS, strict=False))
    dates = marks(found.setup.scenario.case, found.dates)
    notes = [f"Outcome: {found.outcome}.", NOTE]
    if found.found:
        notes.append(MARKED)
    drawn, (ax,) = sheet(HEADLINE, notes, caption, [3.4], 1, calendar_key(dates))
    for place, colour in reversed(looks.items()):
        draw_line(ax, found, place, colour)
    draw_signposts(ax, found)
    draw_calendar(ax, dates)
    draw_months(ax, found.dates)
    ax.set_ylim(bottom=0)
    name_ends(ax, [(*_end(found, place), _named(found, place), colour) for place, colour in looks.items()])
    ax.set_ylabel("Share of the entropy [%]")
    return drawn


def _caption(found: Indicators) -> Caption:
    scenario, beliefs = found.setup.scenario, beliefs_in(found.setup)
    caption = Caption(scenario.title, found.runs, found.seed, found.failed, changes=scenario.changes)
    if beliefs is None:
        return caption
    return replace(caption, draws=beliefs.draws, drawn_from=drawn_from(beliefs))


def _end(found: Indicators, place: int) -> tuple[float, float]:
    """Where the line of an observable ends."""
    told = 100 * np.maximum(found.tells.mean[:, place], 0.0)
    last = np.flatnonzero(np.isfinite(told))[-1]
    return months_of(found.dates)[last], float(told[last])


def _named(found: Indicators, place: int) -> str:
    each = found.observables[place]
    if each.kind is Kind.CHANGE:
        return f"{each.label}, change"
    return each.label


def draw_line(ax: Axes, found: Indicators, place: int, colour: str) -> Axes:
    """What one observable tells by month with its band [%]."""
    months, told = np.array(months_of(found.dates)), found.tells
    low, high = (100 * np.maximum(end[:, place], 0.0) for end in told.interval)
    middle = 100 * np.maximum(told.mean[:, place], 0.0)
    look: dict[str, Any] = {"color": colour, "linewidth": 1.6, "marker": "o", "markersize": 2.5}
    if len(months) == 1:
        ax.errorbar(months, middle, [middle - low, high - middle], capsize=4, **look)
        return ax
    ax.fill_between(months, low, high, color=colour, alpha=0.1, linewidth=0)
    ax.plot(months, middle, **look)
    return ax


def draw_signposts(ax: Axes, found: Indicators) -> Axes:
    """A dot where each signpost is watched."""
    months = months_of(found.dates)
    for each, colour in zip(found.found, COLOURS, strict=False):
        height = 100 * each.tells.mean
        ax.plot([months[each.sign.month]], [height], "o", color=colour, markeredgecolor=BLACK, markersize=8)
    return ax
