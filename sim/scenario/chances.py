"""Chances in words, such as "once in 24 months": read as log odds in a month, and log odds told in words.

An event row may say `about` for `base_logit`. A month that counts is one in which the event may be started:
its gate is open, and it neither waits nor is under way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import product
from typing import Any

from sim.refusal import LONGEST, nearest
from sim.rules.numbers import exp, log

WORDS, LOGIT = "about", "base_logit"
"""The keys of an event row under which its chance stands in words, and in log odds."""

NEVER = "never"

TIMES = {"once": 1.0, "twice": 2.0}
"""How often, in a word."""

MONTHS = {"month": 1.0, "months": 1.0, "year": 12.0, "years": 12.0}
"""Months of a span."""

AMOUNT = r"(\d{1,6}(?:\.\d{1,6})?)"

COUNTED = re.compile(rf"(?:(once|twice)|{AMOUNT} times?) (?:in {AMOUNT} (months|years)|an? (month|year))")

PERCENT = re.compile(rf"{AMOUNT} ?% a (month|year)")

FORMS = (
    "once in {} months", "once in {} years", "twice in {} years", "{} times in {} years",
    "{} times in {} months", "once a year", "twice a year", "{} times a year", "{} % a month",
    "{} % a year", NEVER,
)  # fmt: skip
"""What is understood, for whoever wrote something else."""

UNDERSTOOD = '"once in 24 months", "twice in 10 years", "3 times a year", "5 % a month" or "never"'

MONTHS_TOLD = 36
"""Months up to which a span is told in months."""


def logit_of(text: str) -> float:
    """The log odds in a month of a chance in words; minus infinity for "never".

    Raises ValueError, with what is understood, for a text that is no such chance or not below once a month.

    >>> round(logit_of("once in 24 months"), 3), round(logit_of("3 times in 10 years"), 3), logit_of("never")
    (-3.135, -3.664, -inf)
    """
    words = " ".join(text.split()).casefold()
    if words == NEVER:
        return -math.inf
    chance = _in_a_month(words)
    if chance is None:
        raise ValueError(f"is written {UNDERSTOOD}{_hint(words)}")
    if not 0.0 < chance < 1.0:
        raise ValueError('must be more than none and less than once a month; what cannot happen is "never"')
    return float(log(chance / (1.0 - chance)))


def _in_a_month(words: str) -> float | None:
    """The chance in a month that some words say; None for other words."""
    if found := PERCENT.fullmatch(words):
        within = min(float(found[1]) / 100.0, 1.0)
        if MONTHS[found[2]] == 1.0:
            return within
        return 1.0 - float(exp(log(1.0 - within) / MONTHS[found[2]]))
    found = COUNTED.fullmatch(words)
    if found is None:
        return None
    word, times, spans, many, one = found.groups()
    months = float(spans or 1.0) * MONTHS[many or one]
    return (TIMES.get(word) or float(times)) / max(months, 1e-9)  # no span at all is refused as too often


def _hint(words: str) -> str:
    """The form nearest to some words, with their numbers in it; nothing where none is near."""
    amounts = re.findall(AMOUNT, words)
    # "1 in 4 years" has a number for each of two gaps, and means once
    fitting = [amounts]
    if amounts[:1] == ["1"]:
        fitting.append(amounts[1:])
    forms = [form.format(*own) for own, form in product(fitting, FORMS) if form.count("{}") == len(own)]
    near = nearest(words[:LONGEST], forms, alike=0.4)
    if not near:
        return ""
    return f'; did you mean "{near[0]}"?'


def in_words(logit: float) -> str:
    """Log odds in a month as a chance in words, to two digits.

    >>> in_words(-3.135), in_words(-4.0), in_words(3.0), in_words(float("-inf"))
    ('about once in 24 months', 'about once in 4.6 years', 'about every month', 'never')
    """
    if logit == -math.inf:
        return NEVER
    months = 1.0 + float(exp(-logit))
    if months < 1.5:
        return "about every month"
    if months <= MONTHS_TOLD:
        return f"about once in {_rounded(months)} months"
    return f"about once in {_rounded(months / MONTHS['year'])} years"


def _rounded(span: float) -> str:
    return f"{float(f'{span:.2g}'):g}"


def in_logits(raw: dict[str, Any]) -> dict[str, Any]:
    """The tables of a scenario with each `about` of an event as the `base_logit` that it says.

    What is not understood stays as it is, for the schema to tell.
    """
    events = raw.get("events")
    if not isinstance(events, dict):
        return raw
    return {**raw, "events": {name: _row(row) for name, row in events.items()}}


def _row(row: Any) -> Any:
    """An event row with log odds for words; as it is without words, with both, or with none understood."""
    if not isinstance(row, dict) or WORDS not in row or LOGIT in row:
        return row
    try:
        logit = _read(row[WORDS])
    except ValueError:
        return row
    own = dict[str, Any]()
    for key, value in row.items():
        # in the place of the words, as the order of numbers is that of the file
        if key == WORDS:
            own[LOGIT] = logit
        else:
            own[key] = value
    return own


def _read(said: Any) -> Any:
    """A chance in words as log odds: a text, one in place with a range in words, or a table by actor."""
    if isinstance(said, str):
        return logit_of(said)
    if not isinstance(said, dict):
        raise ValueError
    if "value" not in said:
        return {actor: _read(own) for actor, own in said.items()}
    number = {"unit": "logits", **said, "value": _read(said["value"])}
    if "range" in said:
        number["range"] = _between(said["range"])
    return number


def _between(ends: Any) -> Any:
    """The ends of a range as log odds, the lower first, in whichever order they are said; else as it is."""
    if not isinstance(ends, list):
        return ends
    with suppress(ValueError):  # whoever looks at ranges tells what is wrong with one
        return sorted(map(_read, ends))
    return ends


def set_at(place: Sequence[str | int], value: Any) -> Any:
    """What stands at a place that is set to a value: log odds where a chance in words is given for them.

    Raises ValueError, with what is understood, for words that are no chance.
    """
    is_chance = place[:1] == ("events",) and place[2:3] == (LOGIT,)
    if is_chance and isinstance(value, str):
        return logit_of(value)
    return value


def renamed(steps: Sequence[str]) -> list[str]:
    """The steps of a path, with that of the words for a chance as that of its log odds: one number, two keys.

    >>> renamed(["events", "raid", "about"])
    ['events', 'raid', 'base_logit']
    """
    own = [*steps]
    if own[:1] == ["events"] and own[2:3] == [WORDS]:
        own[2] = LOGIT
    return own
