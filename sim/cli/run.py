"""Command `run`: many futures of one scenario."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import beliefs_of, whole_runs
from sim.cli.changes import load_scenario, tell_outside
from sim.cli.exits import plain_errors, refuse_failed, saved
from sim.cli.options import Changes, File, Months, Overwrite, Seed, Threads, counted, real, written
from sim.cli.printing import note, say
from sim.cli.progress import bar
from sim.refusal import BadInput


def run(
    scenario: File,
    runs: Annotated[int, counted(1, 10**9, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO].")] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Save tables only.")] = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every quantity and event, not only the headlines.")
    ] = False,
    precision: Annotated[
        float | None,
        typer.Option(
            parser=real, metavar="HALF", help="Runs that make an interval +-HALF, such as 0.005; for --runs."
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(metavar="OUTCOME", help="Whose interval --precision means [default: the first]."),
    ] = None,
    from_run: Annotated[int | None, counted(0, 2**48 - 1, "Branch: all share the past of this run.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Branch: the month from which --set acts.")
    ] = None,
    posterior: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the uncertain numbers from what was learnt of them."),
    ] = None,
    prior: Annotated[
        bool, typer.Option("--prior", help="Draw the uncertain numbers from the scenario's priors alone.")
    ] = False,
    draws: Annotated[
        int | None, counted(2, 10**6, "How many draws; the runs are shared among them [default: 200].")
    ] = None,
) -> None:
    """Simulate a scenario many times, print what came of it, and save it to a folder."""
    with plain_errors():
        loaded = load_scenario(scenario, changes)
        folder = Path("results") / scenario.stem if out is None else out
        from sim.engine.setups import Plain, branch
        from sim.studies.run.ask import LEAST
        from sim.studies.run.folder import run_into
        from sim.studies.run.text import summary
        from sim.writing.manifest import RUN
        from sim.writing.places import place_of

        if (from_run is None) != (month is None):
            raise BadInput("a branch needs both --from-run and --month")
        if of is not None and precision is None:
            raise BadInput("--of says whose interval --precision means; give --precision too")
        if precision is not None and from_run is not None:
            raise BadInput("--precision counts futures from the start; give a branch its number of --runs")
        if (posterior is not None or prior) and (from_run is not None or precision is not None):
            raise BadInput(
                "draws of uncertain numbers go neither with --from-run nor with --precision; give --runs and --draws"
            )
        setup = beliefs_of(loaded, posterior, prior, draws, seed) or Plain(loaded)
        if from_run is not None and month is not None:
            setup = branch(loaded, from_run, month, trunk=load_scenario(loaded.source, None))
        runs = whole_runs(setup, runs, LEAST)
        place_of(folder, RUN, overwrite)
        if precision is not None:
            runs = _needed(loaded, precision, of, seed, months, threads)
        span = loaded.case.time.months if months is None else months
        with bar(runs * span) as tell:
            ensemble = run_into(
                folder, setup, runs, seed, months=months, threads=threads, progress=tell,
                overwrite=overwrite, figures=not no_figures,
            )  # fmt: skip
        for line in summary(ensemble, everything=all_rows):
            say(line)
        tell_outside(months, loaded)
        saved(folder, ensemble.undrawn)
        refuse_failed(ensemble.failed, ensemble.runs)


def _needed(
    scenario: Any, precision: float, of: str | None, seed: int, months: int | None, threads: int | None
) -> int:
    """The runs that a precision takes, told on stderr."""
    from tqdm import tqdm

    from sim.studies.run.precision import runs_needed

    with tqdm(desc="looking for the number of runs", unit=" runs", ncols=100, file=sys.stderr) as bar:
        runs = runs_needed(
            scenario, precision, of, seed, months=months, threads=threads,
            progress=lambda done: bar.update(done - bar.n),
        )  # fmt: skip
    note(f"{runs:,} runs make the interval +-{precision}")
    return runs
