"""Where numbers come from: written in place with unit, range and source, or by rules in [[provenance]]."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from sim.refusal import ScenarioError, did_you_mean
from sim.rules.numbers import is_number
from sim.scenario.paths import is_choice, numbers, values, written_in_place
from sim.scenario.schema import Case, ProvenanceRule, Tier
from sim.scenario.vocabulary import number_words

IN_PLACE = {"value", "unit", "range", "source"}
"""Keys that a number has which is written in place; it may have a tier besides."""

TIERS: tuple[Tier, ...] = get_args(Tier)
"""How well founded a number can be, the best founded first."""

LEAST: Tier = "judgement"
"""The tier of a number that does not say: nobody claims more for it than its author does."""

SETTINGS = ("time", "decision", "influence", "alignment")
"""Sections whose keys are settings of the model and not names that the file chose."""


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: its unit, plausible range and source, and how well founded it is."""

    unit: str
    low: float
    high: float
    source: str
    tier: Tier = LEAST


def tiers_of(known: Iterable[Provenance]) -> dict[Tier, int]:
    """How many numbers there are of each tier, the best founded first; of those that occur.

    >>> import sim
    >>> list(tiers_of(sim.load("mongolia-2024").provenance.values()))
    ['measured', 'literature', 'calibrated', 'judgement']
    """
    counted = Counter(each.tier for each in known)
    return {tier: counted[tier] for tier in TIERS if counted[tier]}


def provenance_of(
    raw: dict[str, Any], case: Case, name: str, chosen: Collection[str] = ()
) -> dict[str, Provenance]:
    """Unit, range, source and tier of every number by its path.

    Numbers that were `chosen` on purpose, by paths, may go without. Raises ScenarioError with a line for each
    kind of number that has none.
    """
    # What stands with a number goes before every rule about numbers of its kind.
    found = {path: _as_written(number) for path, number in written_in_place(raw)}
    first = _first_match(tuple(rule.numbers for rule in case.provenance))
    unknown = []
    for path, value in numbers(values(raw)):
        if path in found or is_choice(path):
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
    """What is wrong with the numbers of some tables that are written in place, a line each.

    >>> cost = {"value": 1.0, "unit": "1", "range": [2.0, 0.0], "source": "a guess"}
    >>> list(broken_numbers({"parameters": {"cost": cost}}))
    ['parameters.cost: the range [2.0, 0.0] must go from low to high']
    """
    for path, number in written_in_place(raw):
        problem = _broken(number, path)
        if problem is not None:
            yield f"{path}: {problem}"


def _broken(number: dict[str, Any], path: str) -> str | None:
    # A rule is where ranges come from: if its own numbers needed some, there would be no end to it.
    if path.startswith("provenance."):
        return "a rule about other numbers is written plainly, without unit, range and source of its own"
    return _wrong_keys(number) or _wrong_values(number)


def _wrong_keys(number: dict[str, Any]) -> str | None:
    allowed = {*IN_PLACE, "tier"}
    unknown = sorted(set(number) - allowed)
    missing = sorted(IN_PLACE - set(number))
    if unknown:
        return f"unknown key '{unknown[0]}'{did_you_mean(unknown[0], allowed)}"
    if missing:
        return f"a number written in place needs {', '.join(missing)}"
    return None


def _wrong_values(number: dict[str, Any]) -> str | None:
    bounds = number["range"]
    if not is_number(number["value"]) or not _is_pair(bounds):
        return "value must be a number and range two numbers"
    # A range of no width would call every other value implausible, and leaves a sweep nothing to vary.
    if not bounds[0] < bounds[1]:
        return f"the range {bounds} must go from low to high"
    for text in (number["unit"], number["source"]):
        if not isinstance(text, str):
            return "unit and source must be text"
    if number.get("tier", LEAST) not in TIERS:
        return f"tier must be one of {', '.join(TIERS)}"
    return None


def _is_pair(bounds: Any) -> bool:
    if not isinstance(bounds, list):
        return False
    return len(bounds) == 2 and all(map(is_number, bounds))


def _as_written(number: dict[str, Any]) -> Provenance:
    low, high = number["range"]
    return Provenance(number["unit"], float(low), float(high), number["source"], number.get("tier", LEAST))


def _by_rule(rule: ProvenanceRule, value: float) -> Provenance:
    low, high = _range_around(value, rule)
    return Provenance(rule.unit, low, high, rule.source, rule.tier)


def _range_around(value: float, rule: ProvenanceRule) -> tuple[float, float]:
    """The plausible range that a rule gives a number: its own, or one around the value."""
    if rule.range is not None:
        low, high = rule.range
        return low, high
    if rule.times is not None:
        # Of a number below zero the larger factor gives the lower end.
        low, high = sorted(value * factor for factor in rule.times)
        return low, high
    below, above = rule.plus or (0.0, 0.0)
    return value + below, value + above


@lru_cache(maxsize=32)
def _first_match(patterns: tuple[str, ...]) -> Callable[[str], int | None]:
    """Which of some patterns a path matches first.

    A sweep reads one file at thousands of points, whose paths are the same: the patterns and what they match
    are both kept.
    """
    compiled = [re.compile(fnmatch.translate(pattern)) for pattern in patterns]

    @lru_cache(maxsize=10_000)
    def first(path: str) -> int | None:
        for place, pattern in enumerate(compiled):
            if pattern.match(path):
                return place
        return None

    return first


def _unsourced(paths: list[str]) -> Iterator[str]:
    """One line for all numbers that one rule could cover: a new section lacks dozens at once."""
    alike: dict[str, list[str]] = {}
    for path in paths:
        alike.setdefault(_pattern(path), []).append(path)
    for pattern, group in alike.items():
        if len(group) == 1:
            yield f"{group[0]}: has no unit, range and source; write it in place or add a [[provenance]] rule"
        else:
            yield (
                f"{group[0]} and {len(group) - 1} like it: have no unit, range and source; write them in "
                f'place or add a [[provenance]] rule with numbers = "{pattern}"'
            )


def _pattern(path: str) -> str:
    """The rule that an author would write for a number and those of its kind: `actors.*.valuations.*`."""
    section, *rest = path.split(".")
    if section in SETTINGS and rest:
        return f"{section}.{rest[0]}*"
    # The first step is a name, whatever it is: an actor may be called as a key of the vocabulary is.
    for place, word in enumerate(rest[1:], start=1):
        if word in number_words():
            is_last = place == len(rest) - 1
            if is_last:
                return f"{section}.*.{word}"
            return f"{section}.*.{word}.*"
    return f"{section}.*"
