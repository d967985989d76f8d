"""The command line as a user meets it: output, errors in one line each, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.changes import changes_of
from sim.scenario.load import ScenarioError

FILE = "configs/mongolia-2024.toml"
SMALL = ["--runs", "40", "--months", "8", "--no-figures", "--fixed"]


def steppe(*arguments: str):
    return CliRunner().invoke(app, list(arguments), prog_name="steppe")


def test_run_prints_the_table_and_saves_it(tmp_path):
    done = steppe("run", FILE, *SMALL, "--out", str(tmp_path / "out"), "--seed", "0")
    assert done.exit_code == 0, done.output
    *lines, following = done.stdout.splitlines()
    assert following.startswith("Next: ")
    assert "40 runs of 8 months, 2024-06 to 2025-01, seed 0" in lines[1]
    assert any(line.startswith("A Russian president visits") and "66.7" in line for line in lines)
    assert any("onditional on this scenario; not a forecast" in line for line in lines[-1:])
    assert max(map(len, lines)) <= 100
    assert "run-months" in done.stderr
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_run_refuses_a_folder_that_holds_results_before_it_simulates(tmp_path):
    where = ["--out", str(tmp_path / "out")]
    assert steppe("run", FILE, *SMALL, *where).exit_code == 0
    again = steppe("run", FILE, *SMALL, *where)
    assert again.exit_code == 1
    assert "--out" in again.stderr and "--overwrite" in again.stderr and again.stdout == ""
    assert steppe("run", FILE, *SMALL, *where, "--overwrite").exit_code == 0


def test_results_go_to_a_folder_named_after_the_scenario(tmp_path, monkeypatch):
    path = str(Path(FILE).resolve())
    monkeypatch.chdir(tmp_path)
    assert steppe("run", path, *SMALL).exit_code == 0
    assert (tmp_path / "results" / "mongolia-2024" / "table.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "configs/mongolia-2042.toml"], "no such file; did you mean 'mongolia-2024.toml'?"),
        (["run", FILE, "--set", "decision.precison=2"], "did you mean"),
        (["run", FILE, "--set", "decision.precision"], "write key=value"),
        (["run", FILE, "--set", "decision.precision=high"], "must be a number"),
        (["show", FILE, "--event", "visit_rusia"], "did you mean 'visit_russia' (Russian president visits)"),
        (["show", FILE, "--event", "rebuke x"], "steppe list SCENARIO lists events"),
        (["run", FILE, "--runs", "0"], "runs"),
        (["run", FILE, "--runs", "many"], "runs"),
        (["run", FILE, "--sed", "1"], "seed"),
    ],
)
def test_bad_input_is_named_on_stderr_with_exit_code_2(arguments, said, tmp_path):
    done = steppe(*arguments, *(["--out", str(tmp_path / "out")] if arguments[0] == "run" else []))
    assert done.exit_code == 2
    assert said in done.stderr and done.stdout == "" and "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_an_interrupt_saves_nothing_and_exits_130(tmp_path, monkeypatch):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.studies.run.ask.simulate", interrupted)
    done = steppe("run", FILE, *SMALL, "--out", str(tmp_path / "out"))
    assert done.exit_code == 130
    assert list(tmp_path.iterdir()) == []


def test_set_values_are_toml_or_else_text():
    found = changes_of(
        ["a.b=1.5", "c=text", 'd="quoted"', "e=[1, 2]", "f=true", 'couplings.x."a = b"=2', "g=a=b"]
    )
    assert found == {
        "a.b": 1.5,
        "c": "text",
        "d": "quoted",
        "e": [1, 2],
        "f": True,
        'couplings.x."a = b"': 2,
        "g": "a=b",
    }
    with pytest.raises(ScenarioError):
        changes_of(["=2"])


def test_set_changes_what_is_run_and_is_printed(tmp_path):
    change = "interventions.forbidden=['visit_russia', 'invite_russia']"
    done = steppe("run", FILE, *SMALL, "--set", change, "--out", str(tmp_path / "out"))
    row = next(line for line in done.stdout.splitlines() if line.startswith("A Russian president visits"))
    assert "with interventions.forbidden" in done.stdout
    assert " 0.0  0.0 to" in row


def test_show_tells_the_case_in_a_hundred_columns():
    done = steppe("show", FILE)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 100
    for text in (
        "Leader and legacy",
        "0.93 / 0.8",
        "Russian president visits [visit_russia]",
        "the first that fits",
    ):
        assert text in done.stdout


def test_show_lists_every_number_and_one_event():
    numbers = steppe("show", FILE, "--numbers").stdout
    assert "-9.04  -10.04 to -8.04" in numbers
    assert "  events.visit_russia.base_logit [logit per month]" in numbers
    one = steppe("show", FILE, "--event", "invest").stdout
    assert "invest_Japan" in one and "visit_russia" not in one


def test_help_comes_without_the_heavy_modules():
    code = (
        "import sys, sim.cli; "
        "print({'numpy', 'pandas', 'mesa', 'matplotlib', 'llvmlite', 'pydantic'} & set(sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "set()"
    )
    assert "130" in steppe("--help").stdout
