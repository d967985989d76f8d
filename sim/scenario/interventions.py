"""Interventions: what somebody does in the course of a run, as against what is read otherwise from the start.

A reading changes the world that is described, and its start with it; an intervention changes the rules from a
month on, and leaves the start, and what is measured from it, as they were (Pearl 2009, Causality, ch. 3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.scenario import index
from sim.scenario.lookup import path_of
from sim.scenario.paths import BadPath, join, place_of, spelled, steps_of
from sim.scenario.schema import Case, month_number
from sim.scenario.schema.kinds import MONTH

FREE = "free"
"""The value that ends the holding of a stock."""

TABLE, WHEN = "interventions.changes", "interventions.when"

Dated = tuple[int, Any]
"""The month from which a value holds, counted from year 0, and the value."""


def is_dated(value: Any) -> bool:
    """Whether a value is a list of months with what is set from each on.

    >>> is_dated([["2025-01", 0.9]]), is_dated(["raid", "loan"]), is_dated(0.9)
    (True, False, False)
    """
    if not isinstance(value, list) or not value:
        return False
    return all(map(_is_pair, value))


def _is_pair(entry: Any) -> bool:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        return False
    return isinstance(entry[0], str) and re.fullmatch(MONTH, entry[0]) is not None


def in_order(value: Any, start: int) -> list[Dated]:
    """What is set from which month on, in the order of months; from the first month on if none is said."""
    if not is_dated(value):
        return [(start, value)]
    return sorted(((month_number(month), each) for month, each in value), key=lambda dated: dated[0])


def key_of(raw: Mapping[str, Any], case: Case, name: str) -> str:
    """What a name means to somebody who does something: a stock that is held, else a path. Raises BadPath.

    >>> import sim
    >>> scenario = sim.load("mongolia-2024")
    >>> [key_of(scenario.raw, scenario.case, name) for name in ("sanctions", "precision")]
    ['sanctions', 'decision.precision']
    """
    known = index.holdable(case)
    if name in known:
        return name
    path = path_of(raw, name)
    stock = _stock_of(path)
    # who names a stock by its label means the stock, who writes the path of its start the start
    if stock in known and path != name:
        return stock
    return spelled(place_of(raw, path))


def _stock_of(path: str) -> str:
    """The stock whose start or course a path is; empty for another path."""
    match steps_of(path) or []:
        case ["quantities", name, "start"] | ["paths", name]:
            return name
    return ""


def overrides(raw: Mapping[str, Any], case: Case, month: int) -> dict[str, Any]:
    """What the scenario is changed by in a month, by path: all that was set by then. Raises BadPath."""
    found, start = {}, month_number(case.time.start)
    for name, value in case.interventions.changes.items():
        key = key_of(raw, case, name)
        held = key in index.holdable(case)
        for since, each in in_order(value, start):
            if since <= month:
                found[key] = (since, each, held)
    return {path: value for key, each in found.items() for path, value in _as_override(key, *each)}


def settings(raw: Mapping[str, Any], case: Case, month: int) -> dict[str, str]:
    """Where a number that is set by a month stands in the scenario as it is then, by its path in the file.

    Both paths are spelled as `Scenario.numbers` spells them; a stock that is held stands on a path.
    """
    found, start = dict[str, tuple[int, str, str]](), month_number(case.time.start)
    for name, value in case.interventions.changes.items():
        key, place = key_of(raw, case, name), join(TABLE, name)
        there = key
        if key in index.holdable(case):
            there = f"{join('paths', key)}.0.1"
        months = [(start, place)]
        if is_dated(value):
            months = [(month_number(month), f"{place}.{at}.1") for at, (month, _) in enumerate(value)]
        for since, own in sorted(months):
            if since <= month:
                found[key] = (since, own, there)
    return {own: there for _, own, there in found.values()}


def _as_override(key: str, since: int, value: Any, held: bool) -> Iterator[tuple[str, Any]]:
    """An entry as a change of the scenario; a stock that is held stands on a path."""
    if not held:
        yield key, value
    elif value != FREE:
        yield spelled(("paths", key)), [[label(since), value]]


def label(month: int) -> str:
    """A month counted from year 0 as a date such as `2024-06`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def months(case: Case) -> list[int]:
    """The months, counted from year 0, from which something is set; in their order."""
    start, found = month_number(case.time.start), set[int]()
    for value in case.interventions.changes.values():
        found |= {since for since, _ in in_order(value, start)}
    return sorted(found)


