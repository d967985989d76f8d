"""Options of every command with values that nobody means: one line and exit code 2, or done; never a
traceback, never a hang.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.options import real, whole_between
from tests.support.hindcasts import came, past_case, table_of
from tests.support.past import DEEDS, TEXT

ROOT = Path(__file__).parents[1]
SMALL = str(ROOT / "tests" / "cases" / "small.toml")
FEW = ["--runs", "4", "--months", "2"]
ORDERS = {
    "new": ["A case"],
    "run": [SMALL, *FEW, "--no-figures", "--out", "out"],
    "compare": [SMALL, *FEW],
    "explain": [
        SMALL,
        "--runs",
        "4",
        "--futures",
        "64",
        "--b",
        "parameters.cost=0.3",
        "--b",
        "quantities.wealth.start=0.3",
    ],
    "sweep": [
        SMALL,
        "--vary",
        "parameters.cost=0.3,0.5",
        "--runs-per-point",
        "4",
        "--months",
        "2",
        "--out",
        "out",
    ],
    "discover": ["folder", "--resamples", "2", "--out", "out"],
    "sensitivity": [
        SMALL,
        "--vary",
        "parameters.cost",
        "--trajectories",
        "2",
        "--samples",
        "16",
        "--runs",
        "2",
        "--out",
        "out",
    ],
    "overturn": [
        SMALL,
        "wealth < 0.6",
        "--vary",
        "parameters.cost",
        "--draws",
        "2",
        "--runs",
        "8",
        "--out",
        "out",
    ],
    "indicators": [SMALL, "--of", "loan", "--by", "2010-03", "--runs", "40", "--out", "out"],
    "report": [SMALL, "--runs", "8", "--out", "out.html"],
    "policy": [
        "past.toml",
        "--want",
        "wealth",
        "--candidates",
        "2",
        "--draws",
        "40",
        "--runs",
        "20",
        "--theory",
        "qre",
        "--out",
        "out",
    ],
    "exploit": [
        SMALL,
        "--actor",
        "Buffer",
        "--futures",
        "8",
        "--runs",
        "8",
        "--months",
        "2",
        "--out",
        "out",
    ],
    "verify": ["folder", "--sample", "2"],
    "replay": ["folder", "--run", "0"],
    "spatial": ["--scenario", SMALL, *FEW],
    "hindcast": [SMALL, "--data", "table.csv", "--runs", "4", "--no-figures", "--out", "out"],
    "calibrate": [SMALL, "--data", "table.csv", "--out", "out"],
    "forecast": [SMALL, *FEW, "--past", "--ledger", "new.jsonl"],
    "score": ["--ledger", "ledger.jsonl", "--facts", "table.csv"],
    "wants": [SMALL, "--deeds", "deeds.csv", "--runs", "2", "--sample", "100", "--out", "out"],
    "panel": ["--state", "MNG", "--write", "out"],
    "play": [SMALL, "--as", "North", "--months", "2"],
    "games": ["game.jsonl"],
    "trace": [SMALL, "--months", "2"],
    "show": [SMALL],
    "list": [SMALL],
    "check": [SMALL, "--only", "rest"],
}
"""A small order of each command; options are added behind it, and the last of two counts."""

NO_NUMBERS = [
    "", " ", "nan", "-inf", "-1", "1.5", "2_9", "0x10", "1,5", "９", "²", "1e400", "9" * 30, "9" * 5000,
    "true", "--", "\x1b[31m",
]  # fmt: skip
NO_WORDS = ["", "x=", "\x1b[31m", "\udcff"]
MORE_WORDS = [
    "=",
    "=1",
    "#x=1",
    "a.b.c=1",
    "..",
    "nan",
    "x" * 5000,
    "[[[[",
    "quantities=1",
    "0.7x",
    "²=²",
    "=cmd|x",
    "-",
]
LONGEST = 500


def options() -> list[tuple[str, str, bool]]:
    """Every option of every command that takes a value: command, option, whether it is a number."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    found = [(name, each) for name, command in commands.items() for each in command.params]
    valued = [
        (name, each)
        for name, each in found
        if each.opts[0].startswith("--") and not getattr(each, "is_flag", False)
    ]
    return [
        (name, max(each.opts, key=len), each.metavar in ("N", "HALF"))
        for name, each in valued
        if each.name != "help"
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with results and a table, where commands are given."""
    folder = tmp_path_factory.mktemp("place")
    table_of(came(past_case(), 3), folder / "table.csv")
    (folder / "past.toml").write_text(TEXT, encoding="utf-8")
    (folder / "deeds.csv").write_text(DEEDS, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", SMALL, *FEW, "--no-figures", "--out", str(folder / "folder")])
    assert done.exit_code == 0, done.output
    ledger = ["--past", "--ledger", str(folder / "ledger.jsonl")]
    done = CliRunner().invoke(app, ["forecast", SMALL, *FEW, *ledger])
    assert done.exit_code == 0, done.output
    line = ["--name", "Ann", "--results", str(folder / "game.jsonl")]
    done = CliRunner().invoke(app, ["play", *ORDERS["play"], *line], input="\n" * 9)
    assert done.exit_code == 0, done.output
    return folder


def test_every_command_has_a_small_order_and_options_are_found():
    assert set(ORDERS) == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert len(options()) > 60 and sum(number for *_, number in options()) > 25


@pytest.mark.parametrize(("command", "option", "is_number"), options())
def test_hostile_values_get_one_line_or_are_used(command, option, is_number, place, monkeypatch):
    monkeypatch.chdir(place)
    for value in NO_NUMBERS if is_number else NO_WORDS:
        try_out(command, option, value, (2,) if is_number else (0, 1, 2))


@pytest.mark.slow
@pytest.mark.parametrize(("command", "option", "is_number"), [each for each in options() if not each[2]])
def test_more_hostile_words_get_one_line_or_are_used(command, option, is_number, place, monkeypatch):
    monkeypatch.chdir(place)
    for value in MORE_WORDS:
        try_out(command, option, value, (0, 1, 2))


def try_out(command: str, option: str, value: str, codes: tuple[int, ...]) -> None:
    """Give an option a value and see that the command ends in good order."""
    begun = time.monotonic()
    done = CliRunner().invoke(app, [command, *ORDERS[command], f"{option}={value}"], prog_name="steppe")
    shown = (command, option, value[:40], done.output[-400:])
    assert done.exception is None or isinstance(done.exception, SystemExit), (
        shown,
        repr(done.exception)[:300],
    )
    assert done.exit_code in codes, shown
    assert "Traceback" not in done.output and "\x1b" not in done.output, shown
    if done.exit_code == 2:
        told = [line for line in done.stderr.splitlines() if line.startswith(("steppe: ", "Error: "))]
        assert told and max(map(len, told)) < LONGEST, shown
    assert time.monotonic() - begun < 30, shown


def test_numbers_of_options_are_read_as_all_numbers_are():
    read = whole_between(1, 100_000)
    assert [read(each) for each in ("20000", "2e4", " 5 ", "7.0", 3)] == [20_000, 20_000, 5, 7, 3]
    assert [real(each) for each in (".5", "5e-3", 0.25)] == [0.5, 0.005, 0.25]
    for text, said in (
        ("0", "between 1 and 100000"),
        ("2_9", "write 29"),
        ("1.5", "whole"),
        ("inf", "finite"),
    ):
        with pytest.raises(typer.BadParameter, match=said):
            read(text)
    with pytest.raises(typer.BadParameter, match="finite"):
        real("nan")
