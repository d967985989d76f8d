"""Who may sit in a seat: the rule itself, standing orders, or anything that decides by what it sees."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.engine.seating import Choices
from sim.play.sight import Sight, sights
from sim.play.table import Table
from sim.rules.seats import BY_RULE


class Occupant(ABC):
    """Whoever decides in a seat. Overrides `decide`, or `decide_all` where it can do many futures at once."""

    @abstractmethod
    def decide(self, sight: Sight) -> Mapping[str, float]:
        """What is chosen of `sight.options`, by name; what is left out is decided by the rule."""

    def decide_all(self, table: Table, actor: str) -> Choices:
        """What is chosen in each future (futures,)."""
        said = dict[str, np.ndarray]()
        for place, sight in enumerate(sights(table, actor)):
            for name, value in self.decide(sight).items():
                said.setdefault(name, np.full(len(table), BY_RULE))[place] = value
        return said


class ByRule(Occupant):
    """Leaves everything to the rule: what comes of it is what comes of the model."""

    def decide(self, sight: Sight) -> Mapping[str, float]:
        return {}

    def decide_all(self, table: Table, actor: str) -> Choices:
        return {}


@dataclass(frozen=True)
class Standing(Occupant):
    """Orders that stand: the same for every choice of a kind; None leaves it to the rule.

    exceptions: by the name of an event, other orders for it.
    """

    proposal: float | None = None
    answer: float | None = None
    execution: float | None = None
    exceptions: Mapping[str, float] | None = None

    def decide(self, sight: Sight) -> Mapping[str, float]:
        found = {each.name: self._order(each.choice.kind, each.choice.about) for each in sight.options}
        return {name: order for name, order in found.items() if order is not None}

    def decide_all(self, table: Table, actor: str) -> Choices:
        found = {each.name: self._order(each.kind, each.about) for each in table.choices(actor)}
        return {name: np.full(len(table), order) for name, order in found.items() if order is not None}

    def _order(self, kind: str, about: str) -> float | None:
        if kind not in ("proposal", "answer", "execution"):
            return None
        return (self.exceptions or {}).get(about, getattr(self, kind))
