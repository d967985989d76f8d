"""What baselines may know of a target when an observation is asked about: its walk, and its past rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.outcomes.baselines import Span, Walk, chances
from sim.scenario.schema import Case
from sim.studies.hindcast.facts import Fact

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
    changes = np.diff([fact.value for fact in facts])[spans > 0]
    spans = spans[spans > 0]
    drift = float(changes.sum() / spans.sum()) if len(spans) else math.nan
    variance = math.nan
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
    short = _months(asked) < YEAR and len(occasions) > 0
    like = occasions if short else spans
    if not like:
        return None
    came = sum(math.isfinite(fact.value) and fact.value > 0 for fact in like)
    chance = (came + 1) / (len(like) + 2)
    months = _months(asked) if short else sum(map(_months, like)) / len(like)
    return 1.0 - (1.0 - chance) ** (YEAR / months)


def _months(fact: Fact) -> int:
    return fact.last - fact.first + 1


def chances_of(case: Case, target: str, first: int, last: int, rate: float | None) -> dict[str, float]:
    """What each baseline that knows says of a target from month `first` to `last` (both included).

    Months count from year 0. By the status quo nothing happens, unless the scenario says otherwise.
    """
    return {STATUS_QUO: 0.0} | chances(Span(case, case.outcomes.get(target), first, last, rate))
