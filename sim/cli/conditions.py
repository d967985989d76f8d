"""Paths with and without something, asked for with --given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.beliefs import Prior, drawn, whole_runs
from sim.cli.options import refuse_if

Given = Annotated[
    str | None,
    typer.Option(
        "--given",
        metavar="OUTCOME|FACTS.csv",
        help="Tell paths apart by whether this has happened; or keep runs to a table of facts, with --from.",
    ),
]
FreeFrom = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="YYYY-MM", help="With --given FACTS.csv: the month from which all is free."
    ),
]
Facts = Annotated[
    str | None,
    typer.Option(
        "--given", metavar="FACTS.csv", help="Keep runs to a table of facts until a month, with --from."
    ),
]
NO_TABLE = "--given FACTS.csv is a table of dated facts here, in a file that ends in .csv"
HALF_A_PAST = "--given FACTS.csv and --from YYYY-MM go together: what is known, and from when on all is free"


def is_table(outcome: str | None) -> bool:
    """Whether what is given is a table of facts, not a happening."""
    return outcome is not None and outcome.lower().endswith(".csv")


def known_until(setup: Any, facts: str, month: str, runs: int, seed: int, threads: int | None) -> Any:
    """Runs that keep to a table of facts until a month. Raises BadInput, Refusal."""
    from sim.assimilation.given import given
    from sim.cli.progress import past_bar

    with past_bar() as tell:
        return given(setup, facts, month, runs, seed, threads=threads, progress=tell)


def check_past(facts: str | None, month: str | None) -> None:
    """Raises BadInput for facts without a month from which all is free, the other way round, or no table."""
    refuse_if(facts is not None and not is_table(facts), NO_TABLE)
    refuse_if((facts is None) != (month is None), HALF_A_PAST)


def drawn_until(
    scenario: Any, facts: str, month: str, fixed: bool,
    source: tuple[Path | None, Prior | None, int | None], seed: int, runs: int, threads: int | None,
) -> Any:  # fmt: skip
    """Runs under draws, as `steppe run` has them, that keep to a table of facts. Raises BadInput, Refusal."""
    from sim.studies.run.ask import LEAST

    setup = drawn(scenario, fixed, source, seed, runs)
    return known_until(setup, facts, month, whole_runs(setup, runs, LEAST), seed, threads)


def condition_of(scenario: Any, outcome: str | None, by: Sequence[str] | None, months: int | None) -> Any:
    """The condition that is asked for, if one is. Raises BadInput."""
    from sim.studies.run.given import condition_of as checked

    if outcome is None or is_table(outcome):
        return None
    earliest = min(by) if by else None
    return checked(scenario, outcome, earliest, months)


def told_apart(ensemble: Any) -> Iterator[str]:
    """Paths with and without the condition of an ensemble, if it has one."""
    from sim.studies.run.given import in_words

    if ensemble.condition is not None:
        yield from in_words(ensemble, ensemble.condition)
