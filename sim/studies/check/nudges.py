"""A number of a scenario moved within its range, to see whether anything follows."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.wholes import rescaled
from sim.studies.check.trials import Changes

UNKNOWN_RANGE = 0.1
"""How far a number without a range of its own is moved to either side."""


ENDS = ("high", "low")
"""Where a number is moved to, in the order in which it is tried."""


def nudges(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """The scenario with one number at either end of its range, or as far there as it goes.

    What must sum to one still does.
    """
    for end in ENDS:
        nudged = _nudged(scenario, path, end)
        if nudged is not None:
            _, moved = nudged
            yield moved


def nudge(scenario: Scenario, path: str, end: str) -> Changes | None:
    """Changes that move a number as near to an end of its range as it may be; None if it cannot move there.

    The others of a whole give way.
    """
    nudged = _nudged(scenario, path, end)
    if nudged is None:
        return None
    changes, _ = nudged
    return changes


def _nudged(scenario: Scenario, path: str, end: str) -> tuple[Changes, Scenario] | None:
    """The changes of a nudge, and the scenario with them: whether a number may be somewhere is known by
    setting it.
    """
    value = scenario.numbers[path]
    known = scenario.provenance.get(path)
    ends = {"low": value - UNKNOWN_RANGE, "high": value + UNKNOWN_RANGE}
    if known is not None:
        ends = {"low": known.low, "high": known.high}
    to = ends[end]
    # Counts must be whole, and some numbers are bounded by others: half the way, and then a small step.
    for moved in (to, round(to), (value + to) / 2, value + (to - value) / 16):
        if moved == value:
            continue
        changes = rescaled(scenario, {path: moved})
        try:
            return changes, scenario.override(changes)
        except ScenarioError:
            continue
    return None
