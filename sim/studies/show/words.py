"""Parts of a scenario in words: chances, stakes, points and names as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.scenario.chances import in_words
from sim.scenario.labels import faction_label, plain, state_label
from sim.scenario.rows import flatten
from sim.scenario.schema import Case

STAKES = {
    "influence_share": "Own share of influence",
    "alignment": "Closeness to own position",
    "autonomy": "Autonomy of the target",
    "goodwill_by_vulnerability": "Goodwill of whoever it depends on",
    "buffer": "Buffer against other powers",
}
"""What an actor may value, where the name of the state says something else."""

IN_WORDS = ("goodwill.", "alignment.")
"""How names begin that are told by their labels wherever they stand alone."""


def percent(logit: float) -> str:
    """The chance that a logit stands for.

    >>> percent(0.0), percent(-4.0), percent(9.0)
    ('50 %', '1.8 %', '>99 %')
    """
    bounded = max(min(logit, 700.0), -700.0)  # beyond, the exponential overflows
    chance = 100.0 / (1.0 + math.exp(-bounded))
    if chance < 99.5:
        return f"{chance:.2g} %"
    return ">99 %"


def monthly(logit: float) -> str:
    """A base rate: the chance in a month, in words, and its log odds.

    >>> monthly(-3.135)
    '4.2 % a month, about once in 24 months (log odds -3.135)'
    """
    return f"{percent(logit)} a month, {in_words(logit)} (log odds {logit:.4g})"


def term(case: Case, text: str) -> str:
    """An expression as it stands, or a single name of the file in words."""
    is_name = text in case.quantities or text in case.aggregates or text.startswith(IN_WORDS)
    if is_name:
        return state_label(case, text)
    return text


def valued(case: Case, valuations: dict[str, Any]) -> str:
    """What an actor values, the most first [logits per unit]."""
    found = sorted(flatten(valuations).items(), key=lambda item: -abs(item[1]))
    stakes = [f"{stake(case, key)} {value:+g}" for key, value in found if value != 0]
    return "; ".join(stakes) or "nothing"


def point(case: Case, values: Sequence[float]) -> str:
    """A point of the space of alignment by its axes."""
    axes = zip(case.alignment.axes, values, strict=False)
    return f"({', '.join(f'{plain(axis)} {value:+g}' for axis, value in axes)})"


def stake(case: Case, key: str) -> str:
    """What an actor values by its key, in words."""
    kind, _, rest = key.partition(".")
    if key in STAKES:
        return STAKES[key]
    if kind == "clout":
        return f"Clout of {faction_label(case, rest)}"
    return state_label(case, key)
