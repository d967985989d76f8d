"""Paths such as `quantities.NAME.start`: where in a scenario each leads, and setting what is there.

A place is a tuple of steps: keys as text, positions in a list as whole numbers. Two paths mean one number if
and only if their places are equal, so places are compared and never texts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from sim.refusal import Unknown
from sim.rules.numbers import is_number
from sim.scenario.chances import renamed, set_at
from sim.scenario.vocabulary import may_be_added

Place = tuple[str | int, ...]

FREE_TABLES = ("paths", "beyond", "interventions")
"""Sections whose numbers are choices, without a range; names may be added to them."""

MOST_STEPS = 20
"""Steps of a path, and tables within tables of a file; the deepest place of the vocabulary takes 8."""

MOST_DIGITS = 6
"""Digits of a position in a list."""

SHOWN = 60
"""Characters of a step that a message repeats."""


class BadPath(Unknown):
    """A path that leads nowhere, or a name that means no number: it starts with the path or name."""

    about = "number"


def steps_of(path: str) -> list[str] | None:
    """The keys that a path such as `section."key with signs"` goes through; None if it is no path.

    >>> steps_of('couplings.trade."war + 1"')
    ['couplings', 'trade', 'war + 1']
    >>> steps_of("not a path") is None
    True
    """
    if "\n" in path:  # a path of several lines could hold keys of its own
        return None
    # TOML reads the path as the key of a mark, which is longer than the path and so no part of it.
    mark = "x" * (len(path) + 1)
    try:
        nested: Any = tomllib.loads(f'{path} = "{mark}"')
    except (ValueError, RecursionError):
        return None
    steps = []
    while isinstance(nested, dict) and len(nested) == 1:
        key, nested = next(iter(nested.items()))
        steps.append(key)
    if nested != mark or len(steps) > MOST_STEPS:
        return None
    return steps


def join(path: str, key: str | int) -> str:
    """A path and one more step; a key with other signs than a name has stands in quotes.

    >>> join("", "events"), join("events", "rain falls"), join("dates", 0)
    ('events', 'events."rain falls"', 'dates.0')
    """
    step = str(key)
    if not _is_bare(step):
        quoted = step.replace("\\", "\\\\").replace('"', '\\"')
        step = f'"{quoted}"'
    if path:
        return f"{path}.{step}"
    return step


def _is_bare(key: str) -> bool:
    """Whether a key needs no quotes in TOML."""
    return key.isascii() and key.replace("-", "_").replace("_", "a").isalnum()


def spelled(place: Iterable[str | int]) -> str:
    """The one spelling of a place that `Scenario.numbers` and messages use.

    >>> spelled(("events", "rain", "dates", 0))
    'events.rain.dates.0'
    """
    path = ""
    for step in place:
        path = join(path, step)
    return path


def named(place: Iterable[str | int]) -> str:
    """The spelling of a place in a message, with steps cut where they are long."""
    return spelled(map(_shown, place))


def _shown(step: str | int) -> str:
    text = str(step)
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}..."


def in_place(raw: Any) -> bool:
    """Whether this is a number written in place, with its unit, range and source."""
    return isinstance(raw, dict) and "value" in raw


def _has_keys(raw: Any) -> bool:
    """Whether this is a table of keys, and no number written in place."""
    return isinstance(raw, dict) and "value" not in raw


def is_choice(path: str) -> bool:
    """Whether a path leads to a choice, such as a month of an intervention, which has no range.

    >>> is_choice("paths.oil.0.1"), is_choice("events.raid.lead")
    (True, False)
    >>> is_choice("levers.embargo.ends.0"), is_choice("levers.embargo.cost")
    (True, False)
    """
    section, dot, rest = path.partition(".")
    if section == "levers":
        # between which values somebody can choose is chosen too; what it costs is not
        return not rest.endswith(".cost")
    return bool(dot) and section in FREE_TABLES


def place_of(raw: Mapping[str, Any], path: str) -> Place:
    """Where a path leads in the tables of a scenario, be it to a setting that the file leaves out.

    The size of an effect is one place with the effect (`status`, `status.size`), the value of a number
    written in place one with the number (`cost`, `cost.value`). Raises BadPath.

    >>> tables = {"parameters": {"cost": {"value": 1.0}}, "effects": [{"status": {"size": 0.5}}]}
    >>> place_of(tables, "parameters.cost.value"), place_of(tables, "effects.0.status")
    (('parameters', 'cost'), ('effects', 0, 'status', 'size'))
    """
    # The whole path is read before any of it is looked up: a dot in quotes is no step.
    steps = steps_of(path)
    if steps is None:
        raise BadPath(f'{path}: not a path; write section.key or section."key with signs"')
    steps = renamed(steps)
    place, here = reached(raw, steps)
    missing = steps[len(place) :]
    if missing:
        if not _may_have(here, place, missing):
            raise BadPath(f"{path}: no such path")
        return (*place, *missing)
    if _is_value_of_number(raw, place):
        return place[:-1]
    if _is_effect(here):
        return (*place, "size")
    return place


def _may_have(here: Any, place: Place, missing: list[str]) -> bool:
    """Whether steps that the file leaves out may stand below a place of it, which holds `here`."""
    if not _has_keys(here):
        return False
    section = (*place, *missing)[0]
    return may_be_added(place, missing, free=section in FREE_TABLES)


def _is_value_of_number(raw: Mapping[str, Any], place: Place) -> bool:
    if len(place) < 2 or place[-1] != "value":
        return False
    _, table = reached(raw, map(str, place[:-1]))
    return in_place(table)


def _is_effect(here: Any) -> bool:
    return _has_keys(here) and "size" in here


def reached(raw: Mapping[str, Any], steps: Iterable[str]) -> tuple[Place, Any]:
    """How far steps lead in the tables of a scenario: the place of the last that is there, and what it holds.

    >>> reached({"time": {"months": 12}}, ["time", "months", "of", "war"])
    (('time', 'months'), 12)
    """
    here: Any = raw
    place: Place = ()
    for step in steps:
        found = _step(here, step)
        if found is None:
            break
        place = (*place, found)
        here = here[found]
    return place, here


def is_table(raw: Mapping[str, Any], place: Place) -> bool:
    """Whether a place holds a table of keys, and not a value or a number written in place."""
    reached_place, here = reached(raw, map(str, place))
    return reached_place == place and _has_keys(here)


def put(raw: dict[str, Any], path: str, value: Any) -> Place:
    """Set the value at a path and tell its place. Raises BadPath for a path that leads nowhere or to a table.

    >>> tables = {"parameters": {"cost": {"value": 1.0, "unit": "1"}}}
    >>> put(tables, "parameters.cost", 2.0), tables
    (('parameters', 'cost'), {'parameters': {'cost': {'value': 2.0, 'unit': '1'}}})
    """
    place = _place_for(raw, path, value)
    holder = _holder(raw, place)
    last: Any = place[-1]
    old = _old(holder, last)
    if place[:-1] == ("paths",) and not in_place(old):
        value = _constant(raw, value)
    try:
        value = set_at(place, value)
    except ValueError as error:
        raise BadPath(f"{path}: {error}") from None
    holder[last] = _replaced(old, value, path)
    return place


def _place_for(raw: Mapping[str, Any], path: str, value: Any) -> Place:
    """Where a value goes: an effect that is given whole replaces the effect, and not its size."""
    place = place_of(raw, path)
    if not isinstance(value, dict):
        return place
    *_, last = steps_of(path) or [""]
    if place[-1] == "size" and last != "size":
        return place[:-1]
    return place


def _old(holder: Any, step: Any) -> Any:
    """What a table or list holds at a step; None where a table leaves it out."""
    if isinstance(holder, dict):
        return holder.get(step)
    return holder[step]


def _holder(raw: dict[str, Any], place: Place) -> Any:
    """The table or list that holds a place; tables that the file leaves out are made."""
    here: Any = raw
    for step in place[:-1]:
        if isinstance(here, dict):
            here = here.setdefault(step, {})
        else:
            here = here[step]
    return here


def _replaced(old: Any, value: Any, path: str) -> Any:
    """What stands where `old` stood: a number written in place keeps its unit, range and source."""
    if in_place(old):
        if is_number(value):
            return old | {"value": value}
        return value
    if isinstance(old, dict) and not isinstance(value, dict):
        raise BadPath(f"{path}: is a table, not a number")
    return value


def _constant(raw: Mapping[str, Any], value: Any) -> Any:
    """What stands at a path of [paths]: a number stays as it is from the first month on."""
    time = raw.get("time")
    if is_number(value) and isinstance(time, dict):
        return [[time.get("start"), value]]
    return value


def without(raw: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The tables without a table `section.key`.

    >>> without({"a": {"b": {"c": 1}, "d": 2}}, "a.b")
    {'a': {'d': 2}}
    """
    section, _, key = path.partition(".")
    own = {name: value for name, value in raw.get(section, {}).items() if name != key}
    return {**raw, section: own}


