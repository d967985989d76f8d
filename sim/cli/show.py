"""Command `show`: a scenario in words and tables."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.changes import load_scenario, tell_outside
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, File
from sim.cli.printing import say


def show(
    scenario: File,
    changes: Changes = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Every number with its unit, range and source.")
    ] = False,
    event: Annotated[str | None, typer.Option(metavar="NAME", help="One event in full.")] = None,
) -> None:
    """Show a scenario in words and tables: who wants what, what can happen, and where numbers come from."""
    with plain_errors():
        loaded = load_scenario(scenario, changes)
        from sim.studies.show.text import portrait, portrait_of_event, portrait_of_numbers

        if event is not None:
            lines = portrait_of_event(loaded, event)
        else:
            lines = portrait_of_numbers(loaded) if numbers else portrait(loaded)
        for line in lines:
            say(line)
        tell_outside(None, loaded)
