"""Command `report`: one file of HTML with the answer, its doubt and the model itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import drawn, whole_runs
from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, saved
from sim.cli.options import Changes, Deeds, Of, Overwrite, Seed, Threads, counted, given, refuse_if, written
from sim.cli.progress import bar
from sim.reading.shipped import place_of

RUNS, SEED = 20_000, 1

ALREADY_RUN = "a folder holds what was run; --runs, --seed, --set and --do belong to a scenario"


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
    threads: Threads = None,
) -> None:
    """Write one page about a scenario, or a folder of results, to be sent, printed and opened anywhere.

    Exit codes: 0 the page is there; 1 its place is taken, the disk fails, or the folder is not as it was
    written; 2 input that cannot be used; 130 interrupted.
    """
    with plain_errors():
        if os.path.isdir(place_of(scenario)):
            refuse_if(bool(changes or deeds) or (runs, seed) != (RUNS, SEED), ALREADY_RUN)
            _of_folder(scenario, of, out, overwrite)
            return
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.studies.report.ask import report_of
        from sim.studies.report.findings import Findings
        from sim.studies.report.saving import place_for, save
        from sim.studies.run.ask import LEAST

        file = place_for(given(out, Path("results") / f"{scenario.stem}.html"), overwrite)
        setup = drawn(loaded, False, (None, None, None), seed, runs)
        runs = whole_runs(setup, runs, LEAST)
        with bar(runs * loaded.case.time.months, "writing the page") as tell:
            found = Findings(setup, _asked(scenario, changes, deeds), of, runs, seed, threads, tell)
            page = report_of(found)
        saved(save(page, file))


def _of_folder(folder: Path, of: str | None, out: Path | None, overwrite: bool) -> None:
    """Write the page about a folder of results, beside it unless another place is named."""
    from sim.studies.report.folders.ask import report_of_folder
    from sim.studies.report.saving import place_for, save

    whole = Path(os.path.abspath(folder))
    file = place_for(given(out, whole.with_name(f"{whole.name}.html")), overwrite)
    saved(save(report_of_folder(folder, of), file))


def _asked(scenario: Path, changes: Any, deeds: Any) -> tuple[str, ...]:
    """The words that name the scenario in a command, with what is changed in it."""
    words = [str(scenario)]
    for option, values in (("--set", changes), ("--do", deeds)):
        words += [word for value in given(values, ()) for word in (option, value)]
    return tuple(words)
