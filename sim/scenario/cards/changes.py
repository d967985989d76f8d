"""What a card changes in a scenario: patterns written out, and values relative to the file's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.refusal import ScenarioError
from sim.rules.numbers import is_number
from sim.scenario.load import Scenario
from sim.scenario.lookup import is_pattern, paths_of
from sim.scenario.paths import BadPath
from sim.scenario.schema.cards import Card

RELATIVE = ("times", "plus")
"""Keys of a value that is told as a change of the file's number."""


def paths_in(scenario: Scenario, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values, be they relative, by path or stock, patterns written out. Raises BadPath.

    >>> import sim
    >>> paths_in(sim.load("mongolia-2024"), {"precision": {"times": 2.0}, "rumour": 0.0})
    {'decision.precision': {'times': 2.0}, 'rumour': 0.0}
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        # a stock is held by its name, which as a path would be that of its start
        if is_relative(value) or is_pattern(name):
            found |= dict.fromkeys(paths_of(scenario.raw, name), value)
        else:
            found[name] = value
    return found


def is_relative(value: Any) -> bool:
    """Whether a value is told as a change of the file's number."""
    return isinstance(value, dict) and len(value) == 1 and value.keys() <= set(RELATIVE)


def beside(number: Any, value: Any) -> Any:
    """A value as it is, or what it makes of the file's number (or numbers, an array). Raises BadPath.

    >>> beside(2.0, {"times": 3.0}), beside(2.0, {"plus": -1.0}), beside(2.0, 7.0)
    (6.0, 1.0, 7.0)
    """
    if not is_relative(value):
        return value
    ((how, by),) = value.items()
    if number is None or not is_number(by):
        raise BadPath(f"{how} changes a number of the file by a number")
    if how == "times":
        return number * float(by)
    return number + float(by)


def spelled_out(scenario: Scenario, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values by path or stock. Raises BadPath for a name that means nothing.

    >>> import sim
    >>> spelled_out(sim.load("mongolia-2024"), {"decision.precision": {"times": 2.0}, "rumour": 0.0})
    {'decision.precision': 2.0, 'rumour': 0.0}
    """
    found = paths_in(scenario, given).items()
    return {path: beside(scenario.numbers.get(path), value) for path, value in found}


def changed(scenario: Scenario, card: Card, given: Mapping[str, Any]) -> Scenario:
    """The scenario with what a card changes, in its way. Raises ScenarioError."""
    try:
        changes = spelled_out(scenario, given)
    except BadPath as error:
        raise ScenarioError([f"{scenario.name}: {error}"]) from None
    if not changes:
        return scenario
    if card.how == "reading":
        return scenario.override(changes)
    return scenario.intervene(changes, card.month)
