"""Command `score`: what a ledger holds that has come due, beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import plain_errors, saved, saving
from sim.cli.options import Overwrite, refuse_if, written
from sim.cli.printing import answering

NOTHING_TO_REPLACE = "--overwrite replaces a folder of scores; give one with --out"


def score(
    ledger: Annotated[Path, typer.Option(metavar="FILE", help="The ledger, as steppe forecast wrote it.")],
    facts: Annotated[
        Path,
        typer.Option(
            metavar="FACTS.csv",
            help="What came: columns kind, target, when, value, source, provenance, note.",
        ),
    ],
    case: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The scenario whose facts they are, if the ledger holds several."),
    ] = None,
    out: Annotated[
        Path | None, written("Folder for the scores as tables; without one nothing is saved.")
    ] = None,
    overwrite: Overwrite = False,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every target, not only all together.")
    ] = False,
) -> None:
    """Score forecasts that have come due against dated facts, beside the baselines that the ledger holds.

    Exit codes: 0 scored, whatever the scores; 1 the ledger is not as it was written (the line is told), or
    the folder holds results; 2 input that cannot be used, or scoringrules is not installed.
    """
    with plain_errors(), answering() as answer:
        from sim.studies.ledger.score import score as score_ledger
        from sim.studies.ledger.text.scores import scored
        from sim.writing.manifest import SCORE
        from sim.writing.places import place_of

        refuse_if(overwrite and out is None, NOTHING_TO_REPLACE)
        if out is not None:
            place_of(out, SCORE, overwrite)  # a folder that is taken is told before the work

        found = score_ledger(ledger, facts, case=case)
        answer(scored(found, all_rows))
        if out is not None:
            saving(out)
            found.save(out, overwrite)
            saved(out)
