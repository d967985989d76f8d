"""The worlds that a card compares, by what each is changed by."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine.families import traceable
from sim.rules.numbers import is_number
from sim.scenario.cards.changes import is_relative, paths_in
from sim.scenario.load import Scenario
from sim.scenario.schema.cards import Card


@dataclass(frozen=True)
class Arm:
    """A world: what it is changed by, as a text that two equal worlds share; the scenario as it is if empty.

    is_reading: whether the world is read so, from its start, and is not made so; month: from which on it is.
    """

    told: str = "{}"
    is_reading: bool = False
    month: str | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """Values by path or stock, some of them relative to the file's numbers."""
        found: dict[str, Any] = json.loads(self.told)
        return found

    def parts(self, scenario: Scenario) -> tuple[dict[str, Any], dict[str, Any]]:
        """Its changes of numbers that a program may have at any value, and all others."""
        free = set(traceable(scenario))
        numbers: dict[str, Any] = {}
        for path, value in self.changes.items():
            if path in free and (is_relative(value) or is_finite(value)):
                numbers[path] = value
        return numbers, {path: value for path, value in self.changes.items() if path not in numbers}


def is_finite(value: Any) -> bool:
    """Whether a value is a number, and none without end, for which a program may make an exception."""
    return is_number(value) and math.isfinite(value)


def arm(scenario: Scenario, card: Card, *given: Mapping[str, Any]) -> Arm:
    """The world of a card under some of its changes, the later over the earlier. Raises BadPath."""
    changes: dict[str, Any] = {}
    for part in given:
        changes |= paths_in(scenario, part)
    if not changes:
        return Arm()
    return Arm(json.dumps(changes, sort_keys=True, default=str), card.how == "reading", card.month)


def arms_of(scenario: Scenario, card: Card) -> list[Arm]:
    """The worlds of a card: one whose level counts, two of an effect, four of two. Raises BadPath."""
    first, second = card.low, card.high or card.off
    if card.within is not None:
        return [arm(scenario, card, second)]
    pair = [arm(scenario, card, first), arm(scenario, card, second)]
    if card.against:
        return [*pair, arm(scenario, card, first), arm(scenario, card, card.against)]
    if card.without:
        own = card.without
        return [*pair, arm(scenario, card, first, own), arm(scenario, card, second, own)]
    return pair
