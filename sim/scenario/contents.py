"""What no scenario may hold, whatever it means: NaN, signs that act on a terminal, endless tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.refusal import cleaned, is_unprintable
from sim.scenario.paths import MOST_STEPS, Place, in_place, named

LONG_TEXTS = ("note", "question", "source", "definition", "drivers")
"""Keys whose texts may have several lines, below them too."""

SHORT_TEXTS = ("title", "label", "unit")
"""Keys whose texts stand in tables and figures."""

MOST_OF_SHORT = 300
"""Characters of a text that stands in tables and figures."""

MOST_CHARACTERS = 20_000
"""Characters of any other text."""

EXPRESSIONS = ("couplings", "shifts", "response_shifts")
"""Tables whose keys are expressions."""

LONGEST_KEY = 100
"""Characters of a key."""

LONGEST_EXPRESSION = 2_000
"""Characters of a key that is an expression."""

MOST_BITS = 1023
"""Bits of a whole number: with more it is beyond the largest float, some 1.8e308."""

LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""

NEVER = "base_logit"
"""The key under which minus infinity means something: an event that nobody would start."""


def flaws(raw: Any, place: Place = ()) -> Iterator[str]:
    """One line for each key or value that cannot stand in a scenario; `raw` is what stands at a place of it.

    >>> list(flaws({"parameters": {"cost": float("nan")}}))
    ['parameters.cost: must be a finite number (found nan)']
    """
    # Tables with a key `value` are read as numbers: all of the file would be one.
    if not place and in_place(raw):
        told = "a number written in place stands in a section, such as [parameters]"
        yield f"value: unknown key 'value'; {told}"
    # No recursion: a file of a few kB can hold tables deeper than Python's stack.
    waiting: list[tuple[Place, Any]] = [(place, raw)]
    while waiting:
        here, value = waiting.pop()
        if isinstance(value, dict | list) and len(here) > MOST_STEPS:
            told = f"tables lie within tables more than {MOST_STEPS} deep; at most {MOST_STEPS} are read"
            yield f"{named(here)}: {told}"
            continue
        yield from _own_flaws(here, value)
        # Backwards, as the last is taken first: problems are told in the order of the file.
        waiting += reversed([((*here, step), inner) for step, inner in _within(value)])


def _within(value: Any) -> Iterator[tuple[str | int, Any]]:
    """What a table or list holds, by key or position."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _own_flaws(place: Place, value: Any) -> Iterator[str]:
    """What is wrong with the keys of a table, or with a value."""
    if isinstance(value, dict):
        for key in value:
            told = _key_flaw(place, key)
            if told is not None:
                yield f"{named((*place, key))}: {told}"
        return
    told = _value_flaw(place, value)
    if told is not None:
        yield f"{named(place)}: {told}"


def _key_flaw(place: Place, key: str) -> str | None:
    if not key.strip():
        return "a key may not be empty; give it a name"
    if _is_below(place, EXPRESSIONS):
        return _text_flaw(key, "the key", LONGEST_EXPRESSION)
    return _text_flaw(key, "the key", LONGEST_KEY)


def _value_flaw(place: Place, value: Any) -> str | None:
    if isinstance(value, str):
        return _long_text_flaw(place, value)
    if _is_huge(value):
        return f"must be a number below 1e308 (found {shown(value)})"
    if isinstance(value, float):
        return _float_flaw(place, value)
    return None


def _long_text_flaw(place: Place, text: str) -> str | None:
    """What is wrong with a text by what its key allows: several lines, or no more than fits a table."""
    if _is_below(place, LONG_TEXTS):
        text = text.replace("\n", "").replace("\t", "")
    if place[-1] in SHORT_TEXTS:
        return _text_flaw(text, "the text", MOST_OF_SHORT)
    return _text_flaw(text, "the text", MOST_CHARACTERS)


def _is_huge(value: Any) -> bool:
    """Whether a whole number is beyond every float."""
    return isinstance(value, int) and value.bit_length() > MOST_BITS


def _float_flaw(place: Place, value: float) -> str | None:
    # the whole path may be one key, where an intervention names it
    is_never = value == -math.inf and any(NEVER in str(step).split(".") for step in place)
    if math.isfinite(value) or is_never:
        return None
    return f"must be a finite number (found {value})"


def _is_below(place: Place, keys: tuple[str, ...]) -> bool:
    """Whether a place lies at or below one of some keys."""
    return not set(keys).isdisjoint(map(str, place))


def _text_flaw(text: str, what: str, most: int) -> str | None:
    if len(text) > most:
        return f"{what} has {len(text):,} characters; at most {most:,} can be read"
    if text.isascii() and text.isprintable():  # nearly all texts; looking at each sign takes far longer
        return None
    for sign in text:
        if is_unprintable(sign):
            return f"{what} holds a control character ({_said(sign)}); take it out"
    return None


def _said(sign: str) -> str:
    if sign == "\n":
        return "a line end"
    if sign == "\t":
        return "a tab"
    # What cleaning makes nothing of is told by its number.
    return cleaned(sign).strip() or f"\\x{ord(sign):02x}"


def shown(value: Any) -> str:
    """A value of a file, short, and in quotes if it is text.

    >>> shown("war"), shown(0.5), shown(10**400)
    ("'war'", '0.5', 'a whole number of some 401 digits')
    """
    if _is_huge(value):
        # Python refuses to write out whole numbers of thousands of digits.
        return f"a whole number of some {int(value.bit_length() * math.log10(2)) + 1:,} digits"
    if isinstance(value, str):
        return repr(value[:LONGEST_SHOWN])
    return str(value)[:LONGEST_SHOWN]


def settled(value: Any, depth: int = 0) -> Any:
    """A value given in Python as a file would hold it: of plain numbers, lists and tables.

    >>> settled({"among": ("A", "B"), "dates": np.arange(2)})
    {'among': ['A', 'B'], 'dates': [0, 1]}
    """
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if depth > MOST_STEPS:  # flaws() refuses what lies deeper; a list may hold itself
        return value
    if isinstance(value, dict):
        return {str(key): settled(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [settled(inner, depth + 1) for inner in value]
    return value
