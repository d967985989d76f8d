"""Command `trace`: one future as a story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior, Prior, drawn, whole_runs
from sim.cli.changes import load_scenario, tell_outside
from sim.cli.conditions import HALF_A_PAST, FreeFrom, is_table, known_until
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, Deeds, File, Months, Seed, Threads, counted, given, refuse_if
from sim.cli.printing import say_all

RUNS = 20_000
"""Runs of the ensemble, unless told otherwise, as `steppe run` makes them."""

OF_MANY = "--runs, --fixed, --posterior, --prior and --draws are of an ensemble; give --given FACTS.csv"
NO_TABLE = "--given takes a table of facts here, such as facts.csv"


def trace(
    scenario: File,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")] = 0,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    facts: Annotated[
        str | None,
        typer.Option(
            "--given", metavar="FACTS.csv", help="A run of those that keep to a table of facts, with --from."
        ),
    ] = None,
    free_from: FreeFrom = None,
    runs: Annotated[
        int | None, counted(1, 10**9, f"With --given: of how many runs it is one [default: {RUNS:,}].")
    ] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help="With --given: one set of numbers.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
    threads: Threads = None,
) -> None:
    """Tell one future as a story: who proposed what, why, and what came of it.

    It is a run of `steppe run --fixed` with this seed; with --given FACTS.csv and --from it is that of
    `steppe run` with the same options, from its ancestors on.
    """
    with plain_errors():
        loaded = load_scenario(scenario, changes, deeds=deeds)
        refuse_if(facts is not None and not is_table(facts), NO_TABLE)
        refuse_if((facts is None) != (free_from is None), HALF_A_PAST)
        source = (posterior, prior, draws)
        is_drawn = any(each is not None for each in source)
        refuse_if(facts is None and (fixed or is_drawn or runs is not None), OF_MANY)
        refuse_if(fixed and is_drawn, FIXED)
        setup = loaded
        if facts is not None and free_from is not None:
            setup = _living(loaded, facts, free_from, given(runs, RUNS), seed, fixed, source, threads)
        from sim.studies.trace.ask import story

        say_all(story(setup, seed, run, months))
        tell_outside(months, loaded)


def _living(
    scenario: Any, facts: str, month: str, runs: int, seed: int, fixed: bool,
    source: tuple[Path | None, Prior | None, int | None], threads: int | None,
) -> Any:  # fmt: skip
    """The ensemble of which a run is told. Raises BadInput, Refusal."""
    from sim.studies.run.ask import LEAST

    setup = drawn(scenario, fixed, source, seed, runs)
    return known_until(setup, facts, month, whole_runs(setup, runs, LEAST), seed, threads)
