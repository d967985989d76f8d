"""Command `run`: many futures of one scenario."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior, drawn, whole_runs
from sim.cli.changes import load_scenario, tell_outside
from sim.cli.conditions import HALF_A_PAST, FreeFrom, Given, condition_of, is_table, known_until, told_apart
from sim.cli.exits import plain_errors, refuse_failed, saved, saving
from sim.cli.options import (
    By,
    Changes,
    Deeds,
    File,
    Months,
    Overwrite,
    Seed,
    Threads,
    counted,
    folder_of,
    given,
    real,
    refuse_if,
    written,
)
from sim.cli.printing import answering, note
from sim.cli.progress import bar, runs_bar

HALF_A_BRANCH = "a branch needs both --from-run and --month"
ABOUT_NOTHING = "--of names an outcome for --precision, and for what drives it over draws; here is neither"
PRECISE_BRANCH = "--precision counts futures from the start; give a branch its number of --runs"
KNOWN_ALONE = "--given FACTS.csv does not go with --precision; give --runs"
DRAWN_FROM_NOTHING = (
    "draws of uncertain numbers go neither with --from-run nor with --precision; give --runs and --draws"
)


def run(
    scenario: File,
    runs: Annotated[int, counted(1, 10**9, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    by: By = None,
    outcome: Given = None,
    free_from: FreeFrom = None,
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
        typer.Option(metavar="OUTCOME", help="What --precision and drivers are about [default: the first]."),
    ] = None,
    from_run: Annotated[int | None, counted(0, 2**48 - 1, "Branch: all share the past of this run.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Branch: the month from which --set acts.")
    ] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="One set of numbers: no draws.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
) -> None:
    """Simulate a scenario many times, print what came of it, then save it to a folder with figures.

    Exit codes: 0 all runs count; 1 the folder holds results, runs failed, or a figure could not be drawn; 2
    input that cannot be used; 130 interrupted.
    """
    with plain_errors(), answering() as answer:
        loaded = load_scenario(scenario, changes, deeds=deeds).by(*given(by, ()), months=months)
        folder, condition = folder_of(out, scenario), condition_of(loaded, outcome, by, months)
        from sim.engine.setups import branch
        from sim.studies.run.ask import LEAST
        from sim.studies.run.folder import run_into
        from sim.studies.run.text import summary
        from sim.writing.manifest import RUN
        from sim.writing.places import place_of

        is_drawn = any(each is not None for each in (posterior, prior, draws))
        _refuse_mixed(precision, from_run, month, is_drawn and not is_table(outcome))
        refuse_if(is_drawn and fixed, FIXED)
        place_of(folder, RUN, overwrite)  # a folder that is taken is told before the work
        _refuse_known(outcome, free_from, precision, of)
        fixed = fixed or _is_fixed(from_run, precision, outcome)
        # what is changed in a branch acts from its month on
        before = loaded
        if from_run is not None:
            before = load_scenario(loaded.source, None)
        setup = drawn(before, fixed, (posterior, prior, draws), seed, runs)
        of = _about(loaded, of, setup, precision)
        runs = whole_runs(setup, runs, LEAST)
        if outcome is not None and free_from is not None:
            setup = known_until(setup, outcome, free_from, runs, seed, threads)
        if from_run is not None and month is not None:
            setup = branch(loaded, from_run, month, trunk=setup)
        if precision is not None:
            runs = _needed(loaded, precision, of, seed, months, threads)
        span = given(months, loaded.case.time.months)

        def told(ensemble: Any) -> None:
            answer(chain(summary(ensemble, all_rows, of), told_apart(ensemble)))
            tell_outside(months, loaded)
            saving(folder)

        with bar(runs * span, "summing up") as tell:
            ensemble = run_into(
                folder, setup, runs, seed, months=months, threads=threads, progress=tell,
                overwrite=overwrite, figures=not no_figures, condition=condition, ready=told,
            )  # fmt: skip
        saved(folder, ensemble.undrawn)
        refuse_failed(ensemble.failed, ensemble.runs)


def _refuse_mixed(precision: float | None, from_run: int | None, month: str | None, is_drawn: bool) -> None:
    """Raises BadInput for options that contradict each other, or that need another."""
    is_branch, is_precise = from_run is not None, precision is not None
    refuse_if(is_branch != (month is not None), HALF_A_BRANCH)
    refuse_if(is_branch and is_precise, PRECISE_BRANCH)
    refuse_if(is_drawn and (is_branch or is_precise), DRAWN_FROM_NOTHING)


def _refuse_known(
    outcome: str | None, free_from: str | None, precision: float | None, of: str | None
) -> None:
    """Raises BadInput for a table of facts that lacks its month, or that goes with something else."""
    refuse_if(is_table(outcome) != (free_from is not None), HALF_A_PAST)
    refuse_if(is_table(outcome) and precision is not None, KNOWN_ALONE)
    refuse_if(is_table(outcome) and of is not None, ABOUT_NOTHING)


def _is_fixed(from_run: int | None, precision: float | None, outcome: str | None) -> bool:
    """Whether options imply one set of numbers, which is told on stderr then."""
    # a run that keeps to what is known has numbers of its own
    if is_table(outcome):
        return False
    for option, value in (("--from-run", from_run), ("--precision", precision)):
        if value is not None:
            note(f"one set of numbers: {option} goes with --fixed")
            return True
    return False


def _about(scenario: Any, of: str | None, setup: Any, precision: float | None) -> str | None:
    """The name of what drivers are told of; what a precision is about is looked for with it."""
    from sim.outcomes.target import target_of

    refuse_if(of is not None and setup.draws is None and precision is None, ABOUT_NOTHING)
    if of is None or precision is not None:
        return of
    return target_of(scenario, of).name


def _needed(
    scenario: Any, precision: float, of: str | None, seed: int, months: int | None, threads: int | None
) -> int:
    """The runs that a precision takes, told on stderr."""
    from sim.studies.run.precision import runs_needed

    with runs_bar() as tell:
        runs = runs_needed(
            scenario, precision, of, seed, months=months, threads=threads,
            progress=tell,
        )  # fmt: skip
    note(f"{runs:,} runs make the interval +-{precision}")
    return runs
