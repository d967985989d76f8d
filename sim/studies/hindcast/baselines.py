"""What a reader could say of an observation without the model: the last value, its drift, the past rate,
round dates, nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.outcomes.baselines import climatology, within
from sim.scenario.schema import Case
from sim.studies.hindcast.observations import Fact

HOLD_LAST, DRIFT = "hold_last", "drift"
CLIMATOLOGY, ANNIVERSARY, STATUS_QUO = "climatology", "anniversary_rule", "status_quo"
OF_SERIES, OF_EVENTS = (HOLD_LAST, DRIFT), (CLIMATOLOGY, ANNIVERSARY, STATUS_QUO)
YEAR = 12
"""Months."""


def time_of(fact: Fact) -> tuple[float, int]:
    """What puts facts of one series in the order of time, whatever the order of their table."""
    return year_of(fact), fact.first


def year_of(fact: Fact) -> float:
    """The middle of a fact's window [year]."""
    return (fact.first + fact.last + 1) / 24.0


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

    def ahead(self, year: float, drifting: bool) -> tuple[float, float]:
        """Mean and standard deviation [unit] at a year: the last value (and its drift), sd growing with the
        root of time.
        """
        gone = year - self.year
        return self.level + (self.drift * gone if drifting else 0.0), self.sd * math.sqrt(abs(gone))


def walk_from(origin: Fact, known: Sequence[Fact]) -> Walk:
    """A walk from a fact, with the changes between consecutive known ones; for yearly facts their plain mean
    and sd.

    Over uneven spans t the drift is the whole change over the whole time, and the variance the mean of
    (change - drift t)^2 / t.
    """
    facts = sorted(known, key=time_of)
    spans = np.diff([year_of(fact) for fact in facts])
    changes = np.diff([fact.value for fact in facts])[spans > 0]
    spans = spans[spans > 0]
    drift = float(changes.sum() / spans.sum()) if len(spans) else math.nan
    apart = (
        float(((changes - drift * spans) ** 2 / spans).sum() / (len(spans) - 1))
        if len(spans) > 1
        else math.nan
    )
    return Walk(origin.value, year_of(origin), drift, math.sqrt(apart))


def past_rate(known: Sequence[Fact], asked: Fact) -> float | None:
    """Chance a year of what is asked by Laplace's rule, (k + 1) / (n + 2) for n known windows, k of them with
    an occurrence.

    `known` are events and times of one target. Windows shorter than a year are occasions, such as votes:
    their chance is one an occasion, and is laid on other occasions only, whatever their length. Windows of a
    year or more have a chance by their mean length, which is laid on any window if no occasion is known that
    is more like it. None if nothing fit is known.
    """
    occasions = [fact for fact in known if _months(fact) < YEAR]
    spans = [fact for fact in known if _months(fact) >= YEAR]
    short = _months(asked) < YEAR and len(occasions) > 0
    like = occasions if short else spans
    if not like:
        return None
    chance = (sum(math.isfinite(fact.value) and fact.value > 0 for fact in like) + 1) / (len(like) + 2)
    months = _months(asked) if short else sum(map(_months, like)) / len(like)
    return 1.0 - (1.0 - chance) ** (YEAR / months)


def _months(fact: Fact) -> int:
    return fact.last - fact.first + 1


def chances(case: Case, target: str, first: int, last: int, rate: float | None) -> dict[str, float]:
    """Probability that a target happens from month `first` to `last` (from year 0, both included), by each
    baseline that knows.

    Rates that the scenario gives for an outcome come before the past rate of the table; nothing happens by
    the status quo.
    """
    found = {STATUS_QUO: 0.0}
    if rate is not None:
        found[CLIMATOLOGY] = climatology(rate, last - first + 1)
    return found | (within(case, case.outcomes[target], first, last) if target in case.outcomes else {})
