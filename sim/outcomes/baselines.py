"""What a reader could say without the model: ONE table of simple rules, to stand beside what runs say.

A new baseline is a row of BASELINES: tables, scores, figures and reports follow. Those of events give a
probability of at least one occurrence in some months, those of series the mean and standard deviation of a
number at some time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.scenario.schema import Case, Outcome, month_number

QUINQUENNIAL = 5
"""Years between the anniversaries that the anniversary-only rule counts."""


@dataclass(frozen=True)
class Span:
    """What a baseline of events is asked about: months `first` to `last` (from year 0, both included).

    case, outcome: the scenario and what it says of the outcome, None for a plain event; rate: the chance a
    year that past observations show [0, 1], None if nothing is known.
    """

    case: Case
    outcome: Outcome | None
    first: int
    last: int
    rate: float | None = None


@dataclass(frozen=True)
class Walk:
    """A series as a random walk from its last known value `level` [unit] at `year`.

    drift: mean change a year [unit]; sd: of yearly changes [unit]; not a number where there are too few
    changes to tell.
    """

    level: float
    year: float
    drift: float
    sd: float

    def spread(self, year: float) -> float:
        """Standard deviation [unit] at a year: it grows with the root of time."""
        # changes of different years are independent, so their variances add up
        return self.sd * math.sqrt(abs(year - self.year))


Chance = Callable[[Span], float | None]
"""The probability of at least one occurrence [0, 1]; None where the rule knows nothing."""

Level = Callable[[Walk, float], tuple[float, float]]
"""Mean and standard deviation [unit] of a series at a year."""


@dataclass(frozen=True)
class Baseline:
    """A rule that needs no model: of events (`chance`) or of series (`level`).

    name: of its column; heading: over a column, ten letters at most; label: in the key of a figure; meaning:
    in a note; marker: in a figure; constant: it says one thing of every month, so a mark at a date shows
    nothing.
    """

    name: str
    heading: str
    label: str
    meaning: str
    marker: str
    chance: Chance | None = None
    level: Level | None = None
    constant: bool = False


# -- of events -------------------------------------------------------------------------------------


def climatology(rate: float, months: int) -> float:
    """Probability of at least one occurrence within `months` at a constant chance per year `rate` [0, 1].

    >>> round(climatology(0.2, 24), 2)
    0.36
    """
    return 1.0 - (1.0 - rate) ** (months / 12.0)


def anniversary_only(on: float, off: float, event_month: int, first: int, last: int) -> float:
    """Probability of at least one occurrence from month `first` to `last` (from year 0, both included).

    In years that are a multiple of five after the event the whole chance `on` lies in the anniversary month;
    the chance `off` of any other year is spread evenly over its months.
    """
    never = 1.0
    for month in range(first, last + 1):
        age = month // 12 - event_month // 12
        if age <= 0 or age % QUINQUENNIAL:
            # twelve such months leave 1 - off of a year
            never *= (1.0 - off) ** (1.0 / 12.0)
        elif month % 12 == event_month % 12:
            never *= 1.0 - on
    return 1.0 - never


def past_rate(span: Span) -> float | None:
    """A constant chance a year: that of the file, before the one that past observations show."""
    rate = span.rate
    if span.outcome is not None and span.outcome.baselines.climatology is not None:
        rate = span.outcome.baselines.climatology
    if rate is None:
        return None
    return climatology(rate, span.last - span.first + 1)


def round_dates(span: Span) -> float | None:
    """Nearly all the chance on round anniversaries, if the file gives such a rule."""
    if span.outcome is None or span.outcome.baselines.anniversary is None:
        return None
    rule = span.outcome.baselines.anniversary
    since = span.case.calendars[rule.calendar].anniversary_of
    # the calendar may be one of dates, which has no anniversaries
    if since is None:
        return None
    return anniversary_only(rule.on, rule.off, month_number(since), span.first, span.last)


def status_quo(span: Span) -> float | None:
    """Nothing changes, where the file gives any baselines."""
    if span.outcome is None or "baselines" not in span.outcome.model_fields_set:
        return None
    return span.outcome.baselines.status_quo


# -- of series -------------------------------------------------------------------------------------


def hold_last(walk: Walk, year: float) -> tuple[float, float]:
    """The last known value."""
    return walk.level, walk.spread(year)


def drifting(walk: Walk, year: float) -> tuple[float, float]:
    """The last known value, and its mean change a year since."""
    return walk.level + walk.drift * (year - walk.year), walk.spread(year)


BASELINES = {
    baseline.name: baseline
    for baseline in (
        Baseline("hold_last", "hold", "last known value held", "last known value held", "s", level=hold_last),
        Baseline(
            "drift", "drift", "last known value and its drift", "last known value and its drift", "D",
            level=drifting
        ),
        Baseline(
            "climatology", "past rate", "past rate", "climatology, a constant chance a year", "D",
            chance=past_rate
        ),
        Baseline(
            "anniversary_rule", "jubilees", "round anniversaries",
            "anniversary-only rule, nearly all the chance lies on round anniversaries", "^",
            chance=round_dates,
        ),
        Baseline("status_quo", "no event", "no event", "status quo", "s", chance=status_quo, constant=True),
    )
}  # fmt: skip
"""Every baseline by the name of its column, in the order of columns."""

OF_SERIES = {name: baseline.level for name, baseline in BASELINES.items() if baseline.level is not None}
OF_EVENTS = {name: baseline.chance for name, baseline in BASELINES.items() if baseline.chance is not None}
"""What each baseline of series, and each of events, says."""


def chances(span: Span) -> dict[str, float]:
    """The probability of at least one occurrence, by each baseline that knows something."""
    said = {name: chance(span) for name, chance in OF_EVENTS.items()}
    return {name: chance for name, chance in said.items() if chance is not None}


def chances_by(case: Case, outcome: Outcome, date: str) -> dict[str, float]:
    """The baselines of an outcome as probabilities from the first simulated month to the end of a month."""
    return chances(Span(case, outcome, month_number(case.time.start), month_number(date)))
