"""Command `compare`: two scenarios on the same futures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior
from sim.cli.changes import tell_outside
from sim.cli.conditions import Facts, FreeFrom, check_past, drawn_until
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
    given,
    refuse_if,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import bar
from sim.cli.worlds import First, Other, Second, SecondDeeds, both_worlds

DRAWN_ALONE = (
    "--fixed and draws of uncertain numbers go with --given FACTS.csv only, where each run has a draw of its "
    "own; elsewhere worlds are compared under one set of numbers"
)
NOT_OVER_A_TABLE = "--overwrite replaces a folder of results; a table is written to a new file"


def compare(
    scenario: File,
    other: Other = None,
    first: First = None,
    second: Second = None,
    second_deeds: SecondDeeds = None,
    runs: Annotated[int, counted(2, 10**7, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    by: By = None,
    facts: Facts = None,
    free_from: FreeFrom = None,
    out: Annotated[
        Path | None,
        written("A .csv file for the table, or a folder for the table and figures."),
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every event, not only the outcomes.")
    ] = False,
    fixed: Annotated[
        bool, typer.Option("--fixed", help="With --given: one set of numbers, no draws.")
    ] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
) -> None:
    """Compare two scenarios on the same futures: paired differences, futures that flip, when paths part.

    With --given both go on from runs of A that keep to what is known. Exit codes: 0 compared; 1 the file or
    folder is there, runs failed, or what is known leaves too few of them; 2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        one, two = both_worlds(scenario, other, changes, first, second, deeds, second_deeds)
        span = given(months, min(one.case.time.months, two.case.time.months))
        one, two = (each.by(*given(by, ()), months=span) for each in (one, two))
        from sim.studies.compare.ask import compare as run_both
        from sim.studies.compare.text import differences

        source = (posterior, prior, draws)
        check_past(facts, free_from)
        refuse_if(facts is None and (fixed or any(each is not None for each in source)), DRAWN_ALONE)
        refuse_if(fixed and any(each is not None for each in source), FIXED)
        if out is not None:
            _try_place(out, overwrite)
        setups = one, two
        if facts is not None and free_from is not None:
            known = drawn_until(one, facts, free_from, fixed, source, seed, runs, threads)
            setups, runs = (known, known.under(two)), known.past.particles
        with bar(2 * runs * span, "comparing") as tell:
            found = run_both(*setups, runs, seed, months=months, threads=threads, progress=tell)
        answer(differences(found, all_rows))
        tell_outside(span, one, two)
        if out is not None:
            saving(out)
            saved(out, _save(found, out, overwrite))
        refuse_failed(len(found.failed) - found.runs, len(found.failed))


def _is_table(out: Path) -> bool:
    """Whether a place is meant for a table alone, not for a folder."""
    return out.suffix == ".csv"


def _try_place(out: Path, overwrite: bool) -> None:
    """Refuse a place that cannot be written to, before anything is run. Raises BadInput, PlaceError."""
    from sim.writing.manifest import COMPARE
    from sim.writing.places import new_file, place_of

    if _is_table(out):
        refuse_if(overwrite, NOT_OVER_A_TABLE)
        new_file(out)
    else:
        place_of(out, COMPARE, overwrite)


def _save(found: Any, out: Path, overwrite: bool) -> tuple[str, ...]:
    """Write the table, or a folder with figures. A line for each figure that could not be drawn."""
    from sim.writing.folders import write_new
    from sim.writing.tables import csv_bytes

    if not _is_table(out):
        return tuple(found.save(out, overwrite))
    write_new(out, csv_bytes(found.table()))
    return ()
