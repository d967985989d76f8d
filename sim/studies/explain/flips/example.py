"""One flip as an example: what is decided otherwise in it, step by step, and where the two worlds end up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.rules.state import row_of
from sim.studies.explain.flips.flips import Flips
from sim.studies.explain.flips.hinges import Hinge
from sim.studies.explain.flips.pairs import Flipped, Turn
from sim.studies.explain.flips.undoing import undone

MOST_STEPS = 4
"""Turns that are told after the one that the flip hangs on."""

NOTABLE = 0.02
"""Differences of numbers at the end [units of the state] from which on they are told."""

MOST_NUMBERS = 3


@dataclass(frozen=True)
class Step:
    """Something that is decided otherwise in the example; is_link: whether it alone undoes the flip, too."""

    turn: Turn
    is_link: bool


@dataclass(frozen=True)
class Example:
    """A flip, told: its run, what it hangs on, what follows, and numbers that differ at the end.

    numbers: in either world, by name in the state, the largest differences first.
    """

    place: int
    run: int
    came_in: int
    hinge: Hinge
    steps: tuple[Step, ...]
    numbers: dict[str, tuple[float, float]]

    def told(self, most: int) -> list[Step]:
        """Steps that are told in the order of months: those on which the outcome hangs too, if there are."""
        links = [step for step in self.steps if step.is_link]
        return (links or list(self.steps))[:most]


def typical(flips: Flips) -> int | None:
    """The place of a flip that is most like those with which it shares its decision; None without flips."""
    if not flips.by_decision:
        return 0 if flips.hinges else None
    made = next(iter(flips.by_decision.values()))
    months = np.array([each.turn.month for each in made])
    gaps = np.array([each.odds[1] - each.odds[0] for each in made])
    # by the month first, then by how far the odds are apart
    order = np.lexsort((np.abs(gaps - np.median(gaps)), np.abs(months - np.median(months))))
    return made[order[0]].turn.flip


def example_of(flips: Flips, place: int) -> Example:
    """The flip at a place among the flips."""
    pair = flips.pair
    one = Flipped(flips.flipped.runs[[place]], flips.flipped.came[:, [place]])
    hinge = flips.hinges[place]
    told = hinge.decisive or hinge.first
    later = list(pair.turns(one))
    if told is not None:
        later = [turn for turn in later if turn.month > told.turn.month]
    links = (undone(pair, one, later) == 1.0).tolist()
    steps = map(Step, later, links)
    came_in = int(flips.flipped.came[1, place])
    return Example(place, int(one.runs[0]), came_in, hinge, tuple(steps), _numbers(flips, one))


def _numbers(flips: Flips, one: Flipped) -> dict[str, tuple[float, float]]:
    """Recorded numbers in which the two worlds of a flip differ most in the last month."""
    first, second = (flips.pair.lived(engine, one.runs) for engine in flips.pair.engines)
    found = {}
    for name in set(first.world.recorded) & set(second.world.recorded):
        found[name] = float(first.last(name)[0]), float(second.last(name)[0])
    far = sorted(found, key=lambda name: (-_distance(name, found[name]), name))[:MOST_NUMBERS]
    return {name: found[name] for name in far if _distance(name, found[name]) >= NOTABLE}


def _distance(name: str, ends: tuple[float, ...]) -> float:
    """How far two values are apart, as a part of the span of what they may be, if that has ends."""
    low, high = row_of(name)[0].bounds
    if not np.isfinite(high - low):
        low, high = 0.0, 1.0
    return abs(ends[1] - ends[0]) / (high - low)
