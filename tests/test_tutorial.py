"""The tutorial shows what its commands print, line by line and in order."""

from __future__ import annotations

import re
import shlex

import pytest

from sim.cli.commands import COMMANDS
from tests.support.pages import text_of
from tests.support.quoted import missing, printed, shown

PAGE = text_of("docs/tutorial.md")
SHOWN = shown(PAGE)
QUICK = ("steppe show", "steppe trace")


def test_lines_that_are_not_printed_are_found():
    lines = ["one", "two and more", "three"]
    assert list(missing("one\n...\nthree\n", lines)) == []
    assert list(missing("two ...\n", lines)) == []
    assert list(missing("three\none\n", lines)) == ["one"]
    assert list(missing("two\n", lines)) == ["two"]


def test_every_command_of_the_tutorial_shows_what_it_prints():
    commands = re.findall(r"^```sh\n([^\n]+)\n```$", PAGE, flags=re.MULTILINE)
    assert [command for command, _ in SHOWN] == commands and len(commands) >= 13
    told = {shlex.split(command)[1] for command in commands}
    assert told >= {"run", "trace", "compare", "explain", "overturn", "discover", "indicators", "policy"}
    assert told <= set(COMMANDS)


@pytest.mark.parametrize(("command", "quoted"), [each for each in SHOWN if each[0].startswith(QUICK)])
def test_the_story_is_the_one_that_is_quoted(command, quoted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(missing(quoted, printed(command))) == []


@pytest.mark.slow
def test_every_line_that_is_quoted_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = {command: list(missing(quoted, printed(command))) for command, quoted in SHOWN}
    assert {command: lines for command, lines in wrong.items() if lines} == {}
