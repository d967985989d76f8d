"""Command `forecast`: probabilities, written down before it is known what comes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import FIXED, Draws, FromPrior, Posterior, drawn, whole_runs
from sim.cli.changes import load_scenario, tell_outside
from sim.cli.conditions import Facts, FreeFrom, check_past, drawn_until
from sim.cli.exits import plain_errors, refuse_failed
from sim.cli.options import By, Changes, Deeds, File, Months, Seed, Threads, counted, given, refuse_if
from sim.cli.printing import note, say_all
from sim.cli.progress import bar


def forecast(
    scenario: File,
    ledger: Annotated[
        Path, typer.Option(metavar="FILE", help="The ledger: begun if it is not there, else added to.")
    ],
    runs: Annotated[int, counted(2, 10**7, "How many futures.")] = 20_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    deeds: Deeds = None,
    by: By = None,
    facts: Facts = None,
    free_from: FreeFrom = None,
    past: Annotated[
        bool, typer.Option("--past", help="Write down questions about the past too, marked as such.")
    ] = False,
    fixed: Annotated[bool, typer.Option("--fixed", help="One set of numbers: no draws.")] = False,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
    threads: Threads = None,
) -> None:
    """Write down what runs say of a scenario's questions, dated and in a chain of hashes, to be scored.

    With --given the runs keep to what is known until the month of --from, and baselines know the same. Exit
    codes: 0 written down; 1 the ledger is not as it was written, runs failed, or what is known leaves too few
    of them; 2 input that cannot be used.
    """
    with plain_errors():
        loaded = load_scenario(scenario, changes, deeds=deeds).by(*given(by, ()), months=months)
        from sim.studies.ledger.chain import begun
        from sim.studies.ledger.forecast import forecast as write_down
        from sim.studies.ledger.text.forecasts import written_down

        check_past(facts, free_from)
        refuse_if(fixed and any(each is not None for each in (posterior, prior, draws)), FIXED)
        begun(ledger)  # a ledger that cannot be added to is told before the work
        source = (posterior, prior, draws)
        if facts is not None and free_from is not None:
            setup = drawn_until(loaded, facts, free_from, fixed, source, seed, runs, threads)
            runs = setup.past.particles
        else:
            setup = drawn(loaded, fixed, source, seed, runs)
            runs = whole_runs(setup, runs, 2)
        span = given(months, loaded.case.time.months)
        with bar(runs * span, "writing down") as tell:
            found = write_down(
                setup, ledger, runs, seed, months=months, past=past, threads=threads, progress=tell
            )
        if found.cut_off:
            note(f"{found.cut_off} bytes that a killed writer left at the end of {ledger} were taken off")
        say_all(written_down(found))
        tell_outside(months, loaded)
        refuse_failed(found.entries[0].failed, found.entries[0].runs)
