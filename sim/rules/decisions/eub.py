"""Expected-utility bargaining: acceptance by the contest of all stakeholders for and against.

Source: Bueno de Mesquita 1997; the victory probability is KTAB's "square" rule (clout times stake, squared).
"""

from sim.rules.choice import Question, no_deal
from sim.rules.numbers import Number, divide, exp, less, logistic, positive, strain, total, where


def victory(supporters: Number, opponents: Number, base_logit: Number) -> Number:
    """F^2 / (F^2 + A^2 exp(-b)); with no stake on either side the base logit alone decides."""
    f, a = supporters * supporters, opponents * opponents * exp(0.0 - base_logit)
    contested = less(0.0, f + a)
    # the inner choice keeps 0 / 0 out of the way that is not taken
    odds = where(contested, divide(f, where(contested, f + a, 1.0)), logistic(base_logit))
    return odds + strain(a + base_logit)


def answer(q: Question) -> Number:
    """Every faction and power throws its clout times its stake into the balance."""
    stakes = [(clout, values.accepted - no_deal(values, q.execution)) for clout, values in q.stakes()]
    supporters = total([clout * positive(stake) for clout, stake in stakes])
    opponents = total([clout * positive(0.0 - stake) for clout, stake in stakes])
    return victory(supporters, opponents, q.base)


def belief(q: Question, acceptance: Number) -> Number:
    """The proposer knows the odds."""
    return acceptance
