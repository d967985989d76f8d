"""What no scenario may hold, whatever it means: numbers that are none, characters that act on a terminal,
endless tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.refusal import cleaned, is_unprintable
from sim.scenario.paths import MOST_STEPS, Place, named

LONG_TEXTS = ("note", "question", "source", "definition", "drivers")
"""Keys whose texts may have several lines."""

SHORT_TEXTS = ("title", "label", "unit")
"""Keys whose texts stand in tables and figures."""

MOST_CHARACTERS = {True: 300, False: 20_000}
"""Characters of a text, by whether it is a short one."""

EXPRESSIONS = ("couplings", "shifts", "response_shifts")
"""Tables whose keys are expressions."""

LONGEST_KEY = {True: 2_000, False: 100}
"""Characters of a key, by whether it is an expression."""

NEVER = "base_logit"
"""The key under which minus infinity means something: an event that nobody would start."""


def flaws(raw: Any, place: Place = ()) -> Iterator[str]:
    """One line for each key or value that cannot stand in a scenario; `raw` is what stands at a place of it."""
    if not place and isinstance(raw, dict) and "value" in raw:
        yield "value: unknown key 'value'; a number written in place stands in a section, such as [parameters]"
    waiting: list[tuple[Place, Any]] = [(place, raw)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict | list) and len(place) > MOST_STEPS:
            yield f"{named(place)}: tables lie within tables more than {MOST_STEPS} deep; at most {MOST_STEPS} are read"
        elif isinstance(value, dict):
            yield from (f"{named((*place, key))}: {told}" for key in value if (told := _key_flaw(place, key)))
            waiting += [((*place, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*place, index), inner) for index, inner in reversed(list(enumerate(value)))]
        elif told := _flaw(place, value):
            yield f"{named(place)}: {told}"


def _key_flaw(place: Place, key: str) -> str | None:
    if not key.strip():
        return "a key may not be empty; give it a name"
    return _text_flaw(key, "the key", LONGEST_KEY[not set(EXPRESSIONS).isdisjoint(map(str, place))])


def _flaw(place: Place, value: Any) -> str | None:
    if isinstance(value, str):
        is_long = not set(LONG_TEXTS).isdisjoint(map(str, place))
        most = MOST_CHARACTERS[place[-1] in SHORT_TEXTS]
        return _text_flaw(value.replace("\n", "").replace("\t", "") if is_long else value, "the text", most)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return None if value.bit_length() <= 1023 else f"must be a number below 1e308 (found {shown(value)})"
    is_never = value == -math.inf and NEVER in place
    return None if math.isfinite(value) or is_never else f"must be a finite number (found {value})"


def _text_flaw(text: str, what: str, most: int) -> str | None:
    if len(text) > most:
        return f"{what} has {len(text):,} characters; at most {most:,} can be read"
    if text.isascii() and text.isprintable():
        return None
    found = next((sign for sign in text if is_unprintable(sign)), None)
    return None if found is None else f"{what} holds a control character ({_said(found)}); take it out"


def _said(sign: str) -> str:
    return {"\n": "a line end", "\t": "a tab"}.get(sign, cleaned(sign).strip() or f"\\x{ord(sign):02x}")


def shown(value: Any) -> str:
    """A value of a file, short, and in quotes if it is text."""
    if isinstance(value, int) and value.bit_length() > 1023:
        return f"a whole number of some {int(value.bit_length() * math.log10(2)) + 1:,} digits"
    return repr(value[:60]) if isinstance(value, str) else str(value)[:60]


def settled(value: Any, depth: int = 0) -> Any:
    """A value given in Python as a file would hold it: numpy's numbers and arrays, tuples and mappings as
    plain ones.
    """
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if depth > MOST_STEPS:
        return value
    if isinstance(value, dict):
        return {str(key): settled(inner, depth + 1) for key, inner in value.items()}
    return [settled(inner, depth + 1) for inner in value] if isinstance(value, list | tuple) else value
