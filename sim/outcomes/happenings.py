"""What may happen in a run: an event of the scenario, or an outcome that its file puts together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.history import History
from sim.scenario.load import Scenario


@dataclass(frozen=True)
class Happening:
    """Something that may happen: any of these event rows reaching a node such as `took_place`."""

    name: str
    label: str
    events: tuple[str, ...]
    node: str = "took_place"


def happenings_of(scenario: Scenario) -> tuple[Happening, ...]:
    """The groups of [outcomes], then every event row that no group is named after."""
    outcomes, rows = scenario.case.outcomes, scenario.rows
    groups = [
        Happening(name, group.label, rows_of(scenario, group.any_of), group.node)
        for name, group in outcomes.items()
    ]
    alone = [Happening(name, row.label, (name,)) for name, row in rows.items() if name not in outcomes]
    return (*groups, *alone)


def rows_of(scenario: Scenario, names: list[str]) -> tuple[str, ...]:
    """The event rows that names stand for; that of a template stands for all its rows."""
    asked = set(names)
    return tuple(name for name, row in scenario.rows.items() if asked & {name, row.template})


def occurred(history: History, happening: Happening) -> np.ndarray:
    """Whether it happened in that month (months, runs)."""
    found = history.happened(happening.events[0], happening.node)
    for event in happening.events[1:]:
        found = found | history.happened(event, happening.node)
    return found


def first_month(history: History, happening: Happening) -> np.ndarray:
    """Months from the first simulated month to the first occurrence [month]; not a number if it never occurs."""
    found = occurred(history, happening)
    month = found.argmax(axis=0)
    return np.where(found[month, np.arange(found.shape[1])], month, np.nan)


def count(history: History, happening: Happening) -> np.ndarray:
    """Months in which it occurs [1]."""
    return occurred(history, happening).sum(axis=0, dtype=np.uint16).astype(float)
