"""A checked scenario: what every problem of its tables is told in, one line with file, key and what to do."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError

from sim.reading.dates import month_of
from sim.reading.source import Source
from sim.refusal import BadInput, ScenarioError, one_line
from sim.rules.numbers import is_number
from sim.rules.settings import Settings
from sim.scenario import asked, doable, interventions, levers
from sim.scenario.chances import in_logits
from sim.scenario.contents import flaws, settled, shown
from sim.scenario.dates import never, outside
from sim.scenario.formats import renamed
from sim.scenario.lookup import path_of
from sim.scenario.messages import MOST, messages
from sim.scenario.paths import (
    BadPath,
    Place,
    clash,
    copied,
    is_choice,
    numbers,
    place_of,
    put,
    spelled,
    steps_of,
    values,
    without,
)
from sim.scenario.provenance import Provenance, broken_numbers, provenance_of
from sim.scenario.references import problems
from sim.scenario.rows import Row, RowError, expand
from sim.scenario.schema import FORMAT, Case, File, month_number
from sim.scenario.templates import in_the_file, written_out
from sim.writing.notebook import card


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
        text = f"{self.name}: {self.title}"
        if self.overrides:
            changed = [f"{path} = {value}" for path, value in self.changes]
            text = f"{text}, but {', '.join(changed)}"
        return f"<Scenario {one_line(text)}>"

    def _repr_html_(self) -> str:
        """The scenario in a notebook: its title, and how much there is of what."""
        parts = {
            "actors": len(self.case.actors), "events": len(self.rows),
            "quantities": len(self.case.quantities),
            "numbers": len(self.numbers), "months": self.case.time.months,
        }  # fmt: skip
        held = ", ".join(f"{count} {name}" for name, count in parts.items())
        return card(repr(self)[1:-1], below=f"{held} from {self.case.time.start} on")

    @property
    def title(self) -> str:
        """What tables and figures call it."""
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
        return provenance_of(self.raw, self.case, self.name, chosen=dict(self.overrides))

    @property
    def defaults(self) -> dict[str, float]:
        """Settings that the file leaves to the program, by path: they have no range and no source."""
        found = {}
        for name in get_type_hints(Settings):
            section = getattr(self.case, name)
            for key, value in section:
                # What the file writes is in `numbers` and has its source.
                if key not in section.model_fields_set and isinstance(value, int | float):
                    found[f"{name}.{key}"] = value
        return found

    def value(self, path: str) -> float | None:
        """The number at a path, be it of the file or left to the program; None where neither gives one."""
        if path in self.numbers:
            return self.numbers[path]
        here = self._at(path)
        if is_number(here):
            return float(here)
        return None

    def is_whole(self, path: str) -> bool:
        """Whether a path leads to what can be a whole number only, such as the months of a cooldown."""
        *place, key = steps_of(path) or [""]
        section = self._at(spelled(place))
        if not isinstance(section, BaseModel) or key not in type(section).model_fields:
            return False
        kind = type(section).model_fields[key].annotation
        return int in (kind, *get_args(kind))

    def _at(self, path: str) -> Any:
        """What stands at a path as the vocabulary has it, outside lists; None if nothing."""
        here: Any = self.case.file
        for step in steps_of(path) or []:
            here = _held(here, step)
        return here

    def place(self, path: str) -> Place:
        """Where a path or name leads; two paths mean one number if their places are equal. Raises BadPath."""
        return place_of(self.raw, path_of(self.raw, path))

    def outside(self, months: int | None = None) -> str | None:
        """A line about dates that no run of so many months (by default its own) comes to; None without."""
        if months is None:
            months = self.case.time.months
        return outside(self.case, months)

    def misplaced(self, path: str) -> str | None:
        """What is wrong with a path, whatever value it would get; None if it leads to a value."""
        # Setting says it best: into a copy, with a value that is thrown away.
        try:
            put(copied(self.raw), path_of(self.raw, path), 0)
        except BadPath as error:
            return str(error)
        return None

    def override(self, changes: Mapping[str, Any]) -> Scenario:
        """The same scenario with some values replaced, by path.

        Raises ScenarioError for a path that does not exist.
        """
        # A sweep does this thousands of times: ranges are looked at anew only where a number is new.
        sourced = all(map(self._is_sourced, changes))
        return _checked(self.raw, self.name, changes, self.overrides, sourced, self.source)

    def intervene(self, changes: Mapping[str, Any], month: str | None = None) -> Scenario:
        """The same scenario in which somebody sets values in the course of a run, from a month such as
        `2025-01` on (from the first if None): the start stays that of the world as read.

        A stock, by its name, is held at the value until it is set "free". Raises ScenarioError for what
        nobody can set, such as a start, BadInput for what is no month.

        >>> import sim
        >>> tight = sim.load("mongolia-2024").intervene({"sanctions": 0.9}, month="2025-01")
        >>> [month for month, _ in tight.segments]
        [7]
        """
        if month is not None and month_of(month) is None:
            raise BadInput(
                f"the month of an intervention is written such as 2025-01, not {shown(str(month))}"
            )
        settled_changes = {name: settled(value) for name, value in changes.items()}
        try:
            own = interventions.table(self.raw, self.case, settled_changes, month)
        except BadPath as error:
            raise ScenarioError([f"{self.name}: {error}"], about=error.about) from None
        return self.override({interventions.TABLE: own})

    def by(self, *dates: str, months: int | None = None) -> Scenario:
        """The same scenario, all its outcomes that have a month asked about by other months.

        dates: such as `2024-09`, within the first so many `months` (all if None); without any, the scenario
        as it is. Raises BadInput for what is none of them.

        >>> import sim
        >>> sim.run(sim.load("mongolia-2024").by("2024-09"), runs=8).table()["date"].iloc[0]
        '2024-09'
        """
        if not dates:
            return self
        if months is None:
            months = self.case.time.months
        return self.override(asked.changes(self.case, dates, months))

    @property
    def changes(self) -> tuple[tuple[str, Any], ...]:
        """What was changed in the file, read and done, in pairs as readers are told."""
        read = [(path, value) for path, value in self.overrides if path != interventions.TABLE]
        if len(read) < len(self.overrides):
            read += interventions.told(self.case)
        return tuple(asked.told(self.case, read))

    @cached_property
    def segments(self) -> tuple[tuple[int, Scenario], ...]:
        """What the scenario is under interventions, by the month (counted from the first) from which on."""
        return tuple(_segments(self))

    def latched(self, triggers: Collection[str]) -> tuple[tuple[int, Scenario], ...]:
        """The `segments` once what some triggers wait for has been seen."""
        if not triggers:
            return self.segments
        places = interventions.triggered(self.raw, self.case, triggers)
        changes = {path: self.numbers[place] for path, place in places.items()}
        plain = without(self.raw, interventions.TABLE)
        name = f"{self.name}: {interventions.WHEN}, {', '.join(triggers)}"
        found = []
        for month, own in [(0, None), *self.segments]:
            before = {} if own is None else dict(own.overrides)
            found.append((month, _checked(plain, name, before | changes, (), True, None, self)))
        # of two of the first month the later has the last word
        return tuple(dict(found).items())

    def _is_sourced(self, path: str) -> bool:
        """Whether a path leads to a number whose range is known, or to a choice, which needs none."""
        return path in self.numbers or is_choice(path)


def _held(here: Any, step: str) -> Any:
    """What a table or section holds under a key; None if nothing."""
    if isinstance(here, dict):
        return here.get(step)
    return getattr(here, step, None)


def parse(
    raw: dict[str, Any], name: str, changes: Mapping[str, Any] | None = None, before: tuple = (),
    sourced: bool = False, source: Source | None = None,
) -> Scenario:  # fmt: skip
    """Check a scenario given as nested tables; `sourced` if each number is known to have its range.

    Raises ScenarioError.
    """
    raw = in_this_format(raw, name)
    _refuse(name, flaws(raw))
    _refuse(name, renamed(raw))
    return _checked(in_logits(raw), name, changes or {}, before, sourced, source)


def in_this_format(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """The tables without their key `format`. Raises ScenarioError for a format that this version cannot read.

    >>> in_this_format({"format": 2, "title": "A case"}, "case.toml")
    {'title': 'A case'}
    """
    given = raw.get("format", FORMAT)
    # Not isinstance(): to Python `format = true` is the number 1.
    if type(given) is not int or given < 1:
        raise ScenarioError([f"{name}: format: must be {FORMAT}, or be left out (found {shown(given)})"])
    if given > FORMAT:
        newer = f"{shown(given)} is newer than this version of steppe reads ({FORMAT}); update steppe"
        raise ScenarioError([f"{name}: format: {newer}"])
    if given < FORMAT:
        older = f"{given} is an older one; write format = {FORMAT}, and what these lines name"
        raise ScenarioError([f"{name}: {line}" for line in (f"format: {older}", *renamed(raw))])
    return {key: value for key, value in raw.items() if key != "format"}


def _checked(
    raw: dict[str, Any],
    name: str,
    changes: Mapping[str, Any],
    before: tuple,
    sourced: bool,
    source: Source | None,
    whole: Scenario | None = None,
) -> Scenario:
    """The scenario of tables that hold nothing they cannot, with changes. Raises ScenarioError.

    whole: the scenario that goes over to this one where somebody intervenes.
    """
    raw = copied(raw)
    chosen = _changed(raw, name, {path: settled(value) for path, value in changes.items()})
    raw = in_logits(raw)  # a whole event may have been set
    wrong = list(islice(broken_numbers(raw), MOST))
    case = _case_of(values(raw), name, wrong)
    rows = _rows_of(case, name, wrong)
    overrides = (*before, *chosen)
    # Whoever shortens the run on purpose need not take the dates beyond it out of the file.
    set_by = overrides if whole is None else whole.overrides
    if not any(path.startswith("time.") for path, _ in set_by):
        wrong += never(case)
    wrong += islice(problems(case, rows), MOST)
    # A dict, because what is written out for several powers has one problem of its template many times.
    _refuse(name, dict.fromkeys(in_the_file(case.file, line) for line in wrong))
    scenario = Scenario(case, raw, name, overrides, source)
    if not sourced:
        _refuse(name, _out_of_range(scenario))
    if whole is None:
        _check_interventions(scenario)
    return scenario


def _check_interventions(scenario: Scenario) -> None:
    """Raises ScenarioError for what nobody can do, or what makes no scenario of this one."""
    _refuse(scenario.name, doable.flaws(scenario.raw, scenario.case))
    _refuse(scenario.name, levers.flaws(scenario.raw, scenario.case))
    names = list(scenario.case.interventions.when)
    for fired in ([], *([name] for name in names), names):
        scenario.latched(fired)


def _segments(scenario: Scenario) -> Iterator[tuple[int, Scenario]]:
    """The scenario as it is from each month on in which something is set. Raises ScenarioError."""
    case, first = scenario.case, month_number(scenario.case.time.start)
    plain = without(scenario.raw, interventions.TABLE)
    for month in interventions.months(case):
        changes = interventions.overrides(scenario.raw, case, month)
        name = f"{scenario.name}: {interventions.TABLE} from {interventions.label(month)}"
        yield month - first, _checked(plain, name, changes, (), True, None, scenario)


def _case_of(plain: dict[str, Any], name: str, wrong: list[str]) -> Case:
    """The tables as the vocabulary has them. Raises ScenarioError, with what was wrong before."""
    try:
        return written_out(File.model_validate(plain))
    except ValidationError as error:
        raise _refusal(name, [*wrong, *messages(error, plain)]) from None
    except ScenarioError as error:
        raise _refusal(name, [*wrong, *error.problems]) from None


def _rows_of(case: Case, name: str, wrong: list[str]) -> dict[str, Row]:
    """The events written out. Raises ScenarioError, with what was wrong before."""
    try:
        return expand(case)
    except RowError as error:
        raise _refusal(name, [*wrong, f"{error.path}: {error}"]) from None


def _refuse(name: str, lines: Iterable[str], about: str | None = None) -> None:
    """Raises ScenarioError if anything is wrong."""
    wrong = list(islice(lines, MOST))
    if wrong:
        raise _refusal(name, wrong, about)


def _refusal(name: str, lines: Iterable[str], about: str | None = None) -> ScenarioError:
    """What is wrong, each line with the name of the file before it."""
    return ScenarioError([f"{name}: {line}" for line in lines], about)


def _changed(raw: dict[str, Any], name: str, changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Set values in the tables; returns them by the spelling of their places. Raises ScenarioError."""
    places, wrong = {}, []
    for path, value in changes.items():
        try:
            places[path] = put(raw, path_of(raw, path, isinstance(value, dict)), value)
        except BadPath as error:
            wrong.append(str(error))
    if not wrong:
        wrong += _set_twice(places)
    for path, place in places.items():
        wrong += flaws(changes[path], place)
    _refuse(name, wrong, about=BadPath.about)
    return [(spelled(places[path]), value) for path, value in changes.items()]


def _set_twice(places: Mapping[str, Place]) -> Iterator[str]:
    """A line if two paths set one thing: which of their values it had would hang on their order."""
    twice = clash(places)
    if twice is not None:
        first, second = twice
        yield f"{second}: is set twice, as {first} too; set it once"


def _out_of_range(scenario: Scenario) -> Iterator[str]:
    """Numbers outside the range that the file gives them; what was set on purpose may lie anywhere."""
    found, chosen = scenario.numbers, dict(scenario.overrides)
    for path, known in scenario.provenance.items():
        if path in chosen:
            continue
        value = found[path]
        # Log odds of minus infinity mean never, which is no slip whatever the range.
        if math.isfinite(value) and not known.low <= value <= known.high:
            ends = f"{known.low:g} to {known.high:g}"
            yield f"{path}: {value:g} lies outside its plausible range, {ends}; correct one of them"
