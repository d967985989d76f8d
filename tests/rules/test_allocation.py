"""ODD 7.12: effort follows promise or pay, welcome follows autonomy and dependence."""

import math

import pytest

from sim.rules import allocation
from sim.rules.learnings.ewa import ewa_attraction
from sim.rules.structure import Cell, Supplier
from sim.scenario.lower import lower
from tests.support.paired import changed, settings_with, state_after, world
from tests.support.small import small


def test_promise_of_effort_is_the_own_share_that_it_would_add():
    """theta (1 - sigma) v B D psi / I = 20 * .6 * .25*.8*.93 * .5 / .45 = 2.48."""
    worth = allocation.share_worth(20.0, 0.4)
    assert allocation.effort_gain(worth, 0.25 * 0.80 * 0.93, 0.45, 0.5) == pytest.approx(2.48)


def test_promise_of_effort_is_also_the_buffer_that_it_would_keep():
    """2 beta (1 - B) v B D psi / I = 2 * 12 * (1 - .7) * .186 * .5 / .45 = 1.488, beside 2.48 by share."""
    worth = allocation.share_worth(20.0, 0.4) + allocation.buffer_worth(12.0, 0.7)
    assert allocation.effort_gain(worth, 0.25 * 0.80 * 0.93, 0.45, 0.5) == pytest.approx(2.48 + 1.488)


def test_promise_is_the_slope_of_the_worth_of_the_own_share_by_relative_effort():
    """Bandwidth goes with effort to the power psi; theta sigma as effort e grows by a small relative step."""
    theta, weight, bandwidth, dependence, others, psi = 20.0, 0.25, 0.8, 0.93, 0.3, 0.5

    def worth(log_effort):
        own = weight * bandwidth * math.exp(psi * log_effort) * dependence
        return theta * own / (own + others)

    own = weight * bandwidth * dependence
    by_share = allocation.share_worth(theta, own / (own + others))
    gain = allocation.effort_gain(by_share, own, own + others, psi)
    assert gain == pytest.approx((worth(1e-5) - worth(-1e-5)) / 2e-5, rel=1e-7)


def test_promise_is_the_slope_of_the_worth_of_the_buffer_by_relative_effort():
    """beta (1 - sum of the others' squared shares): three suppliers, the third of them the target's own."""
    beta, link, rival, own_supply, psi = 12.0, 0.186, 0.2, 0.1, 0.5

    def buffer(log_effort):
        own = link * math.exp(psi * log_effort)
        return 1 - (rival / (own + rival + own_supply)) ** 2

    whole = link + rival + own_supply
    gain = allocation.effort_gain(allocation.buffer_worth(beta, buffer(0.0)), link, whole, psi)
    assert gain == pytest.approx(beta * (buffer(1e-5) - buffer(-1e-5)) / 2e-5, rel=1e-7)


def test_a_power_that_values_the_buffer_or_a_channel_more_gains_more_from_effort():
    """Small: North has .6*.6*.7 + .4*.5*.5 = .352 of .524 in all, so shares .6717557 and .3282443.

    Its buffer is 1 - .3282443^2 = .8922557. Worth 20 * .3282443 + 10 * 2 * .1077443 = 8.7197722, half as much
    again for trade by its salience 1 + 2.5 * .2; links .252 and .1, psi .5: 3.1451084 and .8320393.
    """
    north = {"valuations": {"influence_share": 20, "buffer": 10}, "salience": {"trade": "1 + k * war"}}
    s = lower(small({"actors": {"North": north}, "parameters": {"k": 2.5}})).start
    assert s["buffer.North"] == pytest.approx(0.8922557, abs=1e-7)
    assert s["effort_gain.North.trade"] == pytest.approx(3.1451084, abs=1e-6)
    assert s["effort_gain.North.politics"] == pytest.approx(0.8320393, abs=1e-6)


def test_experience_is_remembered_and_what_was_foregone_counts_less():
    """.9 * .2 + (.5 + .5 * .3) * .4 = .18 + .26 = .44."""
    assert ewa_attraction(0.2, 0.9, 0.5, 0.3, 0.4) == pytest.approx(0.44)


def test_pay_is_what_the_share_that_a_channel_has_gained_is_worth_now():
    """A share of .5 a month ago, .2 now, worth 2 logits: pay is -.6.

    .9 * .4 + (.5 + .5 * .3) * -.6 = -.03.
    """
    p = settings_with(decision={"learning": "ewa"}, effort={"ewa_memory": 0.9, "ewa_foregone": 0.5})
    power = Supplier("North", True, 1.0, None, (Cell("North", "trade", 0.6, 0.03),))
    s = {"earns.effort.North.trade": 0.2, "earned.effort.North.trade": 0.5}
    s |= {"attraction.effort.North.trade": 0.4, "effort.North.trade": 0.3, "value.North.influence_share": 2.0}
    allocation.learn_from_pay(s, power, p)
    assert s["attraction.effort.North.trade"] == pytest.approx(-0.03, rel=1e-12)
    assert s["earned.effort.North.trade"] == 0.2, "next month is measured from the share now"


