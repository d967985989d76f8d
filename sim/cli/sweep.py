"""Command `sweep`: a design of many points on the same luck."""

from __future__ import annotations

from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.changes import deeds_of, load_scenario, tell_done, tell_meant, tell_outside
from sim.cli.exits import Refused, plain_errors, refuse_failed, saved, saving
from sim.cli.options import (
    By,
    Changes,
    Deeds,
    File,
    Months,
    Seed,
    Threads,
    counted,
    folder_of,
    given,
    refuse_if,
    written,
)
from sim.cli.printing import answering, note
from sim.cli.progress import bar

NOTHING_VARIED = "a sweep needs --vary, once for each number, or --table, or both"
POINTS_GIVEN = "--table gives the points; --design and --points belong to --vary"
THREADS_ELSEWHERE = "--threads are those of this machine; with --dask the workers compute"


def sweep(
    scenario: File,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH[=LOW:HIGH:N]",
            help="An uncertainty; without values, its range in the file.",
        ),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Design points of your own: a column a path, a row a point; --vary meets each.",
        ),
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(help="grid (N values each), lhs, sobol, or oat (one at a time) [default: grid]."),
    ] = None,
    points: Annotated[
        int | None, counted(1, 10**6, "Points of lhs and sobol; values of a grid without N [default: 16].")
    ] = None,
    lever: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="NAME:KEY=VALUE[@YYYY-MM][;...]",
            help="A choice that meets every point: done as by --do.",
        ),
    ] = None,
    runs_per_point: Annotated[int, counted(1, 10**7, "Futures of each point and lever.")] = 1000,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="Outcomes to store; all by default.")
    ] = None,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    by: By = None,
    out: Annotated[Path | None, written("Folder for the results [default: results/SCENARIO-sweep].")] = None,
    threads: Threads = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Compute on the workers of this Dask scheduler.")
    ] = None,
) -> None:
    """Run a design of many points on the same luck; the same command goes on where it was stopped.

    Exit codes: 0 all cells ran; 1 the folder holds something else, a cell or a run failed, or workers were
    lost; 2 a design or scenario that cannot be used; 130 interrupted, with what is stored kept.
    """
    folder = folder_of(out, scenario, "-sweep")
    with plain_errors(lambda: _goes_on(folder)), answering() as answer:
        loaded = load_scenario(scenario, changes, deeds=deeds)
        from sim.studies.sweep.arguments import levers_of, name_of
        from sim.studies.sweep.ask import sweep as run_sweep
        from sim.studies.sweep.text import failures_told, sweep_summary
        from sim.studies.sweep.tipping import tipping_of

        vary = vary or []
        is_sampled = design is not None or points is not None
        _refuse_mixed(vary, table, is_sampled, threads, dask)
        tried = _tried(loaded, vary, table, given(design, "grid"), given(points, 16), seed)
        levers = levers_of(lever, partial(deeds_of, loaded))
        tell_meant(loaded, [*map(name_of, vary), *tried.columns])
        tell_done(loaded, chain(*levers.values()))
        cells = len(tried) * len(levers)
        span = given(months, loaded.case.time.months)
        loaded.by(*given(by, ()), months=span)  # what is no month is told before the work
        with bar(cells * runs_per_point * span, "summing up", resumes=True) as tell:
            done = run_sweep(
                loaded, tried, folder, levers=levers, runs=runs_per_point, seed=seed, months=months,
                keep=keep, threads=threads, progress=tell, tell=lambda line: note(f"steppe: {line}"),
                client=dask,
            )  # fmt: skip
        done = done.by(*given(by, ()))
        summary, turns = done.summary(), tipping_of(done)
        answer(sweep_summary(done, summary, turns))
        for line in failures_told(done):
            note(f"steppe: {line}")
        tell_outside(months, loaded)
        saving(folder)
        saved(folder, done.finish(_tables(summary, turns), lambda: _figures_of(done, summary, turns)))
        if done.failures:
            raise Refused(f"{len(done.failures)} of {cells} cells could not be run")
        lost = summary.drop_duplicates(["point", "lever"])  # a cell has a row for each outcome
        refuse_failed(int(lost["failed"].sum()), cells * runs_per_point)


def _refuse_mixed(
    vary: list[str], table: Path | None, is_sampled: bool, threads: int | None, dask: str | None
) -> None:
    """Raises BadInput for options that contradict each other, or that need another."""
    refuse_if(not vary and table is None, NOTHING_VARIED)
    refuse_if(not vary and is_sampled, POINTS_GIVEN)
    refuse_if(dask is not None and threads is not None, THREADS_ELSEWHERE)


def _tried(loaded: Any, vary: list[str], table: Path | None, design: str, points: int, seed: int) -> Any:
    """The design points: those of a table, those of --vary, or each of one with each of the other."""
    from sim.studies.sweep.arguments import crossed, design_of, table_of

    parts = []
    if table is not None:
        parts.append(table_of(table, loaded))
    if vary:
        parts.append(design_of(loaded, vary, design, points, seed))
    return reduce(crossed, parts)


def _tables(summary: Any, turns: Any) -> dict[str, Any]:
    """The tables to save by name; a design without tipping points has no table of them."""
    if turns.empty:
        return {"summary.csv": summary}
    return {"summary.csv": summary, "tipping.csv": turns}


def _figures_of(done: Any, summary: Any, turns: Any) -> Any:
    """The figures by name; what draws them is imported only once there is something to draw."""
    from sim.studies.sweep.figures import figures_of

    return figures_of(done, summary, turns)


def _goes_on(folder: Path) -> str:
    """What a stopped sweep leaves, and how it goes on."""
    from sim.studies.sweep.results import Sweep

    done = Sweep(folder).done
    stored = "part is" if done == 1 else "parts are"
    return f"{done} {stored} stored in {folder}, and the same command goes on from there"
