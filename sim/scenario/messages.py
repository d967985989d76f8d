"""What the library that checks types finds wrong, in the words of a scenario file: one line for each key."""

from __future__ import annotations

from collections.abc import Iterator
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
    "a valid string": "text", "a valid list": "a list", "a valid integer":
    "a whole number", "a valid dictionary or instance of": "a table of", "a valid dictionary": "a table",
    "a valid boolean":
    "true or false", "a valid tuple": "a list",
    "String should have at least 1 character": "must not be empty",
}  # fmt: skip

LENGTHS = {"too_short": ("at least", "min_length"), "too_long": ("at most", "max_length")}
"""What is said of lists of the wrong length, and where the library keeps the right one."""


def messages(error: ValidationError, plain: dict[str, Any]) -> list[str]:
    """One line for each place of the tables that cannot be read as what it should be."""
    found: dict[Place, list[tuple[str, Any]]] = {}
    for problem in error.errors(include_url=False)[: 5 * MOST]:
        place = _place(problem["loc"], plain, problem["type"] == "missing")
        found.setdefault(place, []).append((_told(problem, place), problem["input"]))
    within = {place[:depth] for place in found for depth in range(len(place))}
    return [f"{named(place)}: {_joined(told)}" for place, told in found.items() if place not in within][:MOST]


def _place(steps: tuple[Any, ...], plain: Any, is_missing: bool) -> Place:
    """The place of a problem, without the names that the library gives to alternatives of one type."""
    here, place = plain, []
    for depth, step in enumerate(steps):
        is_there = (
            step in here if isinstance(here, dict) else isinstance(here, list) and step in range(len(here))
        )
        if is_there:
            place.append(step)
            here = here[step]
        elif is_missing and depth == len(steps) - 1:
            place.append(step)
    return tuple(place)


def _told(problem: Any, place: Place) -> str:
    if problem["type"] == "extra_forbidden":
        return f"unknown key '{place[-1]}'{meant(place[:-1], str(place[-1]), problem['input'])}"
    if problem["type"] == "missing":
        return "missing; add it"
    if problem["type"] in LENGTHS:
        bound, key = LENGTHS[problem["type"]]
        length = problem["ctx"][key]
        return f"must have {bound} {length} {'entry' if length == 1 else 'entries'}"
    message = problem["msg"]
    for theirs, ours in WORDS.items():
        message = message.replace(theirs, ours)
    return f"{message[0].lower()}{message[1:]}"


def _joined(told: list[tuple[str, Any]]) -> str:
    """All that is wrong at one place as one sentence, and what was found there."""
    value = told[0][1]
    reasons = list(dict.fromkeys(_fitting([text for text, _ in told], value)))
    if reasons[0].startswith(("unknown key", "missing")):
        return reasons[0]
    more = [reason.removeprefix("must be ") for reason in reasons[1:]]
    return f"{' or '.join([reasons[0], *more])} (found {shown(value)})"


def _fitting(reasons: list[str], value: Any) -> Iterator[str]:
    """Without the wish for a table where something else is there and something else may be."""
    kept = [reason for reason in reasons if isinstance(value, dict) or "a table" not in reason]
    yield from kept or reasons
