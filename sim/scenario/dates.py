"""Dates of a scenario against the months that are simulated: what no run can come to is refused, or told in
one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.schema import Calendar, Case, month_number

LONGEST_LEAD = 24
"""Months that an event may look ahead to its own date."""

NAMED = 3
"""Dates that one line names; the rest is counted."""


def never(case: Case) -> Iterator[str]:
    """One line for each thing that the scenario dates and that can act in none of its months."""
    first, last = _span(case, case.time.months)
    months = f"the simulated months, {case.time.start} to {_label(last)}"
    for place, dates in _acting(case).items():
        outside = [date for date in dates if not first <= month_number(date) <= last]
        if outside and (place.startswith("interventions.") or len(outside) == len(dates)):
            yield f"{place}: {outside[0]} lies outside {months}; no run comes to it"
    for name, outcome in case.outcomes.items():
        before = [date for date in outcome.by if month_number(date) < first]
        if before:
            yield f"outcomes.{name}.by: {before[0]} lies before {months}"
    for name, calendar in case.calendars.items():
        if told := _idle(calendar, first, last):
            yield f"calendars.{name}.{told} {months}, so that it is 0 in all of them"
    for name, points in case.paths.items():
        if month_number(points[0][0]) > last:
            yield f"paths.{name}: its first date, {points[0][0]}, lies after {months}"
    if case.hindcast is not None and month_number(case.hindcast.fitted_until) < first:
        yield f"hindcast.fitted_until: {case.hindcast.fitted_until} lies before {months}; nothing would be in-sample"


def contradictions(case: Case) -> Iterator[str]:
    """One line for each event on which the interventions contradict each other or the event itself."""
    forced, forbidden = case.interventions.forced, case.interventions.forbidden
    for name in forced:
        if name in forbidden:
            yield f"interventions.forbidden: {name} is forced too; take it out of one of them"
        event = case.events.get(name)
        if event is not None and event.once and len(forced[name]) > 1:
            yield f"interventions.forced.{name}: happens once, and is forced {len(forced[name])} times; give it one month"


def outside(case: Case, months: int) -> str | None:
    """A line about dates that lie outside some number of simulated months, so that no run comes to them; None
    without any.
    """
    first, last = _span(case, months)
    dated = _acting(case) | {f"outcomes.{name}.by": outcome.by for name, outcome in case.outcomes.items()}
    found = [
        f"{place} {date}"
        for place, dates in dated.items()
        for date in dates
        if not first <= month_number(date) <= last
    ]
    if not found:
        return None
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return (
        f"outside the simulated months, {case.time.start} to {_label(last)}: {', '.join(found[:NAMED])}{more}"
    )


def _span(case: Case, months: int) -> tuple[int, int]:
    """The first and the last simulated month, counted from year 0."""
    first = month_number(case.time.start)
    return first, first + months - 1


def _label(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _acting(case: Case) -> dict[str, list[str]]:
    """Dates on which something happens, by their place in the file."""
    dated = {f"interventions.forced.{name}": dates for name, dates in case.interventions.forced.items()}
    return dated | {f"events.{name}.dates": event.dates or [] for name, event in case.events.items()}


def _idle(calendar: Calendar, first: int, last: int) -> str | None:
    """Why a calendar is 0 from the first month to the last that an event can look ahead to; None if it is
    not.
    """
    ahead = last + LONGEST_LEAD
    if calendar.since is not None and month_number(calendar.since) > ahead:
        return f"from: {calendar.since} lies after"
    if calendar.anniversary_of is not None and month_number(calendar.anniversary_of) > ahead:
        return f"anniversary_of: {calendar.anniversary_of} lies after"
    dates = [month_number(date) for date in calendar.dates or ()]
    if dates and not any(first <= date < ahead + (calendar.window or 1) for date in dates):
        return f"dates: {(calendar.dates or [''])[0]} and all others lie outside"
    return None
