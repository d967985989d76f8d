"""Greedy response: nearly all effort goes where it promises most. Our assumption."""

from sim.rules.learnings.prospect import Prospect
from sim.rules.numbers import Number, over


def pressure(q: Prospect) -> Number:
    """The promise, against a low temperature."""
    return over(q.promise(), q.settings.greedy_temperature)
