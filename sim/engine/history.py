"""What runs leave behind: paths of recorded numbers and what happened to every event, for a page of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.rules.health import HEALTH
from sim.rules.nodes import Node
from sim.scenario.lower import World
from sim.scenario.schema import month_number

NODES = {node.value: node.bit for node in Node}
"""What can happen to an event in a month, as bits of its code."""


def month_label(number: int) -> str:
    """A month counted from year 0 as a date such as `2024-06`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def window(months: range) -> str:
    """Months from year 0 in the words of a table: `1998`, `1998-05` or `1998-05/1999-04`."""
    first, last = months.start, months.stop - 1
    if first % 12 == 0 and last == first + 11:
        return f"{first // 12:04d}"
    if first == last:
        return month_label(first)
    return f"{month_label(first)}/{month_label(last)}"


@dataclass(frozen=True)
class History:
    """Paths of some runs, as the machine code leaves them: groups of a few runs side by side.

    raw: (groups, months, names, lanes); raw_codes: (groups, months, events, lanes); lanes beyond the runs are
    padding. Month 0 is the first simulated.
    """

    world: World
    runs: np.ndarray
    raw: np.ndarray
    raw_codes: np.ndarray

    @property
    def months(self) -> int:
        return self.raw.shape[1]

    def _by_run(self, grouped: np.ndarray) -> np.ndarray:
        """(groups, months, lanes) as (months, runs)."""
        months = grouped.shape[1]
        return grouped.transpose(1, 0, 2).reshape(months, -1)[:, : len(self.runs)]

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The simulated months, such as `2024-06`."""
        first = month_number(self.world.scenario.case.time.start)
        return tuple(month_label(first + t) for t in range(self.months))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.world.recorded)}

    @cached_property
    def _event(self) -> dict[str, int]:
        return {event.name: i for i, event in enumerate(self.world.parts.events)}

    def __getitem__(self, name: str) -> np.ndarray:
        """The path of one recorded number (months, runs). Raises KeyError."""
        return self._by_run(self.raw[:, :, self._place[name], :])

    def last(self, name: str) -> np.ndarray:
        """A recorded number in the last month (runs,). Raises KeyError."""
        return self.raw[:, -1, self._place[name], :].reshape(-1)[: len(self.runs)]

    def codes(self, event: str) -> np.ndarray:
        """What happened to the event in each month, as a sum of bits (months, runs). Raises KeyError."""
        return self._codes[:, self._event[event], :]

    @cached_property
    def _codes(self) -> np.ndarray:
        """All codes (months, events, runs)."""
        # the lanes of a group travel together as one number, which is much faster
        groups, months, events, lanes = self.raw_codes.shape
        together = self.raw_codes.view(np.dtype((np.void, lanes)))[..., 0]
        moved = np.ascontiguousarray(together.transpose(1, 2, 0)).view(np.uint8)
        return moved.reshape(months, events, groups * lanes)[:, :, : len(self.runs)]

    def happened(self, event: str, node: str = "took_place") -> np.ndarray:
        """Whether this happened to the event in that month (months, runs), true or false. Raises KeyError."""
        return (self.codes(event) & NODES[node]) != 0

    def happened_each(self, events: Sequence[str], nodes: Sequence[str]) -> np.ndarray:
        """The same of many events, each with its own node (months, events, runs). Raises KeyError."""
        places = [self._event[event] for event in events]
        bits = np.array([NODES[node] for node in nodes], dtype=np.uint8)
        return (self._codes[:, places] & bits[:, None]) != 0

    @cached_property
    def failed(self) -> np.ndarray:
        """Runs (runs,) in which some number was not finite: they have no outcomes."""
        return ~np.isfinite(self.last(HEALTH))
