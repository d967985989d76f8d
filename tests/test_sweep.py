"""Sweeps: designs cover what they say, rows are those of the ensemble; what is finished is left alone, what
differs refused.
"""

from __future__ import annotations

import copy
import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from tqdm import tqdm
from typer.testing import CliRunner

import sim.studies.sweep.plan
import sim.studies.sweep.rows
import sim.studies.sweep.store
from sim.cli import app
from sim.cli.changes import changes_of
from sim.cli.progress import bar
from sim.engine.engine import Engine
from sim.scenario.load import load, parse
from sim.scenario.lower import lower
from sim.scenario.wholes import rescaled
from sim.statistics.intervals import Z95
from sim.studies.run.ask import run
from sim.studies.sweep.arguments import design_of, levers_of, table_of
from sim.studies.sweep.ask import sweep
from sim.studies.sweep.design import (
    DesignError,
    checked,
    grid,
    latin_hypercube,
    one_at_a_time,
    plausible,
    sobol,
)
from sim.studies.sweep.journal import JOURNAL, PARTS, StoreError
from sim.studies.sweep.results import Sweep
from sim.writing.manifest import LOCK

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
MONGOLIA = ROOT / "configs" / "mongolia-2024.toml"
SCENARIO = load(SMALL)
POINTS = grid({"quantities.war.start": [0.0, 0.2, 0.5], "parameters.cost": [0.5, 1.0]})
LEVERS = {"as given": {}, "no loan": {"interventions.forbidden": ["loan"]}}
RUNS, MONTHS = 40, 6


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Three cells a part: four parts."""
    monkeypatch.setattr(sim.studies.sweep.plan, "PART_ROWS", 3 * RUNS)


def swept(folder: Path, **more) -> Sweep:
    return sweep(SCENARIO, POINTS, folder, **{"levers": LEVERS, "runs": RUNS, "months": MONTHS} | more)


def contents(folder: Path) -> dict[str, str]:
    """Checksums of everything that a sweep leaves, the lock aside."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOCK]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, str]:
    """What an uninterrupted sweep leaves."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    before, sim.studies.sweep.plan.PART_ROWS = sim.studies.sweep.plan.PART_ROWS, 3 * RUNS
    swept(folder)
    sim.studies.sweep.plan.PART_ROWS = before
    return contents(folder)


# -- designs -------------------------------------------------------------------------------------------


def test_a_grid_holds_every_combination_once():
    assert len(POINTS) == 6 and len(POINTS.drop_duplicates()) == 6
    assert list(POINTS["parameters.cost"]) == [0.5, 1.0] * 3


def test_a_latin_hypercube_has_one_value_in_each_slice_of_each_range():
    table = latin_hypercube({"a": (0.0, 10.0), "b": (-1.0, 1.0)}, 20, seed=3)
    assert sorted(np.floor(table["a"] / 0.5)) == list(range(20))
    assert sorted(np.floor((table["b"] + 1) / 0.1)) == list(range(20))
    assert latin_hypercube({"a": (0.0, 1.0)}, 5, 0).equals(latin_hypercube({"a": (0.0, 1.0)}, 5, 0))
    assert not latin_hypercube({"a": (0.0, 1.0)}, 5, 0).equals(latin_hypercube({"a": (0.0, 1.0)}, 5, 1))


def test_a_sobol_design_fills_every_half_equally_and_wants_a_power_of_two():
    table = sobol({"a": (2.0, 4.0), "b": (0.0, 1.0)}, 64)
    assert ((table["a"] < 3).sum(), (table["b"] < 0.5).sum()) == (32, 32)
    with pytest.raises(DesignError, match="1, 2, 4, 8"):
        sobol({"a": (0.0, 1.0)}, 60)


def test_one_at_a_time_starts_from_what_the_file_leaves_to_the_program_too():
    left = {
        "decision.precision": 1.0,
        "actors.North.budget": 1.0,
        "events.aid.cooldown": 0.0,
        "quantities.war.noise": 0.0,
    }
    table = one_at_a_time(SCENARIO, dict.fromkeys(left, (0.25, 0.5)))
    assert table.iloc[0].to_dict() == left and len(table) == 1 + 2 * len(left)
    with pytest.raises(DesignError, match=r"quantities\.war\.intercept: the scenario gives it no value"):
        one_at_a_time(SCENARIO, {"quantities.war.intercept": (0.25, 0.5)})


def test_one_at_a_time_moves_one_number_from_the_scenarios_own():
    table = one_at_a_time(
        SCENARIO, {path: plausible(SCENARIO, path) for path in ("parameters.cost", "quantities.war.start")}
    )
    assert len(table) == 5 and list(table.iloc[0]) == [0.5, 0.2]
    assert all((table.iloc[place] != table.iloc[0]).sum() == 1 for place in range(1, 5))
    with pytest.raises(DesignError, match=r"did you mean 'parameters.cost'"):
        plausible(SCENARIO, "parameters.csot")


def test_designs_with_gaps_or_clashes_are_refused():
    for table, levers, problem in (
        (pd.DataFrame({"a": [1.0, np.nan]}), LEVERS, "no finite value"),
        (pd.DataFrame({"a": []}), LEVERS, "no points"),
        (pd.DataFrame({"a": [1.0]}), {}, "no lever"),
        (pd.DataFrame({"a": [1.0]}), {"x": {"a": 2.0}}, "both set a"),
    ):
        with pytest.raises(DesignError, match=problem):
            checked(table, levers)


@pytest.mark.slow
def test_what_points_and_levers_do_meets_and_neither_undoes_the_other(tmp_path):
    scenario, cheap = load(MONGOLIA), {"actors.Japan.budget": 0.0}
    points = pd.DataFrame({"interventions.changes": [{}, cheap]})
    found = sweep(scenario, points, tmp_path / "a", levers={"calm": {"war": 0.1}}, runs=6, months=8)
    rows = found.rows().query("point == 1").reset_index(drop=True)
    again = run(scenario.intervene(cheap | {"war": 0.1}), 6, months=8).outcomes
    assert (rows["end.share.Japan"] == again["end.share.Japan"]).all()
    with pytest.raises(DesignError, match=r"'dear' and the design both set actors\.Japan"):
        sweep(scenario, points, tmp_path / "b", levers={"dear": {"Japan.budget": 9.0}}, runs=6, months=8)


@pytest.mark.slow
def test_what_shares_a_whole_with_a_swept_number_gives_way_in_proportion(tmp_path):
    scenario = load(MONGOLIA)
    path = "actors.Mongolia.factions.pro_west.clout"
    given = rescaled(scenario, {path: 0.4, "quantities.sanctions.start": 0.2})
    clout = {name: given[name] for name in given if name.endswith(".clout")}
    before = {name: scenario.numbers[name] for name in clout}
    assert len(clout) == 5 and sum(clout.values()) == pytest.approx(1, abs=1e-12) and clout[path] == 0.4
    assert len({round(clout[name] / before[name], 12) for name in clout if name != path}) == 1
    assert rescaled(scenario, before) == before and rescaled(
        scenario, {"quantities.sanctions.start": 0.2}
    ) == {"quantities.sanctions.start": 0.2}
    assert (
        rescaled(scenario, {"shares.Russia.energy": 0.5})["shares.China.energy"]
        > scenario.numbers["shares.China.energy"]
    )
    found = sweep(
        scenario,
        pd.DataFrame({path: [0.05, 0.6, 1.4]}),
        tmp_path / "s",
        runs=200,
        months=7,
        keep=["first.russian_visit"],
    )
    assert list(found.failures) == [2] and found.verify(5) == []
    visits = found.rows().groupby("point")["first.russian_visit"].count()
    assert visits[0] > visits[1], "those who lean to the West keep the guest away"


def test_what_the_command_line_orders_is_what_is_designed():
    table = design_of(SCENARIO, ["quantities.war.start=0:1:5", "parameters.cost"], "grid", 3, 0)
    assert len(table) == 15 and set(table["quantities.war.start"]) == {0, 0.25, 0.5, 0.75, 1}
    assert (table["parameters.cost"].min(), table["parameters.cost"].max()) == plausible(
        SCENARIO, "parameters.cost"
    )
    assert list(design_of(SCENARIO, ["decision.theory=qre,eub"], "grid", 2, 0)["decision.theory"]) == [
        "qre",
        "eub",
    ]
    levers = levers_of(["none:", "calm:quantities.war.start=0.1;parameters.cost=0.4"], changes_of)
    assert levers == {"none": {}, "calm": {"quantities.war.start": 0.1, "parameters.cost": 0.4}}
    for bad in ("wra", "war=1:0:3", "quantities.war.start=low:high", "quantities.war.start=0:1:1"):
        with pytest.raises(DesignError):
            design_of(SCENARIO, [bad], "grid", 2, 0)


def test_a_table_of_points_is_read_as_written_and_a_bad_one_gets_one_line(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("parameters.cost,decision.theory\n0.5,qre\n\n1,eub\n", encoding="utf-8")
    table = table_of(file)
    assert table.to_dict("list") == {"parameters.cost": [0.5, 1.0], "decision.theory": ["qre", "eub"]}
    file.write_text("parameters.cost,quantities.war.start\n0.5,0\n1,0.25\n", encoding="utf-8")
    order = [
        "sweep",
        str(SMALL),
        "--runs-per-point",
        "20",
        "--months",
        "3",
        "--out",
        str(tmp_path / "s"),
        "--table",
    ]
    done = CliRunner().invoke(app, [*order, str(file)])
    assert done.exit_code == 0 and "2 points" in done.stdout, done.output
    for text, problem in (
        ("", "is empty"), ("parameters.cost\n", "add a row"),
        ("decision.theory,decision.theory\n1,2\n", "two columns"),
        ("parameters.cost,\n1,2\n", "heading 2 is empty"),
        ("parameters.cost,quantities.war.start\n1\n", "line 2: has 1 cells"),
        ("parameters.cost\n1,2\n", "line 2: has 2 cells"), ("parameters.csot\n1\n", "did you mean"),
        ("parameters.cost\n1\nnan\n", "line 3, column parameters.cost: must be a finite number"),
        ("parameters.cost,decision.theory\n1,qre\n,eub\n", "line 3: no value for parameters.cost"),
        ("parameters.cost\nnan\n", "must be a number"), ("parameters.cost\n0.5\n0.7x\n", "line 3"),
        ("parameters.cost\n0.7x\n0.5\n", "numbers and words"), ("parameters.cost;x\n1;2\n", "semicolons"),
        ('parameters.cost\n"1', "a quote is opened"), ("parameters\n1\n", "is a table"),
    ):  # fmt: skip
        file.write_text(text, encoding="utf-8")
        bad = CliRunner().invoke(app, [*order, str(file)])
        assert bad.exit_code == 2 and problem in bad.stderr, (text, bad.output)
        assert len([line for line in bad.stderr.splitlines() if line.startswith("steppe:")]) == 1
    for more in (
        [],
        ["--table", str(file), "--vary", "parameters.cost"],
        ["--table", str(file), "--design", "lhs"],
    ):
        assert CliRunner().invoke(app, ["sweep", str(SMALL), *more]).exit_code == 2
    assert (
        CliRunner().invoke(app, ["sweep", str(SMALL), "--table", str(tmp_path / "none.csv")]).exit_code == 2
    )


# -- what is stored ------------------------------------------------------------------------------------


def test_rows_are_those_of_the_ensemble_under_the_same_changes(tmp_path):
    found = swept(tmp_path / "s")
    rows = found.rows()
    assert len(rows) == 6 * 2 * RUNS and found.verify(100) == []
    own = run(
        SCENARIO.override({"quantities.war.start": 0.5, "parameters.cost": 1.0}), RUNS, months=MONTHS
    ).outcomes
    stored = rows[(rows["point"] == 5) & (rows["lever"] == "as given")].reset_index(drop=True)
    for name in found.plan.keep:
        assert np.array_equal(stored[name], own[name].reset_index(drop=True), equal_nan=True), name
    assert list(stored["posture"]) == list(own["posture"].astype(str))
    none = rows[rows["lever"] == "no loan"]
    assert none["count.loan"].eq(0).all() and stored["count.loan"].sum() > 0


@pytest.mark.slow
def test_a_recording_that_is_followed_gives_the_bytes_of_one_of_its_own():
    scenario = load(MONGOLIA)
    typical = Engine.of(
        lower(scenario.override({"quantities.sanctions.start": 0.4137, "events.scandal.base_logit": -3.3}), 6)
    )
    runs = np.arange(16, dtype=np.uint64)
    for changes in (
        {"quantities.sanctions.start": 0.0}, {"quantities.sanctions.start": 1.0},
        {"actors.Russia.budget": 2.0}, {"events.scandal.base_logit": 0.0},
        {"similarity.russia_and_china.strength": 0.0}, {"openness.speed": 1.0},
        {"actors.China.valuations.alignment": 0.0},
        {"interventions.forbidden": ["scandal"]},
        {"decision.theory": "level2"},
    ):  # fmt: skip
        world = lower(scenario.override(changes), 6)
        follower, own = Engine.of(world, [typical]).page(1, runs), Engine.of(world).page(1, runs)
        assert follower.raw.tobytes() == own.raw.tobytes() and (follower.raw_codes == own.raw_codes).all(), (
            changes
        )
    assert (
        Engine.of(lower(scenario.override({"quantities.sanctions.start": 1.0}), 6), [typical]).program
        is typical.program
    )
    assert (
        Engine.of(lower(scenario.override({"decision.theory": "level2"}), 6), [typical]).program
        is not typical.program
    )


def test_a_sweep_of_a_scenario_with_changes_is_read_and_run_again_from_its_manifest_alone(tmp_path):
    """Values that were set on purpose may lie outside their plausible range."""
    found = sweep(
        SCENARIO.override({"events.loan.cooldown": 20}), POINTS, tmp_path / "s", runs=RUNS, months=MONTHS
    )
    assert (
        found.plan.scenario.case.events["loan"].cooldown == 20
        and found.plan.identity == Sweep(tmp_path / "s").plan.identity
    )
    assert Sweep(tmp_path / "s").verify(3) == []
    assert found.plan.scenario.overrides == (("events.loan.cooldown", 20),), (
        "figures and tables tell what was set"
    )


def test_the_summary_that_reads_part_by_part_has_the_numbers_of_all_rows_at_once(tmp_path):
    found = swept(tmp_path / "s")
    rows, summary = found.rows(), found.summary()
    assert len(summary) == 12 * sum(not name.startswith("count.") for name in found.plan.keep)
    for entry in summary.itertuples():
        own = rows[(rows["point"] == entry.point) & (rows["lever"] == entry.lever)][entry.outcome]
        if entry.outcome.startswith("first."):
            assert entry.value == own.notna().mean() and entry.low <= entry.value <= entry.high
        else:
            half = Z95 * own.std(ddof=1) / RUNS**0.5
            assert (entry.value, entry.low, entry.high) == (own.mean(), own.mean() - half, own.mean() + half)


def test_only_the_parts_that_are_needed_are_read_to_check_a_row(tmp_path, monkeypatch):
    found, read = swept(tmp_path / "s"), []
    real = Sweep._of
    monkeypatch.setattr(
        Sweep,
        "_of",
        lambda self, parts, *more, **rest: read.append(parts) or real(self, parts, *more, **rest),
    )
    assert found.verify(2) == [] and 1 <= len(read) <= 2 and all(len(parts) == 1 for parts in read)


def test_points_that_cannot_be_run_are_told_and_never_averaged(tmp_path):
    points = pd.DataFrame({"quantities.wealth.relaxation": [0.1, 1.7, 0.2]})
    found = sweep(SCENARIO, points, tmp_path / "s", runs=RUNS, months=MONTHS)
    assert list(found.failures) == [1] and "must be at most 1" in found.failures[1]
    summary = found.summary()
    assert set(summary[summary["reason"].notna()]["point"]) == {1}
    assert summary[summary["reason"].isna()]["runs"].eq(RUNS).all()
    assert sorted(found.rows()["point"].unique()) == [0, 2]
    assert sweep(SCENARIO, points, tmp_path / "s", runs=RUNS, months=MONTHS).failures == found.failures


def test_runs_that_fail_are_counted_and_left_out(tmp_path):
    """Wealth is not a number once a raid has brought war above a limit."""
    raw = copy.deepcopy(SCENARIO.raw)
    raw["parameters"]["limit"] = 0.35
    raw["couplings"]["wealth"]["cost / max(0, limit - war) - cost / max(0, limit - war)"] = 1.0
    stored = sweep(
        parse(raw, "fragile"),
        pd.DataFrame({"parameters.cost": [0.5]}),
        tmp_path / "s",
        runs=200,
        months=MONTHS,
    )
    rows, found = stored.rows(), stored.summary()
    failed = int(rows["failed"].sum())
    assert (
        0 < failed < 200
        and rows[rows["failed"]]["end.wealth"].isna().all()
        and rows[rows["failed"]]["posture"].isna().all()
    )
    assert set(found["failed"]) == {failed} and set(found["runs"]) == {200 - failed}
    wealth = found[found["outcome"] == "end.wealth"]["value"].iloc[0]
    assert wealth == rows[~rows["failed"]]["end.wealth"].mean()


# -- stopping, going on, refusing ----------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_byte(tmp_path, whole, threads):
    swept(tmp_path / "s", threads=threads)
    assert contents(tmp_path / "s") == whole


def test_a_finished_sweep_run_again_is_left_alone(tmp_path, whole, monkeypatch):
    def written() -> dict[str, int]:
        return {
            path.name: path.stat().st_mtime_ns
            for path in (tmp_path / "s").rglob("*.*")
            if path.name not in (JOURNAL, LOCK)
        }

    swept(tmp_path / "s")
    before = written()
    monkeypatch.setattr(sim.studies.sweep.rows, "rows_of", lambda *_: pytest.fail("nothing is left to run"))
    told = []
    swept(tmp_path / "s", progress=told.append)
    assert contents(tmp_path / "s") == whole
    assert told == [6 * 2 * RUNS * MONTHS], (
        "what was done before is told first, at once: no time was spent on it"
    )
    assert written() == before and len(before) == 1 + 4, "the manifest and parts are not written again"


def test_ctrl_c_tells_what_is_stored_and_that_the_same_command_goes_on(tmp_path, monkeypatch):
    real, calls = sim.studies.sweep.store.Store.add, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(sim.studies.sweep.store.Store, "add", interrupted)
    order = [
        "sweep",
        str(SMALL),
        "--vary",
        "parameters.cost=0.3:1:12",
        "--runs-per-point",
        "40",
        "--months",
        "3",
    ]
    stopped = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "s")])
    assert stopped.exit_code == 130
    assert (
        f"interrupted; 2 parts are stored in {tmp_path / 's'}, and the same command goes on" in stopped.stderr
    )
    monkeypatch.setattr(sim.studies.sweep.store.Store, "add", real)
    assert CliRunner().invoke(app, [*order, "--out", str(tmp_path / "s")]).exit_code == 0
    assert Sweep(tmp_path / "s").done == 4


def test_time_left_counts_only_what_is_done_now():
    with bar(100, "done", resumes=True) as tell:
        tell(60)
        shown = next(iter(tqdm._instances))
        assert (shown.n, shown.initial) == (60, 60)
        tell(20)
        assert (shown.n, shown.initial) == (80, 60)
        tell(20)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_sweep(tmp_path):
    """Peak memory of 400,000 runs is that of 40,000, in points of many runs as in many points."""
    script = (
        "import resource, sys; from sim.studies.sweep.tipping import tipping_of;"
        "from sim.studies.sweep.figures import figures_of;"
        "from sim.scenario.load import load; from sim.studies.sweep.design import grid; "
        "from sim.studies.sweep.ask import sweep;"
        f"s = load({str(SMALL)!r}); "
        f"p = grid({{'parameters.cost': [0.3 + i / 1000 for i in range(int(sys.argv[1]))]}});"
        "d = sweep(s, p, sys.argv[2], runs=10_000, months=3, keep=['end.wealth', 'end.war', 'first.loan'], "
        "threads=2);"
        "figures_of(d, d.summary(), tipping_of(d));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(points: int) -> float:
        order = [sys.executable, "-c", script, str(points), str(tmp_path / str(points))]
        return (
            float(subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True).stdout) / 1024
        )

    few, many = peak(4), peak(40)
    assert many < few + 40 and many < 600, f"{few:.0f} MB for 40,000 runs, {many:.0f} MB for 400,000"


def test_damaged_rows_are_not_read(tmp_path):
    found = swept(tmp_path / "s")
    part = tmp_path / "s" / PARTS / "part-000001.parquet"
    part.write_bytes((tmp_path / "s" / PARTS / "part-000002.parquet").read_bytes())
    for read in (found.rows, found.summary):
        with pytest.raises(StoreError, match=r"part-000001.parquet is damaged.*makes it again"):
            read()


def test_rows_that_were_changed_with_their_checksum_are_found_by_running_them_again(tmp_path, monkeypatch):
    real = sim.studies.sweep.rows.rows_of

    def changed(*given):
        batch = real(*given)
        place, half = batch.table.column_names.index("end.wealth"), np.full(len(batch.table), 0.5)
        return replace(batch, table=batch.table.set_column(place, "end.wealth", [half]))

    monkeypatch.setattr(sim.studies.sweep.rows, "rows_of", changed)
    swept(tmp_path / "s")
    monkeypatch.setattr(sim.studies.sweep.rows, "rows_of", real)
    assert len(Sweep(tmp_path / "s").verify(2)) == 2


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"seed": 2}, "seed 1 there, 2 here"), ({"runs": 41}, "runs_per_point 40 there, 41 here"),
        ({"levers": {"x": {}}}, "design"), ({"months": 7}, "months 6 there, 7 here"),
    ],
)  # fmt: skip
def test_another_sweep_in_the_folder_is_refused_with_what_differs(tmp_path, more, what):
    swept(tmp_path / "s")
    before = contents(tmp_path / "s")
    with pytest.raises(StoreError, match=what):
        swept(tmp_path / "s", **more)
    assert contents(tmp_path / "s") == before


def test_another_scenario_or_version_in_the_folder_is_refused_with_what_differs(tmp_path, monkeypatch):
    swept(tmp_path / "s")
    before = contents(tmp_path / "s")
    with pytest.raises(StoreError, match="scenario"):
        sweep(
            load(MONGOLIA).override({"time.months": 6}),
            grid({"events.scandal.cooldown": [3]}),
            tmp_path / "s",
            runs=RUNS,
        )
    monkeypatch.setattr(sim.studies.sweep.plan, "version_of", lambda _: "9.9")
    with pytest.raises(StoreError, match=r"version 0\.\S+ there, 9\.9 here"):
        swept(tmp_path / "s")
    assert contents(tmp_path / "s") == before


def test_a_second_writer_and_a_folder_of_something_else_are_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it", encoding="utf-8")
    with pytest.raises(StoreError, match="holds no sweep"):
        swept(tmp_path / "mine")
    swept(tmp_path / "s")
    with FileLock(tmp_path / "s" / LOCK), pytest.raises(StoreError, match="another process is writing"):
        swept(tmp_path / "s")


def test_sweep_and_verify_on_the_command_line(tmp_path):
    where = ["--out", str(tmp_path / "s")]
    order = [
        "sweep",
        str(SMALL),
        "--vary",
        "quantities.war.start=0:1:3",
        "--runs-per-point",
        "30",
        "--months",
        "4",
        *where,
    ]
    done = CliRunner().invoke(app, order)
    assert done.exit_code == 0, done.output
    assert (
        "3 points, 1 lever(s), 30 runs each, seed 1; 0 runs failed" in done.stdout
        and "not a forecast" in done.stdout
    )
    for figure in ("sweep.png", "distributions.png"):
        assert (tmp_path / "s" / figure).stat().st_size > 10_000
    assert "ore than half of the futures" in done.stdout and "not the grid's spacing" in " ".join(
        done.stdout.split()
    )
    assert len(pd.read_csv(tmp_path / "s" / "tipping.csv")) == 1
    two = [
        "sweep",
        str(SMALL),
        "--vary",
        "quantities.war.start=0:1:2",
        "--vary",
        "parameters.cost=0.4,0.5",
        "--months",
        "2",
    ]
    mapped = CliRunner().invoke(app, [*two, "--runs-per-point", "20", "--out", str(tmp_path / "two")])
    assert mapped.exit_code == 0 and {path.stem for path in (tmp_path / "two").glob("*.png")} == {
        "maps",
        "means",
        "postures",
    }
    assert not (tmp_path / "two" / "tipping.csv").exists()
    summary = pd.read_csv(tmp_path / "s" / "summary.csv")
    assert {
        "point",
        "lever",
        "outcome",
        "value",
        "low",
        "high",
        "runs",
        "failed",
        "quantities.war.start",
    } <= set(summary.columns)
    checked_again = CliRunner().invoke(app, ["verify", str(tmp_path / "s"), "--sample", "2"])
    assert (
        checked_again.exit_code == 0
        and "2 of 90 rows run again, with their pages, are the same" in checked_again.stdout
    )
    other = CliRunner().invoke(app, [*order, "--seed", "2"])
    assert other.exit_code == 1 and "holds another sweep" in other.stderr and other.stderr.count("\n") <= 2
    for bad, code in (
        (["--vary", "quantities.wra.start=0:1:3"], 2),
        (["--vary", "quantities.war.start=0:1:3", "--lever", "x"], 2),
    ):
        refused = CliRunner().invoke(app, ["sweep", str(SMALL), *bad])
        assert refused.exit_code == code and "Traceback" not in refused.output
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == 1
