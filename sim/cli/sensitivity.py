"""Command `sensitivity`: what an outcome hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from sim.cli.beliefs import InDoubt, Prior, Vary
from sim.cli.changes import load_scenario, tell_meant
from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import (
    By,
    Changes,
    Deeds,
    File,
    Of,
    Overwrite,
    Seed,
    Threads,
    counted,
    folder_of,
    given,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import bar


def sensitivity(
    scenario: File,
    of: Of = None,
    by: By = None,
    vary: Vary = None,
    prior: InDoubt = Prior.RANGES,
    numbers: Annotated[int, counted(1, 1000, "Of how many numbers shares of the doubt are worked out.")] = 20,
    trajectories: Annotated[int, counted(2, 1000, "Trajectories of the screening.")] = 10,
    samples: Annotated[int, counted(16, 2**20, "Base points of the shares, a power of two.")] = 1024,
    runs: Annotated[int, counted(2, 10**6, "Futures at each point.")] = 64,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    out: Annotated[
        Path | None, written("Folder for the results [default: results/SCENARIO-sensitivity].")
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Find what an outcome hangs on: screen all numbers in doubt, divide the doubt among those that matter.

    Exit codes: 0 done; 1 the folder holds results, or a figure could not be drawn; 2 input that cannot be
    used, or ranges in which runs are not finite.
    """
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes, deeds=deeds)
        folder = folder_of(out, scenario, "-sensitivity")
        from sim.studies.sensitivity.ask import Asked
        from sim.studies.sensitivity.text import summary
        from sim.writing.manifest import SENSITIVITY
        from sim.writing.places import place_of

        place_of(folder, SENSITIVITY, overwrite)  # a folder that is taken is told before the work
        if prior is Prior.RANGES:
            tell_meant(loaded, vary or [])
        asked = Asked.of(
            loaded, of, by, given(vary, ("*",)), prior.value, numbers, trajectories, samples, runs, seed,
            threads,
        )  # fmt: skip
        with bar(asked.run_months, "summing up") as tell:
            found = asked.done(tell)
        answer(summary(found))
        saving(folder)
        saved(folder, found.save(folder, overwrite))
