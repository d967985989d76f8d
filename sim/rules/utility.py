"""What a change would be worth to whom: marginal values of the state, and their products with effect lists
(ODD 7.9).

Utilities are in logits. Factions speak through voices (weights by clout, or fixed by a row: principal-agent
slack); voices add up to pooled valuations, and these to margins: the worth of one unit of change of one
number of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sim.rules.effects import foresee
from sim.rules.numbers import Number, divide, total
from sim.rules.state import Change, at, row_of
from sim.rules.structure import Increment, Parts, State, Unit


def voice(fixed: float, rest: float, clout: Number) -> Number:
    """Weight of a faction in one decision: fixed by the row, the rest by clout."""
    return fixed + rest * clout


def stock_margin(valuation: Number, curvature: float, level: Number) -> Number:
    """Worth of a unit of a stock in [0, 1]; with curvature c a full stock is worth 1 - c, an empty one 1 + c
    times the mean.
    """
    if curvature:
        return valuation * (1.0 + curvature * (1.0 - 2.0 * level))
    return valuation


def goodwill_margin(valuation: Number, by_vulnerability: Number, vulnerability: Number) -> Number:
    """Worth of a power's goodwill: what the power could withhold makes it precious (Hirschman 1945; eq 7)."""
    return valuation + by_vulnerability * vulnerability


def alignment_margin(wanted: Number, weight: Number, position: Number) -> Number:
    """Worth of moving on one axis: quadratic loss around the pooled ideal point."""
    return 2.0 * (wanted - weight * position)


def share_margin(share_value: Number, own: float, own_share: Number, total_influence: Number) -> Number:
    """Worth of a unit of a supplier's influence through the decider's own share of all influence."""
    return divide(share_value * (own - own_share), total_influence)


def clout_push(elasticity: float, valued_leaning: Number, valued: Number, leaning: Number) -> Number:
    """Worth of a unit of a power's political bandwidth through the clout of the factions that lean its way."""
    return elasticity * (valued_leaning - valued * leaning)


def credit_margin(elasticity: float, clout: Number, valuation: Number, valued: Number) -> Number:
    """Worth of a unit of a faction's credit through its clout."""
    return elasticity * clout * (valuation - valued)


def attraction_margin(weight: float, dependence: Number, own: Number, channel_sum: Number) -> Number:
    """Worth of a unit of log attractiveness: shares shift from all suppliers of the channel to this one."""
    return weight * dependence * (own - channel_sum)


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
        found = []
        for effect in effects:
            if effect.change is Change.FEEL:
                if effect.key == at("payoff", self.actor):
                    found.append((effect.key, foresee(self.s, self.parts, effect)[0]))
                continue
            keys = self.parts.keys_of(effect)
            worths = [self.worth(key) for key in keys]
            if any(worth is not None for worth in worths):
                amounts = foresee(self.s, self.parts, effect)
                found += [
                    (effect.key, w * amount)
                    for w, amount in zip(worths, amounts, strict=True)
                    if w is not None
                ]
        return found

    def _margin(self, key: str) -> Number | None:
        row, owners = row_of(key)
        margin = MARGINS.get(row.kind)
        if margin is None:
            return self._stock(key)
        return margin(self, *owners)

    def _stock(self, key: str) -> Number | None:
        value = self.pooled.get(key)
        if value is None:
            return None
        return stock_margin(value, self.parts.stock[key].curvature, self.s[key])

    def _alignment(self, axis: str) -> Number | None:
        name, weight = at("alignment", axis), self.pooled.get("alignment")
        if weight is None:
            return None
        return alignment_margin(self.ideal[self.parts.axes.index(name)], weight, self.s[name])

    def _goodwill(self, power: str) -> Number | None:
        value = self._stock(at("goodwill", power))
        by_vulnerability = self.pooled.get("goodwill_by_vulnerability")
        if by_vulnerability is None:
            return value
        vulnerability = self.s[at("vulnerability", power)]
        return goodwill_margin(0.0 if value is None else value, by_vulnerability, vulnerability)

    def _influence(self, supplier: str) -> Number | None:
        """Worth of a unit of a supplier's influence: own share, less the price of lost autonomy (eq 6)."""
        name = at("influence", supplier)
        if name not in self.margins:
            s, share, autonomy = self.s, self.pooled.get("influence_share"), self.pooled.get("autonomy")
            worth: Number | None = None
            if share is not None:
                own = 1.0 if supplier == self.actor else 0.0
                worth = share_margin(share, own, s[at("share", self.actor)], s["total_influence"])
            if autonomy is not None:
                loss = autonomy * s[at("autonomy_price", supplier)]
                worth = (0.0 if worth is None else worth) - loss
            self.margins[name] = worth
        return self.margins[name]

    def _bandwidth(self, supplier: str, channel: str) -> Number | None:
        cell, influence = self.parts.cell[supplier, channel], self._influence(supplier)
        if influence is None:
            worth = None
        else:
            worth = influence * cell.weight * self.s[cell.dependence]
        if channel == self.parts.settings.clout.channel and supplier != self.parts.target:
            push = self._push(supplier)
            if push is not None:
                worth = push if worth is None else worth + push
        return worth

    def _attraction(self, supplier: str, channel: str) -> Number | None:
        s, cells = self.s, self.parts.cells_of[channel]
        worths = {cell.supplier: self._influence(cell.supplier) for cell in cells}
        if worths[supplier] is None:
            return None
        name = f"channel.{channel}"
        if name not in self.margins:
            self.margins[name] = total(
                [worths[cell.supplier] * s[cell.bandwidth] * s[cell.dependence] for cell in cells]
            )
        cell = self.parts.cell[supplier, channel]
        own = worths[supplier] * s[cell.bandwidth]
        return attraction_margin(cell.weight, s[cell.dependence], own, self.margins[name])

    def _valued_clout(self) -> dict[str, Number]:
        names = {unit.name: at("clout", unit.name) for unit in self.parts.factions}
        return {unit: self.pooled[name] for unit, name in names.items() if name in self.pooled}

    def _push(self, power: str) -> Number | None:
        valued, s = self._valued_clout(), self.s
        factions = [unit for unit in self.parts.units[self.parts.target] if power in unit.leanings]
        if not any(unit.name in valued for unit in factions):
            return None
        both = total([valued[u.name] * u.leanings[power] * s[u.clout] for u in factions if u.name in valued])
        leaning = total([u.leanings[power] * s[u.clout] for u in factions])
        return clout_push(
            self.parts.settings.clout.influence_weight, both, self._value_of_clout(factions), leaning
        )

    def _value_of_clout(self, factions: Iterable[Unit]) -> Number:
        valued = self._valued_clout()
        return total([valued[unit.name] * self.s[unit.clout] for unit in factions if unit.name in valued])

    def _credit(self, faction: str) -> Number | None:
        valued = self._valued_clout()
        siblings = next(
            units for units in self.parts.units.values() if any(unit.name == faction for unit in units)
        )
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
            pooled[key] = pooled[key] + part if key in pooled else part
        for axis, place in enumerate(each.unit.ideal):
            ideal[axis] = ideal[axis] + each.weight * (each.unit.values.get("alignment", 0.0) * place)
    return Appraisal(s, parts, actor, pooled, tuple(ideal))


def publish(s: State, appraisal: Appraisal) -> None:
    """Note the pooled valuations that steer effort and welcome next month."""
    for key in ("influence_share", "autonomy", "goodwill_by_vulnerability"):
        s[at("value", appraisal.actor, key)] = appraisal.pooled.get(key, 0.0)
