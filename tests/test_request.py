"""What is asked for: runs, seeds, months and numbers of runs that cannot be are refused in one line, before
anything runs.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.request import MOST_HELD, MOST_RUN_MONTHS, check_held, check_request, check_run, check_work
from sim.refusal import BadInput
from sim.scenario.load import load
from sim.studies.compare.ask import compare
from sim.studies.replay.ask import replay
from sim.studies.run.precision import runs_needed
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import grid

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
SCENARIO = load(SMALL)
NO_COUNT = [1e4 + 0.5, True, "10", math.nan, math.inf, -1, 0, 10**12, 10**400, [8], None]


@pytest.mark.parametrize("runs", [8, 8.0, np.int32(8), np.float64(8)])
def test_whole_numbers_of_every_kind_are_runs(runs):
    found = sim.run(SCENARIO, runs=runs, seed=np.uint64(3), months=4.0, threads=np.int8(1))
    assert (found.runs, found.seed, found.months) == (8, 3, 4) and type(found.runs) is int
    assert found.outcomes.equals(sim.run(SCENARIO, 8, 3, months=4).outcomes)


@pytest.mark.parametrize("runs", NO_COUNT)
def test_what_is_no_number_of_runs_is_refused_everywhere(runs, tmp_path):
    calls = (
        lambda: sim.run(SCENARIO, runs=runs),
        lambda: compare(SCENARIO, SCENARIO, runs),
        lambda: sweep(SCENARIO, grid({"parameters.cost": [0.5]}), tmp_path / "s", runs=runs),
    )
    for call in calls:
        with pytest.raises(BadInput, match="runs must be"):
            call()
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, True, "1", math.nan, 1e300])
def test_what_is_no_seed_is_refused_everywhere(seed):
    for call in (
        lambda: sim.run(SCENARIO, 8, seed),
        lambda: sim.Model(SCENARIO, seed=seed),
        lambda: sim.Model(SCENARIO, rng=seed),
    ):
        with pytest.raises(BadInput, match="seed must be"):
            call()


@pytest.mark.parametrize("run", [-1, 2**48, 0.5, True, "7", math.nan, 10**30])
def test_what_is_no_number_of_a_run_is_refused_everywhere(run, tmp_path):
    calls = (
        lambda: sim.Model(SCENARIO, run=run),
        lambda: sim.run(sim.branch(SCENARIO, run, "2011-03"), 8),
        lambda: replay(tmp_path, run),
        lambda: check_run(run),
    )
    for call in calls:
        with pytest.raises(BadInput, match="number of a run must be"):
            call()


def test_the_last_run_there_is_can_be_lived_by_agents_and_by_the_ensemble():
    last = 2**48 - 1
    model = sim.Model(SCENARIO, run=float(last), months=3)
    model.step()
    assert model.run == last and math.isfinite(model.state["autonomy"])
    assert sim.run(sim.branch(SCENARIO, last, branch_month(3)), 4, months=6).runs == 4


def branch_month(after: int) -> str:
    return sim.run(SCENARIO, 1, months=after + 1).dates[-1]


@pytest.mark.parametrize("months", [0, -3, 1201, 2.5, True, "12", math.nan])
def test_months_that_cannot_be_are_refused_by_models_and_runs(months):
    for call in (lambda: sim.Model(SCENARIO, months=months), lambda: sim.run(SCENARIO, 8, months=months)):
        with pytest.raises(BadInput, match="months must be"):
            call()


@pytest.mark.parametrize(
    "month",
    [
        "2010-13",
        "2010-00",
        "2010-1",
        "10-01",
        "2010-01-01",
        "soon",
        "",
        201001,
        None,
        "２０１０-01",
        "1e3-01",
    ],
)
def test_what_is_no_month_cannot_be_branched_at(month):
    with pytest.raises(BadInput, match="written such as 2025-01"):
        sim.run(sim.branch(SCENARIO, 0, month), 8)


def test_a_month_outside_the_simulated_ones_cannot_be_branched_at():
    first = sim.run(SCENARIO, 1, months=2).dates[0]
    for month in (first, "1066-10", "9999-12"):
        with pytest.raises(BadInput, match="a branch leaves a run after"):
            sim.run(sim.branch(SCENARIO, 0, month), 8)


@pytest.mark.parametrize(
    "order",
    [
        ["trace", "--run", str(2**48)], ["trace", "--run", "-1"], ["trace", "--run", "1.5"],
        ["run", "--seed", str(2**64)], ["run", "--seed", "1e-3"], ["run", "--runs", "2000000000"],
        ["run", "--from-run", str(2**48), "--month", "2011-03"],
        ["run", "--from-run", "0", "--month", "2011-13"], ["run", "--from-run", "0", "--month", "2011-3"],
        ["run", "--months", "1201"],
    ],
)  # fmt: skip
def test_the_command_line_refuses_them_with_exit_code_2(order, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [order[0], str(SMALL), *order[1:]])
    assert done.exit_code == 2 and done.stdout == "" and "Traceback" not in done.stderr


def test_results_that_do_not_fit_into_memory_are_refused_before_they_are_made():
    with pytest.raises(BadInput, match="stream the rows to a folder"):
        sim.run(SCENARIO, runs=10**9)
    with pytest.raises(BadInput, match="fewer runs"):
        compare(SCENARIO, SCENARIO, 10**9)
    check_held(MOST_HELD, 1, "")


def test_a_precision_that_no_number_of_runs_reaches_is_refused_at_once():
    for precision in (0.0, -1.0, 0.5, math.nan, 1e-9, "0.1", True, None, 10**400):
        with pytest.raises(BadInput, match="a precision of"):
            runs_needed(SCENARIO, precision)


def test_what_was_asked_for_comes_back_as_plain_whole_numbers():
    asked = check_request(1e4, np.float32(7), None, 2.0)
    assert asked == (10_000, 7, None, 2) and all(
        type(each) is int for each in (asked.runs, asked.seed, asked.threads)
    )


# -- comparing over unequal months -----------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(12, 48), (48, 12), (1, 3)])
def test_scenarios_of_unequal_length_are_compared_over_the_shorter_and_the_first_lines_say_so(first, second):
    changes = [("--a", f"time.months={first}"), ("--b", f"time.months={second}")]
    order = ["compare", str(SMALL), "--runs", "8", *(text for pair in changes for text in pair)]
    done = CliRunner().invoke(app, order)
    assert done.exit_code == 0, done.output
    said = f"Compared over {min(first, second)} months; by their files, A {first} and B {second} months."
    assert said in done.stdout.splitlines()[:6]
    assert compare(*(SCENARIO.override({"time.months": each}) for each in (first, second)), 8).worlds[
        0
    ].months == min(first, second)


def test_scenarios_of_equal_length_are_compared_without_a_word_about_it():
    done = CliRunner().invoke(app, ["compare", str(SMALL), "--runs", "8", "--months", "3"])
    assert done.exit_code == 0 and "Compared over" not in done.stdout


def test_more_work_than_anybody_waits_for_is_refused_before_it_begins(tmp_path):
    check_work(10**9, 1000)  # the limit itself
    with pytest.raises(BadInput, match=f"{MOST_RUN_MONTHS:,} run-months"):
        sim.run_into(tmp_path / "run", SCENARIO, runs=10**9, months=1001)
    with pytest.raises(BadInput, match="run-months of one command"):
        sweep(
            SCENARIO,
            grid({"quantities.wealth.start": [0.2, 0.4]}),
            tmp_path / "sweep",
            runs=10**9,
            months=1200,
        )
    assert list(tmp_path.iterdir()) == []
