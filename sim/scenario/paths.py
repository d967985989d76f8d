"""Paths such as `quantities.NAME.start`: where in a scenario each one leads, whatever its spelling, and
setting what is there.

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
from sim.scenario.vocabulary import may_be_added

Place = tuple[str | int, ...]

FREE_TABLES = ("paths", "interventions")
"""Sections whose numbers are choices, without a range; names may be added to them."""

MOST_STEPS = 20
"""Steps of a path, and tables within tables of a file; the deepest place of the vocabulary takes 8."""

SHOWN = 60
"""Characters of a step that a message repeats."""


class BadPath(Unknown):
    """A path that leads nowhere, or a name that means no number: it starts with the path or name."""

    about = "number"


def steps_of(path: str) -> list[str] | None:
    """The keys that a path such as `section."key with signs"` goes through; None if it is no path."""
    mark = "x" * (len(path) + 1)
    try:
        nested: Any = tomllib.loads(f'{path} = "{mark}"') if "\n" not in path else None
    except (ValueError, RecursionError):
        return None
    steps = []
    while isinstance(nested, dict) and len(nested) == 1:
        key, nested = next(iter(nested.items()))
        steps.append(key)
    return steps if nested == mark and len(steps) <= MOST_STEPS else None


def join(path: str, key: str | int) -> str:
    """A path and one more step; a key with other signs than a name has stands in quotes."""
    text = str(key)
    plain = text.isascii() and text.replace("-", "_").replace("_", "a").isalnum()
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    step = text if plain else f'"{quoted}"'
    return f"{path}.{step}" if path else step


def spelled(place: Iterable[str | int]) -> str:
    """The one spelling of a place that `Scenario.numbers` and messages use."""
    path = ""
    for step in place:
        path = join(path, step)
    return path


def named(place: Iterable[str | int]) -> str:
    """The spelling of a place in a message, with steps cut where they are long."""
    return spelled(step if len(str(step)) <= SHOWN else f"{str(step)[:SHOWN]}..." for step in place)


def in_place(raw: Any) -> bool:
    """Whether this is a number written in place, with its unit, range and source."""
    return isinstance(raw, dict) and "value" in raw


def place_of(raw: Mapping[str, Any], path: str) -> Place:
    """Where a path leads in the tables of a scenario; it may lead to a setting that the file leaves out.
    Raises BadPath.

    The size of an effect is one place with the effect (`status`, `status.size`), the value of a number
    written in place one with the number (`cost`, `cost.value`).
    """
    steps = steps_of(path)
    if steps is None:
        raise BadPath(f'{path}: not a path; write section.key or section."key with signs"')
    here: Any = raw
    place: Place = ()
    for depth, step in enumerate(steps):
        found = _step(here, step)
        if found is not None:
            place += (found,)
            here = here[found]
        elif in_place(here) or not isinstance(here, dict) or not _added(place, steps[depth:]):
            raise BadPath(f"{path}: no such path")
        else:
            return (*place, *steps[depth:])
        if in_place(here) and steps[depth + 1 :] == ["value"]:
            return place
    return (*place, "size") if isinstance(here, dict) and "size" in here and not in_place(here) else place


def reached(raw: Mapping[str, Any], steps: Iterable[str]) -> tuple[Place, Any]:
    """How far some steps lead in the tables of a scenario: the place of the last that is there, and what it
    holds.
    """
    here: Any = raw
    place: Place = ()
    for step in steps:
        found = _step(here, step)
        if found is None:
            break
        place, here = (*place, found), here[found]
    return place, here


def is_table(raw: Mapping[str, Any], place: Place) -> bool:
    """Whether a place holds a table of keys, and not a value or a number written in place."""
    reached_place, here = reached(raw, map(str, place))
    return reached_place == place and isinstance(here, dict) and not in_place(here)


def put(raw: dict[str, Any], path: str, value: Any) -> Place:
    """Set the value at a path and tell its place. Raises BadPath."""
    place = place_of(raw, path)
    if isinstance(value, dict) and place[-1] == "size" and (steps_of(path) or [])[-1] != "size":
        place = place[:-1]
    here: Any = raw
    for step in place[:-1]:
        here = here.setdefault(step, {}) if isinstance(here, dict) else here[step]
    last: Any = place[-1]
    old = here.get(last) if isinstance(here, dict) else here[last]
    if isinstance(old, dict) and in_place(old) and is_number(value):
        here[last] = old | {"value": value}
    elif isinstance(old, dict) and not isinstance(value, dict) and not in_place(old):
        raise BadPath(f"{path}: is a table, not a number")
    else:
        here[last] = _constant(raw, value) if place[:-1] == ("paths",) else value
    return place


def _constant(raw: Mapping[str, Any], value: Any) -> Any:
    """What stands at a path of [paths]: a number stays as it is from the first month on."""
    time = raw.get("time")
    return [[time.get("start"), value]] if is_number(value) and isinstance(time, dict) else value


def clash(places: Mapping[str, Place]) -> tuple[str, str] | None:
    """Two of some paths that set one thing, because their places are equal or one lies within the other."""
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
    if isinstance(raw, dict) and not in_place(raw):
        for key, value in raw.items():
            yield from leaves(value, join(path, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from leaves(value, f"{path}.{index}")
    else:
        yield path, raw


def numbers(plain: Any) -> Iterator[tuple[str, float]]:
    """Every number of the tables with its path; the rules of [[provenance]] are not model numbers."""
    for path, value in leaves(plain):
        if is_number(value) and not path.startswith("provenance."):
            yield path, float(value)


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
        return step if step in here else None
    is_position = isinstance(here, list) and step.isascii() and step.isdigit() and len(step) < 7
    return int(step) if is_position and int(step) < len(here) else None


def _added(place: Place, steps: list[str]) -> bool:
    return may_be_added(place, steps, free=(*place, *steps)[0] in FREE_TABLES)
