"""Suppliers with their links, and what decides: factions, or an actor that has none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from sim.rules import structure as p
from sim.rules.numbers import Number, as_number, divide, sqrt, total
from sim.scenario import index
from sim.scenario.lower.order import in_order
from sim.scenario.rows import flatten
from sim.scenario.schema import Case, Faction

Position = tuple[float, ...]


@dataclass(frozen=True)
class Cast:
    """The actors of a case as the rules see them, in the order of names."""

    case: Case

    @cached_property
    def target(self) -> str:
        """The actor whose role is target."""
        return next(name for name, actor in self.case.actors.items() if actor.role == "target")

    @cached_property
    def powers(self) -> list[str]:
        """Names of the powers."""
        return sorted(index.powers(self.case))

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """Names in the state of the axes that are in use."""
        return index.axes_in_use(self.case)

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """(supplier, channel) pairs with a link."""
        return sorted(index.cells(self.case))

    def suppliers(self) -> tuple[p.Supplier, ...]:
        """Powers, then the target's own supply."""
        domestic = sorted(set(index.suppliers(self.case)) - set(self.powers))
        return tuple(self._supplier(name) for name in (*self.powers, *domestic))

    def units(self) -> dict[str, tuple[p.Unit, ...]]:
        """What decides for the target and for each power."""
        return {name: self._units(name) for name in (self.target, *self.powers)}

    def pairs(self) -> tuple[p.Pair, ...]:
        """Every two powers that count together."""
        return tuple(
            p.Pair(one, other, alike.strength, alike.times)
            for alike in in_order(self.case.similarity).values()
            for one, other in combinations(sorted(alike.among), 2)
        )

    def _supplier(self, name: str) -> p.Supplier:
        actor = self.case.actors[name]
        cells = tuple(self._cell(name, channel) for owner, channel in self.links if owner == name)
        is_power, position = actor.role == "power", self._point(actor.position)
        return p.Supplier(name, is_power, position, actor.budget, actor.capability, cells)

    def _cell(self, supplier: str, name: str) -> p.Cell:
        channel = self.case.channels[name]
        return p.Cell(supplier, name, channel.weight, channel.share_speed)

    def _units(self, actor: str) -> tuple[p.Unit, ...]:
        entry = self.case.actors[actor]
        if entry.factions:
            return tuple(self._faction(actor, *named) for named in in_order(entry.factions).items())
        ideal = self._point(entry.ideal or entry.position)
        return (p.Unit(actor, actor, ideal, _values(entry.valuations), False),)

    def _faction(self, actor: str, name: str, faction: Faction) -> p.Unit:
        ideal, leanings = self._point(faction.ideal), {}
        if actor == self.target:
            channel = self.case.clout.channel
            political = [power for power in self.powers if (power, channel) in self.links]
            leanings = {power: self._leaning(power, ideal) for power in political}
        moved_by, values = in_order(faction.moved_by), _values(faction.valuations)
        return p.Unit(name, actor, ideal, values, True, leanings, moved_by)

    def _leaning(self, power: str, ideal: Position) -> float:
        """Cosine between the ways from the start to a power's position and to a faction's ideal."""
        start = self._point(self.case.alignment.start)
        to_power = _way(start, self._point(self.case.actors[power].position))
        to_ideal = _way(start, ideal)
        lengths = sqrt(_product(to_power, to_power)) * sqrt(_product(to_ideal, to_ideal))
        if lengths > 0:
            return divide(_product(to_power, to_ideal), lengths)
        return 0.0

    def _point(self, point: list[float] | None) -> Position:
        return tuple((point or [0.0, 0.0])[: len(self.axes)])


def _way(start: Position, end: Position) -> list[float]:
    return [there - here for here, there in zip(start, end, strict=True)]


def _product(one: list[Number], other: list[Number]) -> Number:
    """Inner product, from left to right: a BLAS library's last bits depend on the processor."""
    return total([a * b for a, b in zip(one, other, strict=True)])


def _values(valuations: dict) -> dict[str, float]:
    """What is worth something, by its name in the state [logits per unit]."""
    return {key: as_number(value) for key, value in in_order(flatten(valuations)).items() if value != 0}
