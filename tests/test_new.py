"""A new scenario lives: it loads, runs and passes every check, and no name breaks its file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.scenario.load import load
from sim.studies.new.ask import file_of, skeleton
from tests.support.pages import ROOT, read_as_the_program_does

pytestmark = pytest.mark.smoke

SOURCE = "invented for this skeleton: replace"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def test_it_is_written_beside_and_called_as_it_was_asked_for():
    done = steppe("new", "My case")
    assert done.exit_code == 0 and "my-case.toml is written" in done.stdout
    scenario = load("my-case.toml")
    assert scenario.title == "My case"
    assert Path("my-case.toml").read_text(encoding="utf-8").startswith("# my-case.toml: ")
    assert "FILE" not in Path("my-case.toml").read_text(encoding="utf-8")


def test_a_file_that_exists_is_never_written_over():
    Path("my-case.toml").write_text("mine", encoding="utf-8")
    for words in (["My case"], ["other", "--out", "my-case.toml"]):
        done = steppe("new", *words)
        assert done.exit_code == 1 and done.stdout == ""
        assert done.stderr == "steppe: my-case.toml exists; choose another file (option --out)\n"
    assert Path("my-case.toml").read_text(encoding="utf-8") == "mine"


def test_it_goes_to_the_file_that_was_asked_for():
    assert steppe("new", "Two rivers", "--out", "deep/rivers.toml").exit_code == 0
    assert load("deep/rivers.toml").title == "Two rivers"
    assert Path("deep/rivers.toml").read_text(encoding="utf-8").startswith("# rivers.toml: ")


@pytest.mark.slow
def test_every_part_of_check_finds_nothing():
    steppe("new", "case")
    for part in ("endings", "numbers", "rest"):
        done = steppe("check", "case.toml", "--only", part)
        assert done.exit_code == 0, (part, done.output)


def test_every_number_has_unit_range_and_a_source_that_asks_to_be_replaced():
    steppe("new", "case")
    scenario = load("case.toml")
    assert set(scenario.provenance) == set(scenario.numbers)
    for path, known in scenario.provenance.items():
        assert known.unit and known.low <= scenario.numbers[path] <= known.high, path
        assert known.source.startswith(SOURCE), path


def test_its_answer_is_open_and_hangs_on_what_nobody_knows():
    steppe("new", "case")
    table = sim.run("case.toml", runs=2_000, seed=1).table()
    asked = table[table["name"].isin(load("case.toml").case.outcomes)]
    assert len(asked) >= 5 and asked["value"].between(0.05, 0.95).all()
    assert 2 <= len(load("case.toml").case.uncertain) <= 3


def test_it_is_run_through_the_command_line():
    steppe("new", "case")
    done = steppe("run", "case.toml", "--runs", "200", "--no-figures")
    assert done.exit_code == 0, done.output
    assert "North's president visits" in done.stdout and Path("results/case/table.csv").is_file()


def test_what_its_comments_send_to_is_there():
    text = skeleton("case")
    asked = re.findall(r"`(steppe [^`]+)`", text)
    assert len(asked) >= 3
    for command in asked:
        read_as_the_program_does(command)
    pages = re.findall(r"docs/[\w-]+\.md", text)
    assert len(pages) >= 3 and all((ROOT / page).is_file() for page in pages)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Case", "case.toml"),
        ("  Two   rivers ", "two-rivers.toml"),
        ("my-case.toml", "my-case.toml"),
        ('Say "hi"', "say-hi.toml"),
        ("a.b.c", "a-b-c.toml"),
        ("..x", "x.toml"),
        ("'; rm -rf *", "rm-rf.toml"),
        ("Žemė 2030", "žemė-2030.toml"),
        ("x" * 60, f"{'x' * 60}.toml"),
    ],
)
def test_a_name_becomes_a_title_and_the_name_of_a_file(name, file):
    assert file_of(name) == file
    assert tomllib.loads(skeleton(name))["title"] == " ".join(name.split()).removesuffix(".toml")
    assert steppe("new", "--", name).exit_code == 0
    assert [each.name for each in Path().iterdir()] == [file]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        ".toml",
        "a/b",
        "../a",
        "a\\b",
        "a\tb",
        "a\nb",
        "\x1b[31m",
        "x" * 300,
        "--",
        "²"[:0],
    ],
)
def test_a_name_that_can_be_none_gets_one_line_and_no_file(name):
    done = steppe("new", "--", name)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("steppe: '") and line.isprintable() and len(line) < 200
    assert list(Path().iterdir()) == []
