"""Numbers drawn from their plausible ranges, and how an outcome answers to them: as if run by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.engine import worlds
from sim.engine.beliefs import Beliefs
from sim.engine.pages import simulate
from sim.engine.ranged import ranged_numbers
from sim.engine.uncertain import drawn, free_numbers
from sim.outcomes.target import target_of
from sim.refusal import BadInput
from sim.scenario.load import ScenarioError
from sim.scenario.wholes import wholes
from sim.studies.response import Response
from tests.support.scenarios import random_scenario

SHIPPED = ("mongolia-2024", "armenia-2024", "khalkhin-gol-1939")
NEVER = ("time.months", "alignment.dimensions", "uncertain.offence.times")


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request):
    return sim.load(request.param)


@pytest.mark.slow
def test_a_range_is_that_of_the_file_as_far_as_the_scenario_takes_it(shipped):
    for entry in ranged_numbers(shipped):
        known = shipped.provenance[entry.name]
        assert known.low <= entry.low < entry.high <= known.high
        assert entry.low <= entry.own <= entry.high
        assert entry.unit == known.unit
    cut = [entry for entry in ranged_numbers(shipped) if entry.low > shipped.provenance[entry.name].low]
    for entry in cut:
        with pytest.raises(ScenarioError):
            shipped.override({entry.name: shipped.provenance[entry.name].low})


@pytest.mark.slow
def test_whole_numbers_what_builds_and_what_measures_is_never_drawn(shipped):
    names = {entry.name for entry in ranged_numbers(shipped)}
    assert not names & set(NEVER)
    measuring = ("outcomes.", "postures.", "time.", "uncertain.")
    assert not [name for name in names if name.startswith(measuring)]
    assert not [name for name in names if name.rpartition(".")[2] in ("cooldown", "retry", "lead", "window")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 5])
def test_every_draw_from_ranges_makes_a_scenario_whose_wholes_are_one(seed):
    scenario = random_scenario(seed)
    assert_wholes_are_one(sim.range_beliefs(scenario, draws=6, seed=seed))


def test_draws_of_parts_of_wholes_make_wholes_that_are_one():
    scenario = random_scenario(2)
    parts = [path for whole in wholes(scenario) for path in whole if path in scenario.provenance]
    entries = ranged_numbers(scenario, parts)
    assert len(entries) > 3
    assert_wholes_are_one(Beliefs(scenario, entries, {each.name: each.draw(6, 2) for each in entries}))


def assert_wholes_are_one(beliefs: Beliefs) -> None:
    for run in range(6):
        lived = beliefs.lived(run)
        for whole in wholes(lived):
            parts = [lived.numbers[path] for path in whole if path in lived.numbers]
            assert not parts or sum(parts) == pytest.approx(1.0)


def test_draws_are_spread_evenly_over_the_range_and_own_each_their_luck():
    entries = ranged_numbers(sim.load("armenia-2024"), ["actors.*.valuations.*"])
    draws = np.array([(entry.draw(4000, seed=1) - entry.low) / (entry.high - entry.low) for entry in entries])
    assert draws.min() > 0.0 and draws.max() < 1.0
    for each in draws:
        edges = np.histogram(each, bins=8, range=(0, 1))[0]
        assert np.abs(edges - 500).max() < 4.5 * 500**0.5
    off_diagonal = np.corrcoef(draws)[np.triu_indices(len(draws), 1)]
    assert np.abs(off_diagonal).max() < 4.5 / 4000**0.5
    np.testing.assert_array_equal(entries[0].draw(4000, seed=1)[:100], entries[0].draw(100, seed=1))


def test_a_quantile_is_the_value_below_which_a_share_of_the_prior_lies():
    scenario = sim.load("mongolia-2024")
    levels = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    for entry in (*free_numbers(scenario), *ranged_numbers(scenario, ["couplings.*"])):
        values = entry.quantile(levels)
        assert (np.diff(values) > 0).all()
        np.testing.assert_allclose([values[0], values[-1]], entry.ends, rtol=1e-6)
        below = (entry.draw(4000, seed=2)[:, None] < values).mean(axis=0)
        np.testing.assert_allclose(below, levels, atol=4.5 * 0.5 / 4000**0.5)


@pytest.mark.slow
def test_the_file_itself_is_one_of_the_points():
    scenario = sim.load("mongolia-2024")
    for entries in (free_numbers(scenario), ranged_numbers(scenario)):
        own = {entry.name: np.array([entry.own]) for entry in entries}
        for path, value in drawn(scenario, entries, own).items():
            assert value[0] == pytest.approx(scenario.numbers[path], rel=1e-12)


def test_what_answers_at_a_point_is_what_runs_of_the_changed_scenario_give():
    scenario, runs = sim.load("armenia-2024"), 40
    entries = ranged_numbers(scenario, ["actors.*.valuations.*", "shares.*", "couplings.*"])
    target = target_of(scenario, "autonomy", ["2024-09", "2025-06"])
    response = Response(scenario, entries, target, runs, seed=3)
    points = {entry.name: entry.draw(5, seed=4) for entry in entries}
    found = response.values(points)
    assert found.shape == (2, 5, runs)
    numbers = drawn(scenario, entries, points)
    for point in range(5):
        changed = scenario.override({path: float(value[point]) for path, value in numbers.items()})
        ran = sim.run(changed.override({"keep_paths": ["autonomy"]}), runs=runs, seed=3, months=13)
        path = ran.path("autonomy")
        np.testing.assert_array_equal(found[:, point], path.loc[["2024-09", "2025-06"]].to_numpy())


def test_other_runs_have_other_luck_and_are_those_of_their_numbers():
    scenario = sim.load("armenia-2024")
    entries = ranged_numbers(scenario, ["actors.*.valuations.*"])
    points = {entry.name: entry.draw(3, seed=4) for entry in entries}
    response = Response(scenario, entries, target_of(scenario, "autonomy", "2024-09"), 10, seed=3)
    more = Response(scenario, entries, response.target, 25, seed=3).values(points)
    np.testing.assert_array_equal(response.values(points), more[..., :10])
    np.testing.assert_array_equal(response.values(points, luck=range(10, 25)), more[..., 10:])


@pytest.mark.slow
def test_points_that_go_another_way_share_a_program_of_theirs_and_give_the_same_bits(monkeypatch):
    scenario = sim.load("mongolia-1995")
    entries = ranged_numbers(scenario, ["quantities.*", "couplings.*"])
    target = target_of(scenario, "autonomy", "1995-03")
    # ends of ranges, at which some stocks rest at their bounds
    levels = np.random.default_rng(1).integers(0, 2, size=(len(entries), 12)).astype(float)
    points = {entry.name: entry.quantile(each) for entry, each in zip(entries, levels, strict=True)}
    monkeypatch.setattr(worlds, "WORTH_A_FAMILY", 1)
    together = Response(scenario, entries, target, 8, seed=1)
    found = together.values(points)
    _, which = together.worlds._together(drawn(scenario, entries, points), 12)
    assert (which > 0).any()
    monkeypatch.setattr(worlds, "MOST_FAMILIES", 0)
    alone = Response(scenario, entries, target, 8, seed=1)
    np.testing.assert_array_equal(found, alone.values(points))


def test_an_outcome_by_a_month_is_whether_it_had_happened_then():
    scenario = sim.load("armenia-2024")
    target = target_of(scenario, "eu_deal")
    assert target.dates == ("2024-09", "2024-12", "2025-06", "2026-06", "2028-05")
    ran = sim.run(scenario, runs=64, seed=5)
    (history,) = simulate(sim.engine.setups.Plain(scenario).prepared(ran.world, 5).all(64), 5)
    first = ran.outcomes["first.eu_deal"].to_numpy()
    for place, values in zip(target.places, target.of(history), strict=True):
        np.testing.assert_array_equal(values, first <= place)


@pytest.mark.parametrize(
    ("name", "by", "line"),
    [
        ("nothing", None, "no outcome, event or path 'nothing'"),
        ("eu_deal", "2031-01", "2031-01 lies outside the simulated months, 2024-06 to 2028-05"),
        ("eu_deal", "2024-05", "2024-05 lies outside"),
        ("eu_deal", "soon", "such as 2024-09, not .soon."),
        ("count.eu_deal", ["2024-09", "2024-12"], "has one number for the whole of a run"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_a_line(name, by, line):
    with pytest.raises(BadInput, match=line) as refused:
        target_of(sim.load("armenia-2024"), name, by)
    assert "\n" not in str(refused.value)
