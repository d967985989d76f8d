"""Who decides: actors pool what their units value and take a position; the target opens to powers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import mesa

from sim.rules import structure
from tests.support.plain_mesa.arithmetic import clip, softmax
from tests.support.plain_mesa.names import Names
from tests.support.plain_mesa.offers import Effect
from tests.support.plain_mesa.things import Axis, Supplier

if TYPE_CHECKING:
    from tests.support.plain_mesa.model import PlainModel


class Unit(mesa.Agent):
    """A faction, or all of an actor."""

    def __init__(self, model: PlainModel, row: structure.Unit) -> None:
        super().__init__(model)
        self.row, self.name, self.values, self.ideal = row, row.name, row.values, row.ideal
        self.sympathies = row.sympathies
        self.clout = self.clout0 = model.start[row.clout] if row.is_faction else 1.0

    def claim(self) -> float:
        p, model = self.model.settings.clout, self.model
        claim = p.credit_weight * model.stocks[f"credit.{self.name}"].level
        for power, sympathy in self.sympathies.items():
            link = model.links[power, p.channel]
            claim += p.influence_weight * sympathy * (link.bandwidth - link.bandwidth0)
        for stock, weight in self.row.moved_by.items():
            claim += weight * (model.stocks[stock].level - model.start[f"start.{stock}"])
        return claim


class Actor(mesa.Agent):
    """Whoever decides: its units speak by clout."""

    def __init__(self, model: PlainModel, name: str, units: tuple[structure.Unit, ...]) -> None:
        super().__init__(model)
        self.name, self.standing = name, model.world.parts.standings[name]
        self.units = [Unit(model, unit) for unit in units]
        for unit in self.units:
            unit.siblings = self.units
        self.axes = [model.axes[axis] for axis in self.standing.axes]

    def listen(self, names: Names) -> None:
        """Know what ties it, what makes a stake matter more, and what a driver that it values is made of."""
        parts = self.model.world.parts
        self.salience = {what: names.function(text) for what, text in parts.salience[self.name].items()}
        self.ties = []
        for tie in self.standing.ties:
            axes = [axis for axis in self.axes if tie.axis in (None, axis.name.split(".")[-1])]
            self.ties.append((self.model.deciders[tie.towards], names.function(tie.strength), axes))
        valued = {key for unit in self.units for key in unit.values} & parts.stakes.keys()
        self.slopes: dict[str, list[tuple[str, Callable[[], float]]]] = {}
        for stake in sorted(valued):
            for key, slope in parts.stakes[stake].slopes.items():
                self.slopes.setdefault(key, []).append((stake, names.function(slope)))

    def emphasis(self, what: str) -> float:
        """What makes a stake, or the links of a channel, matter more or less this month."""
        return self.salience[what]() if what in self.salience else 1.0

    def take_counsel(self) -> None:
        """Pool what the units value."""
        self.values: dict[str, float] = {}
        self.ideal, self.margins = [0.0] * len(self.axes), {}
        for unit in self.units:
            for key, value in unit.values.items():
                self.values[key] = self.values.get(key, 0.0) + unit.clout * value
            weight = unit.clout * unit.values.get("alignment", 0.0)
            for axis, place in enumerate(unit.ideal):
                self.ideal[axis] += weight * place
        for what in self.salience:
            if what in self.values:
                self.values[what] *= self.emphasis(what)
        self.ideal = [place * self.emphasis("alignment") for place in self.ideal]

    def look_abroad(self) -> None:
        """Its drift on each axis: home, and whoever it is tied to."""
        p, ties, drifts = self.model.settings.alignment, self.strengths(), []
        for place, axis in enumerate(self.axes):
            ideal = sum([unit.clout * unit.ideal[place] for unit in self.units])
            drift = p.anchor * (ideal - axis.level)
            for other, tie, axes in ties:
                if axis in axes:
                    drift += tie * (other.axes[place].level - axis.level)
            drifts.append(drift)
        self.drifts = drifts

    def strengths(self) -> list[tuple[Actor, float, list[Axis]]]:
        """To whom it is drawn, how strongly, and on which axes."""
        return [(other, strength(), axes) for other, strength, axes in self.ties]

    def move(self) -> None:
        """Take its new position."""
        for place, (axis, drift) in enumerate(zip(self.axes, self.drifts, strict=True)):
            step = self.standing.speed * (drift - axis.drift0)
            if self.standing.noise[place]:
                step += self.random.gauss(0.0, self.standing.noise[place])
            axis.level = clip(axis.level + step, -1.0, 1.0)

    def settle_clout(self) -> None:
        """Clout moves to the factions that have most to say for themselves."""
        if len(self.units) < 2:
            return
        targets = softmax([unit.claim() for unit in self.units], [unit.clout0 for unit in self.units])
        for unit, target in zip(self.units, targets, strict=True):
            unit.clout += self.model.settings.clout.speed * (target - unit.clout)

    def utility(self, effects: list[Effect]) -> float:
        """What a list of effects would be worth [logits]."""
        worth = 0.0
        for effect in effects:
            if effect.kind == "payoff":
                worth += effect.foreseen_amount() if effect.owners[0] == self.name else 0.0
                continue
            margin = self.margins.get(effect.key)
            if margin is None:
                margin = self.margins[effect.key] = getattr(self, effect.margin)(effect)
            if margin:
                worth += margin * effect.foreseen_amount()
        return worth

    def stock_margin(self, effect: Effect) -> float:
        value, curvature = self.values.get(effect.key, 0.0), effect.owner.curvature
        return value * (1.0 + curvature * (1.0 - 2.0 * effect.owner.level)) + self.by_drivers(effect.key)

    def by_drivers(self, key: str) -> float:
        """What a unit of a number is worth through drivers that are valued."""
        return sum([self.values[stake] * slope() for stake, slope in self.slopes.get(key, [])])

    def goodwill_margin(self, effect: Effect) -> float:
        by_vulnerability = self.values.get("goodwill_by_vulnerability", 0.0)
        return self.stock_margin(effect) + by_vulnerability * effect.supplier.vulnerability

    def alignment_margin(self, effect: Effect) -> float:
        axis = effect.owner
        # where powers stand is nobody's stake
        if axis not in self.model.target.axes:
            return 0.0
        return 2.0 * (self.ideal[axis.place] - self.values.get("alignment", 0.0) * axis.level)

    def influence_margin(self, supplier: Supplier) -> float:
        worth = -self.values.get("autonomy", 0.0) * supplier.autonomy_price
        if "influence_share" in self.values:
            own = float(supplier.name == self.name) - self.model.suppliers[self.name].share
            worth += self.values["influence_share"] * own / self.model.total_influence
        if "buffer" in self.values:
            me = self.model.suppliers[self.name]
            rival = supplier.share if supplier.is_power and supplier is not me else 0.0
            margin = 2.0 * (1.0 - me.buffer - rival) / self.model.total_influence
            worth += self.values["buffer"] * margin
        return worth

    def bandwidth_margin(self, effect: Effect) -> float:
        link = effect.owner
        worth = self.influence_margin(link.supplier) * link.weight * link.dependence
        worth *= self.emphasis(link.channel)
        if link.channel == self.model.settings.clout.channel:
            worth += self.push(link.supplier.name)
        return worth

    def push(self, power: str) -> float:
        """Worth of a unit of a power's political bandwidth through the clout of factions."""
        factions = [unit for unit in self.model.target.units if power in unit.sympathies]
        valued = self.values.get
        both = sum([valued(f"clout.{f.name}", 0.0) * f.sympathies[power] * f.clout for f in factions])
        value = sum([valued(f"clout.{f.name}", 0.0) * f.clout for f in factions])
        sympathy = sum([f.sympathies[power] * f.clout for f in factions])
        return self.model.settings.clout.influence_weight * (both - value * sympathy)

    def attraction_margin(self, effect: Effect) -> float:
        link, everyone = effect.owner, 0.0
        for other in self.model.channels[link.channel]:
            everyone += self.influence_margin(other.supplier) * other.bandwidth * other.dependence
        own = self.influence_margin(link.supplier) * link.bandwidth
        worth = link.weight * link.dependence * (own - everyone) * self.emphasis(link.channel)
        for other in self.model.channels[link.channel] if self.slopes else ():
            shift = link.dependence * (float(other is link) - other.dependence)
            worth += self.by_drivers(f"dependence.{other.supplier.name}.{other.channel}") * shift
        return worth

    def credit_margin(self, effect: Effect) -> float:
        faction = self.model.factions[effect.owners[0]]
        siblings = faction.siblings
        value = sum([self.values.get(f"clout.{unit.name}", 0.0) * unit.clout for unit in siblings])
        own = self.values.get(f"clout.{faction.name}", 0.0)
        return self.model.settings.clout.credit_weight * faction.clout * (own - value)


