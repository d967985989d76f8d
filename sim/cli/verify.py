"""Command `verify`: stored results against their checksums and a second computation."""

from __future__ import annotations

from typing import Annotated

from sim.cli.exits import Refused, plain_errors
from sim.cli.options import Folder, counted
from sim.cli.printing import note, say_all


def verify(
    folder: Folder,
    sample: Annotated[int, counted(0, 10**6, "Rows to run again, with their pages.")] = 100,
) -> None:
    """Check results: every file against its checksum, and a sample of rows by running them again.

    They are run on fresh machine code. Exit codes: 0 all is as it was written; 1 something differs,
    or the folder holds no results.
    """
    with plain_errors():
        from sim.studies.verify.ask import verify as check_results

        found = check_results(folder, sample)
        say_all(found.wrong or filter(None, [found.right]))
        if found.unsure:
            note(f"steppe: {found.unsure}")
        if found.wrong:
            raise Refused(f"faults found: {len(found.wrong)}")
