"""Myopic: the proposer weighs acceptance alone, the responder takes a threat for a coin toss.

Our assumption.
"""

from sim.rules.choice import Question
from sim.rules.decisions import level1
from sim.rules.numbers import Number


def answer(q: Question) -> Number:
    """As a level-1 responder."""
    return level1.answer(q)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer thinks of a yes only."""
    return 1.0
