"""The time axis: months as years and months, and the dates of the scenario's calendars."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.drawing.colours import GREEN, ORANGE, PURPLE, VERMILION
from sim.drawing.sheet import PAGE, Handle, abreast
from sim.drawing.sheet import plain as text
from sim.scenario.labels import plain, sentence
from sim.scenario.schema import Calendar, Case, month_number

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STYLES = (
    (VERMILION, (0, (5, 2))),
    (PURPLE, (0, (1, 1.5))),
    (GREEN, (0, (6, 2, 1, 2))),
    (ORANGE, (0, (3, 1))),
)

ANNIVERSARY = 5
"""Only round anniversaries are marked: multiples of this number of years."""

NAMED = 3
"""So many dates of a calendar at most are named one by one."""

YEAR, MONTH, BESIDE = 0.33, 0.44, 0.75
"""Width that years need on an axis, and months, which are less regular, and what stands beside it [inch]."""

YEARS_ONLY = 30
"""Months from which on an axis names years alone."""


@dataclass(frozen=True)
class Mark:
    """Dates of one calendar as months from year 0, with a label that holds them.

    place: among the calendars, which decides its colour.
    """

    label: str
    months: tuple[int, ...]
    place: int


def month_name(number: int) -> str:
    """A month from year 0 in words.

    >>> month_name(12 * 2024 + 8)
    'Sep 2024'
    """
    return f"{NAMES[number % 12]} {number // 12}"


def months_of(dates: list[str]) -> list[int]:
    """Dates such as `2024-06` as months from year 0."""
    return [month_number(date) for date in dates]


def marks(case: Case, dates: list[str]) -> tuple[Mark, ...]:
    """The calendars of a scenario that have a date within the simulated months."""
    first, last = month_number(dates[0]), month_number(dates[-1])
    found = []
    # Places count calendars without a date too: one keeps its colour whatever months are simulated.
    for place, (name, calendar) in enumerate(case.calendars.items()):
        months = tuple(month for month in _months(calendar, last) if first <= month <= last)
        if not months:
            continue
        label = calendar.label or sentence(plain(name))
        found.append(Mark(f"{label}{_explained(calendar, months)}", months, place))
    return tuple(found)


def _months(calendar: Calendar, last: int) -> list[int]:
    """The months that a calendar marks, up to the last one where it goes on for ever."""
    if calendar.anniversary_of is not None:
        event = month_number(calendar.anniversary_of)
        most = max(0, (last - event) // 12)
        return [event + 12 * age for age in range(ANNIVERSARY, 1 + most, ANNIVERSARY)]
    if calendar.since is not None:
        return [month_number(calendar.since)]
    return months_of(list(calendar.dates or []))


def _explained(calendar: Calendar, months: tuple[int, ...]) -> str:
    """The dates of a calendar, as they follow its name."""
    named = f"{len(months)} dates"
    few = len(months) <= NAMED
    if few:
        named = ", ".join(map(month_name, months))
    if calendar.since is not None:
        return f", from {named}"
    if calendar.anniversary_of is None:
        return f": {named}"
    if not few:
        return f", round anniversaries: {named}"
    event = month_number(calendar.anniversary_of)
    years = ", ".join(f"{(month - event) // 12}" for month in months)
    return f", {years} years: {named}"


def calendar_key(found: tuple[Mark, ...]) -> list[Handle]:
    """The key of the calendar's lines."""
    return [Line2D([], [], label=text(mark.label), **_style(mark.place)) for mark in found]


def _style(place: int) -> dict:
    colour, dashes = STYLES[place % len(STYLES)]
    return {"color": colour, "linestyle": dashes, "linewidth": 1.1}


def draw_calendar(ax: Axes, found: tuple[Mark, ...], above: bool = False) -> Axes:
    """Vertical lines at the dates of the calendars, behind or above what is drawn."""
    order = 0.5
    if above:
        order = 3
    for mark in found:
        for month in mark.months:
            ax.axvline(month, zorder=order, **_style(mark.place))
    return ax


def draw_months(ax: Axes, dates: list[str]) -> Axes:
    """A time axis over some months: years, or years and months if it is short."""
    months = months_of(dates)
    first, last = months[0], months[-1]
    ax.set_xlim(first - 0.5, last + 0.5)
    # Every so many months has a tick, as many as have room beside what else a panel has.
    room = PAGE / abreast(ax) - BESIDE
    if last - first >= YEARS_ONLY:
        most = min(int(room / YEAR), 6)
        januaries = [month for month in months if month % 12 == 0]
        ticks = januaries[:: 1 + (len(januaries) - 1) // most]
        ax.set_xticks(ticks, [f"{month // 12}" for month in ticks])
    else:
        most = min(int(room / MONTH), 6)
        ticks = months[:: 1 + (len(months) - 1) // most]
        ax.set_xticks(ticks, [month_name(month).replace(" ", "\n") for month in ticks])
    return ax
