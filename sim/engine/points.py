"""Numbers that a program reads, at one point of a scenario or at many: lanes side by side may be at different
points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

BOUNDARY = 64
"""Bytes at whose multiples arrays of the machine code begin: its widest vector."""


def aligned(shape: tuple[int, ...], dtype: type = float) -> np.ndarray:
    """An array without content that begins where a whole vector does.

    >>> aligned((3, 4)).ctypes.data % BOUNDARY
    0
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + BOUNDARY, dtype=np.uint8)
    begin = -room.ctypes.data % BOUNDARY
    return room[begin : begin + size].view(dtype).reshape(shape)


@dataclass(frozen=True)
class Numbers:
    """Numbers of a program in their order, of which some differ from point to point.

    shared (n,): all of them, as they are where nothing differs; places (k,): those that differ; own (k,
    points): what they are at each point.

    >>> numbers = Numbers.of([1.0, 2.0], {1: np.array([5.0, 6.0])})
    >>> numbers.at(1)
    array([1., 6.])
    """

    shared: np.ndarray
    places: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray | list[float], own: Mapping[int, np.ndarray] | None = None) -> Numbers:
        """Numbers (n,), and by place those (points,) that differ."""
        shared, own = np.array(values, dtype=float), own or {}
        places = np.array(list(own), dtype=np.intp)
        return cls(shared, places, np.stack([*own.values()] or [np.empty(0)])[: len(places)])

    def at(self, point: int) -> np.ndarray:
        """All of them at one point (n,)."""
        found = self.shared.copy()
        if len(self.places):
            found[self.places] = self.own[:, point]
        return found

    def by_lane(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Blocks (blocks, n, lanes) of numbers, and the block of each group.

        points (groups, lanes): where each lane is. Groups that follow each other share a block if their lanes
        are at the same points.
        """
        differs = len(self.places) > 0
        begins = np.ones(len(points), dtype=bool)
        begins[1:] = differs and (points[1:] != points[:-1]).any(axis=1)
        blocks = aligned((int(np.count_nonzero(begins)), len(self.shared), points.shape[1]))
        blocks[:] = self.shared[:, None]
        if differs:
            blocks[:, self.places] = self.own[:, points[begins]].transpose(1, 0, 2)
        return blocks, np.cumsum(begins) - 1
