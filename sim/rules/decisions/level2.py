"""Level-2 thinking: the proposer answers a level-1 responder, the responder a level-1 executor. Source: as
level1.

It differs from qre only where a threat can be executed.
"""

from sim.rules.choice import Question
from sim.rules.decisions import level1, qre
from sim.rules.numbers import Number


def answer(q: Question) -> Number:
    """The executor moves last and needs no belief, so the responder knows its odds."""
    return qre.answer(q)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer expects a level-1 answer."""
    return level1.answer(q)
