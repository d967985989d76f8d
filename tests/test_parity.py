"""The Mesa model and the compiled ensemble are one model: the same bytes, whatever the scenario, the paging
or the threads.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.engine.pages import pages
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import World, lower
from sim.scenario.schema import LEARNINGS, THEORIES
from tests.support.paired import MONGOLIA, SHIPPED, changed, scenario, shipped, world
from tests.support.scenarios import random_scenario

pytestmark = pytest.mark.smoke


def lived(w: World, seed: int, run: int) -> tuple[np.ndarray, np.ndarray]:
    """One run with agents: recorded values (months, names) and codes (months, events)."""
    model = Model(w, seed=seed, run=run)
    values, codes = [], []
    while model.running:
        model.step()
        values.append([model.state[name] for name in w.recorded])
        codes.append([model.state[f"record.{event.name}"] for event in w.parts.events])
    return np.array(values), np.array(codes)


def replayed(h: History, place: int) -> tuple[np.ndarray, np.ndarray]:
    """The same of one run of the ensemble, by its place among the runs of the page."""
    values = [h[name][:, place] for name in h.world.recorded]
    return np.stack(values, axis=1), np.stack(
        [h.codes(event.name)[:, place] for event in h.world.parts.events], axis=1
    )


def assert_same_bytes(w: World, seed: int, runs: Sequence[int]) -> None:
    """Every recorded number and code of every month is equal, not similar; the message names the first
    difference.
    """
    h = Engine.of(w).page(seed, np.array(runs, dtype=np.uint64))
    for place, run in enumerate(runs):
        values, codes = lived(w, seed, run)
        same_values, same_codes = replayed(h, place)
        for names, mine, other in (
            (w.recorded, values, same_values),
            ([e.name for e in w.parts.events], codes, same_codes),
        ):
            for month, column in np.argwhere((mine != other) & ~(np.isnan(mine) & np.isnan(other))):
                pair = f"{mine[month, column]!r} and {other[month, column]!r}"
                pytest.fail(f"seed {seed}, run {run}, month {month}, {names[column]}: {pair}")


def assert_same_histories(a: History, b: History, events: Sequence[str]) -> None:
    """Every number recorded in the first, and what happened to these events, is equal in both."""
    for name in a.world.recorded:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
    for event in events:
        np.testing.assert_array_equal(a.codes(event), b.codes(event), err_msg=event)


def history(w: World, seed: int = 1, runs: int = 32) -> History:
    """The first runs of the ensemble in one page."""
    return Engine.of(w).page(seed, np.arange(runs, dtype=np.uint64))


def with_row(s: Scenario, row: dict[str, Any]) -> World:
    """The scenario with one more event row called `extra`."""
    raw = copy.deepcopy(s.raw)
    raw["events"]["extra"] = {"label": "One more row", **row}
    return lower(parse(raw, s.name), 24)


@pytest.mark.parametrize(
    ("seed", "months", "runs"), [(1, 60, [0, 6]), (0, 12, [0, 1, 511]), (2**64 - 1, 12, [0, 2**40 + 3])]
)
def test_agents_equal_ensemble_on_the_shipped_scenario(seed: int, months: int, runs: list[int]):
    assert_same_bytes(world(months), seed, runs)


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - {MONGOLIA.stem}))
def test_agents_equal_ensemble_on_every_other_shipped_scenario(name: str):
    assert_same_bytes(shipped(name), 2, [1, 8])


@pytest.mark.parametrize(("theory", "learning"), list(zip(THEORIES, cycle(LEARNINGS), strict=False)))
def test_agents_equal_ensemble_for_every_theory_and_learning_rule(theory: str, learning: str):
    assert_same_bytes(lower(random_scenario(7, months=8, theory=theory, learning=learning)), 3, [0, 5])


def test_agents_equal_ensemble_for_another_theory_on_the_shipped_scenario():
    assert_same_bytes(changed({"decision.theory": "adaptive", "decision.learning": "ewa"}, 9), 0, [0, 1])


@pytest.mark.parametrize("number", range(40))
def test_agents_equal_ensemble_on_random_scenarios(number: int):
    assert_same_bytes(lower(random_scenario(number)), number, [0, 1, 2, 9])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(40, 300))
def test_agents_equal_ensemble_on_many_random_scenarios(number: int):
    assert_same_bytes(lower(random_scenario(number)), number, [0, 3])


@pytest.mark.slow
@pytest.mark.parametrize("learning", LEARNINGS)
@pytest.mark.parametrize("theory", THEORIES)
def test_agents_equal_ensemble_for_every_theory_on_the_shipped_scenario(theory: str, learning: str):
    assert_same_bytes(changed({"decision.theory": theory, "decision.learning": learning}, 24), 0, [0, 1])


def test_a_run_that_fails_in_the_ensemble_fails_with_agents_in_the_same_month():
    """Powers that drop all their bandwidth at once, and no supply at home: shares of no influence at all are
    0 / 0.
    """
    s = random_scenario(2)
    powers = [name for name, actor in s.case.actors.items() if actor.role == "power"]
    w = lower(
        s.override({f"actors.{power}.budget": 0.0 for power in powers} | {"influence.bandwidth_speed": 1.0})
    )
    assert history(w).failed.all()
    assert_same_bytes(w, 1, [0, 1])


@pytest.mark.parametrize(("page", "threads"), [(1, 1), (7, 2), (16, 1), (40, 3)])
def test_paging_and_threads_change_no_byte(page: int, threads: int):
    w = world(13)
    parts = list(pages(w, 40, 5, threads=threads, page=page))
    whole = history(w, 5, 40)
    for name in w.recorded:
        np.testing.assert_array_equal(np.concatenate([part[name] for part in parts], axis=1), whole[name])
    for event in w.parts.events:
        np.testing.assert_array_equal(
            np.concatenate([part.codes(event.name) for part in parts], axis=1), whole.codes(event.name)
        )


def test_the_place_of_a_run_among_the_lanes_changes_no_byte():
    w, whole = world(13), history(world(13), 5, 24)
    runs = np.array([17, 3, 3, 11, 0], dtype=np.uint64)
    some = Engine.of(w).page(5, runs)
    for name in w.recorded:
        np.testing.assert_array_equal(some[name], whole[name][:, runs.astype(int)], err_msg=name)


def test_same_seed_same_bytes_and_other_seed_other_bytes():
    w = world(13)
    assert_same_histories(history(w, 0), history(w, 0), [event.name for event in w.parts.events])
    assert not np.array_equal(history(w, 0)["autonomy"], history(w, 1)["autonomy"])
    assert len(np.unique(history(w, 0)["autonomy"][-1])) == 32


def test_a_row_that_can_never_be_proposed_changes_nothing():
    plain = lower(scenario(), 24)
    row = {
        "initiator": "Russia",
        "responder": "Mongolia",
        "base_logit": float("-inf"),
        "same_as": "fuel_deal",
    }
    more = with_row(scenario(), row)
    h = history(more)
    assert_same_histories(history(plain), h, [event.name for event in plain.parts.events])
    assert not h.happened("extra", "proposed").any()


def test_a_new_live_row_leaves_the_luck_of_all_others_in_place():
    plain = lower(scenario(), 24)
    more = with_row(scenario(), {"initiator": "nature", "base_logit": -3.0, "effects": {}})
    h = history(more)
    assert h.happened("extra").any()
    assert_same_histories(history(plain), h, [event.name for event in plain.parts.events])


@pytest.mark.parametrize("w", [world(), lower(random_scenario(3))], ids=["shipped", "random"])
def test_a_short_run_is_the_beginning_of_a_long_one(w: World):
    short, long = history(lower(w.scenario, 12)), history(lower(w.scenario, 24))
    for name in w.recorded:
        np.testing.assert_array_equal(short[name], long[name][:12], err_msg=name)
    for event in w.parts.events:
        np.testing.assert_array_equal(
            short.codes(event.name), long.codes(event.name)[:12], err_msg=event.name
        )


def test_random_scenarios_are_worth_the_name():
    """Between them they reach every node of an event, and hardly any run fails."""
    happened, failed = 0, 0
    for number in range(0, 40, 5):
        h = history(lower(random_scenario(number)), number, 16)
        failed += int(h.failed.sum())
        happened |= int(
            np.bitwise_or.reduce(
                [np.bitwise_or.reduce(h.codes(e.name), axis=None) for e in h.world.parts.events]
            )
        )
    assert happened == 127 and failed < 16
