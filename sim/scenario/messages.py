"""What the library that checks types finds wrong, in the words of a scenario file: one line for each key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from sim.scenario.contents import shown
from sim.scenario.paths import Place, named
from sim.scenario.vocabulary import meant

MOST = 100
"""Problems of one file that are told; whoever makes more has made them with a machine."""

WORDS = {
    "Value error, ": "", "Input should be": "must be", "greater than or equal to": "at least",
    "less than or equal to": "at most", "greater than": "above", "less than": "below",
    "a valid string": "text", "a valid list": "a list", "a valid integer": "a whole number",
    "a valid dictionary or instance of": "a table of", "a valid dictionary": "a table",
    "a valid mapping": "a table", "a valid boolean": "true or false", "a valid tuple": "a list",
    "String should have at least 1 character": "must not be empty",
}  # fmt: skip
"""Words of the library, and ours; what contains another one comes before it."""

LENGTHS = {"too_short": ("at least", "min_length"), "too_long": ("at most", "max_length")}
"""What is said of lists of the wrong length, and where the library keeps the right one."""


def messages(error: ValidationError, plain: dict[str, Any], hint: Callable[..., str] = meant) -> list[str]:
    """One line for each place of the tables that cannot be read as what it should be, at most MOST.

    hint: what is said of a key that is none, by its place, itself and its value.
    """
    found: dict[Place, list[tuple[str, Any]]] = {}
    # Where a type has alternatives, the library tells what is wrong with each: several problems are one line.
    for problem in error.errors(include_url=False)[: 5 * MOST]:
        place = _place(problem["loc"], plain, problem["type"] == "missing")
        found.setdefault(place, []).append((_told(problem, place, hint), problem["input"]))
    lines = [f"{named(place)}: {_joined(told)}" for place, told in _innermost(found).items()]
    return lines[:MOST]


def _innermost(found: dict[Place, Any]) -> dict[Place, Any]:
    """What is wrong, without the places that are only wrong because something within them is."""
    # Every place that lies above one of those found, up to the whole file.
    around: set[Place] = set()
    for place in found:
        around.update(place[:depth] for depth in range(len(place)))
    return {place: told for place, told in found.items() if place not in around}


def _place(steps: tuple[Any, ...], plain: Any, is_missing: bool) -> Place:
    """The place of a problem, without the names that the library gives to alternatives of one type."""
    here, place = plain, []
    for depth, step in enumerate(steps, start=1):
        is_last = depth == len(steps)
        if _holds(here, step):
            place.append(step)
            here = here[step]
        # A key that is missing is not there to be found, and is what the message is about.
        elif is_missing and is_last:
            place.append(step)
    return tuple(place)


def _holds(here: Any, step: Any) -> bool:
    if isinstance(here, dict):
        return step in here
    return isinstance(here, list) and step in range(len(here))


def _told(problem: Any, place: Place, hint: Callable[..., str]) -> str:
    """One problem of the library in the words of a scenario file."""
    kind = problem["type"]
    if kind == "extra_forbidden":
        return f"unknown key '{place[-1]}'{hint(place[:-1], str(place[-1]), problem['input'])}"
    if kind == "missing":
        return "missing; add it"
    if kind in LENGTHS:
        bound, key = LENGTHS[kind]
        length = problem["ctx"][key]
        if length == 1:
            return f"must have {bound} 1 entry"
        return f"must have {bound} {length} entries"
    return _in_our_words(problem["msg"])


def _in_our_words(message: str) -> str:
    # In this order: "greater than" stands in "greater than or equal to".
    for theirs, ours in WORDS.items():
        message = message.replace(theirs, ours)
    return f"{message[0].lower()}{message[1:]}"


def _joined(told: list[tuple[str, Any]]) -> str:
    """All that is wrong at one place as one sentence, and what was found there."""
    texts = [text for text, _ in told]
    _, value = told[0]
    # Two alternatives may want the same: what they want is told once.
    reasons = list(dict.fromkeys(_fitting(texts, value)))
    if reasons[0].startswith(("unknown key", "missing")):
        return reasons[0]
    more = [reason.removeprefix("must be ") for reason in reasons[1:]]
    return f"{' or '.join([reasons[0], *more])} (found {shown(value)})"


def _fitting(reasons: list[str], value: Any) -> list[str]:
    """Without the wish for a table where something else is there and something else may be."""
    if isinstance(value, dict):
        return reasons
    # Where a table is all that may be, the wish for it is all there is to say.
    others = [reason for reason in reasons if "a table" not in reason]
    return others or reasons
