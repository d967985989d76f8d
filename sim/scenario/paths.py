"""Paths such as `quantities.NAME.start`: where in a scenario each one leads, whatever its spelling, and
setting what is there.

A place is a tuple of steps: keys as text, positions in a list as whole numbers. Two paths mean one number if
and only if their places are equal, so places are compared and never texts.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from sim.refusal import BadInput, did_you_mean
from sim.scenario.vocabulary import keys_at, may_be_added, meant, sense_of

Place = tuple[str | int, ...]

FREE_TABLES = ("paths", "interventions")
"""Sections whose numbers are choices, without a range; names may be added to them."""

MOST_STEPS = 20
"""Steps of a path, and tables within tables of a file; the deepest place of the vocabulary takes 8."""

SHOWN = 60
"""Characters of a step that a message repeats."""

FIRST_MEANT = ("start", "base_logit", "weight", "clout", "goodwill", "precision")
"""What is meant where only the thing is named: the first of these that it has."""


class BadPath(BadInput):
    """A path that leads nowhere: it starts with the path."""


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


def is_number(value: Any) -> bool:
    """Whether this is a number of a file: true, false and NaN are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


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
            raise BadPath(f"{path}: no such path{_hint(raw, here, place, steps)}")
        else:
            return (*place, *steps[depth:])
        if in_place(here) and steps[depth + 1 :] == ["value"]:
            return place
    return (*place, "size") if isinstance(here, dict) and "size" in here and not in_place(here) else place


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
        raise BadPath(f"{path}: is a table, not a number{_meant(raw, place)}")
    else:
        here[last] = value
    return place


def clash(places: Mapping[str, Place]) -> tuple[str, str] | None:
    """Two of some paths that set one thing, because their places are equal or one lies within the other."""
    by_place = sorted(places.items(), key=lambda item: tuple(map(str, item[1])))
    for (first, outer), (second, inner) in pairwise(by_place):
        if inner[: len(outer)] == outer:
            return first, second
    return None


def numbers(plain: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of the tables with its path; the rules of [[provenance]] are not model numbers."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if path or key != "provenance":
                yield from numbers(value, join(path, key))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from numbers(value, f"{path}.{index}")
    elif is_number(plain):
        yield path, float(plain)


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


# -- suggestions -------------------------------------------------------------------------------------


def _hint(raw: Mapping[str, Any], here: Any, place: Place, steps: list[str]) -> str:
    """What a path that leads nowhere may have meant: a name beside the wrong one, or the same words
    elsewhere.
    """
    word = steps[len(place)]
    beside = did_you_mean(word, map(str, here)) if place and isinstance(here, dict) else ""
    return (
        beside
        or (meant(place, word) if place else "")
        or _meant(raw, steps)
        or _meant(raw, _respelt(raw, steps))
    )


def _meant(raw: Mapping[str, Any], steps: Iterable[str | int]) -> str:
    """The settings whose paths hold all these words in their order, or that belong to what has this label; at
    most three.
    """
    words = [str(step).casefold() for step in steps]
    known = _known(raw)
    found = [path for path in known if _holds(path, words)]
    if not found:
        owners = tuple(f"{path}." for path in _labelled(raw, " ".join(words)))
        found = [path for path in known if path.startswith(owners)]
    found.sort(key=lambda path: (path.count("."), _rank(path)))
    return "; did you mean " + " or ".join(f"'{path}'" for path in found[:3]) + "?" if found else ""


def _known(raw: Mapping[str, Any]) -> list[str]:
    """Paths of every number of the file, and of the settings that sections have by default."""
    defaults = [join(section, key) for section in keys_at(()) for key in keys_at((section,))]
    return list(dict.fromkeys([*(path for path, _ in numbers(values(raw))), *defaults]))


def _words(path: str) -> list[str]:
    return path.replace('"', "").casefold().split(".")


def _holds(path: str, words: list[str]) -> bool:
    steps = iter(_words(path))
    return all(word in steps for word in words)


def _respelt(raw: Mapping[str, Any], steps: list[str]) -> list[str]:
    """The steps with each word replaced by the nearest one that any path has."""
    known = {word for path in _known(raw) for word in _words(path)}
    return [
        sense_of(step) or next(iter(get_close_matches(step.casefold(), known, n=1, cutoff=0.75)), step)
        for step in steps
    ]


def _rank(path: str) -> int:
    last = path.rpartition(".")[2]
    return FIRST_MEANT.index(last) if last in FIRST_MEANT else len(FIRST_MEANT)


def _labelled(raw: Mapping[str, Any], label: str) -> Iterator[str]:
    """Paths of the tables that have a label."""
    for section, tables in raw.items():
        for name, table in tables.items() if isinstance(tables, dict) else ():
            own = table.get("label") if isinstance(table, dict) else None
            if isinstance(own, str) and own.casefold() == label:
                yield join(section, name)
