"""Room for manoeuvre: how concentrated influence is once similar powers count together (ODD 7.5, 7.6).

Source: similarity-sensitive diversity of order 2 (Leinster and Cobbold 2012), 1 - HHI without similarity.
"""

from __future__ import annotations

from sim.rules.numbers import Number, clip, divide, maximum, total
from sim.rules.state import at
from sim.rules.structure import Pair, State, Supplier


def similarity(strength: float, multiplier: Number) -> Number:
    """Similarity of two powers [0, 1]: a constant, or a constant times a stock."""
    return clip(strength * multiplier, 0.0, 1.0)


def autonomy_price(domination: Number, concentration: Number, total_influence: Number) -> Number:
    """Minus the derivative of autonomy by a supplier's influence (eq 6): positive for dominant powers."""
    return divide(2.0 * (domination - concentration), total_influence)


def measure_autonomy(s: State, suppliers: tuple[Supplier, ...], pairs: tuple[Pair, ...]) -> None:
    """Effective shares of suppliers with their like, autonomy, domination, and the price of influence."""
    together = {supplier.name: s[at("share", supplier.name)] for supplier in suppliers}
    for pair in pairs:
        times = 1.0
        if pair.times is not None:
            times = s[pair.times]
        z = similarity(pair.strength, times)
        # named once in a file, a pair counts both ways
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
        # its own supply does not dominate the target
        if supplier.is_power:
            s["domination"] = maximum(s["domination"], together[supplier.name])
