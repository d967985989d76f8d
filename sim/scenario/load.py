"""From a TOML file to a checked Scenario: every problem in one line with file, key, what is wrong and what to
do.
"""

from __future__ import annotations

import copy
import math
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.reading.shipped import shipped
from sim.reading.source import Source, source_of
from sim.refusal import BadInput, ScenarioError, did_you_mean, one_line
from sim.scenario.contents import flaws, settled, shown
from sim.scenario.dates import never, outside
from sim.scenario.lookup import path_of
from sim.scenario.messages import MOST, messages
from sim.scenario.paths import (
    BadPath,
    Place,
    clash,
    is_number,
    numbers,
    place_of,
    put,
    spelled,
    steps_of,
    values,
)
from sim.scenario.provenance import Provenance, broken_numbers, provenance_of
from sim.scenario.references import problems
from sim.scenario.rows import Row, RowError, expand
from sim.scenario.schema import FORMAT, Case
from sim.writing.notebook import card

LARGEST_FILE = 4 * 2**20
"""Bytes of a scenario file, at most; the largest shipped one has a thirtieth of them."""

MOST_DIGITS = 4300
"""Digits of a whole number that Python reads."""


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: `case` (the vocabulary filled in), `rows` (its events), and the file it came from,
    as it was read.

    `source` is None for a scenario that was given as tables.
    """

    case: Case
    raw: dict[str, Any]
    name: str
    overrides: tuple[tuple[str, Any], ...] = ()
    source: Source | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        changed = [f"{path} = {value}" for path, value in self.overrides]
        but = f", but {', '.join(changed)}" if changed else ""
        return f"<Scenario {one_line(f'{self.name}: {self.title}{but}')}>"

    def _repr_html_(self) -> str:
        """The scenario in a notebook: its title, and how much there is of what."""
        parts = {
            "actors": len(self.case.actors), "events": len(self.rows), "quantities": len(self.case.quantities),
            "numbers": len(self.numbers), "months": self.case.time.months,
        }  # fmt: skip
        held = ", ".join(f"{count} {name}" for name, count in parts.items())
        return card(repr(self)[1:-1], below=f"{held} from {self.case.time.start} on")

    @property
    def title(self) -> str:
        return self.case.title

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Event rows by name, in the order of the file."""
        return expand(self.case)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Every number of the scenario by its path."""
        return dict(numbers(values(self.raw)))

    @cached_property
    def provenance(self) -> dict[str, Provenance]:
        """Unit, range and source of every number by its path; those set on purpose may have none."""
        return provenance_of(self.raw, self.case, self.name, {path for path, _ in self.overrides})

    @property
    def defaults(self) -> dict[str, float]:
        """Settings that the file leaves to the program, by path: they have no range and no source."""
        sections = ("decision", "influence", "effort", "openness", "alignment", "clout", "goodwill")
        tables = {name: getattr(self.case, name) for name in sections}
        return {
            f"{name}.{key}": value
            for name, table in tables.items()
            for key, value in table
            if key not in table.model_fields_set and isinstance(value, int | float)
        }

    def value(self, path: str) -> float | None:
        """The number at a path, be it of the file or left to the program; None where neither gives one."""
        if path in self.numbers:
            return self.numbers[path]
        here: Any = self.case
        for step in steps_of(path) or []:
            here = here.get(step) if isinstance(here, dict) else getattr(here, step, None)
        return float(here) if is_number(here) else None

    def place(self, path: str) -> Place:
        """Where a path or name leads; two paths mean one number if their places are equal. Raises BadPath."""
        return place_of(self.raw, path_of(self.raw, path))

    def outside(self, months: int | None = None) -> str | None:
        """A line about dates that no run of so many months comes to (its own by default); None if there are
        none.
        """
        return outside(self.case, self.case.time.months if months is None else months)

    def misplaced(self, path: str) -> str | None:
        """What is wrong with a path, whatever value it would get; None if it leads to a value."""
        try:
            put(copy.deepcopy(self.raw), path_of(self.raw, path), 0)
        except BadPath as error:
            return str(error)
        return None

    def override(self, changes: Mapping[str, Any]) -> Scenario:
        """The same scenario with some values replaced, by path. Raises ScenarioError for a path that does not
        exist.
        """
        known = all(path in self.numbers or path.startswith(("paths.", "interventions.")) for path in changes)
        return _checked(self.raw, self.name, changes, self.overrides, known, self.source)


def load(file: str | Path | Source, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read, override and check a scenario file, or one that was read before. Raises ScenarioError."""
    try:
        source = source_of(file)
    except BadInput as error:
        raise ScenarioError([f"{error}{_beside(Path(str(file)))}"]) from None
    return parse(tables_of(source), source.name, changes, source=source)


def _beside(path: Path) -> str:
    """A scenario of a similar name, beside a file that is not there or among the shipped ones."""
    if os.path.exists(path) or not os.path.isdir(path.parent):
        return ""
    known = shipped(".toml") if path.name == str(path) else {}
    return did_you_mean(path.name, [*(other.name for other in path.parent.glob("*.toml")), *known])


