"""A world with some of its values set otherwise: read so from the start, or done from a month on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.scenario.interventions import in_order, key_of, label
from sim.scenario.load import Scenario
from sim.scenario.paths import reached, steps_of
from sim.scenario.schema import month_number


@dataclass(frozen=True)
class Change:
    """A value that something in a world is set to, by its path or stock.

    since: the month from which on it is done; None if the world is read so from its start. lasts: whether it
    holds whatever the world itself does later, a list beside what the world has there.
    """

    key: str
    value: Any
    since: str | None
    lasts: bool = False

    def beside(self, before: Any) -> Any:
        """The value, where before there was another."""
        if self.lasts and isinstance(self.value, list) and isinstance(before, list):
            return list(dict.fromkeys([*before, *self.value]))
        return self.value


def changed(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """A world with some changes, those that are read before those that are done. Raises ScenarioError.

    >>> import sim
    >>> changes = [Change("interventions.forbidden", ["turmoil"], "2024-06", lasts=True)]
    >>> list(changed(sim.load("mongolia-2024"), changes).case.interventions.changes)
    ['interventions.forbidden']
    """
    read, done = dict[str, Any](), list[Change]()
    for change in changes:
        if change.since is None:
            read[change.key] = change.beside(read.get(change.key, at(scenario, change.key)))
        else:
            done.append(change)
    if read:
        scenario = scenario.override(read)
    if done:
        scenario = scenario.intervene(_by_month(scenario, done))
    return scenario


def entries(scenario: Scenario) -> dict[str, dict[int, Any]]:
    """What somebody does in a world, by path or stock and month."""
    start, found = month_number(scenario.case.time.start), {}
    for name, value in scenario.case.interventions.changes.items():
        found[key_of(scenario.raw, scenario.case, name)] = dict(in_order(value, start))
    return found


def at(scenario: Scenario, key: str) -> Any:
    """What stands at a path in the tables of a world; None if nothing."""
    steps = steps_of(key) or []
    place, here = reached(scenario.raw, steps)
    if len(place) < len(steps):
        return None
    return here


def _by_month(scenario: Scenario, changes: Sequence[Change]) -> dict[str, Any]:
    """Months with values for each thing that is set."""
    found, own = dict[str, dict[int, Any]](), entries(scenario)
    for change in changes:
        before = found.get(change.key, own.get(change.key, {}))
        found[change.key] = before | _set(scenario, change, before)
    told = {}
    for key, months in found.items():
        told[key] = [[label(month), value] for month, value in months.items()]
    return told


def _set(scenario: Scenario, change: Change, before: Mapping[int, Any]) -> dict[int, Any]:
    """What a change sets in its month, and in those later ones in which the world would set it otherwise."""
    assert change.since is not None, "what is read has no month"
    since = month_number(change.since)
    months = {since}
    if change.lasts:
        months.update(month for month in before if month > since)
    return {month: change.beside(_in(scenario, change.key, before, month)) for month in months}


def _in(scenario: Scenario, key: str, by_month: Mapping[int, Any], month: int) -> Any:
    """What something is set to in a month, else what the world has there."""
    earlier = [since for since in by_month if since <= month]
    if earlier:
        return by_month[max(earlier)]
    return at(scenario, key)
