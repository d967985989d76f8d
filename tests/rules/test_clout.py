"""ODD 7.13: multiplicative weights of credit, patrons' bandwidth and success in office."""

import math
from dataclasses import replace

import pytest

from sim.rules.clout import press_claim, settle_clout
from sim.scenario.lower import lower
from tests.support.paired import changed, settings_with, state_after, world
from tests.support.small import small


def test_leanings_are_declared_sympathies_for_a_power_or_its_bloc_and_the_power_has_the_last_word():
    """Only for powers with a link in the channel that lifts clout: East has none."""
    east = {"role": "power", "label": "East", "position": [0.0, 0.0], "goodwill": 0.5}
    factions = {
        "court": {"sympathy": {"Outer": -0.4, "North": 0.8}},
        "town": {"sympathy": {"South": 0.3, "Outer": 0.5, "East": 1.0}},
    }
    w = lower(small({
        "actors": {"East": east, "Buffer": {"factions": factions}},
        "shares": {"East": {"trade": 0.0}}, "bandwidths": {"East": {"trade": 0.3}},
        "blocs": {"North": None, "South": None, "Outer": ["North", "South", "East"]},
    }))  # fmt: skip
    sympathies = {unit.name: unit.sympathies for unit in w.parts.units["Buffer"]}
    assert sympathies == {"court": {"North": 0.8, "South": -0.4}, "town": {"North": 0.5, "South": 0.3}}


def test_a_faction_that_says_nothing_sides_with_nobody():
    """And a patron's bandwidth lifts who sides with it: .5 * .4 * (.9 - .5) = .08 of claim, and -.02."""
    sympathies = {"court": {"sympathy": {"North": 0.4}}, "town": {"sympathy": {"North": -0.1}}}
    settings = {"clout": {"influence_weight": 0.5}}
    for factions, claims in ((sympathies, (0.08, -0.02)), ({}, (0.0, 0.0))):
        w = lower(small({"actors": {"Buffer": {"factions": factions}}} | settings))
        s = dict(w.start) | {"bandwidth.North.politics": 0.9}
        for unit in w.parts.units["Buffer"]:
            press_claim(s, unit, w.parts.settings)
        assert (s["claim.court"], s["claim.town"]) == pytest.approx(claims)


def test_a_month_of_clout_worked_out_anew():
    w = changed({"clout.credit_weight": 2.0, "clout.influence_weight": 1.5})
    s = state_after(w, 40)
    s["credit.pro_west"] += 0.8
    before, claims = dict(s), {}
    for unit in w.parts.units["Mongolia"]:
        claim = 2.0 * before[f"credit.{unit.name}"]
        claim += sum(
            1.5 * sympathy * (before[f"bandwidth.{q}.politics"] - before[f"start.bandwidth.{q}.politics"])
            for q, sympathy in unit.sympathies.items()
        )
        claim += sum(by * (before[name] - before[f"start.{name}"]) for name, by in unit.moved_by.items())
        claims[unit.name] = claim
        press_claim(s, unit, w.parts.settings)
    settle_clout(s, w.parts, "Mongolia")
    weights = {name: before[f"start.clout.{name}"] * math.exp(claim) for name, claim in claims.items()}
    for name, weight in weights.items():
        expected = before[f"clout.{name}"] + 0.05 * (weight / sum(weights.values()) - before[f"clout.{name}"])
        assert s[f"clout.{name}"] == pytest.approx(expected, rel=1e-9)
    assert sum(s[f"clout.{name}"] for name in claims) == pytest.approx(1.0, abs=1e-12)


def test_two_factions_already_contend():
    """Claims ln 3 and 0 on starts of .5 each: 3/4 and 1/4 in the end; at .2 a month from .5: .55 and .45. One
    alone stays.
    """
    unit = world().parts.units["Mongolia"][0]
    factions = tuple(replace(unit, name=name) for name in ("army", "navy"))
    p = settings_with(clout={"speed": 0.2})
    parts = replace(world().parts, settings=p, units={"two": factions, "one": factions[:1]})
    start = {"claim.army": math.log(3.0), "claim.navy": 0.0}
    start |= {f"{when}clout.{name}": 0.5 for name in ("army", "navy") for when in ("", "start.")}
    s = dict(start)
    settle_clout(s, parts, "two")
    assert (s["clout.army"], s["clout.navy"]) == pytest.approx((0.55, 0.45))
    s = dict(start)
    settle_clout(s, parts, "one")
    assert s["clout.army"] == 0.5


def test_credit_fades():
    w = changed(
        {
            "clout.credit_decay": 0.5,
            "interventions.forced.election": ["2024-07"],
            "events.election.response_logit": -49.0,
        },
        6,
    )
    s = [state_after(w, months) for months in (2, 3, 4)]
    assert s[0]["credit.pro_west"] > 0 and s[0]["took_place.election"] >= 0
    assert s[1]["credit.pro_west"] == pytest.approx(s[0]["credit.pro_west"] / 2)
    assert s[2]["credit.pro_west"] == pytest.approx(s[0]["credit.pro_west"] / 4)
