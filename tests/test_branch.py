"""A run's past sent into many futures: unchanged it goes the same way, changed it parts from the month of the
branch on.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.engine import Engine
from sim.scenario.load import load
from sim.scenario.lower import lower
from tests.support.scenarios import random_scenario

MONGOLIA = Path(__file__).parents[1] / "configs" / "mongolia-2024.toml"
MONTHS, RUNS = 24, np.arange(10, dtype=np.uint64)


@lru_cache
def engine() -> Engine:
    return Engine.of(lower(load(MONGOLIA), MONTHS))


def branched(own: Engine, seed: int, run: int, month: int):
    """Branches of a run under the rules that it had."""
    trunk = own.trunk(seed, run, month)
    return Engine.of(trunk.resume(own.world)).page(seed, RUNS, trunk)


@pytest.mark.parametrize("month", [1, 3, 4, 11, 23])
def test_the_branch_of_the_same_number_is_the_run_itself_to_the_last_bit(month):
    whole = engine().page(1, RUNS)
    found = branched(engine(), 1, 7, month)
    for name in whole.world.recorded:
        assert found[name][:, 7].tobytes() == whole[name][:, 7].tobytes(), name
        assert (found[name][:month] == whole[name][:month, 7:8]).all(), "one past for all"
    assert (found._codes[:, :, 7] == whole._codes[:, :, 7]).all()
    assert (found["war"][month:, 6] != found["war"][month:, 7]).any(), "and futures of their own"


@pytest.mark.parametrize("seed", range(5))
def test_random_scenarios_branch_to_the_last_bit(seed):
    own = Engine.of(lower(random_scenario(seed)))
    whole, found = own.page(2, RUNS), branched(own, 2, 3, 5)
    for name in whole.world.recorded:
        assert found[name][:, 3].tobytes() == whole[name][:, 3].tobytes(), name


def test_what_is_changed_acts_from_the_month_of_the_branch_on():
    base = load(MONGOLIA)
    changed = base.override({"interventions.forced.scandal": ["2024-08", "2025-02"]})
    ensemble = sim.run(sim.branch(changed, 7, "2024-12", trunk=base), 200, months=MONTHS)
    rows = ensemble.outcomes
    assert rows["count.scandal"].min() >= 1 and ensemble.branch == (7, "2024-12")
    past = engine().page(1, RUNS)
    fan = ensemble.fan("legitimacy")
    assert (fan[["q05", "q95"]].iloc[:6].to_numpy() == past["legitimacy"][:6, 7:8].astype(np.float32)).all()
    assert (fan["q95"] > fan["q05"]).iloc[6:].all()


def test_what_the_new_rules_no_longer_move_stays_where_the_run_had_brought_it():
    """Effort is no part of the state under static learning; the branch keeps the run's effort, not the
    start's.
    """
    base = load(MONGOLIA)
    world = lower(
        base.override({"decision.learning": "static", "openness.speed": 0.0, "effort.speed": 0.0}), MONTHS
    )
    trunk = engine().trunk(1, 7, 20)
    resumed = trunk.resume(world)
    efforts = [name for name in world.start if name.startswith(("effort.Russia.", "openness."))]
    assert len(efforts) > 6
    for name in efforts:
        assert resumed.start[name] == trunk.state[name] != world.start[name]
    found = Engine.of(resumed).page(1, RUNS, trunk)
    again = Engine.of(trunk.resume(lower(base, MONTHS))).page(1, RUNS, trunk)
    assert abs(found["share.Russia"][20] - again["share.Russia"][20]).max() < 1e-3, (
        "no jump in the month of the branch"
    )


def test_a_branch_that_cannot_be_is_refused(tmp_path):
    base = load(MONGOLIA)
    for branch, problem in (
        ((3, "2024-06"), "leaves a run"),
        ((3, "2030-01"), "leaves a run"),
        ((3, "soon"), "written such as"),
    ):
        with pytest.raises(ValueError, match=problem):
            sim.run(sim.branch(base, *branch), 10, months=MONTHS)
    with pytest.raises(ValueError, match="keeps the events"):
        sim.run(sim.branch(random_scenario(1), 0, "2010-08", trunk=random_scenario(2)), 10)
    order = [
        "run",
        str(MONGOLIA),
        "--runs",
        "20",
        "--months",
        "12",
        "--no-figures",
        "--out",
        str(tmp_path / "b"),
    ]
    assert CliRunner().invoke(app, [*order, "--from-run", "3"]).exit_code == 2
    assert CliRunner().invoke(app, [*order, "--from-run", "3", "--month", "2024-06"]).exit_code == 2
    done = CliRunner().invoke(
        app, [*order, "--from-run", "3", "--month", "2024-10", "--set", "decision.precision=1.2"]
    )
    assert done.exit_code == 0, done.output
    assert "all of them run 3 until 2024-10, then each its own way" in done.stdout
