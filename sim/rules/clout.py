"""Factions gain and lose clout: credit for events, patrons' bandwidth, success in office (ODD 7.13).

Source: multiplicative weights, which is replicator dynamics in discrete time (Cressman and Tao 2014).
"""

from __future__ import annotations

from sim.rules.numbers import Number, approach, softmax
from sim.rules.settings import Settings
from sim.rules.state import at, start_of
from sim.rules.structure import Parts, State, Unit, change


def claim_of(s: State, unit: Unit, settings: Settings) -> Number:
    """What speaks for a faction since the start [logits]."""
    p = settings.clout
    claim = p.credit_weight * s[at("credit", unit.name)]
    for power, sympathy in unit.sympathies.items():
        line = at("bandwidth", power, p.channel)
        claim = claim + p.influence_weight * sympathy * change(s, line)
    for stock, weight in unit.moved_by.items():
        claim = claim + weight * change(s, stock)
    return claim


def press_claim(s: State, unit: Unit, settings: Settings) -> None:
    """One faction presses its claim to power."""
    s[at("claim", unit.name)] = claim_of(s, unit, settings)


def settle_clout(s: State, parts: Parts, actor: str) -> None:
    """Clout of an actor's factions moves towards their claims; it goes on summing to one."""
    factions = [unit for unit in parts.units[actor] if unit.is_faction]
    # one alone keeps all of it
    if len(factions) < 2:
        return
    claims = [s[at("claim", unit.name)] for unit in factions]
    targets = softmax(claims, [s[start_of(unit.clout)] for unit in factions])
    for unit, target in zip(factions, targets, strict=True):
        s[unit.clout] = approach(s[unit.clout], target, parts.settings.clout.speed)
