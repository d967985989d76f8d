"""Two scenarios on the same futures: differences are paired, flips are counted, paths part when the change
first acts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.scenario.load import ScenarioError, load
from sim.statistics.paired import matched
from sim.studies.compare.ask import compare
from sim.writing.manifest import pictures

ROOT = Path(__file__).parents[1]
MONGOLIA, SMALL = ROOT / "configs" / "mongolia-2024.toml", ROOT / "tests" / "cases" / "small.toml"
BASE = load(MONGOLIA)
RUNS, MONTHS = 700, 12


def test_a_scenario_compared_with_itself_differs_nowhere():
    found = compare(BASE, BASE.override({}), RUNS, months=MONTHS)
    table = found.table()
    assert np.isnan(found.parted).all()
    assert (table["difference"] == 0).all() and (table["flipped"].dropna() == 0).all()
    assert (table["first"] == table["second"]).all() and (table["runs"] == RUNS).all()


def test_the_table_is_that_of_two_runs_subtracted_run_by_run():
    changes = {"quantities.sanctions.start": 0.2}
    found = compare(BASE.by("2025-05"), BASE.override(changes), RUNS, seed=3, months=MONTHS)
    one, two = (sim.run(each, RUNS, 3, months=MONTHS).outcomes for each in (BASE, BASE.override(changes)))
    table = found.table().set_index("name")
    apart = two["end.status"] - one["end.status"]
    assert table.loc["status", "difference"] == pytest.approx(apart.mean(), rel=1e-12)
    assert table.loc["status", "high"] - table.loc["status", "low"] == pytest.approx(
        2 * 1.959964 * apart.std() / RUNS**0.5, rel=1e-6
    )
    visits = [each["first.russian_visit"].notna() for each in (one, two)]
    assert table.loc["russian_visit", "flipped"] == (visits[0] != visits[1]).mean() > 0
    assert table.loc["russian_visit", "first"] == visits[0].mean()
    own = (one["end.status"].var() + two["end.status"].var()) / apart.var()
    assert table.loc["status", "saving"] == pytest.approx(own, rel=1e-9) and own > 1.5


def test_paths_part_in_the_month_of_the_intervention_and_not_before():
    late = BASE.override({"interventions.forced.scandal": ["2024-11"]})
    found = compare(BASE, late, RUNS, months=MONTHS)
    assert np.nanmin(found.parted) == 5
    assert np.mean(found.parted == 5) > 0.95, (
        "all but the futures with a scandal of their own in that month, or kept from one"
    )


def test_shares_of_pairs_by_hand():
    """Agresti and Min 2005: of 10 pairs 3 gain, 1 loses: (3.5 - 1.5) / 12 +- z sqrt(5 - 4/12) / 12."""
    first, second = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, 1.0]), np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 1.0])
    found = matched(first, second, z=2.0)
    half = 2 * (5 - 4 / 12) ** 0.5 / 12
    assert (found.mean, found.low, found.high) == pytest.approx((0.2, 2 / 12 - half, 2 / 12 + half))
    none = matched(np.zeros(100), np.zeros(100))
    assert none.mean == 0 and none.low < -0.01 and none.high > 0.01, "no flip in 100 is not certainty"


def test_intervals_of_paired_shares_hold_in_19_of_20_cases():
    rng, held = np.random.default_rng(4), 0
    for _ in range(1000):
        u = rng.random(200)
        found = matched((u < 0.30).astype(float), (u < 0.34).astype(float))
        held += found.low <= 0.04 <= found.high
    assert 930 <= held <= 990


def test_the_public_name_stays_a_function_once_it_has_been_used():
    for _ in range(2):
        assert sim.compare(BASE, BASE, 2, months=1).runs == 2
    for name in set(sim.__all__) - {"__version__"}:
        assert callable(getattr(sim, name)), name


def test_scenarios_that_ask_for_different_things_are_refused():
    with pytest.raises(ScenarioError, match="cannot be compared"):
        compare(BASE, load(SMALL), 10)


@pytest.mark.slow
def test_compare_on_the_command_line(tmp_path):
    where = tmp_path / "table.csv"
    order = [
        "compare",
        str(MONGOLIA),
        "--b",
        "interventions.forbidden=['proxy_visit']",
        "--runs",
        "200",
        "--months",
        "8",
    ]
    done = CliRunner().invoke(app, [*order, "--out", str(where)])
    assert done.exit_code == 0, done.output
    assert (
        "on the same 200 futures" in done.stdout
        and "interventions.forbidden = ['proxy_visit']" in done.stdout
    )
    assert "Paths part in" in done.stdout and max(map(len, done.stdout.splitlines())) <= 100
    table = pd.read_csv(where).set_index("name")
    assert table.loc["proxy_visit", "second"] == 0 < table.loc["proxy_visit", "first"]
    assert CliRunner().invoke(app, [*order, "--out", str(where)]).exit_code == 1
    folder = tmp_path / "both"
    done = CliRunner().invoke(app, [*order, "--out", str(folder)])
    written = {"table.csv", "months.csv", *pictures("differences", "months"), "manifest.json"}
    assert done.exit_code == 0 and {path.name for path in folder.iterdir()} == written
    pd.testing.assert_frame_equal(pd.read_csv(folder / "table.csv").set_index("name"), table)
    for full in (folder, folder / "differences.png"):
        refused = CliRunner().invoke(app, [*order, "--out", str(full)])
        assert refused.exit_code == 1 and "--out" in refused.stderr and refused.stderr.count("\n") == 1
    assert CliRunner().invoke(app, ["compare", str(MONGOLIA), str(SMALL), "--runs", "10"]).exit_code == 2
    assert CliRunner().invoke(app, ["compare", str(MONGOLIA), "--b", "decision.precison=2"]).exit_code == 2
