"""Paths with and without something, asked for with --given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
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

EFFECT = "This tells the effect:"
CHANGED = "This tells the effect, once you add what changes the scenario here (--set, --do):"
NO_EVENT = "It is no event that could be forbidden; steppe compare tells the effect of what brings it about."


def condition_of(scenario: Any, outcome: str | None, by: Sequence[str] | None, months: int | None) -> Any:
    """The condition that is asked for, if one is. Raises BadInput."""
    from sim.studies.run.given import condition_of as checked

    if outcome is None:
        return None
    earliest = min(by) if by else None
    return checked(scenario, outcome, earliest, months)


def told_apart(ensemble: Any, scenario: Path) -> Iterator[str]:
    """Paths with and without the condition of an ensemble, and the command that tells the effect."""
    from sim.studies.run.given import in_words

    condition = ensemble.condition
    if condition is None:
        return
    yield from in_words(ensemble, condition)
    if not condition.happening.events:
        yield NO_EVENT
        return
    forbidden = json.dumps(list(condition.happening.events), ensure_ascii=False)
    if ensemble.scenario.changes:
        yield CHANGED
    else:
        yield EFFECT
    yield f"  steppe compare {quote(str(scenario))} --b-do 'interventions.forbidden={forbidden}'"
