"""What differs between two scenarios month by month: probabilities of having happened, means of paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.history import History
from sim.outcomes.columns import date_column, end_column
from sim.outcomes.measures import measured
from sim.outcomes.questions import Questions
from sim.scenario.labels import state_label
from sim.scenario.lower import World
from sim.statistics.intervals import Z95
from sim.statistics.nested import Groups
from sim.statistics.paired import matched_interval

if TYPE_CHECKING:
    from sim.studies.compare.comparison import Comparison

COLUMNS = [
    "kind", "name", "label", "date", "first", "second", "difference", "low", "high", "flipped", "runs",
    "failed",
]  # fmt: skip

FIRST, SECOND, APART = range(3)
"""Places of the sums: of either world, and of second less first in each pair of runs."""


def headlines(world: World, questions: Questions) -> tuple[str, ...]:
    """Paths of which a comparison tells: the scenario's headlines, or its quantities where it names none."""
    case, known = world.scenario.case, {column.name for column in questions.columns}
    return tuple(name for name in case.headlines or case.quantities if end_column(name) in known)


@dataclass(frozen=True)
class Paths:
    """Sums of some paths by month over the pages of all pairs; no path is held for longer than its page.

    sums: count (3,), mean and sum of squares about it (3, paths x months), by FIRST, SECOND and APART.
    """

    names: tuple[str, ...]
    sums: Groups

    @classmethod
    def of(cls, names: tuple[str, ...], months: int) -> Paths:
        """Before any page."""
        return cls(names, Groups.empty(3, len(names) * months))

    def add(self, pair: Sequence[History], ok: np.ndarray) -> None:
        """Add a page of both worlds, of it those pairs that did not fail (runs,)."""
        one, other = (self._values(each)[:, ok] for each in pair)
        for place, values in ((FIRST, one), (SECOND, other), (APART, other - one)):
            self.sums.add(place, values)

    def _values(self, history: History) -> np.ndarray:
        """The paths (paths x months, runs)."""
        get = measured(history.world, history.__getitem__)
        # An empty page first: there may be no path at all.
        return np.concatenate([np.empty((0, len(history.runs))), *(get(name) for name in self.names)])

    def by_month(self, name: str) -> dict[str, np.ndarray]:
        """Means in both worlds, and the paired difference with its 95 % interval, each (months,)."""
        sums, runs = self.sums, int(self.sums.count[APART])
        own = np.array_split(np.arange(sums.mean.shape[1]), len(self.names))[self.names.index(name)]
        first, second, apart = np.where(runs > 0, sums.mean[:, own], np.nan)
        # One pair says nothing of how far pairs differ: its interval holds every number.
        half = np.full(len(own), np.inf)
        if runs > 1:
            half = Z95 * np.sqrt(sums.square[APART, own] / (runs - 1) / runs)
        return _told(first, second, apart, apart - half, apart + half)


def by_month(found: Comparison) -> pd.DataFrame:
    """A row for each happening and path, and month: columns COLUMNS."""
    parts = [*_happenings(found), *_paths(found)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    beside = {"runs": found.runs, "failed": len(found.failed) - found.runs}
    return pd.concat(parts, ignore_index=True).assign(**beside)[COLUMNS]


def _happenings(found: Comparison) -> Iterator[pd.DataFrame]:
    """Outcomes and events: whether they have happened by the end of each month."""
    outcomes = found.case.outcomes
    for happening in found.questions.happenings:
        kind = "event"
        if happening.name in outcomes:
            kind = "outcome"
        numbers = _shares(*found.pair(date_column(happening.name)), len(found.dates))
        yield _rows(found, kind, happening.name, happening.label, numbers)


def _paths(found: Comparison) -> Iterator[pd.DataFrame]:
    for name in found.paths.names:
        yield _rows(found, "path", name, state_label(found.case, name), found.paths.by_month(name))


def _rows(
    found: Comparison, kind: str, name: str, label: str, numbers: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "name": name, "label": label, "date": found.dates, **numbers})


def _shares(first: np.ndarray, second: np.ndarray, months: int) -> dict[str, np.ndarray]:
    """Shares of runs by month, from the month (runs,) in which it first happens in either world."""
    if not len(first):
        nothing = np.full(months, np.nan)
        return _told(nothing, nothing, nothing, nothing, nothing)
    runs = len(first)
    # In both it has happened once it has in the later of them; what never comes is never the earlier.
    one, other, both = (_by_then(each, months) for each in (first, second, np.maximum(first, second)))
    low, high = matched_interval(other - both, one - both, runs)
    flipped = (one + other - 2 * both) / runs
    return _told(one / runs, other / runs, (other - one) / runs, low, high, flipped)


def _by_then(first: np.ndarray, months: int) -> np.ndarray:
    """Runs in which it has happened by the end of each month (months,)."""
    came = first[~np.isnan(first)].astype(np.intp)
    return np.cumsum(np.bincount(came, minlength=months))


def _told(
    first: np.ndarray, second: np.ndarray, apart: np.ndarray, low: np.ndarray, high: np.ndarray,
    flipped: Any = np.nan,
) -> dict[str, Any]:  # fmt: skip
    return {
        "first": first, "second": second, "difference": apart, "low": low, "high": high, "flipped": flipped
    }  # fmt: skip
