"""What a change would be worth to whom: marginal values of the state times effect lists (ODD 7.9).

Utilities are in logits. Factions speak through voices (weights by clout, or fixed by a row: principal-agent
slack); voices add up to pooled valuations, and these to margins: the worth of one unit of change of one
number of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sim.rules.autonomy import buffer_margin
from sim.rules.effects import foresee
from sim.rules.expressions import value_of
from sim.rules.numbers import Number, over, total
from sim.rules.state import STAKES, Change, at, row_of
from sim.rules.structure import Increment, Parts, State, Unit


def voice(fixed: float, rest: float, clout: Number) -> Number:
    """Weight of a faction in one decision: fixed by the row, the rest by clout."""
    return fixed + rest * clout


def stock_margin(valuation: Number, curvature: float | None, level: Number) -> Number:
    """Worth of a unit of a stock in [0, 1]: 1 - curvature times the mean where full, 1 + it where empty."""
    if curvature is None:
        return valuation
    return valuation * (1.0 + curvature * (1.0 - 2.0 * level))


def goodwill_margin(valuation: Number, by_vulnerability: Number, vulnerability: Number) -> Number:
    """Worth of a power's goodwill: what the power could withhold makes it precious (Hirschman 1945; eq 7)."""
    return valuation + by_vulnerability * vulnerability


def alignment_margin(wanted: Number, weight: Number, position: Number) -> Number:
    """Worth of moving on one axis: quadratic loss around the pooled ideal point."""
    return 2.0 * (wanted - weight * position)


def share_margin(share_value: Number, own: float, own_share: Number, total_influence: Number) -> Number:
    """Worth of a unit of a supplier's influence through the decider's own share of all influence."""
    return over(share_value * (own - own_share), total_influence)


def stake_margin(valuation: Number, slope: Number) -> Number:
    """Worth of a unit of a number of the state through a driver that is valued: the chain rule."""
    return valuation * slope


def clout_push(elasticity: float, valued_sympathy: Number, valued: Number, sympathy: Number) -> Number:
    """Worth of a unit of a power's political bandwidth through the clout of factions that side with it."""
    return elasticity * (valued_sympathy - valued * sympathy)


def credit_margin(elasticity: float, clout: Number, valuation: Number, valued: Number) -> Number:
    """Worth of a unit of a faction's credit through its clout."""
    return elasticity * clout * (valuation - valued)


def attraction_margin(weight: float, dependence: Number, own: Number, channel_sum: Number) -> Number:
    """Worth of a unit of log attractiveness: shares shift from all suppliers of the channel to this one."""
    return weight * dependence * (own - channel_sum)


def share_shift(dependence: Number, other: Number, own: float) -> Number:
    """What a unit of a supplier's log attractiveness adds to a share: its own (`own` 1), or another one's."""
    return dependence * (own - other)


def added(worths: Iterable[Number | None]) -> Number | None:
    """The sum of those worths that there are; None if there are none."""
    found = [worth for worth in worths if worth is not None]
    if found:
        return total(found)
    return None


def emphasised(s: State, parts: Parts, actor: str, what: str, worth: Number) -> Number:
    """A worth times what makes a stake, or the links of a channel, matter more to an actor this month."""
    expression = parts.salience[actor].get(what)
    if expression is None:
        return worth
    return worth * value_of(s, expression)


@dataclass(frozen=True)
class Voice:
    """How much one unit counts in one kind of decision, and what it stands for."""

    unit: Unit
    weight: Number


def speak(s: State, unit: Unit, control: dict[str, float]) -> Voice:
    """One unit's voice: alone it counts fully, among factions by the row's control weights and by clout."""
    if not unit.is_faction:
        return Voice(unit, 1.0)
    return Voice(unit, voice(control.get(unit.name, 0.0), 1.0 - total(control.values()), s[unit.clout]))


def own_control(units: Iterable[Unit], control: dict[str, float]) -> dict[str, float]:
    """The part of a row's control weights that falls to these units."""
    # those of other actors would be taken from what is left to clout
    return {unit.name: control[unit.name] for unit in units if unit.name in control}


