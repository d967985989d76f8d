"""Command `indicators`: what to watch, until when, to tell which future one is in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior, drawn, whole_runs
from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, refuse_failed, saved, saving
from sim.cli.options import (
    Changes,
    Deeds,
    File,
    Month,
    Overwrite,
    Seed,
    Threads,
    counted,
    folder_of,
    given,
    refuse_if,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import bar


def indicators(
    scenario: File,
    of: Annotated[
        str | None,
        typer.Option(
            metavar="OUTCOME",
            help='What comes or not: an outcome, an event, or "PATH < NUMBER" [default: the first outcome].',
        ),
    ] = None,
    by: Month = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What is not watched, or a pattern; may be given many times."),
    ] = None,
    runs: Annotated[int, counted(2, 10**6, "How many futures.")] = 20_000,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="One set of numbers: no draws.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
    out: Annotated[
        Path | None, written("Folder for the results [default: results/SCENARIO-indicators].")
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Find what to watch, until when, to tell best whether an outcome comes: the signposts.

    Exit codes: 0 answered, also where nothing tells; 1 the folder holds results, runs failed, or a figure
    could not be drawn; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes, deeds=deeds)
        folder = folder_of(out, scenario, "-indicators")
        from sim.studies.indicators.ask import Asked
        from sim.studies.indicators.text import indicators_told
        from sim.writing.manifest import INDICATORS
        from sim.writing.places import place_of

        place_of(folder, INDICATORS, overwrite)  # a folder that is taken is told before the work
        source = (posterior, prior, draws)
        refuse_if(fixed and any(each is not None for each in source), FIXED)
        setup = drawn(loaded, fixed, source, seed, runs)
        runs = whole_runs(setup, runs, 1)
        asked = Asked.of(setup, of, by, given(without, ()), runs, seed, threads)
        with bar(asked.run_months, "choosing what to watch") as tell:
            found = asked.done(tell)
        answer(indicators_told(found))
        saving(folder)
        saved(folder, found.save(folder, overwrite))
        refuse_failed(found.failed, found.runs)
