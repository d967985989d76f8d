"""Few words to learn: help by what one wants, and every command ends with the one to go on with."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.ahead import AFTER
from sim.cli.ahead import ahead as tell
from sim.cli.commands import COMMANDS, GROUPS
from tests.support.pages import read_as_the_program_does, text_of

pytestmark = pytest.mark.smoke

SMALL = str(Path(__file__).parent / "cases" / "small.toml")
FEW = ["--runs", "8", "--months", "2"]
LESS = {
    "sensitivity": [
        "--vary",
        "events.*.base_logit",
        "--trajectories",
        "4",
        "--samples",
        "64",
        "--runs",
        "16",
    ],
    "sweep": ["--runs-per-point", "8", "--months", "6"],
}
"""Less work for commands that are pasted as they were told."""


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def ahead(text: str) -> list[str]:
    """The words of the command that the last line tells, which the program understands."""
    line = text.splitlines()[-1]
    found = re.fullmatch(r"Next: (steppe .+?)(   \([^()]+\))?", line)
    assert len(line) <= 100 or not line.endswith(")")
    assert found, line
    read_as_the_program_does(found[1])
    return shlex.split(found[1])[1:]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- help and pages ----------------------------------------------------------------------------------


def test_every_command_stands_in_one_group_with_when_to_use_it_and_what_follows():
    known = get_command(app).commands
    assert [name for group in GROUPS.values() for name in group] == list(COMMANDS) == list(known)
    assert set(AFTER) == set(known)
    assert all(when and when[0].islower() and not when.endswith(".") for when in COMMANDS.values())


def test_help_lists_the_commands_by_group():
    told = steppe("--help").stdout
    places = [told.index(f"\n{heading}:") for heading in GROUPS]
    assert places == sorted(places) and "Commands:" not in told
    for name, when in COMMANDS.items():
        assert f"\n  {name} " in told and when.split(",")[0][:30] in told


def test_the_page_of_commands_has_the_same_groups_in_the_same_words():
    page = text_of("docs/commands.md")
    table = re.findall(r"^\| \*\*(.+)\*\* \| \|\n((?:\| .+ \| \[.+\n)+)", page, flags=re.MULTILINE)
    told = {
        heading: {
            name: when for when, name in re.findall(r"^\| (.+) \| \[`(\w+)`\]", rows, flags=re.MULTILINE)
        }
        for heading, rows in table
    }
    assert told == GROUPS
    sections = re.findall(r"^## (\w+)$", page, flags=re.MULTILINE)
    assert [name for name in sections if name in COMMANDS] == list(COMMANDS)


# -- what to do next ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_from_a_new_case_each_command_leads_to_the_next_one_which_runs():
    done = steppe("new", "My case's name")
    assert ahead(done.stdout) == ["run", "my-case-s-name.toml"]
    done = steppe(*ahead(done.stdout), *FEW, "--no-figures")
    assert done.exit_code == 0, done.output
    followed, lived = ahead(done.stdout), []
    for _ in range(3):
        lived.append(followed[0])
        done = steppe(*followed, *LESS.get(followed[0], ()))
        assert done.exit_code == 0, (followed, done.output)
        followed = ahead(done.stdout)
    assert lived == ["sensitivity", "sweep", "verify"] and followed[0] in COMMANDS


def test_what_was_changed_is_carried_along_and_quoted():
    change = ["--set", "label of loan=1", "--do", "war=0.5@2010-05"]
    done = steppe("trace", SMALL, "--set", "A loan from North=-1", "--do", "war=0.5@2010-05", "--months", "3")
    assert done.exit_code == 0, done.output
    assert ahead(done.stdout) == ["run", SMALL, "--set", "A loan from North=-1", "--do", change[3]]


TWO = ["--vary", "parameters.cost=0.3,0.5", "--runs-per-point", "4", "--months", "2", "--out", "a b"]
MANY = ["--vary", "parameters.cost=0.3:0.7:5", "--vary", "wealth=0.2:0.8:10", *TWO[2:]]
ORDERS = {
    "show": (["show", SMALL], ["run", SMALL]),
    "event": (["show", SMALL, "--event", "loan"], ["run", SMALL]),
    "cards": (["show", "mongolia-2024", "--mechanisms"], ["check", "mongolia-2024", "--only", "mechanisms"]),
    "check": (["check", SMALL, "--only", "endings"], ["run", SMALL]),
    "vary": (["compare", SMALL, *FEW, "--b", "cost=0.2"], ["sweep", SMALL, "--vary", "cost"]),
    "forbid": (["compare", SMALL, *FEW, "--b", "interventions.forbidden=['loan']"], ["trace", SMALL]),
    "sweep": (["sweep", SMALL, *TWO], ["verify", "a b"]),
    "conditions": (["sweep", SMALL, *MANY], ["discover", "a b"]),
    "spatial": (["spatial", "--scenario", SMALL, *FEW], ["run", SMALL]),
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_command_ends_with_the_one_to_go_on_with(order):
    words, following = ORDERS[order]
    done = steppe(*words)
    assert done.exit_code == 0, done.output
    assert ahead(done.stdout) == following
    assert done.stdout.count("Next: ") == 1 and "Next: " not in done.stderr


def test_learning_leads_to_scores_and_scores_to_learning(capsys):
    asked = {"scenario": SMALL, "changes": None, "data": "t.csv", "posterior": None, "out": Path("learnt")}
    following = {
        "hindcast": ["calibrate", SMALL, "--data", "t.csv"],
        "calibrate": ["hindcast", SMALL, "--data", "t.csv", "--posterior", "learnt/posterior.json"],
    }
    for command, words in following.items():
        tell(command, asked)
        assert ahead(capsys.readouterr().out) == words
    tell("hindcast", {**asked, "posterior": Path("p.json")})
    assert ahead(capsys.readouterr().out) == ["run", SMALL, "--posterior", "p.json"]


def test_a_row_is_followed_by_its_story_and_stored_results_by_a_row():
    assert steppe("sweep", SMALL, *TWO).exit_code == 0
    done = steppe("verify", "a b", "--sample", "2")
    assert ahead(done.stdout) == ["replay", "a b", "--run", "0"]
    row = ["replay", "a b", "--run", "1", "--point", "1"]
    assert ahead(steppe(*row).stdout) == [*row, "--story"]
    assert ahead(steppe(*row, "--story").stdout) == ["verify", "a b"]


def test_a_branch_is_checked_and_then_told():
    branch = ["run", SMALL, "--runs", "4", "--from-run", "1", "--month", "2010-03", "--no-figures"]
    done = steppe(*branch, "--out", "branch")
    assert ahead(done.stdout) == ["verify", "branch"]
    row = ["replay", "branch", "--run", "1"]
    assert ahead(steppe(*row).stdout) == [*row, "--story"]


def test_data_for_other_programs_stays_data():
    listed = steppe("list", "mongolia-2024")
    assert "Next: " not in listed.stdout and ahead(listed.stderr) == ["show", "mongolia-2024", "--numbers"]
    assert ahead(steppe("list").stderr)[0] == "show"
    table = steppe("show", SMALL, "--numbers", "--csv")
    assert "Next: " not in table.stdout and ahead(table.stderr) == ["run", SMALL]
    for words in (["--keys"], ["--keys", "about"], ["--json-schema"]):
        assert "Next: " not in steppe("show", *words).output


def test_what_fails_leads_nowhere():
    assert "Next: " not in steppe("show", "nowhere.toml").output
    assert "Next: " not in steppe("run", SMALL, "--runs", "0").output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_came_through_a_pipe_is_not_to_be_read_again(place, capsys):
    os.mkfifo("pipe")
    tell("check", {"scenario": "pipe", "changes": None, "deeds": None})
    assert capsys.readouterr().out == ""


def test_a_folder_of_its_name_hides_no_shipped_scenario(place, capsys):
    (place / "mongolia-2024").mkdir()
    tell("check", {"scenario": "mongolia-2024", "changes": None, "deeds": None})
    assert ahead(capsys.readouterr().out) == ["run", "mongolia-2024"]
