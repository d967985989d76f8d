"""Numbers in units of what is plausible: how far each lies from that of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.uncertain import CUT, Entry, Free
from sim.studies.overturn.box import Box

RANGE, PRIOR = "of the way to the end of its range", "standard deviations"
"""What the distance of one number is counted in."""

STEPS = {RANGE: 0.25, PRIOR: 0.5}
"""Finite steps by which slopes are found [units]."""

BESIDE = 1e-9
"""How far beside the file's number, and before an end, runs are made [units]: a number may be one at which a
program is written otherwise, such as an exponent of one half, and each such point would need one of its own.
"""


@dataclass(frozen=True)
class Space:
    """Entries of doubt as axes on which the file is the origin.

    A number drawn from a range is counted in parts of the way from that of the file to the end of the range
    on its side, so that each end is 1 away; an entry with a prior in standard deviations. start (entries,):
    the file's number, or the standard normal that it is; up, down (entries,): the unit on either side.
    """

    entries: tuple[Entry, ...]
    start: np.ndarray
    up: np.ndarray
    down: np.ndarray
    box: Box

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Space:
        axes = np.array([_axis(entry) for entry in entries])
        start, up, down, low, high = axes.T
        return cls(tuple(entries), start, up, down, Box(low, high))

    @property
    def unit(self) -> str:
        if isinstance(self.entries[0], Free):
            return PRIOR
        return RANGE

    @property
    def step(self) -> float:
        return STEPS[self.unit]

    def values(self, points: np.ndarray) -> dict[str, np.ndarray]:
        """Values of the entries by name (points,) at points (points, entries)."""
        own = self.start + np.maximum(points, 0) * self.up + np.minimum(points, 0) * self.down
        return {entry.name: _value(entry, own[:, place]) for place, entry in enumerate(self.entries)}

    def beside(self, points: np.ndarray) -> np.ndarray:
        """Points (points, entries) as they are run: none of their numbers that of the file, or at an end."""
        low, high = self.box.low, self.box.high
        aside = np.where(high >= -low, BESIDE, -BESIDE)
        return np.clip(np.where(points == 0, aside, points), low * (1 - BESIDE), high * (1 - BESIDE))

    def points(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """Points (points, entries) of values of the entries by name (points,): the inverse of `values`."""
        own = np.array([_place(entry, values[entry.name]) for entry in self.entries]).T - self.start
        return np.where(own > 0, own / _positive(self.up), own / _positive(self.down))


def _axis(entry: Entry) -> tuple[float, float, float, float, float]:
    """Start, units up and down, low and high end [units]."""
    # the file's number need not be the centre of its prior, nor the middle of its range
    if isinstance(entry, Free):
        start = float(entry.score(np.array(entry.own)))
        return start, 1.0, 1.0, -CUT - start, CUT - start
    low, high = entry.ends.tolist()
    up, down = high - entry.own, entry.own - low
    return entry.own, up, down, -float(down > 0), float(up > 0)


def _value(entry: Entry, own: np.ndarray) -> np.ndarray:
    if isinstance(entry, Free):
        return entry.value(own)
    return own


def _place(entry: Entry, value: np.ndarray) -> np.ndarray:
    if isinstance(entry, Free):
        return entry.score(value)
    return value


def _positive(units: np.ndarray) -> np.ndarray:
    """Units to divide by; where there is no way on a side, nothing lies there either."""
    return np.where(units > 0, units, 1.0)
