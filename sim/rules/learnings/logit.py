"""Logit response: effort goes where more of it promises to gain (McKelvey and Palfrey 1995)."""

from sim.rules.learnings.prospect import Prospect
from sim.rules.numbers import Number, over


def pressure(q: Prospect) -> Number:
    """The promise, against the temperature [effort] of the file."""
    return over(q.promise(), q.settings.temperature)
