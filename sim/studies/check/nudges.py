"""A number of a scenario moved within its range, to see whether anything follows."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.numbers import total
from sim.scenario.load import Scenario, ScenarioError
from sim.studies.check.reach import Changes

UNKNOWN_RANGE = 0.1
"""How far a number without a range of its own is moved to either side."""


def nudges(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """The scenario with one number at either end of its range, or as far there as it goes.

    What must sum to one still does.
    """
    value = scenario.numbers[path]
    known = scenario.provenance.get(path)
    low, high = value - UNKNOWN_RANGE, value + UNKNOWN_RANGE
    if known is not None:
        low, high = known.low, known.high
    for end in (high, low):
        nudged = _toward(scenario, path, end)
        if nudged is not None:
            yield nudged


def _toward(scenario: Scenario, path: str, end: float) -> Scenario | None:
    """The scenario with a number as near to an end as it may be; None if it cannot be moved there at all."""
    value = scenario.numbers[path]
    # Counts must be whole, and some numbers are bounded by others: half the way, and then a small step.
    for moved in (end, round(end), (value + end) / 2, value + (end - value) / 16):
        if moved == value:
            continue
        try:
            return scenario.override({path: moved} | rescaled(scenario, path, moved))
        except ScenarioError:
            continue
    return None


def rescaled(scenario: Scenario, path: str, moved: float) -> Changes:
    """The other parts of the whole that a number is part of, in their proportions; none if of no whole."""
    others = {name: scenario.numbers[name] for name in _others(scenario, path)}
    # Added up by name: the last bit of a sum is that of its order, which the file's must not decide.
    left = total(map(others.__getitem__, sorted(others)))
    if not left > 0:  # nothing that could be kept in proportion
        return {}
    return {name: size * (1.0 - moved) / left for name, size in others.items()}


def _others(scenario: Scenario, path: str) -> list[str]:
    """The numbers that sum to one with a number, without it."""
    whole = [name for name in _whole(scenario, path) if name != path]
    return list(filter(scenario.numbers.__contains__, whole))


def _whole(scenario: Scenario, path: str) -> list[str]:
    """The numbers that sum to one with a number, itself among them."""
    case = scenario.case
    match path.split("."):
        case ["shares", _, channel]:
            return [f"shares.{name}.{channel}" for name in case.shares]
        case ["channels", _, "weight"]:
            return [f"channels.{name}.weight" for name in case.channels]
        case ["actors", actor, "factions", _, "clout"]:
            return [f"actors.{actor}.factions.{name}.clout" for name in case.actors[actor].factions]
        case ["actors", actor, "effort", _]:
            return [f"actors.{actor}.effort.{name}" for name in case.actors[actor].effort or {}]
    return []


def set_apart(scenario: Scenario) -> Scenario:
    """The scenario with equal numbers set apart by less than a millionth, so that code tells them apart.

    Counts, zeros, ones and the parts of a whole stay as they are.
    """
    changes = {}
    for place, (path, value) in enumerate(scenario.numbers.items()):
        if value != round(value) and not rescaled(scenario, path, value):
            changes[path] = value * (1.0 + 1e-9 * (place + 1))
    try:
        return scenario.override(changes)
    except ScenarioError:
        return scenario