class Target(Actor):
    """The buffer state: it opens to powers, buys from suppliers, and takes a position between them."""

    def spread_welcome(self) -> None:
        p, model, pressures = self.model.settings.openness, self.model, []
        elasticity = model.settings.influence.openness_elasticity
        autonomy = -self.values.get("autonomy", 0.0) * elasticity
        goodwill = p.dependence_scale * self.values.get("goodwill_by_vulnerability", 0.0)
        for q in model.powers:
            room = p.autonomy_weight * autonomy * q.autonomy_price * q.influence - q.autonomy_gain0
            favour = p.dependence_weight * goodwill * q.vulnerability - q.goodwill_gain0
            pressures.append((room + favour) / p.temperature)
        for q, target in zip(model.powers, softmax(pressures, [1.0] * len(pressures)), strict=True):
            q.openness += p.speed * (target - q.openness)

    def shift_dependence(self) -> None:
        elasticity = self.model.settings.influence.share_elasticity
        for links in self.model.channels.values():
            pulls = []
            for link in links:
                density = (link.bandwidth / link.bandwidth0) ** elasticity
                pulls.append(link.dependence0 * math.exp(link.attraction) * density)
            scale = sum([link.dependence0 for link in links]) / sum(pulls)
            for link, pull in zip(links, pulls, strict=True):
                link.dependence += link.share_speed * (pull * scale - link.dependence)

    def strengths(self) -> list[tuple[Actor, float, list[Axis]]]:
        p, found = self.model.settings.alignment, []
        for q in self.model.powers:
            repelled = p.backlash * max(q.domination - p.threshold, 0.0) / (1.0 - p.threshold)
            found.append((q.actor, p.pull * q.influence * (1.0 - repelled), self.axes))
        return found
