"""Where the numbers of a scenario come from: written in place with unit, range and source, or by rules in
[[provenance]].
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sim.refusal import ScenarioError, did_you_mean
from sim.rules.numbers import is_number
from sim.scenario.paths import FREE_TABLES, in_place, leaves, numbers, values
from sim.scenario.schema import Case, ProvenanceRule
from sim.scenario.vocabulary import number_words

IN_PLACE = {"value", "unit", "range", "source"}
"""Keys of a number that is written in place."""


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: its unit, plausible range and source."""

    unit: str
    low: float
    high: float
    source: str


def provenance_of(
    raw: dict[str, Any], case: Case, name: str, chosen: Collection[str] = ()
) -> dict[str, Provenance]:
    """Unit, range and source of every number by its path; numbers `chosen` on purpose may go without. Raises
    ScenarioError.
    """
    found, unknown = dict(_written_in_place(raw)), []
    first = _first_match(tuple(rule.numbers for rule in case.provenance))
    for path, value in numbers(values(raw)):
        if path in found or path.startswith(tuple(f"{table}." for table in FREE_TABLES)):
            continue
        place = first(path)
        if place is not None:
            found[path] = _by_rule(case.provenance[place], value)
        elif path not in chosen:
            unknown.append(path)
    if unknown:
        raise ScenarioError(f"{name}: {line}" for line in _unsourced(unknown))
    return found


def broken_numbers(raw: Any) -> Iterator[str]:
    """What is wrong with the numbers that are written in place, a line each."""
    for path, leaf in leaves(raw):
        problem = _broken(leaf, path) if in_place(leaf) else None
        if problem is not None:
            yield f"{path}: {problem}"


def _broken(raw: dict[str, Any], path: str) -> str | None:
    unknown, missing = sorted(set(raw) - IN_PLACE), sorted(IN_PLACE - set(raw))
    if path.startswith("provenance."):
        return "a rule about other numbers is written plainly, without unit, range and source of its own"
    if unknown:
        return f"unknown key '{unknown[0]}'{did_you_mean(unknown[0], IN_PLACE)}"
    if missing:
        return f"a number written in place needs {', '.join(missing)}"
    return _wrong_values(raw["value"], raw["range"], (raw["unit"], raw["source"]))


def _wrong_values(value: Any, bounds: Any, texts: tuple[Any, Any]) -> str | None:
    """What is wrong with the four values of a number in place, if they are all there."""
    is_range = isinstance(bounds, list) and len(bounds) == 2 and all(map(is_number, bounds))
    if not (is_number(value) and is_range):
        return "value must be a number and range two numbers"
    if not bounds[0] < bounds[1]:
        return f"the range {bounds} must go from low to high"
    if not all(isinstance(text, str) for text in texts):
        return "unit and source must be text"
    return None


def _written_in_place(raw: Any) -> Iterator[tuple[str, Provenance]]:
    for path, leaf in leaves(raw):
        if in_place(leaf):
            low, high = leaf["range"]
            yield path, Provenance(leaf["unit"], float(low), float(high), leaf["source"])


def _by_rule(rule: ProvenanceRule, value: float) -> Provenance:
    if rule.range is not None:
        low, high = rule.range
    elif rule.times is not None:
        low, high = sorted((value * rule.times[0], value * rule.times[1]))
    else:
        below, above = rule.plus or (0.0, 0.0)
        low, high = value + below, value + above
    return Provenance(rule.unit, low, high, rule.source)


@lru_cache(maxsize=32)
def _first_match(patterns: tuple[str, ...]) -> Callable[[str], int | None]:
    """Which of some patterns a path matches first."""
    compiled = [re.compile(fnmatch.translate(pattern)) for pattern in patterns]

    @lru_cache(maxsize=10_000)
    def first(path: str) -> int | None:
        return next((place for place, pattern in enumerate(compiled) if pattern.match(path)), None)

    return first


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


def _pattern(path: str) -> str:
    """The rule that an author would write for a number and those of its kind: `actors.*.valuations.*`."""
    section, *rest = path.split(".")
    if section in ("time", "decision", "influence", "alignment"):
        return f"{section}.{rest[0]}*" if rest else section
    for place, word in enumerate(rest):
        if place > 0 and word in number_words():
            return f"{section}.*.{word}" + (".*" if place < len(rest) - 1 else "")
    return f"{section}.*"
