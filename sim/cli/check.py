"""Command `check`: faults of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import Refused, plain_errors, saved
from sim.cli.options import Changes, Deeds, File, Overwrite, refuse_if, words_of, written
from sim.cli.printing import say_all
from sim.cli.progress import tried

NOTHING_TO_REPLACE = "--overwrite replaces a page; name it with --out"


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
    out: Annotated[
        Path | None, written("A page (HTML) with what was found and what to do; cards are tried, too.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Check a scenario: can everything happen, does every number matter, does it rest without a cause.

    Exit codes: 0 no faults; 1 faults were found, or the place of the page is taken; 2 a scenario that cannot
    be read.
    """
    with plain_errors():
        refuse_if(overwrite and out is None, NOTHING_TO_REPLACE)
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.studies.check.ask import Check
        from sim.studies.report.checked import report_of_check
        from sim.studies.report.findings import command_of
        from sim.studies.report.saving import place_for, save

        if out is not None:
            out = place_for(out, overwrite)
        found = Check(loaded)
        with tried() as tell:
            say_all(found.report(tell, only, cards=out is not None))
        if out is not None:
            words = (str(scenario), *words_of({"--set": changes, "--do": deeds}))
            command = command_of("check", *words, only=only, out=out.name)
            saved(save(report_of_check(found, command, only), out))
        if found.faults:
            raise Refused(f"faults found: {len(found.faults)}")
