"""Worlds that go on from one past: what is known is filtered once, and what differs differs from then on."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.assimilation.facts import EVENT, Fact
from sim.assimilation.relived import trunks_of
from sim.engine.beliefs import prior_beliefs
from sim.engine.engine import Engine
from sim.engine.switched import switched
from sim.engine.trunks import by_run
from sim.refusal import BadInput
from sim.scenario.load import parse
from sim.scenario.lower import lower
from sim.studies.explain.flips.undoing import undone
from sim.studies.explain.text import explained_told
from tests.support.hindcasts import START, past_case
from tests.test_explain import SWITCHES, write_cards

CASE = past_case()
FREE, FREE_FROM, BY, MONTHS = 4, f"{START}-05", f"{START + 1}-12", 24
RUNS = 200
LOAN = Fact(EVENT, "loan", 12 * START + 2, 12 * START + 2, 1.0)
"""A loan came in the third month (invented)."""

OTHER = CASE.override({"events.aid.base_logit": -1.5, "parameters.cost": 0.3})


@pytest.fixture(scope="module")
def known() -> sim.Given:
    return sim.given(CASE, (LOAN,), FREE_FROM, runs=RUNS)


def test_what_has_wandered_cannot_stand_still_at_its_start():
    """A run goes on from where it is; a world in which nothing moves a number would put it back."""
    raw = copy.deepcopy(CASE.raw)
    raw["actors"]["Buffer"]["wander"] = 0.05
    raw["provenance"].insert(
        0, {"numbers": "actors.*.wander", "unit": "1", "range": [0.0, 0.1], "source": "test"}
    )
    wandering = parse(raw, CASE.name)
    known = sim.given(wandering, (LOAN,), FREE_FROM, runs=RUNS)
    assert (
        sim.run(known.under(wandering.override({"parameters.cost": 0.3})), RUNS, months=MONTHS).runs == RUNS
    )
    with pytest.raises(BadInput, match=r"anchor.* has moved .* nothing moves it .* keep what moves it"):
        sim.run(known.under(CASE), RUNS, months=MONTHS)


@pytest.fixture
def cards(tmp_path, monkeypatch):
    """A folder to work in, with mechanism cards of the case."""
    monkeypatch.chdir(tmp_path)
    write_cards("past", {name: SWITCHES[name] for name in ("cost", "aid", "war", "start")})


def histories(setup: sim.Given) -> np.ndarray:
    """Numbers of all runs (runs, months, names)."""
    world = lower(setup.scenario, MONTHS)
    lots = setup.prepared(world, 1).all(RUNS)
    return np.concatenate([by_run(lot.history(1).raw)[: len(lot.runs)] for lot in lots])


def test_two_worlds_have_one_past_and_differ_from_its_month_on(known):
    one, other = histories(known), histories(known.under(OTHER))
    assert (one[:, :FREE] == other[:, :FREE]).all()
    differs = (one[:, FREE] != other[:, FREE]).any(axis=1)
    assert differs.any(), "B acts in the first month that is free"


def test_a_comparison_is_that_of_the_runs_of_both_worlds(known):
    found = sim.compare(known, known.under(OTHER), RUNS, months=MONTHS)
    for setup, column in zip((known, known.under(OTHER)), found.pair("first.aid"), strict=True):
        rows = sim.run(setup, RUNS, months=MONTHS).outcomes["first.aid"].to_numpy()
        np.testing.assert_array_equal(column, rows)
    assert np.nanmin(found.parted) == FREE
    same = sim.compare(known, known.under(CASE), RUNS, months=MONTHS)
    assert np.isnan(same.parted).all()


def test_under_draws_both_go_on_under_the_draw_of_the_particle():
    known = sim.given(prior_beliefs(CASE, 20), (LOAN,), FREE_FROM, runs=RUNS)
    found = sim.compare(known, known.under(OTHER), RUNS, months=MONTHS)
    assert np.nanmin(found.parted) == FREE
    rows = sim.run(known.under(OTHER), RUNS, months=MONTHS).outcomes["end.wealth"].to_numpy()
    np.testing.assert_array_equal(found.pair("end.wealth")[1], rows)


def test_two_pasts_are_not_compared(known):
    again = sim.given(CASE, (LOAN,), FREE_FROM, runs=RUNS, seed=2)
    for other in (again, CASE):
        with pytest.raises(BadInput, match=r"known\.under"):
            sim.compare(known, other, RUNS)
    with pytest.raises(BadInput, match="made of 200 runs"):
        sim.compare(known, known.under(OTHER), RUNS + 1)


def test_with_all_mechanisms_on_it_is_the_run_and_what_they_add_adds_up(known, cards):
    found = sim.explain(known, "wealth", BY, runs=RUNS)
    rows = sim.run(known, RUNS, months=MONTHS).outcomes["end.wealth"].to_numpy()
    shares = found.main.shares
    np.testing.assert_array_equal(shares.whole, rows)
    np.testing.assert_allclose(shares.base + shares.parts.sum(axis=0), shares.whole, atol=1e-12)
    assert "All is on until 2010-05." in " ".join(explained_told(found))


def test_a_mechanism_is_off_from_the_month_on_only(known, cards):
    """Its share alone is the difference to the world without it that goes on from the same past."""
    found = sim.explain(known, "aid", BY, groups=["aid"], runs=RUNS)
    off = known.under(CASE.intervene({"interventions.forbidden": ["aid"]}, f"{START}-01"))
    both = sim.compare(off, known, RUNS, months=MONTHS)
    came = [first < MONTHS for first in both.pair("first.aid")]
    np.testing.assert_array_equal(found.main.shares.parts[0], came[1].astype(float) - came[0])
    before = [(first < FREE).sum() for first in both.pair("first.aid")]
    assert before[0] == before[1] > 0, "what came before stays"


def test_flips_are_those_of_the_comparison_and_hang_on_what_is_decided_later(known, cards):
    found = sim.explain(known, "aid", BY, OTHER, runs=50, futures=RUNS)
    both = sim.compare(known, known.under(OTHER), RUNS, months=MONTHS)
    came = [first < MONTHS for first in both.pair("first.aid")]
    assert found.flips is not None
    np.testing.assert_array_equal(found.flips.flipped.runs, np.flatnonzero(came[0] != came[1]))
    pair, flipped = found.flips.pair, found.flips.flipped
    turns = [*pair.turns(flipped)]
    assert min(turn.month for turn in turns) >= FREE
    hinges = [each.decisive.turn for each in found.flips.hinges if each.decisive is not None]
    assert hinges
    assert (undone(pair, flipped, hinges) == 1.0).all()


def test_a_run_in_which_nothing_is_undone_is_the_run(known):
    world, trunks = lower(OTHER, MONTHS), trunks_of(known.past, RUNS)
    runs = np.array([3, 50, 199], dtype=np.uint64)
    lived, tried = Engine.of(world).page(1, runs, trunks), switched(world, 1, runs, [None] * 3, trunks)
    for name in world.recorded:
        np.testing.assert_array_equal(tried[name], lived[name])
    for event in world.parts.event:
        np.testing.assert_array_equal(tried.codes(event), lived.codes(event))
    wealth = histories(known)[runs.astype(int), :FREE, world.recorded.index("wealth")]
    np.testing.assert_array_equal(lived["wealth"][:FREE], wealth.T)


def test_a_past_under_draws_is_not_explained(cards):
    known = sim.given(prior_beliefs(CASE, 20), (LOAN,), FREE_FROM, runs=RUNS)
    with pytest.raises(BadInput, match="one set of numbers"):
        sim.explain(known, "wealth", BY, runs=RUNS)
