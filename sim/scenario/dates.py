"""Dates of a scenario against the months that are simulated: what no run can come to is refused or told.

A date that no month reaches is never meant: it is a slip of the pen, or the scenario was cut short. Where no
run of the file can come to it, it is refused; where a shorter run was asked for, a line tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.scenario import interventions
from sim.scenario.schema import Calendar, Case, month_number

LONGEST_LEAD = 24
"""Months that an event may look ahead to its own date."""

EVERY = "outcomes.*.by"
"""The place of the dates by which all outcomes are asked about, where they are the same."""

NAMED = 3
"""Dates that one line names; the rest is counted."""


@dataclass(frozen=True)
class Span:
    """The months that are simulated, from the first to the last [months since year 0]."""

    first: int
    last: int

    @classmethod
    def of(cls, case: Case, months: int) -> Span:
        first = month_number(case.time.start)
        return cls(first, first + months - 1)

    @property
    def ahead(self) -> int:
        """The last month that an event of these months can look ahead to."""
        return self.last + LONGEST_LEAD

    def __str__(self) -> str:
        return f"the simulated months, {_label(self.first)} to {_label(self.last)}"

    @property
    def dates(self) -> list[str]:
        """All of them, such as `2024-06`."""
        return [_label(month) for month in range(self.first, self.last + 1)]

    def missed(self, dates: Iterable[str]) -> list[str]:
        """Those of some dates that lie outside."""
        return [date for date in dates if not self.first <= month_number(date) <= self.last]


def never(case: Case) -> Iterator[str]:
    """One line for each thing that the scenario dates and that can act in none of its months."""
    span = Span.of(case, case.time.months)
    yield from _never_acting(case, span)
    yield from _asked_too_early(case, span)
    yield from _always_zero(case, span)
    yield from _begun_too_late(case, span)
    yield from _fitted_to_nothing(case, span)


def contradictions(case: Case) -> Iterator[str]:
    """One line for each event on which the interventions contradict each other or the event itself."""
    forbidden = case.interventions.forbidden
    for name, dates in case.interventions.forced.items():
        if name in forbidden:
            yield f"interventions.forbidden: {name} is forced too; take it out of one of them"
        if len(dates) > 1 and _happens_once(case, name):
            told = f"happens once, and is forced {len(dates)} times; give it one month"
            yield f"interventions.forced.{name}: {told}"


def _happens_once(case: Case, name: str) -> bool:
    """Whether a name is that of an event that happens once, or of one of its rows `EVENT_POWER`."""
    for event, given in case.events.items():
        rows = [f"{event}_{power}" for power in given.each or ()]
        if name in (event, *rows):
            return given.once
    return False  # a name that is none is told elsewhere


def outside(case: Case, months: int) -> str | None:
    """A line about dates that no run of so many months comes to; None without any."""
    span = Span.of(case, months)
    found: list[str] = []
    # Events last: a list of history may be long, and hide what a reader looks for in the tables.
    for place, dates in (_done(case) | _asked_together(case) | _listed(case)).items():
        found += [f"{place} {date}" for date in span.missed(dates)]
    if not found:
        return None
    told = f"outside {span}: {', '.join(found[:NAMED])}"
    rest = len(found) - NAMED
    if rest > 0:
        return f"{told} and {rest} more"
    return told


def _label(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _done(case: Case) -> dict[str, list[str]]:
    """Dates on which somebody intervenes, by their place in the file."""
    forced = {f"interventions.forced.{name}": dates for name, dates in case.interventions.forced.items()}
    return forced | interventions.dates(case)


def _listed(case: Case) -> dict[str, list[str]]:
    """Dates of events, by their place in the file."""
    return {f"events.{name}.dates": event.dates or [] for name, event in case.events.items()}


def _asked(case: Case) -> dict[str, list[str]]:
    """Dates by which outcomes ask whether something has happened, by their place in the file."""
    return {f"outcomes.{name}.by": outcome.by for name, outcome in case.outcomes.items()}


def _asked_together(case: Case) -> dict[str, list[str]]:
    """The same, with one place for all outcomes if all are asked about by the same dates."""
    found = {place: dates for place, dates in _asked(case).items() if dates}
    alike = len(set(map(tuple, found.values()))) == 1
    if alike and len(found) > 1:
        return {EVERY: next(iter(found.values()))}
    return found


def _never_acting(case: Case, span: Span) -> Iterator[str]:
    for place, dates in (_done(case) | _listed(case)).items():
        missed = span.missed(dates)
        # The dates of an event may be a list of history that goes beyond the run, if only some lie in it; an
        # intervention is asked for month by month.
        is_history = place.startswith("events.") and len(missed) < len(dates)
        if missed and not is_history:
            yield f"{place}: {missed[0]} lies outside {span}; no run comes to it"


def _asked_too_early(case: Case, span: Span) -> Iterator[str]:
    """Questions whose answer is no in every run, however long."""
    for place, dates in _asked(case).items():
        before = [date for date in dates if month_number(date) < span.first]
        if before:
            yield f"{place}: {before[0]} lies before {span}"


def _always_zero(case: Case, span: Span) -> Iterator[str]:
    for name, calendar in case.calendars.items():
        told = _idle(calendar, span)
        if told is not None:
            yield f"calendars.{name}.{told} {span}, so that it is 0 in all of them"


def _begun_too_late(case: Case, span: Span) -> Iterator[str]:
    for name, points in case.paths.items():
        start, _ = points[0]
        if month_number(start) > span.last:
            yield f"paths.{name}: its first date, {start}, lies after {span}"


def _fitted_to_nothing(case: Case, span: Span) -> Iterator[str]:
    if case.hindcast is None:
        return
    until = case.hindcast.fitted_until
    if month_number(until) < span.first:
        yield f"hindcast.fitted_until: {until} lies before {span}; nothing would be in-sample"


def _idle(calendar: Calendar, span: Span) -> str | None:
    """Why a calendar is 0 in every month that an event can see, looking ahead; None if it is not."""
    # An event announced in the last month looks at the calendar in the month that it takes place.
    starts = {"from": calendar.since, "anniversary_of": calendar.anniversary_of}
    for key, date in starts.items():
        if date is not None and month_number(date) > span.ahead:
            return f"{key}: {date} lies after"
    if not calendar.dates or _rises(calendar.dates, calendar.window or 1, span):
        return None
    return f"dates: {calendar.dates[0]} and all others lie outside"


def _rises(dates: Iterable[str], window: int, span: Span) -> bool:
    """Whether a calendar rises to one of its dates, over `window` months, in a month that is seen."""
    # The rise to a date begins before it, so that a date beyond all that is seen may count.
    return any(span.first <= month_number(date) < span.ahead + window for date in dates)
