"""Command `score`: what a ledger holds that has come due, beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.exits import plain_errors
from sim.cli.printing import answering


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
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every target, not only all together.")
    ] = False,
) -> None:
    """Score forecasts that have come due against dated facts, beside the baselines that the ledger holds.

    Exit codes: 0 scored, whatever the scores; 1 the ledger is not as it was written (the line is told);
    2 input that cannot be used, or scoringrules is not installed.
    """
    with plain_errors(), answering() as answer:
        from sim.studies.ledger.score import score as score_ledger
        from sim.studies.ledger.text.scores import scored

        found = score_ledger(ledger, facts, case=case)
        answer(scored(found, all_rows))
