"""Command `spatial`: the field's spatial models beside a scenario."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors
from sim.cli.options import Changes, Months, Seed, counted, refuse_if, written
from sim.cli.printing import say_all

NO_ACTORS = "give a CSV of actors, or --scenario, or both"
NO_RUNS = "--set and --months are about a scenario; give --scenario too"


def spatial(
    actors: Annotated[
        Path | None,
        typer.Argument(
            metavar="[ACTORS]", help="A CSV of actors in KTAB's layout; made of --scenario by default."
        ),
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(metavar="SCENARIO", help="Whose runs are printed beside.")
    ] = None,
    vote: Annotated[
        str, typer.Option(help="How votes grow with the gain: proportional, binary or cubic.")
    ] = "proportional",
    victory: Annotated[str, typer.Option(help="How strength wins contests: linear or square.")] = "linear",
    kind: Annotated[
        str, typer.Option("--election", help="Markov by incentive or uniform, or conditional.")
    ] = "incentive",
    runs: Annotated[int, counted(1, 10**7, "How many futures of the scenario.")] = 2_000,
    seed: Seed = 1,
    months: Months = None,
    changes: Changes = None,
    out: Annotated[Path | None, written("A CSV file for the table of actors.")] = None,
) -> None:
    """Forecast with the field's spatial models (mean, median, Condorcet election), beside a scenario's runs.

    Exit codes: 0 done; 1 the file is there already; 2 input that cannot be used.
    """
    with plain_errors():
        about_runs = bool(changes) or months is not None
        refuse_if(actors is None and scenario is None, NO_ACTORS)
        refuse_if(scenario is None and about_runs, NO_RUNS)
        from sim.studies.spatial.ask import election_of, own_of, stakeholders_of
        from sim.studies.spatial.text import summary
        from sim.writing.folders import write_new
        from sim.writing.places import new_file
        from sim.writing.tables import write_rows

        if out is not None:
            new_file(out)
        election = election_of(vote, victory, kind)
        loaded = own = None
        if scenario is not None:
            loaded = load_scenario(scenario, changes)
        table = stakeholders_of(actors, loaded)
        if loaded is not None:
            own = own_of(loaded, table, runs, seed, months)
        if out is not None:
            text = BytesIO()
            write_rows(table.rows(), text)
            write_new(out, text.getvalue())
        say_all(summary(table, election, own))
