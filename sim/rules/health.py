"""Whether every number that a run has used was finite: else it has failed, and has no outcomes.

Sums and products pass infinities and NaN on. They are watched where they would be lost: in comparisons, which
take NaN for a no; where bounds, a minimum or a ratio make a finite number of them; and in all that is
recorded.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.rules.numbers import Number
from sim.rules.structure import State

HEALTH = "health"
"""Zero while every watched number of a run has been finite, and not a number ever after."""


def watch(s: State, values: Iterable[Number]) -> None:
    """Note whether these numbers are finite."""
    found = list(values)
    if found:
        # 0 times a finite number is 0, times any other not a number
        s[HEALTH] = s[HEALTH] + _by_halves(found) * 0.0


def _by_halves(values: list[Number]) -> Number:
    """A sum of which only matters whether it is finite: halves do not wait for each other in a processor."""
    half = len(values) // 2
    if half:
        return _by_halves(values[:half]) + _by_halves(values[half:])
    return values[0]
