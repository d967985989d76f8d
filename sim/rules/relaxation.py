"""Scalar stocks relax towards targets that other stocks move (ODD 7.1)."""

from __future__ import annotations

from sim.rules.expressions import value_of
from sim.rules.health import watch
from sim.rules.numbers import Number, approach, clip
from sim.rules.state import start_of
from sim.rules.structure import Luck, State, Stock


def relax(value: Number, target: Number, speed: float, shock: Number, low: float, high: float) -> Number:
    """q + speed [1/month] * (target - q) + shock, inside its bounds. Source: Nerlove 1958."""
    return clip(approach(value, clip(target, low, high), speed) + shock, low, high)


def target_of(s: State, stock: Stock) -> Number:
    """Where the stock would come to rest: its intercept (or its start) plus weighted sources."""
    target: Number = stock.intercept
    if target is None:
        target = s[start_of(stock.name)]
    for source in stock.sources:
        level = value_of(s, source.value)
        if source.from_start:
            level = level - s[start_of(source.value.text)]
        target = target + source.weight * level
    return target


def relax_stocks(s: State, stocks: tuple[Stock, ...], luck: Luck) -> None:
    """Move all stocks at once, from the state of the month before; those on a given path stay on it."""
    free = [stock for stock in stocks if not stock.on_path]
    # all targets before the first move: the order of stocks in the file must not matter
    targets = {stock.name: target_of(s, stock) for stock in free}
    watch(s, [targets[stock.name] for stock in free if stock.sources])
    for stock in free:
        shock: Number = 0.0
        # a stock of no noise draws nothing; one whose noise is 0 has shocks of 0, as a value like others
        if stock.noise is not None:
            shock = stock.noise * luck.shock(stock.name)
        s[stock.name] = relax(s[stock.name], targets[stock.name], stock.speed, shock, stock.low, stock.high)
