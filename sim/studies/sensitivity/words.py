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
    for exact, word in FRACTIONS.items():
        if abs(share - exact) <= NEAR * exact:
            return word
    return f"{100 * share:.0f} %"


def doubt_in_words(found: Sensitivity, date: str) -> str:
    """What makes up the doubt about the target by a date, in one or two sentences."""
    target = f"{found.target.label} by {date}"
    rows = found.indices()
    own = rows[rows["date"] == date].set_index("name")
    if not (own["total"] > 0).any():
        return f"Nothing in these ranges moves {target}."
    singles = own.drop(index=REST, errors="ignore").sort_values("first", ascending=False, kind="stable")
    sure = singles[(singles["first_low"] > 0) & (singles["first"] >= LEAST)]
    most = sure.iloc[:MOST_NAMED]
    named = [
        f"{in_words(share)} is {label}" for label, share in zip(most["label"], most["first"], strict=True)
    ]
    rest = float(own["first"].get(REST, 0.0))
    together = 1.0 - float(own["first"].sum())
    parts = [*named, *_others(rest, together)]
    if not named:
        return f"No single number makes up much of the doubt about {target}: {', '.join(parts)}."
    return f"Of the doubt about {target}, {', '.join(parts)}."


def _others(rest: float, together: float) -> Iterator[str]:
    """What no single number that is named accounts for."""
    if rest >= LEAST:
        yield f"{in_words(rest)} is all other numbers together"
    if together >= LEAST:
        yield f"and {in_words(together)} shows only where several move at once"
