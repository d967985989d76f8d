"""Command `calibrate`: the uncertain numbers, learnt from observations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import Refused, plain_errors, saved, saving
from sim.cli.options import Changes, File, Overwrite, Seed, Threads, counted, folder_of, written
from sim.cli.printing import answering, note
from sim.cli.progress import draws_bar


def calibrate(
    scenario: File,
    data: Annotated[
        Path, typer.Option(metavar="TABLE.csv", help="Dated observations; those in-sample are learnt from.")
    ],
    simulations: Annotated[int, counted(500, 10**7, "Draws from the priors, four runs each.")] = 100_000,
    tests: Annotated[int, counted(100, 10**5, "Data sets with known truth to check with.")] = 2_000,
    draws: Annotated[int, counted(100, 10**5, "Draws of the posterior to store.")] = 1_000,
    seed: Seed = 1,
    changes: Changes = None,
    out: Annotated[
        Path | None,
        written("Folder for the results [default: results/SCENARIO-calibration]."),
    ] = None,
    arviz: Annotated[
        Path | None,
        written("A file (NetCDF) for ArviZ with prior, posterior, predictions and log likelihood, too."),
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Learn the uncertain numbers of a scenario from observations, and check if they can be believed.

    Exit codes: 0 learnt; 1 the folder holds results, or a check of what was learnt found faults; 2 input that
    cannot be used.
    """
    folder = folder_of(out, scenario, "-calibration")
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes)
        from sim.assimilation.observations import facts_of
        from sim.reading.source import source_of
        from sim.studies.calibrate.ask import calibrate as learn
        from sim.studies.calibrate.text import report
        from sim.writing.manifest import CALIBRATE
        from sim.writing.places import place_of

        place_of(folder, CALIBRATE, overwrite)  # a folder that is taken is told before the work
        if arviz is not None:
            from sim.studies.calibrate import export

            export.arviz()  # and a package that is missing
            arviz = export.place_for(arviz, overwrite)
        table = source_of(data)
        facts_of(table, loaded)  # what is wrong with it is told before a bar is shown
        with draws_bar(simulations + tests) as (progress, tell):
            found = learn(
                loaded, table, simulations, seed, tests=tests, draws=draws, threads=threads,
                progress=progress, tell=tell,
            )  # fmt: skip
        answer(report(found))
        saving(folder)
        undrawn = found.save(folder, overwrite)
        if arviz is not None:
            with draws_bar(draws) as (progress, _):
                data = found.to_arviz(progress=progress)
            export.write(data, arviz)
            note(f"saved {arviz}; {export.left_out(data)}")
        saved(folder, undrawn)
        if found.faults:
            raise Refused("; ".join(found.faults))
