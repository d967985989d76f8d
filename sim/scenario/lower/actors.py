"""Suppliers with their links, and what decides: factions, or an actor that has none."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from sim.rules import structure as p
from sim.rules.numbers import Number, as_number, divide, sqrt, total, where
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
        name, *_ = index.with_role(self.case, "target")
        return name

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
        names = [*self.powers, *sorted(index.with_role(self.case, "domestic"))]
        return tuple(map(self._supplier, names))

    def units(self) -> dict[str, tuple[p.Unit, ...]]:
        """What decides for the target and for each power."""
        return {name: self._units(name) for name in (self.target, *self.powers)}

    def pairs(self) -> tuple[p.Pair, ...]:
        """Every two powers that count together."""
        found = []
        for alike in in_order(self.case.similarity).values():
            for one, other in combinations(sorted(alike.among), 2):
                found.append(p.Pair(one, other, alike.strength, alike.times))
        return tuple(found)

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
        # Powers lift factions of the target alone (ODD 7.13).
        if actor == self.target:
            leanings = self._leanings(ideal)
        moved_by, values = in_order(faction.moved_by), _values(faction.valuations)
        return p.Unit(name, actor, ideal, values, True, leanings, moved_by)

    def _leanings(self, ideal: Position) -> dict[str, float]:
        """How far each power with a political link wants what a faction wants, from -1 to 1."""
        found = {}
        for power in self.powers:
            if (power, self.case.clout.channel) in self.links:
                found[power] = self._leaning(power, ideal)
        return found

    def _leaning(self, power: str, ideal: Position) -> float:
        """Cosine between the ways from the start to a power's position and to a faction's ideal."""
        start = self._point(self.case.alignment.start)
        to_power = _way(start, self._point(self.case.actors[power].position))
        to_ideal = _way(start, ideal)
        lengths = sqrt(_product(to_power, to_power)) * sqrt(_product(to_ideal, to_ideal))
        # Who wants the target where it stands has no direction: it leans to nobody.
        return where(lengths, divide(_product(to_power, to_ideal), where(lengths, lengths, 1.0)), 0.0)

    def _point(self, point: list[float] | None) -> Position:
        if point is None:
            point = [0.0, 0.0]
        return tuple(point[: len(self.axes)])


def _way(start: Position, end: Position) -> list[float]:
    return list(map(operator.sub, end, start))


def _product(one: list[Number], other: list[Number]) -> Number:
    """Inner product, from left to right: a BLAS library's last bits depend on the processor."""
    return total(map(operator.mul, one, other))


def _values(valuations: dict) -> dict[str, float]:
    """What is given a worth, be it 0, by its name in the state [logits per unit]."""
    return {key: as_number(value) for key, value in in_order(flatten(valuations)).items()}
