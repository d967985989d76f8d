"""Level-1 thinking: everyone answers a partner who tosses a coin (Camerer, Ho and Chong 2004)."""

from sim.rules.choice import Question, acceptance_probability
from sim.rules.numbers import Number

COIN = 0.5


def answer(q: Question) -> Number:
    """The responder takes a threat for a coin toss."""
    return acceptance_probability(q.values, COIN, q.precision, q.base)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer takes the answer for a coin toss."""
    return COIN