def triggered(raw: Mapping[str, Any], case: Case, names: Iterable[str]) -> dict[str, str]:
    """Where some triggers say what they set, by the path that is set. Raises BadPath."""
    found = {}
    for name in names:
        for given in case.interventions.when[name].changes:
            found[key_of(raw, case, given)] = join(f"{join(WHEN, name)}.changes", given)
    return found


def dates(case: Case) -> dict[str, list[str]]:
    """The months of dated entries, by their place in the file."""
    found = {}
    for name, value in case.interventions.changes.items():
        if is_dated(value):
            found[f"{TABLE}.{name}"] = [month for month, _ in value]
    return found


def table(
    raw: Mapping[str, Any], case: Case, changes: Mapping[str, Any], month: str | None = None
) -> dict[str, Any]:
    """The entries of a scenario with some more, from a month on or from the first. Raises BadPath.

    A value may be a list of months with values of its own.
    """
    own, start = dict(case.interventions.changes), case.time.start
    known, given = {key_of(raw, case, name): name for name in own}, dict[str, str]()
    for name, value in changes.items():
        key = key_of(raw, case, name)
        if key in given:
            raise BadPath(f"{given[key]} and {name} set one thing; keep one of them")
        if is_dated(value) and len(dict(value)) < len(value):
            raise BadPath(f"{name}: a month is there twice; name it once")
        given[key], place = name, known.setdefault(key, key)
        later = _by_month(value, month or start)
        own[place] = _entry(_by_month(own.get(place), start) | later, start)
    return own


def _by_month(value: Any, start: str) -> dict[str, Any]:
    """What is set, by the month from which on; nothing of nothing."""
    if value is None:
        return {}
    if is_dated(value):
        return dict(value)
    return {start: value}


def values_of(value: Any) -> list[Any]:
    """Everything that an entry sets in turn; nothing of nothing."""
    return list(_by_month(value, "").values())


def _entry(by_month: Mapping[str, Any], start: str) -> Any:
    """An entry as it is written: a value from the first month on, or months with values."""
    if list(by_month) == [start]:
        return by_month[start]
    return [[month, by_month[month]] for month in sorted(by_month)]


def told(case: Case) -> Iterator[tuple[str, str]]:
    """What is done, as a reader is told: a name, and what it is set to from which month on."""
    for name, value in case.interventions.changes.items():
        for month, each in _by_month(value, case.time.start).items():
            yield name, f"{each} from {month} on (intervention)"


def in_words(case: Case, month: str | None = None) -> Iterator[str]:
    """What is done in a month, or in all, in a line each."""
    for name, value in case.interventions.changes.items():
        for since, each in _by_month(value, case.time.start).items():
            if month in (None, since):
                yield f"{_done(case, name, each)} from {since} on"


def watched_for(case: Case) -> Iterator[str]:
    """What is done as soon as something is seen, in a line each."""
    for trigger in case.interventions.when.values():
        changes = ", ".join(f"{name} is {value:g}" for name, value in trigger.changes.items())
        yield f"{changes} from the month after {trigger.if_} exceeds {trigger.above:g}"


def _done(case: Case, name: str, value: Any) -> str:
    """What is done with a number or stock, in words."""
    if name not in index.holdable(case):
        return f"{name} is {value}"
    if value == FREE:
        return f"{name} is free again"
    return f"{name} is held at {value}"
