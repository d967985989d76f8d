"""Bargained terms: the closed form against a numerical maximum, and what a deal is worth at its terms."""

import math

import numpy as np
import pytest

from sim.agents.model import Model
from sim.rules import bargain as rule
from sim.rules.state import at
from sim.rules.structure import Terms
from sim.rules.timetable import consider
from sim.rules.utility import appraise, speak
from sim.scenario.load import ScenarioError
from sim.scenario.lower import lower
from tests.support.small import small
from tests.test_parity import assert_same_bytes

TERMS = {"to_target": 2.0, "to_power": -3.0, "rivals": ["aid"]}


def deals(terms=TERMS, **more):
    """The small case with terms on its loan."""
    return small({"events": {"loan": {"terms": terms}}} | more)


def product(s_target, s_power, to_target, to_power, leverage, tau):
    """Log of the Nash product at a concession; minus infinity where one of them would lose."""
    gains = s_target + to_target * tau, s_power + to_power * tau
    if min(gains) < 0.0:
        return -math.inf
    with np.errstate(divide="ignore"):
        return leverage * np.log(gains[0]) + (1.0 - leverage) * np.log(gains[1])


def drawn(count):
    """Random surpluses, worths of opposite signs, and leverages."""
    luck = np.random.default_rng(14)
    for _ in range(count):
        s_target, s_power = luck.normal(0.5, 1.5, 2)
        sign = luck.choice([-1.0, 1.0])
        yield s_target, s_power, sign * luck.uniform(0.2, 4), -sign * luck.uniform(0.2, 4), luck.uniform(0, 1)


def test_terms_are_the_numerical_maximum_of_the_nash_product_where_both_can_gain():
    grid, compared = np.linspace(0.0, 1.0, 20001), 0
    for case in drawn(600):
        found = rule.bargain(*case)
        values = [product(*case, tau) for tau in grid[::20]]
        if max(values) == -math.inf:
            continue
        compared += 1
        best = max(range(len(values)), key=values.__getitem__)
        near = grid[max(0, 20 * best - 20) : 20 * best + 21]
        finer = near[np.argmax([product(*case, tau) for tau in near])]
        assert found == pytest.approx(finer, abs=1e-4), case
    assert compared > 200


def test_where_no_concession_is_good_for_both_it_is_the_most_that_who_concedes_would_give():
    compared = 0
    for case in drawn(600):
        s_target, s_power, to_target, to_power, _ = case
        surplus, worth = (s_power, to_power) if to_target > 0.0 else (s_target, to_target)
        if max(product(*case, tau) for tau in np.linspace(0.0, 1.0, 2001)) > -math.inf:
            continue
        compared += 1
        assert rule.bargain(*case) == pytest.approx(max(0.0, min(1.0, surplus / abs(worth)))), case
    assert compared > 100


@pytest.mark.parametrize("to_target, to_power", [(2.0, -3.0), (-2.0, 3.0)])
def test_the_sides_are_treated_alike(to_target, to_power):
    # who is called the target must not matter: surpluses, worths and leverage change places
    there = rule.bargain(0.7, 0.4, to_target, to_power, 0.3)
    assert there == pytest.approx(rule.bargain(0.4, 0.7, to_power, to_target, 0.7))


def test_more_leverage_never_gives_the_target_less():
    for s_target, s_power, to_target, to_power, _ in drawn(100):
        gains = [
            to_target * rule.bargain(s_target, s_power, to_target, to_power, b) for b in (0, 0.3, 0.8, 1)
        ]
        assert gains == sorted(gains)


def considered(world, **levels):
    """The state of a world after its actors have weighed everything, with some numbers set before."""
    s = dict(world.start) | levels
    consider(s, world.parts)
    return s


def test_leverage_is_what_is_left_of_vulnerability_to_others():
    w = lower(deals())
    power = w.parts.event["loan"].terms.partner
    named = {at("vulnerability", each.name): 0.1 for each in w.parts.powers}
    s = dict(w.start) | named | {at("vulnerability", power): 0.3}
    others = len(w.parts.powers) - 1
    assert rule.leverage(s, w.parts, power) == pytest.approx(1.0 - 0.3 / (0.3 + 0.1 * others))
    nobody = dict.fromkeys(named, 0.0)
    assert rule.leverage(s | nobody, w.parts, power) == 1.0


