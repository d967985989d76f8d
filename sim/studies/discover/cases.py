"""The cells of a sweep as cases: what was varied, and in how many of their futures something holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.statistics.clusters import Crossed
from sim.studies.discover.box import Box, Limit, Side


@dataclass(frozen=True)
class Condition:
    """What a sweep varies: a number, or one of some choices."""

    name: str
    label: str
    unit: str = ""
    choices: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """Its label with its unit."""
        if self.unit:
            return f"{self.label} [{self.unit}]"
        return self.label

    def words(self, limit: Limit) -> str:
        """What a limit asks of it."""
        if limit.side is Side.AMONG:
            return f"{self.label} is {self.chosen(limit)}"
        return f"{self.label} is {limit.side.value} {limit.number:g}"

    def chosen(self, limit: Limit) -> str:
        """The choices that a limit leaves."""
        return " or ".join(self.choices[code] for code in limit.among)


@dataclass(frozen=True)
class Cases:
    """Cells with their values (cells, conditions): numbers, or places among choices; and their futures.

    rows (cells, 2): the place of the lever of a cell, and the first run in which it holds.
    """

    conditions: tuple[Condition, ...]
    values: np.ndarray
    futures: Crossed
    rows: np.ndarray

    @cached_property
    def shares(self) -> np.ndarray:
        """The share of futures of each cell (cells,) in which it holds."""
        return self.futures.hits.sum(axis=1) / self.futures.counted.sum(axis=1)

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.values)

    def some(self, kept: np.ndarray) -> Cases:
        """The cells that are kept (cells,)."""
        own = self.futures
        slices = None if own.slices is None else own.slices[kept]
        futures = Crossed(own.hits[kept], own.counted[kept], own.points[kept], slices)
        return Cases(self.conditions, self.values[kept], futures, self.rows[kept])

    def words(self, box: Box) -> str:
        """What a box asks of the conditions, number by number."""
        return " and ".join(self.conditions[limit.place].words(limit) for limit in box)
