"""What is known of the deeds of a past, laid beside a world: luck keeps to it in every month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.rules.known import LOG_ODDS
from sim.rules.state import row_of
from sim.rules.structure import Deed
from sim.scenario.lower import World

TELL = ("done", "undone", "kept", "part", "opens")
"""Kinds of numbers of the state that tell what is known."""


@dataclass(frozen=True)
class Known:
    """Deeds of which it may be known when they came.

    series: by name of the state, what is known month by month (months,), 1 where it holds: `done` of a deed,
    `undone` and `kept` of its rows. Months that it does not reach are not known.
    """

    deeds: tuple[Deed, ...] = ()
    series: Mapping[str, np.ndarray] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def knowing(world: World, known: Known) -> World:
    """The world in whose months luck keeps to what is known, and the odds of it are recorded."""
    if not known.deeds:
        return world
    then = tuple((since, knowing(own, known)) for since, own in world.then)
    series = {name: _of_months(path, world.months) for name, path in known.series.items()}
    parts = replace(world.parts, deeds=known.deeds, kept=(*world.parts.kept, LOG_ODDS))
    awaited = [deed.awaited for deed in known.deeds if deed.is_dated_by_windows]
    start = world.start | dict.fromkeys([LOG_ODDS, *awaited], 0.0)
    return replace(world, parts=parts, series=world.series | series, start=start, then=then)


def known_in(world: World) -> Known:
    """What luck keeps to in the months of a world."""
    series = {name: path for name, path in world.series.items() if row_of(name)[0].kind in TELL}
    return Known(world.parts.deeds, series)


def _of_months(path: np.ndarray, months: int) -> np.ndarray:
    """A path cut off or filled up with what is not known (months,)."""
    found = np.zeros(months)
    found[: len(path)] = path[:months]
    return found
