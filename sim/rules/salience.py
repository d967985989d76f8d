"""Anniversaries and other dates as numbers of the month (ODD 7.8)."""

from __future__ import annotations

from sim.rules.numbers import maximum


def anniversary_weight(age: int, tenth: float, fifth: float, other: float) -> float:
    """How much an anniversary of this age [years] counts [0, 1]."""
    if age % 10 == 0:
        return tenth
    if age % 5 == 0:
        return fifth
    return other


def anniversary_salience(
    month: int, event_month: int, window: int, tenth: float, fifth: float, other: float
) -> float:
    """Largest weight of an anniversary near `month`, falling linearly to 0 within `window` months of it.

    Months are counted from year 0. Our assumption (triangular memory), weights from the record of visits.
    """
    best = 0.0
    for year in range((month - window) // 12, (month + window) // 12 + 1):
        anniversary = year * 12 + event_month % 12
        age = year - event_month // 12
        # the event itself is no anniversary, nor is a year before it
        if age > 0:
            near = max(1.0 - abs(month - anniversary) / window, 0.0)
            best = maximum(best, anniversary_weight(age, tenth, fifth, other) * near)
    return best


def season(month: int, dates: list[int], window: int | None) -> float:
    """1 in a month that holds a date, falling linearly to 0 over `window` months before it."""
    nearest = min((date - month for date in dates if date >= month), default=None)
    if nearest is None:
        return 0.0
    # without a window only the month itself counts
    return max(1.0 - nearest / (window or 1), 0.0)
