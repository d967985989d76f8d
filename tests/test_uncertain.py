"""What a scenario says of doubt and of observation is checked at the door, and every number of it matters."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.engine import Engine
from sim.engine.pages import simulate
from sim.engine.uncertain import CUT, drawn, free_numbers, prior_scores
from sim.engine.worlds import UnderDraws, Worlds
from sim.scenario.load import ScenarioError
from sim.scenario.lower import lower
from sim.studies.check.liveness import Liveness
from sim.studies.check.reach import Reach
from tests.support.past import TEXT, past


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            'measure = "wealth"',
            'measure = "welth"',
            "observations.income.measure: no driver or recorded number 'welth'",
        ),
        ("plus = 0.8 }\nshocks", "plus = 0.8, times = 0.2 }\nshocks", "uncertain.loans: needs either times"),
        (
            'validated_until = "2013-06"',
            'validated_until = "2011-06"',
            "hindcast.validated_until: lies before fitted_until",
        ),
        ("times = 0.4 }", "times = 0.4, centre = 0.0 }", "uncertain.cost.centre: a factor must be above 0"),
        ('["quantities.wealth.noise"]', "[]", "uncertain.shocks.numbers:"),
        ("times = 0.6", "times = -0.6", "uncertain.shocks.times: must be above 0"),
        (
            "[uncertain]",
            '[uncertain]\n"two words" = { label = "x", numbers = ["a"], plus = 1.0 }',
            "'two words' is no name",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_with_its_key(old, new, line):
    assert old in TEXT
    with pytest.raises(ScenarioError) as refused:
        past(TEXT.replace(old, new))
    assert any(line in problem for problem in refused.value.problems), refused.value.problems


def test_a_pattern_that_means_nothing_and_a_number_that_two_entries_move_are_refused():
    with pytest.raises(
        ScenarioError, match=r"uncertain.raids.numbers: no number of the file has such a path"
    ):
        free_numbers(past(TEXT.replace('["events.raid.base_logit"]', '["events.raid.base"]')))
    with pytest.raises(ScenarioError, match=r"events.raid.base_logit belongs to raids already"):
        free_numbers(
            past(
                TEXT.replace('["events.loan.base_logit", "events.aid.base_logit"]', '["events.*.base_logit"]')
            )
        )


def test_every_number_of_observation_and_doubt_is_live():
    scenario = past(TEXT.replace("times = 0.4 }", "times = 0.4, centre = 1.1 }"))
    paths = [path for path in scenario.numbers if path.startswith(("observations.", "uncertain."))]
    live = Liveness(scenario, Reach(scenario, lambda line: None), lambda line: None)
    live.try_all(paths)
    assert len(paths) == 7
    assert {live.where[path] for path in paths} == {
        "in what would be observed",
        "in draws of uncertain numbers",
    }


def test_factors_and_shifts_act_on_all_their_numbers_and_count_from_the_centre():
    scenario = past(TEXT.replace("times = 0.4 }", "times = 0.4, centre = 1.1 }"))
    free = free_numbers(scenario)
    found = drawn(scenario, free, {"loans": np.array([0.5]), "cost": np.array([1.1, 2.2])})
    assert found["events.loan.base_logit"] == [-1.5]
    assert found["events.aid.base_logit"] == [-2.0]
    assert np.allclose(found["couplings.wealth.war"], [-0.3, -0.6])
    assert all(np.allclose(entry.score(entry.value(np.array([-2.0, 0.3]))), [-2.0, 0.3]) for entry in free)


def test_priors_are_standard_normals_cut_off():
    scores = prior_scores(free_numbers(past())[:2], 100_000, 1)
    assert np.abs(scores).max() <= CUT
    assert np.allclose(scores.mean(axis=0), 0, atol=0.015)
    assert np.allclose(scores.std(axis=0), 0.987, atol=0.01)


def test_a_draw_of_an_entry_is_moved_by_no_other_entry_and_by_no_further_draws():
    """Also not one that was drawn again because it lay beyond the cut: among 2,000 some five did."""
    free = free_numbers(past())
    scores = prior_scores(free, 2_000, 7)
    assert np.array_equal(prior_scores(free[::-1], 2_000, 7), scores[:, ::-1])
    assert np.array_equal(prior_scores(free[2:3], 2_000, 7), scores[:, 2:3])
    assert np.array_equal(prior_scores(free, 501, 7), scores[:501])
    assert not (prior_scores(free, 2_000, 8) == scores).any()
    assert abs(np.corrcoef(scores.T) - np.eye(len(free))).max() < 0.1


def test_a_draw_runs_as_the_scenario_with_its_numbers_does_bit_for_bit():
    scenario = past()
    free = free_numbers(scenario)
    worlds = Worlds(scenario, free, 24)
    scores = prior_scores(free, 40, 2)
    values = {entry.name: entry.value(scores[:, place]) for place, entry in enumerate(free)}
    (history,) = simulate(UnderDraws(worlds, values).all(3 * 40), 9)
    assert sorted(history.runs.tolist()) == list(range(3 * 40))
    numbers = drawn(scenario, free, values)
    for draw in range(0, 40, 13):
        own = scenario.override({path: float(value[draw]) for path, value in numbers.items()})
        runs = np.array([draw, draw + 40, draw + 80], dtype=np.uint64)
        alone, together = Engine.of(lower(own, 24)).page(9, runs), np.isin(history.runs, runs)
        assert history.runs[together].tolist() == runs.tolist(), "runs of a draw follow each other"
        for name in ("wealth", "alignment.order", "autonomy"):
            assert (history[name][:, together] == alone[name]).all(), name
        assert (history.codes("raid")[:, together] == alone.codes("raid")).all()
    assert len(set(history["wealth"][-1, history.runs < 40].tolist())) == 40


def test_draws_are_the_same_on_any_number_of_threads():
    scenario = past()
    free = free_numbers(scenario)
    scores = prior_scores(free, 30, 2)
    values = {entry.name: entry.value(scores[:, place]) for place, entry in enumerate(free)}
    one, three = (
        np.array(
            list(
                simulate(
                    UnderDraws(Worlds(scenario, free, 12), values).all(4 * 30),
                    1,
                    threads,
                    lambda history: history.last("wealth"),
                )
            )
        )
        for threads in (1, 3)
    )
    assert (one == three).all()
