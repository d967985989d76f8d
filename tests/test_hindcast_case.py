"""The hindcast scenario and its table of observations: what may be in them, and that every belief can be
drawn.
"""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.assimilation.facts import SERIES, sample_of
from sim.assimilation.observations import facts_of
from sim.engine.beliefs import learnt_beliefs, read_posterior
from sim.engine.uncertain import CUT, free_numbers
from sim.scenario.schema import month_number

CONFIGS = Path(__file__).parent.parent / "configs"
OUTSIDE = {
    "war",
    "sanctions",
    "court_warrant",
    "oil_price",
    "china_growth",
    "alignment.Russia.order",
    "alignment.China.order",
    "alignment.United_States.order",
}


@pytest.fixture(scope="module")
def scenario():
    return sim.load(CONFIGS / "mongolia-1995.toml")


@pytest.fixture(scope="module")
def facts(scenario):
    return facts_of(CONFIGS / "mongolia-1995-observations.csv", scenario)


def test_continuous_series_end_in_2021_and_events_in_june_2024(facts):
    assert max(fact.last for fact in facts if fact.kind == SERIES) == month_number("2021-12")
    assert max(fact.last for fact in facts) == month_number("2024-06")


def test_every_series_and_every_sample_is_observed(scenario, facts):
    assert {fact.target for fact in facts if fact.kind == SERIES} == set(scenario.case.observations)
    assert {sample_of(fact, scenario) for fact in facts} == {"in-sample", "validation", "out-of-sample"}


def test_no_path_tells_the_model_what_it_is_to_explain(scenario):
    assert set(scenario.case.paths) == OUTSIDE


def test_every_uncertain_entry_loads_at_both_ends_of_its_prior(scenario):
    for entry in free_numbers(scenario):
        for z in (-CUT, CUT):
            value = entry.value(np.array(z))
            moved = scenario.override(
                {path: float(entry.applied(scenario.numbers[path], value)) for path in entry.paths}
            )
            assert all(moved.numbers[path] != scenario.numbers[path] for path in entry.paths), entry.name


def test_the_shipped_posterior_is_of_the_scenario_and_the_table_as_they_stand():
    made = read_posterior(CONFIGS / "mongolia-1995-posterior.json")["manifest"]
    for name, told in (
        ("mongolia-1995.toml", made["scenario"]["file_sha256"]),
        ("mongolia-1995-observations.csv", made["observations"]["sha256"]),
    ):
        assert hashlib.sha256((CONFIGS / name).read_bytes()).hexdigest() == told, (
            f"{name} has changed: run steppe calibrate again"
        )


def test_the_shipped_case_counts_draws_from_the_medians_of_the_shipped_posterior():
    """What is called a posterior median in the file is one, so that its numbers are the middle of what the
    posterior draws.
    """
    present = sim.load(CONFIGS / "mongolia-2024.toml")
    beliefs = learnt_beliefs(present, CONFIGS / "mongolia-1995-posterior.json", 1000, 1)
    free = {entry.name: entry for entry in free_numbers(present)}
    assert len(beliefs.learnt) == 11
    for name in beliefs.learnt:
        median = float(np.median(beliefs.values[name]))
        assert free[name].centre == pytest.approx(median, rel=0.005, abs=0.005), name


TAKEN_OVER = ("pull", "alignment_speed", "event_tilt", "share_speed", "bandwidth_speed", "invest_size")
"""Factors whose numbers of today are those of the hindcast times the median, in the same unit and to two
digits or more.
"""


def test_numbers_that_were_learnt_are_those_of_the_hindcast_times_the_median(scenario):
    present = sim.load(CONFIGS / "mongolia-2024.toml")
    free = {entry.name: entry for entry in free_numbers(present)}
    for name in TAKEN_OVER:
        both = [path for path in free[name].paths if path in scenario.numbers]
        assert both, name
        for path in both:
            assert present.numbers[path] == pytest.approx(
                scenario.numbers[path] * free[name].centre, rel=0.035
            ), path
