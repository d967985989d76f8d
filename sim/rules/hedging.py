"""The hedging index: room for manoeuvre, equal distance to the blocs, and lines kept open to all of them.

Source: the three marks of hedging in Kuik 2021 (not taking sides, opposite measures, fall-back); the form is
our assumption.
"""

from __future__ import annotations

from sim.rules.numbers import Number, maximum, minimum, over, power, ratio, total
from sim.rules.state import at, start_of
from sim.rules.structure import Parts, State

FULL_AUTONOMY = 0.75
"""Autonomy beyond which room adds nothing to the index: that of four equal, unlike sources of influence."""


def hedging_index(autonomy: Number, nearest: Number, farthest: Number, thinnest: Number) -> Number:
    """Geometric mean of room, even-handedness and the thinnest line kept open [0, 1]."""
    room = minimum(over(autonomy, FULL_AUTONOMY), 1.0)
    return power(room * (1.0 - (nearest - farthest)) * minimum(thinnest, 1.0), 1.0 / 3.0)


def measure_hedging(s: State, parts: Parts) -> None:
    """Mean closeness to each bloc and its political bandwidth against the start, then the index."""
    channel = parts.settings.clout.channel
    nearest, farthest, thinnest = 0.0, 1.0, 1.0
    for members in parts.blocs.values():
        near = over(total([s[at("closeness", name)] for name in members]), float(len(members)))
        lines = [parts.cell[name, channel].bandwidth for name in members if (name, channel) in parts.cell]
        nearest, farthest = maximum(nearest, near), minimum(farthest, near)
        # a bloc none of whose members has a political line keeps none open and closes none
        if not lines:
            continue
        now, at_start = total([s[line] for line in lines]), total([s[start_of(line)] for line in lines])
        thinnest = minimum(thinnest, ratio(now, at_start))
    s["hedging"] = hedging_index(s["autonomy"], nearest, farthest, thinnest)
