"""Command `verify`: stored results against their checksums and a second computation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import Refused, plain_errors
from sim.cli.options import counted, refuse_if
from sim.cli.printing import note, say_all

NO_LEDGER = "--head is about a ledger, and this is a folder"


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder of results, or a ledger, that steppe wrote.")
    ],
    sample: Annotated[int, counted(0, 10**6, "Rows to run again, with their pages.")] = 100,
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Of a ledger: a hash that was published, which has to be in it."),
    ] = None,
) -> None:
    """Check results: every file against its checksum, and a sample of rows by running them again.

    They are run on fresh machine code. Of a ledger every line is checked against the line before it, and
    games are played again. Exit codes: 0 all is as it was written; 1 something differs, or there are no
    results.
    """
    with plain_errors():
        if os.path.isfile(folder):
            _verify_ledger(folder, head)
            return
        refuse_if(head is not None, NO_LEDGER)
        from sim.studies.verify.ask import verify as check_results

        found = check_results(folder, sample)
        say_all(found.wrong or filter(None, [found.right]))
        if found.unsure:
            note(f"steppe: {found.unsure}")
        if found.wrong:
            raise Refused(f"faults found: {len(found.wrong)}")


def _verify_ledger(file: Path, head: str | None) -> None:
    """Check the lines of a ledger. Raises LedgerError with the first that is not as it was written."""
    from sim.studies.ledger.verify import NO_HEAD, verify_ledger

    found = verify_ledger(file, head)
    say_all(found.told)
    if found.tells_of_games:
        from sim.play.kept.lines import check_ledger

        check_ledger(found.ledger)
        say_all(["all games, played again, come to what their lines say"])
    if found.head is None:
        note(f"steppe: {NO_HEAD}")
