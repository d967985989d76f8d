"""The tutorial shows what its commands print, line by line and in order."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.commands import COMMANDS
from tests.support.pages import text_of

PAGE = text_of("docs/tutorial.md")
SHOWN = re.findall(r"^```sh\n([^\n]+)\n```\n\n```text\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
QUICK = ("steppe show", "steppe trace")

LEFT_OUT = "..."


def printed(command: str) -> list[str]:
    done = CliRunner().invoke(app, shlex.split(command)[1:], prog_name="steppe")
    assert done.exit_code == 0, (command, done.output)
    return done.stdout.splitlines()


def missing(quoted: str, lines: list[str]) -> Iterator[str]:
    """Lines that are quoted and not printed after those before them; some are quoted by their beginning."""
    left = iter(lines)
    for line in quoted.splitlines():
        start = line.removesuffix(LEFT_OUT)
        # an iterator goes on from where the last line was found
        if line != LEFT_OUT and not any(each == line or _begins(each, line, start) for each in left):
            yield line


def _begins(printed: str, line: str, start: str) -> bool:
    return start != line and printed.startswith(start)


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
