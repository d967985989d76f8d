"""Command `check`: faults of a scenario."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import Refused, plain_errors
from sim.cli.options import Changes, Deeds, File
from sim.cli.printing import say_all
from sim.cli.progress import tried


def check(
    scenario: File,
    changes: Changes = None,
    deeds: Deeds = None,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="PART",
            help="One question alone: endings, numbers or rest [default: all], or mechanisms (its cards).",
        ),
    ] = None,
) -> None:
    """Check a scenario: can everything happen, does every number matter, does it rest without a cause.

    Exit codes: 0 no faults; 1 faults were found; 2 a scenario that cannot be read.
    """
    with plain_errors():
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.studies.check.ask import Check

        found = Check(loaded)
        with tried() as tell:
            say_all(found.report(tell, only))
        if found.faults:
            raise Refused(f"faults found: {len(found.faults)}")
