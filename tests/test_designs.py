"""Designs of a sweep: too large, twice over, of the wrong kind or of no kind, they are refused before
anything is run.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.load import load
from sim.studies.sweep.arguments import crossed, design_of, table_of
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import DesignError, check_points, checked, grid, latin_hypercube, placed, sobol
from sim.studies.sweep.results import Sweep

ROOT = Path(__file__).parents[1]
SMALL, MONGOLIA = ROOT / "tests" / "cases" / "small.toml", ROOT / "configs" / "mongolia-2024.toml"
SCENARIO = load(SMALL)
WAR, COST = "quantities.war.start", "parameters.cost"
ORDER = ["sweep", str(SMALL), "--runs-per-point", "8", "--months", "2"]


def ordered(*more: str):
    return CliRunner().invoke(app, [*ORDER, *more])


def refused(done, said: str) -> None:
    assert done.exit_code == 2 and done.stdout == "" and "Traceback" not in done.stderr, done.output
    lines = [line for line in done.stderr.splitlines() if line.startswith("steppe: ")]
    assert len(lines) == 1 and said in lines[0] and len(lines[0]) < 300, lines


# -- size ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "vary",
    [
        [f"{WAR}=0:1:1000000000"], [f"{WAR}=0:1:100000", f"{COST}=0:1:10000"], [f"{WAR}=0:1:1e300"],
        [f"{WAR}=0:1:1001", f"{COST}=0:1:1001"],        [f"{WAR}=0:1:{'9' * 30}"],
    ],
)  # fmt: skip
def test_a_design_of_a_milliard_points_is_refused_at_once(vary, tmp_path):
    begun = time.perf_counter()
    done = ordered(*(text for each in vary for text in ("--vary", each)), "--out", str(tmp_path / "s"))
    refused(done, "more than the 1,000,000 of a sweep")
    assert time.perf_counter() - begun < 5 and not (tmp_path / "s").exists()


def test_every_maker_of_designs_knows_the_limit():
    for make in (
        lambda: latin_hypercube({"a": (0.0, 1.0)}, 2**30),
        lambda: sobol({"a": (0.0, 1.0)}, 2**40),
        lambda: grid({name: range(200) for name in "abcd"}),
        lambda: check_points(10**6, 2),
        lambda: crossed(pd.DataFrame({"a": range(2000)}), pd.DataFrame({"b": range(2000)})),
    ):
        with pytest.raises(DesignError, match="more than the 1,000,000"):
            make()
    with pytest.raises(DesignError, match=r"more than the 10,000,000,000 runs"):
        check_points(10**6, 1, 10**5)


# -- the same number twice -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--vary", f"{WAR}=0:1:3", "--vary", f"{WAR}=0:0.5:3"], "varied twice"),
        (["--vary", f"{WAR}=0:1:3", "--vary", 'quantities."war".start=0:0.5:3'], "set one thing"),
        (["--vary", 'quantities."war"."start"=0,1', "--vary", f"{WAR}=0:0.5:3"], "set one thing"),
        (["--vary", f"{COST}=0:1:3", "--lever", f"calm:{COST}=0.1"], "both set"),
        (
            ["--vary", f"{COST}=0:1:3", "--lever", 'calm:parameters."cost"=0.1'],
            "set one thing, in the design and lever 'calm'",
        ),
        (["--vary", f"{WAR}=0:1:3", "--lever", "a:", "--lever", f"a:{COST}=1"], "two levers are called 'a'"),
        (["--vary", f"{WAR}=0:1:3", "--lever", f"a:{COST}=1;{COST}=2"], "twice"),
        (["--vary", f"{WAR}=0:1:3", "--keep", "first.loan", "--keep", "first.loan"], "kept twice"),
        (["--vary", f"{WAR}=0:1:3", "--keep", "first.laon"], "did you mean 'first.loan' or "),
        (["--vary", f"{WAR}=0:1:3", "--keep", "loan"], "may be any of 2: 'first.loan' or 'count.loan'"),
    ],
)
def test_one_thing_under_two_names_is_refused(more, said, tmp_path):
    refused(ordered(*more, "--out", str(tmp_path / "s")), said)
    assert not (tmp_path / "s").exists()


def test_a_table_and_a_range_for_one_number_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text(f"{WAR}\n0.1\n0.2\n")
    refused(ordered("--table", str(tmp_path / "t.csv"), "--vary", f"{WAR}=0:1:3"), "varied twice")
    (tmp_path / "u.csv").write_text('quantities.war.start,"quantities.""war"".start"\n0.1,0.2\n')
    refused(ordered("--table", str(tmp_path / "u.csv"), "--out", str(tmp_path / "s")), "set one thing")


def test_a_table_meets_every_varied_value(tmp_path):
    (tmp_path / "t.csv").write_text(f"{WAR}\n0.1\n0.2\n")
    done = ordered(
        "--table", str(tmp_path / "t.csv"), "--vary", f"{COST}=0.2,0.4,.6", "--out", str(tmp_path / "s")
    )
    assert done.exit_code == 0 and "6 points" in done.stdout, done.output
    points = Sweep(tmp_path / "s").plan.points
    assert points[[WAR, COST]].values.tolist() == [
        [war, cost] for war in (0.1, 0.2) for cost in (0.2, 0.4, 0.6)
    ]
    refused(ordered("--table", str(tmp_path / "t.csv"), "--design", "lhs"), "belong to --vary")
    refused(ordered(), "--vary, once for each number, or --table, or both")


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        (f"{COST}=0.3,0.7x", "must be a number, not '0.7x'"), (f"{COST}=0.7x,0.3", "must be a number"),
        (f"{COST}=a,b", "must be a number"),
        (f"{COST}=0.3,auto", "must be a number, not 'auto'"),
        ("quantities.war.intercept=0.3,auto", "numbers and words"),
        ("decision.theory=qre,ebu", "theory"), ("decision.theory=qre,0.5", "numbers and words"),
        (f"{COST}=0x1,2", "decimal digits"),
        (f"{COST}=2_9,3", "write 29"), (f"{COST}=nan,1", "finite"), (f"{COST}=inf:1:3", "finite"),
        (f"{COST}=0:nan:3", "finite"), (f"{COST}=1:0:3", "LOW below HIGH"),
        (f"{COST}=1:1:3", "LOW below HIGH"), (f"{COST}=0:1:1", "at least 2"), (f"{COST}=0:1:0", "at least 2"),
        (f"{COST}=0:1:-5", "at least 2"), (f"{COST}=0:1:2.5", "whole number"),
        (f"{COST}=0:1:three", "must be a number"), (f"{COST}=0:1:3:4", "needs LOW"),
        (f"{COST}=0,5:1:3", "write 0.5"), (f"{COST}=-1e308:1e308:3", "needs LOW"), (f"{COST}=", "no values"),
        (f"{COST}=1", "varies nothing"),
        (f"{COST}=1,1.0", "twice"),
        (f"{COST}=0.1,,0.2", "empty"), ("=0:1:3", "write PATH"), (f"{COST}=0=1", "write PATH"),
        ("parameters.csot=0:1:3", "did you mean"),
        ("parameters=0:1:3", "table"), ("nonsense", "no such path"), (f"{COST}[=0:1:3", "not a path"),
        ("=", "write PATH"), ("#x=0:1:3", "not a path"), ("events.loan.lead=1,1.5", "whole number"),
        ("events.loan.lead=0:1:4", "whole number"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_varied_are_refused_before_any_run(vary, said, tmp_path):
    refused(ordered("--vary", vary, "--out", str(tmp_path / "s")), said)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("given", ["1,2,3", "1:3:3", "1.0,2.0,3"])
def test_whole_numbers_can_be_swept(given, tmp_path):
    done = ordered("--vary", f"events.loan.lead={given}", "--out", str(tmp_path / "s"))
    assert done.exit_code == 0, done.output
    assert Sweep(tmp_path / "s").plan.points["events.loan.lead"].tolist() == [1, 2, 3]


def test_a_column_of_whole_floats_can_be_swept_from_python(tmp_path):
    found = sweep(
        SCENARIO, pd.DataFrame({"events.loan.lead": np.array([1.0, 2.0])}), tmp_path / "s", runs=8, months=2
    )
    assert found.failures == {} and found.done == 1
    with pytest.raises(DesignError, match="whole number"):
        placed(SCENARIO, pd.DataFrame({"events.loan.lead": [1.0, 1.5, 2.0]}), {"": {}})


def test_a_number_that_goes_too_far_is_told_and_the_others_count(tmp_path):
    found = sweep(SCENARIO, pd.DataFrame({"events.loan.lead": [1, 2, 99]}), tmp_path / "s", runs=8, months=2)
    assert list(found.failures) == [2] and "events.loan.lead" in found.failures[2]
    with pytest.raises(DesignError, match=r"events\.loan\.lead"):
        sweep(SCENARIO, pd.DataFrame({"events.loan.lead": [98, 99]}), tmp_path / "t", runs=8, months=2)
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.float32, np.float64, object])
def test_numbers_of_every_kind_can_be_varied(kind, tmp_path):
    found = sweep(
        SCENARIO, pd.DataFrame({COST: np.array([1, 2], dtype=kind)}), tmp_path / "s", runs=8, months=2
    )
    assert found.failures == {} and found.plan.points[COST].tolist() == [1, 2]


def test_lists_such_as_forced_dates_can_be_varied(tmp_path):
    dates = pd.Series([["2010-02"], ["2010-03"], ["2010-02"]])
    found = sweep(
        SCENARIO, pd.DataFrame({"interventions.forced.loan": dates}), tmp_path / "s", runs=8, months=4
    )
    assert found.failures == {} and found.rows().groupby("point")["first.loan"].max().tolist() == [
        1.0,
        2.0,
        1.0,
    ]


def test_a_path_is_known_by_its_place(tmp_path):
    found = sweep(
        SCENARIO, pd.DataFrame({'quantities."war".start': [0.1, 0.2]}), tmp_path / "s", runs=8, months=2
    )
    assert list(found.plan.points.columns) == [WAR]


@pytest.mark.parametrize(
    ("points", "levers", "said"),
    [
        ({COST: [1.0]}, {}, "a table"), (pd.DataFrame({0: [1.0]}), {"": {}}, "a table"),
        (pd.DataFrame({"a": [None]}), {"": {}}, "finite"),
        (pd.DataFrame({"a": [pd.NA]}), {"": {}}, "finite"),
        (pd.DataFrame({"a": [10**400]}, dtype=object), {"": {}}, "finite"),
        (pd.DataFrame({"a": [(1,)]}), {"": {}}, "finite"),
        (pd.DataFrame({"a": [1.0, "x"]}), {"": {}}, "numbers and words"),
        (pd.DataFrame({"a": [True, 1]}, dtype=object), {"": {}}, "numbers and words"),
        (pd.DataFrame({"a": [1]}), ["x"], "levers"),
        (pd.DataFrame({"a": [1]}), {"x": None}, "levers"),
        (pd.DataFrame({"a": [1]}), {"x": {3: 1}}, "levers"),
        (pd.DataFrame({"a": np.array([1, 1j])}), {"": {}}, "finite"),
        (pd.DataFrame({"a": [1]}), {5: {}}, "levers"),
    ],
)  # fmt: skip
def test_what_is_no_design_is_refused_in_python_too(points, levers, said):
    with pytest.raises(DesignError, match=said):
        checked(points, levers)


def test_a_lever_that_the_scenario_does_not_take_is_refused_before_any_run(tmp_path):
    for lever, said in (
        ("x:interventions.forbidden=['lona']", "lever 'x'"),
        (f"x:{COST}=much", "lever 'x'"),
        ("x:nowhere=1", "nowhere"),
    ):
        refused(ordered("--vary", f"{WAR}=0:1:3", "--lever", lever, "--out", str(tmp_path / "s")), said)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("quantities.war.satrt\n0.5\n", "quantities.war.satrt: no such path"),
        ("quantities.war.start\nlow\nhigh\n", "quantities.war.start: "),
        ("0.5\n0.5\n", "0.5: no such path"),
        ("quantities.war.start,quantities.war.start.x\n0.5,1\n", "quantities.war.start.x: no such path"),
    ],
)  # fmt: skip
def test_a_table_that_the_scenario_does_not_take_is_refused_by_its_name(table, said, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text(table, encoding="utf-8")
    refused(ordered("--table", str(file), "--out", str(tmp_path / "out")), said)
    with pytest.raises(DesignError, match=r"points\.csv: "):
        table_of(file, SCENARIO)


def test_a_grid_of_one_point_along_a_range_is_refused():
    refused(ordered("--vary", COST, "--points", "1"), "one value varies nothing")


def test_unknown_kinds_of_design_name_the_known_ones():
    refused(ordered("--vary", f"{WAR}=0:1:3", "--design", "gird"), "choose one of grid, lhs, sobol, oat")
    with pytest.raises(DesignError, match="a list of values makes a grid"):
        design_of(SCENARIO, [f"{WAR}=0,1"], "lhs", 4, 0)


@pytest.mark.slow
def test_a_large_sweep_prints_a_page(tmp_path):
    done = CliRunner().invoke(
        app,
        [
            "sweep", str(MONGOLIA), "--vary", "quantities.sanctions.start=0:1:11",
            "--vary", "actors.Mongolia.factions.pro_west.clout=0.1:0.5:4",
            "--lever", "as given:", "--lever", "a name that goes on and on and on:decision.precision=1",
            "--runs-per-point", "4", "--months", "2", "--out", str(tmp_path / "s"),
        ],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 100 and len(lines) < 66
    assert any("58 rows" in line and "summary.csv" in line for line in lines) and "..." in lines
