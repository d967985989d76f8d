"""The largest causes of doubt as a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from sim.studies.sensitivity.found import Sensitivity
from sim.studies.sensitivity.indices import REST

FRACTIONS = {
    0.75: "three quarters", 0.667: "two thirds", 0.5: "half", 0.333: "a third", 0.25: "a quarter",
    0.2: "a fifth", 0.1: "a tenth",
}  # fmt: skip
"""Shares that have a word of their own."""

NEARLY_ALL = 0.9
"""From here on a share is all but the whole; an estimate may be more than that."""

NEAR = 0.08
"""How far from a share, as a part of it, a word still stands for it."""

MOST_NAMED = 4

LEAST = 0.03
"""The smallest share that is named."""


def in_words(share: float) -> str:
    """A share of a whole as one says it.

    >>> in_words(0.49), in_words(0.26), in_words(0.41)
    ('half', 'a quarter', '41 %')
    """
    if share >= NEARLY_ALL:
        return "nearly all"
    for exact, word in FRACTIONS.items():
        if abs(share - exact) <= NEAR * exact:
            return word
    return f"{100 * share:.0f} %"


def sentences(found: Sensitivity) -> list[str]:
    """What makes up the doubt about the target by the first and by the last date."""
    by_what: dict[str, list[str]] = {}
    for date in dict.fromkeys((found.target.dates[0], found.target.dates[-1])):
        by_what.setdefault(_said(found, date), []).append(date)
    return [
        f"Of the doubt about “{found.target.label}” by {' and '.join(dates)}, {said}."
        for said, dates in by_what.items()
    ]


def _said(found: Sensitivity, date: str) -> str:
    """The shares by a date that are worth a word."""
    rows = found.indices()
    own = rows[rows["date"] == date].set_index("name")
    if not (own["total"] > 0).any():
        return "nothing is due to these numbers: none of them moves it"
    singles = own.drop(index=REST, errors="ignore").sort_values("first", ascending=False, kind="stable")
    most = singles[(singles["first_low"] > 0) & (singles["first"] >= LEAST)].iloc[:MOST_NAMED]
    shares = zip(most["label"], most["first"], strict=True)
    named = [f"{in_words(share)} is “{label}”" for label, share in shares]
    rest = float(own["first"].get(REST, 0.0))
    mean, low, _ = found.together[found.target.dates.index(date)]
    return ", ".join([*named, *_others(rest, mean, low > 0.0)]) or "no single number makes up much"


def _others(rest: float, together: float, is_sure: bool) -> Iterator[str]:
    """What no single number that is named accounts for."""
    if rest >= LEAST:
        yield f"{in_words(rest)} is all other numbers together"
    if is_sure and together >= LEAST:
        yield f"and {in_words(together)} shows only where several move at once"
