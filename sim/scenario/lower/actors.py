"""Suppliers with their links, and what decides: factions, or an actor that has none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from sim.rules import structure as p
from sim.rules.expressions import Expression
from sim.rules.numbers import as_number
from sim.scenario import index
from sim.scenario.blocs import written_out
from sim.scenario.lower.drivers import Drivers
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
    def links(self) -> list[tuple[str, str]]:
        """(supplier, channel) pairs with a link."""
        return sorted(index.cells(self.case))

    def suppliers(self, drivers: Drivers) -> tuple[p.Supplier, ...]:
        """Powers, then the target's own supply."""
        names = [*self.powers, *sorted(index.with_role(self.case, "domestic"))]
        return tuple(self._supplier(name, drivers) for name in names)

    def standings(self, drivers: Drivers) -> dict[str, p.Standing]:
        """Positions of the target and of each power, and what moves them."""
        return {name: self._standing(name, drivers) for name in (self.target, *self.powers)}

    def salience(self, drivers: Drivers) -> dict[str, dict[str, Expression]]:
        """By actor: what multiplies the worth of a stake, or of a channel's links."""
        found = {}
        for name in (self.target, *self.powers):
            given = in_order(self.case.actors[name].salience)
            found[name] = {key: drivers.read(text) for key, text in given.items()}
        return found

    def units(self) -> dict[str, tuple[p.Unit, ...]]:
        """What decides for the target and for each power."""
        return {name: self._units(name) for name in (self.target, *self.powers)}

    @cached_property
    def seats(self) -> tuple[str, ...]:
        """Actors that somebody else may decide for, in the order of names."""
        return tuple(name for name, actor in in_order(self.case.actors).items() if actor.seat)

    def theories(self) -> dict[str, str]:
        """Theories of choice of those who have one of their own."""
        actors = in_order(self.case.actors).items()
        return {name: actor.theory for name, actor in actors if actor.theory is not None}

    def pairs(self, drivers: Drivers) -> tuple[p.Pair, ...]:
        """Every two powers that count together."""
        found = []
        for alike in in_order(self.case.similarity).values():
            times = optional(drivers, alike.times)
            for one, other in combinations(sorted(alike.among), 2):
                found.append(p.Pair(one, other, alike.strength, times))
        return tuple(found)

    def _supplier(self, name: str, drivers: Drivers) -> p.Supplier:
        actor = self.case.actors[name]
        cells = tuple(self._cell(name, channel) for owner, channel in self.links if owner == name)
        capability = optional(drivers, actor.capability)
        is_power = actor.role == "power"
        return p.Supplier(name, is_power, actor.budget, capability, cells, actor.seat and is_power)

    def _standing(self, name: str, drivers: Drivers) -> p.Standing:
        case = self.case
        own = [tie for tie in sorted(index.ties(case)) if tie[0] == name]
        drawn = tuple(p.Tie(towards, axis, drivers.read(text)) for _, towards, axis, text in own)
        axes, speed = index.axes_in_use(case, name), case.alignment.power_speed
        if name == self.target:
            speed = case.alignment.speed
        on_path = frozenset(axes) & set(case.paths)
        noise, steps = self._by_axis(name, "noise"), self._by_axis(name, "wander")
        # on a path too: what is held for a while goes on from where its anchor has wandered meanwhile
        wander = {axis: step for axis, step in zip(axes, steps, strict=True) if step is not None}
        return p.Standing(name, axes, speed, noise, drawn, on_path, wander)

    def _by_axis(self, name: str, key: str) -> tuple[float | None, ...]:
        """What an actor's file says of shocks, by each axis in use; None where it is left out."""
        given = self.case.actors[name].given(key)
        if not isinstance(given, list):
            given = [given] * 2
        return tuple([*given, None][: self.case.alignment.dimensions])

    def _cell(self, supplier: str, name: str) -> p.Cell:
        channel = self.case.channels[name]
        speed = channel.share_speed
        if speed is None:
            speed = self.case.influence.share_speed
        return p.Cell(supplier, name, channel.weight, speed)

    def _units(self, actor: str) -> tuple[p.Unit, ...]:
        entry = self.case.actors[actor]
        if entry.factions:
            return tuple(self._faction(actor, *named) for named in in_order(entry.factions).items())
        ideal = self._point(entry.ideal or index.place(self.case, actor))
        return (p.Unit(actor, actor, ideal, self._values(flatten(entry.valuations)), False),)

    def _faction(self, actor: str, name: str, faction: Faction) -> p.Unit:
        # what all factions of an actor value they need not repeat
        values = self._values(flatten(self.case.actors[actor].valuations) | flatten(faction.valuations))
        ideal, moved_by = self._point(faction.ideal), in_order(faction.moved_by)
        return p.Unit(name, actor, ideal, values, True, self._sympathies(faction), moved_by)

    def _sympathies(self, faction: Faction) -> dict[str, float]:
        """How far a faction sides with each power that has a political link, from -1 to 1."""
        found = {}
        for bloc, members in self.case.blocs.items():
            for power in members:
                # a power's own name says more than that of its bloc
                given = [faction.sympathy[name] for name in (power, bloc) if name in faction.sympathy]
                if given and (power, self.case.clout.channel) in self.links:
                    found[power] = given[0]
        return in_order(found)

    def _values(self, valuations: dict[str, float]) -> dict[str, float]:
        """What is given a worth, be it 0, by its name in the state [logits per unit]."""
        written = in_order(written_out(self.case, valuations))
        return {key: as_number(value) for key, value in written.items()}

    def _point(self, point: list[float] | None) -> Position:
        """A point on the axes in use; one that is left out is 0."""
        return tuple([*(point or []), 0.0, 0.0][: self.case.alignment.dimensions])


def optional(drivers: Drivers, text: str | None) -> Expression | None:
    """An expression that a file may leave out."""
    if text is None:
        return None
    return drivers.read(text)
