"""What baselines may know of a target when an observation is asked about: its walk, and its past rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.assimilation.facts import Fact
from sim.outcomes.baselines import Span, Walk, chances
from sim.scenario.schema import Case

STATUS_QUO = "status_quo"
YEAR = 12
"""Months."""


def time_of(fact: Fact) -> tuple[float, int]:
    """What puts facts of one series in the order of time, whatever the order of their table."""
    return year_of(fact), fact.first


def year_of(fact: Fact) -> float:
    """The middle of a fact's window [year]."""
    return (fact.first + fact.last + 1) / 24.0


def walk_from(origin: Fact, known: Sequence[Fact]) -> Walk:
    """A walk from a fact, with the changes between consecutive known ones; of yearly facts plain mean and sd.

    Over uneven spans t the drift is the whole change over the whole time, and the variance the mean of
    (change - drift t)^2 / t.
    """
    facts = sorted(known, key=time_of)
    spans = np.diff([year_of(fact) for fact in facts])
    # Windows with one middle, such as a year and its middle months, have no time between them to drift in.
    changes = np.diff([fact.value for fact in facts])[spans > 0]
    spans = spans[spans > 0]
    # Without two known facts there is no drift, without three no variance: not a number, which knows nothing.
    drift = variance = math.nan
    if len(spans) > 0:
        drift = float(changes.sum() / spans.sum())
    if len(spans) > 1:
        variance = float(((changes - drift * spans) ** 2 / spans).sum() / (len(spans) - 1))
    return Walk(origin.value, year_of(origin), drift, math.sqrt(variance))


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