def test_a_yes_is_worth_its_effects_and_terms_less_what_waiting_promises():
    plain, w = lower(small()), lower(deals())
    before, s = considered(plain), considered(w, **{"hazard.aid": 0.25})
    terms = w.parts.event["loan"].terms
    responder = w.parts.event["loan"].responder
    answering = terms.to_target if responder == w.parts.target else terms.to_power
    waited = (
        before["responder.loan.accepted"] + answering * s["concession.loan"] - s["responder.loan.accepted"]
    )
    # the rival is worth to the responder what its own accepted list is, a quarter of which is expected
    assert waited == pytest.approx(0.25 * worth_of(w, s, responder, "aid"))


def worth_of(w, s, actor, event):
    """What an event is worth to an actor, by clout alone."""
    voices = [speak(s, unit, {}) for unit in w.parts.units[actor]]
    return appraise(s, w.parts, actor, voices).utility(w.parts.event[event].accepted)


def test_outside_scales_what_waiting_promises():
    at_half = considered(lower(deals(decision={"outside": 0.5})), **{"hazard.aid": 0.5})
    whole = considered(lower(deals()), **{"hazard.aid": 0.25})
    assert at_half["concession.loan"] == whole["concession.loan"]


def test_a_better_offer_elsewhere_moves_terms_to_the_targets_gain():
    w = lower(deals({"to_target": 2.0, "to_power": -3.0, "rivals": ["aid"]}))
    terms = [considered(w, **{"hazard.aid": odds})["concession.loan"] for odds in (0.0, 0.3, 0.9)]
    assert terms == sorted(terms)
    assert terms[0] < terms[-1]


def test_effects_at_terms_move_the_state_and_are_not_valued_again():
    effects = {"accepted": {"wealth": [0.05, {"size": 0.1, "times": "terms"}]}}
    s = small({"events": {"loan": {"terms": TERMS, **effects}}})
    plain = small({"events": {"loan": {"terms": TERMS, "accepted": {"wealth": 0.05}}}})
    mine, other = considered(lower(s)), considered(lower(plain))
    assert mine["responder.loan.accepted"] == other["responder.loan.accepted"]


def test_odds_and_terms_rest_at_the_start():
    eager = {"terms": TERMS, "accepted": {"payoff": {"North": 3.0}}}
    w = lower(small({"events": {"loan": eager}}))
    s = considered(w)
    assert w.start["terms.loan"] == pytest.approx(s["concession.loan"], abs=1e-3) != 0.0
    odds = {event.name: w.start[at("hazard", event.name)] for event in w.parts.events}
    assert odds == pytest.approx({name: s[at("outlook", name)] for name in odds}, abs=1e-3)
    assert all(w.start[f"start.hazard.{name}"] == value > 0.0 for name, value in odds.items())


@pytest.mark.parametrize("theory", ["qre", "heuristic", "level1", "level2", "adaptive", "eub"])
def test_a_bargain_has_the_same_bytes_in_both_drivers(theory):
    effects = {"accepted": {"wealth": [0.05, {"size": 0.1, "times": "terms"}]}, "lead": 2}
    s = small({"decision": {"theory": theory}, "events": {"loan": {"terms": TERMS, **effects}}})
    assert_same_bytes(lower(s), 7, [0, 3])


def test_a_deal_keeps_the_terms_of_the_month_of_its_yes_and_a_forced_one_takes_its_own():
    # terms follow the wealth of the buffer, which moves
    lead = {"lead": 3, "terms": TERMS, "base_logit": 20.0, "response_logit": 30.0}
    payoff = {"accepted": {"payoff": {"North": {"size": 4.0, "times": "wealth"}, "Buffer": 0.1}}}
    model = Model(small({"events": {"loan": lead | payoff}}))
    model.step()
    struck = model.state["concession.loan"]
    for _ in range(3):
        model.step()
    assert model.state["took_place.loan"] == 1.0
    assert model.state["conceded.loan"] == struck
    assert struck != model.state["concession.loan"]
    month = small().case.time.start
    plans = {"interventions": {"forced": {"loan": [month]}}}
    forced = Model(small({"events": {"loan": lead | payoff}, **plans}))
    forced.step()
    assert forced.state["conceded.loan"] == forced.state["concession.loan"] > 0.0


def test_a_deal_that_is_struck_in_the_month_in_which_an_older_one_takes_place_has_its_own_terms():
    at_once = {"lead": 2, "cooldown": 0, "terms": TERMS, "base_logit": 20.0, "response_logit": 30.0}
    payoff = {"accepted": {"payoff": {"North": {"size": 4.0, "times": "wealth"}, "Buffer": 0.1}}}
    model, struck = Model(small({"events": {"loan": at_once | payoff}})), []
    for _ in range(5):
        model.step()
        if model.state["accepted.loan"] == 1.0:
            struck.append(model.state["concession.loan"])
    # struck in the first month, the third and the fifth; two of them have taken place
    assert len(set(struck)) == 3 and model.state["agreed.loan"] == struck[2]
    assert model.state["conceded.loan"] == struck[0] + struck[1]