def test_a_change_of_what_a_power_wants_is_no_pay():
    p = settings_with(decision={"learning": "ewa"}, effort={"ewa_memory": 0.9, "ewa_foregone": 0.5})
    power = Supplier("North", True, 1.0, None, (Cell("North", "trade", 0.6, 0.03),))
    for value in (2.0, 20.0):
        s = {"earns.effort.North.trade": 0.2, "earned.effort.North.trade": 0.2}
        s |= {"attraction.effort.North.trade": 0.4, "effort.North.trade": 0.3}
        s["value.North.influence_share"] = value
        allocation.learn_from_pay(s, power, p)
        assert s["attraction.effort.North.trade"] == pytest.approx(0.36, rel=1e-12), value


def test_a_warmer_target_shifts_its_welcome_less():
    """Two powers, gains of welcome 1 and 0 logits more than at the start; temperature 2: shares e^.5 : 1,
    summing to 2.

    e^.5 = 1.6487213, 2 * 1.6487213 / 2.6487213 = 1.2449187; at speed .1 from 1: 1.0244919 and .9755081.
    """
    openness = {"temperature": 2.0, "speed": 0.1, "autonomy_weight": 1.0, "dependence_weight": 1.0}
    p = settings_with(openness=openness)
    powers = tuple(Supplier(name, True, 1.0, None, ()) for name in ("North", "South"))
    s = {
        f"{start}{gain}_gain.{q.name}": 0.0
        for q in powers
        for gain in ("autonomy", "goodwill")
        for start in ("", "start.")
    }
    s |= {"openness.North": 1.0, "openness.South": 1.0, "autonomy_gain.North": 1.0}
    allocation.shift_welcome(s, powers, p)
    assert s["openness.North"] == pytest.approx(1.0244919, abs=1e-7)
    assert s["openness.South"] == pytest.approx(0.9755081, abs=1e-7)


@pytest.mark.parametrize("learning", ["logit", "static", "greedy", "ewa"])
def test_a_month_of_effort_by_each_rule_worked_out_anew(learning):
    w = changed({"decision.learning": learning})
    s = state_after(w, 12)
    p, russia = w.parts.settings, w.parts.by_name["Russia"]
    before = dict(s)
    allocation.weigh_effort(s, w.parts, russia)
    allocation.learn_from_pay(s, russia, p)
    allocation.shift_effort(s, russia, p)
    pressure = {}
    for cell in russia.cells:
        link = cell.weight * before[cell.bandwidth] * before[cell.dependence]
        wanted = before["value.Russia.influence_share"], before["value.Russia.buffer"]
        worth = wanted[0] * (1 - before["share.Russia"]) + wanted[1] * 2 * (1 - before["buffer.Russia"])
        gain = worth * link * 0.5 / before["total_influence"]
        pay = 10 * (link / before["total_influence"] - before[f"earned.{cell.effort}"])
        experience = 0.9 * before[f"attraction.{cell.effort}"] + (0.5 + 0.5 * before[cell.effort]) * pay
        pressure[cell.effort] = {
            "logit": (gain - before[f"start.{cell.gain}"]) / 1.0,
            "greedy": (gain - before[f"start.{cell.gain}"]) / 0.01,
            "static": 0.0,
            "ewa": experience,
        }[learning]
    weights = {name: before[f"start.{name}"] * math.exp(value) for name, value in pressure.items()}
    for name, weight in weights.items():
        assert s[name] == pytest.approx(
            before[name] + 0.05 * (weight / sum(weights.values()) - before[name]), rel=1e-9
        ), name
    assert sum(s[cell.effort] for cell in russia.cells) == pytest.approx(1.0, abs=1e-12)


def test_a_month_of_welcome_worked_out_anew():
    w = world()
    s = state_after(w, 20)
    before = dict(s)
    allocation.weigh_welcome(s, "Mongolia", w.parts.powers, w.parts.settings)
    allocation.shift_welcome(s, w.parts.powers, w.parts.settings)

    def pressure(q, state, prefix):
        hedge = (
            -state[f"{prefix}value.Mongolia.autonomy"]
            * state[f"{prefix}autonomy_price.{q}"]
            * state[f"{prefix}influence.{q}"]
            * 0.5
        )
        lean = (
            0.02
            * state[f"{prefix}value.Mongolia.goodwill_by_vulnerability"]
            * state[f"{prefix}vulnerability.{q}"]
        )
        return hedge + lean

    weights = {
        q.name: math.exp(pressure(q.name, before, "") - pressure(q.name, before, "start."))
        for q in w.parts.powers
    }
    for name, weight in weights.items():
        target = 6 * weight / sum(weights.values())
        expected = before[f"openness.{name}"] + 0.05 * (target - before[f"openness.{name}"])
        assert s[f"openness.{name}"] == pytest.approx(expected, rel=1e-9)


def test_hedging_and_accommodation_weigh_the_present_not_the_start():
    p = settings_with(openness={"autonomy_weight": 2.0, "dependence_weight": 0.5}).openness
    assert allocation.welcome_pressure(0.3, 0.1, 0.4, 0.2, p) == pytest.approx(
        2 * 0.3 - 0.1 + 0.5 * 0.4 - 0.2
    )
