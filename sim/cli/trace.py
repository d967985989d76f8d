"""Command `trace`: one future as a story."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior
from sim.cli.changes import load_scenario, tell_outside
from sim.cli.conditions import Facts, FreeFrom, check_past, drawn_until
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, Deeds, File, Months, Seed, Threads, counted, given, refuse_if
from sim.cli.printing import say_all

RUNS = 20_000
"""Runs of the ensemble, unless told otherwise, as `steppe run` makes them."""

OF_MANY = "--runs, --fixed, --posterior, --prior and --draws are of an ensemble; give --given FACTS.csv"


def trace(
    scenario: File,
    run: Annotated[int, counted(0, 2**48 - 1, "Number of the run.")] = 0,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    facts: Facts = None,
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
        check_past(facts, free_from)
        source = (posterior, prior, draws)
        is_drawn = any(each is not None for each in source)
        refuse_if(facts is None and (fixed or is_drawn or runs is not None), OF_MANY)
        refuse_if(fixed and is_drawn, FIXED)
        setup = loaded
        if facts is not None and free_from is not None:
            setup = drawn_until(loaded, facts, free_from, fixed, source, seed, given(runs, RUNS), threads)
        from sim.studies.trace.ask import story

        say_all(story(setup, seed, run, months))
        tell_outside(months, loaded)
