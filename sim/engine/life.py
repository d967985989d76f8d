"""The life of one run: the worlds that it goes through, and by whose luck it lives in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sim.scenario.lower import World


@dataclass(frozen=True)
class Phase:
    """Months of a run in one world and by one run's luck.

    until: the month [after the start] that it does not live any more; seed, run: whose luck it is; is_known:
    whether they keep to what is known of a past.
    """

    world: World
    until: int
    seed: int
    run: int
    is_known: bool = False


Life = tuple[Phase, ...]
"""Phases that follow each other, from the first month on."""


def before(life: Life, month: int) -> Iterator[Phase]:
    """The phases of a life that lie before a month [after the start], the last of them cut off there."""
    first = 0
    for phase in life:
        if first < month:
            yield replace(phase, until=min(phase.until, month))
        first = phase.until
