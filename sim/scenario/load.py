"""From a TOML file to a checked Scenario: every problem in one line with file, key, what is wrong and what to do."""

from __future__ import annotations

import copy
import difflib
import fnmatch
import math
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.reading.shipped import shipped
from sim.reading.source import Source, source_of
from sim.refusal import BadInput
from sim.scenario.check import problems
from sim.scenario.rows import EffectError, Row, expand
from sim.scenario.schema import Case, Section

FREE_TABLES = ("paths", "interventions")
"""Sections whose numbers are choices, without a range."""

IN_PLACE = {"value", "unit", "range", "source"}


LONGEST = 400
"""Characters of a problem line; what a damaged file holds may be endless."""


def _one_line(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 90]} ... {text[-80:]}"


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds one line for each thing that is wrong."""

    def __init__(self, problems: Iterable[str]):
        self.problems = tuple(map(_one_line, problems))
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: its unit, plausible range and source."""

    unit: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: `case` (the vocabulary filled in), `rows` (its events), and the file it came from, as it was read.

    `source` is None for a scenario that was given as tables.
    """

    case: Case
    raw: dict[str, Any]
    name: str
    overrides: tuple[tuple[str, Any], ...] = ()
    source: Source | None = field(default=None, repr=False, compare=False)

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
        return dict(_numbers(_plain(self.raw)))

    @cached_property
    def provenance(self) -> dict[str, Provenance]:
        """Unit, range and source of every number by its path."""
        return _provenance(self.raw, self.case, self.name)

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

    def misplaced(self, path: str) -> str | None:
        """What is wrong with a path, whatever value it would get; None if it leads to a value."""
        problem = _set(copy.deepcopy(self.raw), path, 0)
        return problem.removeprefix("--set ") if problem else None

    def override(self, changes: Mapping[str, Any]) -> Scenario:
        """The same scenario with some values replaced, by path. Raises ScenarioError for a path that does not exist."""
        places = all(path in self.numbers or path.startswith(FREE_TABLES) for path in changes)
        changed = parse(self.raw, self.name, changes, before=self.overrides, sourced=places)
        return replace(changed, source=self.source)


def load(file: str | Path | Source, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read, override and check a scenario file, or one that was read before. Raises ScenarioError."""
    try:
        source = source_of(file)
    except BadInput as error:
        raise ScenarioError([f"{error}{_beside(Path(str(file)))}"]) from None
    try:
        raw = tomllib.loads(source.data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{source.name}: cannot be read ({error})"]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScenarioError([f"{source.name}: not valid TOML: {error}"]) from None
    return replace(parse(raw, source.name, changes or {}), source=source)


def _beside(path: Path) -> str:
    """A scenario of a similar name, beside a file that is not there or among the shipped ones."""
    if os.path.exists(path) or not os.path.isdir(path.parent):
        return ""
    known = shipped(".toml") if path.name == str(path) else {}
    return _near(path.name, [*(other.name for other in path.parent.glob("*.toml")), *known])


def parse(
    raw: dict[str, Any], name: str, changes: Mapping[str, Any] | None = None, before: tuple = (), sourced: bool = False
) -> Scenario:
    """Check a scenario given as nested tables; `sourced` if each number is known to have its range. Raises ScenarioError."""
    raw = copy.deepcopy(raw)
    wrong = [line for path, value in (changes or {}).items() if (line := _set(raw, path, value))]
    if wrong:
        raise ScenarioError(f"{name}: {line}" for line in wrong)
    wrong = list(_broken_numbers(raw))
    try:
        case = Case.model_validate(_plain(raw))
    except ValidationError as error:
        raise ScenarioError(f"{name}: {line}" for line in [*wrong, *_messages(error, raw)]) from None
    try:
        rows = expand(case)
    except EffectError as error:
        raise ScenarioError([*(f"{name}: {line}" for line in wrong), f"{name}: {error.path}: {error}"]) from None
    wrong += dict.fromkeys(problems(case, rows))
    if wrong:
        raise ScenarioError(f"{name}: {line}" for line in wrong)
    scenario = Scenario(case, raw, name, (*before, *(changes or {}).items()))
    wrong = [] if sourced else list(_out_of_range(scenario))
    if wrong:
        raise ScenarioError(f"{name}: {line}" for line in wrong)
    return scenario


def _out_of_range(scenario: Scenario) -> Iterator[str]:
    """Numbers of the file outside the range that the file gives them; a value that was set on purpose may be anywhere."""
    numbers, chosen = scenario.numbers, {path for path, _ in scenario.overrides}
    for path, known in scenario.provenance.items():
        value = numbers[path]
        if not known.low <= value <= known.high and math.isfinite(value) and path not in chosen:
            yield f"{path}: {value:g} lies outside its plausible range, {known.low:g} to {known.high:g}; correct one of them"


def _in_place(value: Any) -> bool:
    return isinstance(value, dict) and "value" in value


def _plain(raw: Any) -> Any:
    """The tables with every in-place number replaced by its value."""
    if _in_place(raw):
        return raw["value"]
    if isinstance(raw, dict):
        return {key: _plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_plain(value) for value in raw]
    return raw


def _broken_numbers(raw: Any, path: str = "") -> Iterator[str]:
    if _in_place(raw):
        value, bounds = raw["value"], raw.get("range")
        missing = sorted(IN_PLACE - set(raw))
        unknown = sorted(set(raw) - IN_PLACE)
        if unknown:
            yield f"{path}: unknown key '{unknown[0]}'{_near(unknown[0], IN_PLACE)}"
        elif missing:
            yield f"{path}: a number written in place needs {', '.join(missing)}"
        elif not (_is_number(value) and isinstance(bounds, list) and len(bounds) == 2 and all(map(_is_number, bounds))):
            yield f"{path}: value must be a number and range two numbers"
        elif not bounds[0] < bounds[1]:
            yield f"{path}: the range {bounds} must go from low to high"
        elif not (isinstance(raw["unit"], str) and isinstance(raw["source"], str)):
            yield f"{path}: unit and source must be text"
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from _broken_numbers(value, _join(path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _broken_numbers(value, f"{path}.{index}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def _join(path: str, key: str) -> str:
    plain = all(part.isidentifier() for part in key.split(".")) and "." not in key
    key = key if plain or key.isdigit() or key.replace("-", "_").isidentifier() else f'"{key}"'
    return f"{path}.{key}" if path else key


def _near(word: str, choices: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def _messages(error: ValidationError, raw: dict[str, Any]) -> list[str]:
    lines = []
    for problem in error.errors():
        place = [part for part in problem["loc"] if not _is_branch(part)]
        path = ""
        for part in place:
            path = _join(path, str(part))
        if problem["type"] == "extra_forbidden":
            known = _known_keys(place[:-1])
            lines.append(f"{path}: unknown key '{place[-1]}'{_near(str(place[-1]), known)}")
        elif problem["type"] == "missing":
            lines.append(f"{path}: missing; add it")
        else:
            lines.append(f"{path}: {_in_words(problem['msg'])} (found {_shown(problem['input'])})")
    return list(dict.fromkeys(lines))


WORDS = {
    "Value error, ": "", "Input should be": "must be", "greater than or equal to": "at least", "less than or equal to": "at most",
    "greater than": "above", "less than": "below", "a valid string": "text", "a valid list": "a list", "a valid integer":
    "a whole number", "a valid dictionary": "a table", "a valid boolean": "true or false",
}  # fmt: skip


def _shown(value: Any) -> str:
    """What was found, short and in quotes if it is text."""
    return repr(value[:60]) if isinstance(value, str) else str(value)[:60]


def _in_words(message: str) -> str:
    """A message of the library that checks types, in the words of this page."""
    for theirs, ours in WORDS.items():
        message = message.replace(theirs, ours)
    return message[0].lower() + message[1:]


def _is_branch(part: Any) -> bool:
    text = str(part)
    return any(mark in text for mark in ("function-", "literal[", "dict[", "constrained-", "list["))


def _known_keys(place: list[Any]) -> list[str]:
    model: Any = Case
    for part in place:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        field = model.model_fields.get(str(part))
        if field is None:
            return []
        inner = [a for a in _classes(field.annotation) if issubclass(a, BaseModel)]
        model = inner[0] if inner else None
        if model is not None and "dict" in str(field.annotation):
            return list(_table_keys(model, place))
    return [f.alias or key for key, f in model.model_fields.items()] if model is not None else []


def _table_keys(model: type[BaseModel], place: list[Any]) -> Iterator[str]:
    inner: Any = model
    depth = 2
    while len(place) > depth and str(place[depth]) in inner.model_fields:
        classes = [a for a in _classes(inner.model_fields[str(place[depth])].annotation) if issubclass(a, BaseModel)]
        if not classes:
            return
        inner, depth = classes[0], depth + (2 if "dict" in str(inner.model_fields[str(place[depth])].annotation) else 1)
    for key, known in inner.model_fields.items():
        yield known.alias or key


def _classes(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _classes(part)]


def steps_of(path: str) -> list[str] | None:
    """The keys that a path such as `section."key with signs"` goes through; None if it is no path."""
    try:
        nested: Any = tomllib.loads(f"{path} = 0")
    except tomllib.TOMLDecodeError:
        return None
    steps = []
    while isinstance(nested, dict):
        key, nested = next(iter(nested.items()))
        steps.append(key)
    return steps


def _set(raw: dict[str, Any], path: str, value: Any) -> str | None:
    """Replace the value at a path; returns what is wrong, if anything."""
    steps = steps_of(path)
    if steps is None:
        return f'--set {path}: not a path; write section.key or section."key with signs"'
    if steps[0] in FREE_TABLES and not any(step.isdigit() for step in steps):
        table = raw
        for step in steps[:-1]:
            table = table.setdefault(step, {})
            if not isinstance(table, dict):
                return f"--set {path}: no such path"
        table[steps[-1]] = value
        return None
    here: Any = raw
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        if isinstance(here, list) and step.isdigit() and int(step) < len(here):
            step = int(step)  # type: ignore[assignment]
        elif not (isinstance(here, dict) and step in here):
            if last and isinstance(here, dict) and step in _known_keys(list(steps[:-1])):
                here[step] = value
                return None
            known = list(here) + _known_keys(list(steps[:-1])) if isinstance(here, dict) else []
            return f"--set {path}: no such path{_near(step, known) or _near_path(path, raw)}"
        if not last:
            here = here[step]
        elif _in_place(here[step]) and _is_number(value):
            here[step] = here[step] | {"value": value}
        elif isinstance(here[step], dict) and "size" in here[step] and _is_number(value):
            here[step] = here[step] | {"size": value}
        elif isinstance(here[step], dict) and not isinstance(value, dict) and not _in_place(here[step]):
            return f"--set {path}: is a table, not a number{_near_path(path, raw)}"
        else:
            here[step] = value
    return None


def _near_path(path: str, raw: dict[str, Any]) -> str:
    return _near(path, dict(_numbers(_plain(raw))))


def _numbers(plain: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every numeric leaf of the tables with its path; the rules of [[provenance]] are not model numbers."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if path or key != "provenance":
                yield from _numbers(value, _join(path, str(key)))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from _numbers(value, f"{path}.{index}")
    elif _is_number(plain):
        yield path, float(plain)


def _in_place_numbers(raw: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if _in_place(raw):
        yield path, raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            yield from _in_place_numbers(value, _join(path, str(key)))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _in_place_numbers(value, f"{path}.{index}")


@lru_cache(maxsize=32)
def _first_match(patterns: tuple[str, ...]) -> Callable[[str], int | None]:
    """Which of some patterns a path matches first."""
    compiled = [re.compile(fnmatch.translate(pattern)) for pattern in patterns]

    @lru_cache(maxsize=10_000)
    def first(path: str) -> int | None:
        return next((place for place, pattern in enumerate(compiled) if pattern.match(path)), None)

    return first


def _provenance(raw: dict[str, Any], case: Case, name: str) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    for path, number in _in_place_numbers(raw):
        low, high = number["range"]
        found[path] = Provenance(number["unit"], float(low), float(high), number["source"])
    wrong = []
    first = _first_match(tuple(rule.numbers for rule in case.provenance))
    for path, value in _numbers(_plain(raw)):
        if path in found or path.startswith(("paths.", "interventions.")):
            continue
        place = first(path)
        rule = None if place is None else case.provenance[place]
        if rule is None:
            wrong.append(path)
            continue
        if rule.range is not None:
            low, high = rule.range
        elif rule.times is not None:
            low, high = sorted((value * rule.times[0], value * rule.times[1]))
        else:
            below, above = rule.plus or (0.0, 0.0)
            low, high = value + below, value + above
        found[path] = Provenance(rule.unit, low, high, rule.source)
    if wrong:
        raise ScenarioError(f"{name}: {line}" for line in _unsourced(wrong))
    return found


def _unsourced(paths: list[str]) -> Iterator[str]:
    """One line for all numbers that one rule could cover."""
    alike: dict[str, list[str]] = {}
    for path in paths:
        alike.setdefault(_pattern(path), []).append(path)
    for pattern, group in alike.items():
        if len(group) == 1:
            yield f"{group[0]}: has no unit, range and source; write it in place or add a [[provenance]] rule"
        else:
            yield (
                f"{group[0]} and {len(group) - 1} like it: have no unit, range and source; write them in place or add a "
                f'[[provenance]] rule with numbers = "{pattern}"'
            )


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Every key of the vocabulary that holds numbers and not further tables of the vocabulary."""
    fields = [
        (key, field) for table in Section.__subclasses__() if table is not Case for key, field in table.model_fields.items()
    ]
    return frozenset(key for key, f in fields if not any(issubclass(inner, Section) for inner in _classes(f.annotation)))


def _pattern(path: str) -> str:
    """The rule that an author would write for a number and those of its kind: `actors.*.valuations.*`."""
    section, *rest = path.split(".")
    if section in ("time", "decision", "influence", "alignment"):
        return f"{section}.{rest[0]}*" if rest else section
    for place, word in enumerate(rest):
        if place > 0 and word in _words():
            return f"{section}.*.{word}" + (".*" if place < len(rest) - 1 else "")
    return f"{section}.*"
