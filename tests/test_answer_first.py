"""The answer first: what a command found is printed before figures are drawn and results are saved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.outcomes.fans import Fans
from sim.studies.run.text import summary
from tests.support.past import DEEDS, TEXT

ROOT = Path(__file__).parents[1]
SMALL = str(ROOT / "tests" / "cases" / "small.toml")
VALUES = {"income": 0.5, "votes": 0.1}
FACTS = [f"series,{name},{year},{VALUES[name]}" for name in VALUES for year in (2010, 2011, 2012)]
ORDERS = {
    "run": ["run", SMALL, "--runs", "8", "--months", "3"],
    "compare": ["compare", SMALL, "--b", "quantities.wealth.start=0.3", "--runs", "8", "--months", "3"],
    "explain": ["explain", SMALL, "--b", "wealth=0.3", "--b", "parameters.cost=0.3", "--runs", "8"],
    "sweep": ["sweep", SMALL, "--vary", "quantities.wealth.start=0.2,0.8", "--runs-per-point", "8"],
    "overturn": ["overturn", SMALL, "wealth < 0.6", "--vary", "*.start", "--runs", "20", "--draws", "4"],
    "indicators": ["indicators", SMALL, "--of", "loan", "--by", "2010-03", "--runs", "200"],
    "policy": [
        "policy", "past.toml", "--want", "wealth", "--theory", "qre", "--candidates", "4", "--draws", "40",
        "--runs", "20",
    ],
    "exploit": ["exploit", SMALL, "--actor", "Buffer", "--futures", "8", "--runs", "8", "--months", "3"],
    "hindcast": ["hindcast", "past.toml", "--data", "facts.csv", "--runs", "60"],
    "calibrate": [
        "calibrate", "past.toml", "--data", "facts.csv", "--simulations", "500", "--tests", "100",
        "--draws", "100",
    ],
    "wants": ["wants", "past.toml", "--deeds", "deeds.csv", "--runs", "2", "--sample", "100"],
}  # fmt: skip
LEAST = 5
"""Lines that an answer has at least."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, with a case of the past and what came."""
    (tmp_path / "past.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "facts.csv").write_text("\n".join(["kind,target,when,value", *FACTS]), encoding="utf-8")
    (tmp_path / "deeds.csv").write_text(DEEDS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # how well is learnt is of no matter here, and each network takes a second
    monkeypatch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
    return tmp_path


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


@pytest.mark.parametrize("kind", ORDERS)
def test_the_answer_is_whole_before_anything_is_drawn(here, monkeypatch, kind):
    def drawing():
        print("DRAWING")
        raise RuntimeError("no paper")

    monkeypatch.setattr("sim.drawing.saving.own_style", drawing)
    done = steppe(*ORDERS[kind], "--out", "out")
    assert done.exit_code == 1 and "no paper" in done.stderr, done.output
    answer, _, rest = done.stdout.partition("DRAWING")
    assert answer.count("\n") > LEAST and not rest.strip()
    assert "saving to out\n" in done.stderr and "saved in out\n" in done.stderr


def test_a_reader_has_the_table_before_matplotlib_is_imported(here):
    (here / "matplotlib").mkdir()
    (here / "matplotlib" / "__init__.py").write_text(
        "print('MATPLOTLIB', flush=True); raise ImportError('x')"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(ROOT)])}
    order = [sys.executable, "-c", "from sim.cli import main; main()", *ORDERS["run"], "--out", "out"]
    done = subprocess.run(order, env=env, capture_output=True, text=True, timeout=120)
    answer, _, rest = done.stdout.partition("MATPLOTLIB")
    assert answer.count("\n") > LEAST and rest == "\n", done.stderr
    assert (here / "out" / "table.csv").is_file()


def test_an_ensemble_is_handed_over_while_its_folder_is_not_there_yet(tmp_path):
    heard = []

    def ready(ensemble):
        heard.append(ensemble.table())
        assert not (tmp_path / "out").exists() and len(ensemble.outcomes) == 8

    found = sim.run_into(tmp_path / "out", SMALL, 8, months=3, figures=False, ready=ready)
    assert [table.equals(found.table()) for table in heard] == [True]


def test_a_folder_that_is_taken_while_the_answer_is_told_is_one_line_and_stays(tmp_path):
    def takes(ensemble):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine").write_text("mine")

    with pytest.raises(FileExistsError, match="is not empty"):
        sim.run_into(tmp_path / "out", SMALL, 8, months=3, figures=False, ready=takes)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize("kind", ["run", "compare", "hindcast", "calibrate"])
def test_a_disk_that_fails_after_the_answer_is_one_line(here, monkeypatch, kind):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.writing.folders.settle_all", full)
    done = steppe(*ORDERS[kind], "--out", "out")
    lines = [line for line in done.stderr.splitlines() if line.startswith("steppe:")]
    assert done.exit_code == 1 and done.stdout.count("\n") > LEAST
    assert lines == ["steppe: cannot write or read: [Errno 28] No space left on device"]
    assert not (here / "out").exists()


def test_each_fan_is_computed_once_and_the_answer_needs_the_headlines_alone(tmp_path, monkeypatch):
    asked, plain = [], Fans.quantiles

    def counted(self, name):
        asked.append(name)
        return plain(self, name)

    def ready(ensemble):
        list(summary(ensemble))
        assert asked == ensemble.headlines

    monkeypatch.setattr(Fans, "quantiles", counted)
    found = sim.run_into(tmp_path / "out", SMALL, 8, months=3, ready=ready)
    assert sorted(asked) == sorted(found.paths)
    assert found.undrawn == ()


def test_a_fan_that_is_changed_is_changed_for_nobody_else():
    found = sim.run(SMALL, 8, months=3)
    fan = found.fan(found.paths[0])
    fan["q50"] = -1.0
    assert (found.fan(found.paths[0])["q50"] != -1.0).all()


@pytest.mark.parametrize(
    ("order", "unneeded"),
    [
        (["list"], {"pandas", "pyarrow", "llvmlite", "scipy", "mesa", "matplotlib"}),
        (["show", SMALL], {"pandas", "pyarrow", "llvmlite", "scipy", "mesa", "matplotlib"}),
        (
            ["show", SMALL, "--numbers", "loan"],
            {"pandas", "pyarrow", "llvmlite", "scipy", "mesa", "matplotlib"},
        ),
        (["run", SMALL, "--runs", "8", "--no-figures", "--out", "out"], {"scipy", "mesa", "matplotlib"}),
    ],
)
def test_a_command_imports_nothing_that_its_answer_does_not_need(here, order, unneeded):
    code = (
        "import sys, atexit\natexit.register(lambda: print(*sys.modules))\nfrom sim.cli import main\nmain()"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *order], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert unneeded & set(done.stdout.splitlines()[-1].split()) == set()
