"""Two worlds that a command lays beside each other: two files, or one with changes of either."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.changes import load_scenario
from sim.cli.options import given

Other = Annotated[
    Path | None, typer.Argument(metavar="[OTHER]", help="A second file; the same file by default.")
]
First = Annotated[list[str] | None, typer.Option("--a", metavar="KEY=VALUE", help="A change of scenario A.")]
Second = Annotated[list[str] | None, typer.Option("--b", metavar="KEY=VALUE", help="A change of scenario B.")]
SecondDeeds = Annotated[
    list[str] | None,
    typer.Option("--b-do", metavar="KEY=VALUE[@YYYY-MM]", help="An intervention in B alone."),
]


def both_worlds(
    scenario: Path, other: Path | None,
    changes: list[str] | None, first: list[str] | None, second: list[str] | None,
    deeds: list[str] | None, second_deeds: list[str] | None,
) -> tuple[Any, Any]:  # fmt: skip
    """Scenarios A and B: the changes and deeds of both, and those of either. Raises ScenarioError."""
    both, all_deeds = changes or [], deeds or []
    one = load_scenario(scenario, both + (first or []), deeds=all_deeds)
    # of the same file by default, read once: it may be a pipe, or change meanwhile
    two = load_scenario(
        given(other, one.source), both + (second or []), both, all_deeds + (second_deeds or [])
    )
    return one, two


def one_or_two(
    scenario: Path, other: Path | None,
    changes: list[str] | None, first: list[str] | None, second: list[str] | None,
    deeds: list[str] | None, second_deeds: list[str] | None,
) -> list[Any]:  # fmt: skip
    """Scenarios A and B if anything makes them differ, else the one scenario. Raises ScenarioError."""
    if other or first or second or second_deeds:
        return [*both_worlds(scenario, other, changes, first, second, deeds, second_deeds)]
    return [load_scenario(scenario, changes, deeds=deeds)]
