"""ODD 7.13: multiplicative weights of credit, patrons' bandwidth and success in office."""

import math

import pytest

from sim.rules.clout import press_claim, settle_clout
from tests.paired import changed, state_after, world


def test_leanings_are_cosines_seen_from_the_start():
    """Pro-West (.7, 0) and Russia (-.8, .55) seen from (0, .05): (.7, -.05) . (-.8, .5) / (.7017834 * .9433981)."""
    units = {unit.name: unit for unit in world().parts.units["Mongolia"]}
    assert units["pro_west"].leanings["Russia"] == pytest.approx((0.7 * -0.8 - 0.05 * 0.5) / (0.7017834 * 0.9433981), abs=1e-6)
    assert units["pro_west"].leanings["United_States"] == pytest.approx((0.7 + 0.0025) / (0.7017834 * 1.0012492), abs=1e-6)


def test_a_month_of_clout_worked_out_anew():
    w = changed({"clout.credit_weight": 2.0, "clout.influence_weight": 1.5})
    s = state_after(w, 40)
    s["credit.pro_west"] += 0.8
    before, claims = dict(s), {}
    for unit in w.parts.factions:
        claim = 2.0 * before[f"credit.{unit.name}"]
        claim += sum(
            1.5 * leaning * (before[f"bandwidth.{q}.politics"] - before[f"start.bandwidth.{q}.politics"])
            for q, leaning in unit.leanings.items()
        )
        if unit.name == "leader":
            claim += before["legitimacy"] - before["start.legitimacy"]
        claims[unit.name] = claim
        press_claim(s, unit, w.parts.settings)
    settle_clout(s, w.parts, "Mongolia")
    weights = {name: before[f"start.clout.{name}"] * math.exp(claim) for name, claim in claims.items()}
    for name, weight in weights.items():
        expected = before[f"clout.{name}"] + 0.05 * (weight / sum(weights.values()) - before[f"clout.{name}"])
        assert s[f"clout.{name}"] == pytest.approx(expected, rel=1e-9)
    assert sum(s[f"clout.{name}"] for name in claims) == pytest.approx(1.0, abs=1e-12)


def test_credit_fades():
    w = changed(
        {"clout.credit_decay": 0.5, "interventions.forced.election": ["2024-07"], "events.election.response_logit": -49.0}, 6
    )
    s = [state_after(w, months) for months in (2, 3, 4)]
    assert s[0]["credit.pro_west"] > 0 and s[0]["took_place.election"] >= 0
    assert s[1]["credit.pro_west"] == pytest.approx(s[0]["credit.pro_west"] / 2)
    assert s[2]["credit.pro_west"] == pytest.approx(s[0]["credit.pro_west"] / 4)
