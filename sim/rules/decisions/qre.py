"""Logit agent quantal response equilibrium, solved backwards (McKelvey and Palfrey 1998)."""

from sim.rules.choice import Question, acceptance_probability
from sim.rules.numbers import Number


def answer(q: Question) -> Number:
    """The responder expects a threat to be executed with its true probability."""
    return acceptance_probability(q.values, q.execution, q.precision, q.base)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer knows the odds of acceptance."""
    return acceptance
