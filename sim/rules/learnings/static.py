"""No learning: effort stays where it was at the start. Our assumption, for comparison."""

from sim.rules.learnings.prospect import Prospect
from sim.rules.numbers import Number


def pressure(q: Prospect) -> Number:
    """Nothing; a promise that is not finite still shows."""
    # 0 of any finite promise, and not a number of an infinite one
    return q.promise() / float("inf")
