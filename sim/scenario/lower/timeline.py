"""What time alone decides, month by month: courses of stocks, dates, and calendars (ODD 7.8)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.rules.salience import anniversary_salience, season
from sim.scenario.schema import Calendar, month_number


@dataclass(frozen=True)
class Timeline:
    """The simulated months: the number of the first, counted from year 0, and how many there are."""

    first: int
    months: int

    def course(self, points: Sequence[tuple[str, float]]) -> np.ndarray:
        """A path of [month, value] in every month (months,)."""
        known = [(month_number(month), value) for month, value in points]
        return as_array([between(known, month) for month in self.numbers])

    def marks(self, dates: Iterable[str]) -> np.ndarray:
        """1 in the months that hold one of these dates, else 0 (months,)."""
        marked = np.zeros(self.months)
        for date in dates:
            month = month_number(date) - self.first
            if 0 <= month < self.months:
                marked[month] = 1.0
        return marked

    def calendar(self, calendar: Calendar, lead: int) -> np.ndarray:
        """A calendar's value `lead` months ahead of every month (months,)."""
        return as_array([_value_of(calendar, month + lead) for month in self.numbers])

    @property
    def numbers(self) -> range:
        """Its months, counted from year 0."""
        return range(self.first, self.first + self.months)


def between(known: list[tuple[int, float]], month: int) -> float:
    """The value in a month of a path: straight lines between its points, level before and after them."""
    later = bisect_right(known, month, key=lambda point: point[0])
    # `later` counts the points up to this month: none, or all of them.
    if later in (0, len(known)):
        return known[max(later - 1, 0)][1]
    (first, low), (last, high) = known[later - 1], known[later]
    return (high - low) / (last - first) * (month - first) + low


def _value_of(calendar: Calendar, month: int) -> float:
    """A calendar's value in a month, from 0 to 1; the schema has seen that it is of one kind."""
    if calendar.anniversary_of is not None:
        return _anniversary(calendar, month_number(calendar.anniversary_of), month)
    if calendar.since is not None:
        return float(month >= month_number(calendar.since))
    dates = list(map(month_number, calendar.dates or ()))
    return season(month, dates, calendar.window)


def _anniversary(calendar: Calendar, event_month: int, month: int) -> float:
    """How present an anniversary is in a month, from 0 to 1."""
    w, window = calendar.weights, calendar.window
    assert w is not None and window is not None, "an anniversary was checked to have both"
    return anniversary_salience(month, event_month, window, w.tenth, w.fifth, w.other)


def as_array(values: list[Any]) -> np.ndarray:
    """Floats as an array of floats; with a symbol among them, as an array of objects."""
    # What has a recorder is a symbol in the place of a number, which no array of floats can hold.
    if any(hasattr(value, "recorder") for value in values):
        return np.array(values, dtype=object)
    return np.array(values, dtype=float)
