"""Command `overturn`: the smallest change of a scenario's numbers at which a finding fails."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import InDoubt, Prior, Vary
from sim.cli.changes import load_scenario, tell_meant
from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import (
    Changes,
    Deeds,
    File,
    MonthElse,
    Overwrite,
    Seed,
    Threads,
    counted,
    folder_of,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import searching


def overturn(
    scenario: File,
    finding: Annotated[
        str,
        typer.Argument(
            metavar="FINDING",
            help='What holds, such as "OUTCOME by 2024-12 < 0.5", "OUTCOME > OUTCOME", "OUTCOME falls".',
        ),
    ],
    second: Annotated[
        list[str] | None,
        typer.Option("--b", metavar="KEY=VALUE", help="The change of which a finding says: rises, or falls."),
    ] = None,
    second_deeds: Annotated[
        list[str] | None,
        typer.Option("--b-do", metavar="KEY=VALUE[@YYYY-MM]", help="The same, as an intervention."),
    ] = None,
    vary: Vary = None,
    prior: InDoubt = Prior.RANGES,
    by: MonthElse = None,
    runs: Annotated[int, counted(2, 10**6, "Futures at the points that are told.")] = 10_000,
    draws: Annotated[int, counted(1, 10**4, "Draws that tell how plausible it is that it fails.")] = 500,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    out: Annotated[
        Path | None, written("Folder for the results [default: results/SCENARIO-overturn].")
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Find the smallest change of numbers that overturns a finding, and how plausible it is.

    Exit codes: 0 answered, also where nothing overturns it; 1 the finding does not hold as it is, or not
    beyond chance, or the folder is there; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        both, all_deeds = changes or [], deeds or []
        one, two = load_scenario(scenario, both, deeds=all_deeds), None
        if second or second_deeds:
            # of the same file, read once: it may be a pipe, or change meanwhile
            two = load_scenario(one.source, both + (second or []), both, all_deeds + (second_deeds or []))
        folder = folder_of(out, scenario, "-overturn")
        from sim.studies.overturn.ask import overturn as search
        from sim.studies.overturn.text import overturned_told
        from sim.writing.manifest import OVERTURN
        from sim.writing.places import place_of

        place_of(folder, OVERTURN, overwrite)  # a folder that is taken is told before the work
        if prior is Prior.RANGES:
            tell_meant(one, vary or [])
        with searching() as tell:
            found = search(
                one, finding, two, vary=vary or ["*"], prior=prior.value, by=by, runs=runs, draws=draws,
                seed=seed, threads=threads, progress=tell,
            )  # fmt: skip
        answer(overturned_told(found))
        saving(folder)
        saved(folder, found.save(folder, overwrite))
