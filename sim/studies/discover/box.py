"""A box: limits of what a sweep varies, and which cells lie within."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

MOVED = 0.01
"""Part of the cells that rounding may move to the other side of a limit."""

MOST_DIGITS = 15


class Side(StrEnum):
    """What a limit asks of a condition."""

    LEAST = "at least"
    MOST = "at most"
    AMONG = "among"


@dataclass(frozen=True)
class Limit:
    """That the condition in a place is at least or at most a number, or one of some choices."""

    place: int
    side: Side
    number: float = 0.0
    among: tuple[int, ...] = ()

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Whether it holds (cells,) of values (cells, conditions)."""
        own = values[:, self.place]
        if self.side is Side.LEAST:
            return own >= self.number
        if self.side is Side.MOST:
            return own <= self.number
        return np.isin(own, self.among)


Box = tuple[Limit, ...]
"""What lies within all of its limits; without any, everything."""


def within(box: Box, values: np.ndarray) -> np.ndarray:
    """Which cells (cells,) of some values (cells, conditions) lie in a box."""
    inside = np.ones(len(values), dtype=bool)
    for limit in box:
        inside &= limit.holds(values)
    return inside


def typed(cut: float, side: Side, values: np.ndarray) -> float:
    """The shortest number that parts values (cells,) where a cut does, but for 1 % of them.

    >>> typed(0.4567, Side.LEAST, np.linspace(0, 1, 1001)), typed(0.3, Side.MOST, np.array([0, 0.25, 0.5]))
    (0.46, 0.4)
    """
    parted = _kept(cut, side, values)
    # between two values any number parts them alike: the one that leaves most room to both is rounded
    sides = values[parted], values[~parted]
    if side is Side.MOST:
        sides = sides[::-1]
    middle = float(sides[0].min() + sides[1].max()) / 2
    first = -math.floor(math.log10(np.ptp(values)))
    for digits in range(first, first + MOST_DIGITS):
        short = round(middle, digits)
        if (_kept(short, side, values) != parted).sum() <= MOVED * len(values):
            return short
    return middle


def _kept(limit: float, side: Side, values: np.ndarray) -> np.ndarray:
    """Which values (cells,) a limit lets in."""
    return Limit(0, side, limit).holds(values[:, None])