@dataclass
class Appraisal:
    """What one decider wants this month: pooled valuations, and margins worked out when first asked for."""

    s: State
    parts: Parts
    actor: str
    pooled: dict[str, Number]
    ideal: tuple[Number, ...]
    margins: dict[str, Number | None] = field(default_factory=dict)

    def alone(self, want: str) -> Appraisal:
        """The same decider as if it wanted nothing but this; what each want makes of a change adds up."""
        ideal = self.ideal
        if want != "alignment":
            ideal = tuple(0.0 for _ in ideal)
        return Appraisal(self.s, self.parts, self.actor, {want: self.pooled[want]}, ideal)

    def worth(self, key: str) -> Number | None:
        """Worth of a unit of one number of the state [logits]; None if the decider does not care."""
        if key not in self.margins:
            self.margins[key] = self._margin(key)
        return self.margins[key]

    def utility(self, effects: Iterable[Increment]) -> Number:
        """Worth of an effect list [logits]: the sum of margin times increment."""
        return total(amount for _, amount in self.terms(effects))

    def terms(self, effects: Iterable[Increment]) -> list[tuple[str, Number]]:
        """The terms of that sum, by effect key."""
        found: list[tuple[str, Number]] = []
        for effect in effects:
            found += [(effect.key, amount) for amount in self._amounts(effect)]
        return found

    def _amounts(self, effect: Increment) -> Iterator[Number]:
        """What an effect adds to the utility: of each number that it changes, or as it is felt [logits]."""
        if effect.change is Change.FEEL:
            if effect.key == at("payoff", self.actor):
                yield foresee(self.s, self.parts, effect)[0]
            return
        # all worths before any amount: the order in which a recorded month notes them
        worths = [self.worth(key) for key in self.parts.keys_of(effect)]
        if all(worth is None for worth in worths):
            return
        for worth, amount in zip(worths, foresee(self.s, self.parts, effect), strict=True):
            if worth is not None:
                yield worth * amount

    def _margin(self, key: str) -> Number | None:
        row, owners = row_of(key)
        margin = MARGINS.get(row.kind)
        if margin is None:
            return self._stock(key)
        return margin(self, *owners)

    def _stock(self, key: str) -> Number | None:
        by_stakes, worth = self._by_stakes(key), None
        if key in self.pooled:
            worth = stock_margin(self.pooled[key], self.parts.stock[key].curvature, self.s[key])
        return added([worth, *by_stakes])

    def _by_stakes(self, key: str) -> list[Number]:
        """What a unit of a number of the state is worth through each driver that the decider values."""
        found = []
        for stake in self.parts.stakes.values():
            if stake.driver in self.pooled and key in stake.slopes:
                slope = value_of(self.s, stake.slopes[key])
                found.append(stake_margin(self.pooled[stake.driver], slope))
        return found

    def _alignment(self, *owners: str) -> Number | None:
        name, weight = at("alignment", *owners), self.pooled.get("alignment")
        # where the target stands is cared for, where a power stands is not
        if weight is None or name not in self.parts.axes:
            return None
        return alignment_margin(self.ideal[self.parts.axes.index(name)], weight, self.s[name])

    def _goodwill(self, power: str) -> Number | None:
        value = self._stock(at("goodwill", power))
        by_vulnerability = self.pooled.get("goodwill_by_vulnerability")
        if by_vulnerability is None:
            return value
        if value is None:
            value = 0.0
        return goodwill_margin(value, by_vulnerability, self.s[at("vulnerability", power)])

    def _influence(self, supplier: str) -> Number | None:
        """Worth of a unit of a supplier's influence: own share, less the price of lost autonomy (eq 6)."""
        name = at("influence", supplier)
        if name not in self.margins:
            self.margins[name] = self._influence_anew(supplier)
        return self.margins[name]

    def _influence_anew(self, supplier: str) -> Number | None:
        s, pooled, worths = self.s, self.pooled, list[Number]()
        if "influence_share" in pooled:
            own = float(supplier == self.actor)
            share = s[at("share", self.actor)]
            worths.append(share_margin(pooled["influence_share"], own, share, s["total_influence"]))
        if "buffer" in pooled:
            worths.append(pooled["buffer"] * self._buffer(supplier))
        if "autonomy" in pooled:
            worths.append(0.0 - pooled["autonomy"] * s[at("autonomy_price", supplier)])
        return added(worths)

    def _buffer(self, supplier: str) -> Number:
        """What a unit of a supplier's influence does to the decider's buffer."""
        s, rival = self.s, 0.0
        if supplier != self.actor and self.parts.by_name[supplier].is_power:
            rival = s[at("share", supplier)]
        return buffer_margin(rival, s[at("buffer", self.actor)], s["total_influence"])

    def _bandwidth(self, supplier: str, channel: str) -> Number | None:
        cell, worth = self.parts.cell[supplier, channel], self._influence(supplier)
        if worth is not None:
            worth = emphasised(self.s, self.parts, self.actor, channel, worth * cell.weight)
            worth = worth * self.s[cell.dependence]
        # only the political channel moves clout, and nobody is a patron of factions at home
        if channel != self.parts.settings.clout.channel or supplier == self.parts.target:
            return worth
        return added([worth, self._push(supplier)])

    def _attraction(self, supplier: str, channel: str) -> Number | None:
        by_influence = self._attraction_by_influence(supplier, channel)
        return added([by_influence, *self._attraction_by_stakes(supplier, channel)])

    def _attraction_by_influence(self, supplier: str, channel: str) -> Number | None:
        s, cells = self.s, self.parts.cells_of[channel]
        worths = {cell.supplier: self._influence(cell.supplier) for cell in cells}
        # the actor cares for the influence of all suppliers, or of none
        if worths[supplier] is None:
            return None
        name = f"channel.{channel}"
        if name not in self.margins:
            of_all = [worths[cell.supplier] * s[cell.bandwidth] * s[cell.dependence] for cell in cells]
            self.margins[name] = total(of_all)
        cell = self.parts.cell[supplier, channel]
        own = worths[supplier] * s[cell.bandwidth]
        worth = attraction_margin(cell.weight, s[cell.dependence], own, self.margins[name])
        return emphasised(s, self.parts, self.actor, channel, worth)

    def _attraction_by_stakes(self, supplier: str, channel: str) -> list[Number]:
        """What a unit of log attractiveness is worth through drivers that read shares of the channel."""
        s, mine, found = self.s, self.parts.cell[supplier, channel], list[Number]()
        for cell in self.parts.cells_of[channel]:
            own = float(cell is mine)
            for worth in self._by_stakes(cell.dependence):
                found.append(worth * share_shift(s[mine.dependence], s[cell.dependence], own))
        return found

    def _valued_clout(self) -> dict[str, Number]:
        """What the decider says of the clout of factions, by faction."""
        names = {unit.name: at("clout", unit.name) for unit in self.parts.factions}
        return {unit: self.pooled[name] for unit, name in names.items() if name in self.pooled}

    def _push(self, power: str) -> Number | None:
        """Worth of a unit of a power's political bandwidth; None if no faction that sides with it matters."""
        valued, s = self._valued_clout(), self.s
        factions = [unit for unit in self.parts.units[self.parts.target] if power in unit.sympathies]
        known = [unit for unit in factions if unit.name in valued]
        if not known:
            return None
        both = total([valued[unit.name] * unit.sympathies[power] * s[unit.clout] for unit in known])
        sympathy = total([unit.sympathies[power] * s[unit.clout] for unit in factions])
        elasticity = self.parts.settings.clout.influence_weight
        return clout_push(elasticity, both, self._value_of_clout(factions), sympathy)

    def _value_of_clout(self, factions: Iterable[Unit]) -> Number:
        valued = self._valued_clout()
        return total([valued[unit.name] * self.s[unit.clout] for unit in factions if unit.name in valued])

    def _credit(self, faction: str) -> Number | None:
        return added([self._stock(at("credit", faction)), self._credit_by_clout(faction)])

    def _credit_by_clout(self, faction: str) -> Number | None:
        valued, siblings = self._valued_clout(), self.parts.siblings[faction]
        if not any(unit.name in valued for unit in siblings):
            return None
        clout, weight = self.s[at("clout", faction)], self.parts.settings.clout.credit_weight
        return credit_margin(weight, clout, valued.get(faction, 0.0), self._value_of_clout(siblings))


