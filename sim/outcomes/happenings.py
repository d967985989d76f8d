"""What may happen in a run: an event of the scenario, or an outcome that its file puts together.

An outcome happens in each month in which all holds that it asks for: one of its events happens, its bounds
hold, all that it waits for has happened by then, and what it comes before has not. So outcomes are made of
outcomes, and each has a first month.
"""

from __future__ import annotations

from collections.abc import Iterator
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


Known = dict[str, np.ndarray]
"""What is worked out already of a history, by name (months, runs): outcomes share what they are made of."""


def occurred(history: History, happening: Happening, known: Known | None = None) -> np.ndarray:
    """Whether it happened in that month (months, runs)."""
    if known is None:
        known = {}
    # the schema refuses an outcome that asks for nothing
    return reduce(np.logical_and, _conditions(history, happening, known))


def _conditions(history: History, happening: Happening, known: Known) -> Iterator[np.ndarray]:
    """Everything that has to hold in a month (months, runs)."""
    if happening.function is not None:
        yield asked(history, happening.function) == np.arange(history.months)[:, None]
    if happening.events:
        yield _any_of(history, happening)
    if happening.above or happening.below:
        get, shape = measured(history.world, history.__getitem__), (history.months, len(history.runs))
        yield within(history.world.scenario.case, get, shape, happening.above, happening.below)
    for other in happening.all_of:
        yield _by_then(history, other, known)
    if happening.before is not None:
        yield ~_by_then(history, happening.before, known)


def _any_of(history: History, happening: Happening) -> np.ndarray:
    each = (history.happened(event, happening.node) for event in happening.events)
    return reduce(np.logical_or, each)


def _by_then(history: History, name: str, known: Known) -> np.ndarray:
    """Whether something has happened by the end of each month (months, runs)."""
    # outcomes refer to others that may share more of them: each is worked out once
    if name not in known:
        other = happening_of(history.world.scenario, name)
        known[name] = np.logical_or.accumulate(occurred(history, other, known), axis=0)
    return known[name]


def happened(history: History) -> np.ndarray:
    """Whether each outcome that has a month happened in that month (outcomes, months, runs)."""
    scenario = history.world.scenario
    dated = [each for each in happenings_of(scenario) if each.name in scenario.case.outcomes]
    return np.array([occurred(history, each) for each in dated])


def first_month(history: History, happening: Happening) -> np.ndarray:
    """Months from the first simulated month to the first occurrence [month]; not a number if none is."""
    found = occurred(history, happening)
    month = found.argmax(axis=0)
    # where nothing occurs, argmax gives 0 as well
    came = found[month, np.arange(found.shape[1])]
    return np.where(came, month, np.nan)


def count(history: History, happening: Happening) -> np.ndarray:
    """Months in which it occurs [1]."""
    return occurred(history, happening).sum(axis=0, dtype=np.uint16).astype(float)
