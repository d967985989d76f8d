"""A row beside itself: as it was stored, and as it comes out when it is run again."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.engine.setups import Setup
from sim.scenario.lower import World
from sim.studies.replay.strange import ReplayError

KEYS = ("point", "lever", "run")
"""Columns that say which row it is."""


@dataclass(frozen=True)
class Replay:
    """A row as it was `stored` and as it comes out `again`, outcome by outcome.

    setup: what was run; world: of its scenario, with the numbers under which the run lived.
    """

    setup: Setup
    world: World
    seed: int
    run: int
    stored: pd.Series
    again: pd.Series

    @property
    def table(self) -> pd.DataFrame:
        """A row for each outcome: outcome, stored, again, same."""
        names = list(dict.fromkeys([*self.stored.index, *self.again.index]))
        rows = [(name, self.stored.get(name), self.again.get(name), self._same(name)) for name in names]
        return pd.DataFrame(rows, columns=["outcome", "stored", "again", "same"], dtype=object)

    def _same(self, name: str) -> bool:
        """Whether an outcome is there twice, with one value or with none."""
        if name not in self.stored or name not in self.again:
            return False
        one, other = self.stored[name], self.again[name]
        # What never happened has no month: "not a number" does not equal itself.
        if pd.isna(one):
            return bool(pd.isna(other))
        return bool(one == other)

    @property
    def same(self) -> bool:
        """Whether every outcome is the same, bit by bit."""
        return all(self.table["same"])


def row_of(rows: pd.DataFrame, run: int) -> pd.Series:
    """The outcomes of a run, by name. Raises ReplayError if there is no such row."""
    found = rows[rows["run"] == run]
    if len(found) != 1:
        raise ReplayError(f"run {run} is stored {len(found)} times instead of once")
    return found.drop(columns=list(KEYS), errors="ignore").iloc[0].astype(object)
