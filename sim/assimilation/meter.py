"""What runs say of facts whose windows are lived piece by piece: sums, or whether and when it came so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.engine.history import History
from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.scenario.load import Scenario
from sim.scenario.lower import state_name

NOTHING_YET = {SERIES: 0.0, EVENT: 0.0, TIME: np.inf}
"""What has been measured of a fact before its window, by its kind."""

JOINED: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    SERIES: np.add,
    EVENT: np.maximum,
    TIME: np.minimum,
}
"""How what was measured of two pieces of a window is put together, by the kind of the fact."""


@dataclass(frozen=True)
class Meter:
    """Measures facts on pieces of histories that begin in any month [from year 0]."""

    scenario: Scenario

    @property
    def happenings(self) -> dict[str, Happening]:
        """What may happen, by name."""
        return {each.name: each for each in happenings_of(self.scenario)}

    def measurable(self, fact: Fact) -> bool:
        """Whether a fact can be measured piece by piece: it does not ask for what came before."""
        return fact.kind == SERIES or self.happenings[fact.target].of_events_alone

    def measure(self, history: History, months: range, facts: Sequence[Fact]) -> np.ndarray:
        """What runs add to each fact in these months [from year 0], which are those of the history
        (facts, runs)."""
        found, findings, happenings = [], Findings(history), self.happenings
        for fact in facts:
            inside = range(max(fact.first, months.start), min(fact.last + 1, months.stop))
            piece = slice(inside.start - months.start, inside.stop - months.start)
            if fact.kind == SERIES:
                path = history[state_name(self.scenario.case, self._measure(fact))][piece]
                # month by month: what numpy adds up depends on the shape
                found.append(reduce(np.add, path))
                continue
            came = findings.occurred(happenings[fact.target])[piece]
            if fact.kind == EVENT:
                found.append(came.any(axis=0).astype(float))
                continue
            found.append(np.where(came.any(axis=0), inside.start + came.argmax(axis=0), np.inf))
        return np.array(found).reshape(len(facts), len(history.runs))

    def _measure(self, fact: Fact) -> str:
        return self.scenario.case.observations[fact.target].measure

    @staticmethod
    def said(fact: Fact, measured: np.ndarray) -> np.ndarray:
        """What runs say of a fact whose whole window was measured (runs,)."""
        if fact.kind == SERIES:
            return measured / len(fact.months)
        return measured
