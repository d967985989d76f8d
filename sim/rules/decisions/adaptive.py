"""Adaptive expectations: the proposer goes by past answers (fictitious play, Brown 1951, that fades)."""

from sim.rules.choice import Question
from sim.rules.decisions import qre
from sim.rules.numbers import Number


def answer(q: Question) -> Number:
    """As in quantal response."""
    return qre.answer(q)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer believes the running mean of past answers."""
    return q.memory


def remembered(belief: Number, answered: Number, accepted: Number, memory: float) -> Number:
    """Running mean of answers; memory is the weight of the past [1]; without an answer it stays."""
    return belief + answered * ((1.0 - memory) * (accepted - belief))
