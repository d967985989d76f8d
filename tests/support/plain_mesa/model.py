"""One future: who there is, and the order of a month."""

from __future__ import annotations

import mesa

from sim.rules.hedging import FULL_AUTONOMY
from sim.rules.structure import Parts
from sim.scenario.lower import World
from tests.support.plain_mesa.actors import Actor, Target
from tests.support.plain_mesa.arithmetic import clip, nearness
from tests.support.plain_mesa.names import Names
from tests.support.plain_mesa.offers import Offer
from tests.support.plain_mesa.things import Axis, Mean, Stock, Supplier


class PlainModel(mesa.Model):
    """One future of a lowered world; `seed` is that of Mesa's random numbers."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(rng=seed)
        self.world, self.start, self.settings, self.month = world, world.start, world.parts.settings, -1
        self._furnish(world.parts)
        self._tie(world.parts)
        self._populate(world.parts)
        # there before it is filled: expressions of one offer may read the odds of another
        self.names, self.offers = Names(self), {}
        self.offers |= {row.name: Offer(self, row, self.names) for row in world.parts.events}
        self.groups = [[self.offers[row.name] for row in rows] for rows in world.parts.groups.values()]
        for each in (*self.stocks.values(), *self.suppliers.values(), *self.deciders.values()):
            each.listen(self.names)
        self.pairs = [
            (one, other, strength, None if times is None else self.names.function(times))
            for one, other, strength, times in self.pairs
        ]
        self.measure()
        for actor in self.deciders.values():
            actor.take_counsel()
        self.assess()
        self.datacollector = mesa.DataCollector(model_reporters=self.names.reporters(world))

    def _furnish(self, parts: Parts) -> None:
        """Stocks, axes, suppliers, dates."""
        self.stocks = {row.name: Stock(self, row) for row in parts.stocks}
        self.means = {row.name: Mean(self.stocks, row) for row in parts.aggregates}
        self.axes = {
            name: Axis(self.start, name, place)
            for standing in parts.standings.values()
            for place, name in enumerate(standing.axes)
        }
        self.near = {pair: self.start["closeness." + ".".join(pair)] for pair in parts.near}
        self.suppliers = {row.name: Supplier(self, row) for row in parts.suppliers}
        self.powers = [supplier for supplier in self.suppliers.values() if supplier.is_power]
        self.calendar: dict[str, float] = {}
        self.waits = {event.wait: self.start.get(event.wait, 0.0) for event in parts.events}

    def _tie(self, parts: Parts) -> None:
        """Links, and who counts together."""
        self.links, self.channels = {}, {channel: [] for channel in parts.channels}
        for supplier in self.suppliers.values():
            for link in supplier.links:
                self.links[supplier.name, link.channel] = link
                self.channels[link.channel].append(link)
        self.pairs = [
            (self.suppliers[pair.first], self.suppliers[pair.second], pair.strength, pair.times)
            for pair in parts.pairs
        ]
        self.blocs = []
        for members in parts.blocs.values():
            lines = [self.links[name, self.settings.clout.channel] for name in members]
            self.blocs.append(([self.suppliers[name] for name in members], lines))

    def _populate(self, parts: Parts) -> None:
        """The deciders."""
        self.target = Target(self, parts.target, parts.units[parts.target])
        others = {
            name: Actor(self, name, units) for name, units in parts.units.items() if name != parts.target
        }
        self.deciders = {parts.target: self.target, **others}
        self.factions = {unit.name: unit for actor in self.deciders.values() for unit in actor.units}
        for power in self.powers:
            power.actor, power.goodwill = self.deciders[power.name], self.stocks[f"goodwill.{power.name}"]
            power.goodwill0 = power.goodwill.level

    def step(self) -> None:
        """One month."""
        self.month += 1
        self.calendar = {name: float(path[self.month]) for name, path in self.world.series.items()}
        self.drift()
        for actor in self.deciders.values():
            actor.take_counsel()
        self.act()
        for actor in self.deciders.values():
            actor.settle_clout()
        self.assess()
        self.datacollector.collect(self)
        self.running = self.month + 1 < self.world.months

    def drift(self) -> None:
        """What moves by itself."""
        stocks = self.stocks.values()
        for stock in stocks:
            stock.aim()
        # all aims before the first move: the order of stocks must not matter
        for stock in stocks:
            stock.relax()
        for power in self.powers:
            power.spread_effort()
        self.target.spread_welcome()
        for power in self.powers:
            power.build_links()
        self.target.shift_dependence()
        self.measure()
        for actor in self.deciders.values():
            actor.look_abroad()
        # all drifts before the first move: the order of actors must not matter
        for actor in self.deciders.values():
            actor.move()
        self.waits = {name: max(months - 1.0, 0.0) for name, months in self.waits.items()}

    def act(self) -> None:
        """Everyone weighs all offers at one state; luck settles them, and they take effect together."""
        self.names.evaluate()
        offers = list(self.offers.values())
        for offer in offers:
            offer.weigh()
        for offer in offers:
            offer.bid()
        for group in self.groups:
            first = min(group, key=lambda offer: offer.queue)
            for offer in group:
                offer.proposed = offer is first and offer.queue < 1.0
        changes: dict[tuple, float] = {}
        for offer in offers:
            offer.settle(changes)
        for (owner, attribute, low, high), amount in changes.items():
            setattr(owner, attribute, clip(getattr(owner, attribute) + amount, low, high))
        for offer in offers:
            offer.remember()

    def measure(self) -> None:
        """Influence, its concentration, and what follows for the target's room."""
        suppliers = self.suppliers.values()
        for supplier in suppliers:
            supplier.measure_influence()
        self.total_influence = sum([supplier.influence for supplier in suppliers])
        for supplier in suppliers:
            supplier.share = supplier.domination = supplier.influence / self.total_influence
        for first, second, strength, times in self.pairs:
            likeness = clip(strength * times() if times else strength, 0.0, 1.0)
            first.domination += likeness * second.share
            second.domination += likeness * first.share
        concentration = sum([supplier.share * supplier.domination for supplier in suppliers])
        for supplier in suppliers:
            supplier.autonomy_price = 2.0 * (supplier.domination - concentration) / self.total_influence
        self.autonomy = 1.0 - concentration
        self.domination = max([power.domination for power in self.powers])
        for power in self.powers:
            power.measure_buffer()

    def assess(self) -> None:
        """What is told of the month: closeness and hedging."""
        reach = self.settings.alignment.reach
        for power in self.powers:
            power.closeness = nearness(self.target.axes, power.actor.axes, reach)
        for one, other in self.near:
            places = self.deciders[one].axes, self.deciders[other].axes
            self.near[one, other] = nearness(*places, reach)
        near, lines = [], []
        for members, links in self.blocs:
            near.append(sum([member.closeness for member in members]) / len(members))
            density = sum([link.bandwidth for link in links])
            lines.append(density / sum([link.bandwidth0 for link in links]))
        room = min(self.autonomy / FULL_AUTONOMY, 1.0)
        self.hedging = (room * (1.0 - (max(near) - min(near))) * min(*lines, 1.0)) ** (1 / 3)
