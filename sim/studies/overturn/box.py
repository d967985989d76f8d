"""A box of numbers around the file's point, and ways from that point to its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HALVINGS = 60
LEAST_PART = 1e-6
"""What is less than this part of the largest step of a way is no step: it would make the way endless."""


@dataclass(frozen=True)
class Box:
    """How far numbers may move from the origin: low (numbers,) at most 0, high (numbers,) at least 0."""

    low: np.ndarray
    high: np.ndarray

    @property
    def origin(self) -> np.ndarray:
        return np.zeros(len(self.low))

    def held(self, points: np.ndarray) -> np.ndarray:
        """Points (..., numbers) with what lies outside moved to the nearest end."""
        return np.clip(points, self.low, self.high)

    def corner(self, way: np.ndarray) -> np.ndarray:
        """The farthest point (numbers,) on a way (numbers,): each number that moves is at an end."""
        return np.where(way > 0, self.high, np.where(way < 0, self.low, 0.0))

    def along(self, way: np.ndarray, distances: np.ndarray) -> np.ndarray:
        """Points (distances, numbers) on a way from the origin, this far from it, none beyond the corner.

        Numbers that come to an end stay there while the others go on: so the points that lower a linear
        function most at each distance lie on the way against its slopes.
        """
        way = np.where(np.abs(way) < LEAST_PART * np.abs(way).max(initial=0.0), 0.0, way)
        moves = way != 0
        if not moves.any():
            return np.zeros((len(distances), len(way)))
        most = np.max(np.abs(self.corner(way)[moves] / way[moves]))
        near, far = np.zeros(len(distances)), np.full(len(distances), most)
        # by halving: as ends are met one after another there is no formula without sorting them
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            is_short = distance(self.held(middle[:, None] * way)) < distances
            near, far = np.where(is_short, middle, near), np.where(is_short, far, middle)
        return self.held(far[:, None] * way)


def distance(points: np.ndarray) -> np.ndarray:
    """How far points (..., numbers) lie from the origin."""
    return np.sqrt((points**2).sum(axis=-1))
