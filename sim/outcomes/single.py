"""What came of the outcomes of a scenario in one run, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import Kind
from sim.outcomes.happenings import Findings, happening_of
from sim.outcomes.own import asked
from sim.registry import OUTCOMES
from sim.scenario.schema import Outcome


def told(history: History) -> Iterator[str]:
    """A line for each outcome of the first run of a history."""
    for name, outcome in history.world.scenario.case.outcomes.items():
        if outcome.kind == Kind.DATE:
            said = _dated(history, name)
        else:
            said = _numbered(history, outcome)
        yield f"{outcome.label}: {said}."


def _dated(history: History, name: str) -> str:
    happening, found = happening_of(history.world.scenario, name), Findings(history)
    first, times = found.first(happening)[0], int(found.count(happening)[0])
    if np.isnan(first):
        return "never"
    return f"{history.dates[int(first)]} for the first time, {times} in all"


def _numbered(history: History, outcome: Outcome) -> str:
    # without a month, it is a function: the schema sees to it
    assert outcome.function is not None
    value, own = asked(history, outcome.function)[0], OUTCOMES[outcome.function].rule
    if outcome.kind == Kind.YES_NO:
        if value == 1:
            return "yes"
        return "no"
    return f"{value:g} {own.unit}"