def test_rivals_of_a_template_are_all_of_its_rows_but_the_deal_itself():
    w = lower(deals({"to_target": 1.0, "to_power": -1.0, "rivals": ["aid", "loan"]}))
    assert "loan" not in w.parts.event["loan"].terms.rivals
    assert set(w.parts.event["loan"].terms.rivals) >= {"aid"}


def test_an_event_may_be_called_terms():
    talks = {"label": "Talks", "initiator": "nature", "base_logit": -1.0, "effects": {"war": -0.1}}
    by = {"wealth": [0.05, {"size": 0.1, "times": "terms * (1 - happened.terms)"}]}
    s = small({"events": {"terms": talks, "loan": {"terms": TERMS, "accepted": by}}})
    read = [effect.times for effect in s.rows["loan"].effects["accepted"]]
    assert "terms.loan * (1 - happened.terms)" in read


@pytest.mark.parametrize(
    "terms, told",
    [
        ({"to_target": 1.0, "to_power": 1.0}, "one must be above 0"),
        ({"to_target": 0.0, "to_power": -1.0}, "one must be above 0"),
        ({"to_target": 1.0, "to_power": -1.0, "rivals": ["ayd"]}, "no event 'ayd'; did you mean 'aid'?"),
    ],
)
def test_terms_that_cannot_be_are_refused(terms, told):
    with pytest.raises(ScenarioError, match="terms") as refused:
        deals(terms)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "terms, place, told",
    [
        ("tough", "terms", "must be a table"),
        ([1.0, -1.0], "terms", "must be a table"),
        (math.nan, "terms", "must be a finite number"),
        (TERMS | {"to_target": "much"}, "terms.to_target", "must be a number (found 'much')"),
        (TERMS | {"to_target": math.nan}, "terms.to_target", "must be a finite number"),
        (TERMS | {"to_power": -math.inf}, "terms.to_power", "must be a finite number"),
        (TERMS | {"to_power": True}, "terms.to_power", "must be a number (found True)"),
        ({"to_target": 1.0}, "terms.to_power", "missing; add it"),
        (TERMS | {"rival": ["aid"]}, "terms.rival", "unknown key 'rival'; did you mean 'rivals'?"),
        (TERMS | {"rivals": "aid"}, "terms.rivals", "must be a list (found 'aid')"),
        (TERMS | {"rivals": {"aid": 1}}, "terms.rivals", "must be a list"),
        (TERMS | {"rivals": [3]}, "terms.rivals.0", "must be text (found 3)"),
        (TERMS | {"rivals": [["aid"]]}, "terms.rivals.0", "must be text"),
        (TERMS | {"rivals": ["nature"]}, "terms.rivals", "no event 'nature'"),
    ],
)
def test_hostile_terms_give_one_line_that_names_their_place(terms, place, told):
    with pytest.raises(ScenarioError) as refused:
        deals(terms)
    (line,) = refused.value.problems
    assert line.startswith(f"case: events.loan.{place}: ") and told in line


@pytest.mark.parametrize("row", [{"responder": "contest"}, {"responder": "South"}])
def test_contests_and_deals_of_powers_alone_have_no_terms(row):
    with pytest.raises(ScenarioError, match="between the target and a power"):
        small({"events": {"loan": {"terms": TERMS, **row}}})


@pytest.mark.parametrize("place", ["refused", "shifts"])
def test_the_word_terms_means_nothing_but_in_what_a_yes_does(place):
    listed = {"refused": {"wealth": {"size": 0.1, "times": "terms"}}, "shifts": {"terms": 1.0}}
    with pytest.raises(ScenarioError, match=r"no 'terms' in this scenario; did you mean 'terms\.loan'"):
        small({"events": {"loan": {"terms": TERMS, place: listed[place]}}})


def test_only_the_target_and_a_power_bargain():
    with pytest.raises(ScenarioError, match="between the target and a power"):
        small({"events": {"raid": {"terms": {"to_target": 1.0, "to_power": -1.0}}}})


def test_worths_of_terms_are_of_their_two_sides_alone():
    terms = Terms("North", 2.0, -3.0, ())
    assert [rule.share_of(terms, actor, "Buffer") for actor in ("Buffer", "North", "South")] == [
        2.0,
        -3.0,
        0.0,
    ]