MARGINS: dict[str, Callable[..., Number | None]] = {
    "alignment": Appraisal._alignment,
    "bandwidth": Appraisal._bandwidth,
    "attraction": Appraisal._attraction,
    "credit": Appraisal._credit,
    "goodwill": Appraisal._goodwill,
}
"""Kinds of numbers whose worth is more than what a decider says of a stock."""


def appraise(s: State, parts: Parts, actor: str, voices: Iterable[Voice]) -> Appraisal:
    """Pool the voices into what the decider wants this month."""
    voices = list(voices)
    pooled: dict[str, Number] = {}
    ideal: list[Number] = [0.0] * len(parts.axes)
    for each in voices:
        for key, value in each.unit.values.items():
            part = each.weight * value
            if key in pooled:
                pooled[key] = pooled[key] + part
            else:
                pooled[key] = part
        alignment = each.unit.values.get("alignment", 0.0)
        for axis, place in enumerate(each.unit.ideal):
            ideal[axis] = ideal[axis] + each.weight * (alignment * place)
    weighed = {key: emphasised(s, parts, actor, key, value) for key, value in pooled.items()}
    wanted = [emphasised(s, parts, actor, "alignment", place) for place in ideal]
    return Appraisal(s, parts, actor, weighed, tuple(wanted))


def publish(s: State, appraisal: Appraisal) -> None:
    """Note the pooled valuations of stakes: they steer effort and welcome next month, and may be read."""
    # effort and welcome come before this month's counsel, so they go by last month's
    for key in (*STAKES, *appraisal.parts.stakes):
        s[at("value", appraisal.actor, key)] = appraisal.pooled.get(key, 0.0)