def clash(places: Mapping[str, Place]) -> tuple[str, str] | None:
    """Two of some paths that set one thing, because their places are equal or one lies within the other.

    >>> clash({"status": ("effects", "status", "size"), "cost": ("cost",), "effects": ("effects",)})
    ('effects', 'status')
    """
    # Steps as text, as a position and a key have no order; what lies within a place comes right behind it.
    by_place = sorted(places.items(), key=lambda item: tuple(map(str, item[1])))
    for (first, outer), (second, inner) in pairwise(by_place):
        if inner[: len(outer)] == outer:
            return first, second
    return None


def leaves(raw: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the tables with its path; a number that is written in place is one.

    >>> list(leaves({"a": {"b": 1, "c": [2, {"value": 3}]}}))
    [('a.b', 1), ('a.c.0', 2), ('a.c.1', {'value': 3})]
    """
    if _has_keys(raw):
        for key, value in raw.items():
            yield from leaves(value, join(path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from leaves(value, f"{path}.{index}")
    else:
        yield path, raw


def numbers(plain: Any) -> Iterator[tuple[str, float]]:
    """Every number of the tables with its path; the rules of [[provenance]] are not model numbers.

    >>> dict(numbers({"time": {"months": 12, "start": "2024-06"}, "shares": [0.5, True]}))
    {'time.months': 12.0, 'shares.0': 0.5}
    """
    for path, value in leaves(plain):
        if is_number(value) and not path.startswith("provenance."):
            yield path, float(value)


def written_in_place(raw: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number of the tables that is written in place, with its path, as the table that it is.

    >>> list(written_in_place({"a": {"b": 1, "c": [2, {"value": 3}]}}))
    [('a.c.1', {'value': 3})]
    """
    if in_place(raw):
        yield path, raw
        return
    for key, value in _entries(raw):
        # most of a file are plain values: no path is spelled for them
        if isinstance(value, dict | list):
            yield from written_in_place(value, join(path, key))


def _entries(raw: Any) -> Iterable[tuple[str | int, Any]]:
    """What a table holds by key, or a list by position."""
    if isinstance(raw, dict):
        return raw.items()
    return enumerate(raw)


def copied(raw: Any) -> Any:
    """The tables and lists anew; the values in them, which nothing changes, are the same."""
    if isinstance(raw, dict):
        return {key: copied(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [copied(value) for value in raw]
    return raw


def values(raw: Any) -> Any:
    """The tables with every number that is written in place replaced by its value."""
    if in_place(raw):
        return raw["value"]
    if isinstance(raw, dict):
        return {key: values(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [values(value) for value in raw]
    return raw


def _step(here: Any, step: str) -> str | int | None:
    """The key or position in a table or list that a step means; None if there is none."""
    if isinstance(here, dict):
        if step in here:
            return step
        return None
    if isinstance(here, list) and _is_position(step):
        position = int(step)
        if position < len(here):
            return position
    return None


def _is_position(step: str) -> bool:
    # Python refuses to read thousands of digits.
    if len(step) > MOST_DIGITS:
        return False
    # Digits of other scripts, and raised ones, are digits to Python too.
    return step.isascii() and step.isdigit()
