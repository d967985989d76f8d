"""A story tells at which terms a deal is struck, and what either side could have waited for."""

from __future__ import annotations

import pytest

from sim.agents.model import Model
from sim.rules.reasons import weighed
from sim.rules.state import at
from sim.scenario.lower import lower
from sim.studies.trace.ask import story
from tests.support.scenarios import random_scenario
from tests.support.small import small

TERMS = {"to_target": 2.0, "to_power": -3.0, "rivals": ["aid"]}


def lines(terms=TERMS, **more) -> list[str]:
    """Half a year of the small case in which North gains by its loan and South's aid is worth a wait."""
    gains = {"payoff.North": None, "payoff": {"North": 2.0}}
    loan = {"lead": 2, "base_logit": 1.0, "terms": terms, "accepted": gains}
    events = {"loan": loan, "aid": {"accepted": {"wealth": 0.2}}}
    return list(story(lower(small({"time": {"months": 6}, "events": events, **more})), 1, 0))


def month(told: list[str], date: str) -> list[str]:
    """What is told of one month."""
    first = told.index(date) + 1
    return told[first : told.index("", first)]


def test_a_bargain_is_told_with_what_it_is_worth_to_both_and_what_they_could_wait_for():
    assert month(lines(), "2010-02")[:7] == [
        "  A loan from North: North proposes it to Buffer. Odds 0.921, luck 0.589.",
        "      Its terms: North concedes 0.35, worth -1.04 to North and +0.69 to Buffer; leverage of Buffer "
        "0.38.",
        "      North weighs waiting: -0.02 = Aid from South -0.02",
        "      Buffer weighs waiting: +0.17 = Aid from South +0.17",
        "      North weighs a yes: +2.08 = its own cost or gain +2.00, moving toward North +1.05, "
        "its terms -1.04, bandwidth of North, politics +0.05, waiting forgone +0.02",
        "    Buffer says no. Odds 0.701, luck 0.764.",
        "      Buffer weighs a yes: +0.85 = its terms +0.69, Wealth +0.48, waiting forgone -0.17, "
        "moving toward North -0.13, bandwidth of North, politics -0.02",
    ]


def test_an_announced_deal_is_told_with_its_terms_when_it_is_struck_and_when_it_takes_place():
    told = lines()
    assert "    Announced for 2010-06, at terms of 0.35." in month(told, "2010-04")
    assert "  A loan from North: takes place (announced 2010-04), at terms of 0.35." in month(told, "2010-06")


def test_a_forced_deal_is_told_with_the_terms_of_its_month():
    told = lines(interventions={"forced": {"loan": ["2010-03"]}})
    assert "  A loan from North: takes place, forced by the scenario, at terms of 0.35." in told


def test_who_concedes_is_named_first_whoever_proposes():
    told = lines({"to_target": -2.0, "to_power": 3.0})
    assert any(line.startswith("      Its terms: Buffer concedes 0.") for line in told)
    assert not any("waiting" in line for line in told)


def test_a_deal_without_terms_is_told_without_a_table():
    assert not any("terms" in line for line in lines(None))


@pytest.mark.parametrize("number", range(8))
def test_the_reasons_of_a_yes_add_up_to_the_number_that_decided(number: int):
    """Whatever is announced, waited for or conceded, of every deal with terms in every month."""
    model, compared = Model(random_scenario(number), months=6), 0
    while model.running:
        model.step()
        for event in model.parts.deals:
            assert event.terms is not None and event.responder is not None
            for side, actor in (("initiator", event.principal), ("responder", event.responder)):
                worths = weighed(model.eve, model.parts, event, actor)
                told = sum(worth for (ending, _), worth in worths.items() if ending == "accepted")
                assert told == pytest.approx(model.eve[at(side, event.name, "accepted")], abs=1e-12)
                compared += 1
    assert compared == 2 * 6 * len(model.parts.deals)
