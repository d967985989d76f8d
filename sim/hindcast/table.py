"""A table of dated observations: a CSV file with a row for each value of a series, each yes or no, each date of a first time."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.history import month_label
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.schema import month_number

SERIES, EVENT, TIME = "series", "event", "time"
KINDS = (SERIES, EVENT, TIME)
NEEDED = ("kind", "target", "when", "value")
COLUMNS = (*NEEDED, "source", "provenance", "note")
NEVER = "never"
IN_SAMPLE, VALIDATION, OUT_OF_SAMPLE = "in-sample", "validation", "out-of-sample"
SAMPLES = (IN_SAMPLE, VALIDATION, OUT_OF_SAMPLE)


@dataclass(frozen=True)
class Fact:
    """One observation of a target over the months from `first` to `last` (from year 0, both included).

    value: of a series in its unit, the mean over these months; of an event 1 if it happened at least once in them, else 0; of a
    time the month of the first occurrence in them, infinite if it did not occur.
    """

    kind: str
    target: str
    first: int
    last: int
    value: float
    source: str = ""
    provenance: str = ""
    note: str = ""

    @property
    def when(self) -> str:
        """The window in the words of the table."""
        if self.first % 12 == 0 and self.last == self.first + 11:
            return f"{self.first // 12:04d}"
        return month_label(self.first) if self.first == self.last else f"{month_label(self.first)}/{month_label(self.last)}"


def facts_of(file: Path, scenario: Scenario) -> tuple[Fact, ...]:
    """The observations of a file, in its order. Raises ScenarioError with a line for each thing that is wrong."""
    try:
        with open(file, encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, strict=True))
    except FileNotFoundError:
        raise ScenarioError([f"{file}: no such file"]) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError([f"{file}: cannot be read as a CSV table ({error})"]) from None
    missing = [name for name in NEEDED if not rows or name not in rows[0]]
    if missing:
        raise ScenarioError([f"{file}: needs a first row with {', '.join(COLUMNS)} and rows below it; missing: {missing[0]}"])
    found: list[Fact] = []
    wrong: list[str] = []
    for place, row in enumerate(rows, start=2):
        try:
            found.append(_fact({key: (row.get(key) or "").strip() for key in COLUMNS}, scenario))
        except ValueError as error:
            wrong.append(f"{file}: line {place}: {error}")
    wrong += [f"{file}: {line}" for line in _twice(found)]
    if wrong:
        raise ScenarioError(wrong)
    return tuple(found)


def _fact(row: dict[str, str], scenario: Scenario) -> Fact:
    kind, case = row["kind"], scenario.case
    if kind not in KINDS:
        raise ValueError(f"kind must be {', '.join(KINDS)}, not '{kind}'")
    known = list(case.observations) if kind == SERIES else [*case.outcomes, *scenario.rows]
    if row["target"] not in known:
        near = difflib.get_close_matches(row["target"], known, n=1)
        table = "observations" if kind == SERIES else "outcomes"
        hint = f"did you mean '{near[0]}'?" if near else f"add [{table}.{row['target']}] to {scenario.name}"
        raise ValueError(f"no {kind} '{row['target']}' in the scenario; {hint}")
    first, last = window_of(row["when"])
    start = month_number(case.time.start)
    end = start + case.time.months - 1
    if not start <= first <= last <= end:
        raise ValueError(f"{row['when']} does not lie within the scenario, {month_label(start)} to {month_label(end)}")
    value = _value(kind, row["value"], first, last)
    if kind == SERIES:
        low, high = case.observations[row["target"]].ends
        if not low <= value <= high:
            support = case.observations[row["target"]].support
            raise ValueError(f"value {value:g} cannot be: observations.{row['target']}.support is {support}, {low:g} to {high:g}")
    return Fact(kind, row["target"], first, last, value, row["source"], row["provenance"], row["note"])


def window_of(when: str) -> tuple[int, int]:
    """First and last month [from year 0] of `1998`, `1998-05` or `1998-05/1999-04`. Raises ValueError."""
    ends = when.split("/")
    try:
        if len(ends) == 1 and len(when) == 4:
            return int(when) * 12, int(when) * 12 + 11
        months = [month_number(each) for each in ends]
        if len(months) <= 2 and all(len(each) == 7 for each in ends) and all(1 <= int(each[5:]) <= 12 for each in ends):
            return months[0], months[-1]
    except ValueError:
        pass
    raise ValueError(f"when must be a year (1998), a month (1998-05) or FROM/TO (1998-05/1999-04), not '{when}'")


def _value(kind: str, text: str, first: int, last: int) -> float:
    if kind == TIME:
        if text == NEVER:
            return math.inf
        month = window_of(text)
        if month[0] != month[1] or not first <= month[0] <= last:
            raise ValueError(f"value of a time must be a month within its window, or {NEVER}, not '{text}'")
        return float(month[0])
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"value must be a number, not '{text}'") from None
    if not math.isfinite(value):
        raise ValueError(f"value must be a finite number, not '{text}'")
    if kind == EVENT and value not in (0.0, 1.0):
        raise ValueError(f"value of an event must be 1 (happened) or 0, not '{text}'")
    return value


def _twice(found: Iterable[Fact]) -> list[str]:
    seen: set[tuple[str, str, str]] = set()
    wrong = []
    for fact in found:
        key = fact.kind, fact.target, fact.when
        if key in seen:
            wrong.append(f"{fact.kind} {fact.target} {fact.when}: given twice; keep one")
        seen.add(key)
    return wrong


def sample_of(fact: Fact, scenario: Scenario) -> str:
    """Whether a fact was there to fit to, to validate with, or came later; all of them are later if the file does not say."""
    split = scenario.case.hindcast
    if split is None or fact.last > month_number(split.validated_until):
        return OUT_OF_SAMPLE
    return IN_SAMPLE if fact.last <= month_number(split.fitted_until) else VALIDATION
