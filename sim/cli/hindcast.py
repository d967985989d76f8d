"""Command `hindcast`: a scenario of the past beside what came."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.beliefs import Draws, FromPrior, Posterior, drawn_as_asked
from sim.cli.changes import load_scenario
from sim.cli.exits import plain_errors, refuse_failed, saved, saving
from sim.cli.options import (
    LONGEST_SHOWN,
    Changes,
    File,
    Overwrite,
    Seed,
    Threads,
    counted,
    folder_of,
    written,
)
from sim.cli.printing import answering
from sim.cli.progress import bar


def hindcast(
    scenario: File,
    data: Annotated[
        Path,
        typer.Option(
            metavar="TABLE.csv",
            help="What came: columns kind, target, when, value, source, provenance, note.",
        ),
    ],
    given: Annotated[
        Path | None,
        typer.Option(metavar="TABLE.csv", help="What runs are told besides as it comes: dated deeds, say."),
    ] = None,
    origins: Annotated[
        str | None,
        typer.Option(metavar="YEAR-YEAR", help="Years at whose ends the years after are foretold."),
    ] = None,
    theories: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Theories of choice that foretell together."),
    ] = None,
    runs: Annotated[int, counted(1, 10**7, "How many runs.")] = 2_000,
    seed: Seed = 1,
    changes: Changes = None,
    posterior: Posterior = None,
    prior: FromPrior = None,
    draws: Draws = None,
    out: Annotated[
        Path | None,
        written("Folder for the results [default: results/SCENARIO-hindcast]."),
    ] = None,
    overwrite: Overwrite = False,
    threads: Threads = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Save tables only.")] = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print in-sample observations too, not only later ones.")
    ] = False,
) -> None:
    """Lay runs of a scenario of the past beside what came, and score them beside baselines without a model.

    Exit codes: 0 scored, whatever the scores; 1 the folder holds results, or runs failed; 2 input that cannot
    be used (one line for each problem, with the line of the table), or scoringrules or statsmodels is not
    installed.
    """
    with plain_errors(), answering() as answer:
        folder = folder_of(out, scenario, "-hindcast")
        loaded = load_scenario(scenario, changes)
        from sim.assimilation.observations import facts_of
        from sim.engine.setups import Plain
        from sim.outcomes.structural import statsmodels
        from sim.reading.source import source_of
        from sim.statistics.scores import scoringrules
        from sim.studies.hindcast.ask import hindcast as score
        from sim.studies.hindcast.ask import months_needed
        from sim.studies.hindcast.text import lines
        from sim.writing.manifest import HINDCAST
        from sim.writing.places import place_of

        # What is missing, and what is wrong with the table, is told before anything is run.
        scoringrules()
        statsmodels()
        table, years = source_of(data), years_of(origins)
        facts = facts_of(table, loaded)
        place_of(folder, HINDCAST, overwrite)
        setup = drawn_as_asked(loaded, posterior, prior, draws, seed, runs) or Plain(loaded)
        span = months_needed(loaded, facts)
        with bar(setup.whole(runs) * span, "scoring") as tell:
            found = score(
                setup, table, runs, seed, given=given, origins=years, theories=names_of(theories),
                months=span, threads=threads, progress=tell,
            )  # fmt: skip
        answer(lines(found, everything=all_rows))
        saving(folder)
        saved(folder, found.save(folder, overwrite, not no_figures))
        refuse_failed(found.failed, found.runs)


def years_of(given: str | None) -> tuple[int, int] | None:
    """The first and the last of years such as 2005-2018, or of one. Raises BadParameter."""
    if given is None:
        return None
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", given)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise typer.BadParameter(
            f"must be years such as 2005-2018, the first one first, not {given[:LONGEST_SHOWN]!r}",
            param_hint="'--origins'",
        )
    return int(found[1]), int(found[2] or found[1])


def names_of(given: str | None) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(filter(None, (each.strip() for each in (given or "").split(","))))
