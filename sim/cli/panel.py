"""Command `panel`: many states at once, and what they have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import Overwrite, Seed, Threads, counted, given, written
from sim.cli.printing import answering
from sim.cli.progress import bar

KEPT = "states that were finished are kept beside the folder of the results, and are not lived again"


def panel(
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Tables of states [default: those that come with the program]."),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only this state; may be given many times, three at least."),
    ] = None,
    write: Annotated[
        Path | None,
        written("Write a scenario and a table of observations for each state to this folder, and no more."),
    ] = None,
    runs: Annotated[int, counted(100, 10**6, "Particles of each state.")] = 2_000,
    origins: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR-YEAR",
            help="Years at whose ends is asked [default: from 2005 to three years before the last].",
        ),
    ] = None,
    seed: Seed = 1,
    roles: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="What tables are to the model [default: the shipped one]."),
    ] = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/panel].")] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Save tables only.")] = False,
) -> None:
    """Learn from many states what they have in common, and what it is worth to each when it is left out.

    Exit codes: 0 done, whatever the scores; 1 a folder holds results, or too few states can be lived through;
    2 tables or a request that cannot be used (a line for each problem).
    """
    folder = Path(given(out, Path("results") / "panel"))
    with plain_errors(lambda: KEPT), answering() as answer:
        from sim.studies.panel.ask import How, chosen, run_months, span_of, years_of
        from sim.studies.panel.ask import panel as learn
        from sim.studies.panel.folder import write_scenarios
        from sim.studies.panel.text import lines, scenarios_told
        from sim.writing.manifest import PANEL
        from sim.writing.places import place_of

        place_of(given(write, folder), PANEL, overwrite)  # a folder that is taken is told before the work
        found = chosen(data, roles, state)
        span = span_of(origins)
        if write is not None:
            answer(scenarios_told(found))
            saving(write)
            write_scenarios(found, write, overwrite)
            saved(write)
            return
        how = How(runs, seed, years_of(found, span), threads)
        total = sum(run_months(built, how) for built in found.states.values())
        with bar(total, "learning what states have in common") as tell:
            learnt = learn(
                data, state, runs, seed, roles=roles, origins=span, threads=threads, progress=tell,
                results=folder,
            )  # fmt: skip
        answer(lines(learnt))
        saving(folder)
        saved(folder, learnt.save(folder, overwrite, not no_figures))
