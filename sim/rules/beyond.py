"""Paths that end go on by themselves: from their last known point on, as a random walk (ODD 7.8).

What is given of a path is followed to the last bit; what nobody knows is not held for ever, but spreads with
time. Source: the random walk as the forecast of a series of which only the past is known (Box and Jenkins
1970); that it goes on as widely as it has gone is our assumption.
"""

from __future__ import annotations

from sim.rules.numbers import Number, clip, where
from sim.rules.state import at
from sim.rules.structure import Luck, Parts, State


def go_on(
    before: Number, given: Number, on: Number, spread: Number, shock: Number, low: float, high: float
) -> Number:
    """Where a path stands this month: as given, or (`on` is not 0) a step on from where it stood.

    before, given, low, high: of the stock or position; spread: sd of the step [of the stock], 0 while the
    path is known; shock: standard normal. In its first month beyond, a path sets out from what was last
    known (`on` is 0) by a step for all the months since.
    """
    return clip(where(on, before, given) + spread * shock, low, high)


def follow_paths(s: State, parts: Parts, luck: Luck) -> None:
    """Move what stands on a path that may go on by itself; nothing else moves it."""
    for name in parts.wandering:
        given, on, spread = (s[at(kind, name)] for kind in ("beyond.given", "beyond.on", "beyond.spread"))
        low, high = parts.bounds[name]
        s[name] = go_on(s[name], given, on, spread, luck.shock(name), low, high)
