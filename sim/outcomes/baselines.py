"""What a reader could say without the model: simple rules whose probabilities are printed beside the model's."""

from __future__ import annotations

from sim.scenario.schema import Case, Outcome, month_number

QUINQUENNIAL = 5
"""Years between the anniversaries that the anniversary-only rule counts."""


def climatology(rate: float, months: int) -> float:
    """Probability of at least one occurrence within `months` at a constant chance per year `rate` [0, 1]."""
    return 1.0 - (1.0 - rate) ** (months / 12.0)


def anniversary_only(on: float, off: float, event_month: int, first: int, last: int) -> float:
    """Probability of at least one occurrence from month `first` to `last` (from year 0, both included).

    In years that are a multiple of five after the event the whole chance `on` lies in the anniversary month;
    the chance `off` of any other year is spread evenly over its months.
    """
    never = 1.0
    for month in range(first, last + 1):
        age = month // 12 - event_month // 12
        if age > 0 and age % QUINQUENNIAL == 0:
            never *= 1.0 - on if month % 12 == event_month % 12 else 1.0
        else:
            never *= (1.0 - off) ** (1.0 / 12.0)
    return 1.0 - never


def baselines(case: Case, outcome: Outcome, date: str) -> dict[str, float]:
    """The baselines that a scenario gives for an outcome, as probabilities by the end of a month."""
    return within(case, outcome, month_number(case.time.start), month_number(date))


def within(case: Case, outcome: Outcome, first: int, last: int) -> dict[str, float]:
    """The same as probabilities of at least one occurrence from month `first` to `last` (from year 0, both
    included).
    """
    given, found = outcome.baselines, dict[str, float]()
    if given.climatology is not None:
        found["climatology"] = climatology(given.climatology, last - first + 1)
    if given.anniversary is not None:
        rule = given.anniversary
        since = case.calendars[rule.calendar].anniversary_of
        if since is not None:
            found["anniversary_rule"] = anniversary_only(rule.on, rule.off, month_number(since), first, last)
    if given.status_quo is not None:
        found["status_quo"] = given.status_quo
    return found
