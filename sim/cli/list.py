"""Command `list`: the shipped scenarios, or what can be named in one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors
from sim.cli.printing import say_all
from sim.refusal import BadInput

ADVICE = "A name stands for the file, anywhere."


def list(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="Whose names; else the shipped scenarios.")
    ] = None,
    word: Annotated[
        str | None, typer.Argument(metavar="[WORD]", help="Only names that hold it, recorded paths too.")
    ] = None,
) -> None:
    """List the shipped scenarios and data, or what can be named in a scenario: events, outcomes, paths."""
    with plain_errors():
        if scenario is None:
            say_all(_shipped())
        else:
            say_all(_names(scenario, word or ""))


def _shipped() -> Iterable[str]:
    """The shipped scenarios and data, and how to go on from there."""
    from sim.reading.shipped import shipped
    from sim.reading.source import source_of
    from sim.scenario.load import tables_of
    from sim.studies.show.tables import shipped_lines

    scenarios = shipped(".toml")
    told = []
    for name, path in scenarios.items():
        raw = tables_of(source_of(path))  # read and not checked, so that a list comes at once
        told.append((name, str(raw.get("title", "")), str(raw.get("question", ""))))
    data = [path.name for name, path in shipped().items() if name not in scenarios]
    yield from shipped_lines(told, data)
    yield from ("", ADVICE)


def _names(scenario: Path, word: str) -> Iterable[str]:
    """What can be named in a scenario. Raises BadInput for a word that nothing holds."""
    from sim.studies.show.tables import name_lines

    lines = [*name_lines(load_scenario(scenario, None), word)]
    if word and len(lines) <= 2:  # the title and the number of numbers stand there in any case
        raise BadInput(f"nothing in {scenario} is called {word[:100]!r} or so")
    yield from lines
