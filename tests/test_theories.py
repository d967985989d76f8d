"""Actors with a theory of choice of their own: they answer by it, and believe by it what others will do."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.rules.decisions import THEORIES
from sim.scenario.index import deciders
from sim.scenario.load import ScenarioError, load
from sim.scenario.lower import lower
from tests.support.scenarios import random_scenario
from tests.test_parity import assert_same_bytes, assert_same_histories, history

MONGOLIA = "mongolia-2024"


def with_theories(scenario, theories):
    return scenario.override({f"actors.{actor}.theory": theory for actor, theory in theories.items()})


@pytest.mark.parametrize("theory", THEORIES.shipped)
def test_one_theory_of_all_actors_is_the_theory_of_the_scenario(theory):
    scenario = random_scenario(7, months=8)
    own = with_theories(scenario, dict.fromkeys(deciders(scenario.case), theory))
    # nature's events have no belief of anybody's, and contests no theory
    for_all = scenario.override({"decision.theory": theory})
    one, other = (history(lower(each)) for each in (own, for_all))
    assert_same_histories(one, other, list(scenario.rows))


@pytest.mark.parametrize("number", range(8))
def test_agents_equal_ensemble_where_each_actor_has_a_theory_of_its_own(number):
    scenario, rng = random_scenario(number), np.random.default_rng(number)
    theories = {actor: str(rng.choice(THEORIES.shipped)) for actor in deciders(scenario.case)}
    assert_same_bytes(lower(with_theories(scenario, theories)), number, [0, 3])


def test_who_is_asked_answers_by_its_own_theory_and_who_offers_believes_by_its_own():
    base = lower(load(MONGOLIA), 1)
    offers = [event for event in base.parts.events if event.answers and event.responder]
    before = month_of(base)
    assert {event.principal for event in offers} >= {"Russia", "Mongolia"}
    for actor in ("Russia", "Mongolia"):
        now = month_of(lower(with_theories(load(MONGOLIA), {actor: "heuristic"}), 1))
        for event in offers:
            believed, acceptance = f"believed.{event.name}", f"acceptance.{event.name}"
            if event.principal == actor:
                assert now[believed] == 1.0
            else:
                assert (now[believed] == now[acceptance]) and (before[believed] == before[acceptance])
            if event.responder != actor:
                assert now[acceptance] == before[acceptance]
    threats = [event for event in offers if event.is_threat and event.responder == "Mongolia"]
    for event in threats:
        assert now[f"acceptance.{event.name}"] != before[f"acceptance.{event.name}"]
    assert threats


def month_of(world):
    """The state at the end of the first month of one run."""
    model = sim.Model(world)
    model.step()
    return model.state


def test_a_theory_of_who_does_not_decide_is_refused_and_an_unknown_one_too():
    proxies = [name for name, actor in load(MONGOLIA).case.actors.items() if actor.role == "proxy"]
    with pytest.raises(ScenarioError, match=f"actors.{proxies[0]}.theory: only the target and powers"):
        with_theories(load(MONGOLIA), {proxies[0]: "qre"})
    with pytest.raises(ScenarioError, match=r"actors.China.theory: must be 'qre', .*register"):
        with_theories(load(MONGOLIA), {"China": "guess"})


def test_interventions_change_the_theory_of_one_actor():
    scenario = load(MONGOLIA).intervene({"actors.Russia.theory": [["2024-09", "level1"]]})
    one, other = history(lower(scenario, 6)), history(lower(load(MONGOLIA), 6))
    np.testing.assert_array_equal(one["autonomy"][:3], other["autonomy"][:3])
    assert (one["autonomy"][3:] != other["autonomy"][3:]).any()
