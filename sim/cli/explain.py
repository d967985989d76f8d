"""Command `explain`: what each mechanism adds to an outcome, or to its difference between two worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.conditions import Facts, FreeFrom, check_past, known_until
from sim.cli.exits import plain_errors, refuse_failed, saved, saving
from sim.cli.options import (
    Changes,
    Deeds,
    File,
    Month,
    Of,
    Overwrite,
    Seed,
    Threads,
    counted,
    real,
    refuse_if,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import bar
from sim.cli.worlds import First, Other, Second, SecondDeeds, one_or_two

ONE_WORLD = "--run names a flip between two worlds; name a second one"


def explain(
    scenario: File,
    other: Other = None,
    of: Of = None,
    by: Month = None,
    groups: Annotated[
        str | None,
        typer.Option(metavar="GROUP,...", help="Groups of mechanism cards [default: all]; others stay on."),
    ] = None,
    first: First = None,
    second: Second = None,
    second_deeds: SecondDeeds = None,
    above: Annotated[
        float | None,
        typer.Option(parser=real, metavar="LEVEL", help="The level of a number that tells flips of B."),
    ] = None,
    run: Annotated[
        int | None, counted(0, 2**48 - 1, "The flip to be told as the example [default: a typical one].")
    ] = None,
    runs: Annotated[int, counted(2, 10**5, "How many futures.")] = 4000,
    futures: Annotated[int, counted(0, 10**6, "How many are looked through for flips; 0 for none.")] = 20_000,
    seed: Seed = 1,
    changes: Changes = None,
    deeds: Deeds = None,
    facts: Facts = None,
    free_from: FreeFrom = None,
    out: Annotated[Path | None, written("A folder for the tables and the figure.")] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
) -> None:
    """Divide a probability or mean, or what a second world changes in it, among the scenario's mechanisms.

    With --given mechanisms are off from the month of --from on only, on runs of A that keep to what is known.
    Exit codes: 0 answered; 1 the folder is there, runs failed, or what is known leaves too few of them;
    2 input that cannot be used.
    """
    with plain_errors(), answering() as answer:
        worlds = one_or_two(scenario, other, changes, first, second, deeds, second_deeds)
        from sim.engine.setups import Plain
        from sim.studies.explain.asked import Asked
        from sim.studies.explain.search import Search
        from sim.studies.explain.text import explained_told
        from sim.writing.manifest import EXPLAIN
        from sim.writing.places import place_of

        if out is not None:
            place_of(out, EXPLAIN, overwrite)  # a folder that is taken is told before the work
        names = None if groups is None else [name.strip() for name in groups.split(",") if name.strip()]
        check_past(facts, free_from)
        refuse_if(run is not None and len(worlds) < 2, ONE_WORLD)
        past = None
        if facts is not None and free_from is not None:
            most = max(runs, futures * (len(worlds) > 1))
            past = known_until(Plain(worlds[0]), facts, free_from, most, seed, threads).past
        asked = Asked.of(worlds, of, by, names, runs, seed, threads, past)
        search = Search.of(asked, above, futures)
        with bar(asked.run_months + search.run_months, "summing up") as tell:
            found = search.done(asked.done(tell), tell)
        # a run that does not flip is told before anything is printed
        answer([*explained_told(found, run)])
        if out is not None:
            saving(out)
            saved(out, found.save(out, overwrite))
        refuse_failed(found.failed, found.runs)
