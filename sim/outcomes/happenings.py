"""What may happen in a run: an event of the scenario, or an outcome that its file puts together.

An outcome happens in each month in which all holds that it asks for: one of its events happens, its bounds
hold, all that it waits for has happened by then, and what it comes before has not. So outcomes are made of
outcomes, and each has a first month.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from sim.engine.history import History
from sim.outcomes.measures import measured, within
from sim.outcomes.own import asked
from sim.scenario.load import Scenario
from sim.scenario.schema import Nested


@dataclass(frozen=True)
class Happening:
    """Something that may happen, in every month in which all that is given here holds.

    events: one of these rows reaches a node such as `took_place`; above, below: bounds, themselves included;
    all_of: names of what has happened by then; before: the name of what has not; function: the name of what
    is registered instead.
    """

    name: str
    label: str
    events: tuple[str, ...]
    node: str = "took_place"
    above: Nested = field(default_factory=dict)
    below: Nested = field(default_factory=dict)
    all_of: tuple[str, ...] = ()
    before: str | None = None
    function: str | None = None

    @property
    def of_events_alone(self) -> bool:
        """Whether nothing but its events decides."""
        return not any((self.above, self.below, self.all_of, self.before, self.function))

    @property
    def is_one_event(self) -> bool:
        """Whether it is what happens to one event row."""
        return self.of_events_alone and len(self.events) == 1


def happenings_of(scenario: Scenario) -> tuple[Happening, ...]:
    """The outcomes that have a month, then every event row that no outcome is named after."""
    outcomes, rows = scenario.case.outcomes, scenario.rows
    dated = [happening_of(scenario, name) for name, outcome in outcomes.items() if outcome.kind == "date"]
    alone = [Happening(name, row.label, (name,)) for name, row in rows.items() if name not in outcomes]
    return (*dated, *alone)


def happening_of(scenario: Scenario, name: str) -> Happening:
    """What a name stands for: an outcome, an event row, or all rows of a template."""
    outcome = scenario.case.outcomes.get(name)
    if outcome is None:
        return Happening(name, name, rows_of(scenario, [name]))
    return Happening(
        name, outcome.label, rows_of(scenario, outcome.any_of or []), outcome.node, outcome.above,
        outcome.below, tuple(outcome.all_of or ()), outcome.before, outcome.function,
    )  # fmt: skip


def rows_of(scenario: Scenario, names: list[str]) -> tuple[str, ...]:
    """The event rows that names stand for; that of a template stands for all its rows."""
    given = set(names)
    return tuple(name for name, row in scenario.rows.items() if given & {name, row.template})


AT_ONCE = 2**18
"""Bytes of codes that are looked at together: more of them leave the cache, and cost fresh memory."""


@dataclass(frozen=True)
class Findings:
    """What is found out about a history: of each thing once, since outcomes are made of outcomes."""

    history: History
    _dated: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @classmethod
    def on(cls, history: History, happenings: Iterable[Happening]) -> Findings:
        """Findings in which those of some happenings that are one event each are found, many at a time."""
        found = cls(history)
        rows = list({each.name: each for each in happenings if each.is_one_event}.values())
        size = max(AT_ONCE // (history.months * len(history.runs)), 1)
        for first in range(0, len(rows), size):
            found._add(rows[first : first + size])
        return found

    def _add(self, rows: Sequence[Happening]) -> None:
        """Month and count of happenings that are one event each, in one pass."""
        events, nodes = [each.events[0] for each in rows], [each.node for each in rows]
        firsts, counts = first_and_count(self.history.happened_each(events, nodes))
        for each, first, count in zip(rows, firsts, counts, strict=True):
            self._dated[each.name] = first, count

    def occurred(self, happening: Happening) -> np.ndarray:
        """Whether it happened in that month (months, runs)."""
        # the schema refuses an outcome that asks for nothing
        return reduce(np.logical_and, self._conditions(happening))

    def first(self, happening: Happening) -> np.ndarray:
        """Months from the first simulated month to the first occurrence (runs,); not a number if none is."""
        return self._dates(happening)[0]

    def count(self, happening: Happening) -> np.ndarray:
        """Months in which it occurs (runs,) [1]."""
        return self._dates(happening)[1]

    def _dates(self, happening: Happening) -> tuple[np.ndarray, np.ndarray]:
        """The first month and the count, which whatever is made of it asks for again."""
        if happening.name not in self._dated:
            self._dated[happening.name] = first_and_count(self.occurred(happening))
        return self._dated[happening.name]

    def _conditions(self, happening: Happening) -> Iterator[np.ndarray]:
        """Everything that has to hold in a month (months, runs)."""
        history = self.history
        if happening.function is not None:
            yield asked(history, happening.function) == np.arange(history.months)[:, None]
        if happening.events:
            yield _any_of(history, happening)
        if happening.above or happening.below:
            get, shape = measured(history.world, history.__getitem__), (history.months, len(history.runs))
            yield within(history.world.scenario.case, get, shape, happening.above, happening.below)
        for other in happening.all_of:
            yield self._by_then(other)
        if happening.before is not None:
            yield ~self._by_then(happening.before)

    def _by_then(self, name: str) -> np.ndarray:
        """Whether something has happened by the end of each month (months, runs)."""
        first = self.first(happening_of(self.history.world.scenario, name))
        # what never comes, not a number, is at no month or before it
        return first <= np.arange(self.history.months)[:, None]


def _any_of(history: History, happening: Happening) -> np.ndarray:
    each = (history.happened(event, happening.node) for event in happening.events)
    return reduce(np.logical_or, each)


def first_and_count(occurred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First month [months after the start], not a number for never, and number of months that are true.

    occurred: (months, ..., runs); both (..., runs).

    >>> first_and_count(np.array([[False, False], [True, False], [True, False]]))
    (array([ 1., nan]), array([2., 0.]))
    """
    months = len(occurred)
    # the smallest whole numbers that can count months: many of them fit into a register
    small = np.min_scalar_type(months)
    left = np.arange(months, 0, -1, dtype=small).reshape(-1, *[1] * (occurred.ndim - 1))
    most_left = (occurred * left).max(axis=0).astype(float)
    count = occurred.sum(axis=0, dtype=small).astype(float)
    return np.where(count > 0, months - most_left, np.nan), count


def happened(history: History) -> np.ndarray:
    """Whether each outcome that has a month happened in that month (outcomes, months, runs)."""
    scenario, findings = history.world.scenario, Findings(history)
    dated = [each for each in happenings_of(scenario) if each.name in scenario.case.outcomes]
    return np.array([findings.occurred(each) for each in dated])