def as_scenario(given: Scenario | str | Path) -> Scenario:
    """A scenario as it is, or that of a file. Raises ScenarioError, and TypeError for anything else."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str | os.PathLike):
        return load(Path(given))
    raise TypeError(
        f"give a scenario, as sim.load makes it, or the path of a scenario file, not {type(given).__name__}"
    )


def tables_of(source: Source) -> dict[str, Any]:
    """The tables of a scenario file, which is TOML in UTF-8. Raises ScenarioError."""
    name, data = source.name, source.data
    if len(data) > LARGEST_FILE:
        raise ScenarioError(
            [f"{name}: is larger than {LARGEST_FILE >> 20} MiB; a scenario is a text of some 100 kB"]
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise ScenarioError(
            [f"{name}: cannot be read: it is no text in UTF-8 (UTF-16, perhaps); save it as UTF-8"]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ScenarioError(
            [f"{name}: line {line}: cannot be read as UTF-8 ({error.reason}); save it as UTF-8"]
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"{name}: not valid TOML: {error}"]) from None
    except RecursionError:
        raise ScenarioError(
            [f"{name}: not valid TOML: brackets lie within brackets too deep to be read"]
        ) from None
    except ValueError as error:
        raise ScenarioError([f"{name}: {_long_number(text) or error}"]) from None


def _long_number(text: str) -> str | None:
    """Where a whole number has more digits than can be read."""
    for place, line in enumerate(text.splitlines(), start=1):
        if found := re.search(rf"[0-9][0-9_]{{{MOST_DIGITS},}}", line):
            keys = re.findall(r"([^\s=,{\[]+)\s*=", line[: found.start()])
            key = keys[-1][:60] if keys else "a list"
            return f"line {place}: {key}: a number of more than {MOST_DIGITS} digits; write fewer"
    return None


def parse(
    raw: dict[str, Any], name: str, changes: Mapping[str, Any] | None = None, before: tuple = (),
    sourced: bool = False, source: Source | None = None,
) -> Scenario:  # fmt: skip
    """Check a scenario given as nested tables; `sourced` if each number is known to have its range. Raises
    ScenarioError.
    """
    raw = in_this_format(raw, name)
    _refuse(name, flaws(raw))
    return _checked(raw, name, changes or {}, before, sourced, source)


def in_this_format(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """The tables without their key `format`. Raises ScenarioError for a format that this version cannot read.

    >>> in_this_format({"format": 1, "title": "A case"}, "case.toml")
    {'title': 'A case'}
    """
    given = raw.get("format", FORMAT)
    if type(given) is not int or given < 1:
        raise ScenarioError([f"{name}: format: must be {FORMAT}, or be left out (found {shown(given)})"])
    if given > FORMAT:
        newer = f"{shown(given)} is newer than this version of steppe reads ({FORMAT}); update steppe"
        raise ScenarioError([f"{name}: format: {newer}"])
    return {key: value for key, value in raw.items() if key != "format"}


def _checked(
    raw: dict[str, Any],
    name: str,
    changes: Mapping[str, Any],
    before: tuple,
    sourced: bool,
    source: Source | None,
) -> Scenario:
    """The scenario of tables that hold nothing they cannot, with changes. Raises ScenarioError."""
    raw = copy.deepcopy(raw)
    chosen = _changed(raw, name, {path: settled(value) for path, value in changes.items()})
    plain = values(raw)
    wrong = list(islice(broken_numbers(raw), MOST))
    try:
        case = Case.model_validate(plain)
    except ValidationError as error:
        raise ScenarioError(f"{name}: {line}" for line in [*wrong, *messages(error, plain)]) from None
    try:
        rows = expand(case)
    except RowError as error:
        raise ScenarioError(
            [*(f"{name}: {line}" for line in wrong), f"{name}: {error.path}: {error}"]
        ) from None
    overrides = (*before, *chosen)
    if not any(path.startswith("time.") for path, _ in overrides):
        wrong += never(case)
    _refuse(name, dict.fromkeys([*wrong, *islice(problems(case, rows), MOST)]))
    scenario = Scenario(case, raw, name, overrides, source)
    if not sourced:
        _refuse(name, _out_of_range(scenario))
    return scenario


def _refuse(name: str, lines: Iterable[str], about: str | None = None) -> None:
    """Raises ScenarioError if anything is wrong."""
    wrong = [f"{name}: {line}" for line in islice(lines, MOST)]
    if wrong:
        raise ScenarioError(wrong, about)


def _changed(raw: dict[str, Any], name: str, changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Set values in the tables; returns them by the spelling of their places. Raises ScenarioError."""
    places, wrong = {}, []
    for path, value in changes.items():
        try:
            places[path] = put(raw, path_of(raw, path, isinstance(value, dict)), value)
        except BadPath as error:
            wrong.append(str(error))
    if not wrong and (twice := clash(places)):
        wrong = [f"{twice[1]}: is set twice, as {twice[0]} too; set it once"]
    wrong += [line for path, place in places.items() for line in flaws(changes[path], place)]
    _refuse(name, wrong, about=BadPath.about)
    return [(spelled(places[path]), value) for path, value in changes.items()]


def _out_of_range(scenario: Scenario) -> Iterator[str]:
    """Numbers of the file outside the range that the file gives them; a value that was set on purpose may be
    anywhere.
    """
    known_numbers, chosen = scenario.numbers, {path for path, _ in scenario.overrides}
    for path, known in scenario.provenance.items():
        value = known_numbers[path]
        if not known.low <= value <= known.high and math.isfinite(value) and path not in chosen:
            yield f"{path}: {value:g} lies outside its plausible range, {known.low:g} to {known.high:g}; correct one of them"
