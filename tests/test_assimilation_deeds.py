"""Runs that keep to known deeds, weighted by the odds that they gave to them, are as free runs that did them.

The judge is brute force: many free runs, of which those are kept that did what is known. Equal must be how
likely the facts are, the means of states, and how often every row came to every node.
"""

import numpy as np
import pytest

from sim.assimilation.deeds import known_of
from sim.rules.known import KnownLuck
from sim.rules.state import at
from sim.scenario.lower import lower
from tests.support.brute import apart, busy, by_knowing, event, first_time, free_runs

SURPRISE = 5.0
"""Standard errors: of some 200 comparisons none lies farther apart by chance, but in one of 10,000 tests."""

CHEAP = {
    "answers, and rows in one month": (
        event("asked", 2), event("loan", 2), event("mixed", 4), event("vote", 5, False),
    ),
    "leads, and what is called off": (
        event("journeys", 4), event("summit", 6, False), event("visit", 3),
    ),
}  # fmt: skip
"""A known past for each claim; the first are run by default."""

PASTS = {
    "free": (event("raid", 2), event("raid", 4, False)),
    "answered": (event("loan", 3), event("loan", 1, False), event("aid", 5)),
    "never in a window": (event("loan", 0, False, 5),),
    "announced": (event("visit", 4), event("visit", 2, False)),
    "announced, and not called off": (event("summit", 4),),
    "not come, announced or not": (event("summit", 2, False, 4),),
    "one of two, not called off": (event("journeys", 5),),
    "one of two and which": (event("journeys", 5), event("mission", 5, False)),
    "one of two, with leads and without": (event("received", 4),),
    "of unequal leads": (event("gathered", 3),),
    "threat": (event("threat", 2), event("threat", 4, False)),
    "first in the queue": (event("first", 2), event("second", 4)),
    "refused, or not in the queue": (event("first", 1, False, 3), event("second", 5, False)),
    "of a group, and cannot be refused": (event("third", 3), event("met", 5)),
    "any of two": (event("deal", 2), event("either", 5)),
    "any of a group": (event("talked", 2), event("mixed", 4)),
    "any of a group, but not this": (event("talked", 1), event("first", 1, False), event("met", 3, False)),
    "two outcomes that share a row": (event("deal", 2), event("either", 2)),
    "two outcomes that share a group": (event("mixed", 3), event("first", 3)),
    "one outcome and not another": (event("mixed", 3), event("talked", 3, False)),
    "any of two, but not this": (event("deal", 2), event("loan", 2, False)),
    "proposed": (event("asked", 2), event("asked", 4, False)),
    "proposed and accepted": (event("asked", 2), event("loan", 2)),
    "proposed and refused": (event("asked", 2), event("loan", 2, False)),
    "any proposed, any accepted": (event("asked_any", 2), event("either", 2)),
    "one proposed, any accepted": (event("asked", 3), event("either", 3)),
    "one not proposed, any accepted": (event("asked", 3, False), event("either", 3)),
    "contest": (event("vote", 2), event("vote", 5, False)),
    "in some month of a window": (event("loan", 0, True, 6), event("raid", 2)),
    "in a window of which some months are quiet": (event("loan", 0, True, 5), event("loan", 1, False, 2)),
    "of one of two in a window": (event("deal", 1, True, 4), event("mixed", 2, True, 4)),
    "in a window, and this one in a month": (event("either", 1, True, 5), event("deal", 4)),
    "in a window, of what shares a row": (event("either", 2, True, 3), event("talked", 1, True, 4)),
    "proposed in a window, and accepted": (event("asked", 1, True, 4), event("loan", 4)),
    "announced for a window": (event("visit", 2, True, 4), event("journeys", 3, True, 3)),
    "windows that lie in windows": (event("loan", 2, True, 2), event("loan", 1, True, 6)),
    "first times": (first_time("loan", 3, 8), first_time("third", 2, 8)),
    "never": (first_time("threat", np.inf, 5),),
}


@pytest.fixture(scope="module")
def case():
    return busy()


@pytest.fixture(scope="module")
def free(case):
    return free_runs(case, 20_000)


@pytest.fixture(scope="module")
def many(case):
    return free_runs(case, 60_000)


@pytest.mark.parametrize("what", CHEAP)
def test_known_deeds_condition_as_brute_force_does(case, free, what):
    facts = CHEAP[what]
    assert free.who(facts).weights.sum() > 100
    assert apart(by_knowing(case, facts, 5_000), free.who(facts)) < SURPRISE


@pytest.mark.slow
@pytest.mark.parametrize("what", PASTS)
def test_each_kind_of_deed_conditions_as_brute_force_does(case, many, what):
    facts = PASTS[what]
    assert many.who(facts).weights.sum() > 100
    assert apart(by_knowing(case, facts, 40_000), many.who(facts)) < SURPRISE


def test_a_weight_without_the_answer_is_seen(case, free, monkeypatch):
    # planted: how likely it was that what came would be accepted is left out
    monkeypatch.setattr(KnownLuck, "_odds", lambda self, row, node: self._odds_of_going(row))
    facts = CHEAP["answers, and rows in one month"]
    assert apart(by_knowing(case, facts, 5_000), free.who(facts)) > 2 * SURPRISE


@pytest.mark.slow
def test_a_queue_without_rivals_is_seen(case, many, monkeypatch):
    # planted: who is proposed goes ahead, as if nobody else stood in the queue
    monkeypatch.setattr("sim.rules.known.ahead", lambda s, parts, event: s[at("proposal", event.name)])
    facts = PASTS["first in the queue"]
    assert apart(by_knowing(case, facts, 20_000), many.who(facts)) > 2 * SURPRISE


def test_what_may_have_been_called_off_is_left_to_the_weights(case):
    # an announcement of which nothing came is as quiet as none
    world = lower(case)
    series = known_of(world, (event("summit", 2, False, 4), event("visit", 2, False, 4))).series
    assert not series["undone.summit.took_place"].any()
    assert series["undone.visit.took_place"].tolist() == [0, 1, 1, 1, 1, 0, 0, 0]


def test_what_somebody_forces_is_no_luck():
    world = lower(busy({"interventions.forced": {"loan": ["2010-03"]}}))
    assert not known_of(world, (event("loan", 2),)).deeds


def test_a_deed_that_is_another_one_is_not_counted_twice(case):
    # a loan that is accepted is a deal too, and its odds are those of both
    known = known_of(lower(case), (event("loan", 3), event("deal", 3)))
    assert {deed.name: known.series[deed.done].sum() for deed in known.deeds} == {"loan": 1, "deal": 0}
