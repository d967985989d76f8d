"""Paths with and without something, asked for with --given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

Given = Annotated[
    str | None,
    typer.Option(
        "--given",
        metavar="OUTCOME",
        help="Tell paths apart by whether this has happened by the earliest --by, else by the end.",
    ),
]


def condition_of(scenario: Any, outcome: str | None, by: Sequence[str] | None, months: int | None) -> Any:
    """The condition that is asked for, if one is. Raises BadInput."""
    from sim.studies.run.given import condition_of as checked

    if outcome is None:
        return None
    earliest = min(by) if by else None
    return checked(scenario, outcome, earliest, months)


def told_apart(ensemble: Any) -> Iterator[str]:
    """Paths with and without the condition of an ensemble, if it has one."""
    from sim.studies.run.given import in_words

    if ensemble.condition is not None:
        yield from in_words(ensemble, ensemble.condition)
