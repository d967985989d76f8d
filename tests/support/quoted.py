"""Pages that show commands with what they print: the commands, what is quoted, and which lines are wrong."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from typer.testing import CliRunner

from sim.cli import app

LEFT_OUT = "..."


def shown(page: str) -> list[tuple[str, str]]:
    """Each command of a page that stands alone in its block, with the text that is quoted below it."""
    return re.findall(r"^```sh\n([^\n]+)\n```\n\n```text\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def printed(command: str) -> list[str]:
    """What a command prints, line by line."""
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
