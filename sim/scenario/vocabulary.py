"""What the schema allows at a place of a scenario file: the keys of a section, and what a key holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from sim.refusal import did_you_mean
from sim.scenario.schema import File, Section

TABLES = (dict, Mapping)
"""How a table whose keys are names is written as a type."""

MISTAKEN = {
    "probability": "base_logit", "chance": "base_logit", "prob": "base_logit", "odds": "base_logit",
    "rate": "base_logit", "hazard": "base_logit", "logit": "base_logit", "base": "base_logit",
    "often": "about", "frequency": "about",
    "name": "label", "title": "label", "description": "label", "value": "start", "initial": "start",
    "decay": "relaxation", "speed": "relaxation", "min": "low", "max": "high", "minimum": "low",
    "maximum": "high", "target": "responder", "actor": "initiator", "delay": "lead", "length": "months",
    "condition": "gate", "effect": "effects", "since": "from", "date": "dates", "theta": "precision",
    "lambda": "precision",
}  # fmt: skip
"""Keys that authors write, and the key that is meant where a section has it."""


def keys_at(place: Sequence[Any]) -> list[str]:
    """The keys that a section at a place may have; none where names are free or there is no table.

    >>> keys_at(["time"]), keys_at(["events"])
    (['start', 'months'], [])
    """
    return list(_keys(tuple(map(str, place))))


def sense_of(word: str) -> str | None:
    """The key that says what a word of an author says; None if it is not such a word.

    >>> sense_of("probability"), sense_of("label")
    ('base_logit', None)
    """
    return MISTAKEN.get(word.lower())


def meant(place: Sequence[Any], word: str, value: Any = None) -> str:
    """A hint at the key meant by one that a section does not have: by its sense, else by its spelling.

    >>> meant(["events", "raid"], "lable")
    "; did you mean 'label'?"
    >>> meant(["events", "raid"], "probability", 0.02)
    '; write about = "2 % a month", which is base_logit = -3.89'
    """
    known = keys_at(place)
    sense = sense_of(word)
    if sense not in known:
        return did_you_mean(word, known)
    # Who writes a chance needs the number too: log odds are no notion of everybody's.
    if sense == "base_logit" and _is_chance(value):
        logit = math.log(value / (1.0 - value))
        return f'; write about = "{100.0 * value:g} % a month", which is base_logit = {logit:.3g}'
    return f"; did you mean '{sense}'?"


def _is_chance(value: Any) -> bool:
    return isinstance(value, float) and 0.0 < value < 1.0


def may_be_added(place: Sequence[Any], steps: Sequence[str], free: bool) -> bool:
    """Whether keys that a file leaves out may stand below a place: settings, and names where they are `free`.

    >>> may_be_added(["decision"], ["precision"], free=False)
    True
    >>> [may_be_added(["paths"], ["oil"], free=free) for free in (True, False)]
    [True, False]
    """
    kinds = _kinds_at(tuple(map(str, place)))
    for step in steps:
        is_key = any(step in _fields(kind) for kind in kinds)
        if not is_key and not _takes_names(kinds, free):
            return False
        kinds = _inside(kinds, step)
    return True


def _takes_names(kinds: Sequence[Any], free: bool) -> bool:
    """Whether one of some kinds of thing is a table whose keys are names, which may be added to it."""
    if not free:
        return False
    return any(get_origin(kind) in TABLES for kind in kinds)


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Every key of the vocabulary that holds numbers or names and no further section."""
    found: set[str] = set()
    for table in Section.__subclasses__():
        if table is not File:  # its keys are the sections
            found.update(_plain_keys(table))
    return frozenset(found)


def _plain_keys(table: type[Section]) -> Iterator[str]:
    for key, annotation in _fields(table).items():
        if not any(map(_is_section, _leaves(annotation))):
            yield key


@lru_cache(maxsize=4096)
def _keys(place: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for kind in _kinds_at(place) for key in _fields(kind))


# Kept, as a sweep looks at the same places of thousands of points, and types are slow to take apart.
@lru_cache(maxsize=4096)
def _kinds_at(place: tuple[str, ...]) -> tuple[Any, ...]:
    kinds: tuple[Any, ...] = (File,)
    for step in place:
        kinds = _inside(kinds, step)
    return kinds


def _inside(kinds: tuple[Any, ...], step: str) -> tuple[Any, ...]:
    """What a step leads to from any of some kinds of thing."""
    found: list[Any] = []
    for kind in kinds:
        found += _below(kind, step)
    return tuple(found)


def _below(kind: Any, step: str) -> Iterator[Any]:
    fields = _fields(kind)
    if step in fields:
        yield from _options(fields[step])
    elif get_origin(kind) in (*TABLES, list):
        *_, held = get_args(kind)  # of a dict's key and value, the value
        yield from _options(held)


def _fields(kind: Any) -> dict[str, Any]:
    """Keys of a section, as a file spells them, and the annotations of their values."""
    if not _is_section(kind):
        return {}
    found = {}
    for key, field in kind.model_fields.items():
        # Some keys, such as `from`, are no names to Python and have others in the class.
        found[field.alias or key] = field.annotation
    return found


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _options(annotation: Any) -> Iterator[Any]:
    """The kinds of thing that an annotation allows, without its bounds."""
    if get_origin(annotation) is Annotated:
        yield from _options(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


def _leaves(annotation: Any) -> Iterator[Any]:
    """Every class that an annotation names, at any depth."""
    for option in _options(annotation):
        if get_origin(option) in (*TABLES, list, tuple):
            for part in get_args(option):
                yield from _leaves(part)
        else:
            yield option
