"""A table of dated observations: values of series, whether events came, and dates of first times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeGuard

import pandas as pd

from sim.assimilation.contradictions import contradictions
from sim.assimilation.facts import EVENT, KINDS, SERIES, TIME, Fact
from sim.engine.history import month_label
from sim.outcomes.happenings import happenings_of
from sim.reading.dates import MONTH, YEAR
from sim.reading.numbers import NotANumber, number, shown
from sim.reading.source import Source, source_of
from sim.reading.tables import TableError, read_table
from sim.refusal import BadInput, did_you_mean
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.schema import month_number
from sim.writing.tables import csv_bytes

NEEDED = ("kind", "target", "when", "value")
COLUMNS = (*NEEDED, "source", "provenance", "note")
NEVER = "never"

Data: TypeAlias = str | Path | Source | pd.DataFrame | Sequence[Fact]
"""Dated observations: a file, the name of a shipped one, a table with COLUMNS, or facts read before."""


def observations_of(data: Data, scenario: Scenario | None) -> tuple[tuple[Fact, ...], Source]:
    """The observations that a caller gives, and the bytes of their table. Raises ScenarioError, TypeError.

    Without a scenario they may be of any target and any time.
    """
    if isinstance(data, pd.DataFrame):
        # Through the bytes of a file: a table is read by the same rules, and can be written to a folder.
        data = Source("the table", csv_bytes(data.rename(columns=str)))
    if isinstance(data, str | Path | Source):
        source = _read(data)
        return facts_of(source, scenario), source
    if _are_facts(data):
        facts = tuple(data)
        return facts, Source("the facts", csv_bytes(table_of(facts)))
    raise TypeError(f"give observations as a file or a pandas DataFrame, not {type(data).__name__}")


def _are_facts(data: object) -> TypeGuard[Sequence[Fact]]:
    """Whether a caller gave facts that were read before."""
    if not isinstance(data, Sequence):
        return False
    return all(isinstance(each, Fact) for each in data)


def table_of(facts: Iterable[Fact]) -> pd.DataFrame:
    """Facts as a table that `facts_of` reads: a row for each, with COLUMNS."""
    rows = [
        (each.kind, each.target, each.when, written(each), each.source, each.provenance, each.note)
        for each in facts
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def written(fact: Fact) -> str:
    """The value of a fact as its table has it."""
    if fact.kind == SERIES:
        return repr(fact.value)  # every digit, so that it is read back as the same number
    if fact.kind == EVENT:
        return str(int(fact.value))
    if math.isinf(fact.value):
        return NEVER
    return month_label(int(fact.value))


def _read(file: str | Path | Source) -> Source:
    """A file of observations. Raises ScenarioError if there is none that can be read."""
    try:
        return source_of(file)
    except BadInput as error:
        raise ScenarioError([str(error)]) from None


def facts_of(file: str | Path | Source, scenario: Scenario | None) -> tuple[Fact, ...]:
    """The observations of a file, in its order. Raises ScenarioError with a line for each thing wrong.

    Without a scenario they may be of any target and any time.
    """
    try:
        table = read_table(_read(file), NEEDED, COLUMNS)
    except TableError as error:
        raise ScenarioError(error.problems) from None
    found: list[Fact] = []
    wrong: list[str] = []
    for line, row in table:
        cells = {key: row.get(key, "") for key in COLUMNS}
        try:
            found.append(replace(_fact(cells, scenario), line=line))
        except ValueError as error:
            wrong.append(f"{table.name}: line {line}: {error}")
    # Rows that are wrong by themselves take no part: one mistake is told once.
    wrong += [f"{table.name}: {line}" for line in contradictions(found, scenario)]
    if wrong:
        raise ScenarioError(wrong)
    return tuple(found)


def _fact(row: dict[str, str], scenario: Scenario | None) -> Fact:
    """The observation of a row. Raises ValueError with what is wrong with it."""
    kind, target = row["kind"], row["target"]
    if kind not in KINDS:
        raise ValueError(f"kind must be {', '.join(KINDS)}, not {shown(kind)}")
    if scenario is not None:
        _check_target(kind, target, scenario)
    first, last = window_of(row["when"])
    if scenario is not None:
        _check_within(row["when"], first, last, scenario)
    value = _value(kind, row["value"], first, last)
    if kind == SERIES and scenario is not None:
        _check_support(target, value, scenario)
    return Fact(kind, target, first, last, value, row["source"], row["provenance"], row["note"])


def _check_within(when: str, first: int, last: int, scenario: Scenario) -> None:
    """Raises ValueError for a window [from year 0] that is not simulated."""
    start = month_number(scenario.case.time.start)
    end = start + scenario.case.time.months - 1
    if not start <= first <= last <= end:
        span = f"{month_label(start)} to {month_label(end)}"
        raise ValueError(f"{when} does not lie within the scenario, {span}")


def _check_target(kind: str, target: str, scenario: Scenario) -> None:
    """Raises ValueError for a target that there is not, with what may be meant."""
    if kind == SERIES:
        table, known = "observations", list(scenario.case.observations)
    else:
        table, known = "outcomes", [each.name for each in happenings_of(scenario)]
    if target not in known:
        hint = did_you_mean(target, known) or f"; add a table [{table}.NAME] to {scenario.name}"
        raise ValueError(f"no {kind} {shown(target)} in the scenario{hint}")


def _check_support(target: str, value: float, scenario: Scenario) -> None:
    """Raises ValueError for a value of a series that cannot be observed."""
    observation = scenario.case.observations[target]
    low, high = observation.ends
    if not low <= value <= high:
        support = f"observations.{target}.support is {observation.support}, {low:g} to {high:g}"
        raise ValueError(f"value {value:g} cannot be: {support}")


def window_of(when: str) -> tuple[int, int]:
    """First and last month [from year 0] of `1998`, `1998-05` or `1998-05/1999-04`. Raises ValueError."""
    if YEAR.fullmatch(when):
        return int(when) * 12, int(when) * 12 + 11
    ends = when.split("/")
    if len(ends) <= 2 and all(map(MONTH.fullmatch, ends)):
        return month_number(ends[0]), month_number(ends[-1])
    raise ValueError(
        f"when must be a year (1998), a month (1998-05) or FROM/TO (1998-05/1999-04), not {shown(when)}"
    )


def _first_time(text: str, first: int, last: int) -> float:
    """Month of a first time within a window [from year 0], infinite if it never came. Raises ValueError."""
    if text == NEVER:
        return math.inf
    earliest, latest = window_of(text)
    if not first <= earliest == latest <= last:
        raise ValueError(f"value of a time must be a month within its window, or {NEVER}, not {shown(text)}")
    return float(earliest)


def _value(kind: str, text: str, first: int, last: int) -> float:
    if kind == TIME:
        return _first_time(text, first, last)
    try:
        value = float(number(text))
    except NotANumber as error:
        raise ValueError(f"value {error}") from None
    if kind == EVENT and value not in (0.0, 1.0):
        raise ValueError(f"value of an event must be 1 (happened) or 0, not {shown(text)}")
    return value
