"""Outcomes are asked about by any months: one way for files, Python and the command line."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput
from sim.scenario.asked import asked, simulated
from sim.scenario.load import parse
from sim.studies.run.text import summary
from sim.studies.sweep.text import sweep_summary
from sim.studies.sweep.tipping import tipping_of

BASE = sim.load("mongolia-2024")
SMALL = sim.load(Path(__file__).parent / "cases" / "small.toml")
RUNS, MONTHS, DUE = 300, 14, ("2024-09", "2025-03")
DATED = [name for name, outcome in BASE.case.outcomes.items() if outcome.kind == "date"]


def happened(firsts: pd.Series, month: int) -> float:
    """The share of runs in which something has happened by a month."""
    return float((firsts <= month).mean())


@pytest.fixture(scope="module")
def ensemble() -> sim.Ensemble:
    return sim.run(BASE.by(*DUE), RUNS, months=MONTHS)


def test_all_outcomes_are_asked_about_by_the_months_that_are_given_in_their_order():
    scenario = BASE.by("2025-03", "2024-09", "2025-03")
    assert {tuple(scenario.case.outcomes[name].by) for name in DATED} == {DUE}
    assert scenario.by("2024-10").case.outcomes[DATED[0]].by == ["2024-10"], "the last word counts"
    assert BASE.by() is BASE


def test_probabilities_by_month_of_a_run_are_shares_of_its_stored_first_months(ensemble):
    table = ensemble.table()
    rows = table[table["kind"] == "outcome"]
    assert list(rows["date"]) == list(DUE) * len(DATED)
    for row in rows.itertuples():
        month = ensemble.dates.index(row.date)
        assert row.value == pytest.approx(happened(ensemble.outcomes[f"first.{row.name}"], month))
    assert rows["value"].nunique() > 6


def test_other_months_change_no_run():
    one, other = (sim.run(each, 20, months=MONTHS).outcomes for each in (BASE, BASE.by("2024-07")))
    pd.testing.assert_frame_equal(one, other)


def test_a_comparison_asks_by_the_same_months_and_has_the_numbers_of_the_run(ensemble):
    other = BASE.override({"quantities.sanctions.start": 0.2})
    table = sim.compare(BASE.by(*DUE), other, RUNS, months=MONTHS).table()
    outcomes, run = table[table["kind"] == "outcome"], ensemble.table()
    assert list(outcomes["date"]) == list(DUE) * len(DATED)
    assert list(outcomes["first"]) == pytest.approx(list(run[run["kind"] == "outcome"]["value"]))
    assert set(table[table["kind"] != "outcome"]["date"]) == {simulated(BASE.case, MONTHS)[-1]}


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> sim.Sweep:
    points = {"quantities.sanctions.start": [0.2, BASE.numbers["quantities.sanctions.start"]]}
    return sim.sweep(BASE, points, tmp_path_factory.mktemp("s") / "s", runs=RUNS, months=MONTHS)


def test_a_sweep_asks_by_the_same_months_and_has_the_numbers_of_the_run(swept, ensemble):
    summary, run = swept.by(*DUE).summary(), ensemble.table()
    own = summary[(summary["point"] == 1) & summary["outcome"].isin([f"first.{name}" for name in DATED])]
    assert list(own["date"]) == list(DUE) * len(DATED)
    for column in ("value", "low", "high"):
        assert list(own[column]) == pytest.approx(list(run[run["kind"] == "outcome"][column]))
    rest = summary[~summary["outcome"].isin(own["outcome"])]
    assert set(rest["date"]) == {simulated(BASE.case, MONTHS)[-1]} and "first.visit_russia" in set(
        rest["outcome"]
    )


def test_a_sweep_asked_by_other_months_reads_the_same_rows_and_runs_nothing_again(swept):
    parts = sorted((swept.folder / "parts").iterdir())
    before = [part.read_bytes() for part in parts]
    other = swept.by("2024-10")
    assert set(other.summary().query("outcome == 'first.russian_visit'")["date"]) == {"2024-10"}
    pd.testing.assert_frame_equal(other.rows(), swept.rows())
    assert [part.read_bytes() for part in parts] == before
    assert other.verify(3) == [] and sim.Sweep(swept.folder).by().asked == ()
    with pytest.raises(BadInput, match="outside the simulated months, 2024-06 to 2025-07"):
        swept.by("2028-01")


def test_rows_without_a_folder_of_their_own_last_as_long_as_what_was_asked_of_them():
    points = {"parameters.offence_scale": [0, 1]}
    found = sim.sweep("mongolia-2024", points, runs=4, months=4).by("2024-08")
    gc.collect()
    assert len(found.rows()) == 8


def test_tipping_points_are_told_by_each_month_asked_about():
    own = SMALL.by("2010-03", "2010-12")
    points = {"events.loan.base_logit": [-6.0, -4.0, -2.0, 0.0, 2.0]}
    done = sim.sweep(own, points, runs=200, months=12)
    turns = tipping_of(done)
    early, late = (turns[turns["date"] == date].iloc[0] for date in ("2010-03", "2010-12"))
    assert early["at"] > late["at"], "what comes sooner or later needs less to come at all than to come soon"
    assert "A loan from North by 2010-03." in early["sentence"]
    told = "\n".join(sweep_summary(done, done.summary(), turns))
    assert "by 2010-12" in told and "by 2010-03" not in told, "the last month is printed; tipping.csv has all"


def test_sweep_on_the_command_line_asks_by_the_months_of_by_and_goes_on_from_its_rows(tmp_path):
    order = [
        "sweep", str(SMALL.source.name), "--vary", "events.loan.base_logit=-4,0", "--runs-per-point", "20",
        "--out", str(tmp_path / "s"),
    ]  # fmt: skip
    for more, dates in (([], {"2010-12"}), (["--by", "2010-05", "--by", "2010-08"], {"2010-05", "2010-08"})):
        done = CliRunner().invoke(app, [*order, *more])
        assert done.exit_code == 0, done.output
        for name in ("summary.csv", "tipping.csv"):
            table = pd.read_csv(tmp_path / "s" / name)
            assert set(table[table["outcome"] == "first.loan"]["date"]) == dates
        assert f"happened by {max(dates)}" in done.stdout
    assert "outcomes.*.by" not in done.stderr
    refused = CliRunner().invoke(app, [*order, "--by", "2012-01"])
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1 and "--by" in refused.stderr


def test_what_is_asked_about_beyond_the_end_is_asked_about_by_the_end():
    assert asked(BASE.by("2024-07", "2029-01").case, DATED[0], 12) == [1]
    assert asked(BASE.by("2029-01").case, DATED[0], 12) == [11]
    assert asked(BASE.case, "visit_russia", 12) == [11], "an event has no months of its own"
    short = sim.run(BASE.by("2029-01"), 10, months=12)
    assert set(short.table()["date"]) == {"2025-05"}
    assert "2029-01" in str(BASE.by("2029-01").outside(12))


def test_a_heading_tells_the_months_once_and_not_for_each_outcome(ensemble):
    (change,) = ensemble.scenario.changes
    assert change == ("outcomes.*.by", "2024-09, 2025-03")
    assert sum(".by = " in line for line in summary(ensemble)) == 1
    own = BASE.override({f"outcomes.{DATED[0]}.by": ["2024-09"]})
    assert own.changes == ((f"outcomes.{DATED[0]}.by", ["2024-09"]),), "of one alone it is said of which"


HOSTILE = ["2024-9", "2024-13", "september", "", "2024-09-01", "2024-05", "2029-06", "２０２４-09", "\x1b[2J"]


@pytest.mark.parametrize("month", [*HOSTILE, None, 2024, ["2024-09"]])
def test_what_is_no_month_of_the_run_is_refused_in_one_line(month):
    with pytest.raises(BadInput) as told:
        BASE.by(month)
    assert "\n" not in str(told.value) and (
        "such as 2024-09" in str(told.value) or "outside" in str(told.value)
    )


def test_a_scenario_without_dated_outcomes_says_so():
    bare = parse({key: value for key, value in SMALL.raw.items() if key != "outcomes"}, "bare.toml")
    with pytest.raises(BadInput, match="no outcome"):
        bare.by(bare.case.time.start)


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize("month", HOSTILE)
def test_the_command_line_refuses_such_a_month_before_anything_runs(command, month, tmp_path):
    order = [command, "mongolia-2024", "--runs", "4", "--by", month, "--out", str(tmp_path / "new")]
    done = CliRunner().invoke(app, order)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "--by" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_month_beyond_the_months_that_are_run_is_refused_on_the_command_line(tmp_path):
    order = ["--months", "6", "--runs", "4", "--by", "2025-01", "--out", str(tmp_path / "new")]
    for command in ("run", "compare"):
        done = CliRunner().invoke(app, [command, "mongolia-2024", *order])
        assert done.exit_code == 2 and "2024-06 to 2024-11" in done.stderr


def test_the_months_stand_in_the_manifest_of_a_run_and_are_replayed(tmp_path):
    order = ["run", "mongolia-2024", "--runs", "4", "--months", "6", "--no-figures", "--by", "2024-08"]
    done = CliRunner().invoke(app, [*order, "--by", "2024-10", "--out", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "new" / "manifest.json").read_text())["scenario"]
    assert told["as_run"]["outcomes"][DATED[0]]["by"] == ["2024-08", "2024-10"]
    assert set(told["overrides"]) == {f"outcomes.{name}.by" for name in DATED}
    again = CliRunner().invoke(app, ["replay", str(tmp_path / "new"), "--run", "2"])
    assert again.exit_code == 0, again.output


def test_a_month_that_the_file_asks_about_beyond_a_shorter_run_is_said(tmp_path):
    order = ["--runs", "4", "--months", "6"]
    for command in (
        ["run", "mongolia-2024", "--no-figures", "--out", str(tmp_path)],
        ["compare", "mongolia-2024"],
    ):
        done = CliRunner().invoke(app, [*command, *order])
        assert done.exit_code == 0 and "outside the simulated months, 2024-06 to 2024-11" in done.stderr
