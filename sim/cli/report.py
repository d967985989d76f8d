"""Command `report`: one file of HTML with the answer, its doubt and the model itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import drawn, whole_runs
from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, saved
from sim.cli.options import Changes, Deeds, File, Of, Overwrite, Seed, Threads, counted, given, written
from sim.cli.progress import bar


def report(
    scenario: File,
    of: Of = None,
    runs: Annotated[int, counted(8, 10**6, "How many futures.")] = 20_000,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    out: Annotated[Path | None, written("The page [default: results/SCENARIO.html].")] = None,
    overwrite: Overwrite = False,
    static: Annotated[
        bool, typer.Option("--static", help="Leave out the living model: no script, for mail.")
    ] = False,
    threads: Threads = None,
) -> None:
    """Write one page about a scenario that can be sent, printed and opened anywhere.

    Exit codes: 0 the page is there; 1 its place is taken, or the disk fails; 2 input that cannot be
    used; 130 interrupted.
    """
    with plain_errors():
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


def _asked(scenario: Path, changes: Any, deeds: Any) -> tuple[str, ...]:
    """The words that name the scenario in a command, with what is changed in it."""
    words = [str(scenario)]
    for option, values in (("--set", changes), ("--do", deeds)):
        words += [word for value in given(values, ()) for word in (option, value)]
    return tuple(words)
