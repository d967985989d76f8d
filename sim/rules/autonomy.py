"""Room for manoeuvre: how concentrated influence over the target is once similar powers count together (ODD
7.5, 7.6).

Source: similarity-sensitive diversity of order 2 (Leinster and Cobbold 2012); with no similarity it is 1 -
HHI.
"""

from __future__ import annotations

from sim.rules.numbers import Number, clip, divide, maximum, total
from sim.rules.state import at
from sim.rules.structure import Pair, State, Supplier


def similarity(strength: float, multiplier: Number) -> Number:
    """Similarity of two powers [0, 1]: a constant, or a constant times a stock."""
    return clip(strength * multiplier, 0.0, 1.0)


def autonomy_price(domination: Number, concentration: Number, total_influence: Number) -> Number:
    """Minus the derivative of autonomy by a supplier's influence (eq 6): positive for dominant, negative for
    small powers.
    """
    return divide(2.0 * (domination - concentration), total_influence)


def measure_autonomy(s: State, suppliers: tuple[Supplier, ...], pairs: tuple[Pair, ...]) -> None:
    """Each supplier's effective share with its like, concentration, autonomy, domination, and the price of
    influence.
    """
    together = {supplier.name: s[at("share", supplier.name)] for supplier in suppliers}
    for pair in pairs:
        z = similarity(pair.strength, 1.0 if pair.times is None else s[pair.times])
        together[pair.first] = together[pair.first] + z * s[at("share", pair.second)]
        together[pair.second] = together[pair.second] + z * s[at("share", pair.first)]
    concentration = total([s[at("share", name)] * share for name, share in together.items()])
    s["autonomy"] = 1.0 - concentration
    s["domination"] = 0.0
    for supplier in suppliers:
        s[at("domination", supplier.name)] = together[supplier.name]
        s[at("autonomy_price", supplier.name)] = autonomy_price(
            together[supplier.name], concentration, s["total_influence"]
        )
        if supplier.is_power:
            s["domination"] = maximum(s["domination"], together[supplier.name])
