"""ODD 7.10 and 7.14: logit odds of execution, answer and proposal, worked by hand; and the theories of
choice.
"""

import math

import pytest

from sim.rules import choice, numbers
from sim.rules.choice import Question, Values
from sim.rules.decisions import THEORIES, adaptive, eub

RESPONDER = Values(accepted=0.4, refused=-0.2, executed=-1.7)
INITIATOR = Values(accepted=1.0, refused=-0.5, executed=-0.1)


def logistic(x):
    return 1 / (1 + math.exp(-x))


def proposal_probability(*given):
    return numbers.logistic(choice.proposal_logit(*given))


def question(values=RESPONDER, execution=0.25, precision=1.0, base=-0.5, memory=0.3, stakes=()):
    return Question(values, execution, precision, base, memory, lambda: list(stakes))


def test_the_crisis_game_by_hand():
    """e = L(-.1+.5-1) = L(-.6) = .354344; a = L(.4 + .2 + 1.5e - .5) = L(.631516) = .652833;
    p = L(-3 + a*1 + (1-a)(-.5 + .4e)) = L(-2.471543) = .077877."""
    e = choice.execution_probability(INITIATOR, 1.0, -1.0)
    assert e == pytest.approx(logistic(-0.6))
    a = choice.acceptance_probability(RESPONDER, e, 1.0, -0.5)
    assert a == pytest.approx(logistic(0.4 - ((1 - e) * -0.2 + e * -1.7) - 0.5))
    p = proposal_probability(INITIATOR, a, e, 1.0, -3.0)
    assert p == pytest.approx(logistic(-3 + a * 1.0 + (1 - a) * (-0.5 + e * (-0.1 + 0.5))))
    assert (e, a, p) == pytest.approx((0.354344, 0.652833, 0.077877), abs=2e-6)


def test_without_precision_only_the_base_logits_speak():
    assert choice.execution_probability(INITIATOR, 0.0, -1.0) == pytest.approx(logistic(-1))
    assert choice.acceptance_probability(RESPONDER, 0.3, 0.0, -0.5) == pytest.approx(logistic(-0.5))
    assert proposal_probability(INITIATOR, 0.4, 0.3, 0.0, -3.0) == pytest.approx(logistic(-3))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_with_boundless_precision_choice_is_a_step(sign):
    values = Values(sign * 1e-3, 0.0, 0.0)
    for odds in (
        choice.acceptance_probability(values, 0.0, 1e6, -2.0),
        proposal_probability(values, 1.0, 0.0, 1e6, -2.0),
        choice.execution_probability(Values(0.0, 0.0, sign * 1e-3), 1e6, -2.0),
    ):
        assert odds == pytest.approx(1.0 if sign > 0 else 0.0, abs=1e-12)


def test_a_sure_execution_leaves_only_its_worth():
    assert choice.no_deal(RESPONDER, 1.0) == pytest.approx(RESPONDER.executed)
    assert choice.no_deal(RESPONDER, 0.0) == pytest.approx(RESPONDER.refused)


def test_theories_differ_only_in_what_is_believed():
    q = question()
    knowing = logistic(0.4 - (-0.2 + 0.25 * -1.5) - 0.5)
    tossing = logistic(0.4 - (-0.2 + 0.5 * -1.5) - 0.5)
    expected = {
        "qre": (knowing, knowing),
        "heuristic": (tossing, 1.0),
        "level1": (tossing, 0.5),
        "level2": (knowing, tossing),
        "adaptive": (knowing, 0.3),
    }
    for name, (answer, belief) in expected.items():
        assert THEORIES[name].answer(q) == pytest.approx(answer), name
        assert THEORIES[name].belief(q, answer) == pytest.approx(belief), name


def test_level_two_is_quantal_response_where_nothing_can_be_executed():
    q = question(Values(0.4, -0.2, -0.2), execution=0.0)
    assert THEORIES["level2"].belief(q, 0.0) == pytest.approx(THEORIES["qre"].answer(q))


def test_beliefs_remember_eighty_percent():
    assert adaptive.remembered(0.5, 1.0, 1.0, 0.8) == pytest.approx(0.6)
    assert adaptive.remembered(0.5, 1.0, 0.0, 0.8) == pytest.approx(0.4)
    assert adaptive.remembered(0.5, 0.0, 0.0, 0.8) == 0.5


def test_bargaining_weighs_clout_times_stake_squared():
    """For: .6*1 = .6; against: .4*.5 = .2; base 0: .36 / .40 = .9. Base -1: .36 / (.36 + .04 e) = .768045."""
    stakes = [(0.6, Values(1.0, 0.0, 0.0)), (0.4, Values(-0.5, 0.0, 0.0))]
    assert eub.answer(question(base=0.0, stakes=stakes)) == pytest.approx(0.9)
    assert eub.answer(question(base=-1.0, stakes=stakes)) == pytest.approx(0.36 / (0.36 + 0.04 * math.e))
    assert eub.answer(question(base=-1.0, stakes=[(1.0, Values(0.0, 0.0, 0.0))])) == pytest.approx(
        logistic(-1)
    )
    against = [(weight, Values(-v.accepted, -v.refused, -v.executed)) for weight, v in stakes]
    assert eub.answer(question(base=0.0, stakes=against)) == pytest.approx(0.1), "the weaker side can win too"


def test_a_stake_is_what_a_deal_is_worth_beyond_none():
    """Worth 2 against 1.5 (refused 1, executed 3 with odds .25): stake .5 for; 0 against 1: stake 1 against.

    For .6 * .5 = .3, against .4 * 1 = .4: .09 / (.09 + .16) = .36.
    """
    stakes = [(0.6, Values(2.0, 1.0, 3.0)), (0.4, Values(0.0, 1.0, 1.0))]
    assert eub.answer(question(base=0.0, execution=0.25, stakes=stakes)) == pytest.approx(0.36)


def test_unanimity_decides_a_bargain():
    assert eub.answer(question(stakes=[(0.5, Values(1.0, 0.0, 0.0)), (0.5, Values(0.3, 0.0, 0.0))])) == 1.0
