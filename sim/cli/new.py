"""Command `new`: a scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import plain_errors
from sim.cli.options import written
from sim.cli.printing import say


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the case is called, and its file.")],
    out: Annotated[Path | None, written("The file to write [default: NAME.toml in this folder].")] = None,
) -> None:
    """Write a scenario to start from: a small case that runs, with comments that say what to change first.

    Exit codes: 0 written; 1 the file is there already; 2 a name that can be none.
    """
    with plain_errors():
        from sim.studies.new.ask import new as write

        file = write(name, out)
        say(f"{file} is written: a small case that runs; its comments say what to change first")
