"""Room for manoeuvre: how concentrated influence is once similar powers count together (ODD 7.5, 7.6).

And the buffer, which is a neighbour's view of the same shares: how little of the target has fallen to others.

Source: similarity-sensitive diversity of order 2 (Leinster and Cobbold 2012), 1 - HHI without similarity.
"""

from __future__ import annotations

from sim.rules.expressions import value_of
from sim.rules.numbers import Number, clip, maximum, over, square, total
from sim.rules.state import at
from sim.rules.structure import Pair, State, Supplier


def similarity(strength: float, multiplier: Number) -> Number:
    """Similarity of two powers [0, 1]: a constant, or a constant times a stock."""
    return clip(strength * multiplier, 0.0, 1.0)


def autonomy_price(domination: Number, concentration: Number, total_influence: Number) -> Number:
    """Minus the derivative of autonomy by a supplier's influence (eq 6): positive for dominant powers."""
    return over(2.0 * (domination - concentration), total_influence)


def buffer_slope(rival_share: Number, buffer: Number) -> Number:
    """Derivative of a power's buffer by a unit of a supplier's influence, times the sum of influence."""
    return 2.0 * ((1.0 - buffer) - rival_share)


def buffer_margin(rival_share: Number, buffer: Number, total_influence: Number) -> Number:
    """Derivative of a power's buffer by a unit of a supplier's influence.

    rival_share: that supplier's own share if it is another power, else 0. By the quotient rule.
    """
    return over(buffer_slope(rival_share, buffer), total_influence)


def measure_autonomy(s: State, suppliers: tuple[Supplier, ...], pairs: tuple[Pair, ...]) -> None:
    """Effective shares of suppliers with their like, autonomy, domination, and the price of influence."""
    together = {supplier.name: s[at("share", supplier.name)] for supplier in suppliers}
    for pair in pairs:
        times: Number = 1.0
        if pair.times is not None:
            times = value_of(s, pair.times)
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


def measure_buffer(s: State, powers: tuple[Supplier, ...]) -> None:
    """To each power: 1 less the squared shares of all the others, without similarity."""
    squares = {q.name: square(s[at("share", q.name)]) for q in powers}
    for power in powers:
        others = [held for name, held in squares.items() if name != power.name]
        s[at("buffer", power.name)] = 1.0 - total(others)
