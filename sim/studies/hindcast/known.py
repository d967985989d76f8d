"""What baselines may know when an observation is asked about: the past of a series, and a past rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.assimilation.facts import Fact
from sim.outcomes.baselines import OF_SERIES, Asked, Past, Span, chances
from sim.scenario.lower.timeline import Timeline
from sim.scenario.schema import Case, Course

STATUS_QUO = "status_quo"
YEAR = 12
"""Months."""


def time_of(fact: Fact) -> tuple[float, int]:
    """What puts facts of one series in the order of time, whatever the order of their table."""
    return year_of(fact), fact.first


def year_of(fact: Fact) -> float:
    """The middle of a fact's window [year]."""
    return (fact.first + fact.last + 1) / 24.0


def past_of(case: Case, known: Sequence[Fact], until: int | None = None, free: bool = False) -> Past:
    """What baselines know of a series: its known facts, and its inputs up to a month."""
    facts = sorted(known, key=time_of)
    values = tuple(fact.value for fact in facts)
    inputs = tuple(inputs_at(case, fact, until) for fact in facts)
    return Past(tuple(map(year_of, facts)), values, inputs if any(inputs) else (), free)


def inputs_at(case: Case, fact: Fact, until: int | None) -> tuple[float, ...]:
    """Means over a fact's window of the paths that its series depends on: those that runs are given as well.

    until: the last month of which they are known, from year 0, held from there on; None if all are.
    """
    if fact.target not in case.observations:
        return ()
    names = case.observations[fact.target].inputs
    return tuple(_mean_of(case.paths[name], fact, until) for name in names)


def _mean_of(points: Course, fact: Fact, until: int | None) -> float:
    """The mean of a path over a fact's months, held after `until`."""
    if until is None:
        until = fact.last
    first = min(fact.first, until)
    course = Timeline(first, min(fact.last, until) - first + 1).course(points)
    held = len(fact.months) - len(course)
    return float((course.sum() + held * course[-1]) / len(fact.months))


def baselines_at(
    case: Case, known: Sequence[Fact], asked: Fact, until: int | None = None, free: bool = False
) -> dict[str, tuple[float, float]]:
    """Mean and sd [unit] by each baseline of series that knows enough, from the facts known at an origin.

    known: facts of the target of `asked` that had come by then, in any order, of any years; until: the last
    month of which inputs on paths are known (see `inputs_at`). free: as free runs are asked, who know the
    first value and what changes are like, but not what came between.
    """
    if not known:
        return {}
    past = past_of(case, known, until, free)
    when = Asked(year_of(asked), inputs_at(case, asked, until))
    said = {name: level(past, when) for name, level in OF_SERIES.items()}
    return {name: (mean, sd) for name, (mean, sd) in said.items() if math.isfinite(mean)}


def past_rate(known: Sequence[Fact], asked: Fact) -> float | None:
    """Chance a year of what is asked by Laplace's rule, (k + 1) / (n + 2): it came in k of n known windows.

    `known` are events and times of one target. Windows shorter than a year are occasions, such as votes:
    their chance is one an occasion, and is laid on other occasions only, whatever their length. Windows of a
    year or more have a chance by their mean length, which is laid on any window if no occasion is known that
    is more like it. None if nothing fit is known.
    """
    occasions = [fact for fact in known if _months(fact) < YEAR]
    spans = [fact for fact in known if _months(fact) >= YEAR]
    if occasions and _months(asked) < YEAR:
        return _a_year(_laplace(occasions), _months(asked))
    if spans:
        return _a_year(_laplace(spans), sum(map(_months, spans)) / len(spans))
    return None


def _laplace(windows: Sequence[Fact]) -> float:
    """Chance of one more window like these, by Laplace's rule of succession."""
    return (sum(map(_came, windows)) + 1) / (len(windows) + 2)


def _a_year(chance: float, months: float) -> float:
    """Chance a year of what has a chance in so many months, at an even hazard."""
    return 1.0 - (1.0 - chance) ** (YEAR / months)


def _came(fact: Fact) -> bool:
    """Whether it happened: an event is 0 if not, a time infinite."""
    return 0 < fact.value < math.inf


def _months(fact: Fact) -> int:
    return len(fact.months)


def chances_of(case: Case, target: str, first: int, last: int, rate: float | None) -> dict[str, float]:
    """What each baseline that knows says of a target from month `first` to `last` (both included).

    Months count from year 0. By the status quo nothing happens, unless the scenario says otherwise.
    """
    return {STATUS_QUO: 0.0} | chances(Span(case, case.outcomes.get(target), first, last, rate))
