"""Command `report`: one file of HTML with the answer, its doubt and the model itself."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import FIXED, FromPrior, Posterior, Prior, drawn, whole_runs
from sim.cli.changes import load_scenario
from sim.cli.conditions import Facts, FreeFrom, check_past, known_until
from sim.cli.exits import plain_errors, saved
from sim.cli.options import (
    Changes,
    Deeds,
    Of,
    Overwrite,
    Seed,
    Threads,
    counted,
    given,
    refuse_if,
    words_of,
    written,
)
from sim.cli.progress import bar
from sim.reading.shipped import place_of

RUNS, SEED = 20_000, 1

ALREADY_RUN = "a folder holds what was run; only --of, --out and --overwrite go with it"


def report(
    scenario: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO|DIR",
            help="A scenario file (TOML), the name of a shipped one, or a folder of results.",
        ),
    ],
    of: Of = None,
    runs: Annotated[int, counted(8, 10**6, "How many futures.")] = RUNS,
    seed: Seed = SEED,
    changes: Changes = None,
    deeds: Deeds = None,
    out: Annotated[Path | None, written("The page [default: results/SCENARIO.html, or DIR.html].")] = None,
    overwrite: Overwrite = False,
    static: Annotated[
        bool, typer.Option("--static", help="Leave out the living model: no script, for mail.")
    ] = False,
    fixed: Annotated[bool, typer.Option("--fixed", help="One set of numbers: no draws.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    facts: Facts = None,
    free_from: FreeFrom = None,
    threads: Threads = None,
) -> None:
    """Write one page about a scenario, or a folder of results, to be sent, printed and opened anywhere.

    Exit codes: 0 the page is there; 1 its place is taken, the disk fails, or the folder is not as it was
    written; 2 input that cannot be used; 130 interrupted.
    """
    with plain_errors():
        if os.path.isdir(place_of(scenario)):
            about = (changes, deeds, fixed, posterior, prior, facts, free_from)
            asks_for_runs = any(about) or (runs, seed) != (RUNS, SEED)
            refuse_if(asks_for_runs, ALREADY_RUN)
            _of_folder(scenario, of, out, overwrite)
            return
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.outcomes.target import target_of
        from sim.studies.report.ask import report_of
        from sim.studies.report.findings import Findings
        from sim.studies.report.model.named import check_page
        from sim.studies.report.saving import place_for, save
        from sim.studies.report.study import whole_cost
        from sim.studies.run.ask import LEAST

        file = place_for(given(out, Path("results") / f"{scenario.stem}.html"), overwrite)
        # what cannot be asked, or means nothing, is told before the work
        target_of(loaded, of)
        check_page(loaded)
        check_past(facts, free_from)
        refuse_if(fixed and (posterior is not None or prior is not None), FIXED)
        setup = drawn(loaded, fixed, (posterior, prior, None), seed, runs)
        runs = whole_runs(setup, runs, LEAST)
        if facts is not None and free_from is not None:
            setup = known_until(setup, facts, free_from, runs, seed, threads)
        words = words_of({"--set": changes, "--do": deeds}), _drawn(fixed, posterior, prior)
        known = words_of({"--given": facts and [facts], "--from": free_from and [free_from]})
        found = Findings(
            setup,
            (str(scenario), *words[0]),
            of,
            runs,
            seed,
            threads,
            drawn=words[1],
            lives=not static,
            known=known,
        )
        with bar(whole_cost(found), "writing the page") as tell:
            page = report_of(replace(found, progress=tell))
        saved(save(page, file))


def _of_folder(folder: Path, of: str | None, out: Path | None, overwrite: bool) -> None:
    """Write the page about a folder of results, beside it unless another place is named."""
    from sim.studies.report.folders.ask import report_of_folder
    from sim.studies.report.saving import place_for, save

    whole = Path(os.path.abspath(folder))
    file = place_for(given(out, whole.with_name(f"{whole.name}.html")), overwrite)
    saved(save(report_of_folder(folder, of), file))


def _drawn(fixed: bool, posterior: Path | None, prior: Prior | None) -> tuple[str, ...]:
    """The words that say what is drawn, where it is not as the file says."""
    if fixed:
        return ("--fixed",)
    if posterior is not None:
        return ("--posterior", str(posterior))
    if prior is not None:
        return ("--prior", str(prior))
    return ()
