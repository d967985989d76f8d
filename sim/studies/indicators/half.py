"""One half of the runs: the first chooses what to watch, the other, which it has not seen, tells how well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.statistics.information import Counted, Estimate, classes_of, counted, cuts_of, information
from sim.statistics.nested import Groups, share_interval
from sim.studies.indicators.seen import Seen

CLASSES = 8
"""Classes of about equal size that a path is cut into: finer ones would tell little more, and less surely."""

GROUPS = 20
"""Groups of draws that are left out one after the other, at most."""

LEAST = 20
"""Runs in which the outcome comes, and in which it does not, below which nothing is told."""


@dataclass(frozen=True)
class Share:
    """The share of some runs in which the outcome comes, with its 95 % interval."""

    runs: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Half:
    """Some runs as they are seen: `which` are their places among all."""

    seen: Seen
    which: np.ndarray

    @classmethod
    def both(cls, seen: Seen) -> tuple[Half, Half]:
        """Every other draw, with all its runs; of runs that all have one set of numbers every other run."""
        odd = seen.draw % 2 == 1
        return cls(seen, np.flatnonzero(~odd)), cls(seen, np.flatnonzero(odd))

    @cached_property
    def draw(self) -> np.ndarray:
        """The draw of each run (runs,), counted within this half."""
        return np.unique(self.seen.draw[self.which], return_inverse=True)[1]

    @cached_property
    def groups(self) -> int:
        return min(int(self.draw.max(initial=0)) + 1, GROUPS)

    @cached_property
    def group(self) -> np.ndarray:
        """Which group each run belongs to (runs,): runs under one draw stay together."""
        return self.draw % self.groups

    @cached_property
    def came(self) -> np.ndarray:
        """Whether the outcome comes (runs,)."""
        return ~np.isnan(self.seen.page.first[self.which])

    @cached_property
    def _sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Runs of each group, and those in which it comes."""
        counts = np.bincount(self.group, minlength=self.groups)
        return counts, np.bincount(self.group[self.came], minlength=self.groups)

    def open(self, month: int) -> np.ndarray:
        """Whether it is still open in a month (runs,): it has not happened, nor been announced."""
        return self.seen.page.open[month][self.which]

    def values(self, month: int) -> np.ndarray:
        """All observables (observables, open runs)."""
        return self.seen.at(month, self.which[self.open(month)])

    def cuts(self, month: int, classes: int = CLASSES) -> np.ndarray:
        """Where observables are cut into classes (observables, classes - 1)."""
        return cuts_of(self.values(month), classes)

    def classes(self, month: int, cuts: np.ndarray) -> np.ndarray:
        """The class of each observable (observables, open runs)."""
        return classes_of(self.values(month), cuts)

    def tells(self, month: int, classes: np.ndarray, known: np.ndarray | None = None) -> Estimate:
        """What classes (rows, open runs) tell as a share of the outcome's entropy (rows,) [1].

        Over all runs of this half: of those in which it is not open any more nothing is left to tell. known
        (open runs,): classes of what is watched already, beyond which it is told. Not a number where too few
        runs are left.
        """
        is_open, rows = self.open(month), len(classes)
        came = self.came[is_open]
        if min(came.sum(), (~came).sum()) < LEAST or self.groups < 2:
            nothing = np.full(rows, np.nan)
            return Estimate(nothing, nothing, max(self.groups, 2))
        given = CLASSES if known is not None else 1
        cells = counted(classes, came, self.group[is_open], (self.groups, CLASSES), known, given)
        total, all_came = self._sizes
        return information(Counted(cells, total), all_came)

    @cached_property
    def came_at_all(self) -> Share:
        """How often the outcome comes in all runs."""
        return self._share_of(np.ones(len(self.which), dtype=bool))

    def share(self, month: int, on_side: np.ndarray) -> Share:
        """How often the outcome comes in those of the open runs that are on a side (open runs,)."""
        kept = self.open(month)
        kept[kept] = on_side
        return self._share_of(kept)

    def _share_of(self, kept: np.ndarray) -> Share:
        draw, came = self.draw[kept], self.came[kept]
        size = int(self.draw.max(initial=0)) + 1
        count = np.bincount(draw, minlength=size)
        groups = Groups.of_counts(np.bincount(draw[came], minlength=size)[:, None], count)
        if not len(came):
            return Share(0, np.nan, np.nan, np.nan)
        low, high = share_interval(groups)
        return Share(len(came), float(came.mean()), float(low[0]), float(high[0]))
