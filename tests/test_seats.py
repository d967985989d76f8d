"""Seats: with nobody in them, or somebody who repeats the rule, every number is that of the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.seating import ANSWER, PROPOSAL, WELCOME, Games, with_seats
from sim.play.matches import match, play_month
from sim.play.occupants import ByRule, Occupant, Standing
from sim.play.table import IllegalMove, Table
from sim.refusal import BadInput
from sim.rules.decisions import THEORIES
from sim.rules.seats import worths
from sim.rules.state import row_of
from sim.scenario.index import deciders
from sim.scenario.load import ScenarioError, load
from sim.scenario.lower import lower
from tests.support.scenarios import random_scenario

SMALL = Path(__file__).parent / "cases" / "small.toml"
RUNS = 24


class Repeats(Occupant):
    """Says of everything what the rule would have drawn, as if it were its own choice."""

    def decide(self, sight):
        raise NotImplementedError

    def decide_all(self, table, actor):
        month = table.ahead if table.is_first_round else table.table
        return {each.name: month.ruled(each) for each in table.choices(actor)}


def assert_all_the_same(scenario, months):
    """Seats that are left alone, and seats that repeat the rule, against the scenario without seats."""
    plain = Engine.of(lower(scenario, months)).page(3, np.arange(RUNS, dtype=np.uint64))
    for occupant in (ByRule(), Repeats()):
        table = Table.of(scenario, deciders(scenario.case), RUNS, 3, months)
        for month in range(months):
            play_month(table, dict.fromkeys(table.actors, occupant))
            last = table.games.last
            for name in plain.world.recorded:
                np.testing.assert_array_equal(
                    plain[name][month], last[name], err_msg=f"{name}, month {month}"
                )
            for event in plain.world.parts.events:
                codes = last.history.codes(event.name)[-1]
                np.testing.assert_array_equal(plain.codes(event.name)[month], codes, err_msg=event.name)


@pytest.mark.parametrize("theory", THEORIES.shipped)
def test_a_seat_that_copies_the_rule_gives_the_same_bytes_under_every_theory(theory):
    assert_all_the_same(random_scenario(5, months=8, theory=theory), 8)


@pytest.mark.parametrize("number", range(6))
def test_a_seat_that_copies_the_rule_gives_the_same_bytes_on_random_scenarios(number):
    assert_all_the_same(random_scenario(number, months=10), 10)


def test_a_seat_that_copies_the_rule_gives_the_same_bytes_on_the_shipped_scenario():
    assert_all_the_same(load("mongolia-2024"), 12)


@pytest.mark.parametrize("number", range(4))
def test_agents_equal_machine_code_in_a_world_with_seats(number):
    scenario = random_scenario(number, months=8)
    games = Games.of(with_seats(scenario, deciders(scenario.case)), np.arange(4), 3, 8)
    models = [Model(games.world, seed=3, run=run) for run in range(4)]
    rng = np.random.default_rng(number)
    while not games.is_over:
        chosen = {name: _any(name, rng, 4) for name in games.world.parts.choices}
        for place, model in enumerate(models):
            model.state |= {name: float(values[place]) for name, values in chosen.items()}
            model.step()
        games.live(chosen)
        for name in games.world.recorded:
            mine = np.array([model.state[name] for model in models])
            np.testing.assert_array_equal(mine, games.last[name], err_msg=name)


def _any(name, rng, runs):
    kind = row_of(name)[0].kind
    if kind in ("chosen.effort", "chosen.welcome"):
        return np.full(runs, -1.0)
    if kind == "chosen.terms":
        return rng.choice([-1.0, 0.0, 0.3, 1.0], runs)
    return rng.choice([-1.0, 0.0, 1.0], runs)


def test_worth_has_the_margins_by_which_the_actor_decides_as_its_slopes():
    from sim.rules.utility import appraise, speak

    world = lower(with_seats(load(SMALL), ["Buffer", "North", "South"]), 1)
    step, found = 1e-6, 0
    for actor in world.parts.seats:
        s = dict(world.start)
        voices = [speak(s, unit, {}) for unit in world.parts.units[actor]]
        margins = appraise(s, world.parts, actor, voices)
        for stock in world.parts.stocks:
            margin = margins.pooled.get(stock.name)
            if margin is None:
                continue
            moved = s | {stock.name: s[stock.name] + step}
            slope = sum(worths(moved, world.parts, actor).values()) - sum(
                worths(s, world.parts, actor).values()
            )
            assert slope / step == pytest.approx(margins.worth(stock.name), rel=1e-4, abs=1e-6)
            found += 1
    assert found


def test_a_seat_that_refuses_everything_accepts_nothing_and_others_expect_what_they_did():
    one = match("mongolia-2024", {"Mongolia": Standing(answer=0, proposal=0)}, runs=40, months=12)
    assert one.gain("Mongolia").mean() < 0
    table = Table.of("mongolia-2024", ["Mongolia"], 40, 1, 12)
    asked = [each.about for each in table.seat("Mongolia").of((ANSWER,))]
    # nothing leaks: in its first month others hold the odds that they would have held
    ruled = table.games.foresee({})
    table.take({"Mongolia": Standing(answer=0).decide_all(table, "Mongolia")})
    table.take({"Mongolia": Standing(answer=0).decide_all(table, "Mongolia")})
    np.testing.assert_array_equal(ruled["rumour"], table.games.last["rumour"])
    for event in asked:
        assert not table.games.last.happened(event, "accepted").any()


def test_moves_that_are_not_legal_are_refused_or_do_nothing():
    table = Table.of("mongolia-2024", ["Mongolia"], 4, 1, 6)
    own = {each.kind: each.name for each in table.choices("Mongolia")}
    with pytest.raises(IllegalMove, match=r"no choice 'chosen\.answer\.visit_russia' in this round"):
        table.take({"Mongolia": {"chosen.answer.visit_russia": np.ones(4)}})
    for wrong, words in ((2.0, "1 for yes"), (np.nan, "is a number")):
        with pytest.raises(IllegalMove, match=words):
            table.take({"Mongolia": {own[PROPOSAL]: np.full(4, wrong)}})
    with pytest.raises(IllegalMove, match="given for all or for none"):
        table.take({"Mongolia": {own[WELCOME]: np.ones(4)}})
    shares = {each.name: np.full(4, 0.5) for each in table.choices("Mongolia") if each.kind == WELCOME}
    with pytest.raises(IllegalMove, match="sum to 6, not 3"):
        table.take({"Mongolia": shares})
    with pytest.raises(BadInput, match="seat of China is not taken"):
        table.take({"China": {}})
    assert table.games.month == 0 and table.is_first_round
    # what is not on the table cannot be answered
    table.take({"Mongolia": {}})
    table.take({"Mongolia": {each.name: np.ones(4) for each in table.choices("Mongolia")}})
    for choice in table.seat("Mongolia").of((ANSWER,)):
        accepted, proposed = (
            table.games.last.happened(choice.about, node) for node in ("accepted", "proposed")
        )
        np.testing.assert_array_equal(accepted, proposed)


def test_who_decides_nothing_has_no_seat():
    with pytest.raises(BadInput, match="no actor 'Mongola'; did you mean 'Mongolia'"):
        Table.of("mongolia-2024", ["Mongola"])
    domestic = next(
        name for name, each in load("mongolia-2024").case.actors.items() if each.role == "domestic"
    )
    with pytest.raises(ScenarioError, match="only the target and powers have seats"):
        Table.of("mongolia-2024", [domestic])
