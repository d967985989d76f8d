"""Command `wants`: what actors want, learnt from what they did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import EACH, FIXED, Draws, FromPrior, Posterior, drawn, whole_runs
from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, refuse_failed, saved, saving
from sim.cli.options import Changes, File, Overwrite, Seed, Threads, counted, folder_of, refuse_if, written
from sim.cli.printing import answering
from sim.cli.progress import bar


def wants(
    scenario: File,
    deeds: Annotated[
        Path, typer.Option(metavar="FACTS.csv", help="Dated deeds: a table as that of observations.")
    ],
    runs: Annotated[int, counted(1, 10**4, "Runs that live through what is known.")] = 32,
    sample: Annotated[int, counted(100, 10**6, "Draws of what is learnt.")] = 4_000,
    tests: Annotated[int, counted(0, 10**5, "Data sets with known scales to check with.")] = 0,
    seed: Seed = 1,
    changes: Changes = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="One set of numbers: no draws.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO-wants].")] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Learn how much actors want what the file says they want, from dated offers, answers and refusals.

    Exit codes: 0 learnt, also where the deeds tell nothing; 1 the folder holds results, runs failed, or a
    figure could not be drawn; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes)
        folder = folder_of(out, scenario, "-wants")
        from sim.reading.source import source_of
        from sim.studies.wants.ask import Asked
        from sim.studies.wants.entries import SD
        from sim.studies.wants.text import wants_told
        from sim.writing.manifest import WANTS
        from sim.writing.places import place_of

        place_of(folder, WANTS, overwrite)  # a folder that is taken is told before the work
        source = (posterior, prior, draws)
        refuse_if(fixed and any(each is not None for each in source), FIXED)
        # a draw for each run, where other commands share some runs among few draws
        setup = drawn(loaded, fixed, source, seed, EACH * runs)
        runs = whole_runs(setup, runs, 1)
        asked = Asked.of(setup, source_of(deeds), runs, sample, tests, seed, threads, SD)
        with bar(asked.work, "learning") as tell:
            found = asked.done(tell)
        answer(wants_told(found))
        saving(folder)
        saved(folder, found.save(folder, overwrite))
        refuse_failed(found.failed, found.runs)
