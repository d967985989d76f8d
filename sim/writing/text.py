"""What all summaries in words share: their width, how shares are written, and what they are not."""

from __future__ import annotations

import math
from collections.abc import Iterable

WIDTH = 100
"""Columns of every summary."""

CONDITIONAL = "conditional on this scenario; not a forecast"
CAVEAT = "Conditional on this scenario; not a forecast."
"""What every result is, in a manifest and as a sentence."""


def in_words(changes: Iterable[tuple[str, object]]) -> str:
    """What was changed in a scenario, by path.

    >>> in_words([("parameters.cost", 0.5)]), in_words([])
    ('parameters.cost = 0.5', 'as in the file')
    """
    return ", ".join(f"{path} = {value}" for path, value in changes) or "as in the file"


def percent(value: float) -> str:
    """A probability in per cent, with as many digits as a reader needs; empty if there is none.

    >>> percent(0.5), percent(0.001), percent(1.0), percent(float("nan"))
    ('50.0', '0.10', '100.0', '')
    """
    if math.isnan(value):
        return ""
    scaled = 100 * value
    # With one digit they would be read as "never" and "always".
    rare = 0 < scaled < 0.95
    sure = 99.05 < scaled < 100
    if rare or sure:
        return f"{scaled:.2f}"
    return f"{scaled:.1f}"
