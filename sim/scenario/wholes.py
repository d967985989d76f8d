"""Numbers that come to one together, and how the others give way when some of them are changed.

Wholes are the clout of an actor's factions, the shares of a channel, the weights of the channels and an
actor's effort.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.rules.numbers import total
from sim.scenario.references import SUM_TOLERANCE
from sim.scenario.scenario import Scenario


def wholes(scenario: Scenario) -> Iterator[list[str]]:
    """Paths of the numbers that come to one together, a list for each whole; not all need be written."""
    case = scenario.case
    for name, actor in case.actors.items():
        yield [f"actors.{name}.factions.{faction}.clout" for faction in actor.factions]
        yield [f"actors.{name}.effort.{channel}" for channel in actor.effort or {}]
    for channel in case.channels:
        yield [f"shares.{name}.{channel}" for name in case.shares if channel in case.shares[name]]
    yield [f"channels.{channel}.weight" for channel in case.channels]
    tables = (quantity.weights for quantity in case.file.quantities.values())
    for table in dict.fromkeys(filter(None, tables)):
        yield [f"parameters.{name}" for name in case.parameters if name.startswith(f"{table}.")]


def rescaled(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, with what shares a whole with a changed number giving way in proportion.

    So the whole stays one. What changes within a whole are given for all its parts, or come to more than one,
    is left as it is.
    """
    given = dict(changes)
    for whole in wholes(scenario):
        chosen, rest = _parted(scenario, whole, changes)
        numeric = all(isinstance(value, int | float) for value in chosen.values())
        if chosen and numeric:  # what is no number is refused by the scenario, with its own reason
            given |= _in_proportion(rest, 1.0 - _sum(chosen))
    return given


def giving_way(
    scenario: Scenario, changed: Mapping[str, np.ndarray], besides: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """What shares a whole with numbers that are changed at many points (points,), by path, at each of them.

    besides: what is changed everywhere. The bits are those of `rescaled`, point by point.
    """
    found = {}
    for whole in wholes(scenario):
        if not any(path in changed for path in whole):
            continue
        chosen, rest = _parted(scenario, whole, {**besides, **changed})
        before, left = _sum(rest), 1.0 - _sum(chosen)
        stays = (left < 0) | (np.abs(left - before) <= SUM_TOLERANCE) | (before <= 0)
        for path, value in rest.items():
            found[path] = np.where(stays, value, value * left / (before or 1.0))
    return found


def scaled(scenario: Scenario, drawn: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Numbers that are drawn at many points (points,), by path, each whole among them scaled to one.

    Unlike in `giving_way` all its parts may be drawn, each for itself; those that are not are scaled too.
    """
    found = dict(drawn)
    for whole in wholes(scenario):
        if not any(path in drawn for path in whole):
            continue
        parts = {path: drawn.get(path, scenario.numbers.get(path, 0.0)) for path in whole}
        together = np.asarray(_sum(parts))
        # what is one already keeps its bits, and of nothing nothing can be made
        stays = (np.abs(together - 1.0) <= SUM_TOLERANCE) | (together <= 0.0)
        scale = np.where(stays, 1.0, together)
        found |= {path: np.asarray(part / scale) for path, part in parts.items() if path in scenario.numbers}
    return found


def _parted(
    scenario: Scenario, whole: list[str], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, float]]:
    """The parts of a whole by path: those that are changed, and the others as they are."""
    chosen, rest = dict[str, Any](), dict[str, float]()
    for path in whole:
        if path in changes:
            chosen[path] = changes[path]
        else:
            rest[path] = scenario.numbers.get(path, 0.0)
    return chosen, rest


def _in_proportion(rest: dict[str, float], left: float) -> dict[str, float]:
    """Numbers in proportion, so that they come to what is left for them; none where they cannot, or do."""
    before = _sum(rest)
    cannot = left < 0 or before <= 0
    # what fits already keeps its bits: a sweep of other numbers must not move these by a rounding
    if cannot or abs(left - before) <= SUM_TOLERANCE:
        return {}
    return {path: value * left / before for path, value in rest.items()}


def _sum(numbers: Mapping[str, Any]) -> Any:
    """The sum of some numbers by path, always in the same order, so that it has the same bits."""
    return total(numbers[path] for path in sorted(numbers))
