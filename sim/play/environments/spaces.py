"""What a learner in a seat observes and does, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.seating import EFFORT, TERMS, WELCOME, Choice, Choices, Seat
from sim.play.table import Table
from sim.refusal import BadInput
from sim.rules.seats import BY_RULE

EXTRA = "pip install 'steppe-sim[play]'"

RULE, NO, YES = 0, 1, 2
"""Actions for what is a yes or a no; the first leaves it to the rule."""


def needs_extra(name: str, error: ImportError) -> BadInput:
    """What is said where the library of an environment is not installed."""
    return BadInput(f"{name} is not installed; {EXTRA} brings it ({error})")


@dataclass(frozen=True)
class Spaces:
    """The spaces of a seat.

    Actions are a table: `choose`, for each yes or no 0 (by the rule), 1 (no) or 2 (yes); `terms`, the
    concession of each deal that the seat may offer, below 0 by the rule; `effort` and `welcome`, weights that
    are scaled to their whole, all 0 by the rule. What a seat does not have is left out. Observations are
    `observation`, numbers in the order of `names`, and `legal`, which of `choose` can be done now.
    """

    seat: Seat
    months: int

    @cached_property
    def yes_or_no(self) -> tuple[Choice, ...]:
        return tuple(each for each in self.seat.choices if each.is_yes_or_no)

    @cached_property
    def terms(self) -> tuple[Choice, ...]:
        return self.seat.of((TERMS,))

    @cached_property
    def shares(self) -> dict[str, tuple[Choice, ...]]:
        return {kind: own for kind in (EFFORT, WELCOME) if (own := self.seat.of((kind,)))}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is observed: the round (0 or 1), the share of the months that is over, and what is seen."""
        return ("round", "over", *self.seat.seen)

    def labels(self) -> list[str]:
        """What each of `choose` is about, in words."""
        return [f"{each.kind}: {each.label}" for each in self.yes_or_no]

    def action(self) -> Any:
        """The space of actions."""
        from gymnasium import spaces

        found: dict[str, Any] = {"choose": spaces.MultiDiscrete([3] * len(self.yes_or_no))}
        if self.terms:
            found["terms"] = spaces.Box(-1.0, 1.0, (len(self.terms),), np.float64)
        for kind, own in self.shares.items():
            found[kind] = spaces.Box(0.0, 1.0, (len(own),), np.float64)
        return spaces.Dict(found)

    def observation(self) -> Any:
        """The space of observations."""
        from gymnasium import spaces

        numbers = spaces.Box(-np.inf, np.inf, (len(self.names),), np.float64)
        legal = spaces.Box(0, 1, (len(self.yes_or_no),), np.int8)
        return spaces.Dict({"observation": numbers, "legal": legal})

    def observed(self, table: Table) -> dict[str, np.ndarray]:
        """What is observed of all futures (futures, names) and (futures, choices)."""
        size, games = len(table), table.games
        clock = np.empty((size, 2))
        clock[:] = 0.0 if table.is_first_round else 1.0, games.month / self.months
        legal = np.zeros((size, len(self.yes_or_no)), dtype=np.int8)
        for place, choice in enumerate(self.yes_or_no):
            legal[:, place] = table.is_legal(choice)
        numbers = np.concatenate([clock, table.seen(self.seat.actor)], axis=1)
        return {"observation": numbers, "legal": legal}

    def mask(self, legal: np.ndarray) -> dict[str, Any]:
        """What is legal (choices,) as a mask with which the space of actions is sampled."""
        found: dict[str, Any] = dict.fromkeys(self.action().spaces)
        found["choose"] = tuple(np.array([1, each, each], dtype=np.int8) for each in legal)
        return found

    def chosen(self, table: Table, actions: Mapping[str, np.ndarray]) -> Choices:
        """What actions of all futures (futures, ...) choose in this round."""
        now = {each.name for each in table.choices(self.seat.actor)}
        choose = np.asarray(actions["choose"])
        found = {each.name: choose[:, place] - 1.0 for place, each in enumerate(self.yes_or_no)}
        for place, each in enumerate(self.terms):
            found[each.name] = np.asarray(actions["terms"], dtype=float)[:, place]
        for kind, own in self.shares.items():
            found |= _scaled(own, np.asarray(actions[kind], dtype=float))
        return {name: values for name, values in found.items() if name in now}


def _scaled(own: tuple[Choice, ...], weights: np.ndarray) -> dict[str, np.ndarray]:
    """Weights (futures, choices) as shares of their whole; by the rule where all are 0."""
    whole = weights.sum(axis=1, keepdims=True)
    shares = np.where(whole > 0.0, own[0].most * weights / np.where(whole > 0.0, whole, 1.0), BY_RULE)
    return {each.name: shares[:, place] for place, each in enumerate(own)}
