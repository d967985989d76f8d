"""Standing orders that a best response consists of, as an occupant of a seat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.engine.seating import Choice, Choices
from sim.play.occupants import Occupant
from sim.play.sight import Sight
from sim.play.table import Table
from sim.scenario.labels import faction_label
from sim.studies.exploit.orders import GAIN, ON_TABLE, Order, all_of
from sim.studies.exploit.seen import seen


class Orders(Occupant):
    """Follows orders such as `sim.exploit(...).orders`; what they leave out is decided by the rule.

    >>> import sim, sim.play
    >>> found = sim.exploit("mongolia-2024", "China", futures=8, runs=8, claims=0, months=3)
    >>> again = sim.play.match("mongolia-2024", {"China": sim.play.Orders(found.orders)}, runs=8, months=3)
    >>> again.table()["actor"].tolist()
    ['China']
    """

    def __init__(self, orders: Iterable[Order]) -> None:
        self.orders = tuple(orders)

    def decide(self, sight: Sight) -> Mapping[str, float]:
        legal = {each.name for each in sight.options}
        found = all_of(self.orders, sight.is_first_round, lambda signal, choice: _told(sight, signal, choice))
        return {name: float(value) for name, value in found.items() if name in legal}

    def decide_all(self, table: Table, actor: str) -> Choices:
        month = table.ahead if table.is_first_round else table.table

        def told(signal: str, choice: Choice) -> np.ndarray:
            return seen(table.games, table.seat(actor), month, signal, choice)

        return all_of(self.orders, table.is_first_round, told)


def _told(sight: Sight, signal: str, choice: Choice) -> np.ndarray:
    """A signal as one future shows it; of what is no choice there, not a number."""
    option = sight.option(choice.name)
    if signal not in (GAIN, ON_TABLE):
        return np.array(sight.numbers[signal])
    if option is None:
        return np.array(np.nan)
    if signal == ON_TABLE:
        return np.array(option.terms)
    case, units = sight.seat.world.scenario.case, sight.seat.parts.units[sight.actor]
    weights = [sight.numbers[unit.clout] if unit.is_faction else 1.0 for unit in units]
    said = [option.advice[faction_label(case, unit.name)] for unit in units]
    return np.array(sum(weight * gain for weight, gain in zip(weights, said, strict=True)))
