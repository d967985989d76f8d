"""What drives outcomes over draws of the uncertain numbers, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.outcomes.tally import ByDraw
from sim.refusal import BadInput
from sim.scenario.lookup import choice
from sim.statistics.explained import Explained, explained
from sim.statistics.nested import Groups
from sim.studies.run.tables import Tables

DRIVER_COLUMNS = [
    "kind", "name", "label", "date", "driver", "driver_label", "share", "low", "high", "direction", "told",
]  # fmt: skip
LEFT = "together, or not in a straight line"
"""What is called so explains what no single number does; its `driver` is empty."""

DIGITS = 6
"""Decimals of a share: finer than any interval, and the same whatever the kernel of linear algebra."""


@dataclass(frozen=True)
class Drivers:
    """The drivers of what the table of a run under draws tells."""

    tables: Tables
    beliefs: Beliefs
    by_draw: ByDraw

    def table(self, outcome: str | None = None, by: str | None = None) -> pd.DataFrame:
        """A row for each outcome, date and uncertain entry, and one for what is left: DRIVER_COLUMNS.

        Raises BadInput for an outcome or a date that there is not.
        """
        parts = [pd.DataFrame(columns=DRIVER_COLUMNS)]
        for row in self._rows(outcome, by):
            found = explained(self._groups(row), self._values, self._jointly)
            if found is not None:
                parts.append(self._told(row, found))
        return pd.concat(parts[1:] or parts, ignore_index=True)

    def _rows(self, outcome: str | None, by: str | None) -> list[Any]:
        """The rows of the table that are asked about."""
        table = self.tables.table
        rows = table[table["kind"].isin(["outcome", "distribution", "event"])]
        rows = rows[rows["parameters_low"].notna()]
        if outcome is None:
            rows = rows[rows["kind"] != "event"]
        else:
            labels = dict(zip(rows["name"], rows["label"], strict=True))
            rows = rows[rows["name"] == choice("outcome", outcome, labels)]
        if by is not None:
            rows = self._at(rows, by)
        return list(rows.itertuples())

    def _at(self, rows: pd.DataFrame, by: str) -> pd.DataFrame:
        """What may happen by any month; all else in the last month alone, of which the table tells."""
        if by not in self.tables.dates:
            raise BadInput(f"{by}: runs are from {self.tables.dates[0]} to {self.tables.dates[-1]}")
        happens = rows["name"].isin(self._happenings)
        own = rows[happens].drop_duplicates("name").assign(date=by)
        return pd.concat([own, rows[~happens & (rows["date"] == by)]])

    @property
    def _happenings(self) -> list[str]:
        return [each.name for each in self.tables.tally.questions.happenings]

    def _groups(self, row: Any) -> Groups:
        """What is told in a row, by draw (draws, 1)."""
        if row.kind == "distribution":
            return self.by_draw.end(row.name)
        if row.name not in self._happenings:
            (column,) = [each for each in self.tables.tally.questions.columns if each.own == row.name]
            return self.by_draw.column(column.name)
        found = self.by_draw.happened(self._happenings.index(row.name))
        month = [self.tables.dates.index(row.date)]
        return Groups(found.count, found.mean[:, month], found.square[:, month])

    @property
    def _values(self) -> np.ndarray:
        """The entries (draws, entries) on the scale on which their priors are even; of factors their logs."""
        columns = []
        for entry in self.beliefs.free:
            value = self.beliefs.values[entry.name]
            if entry.kind == "times":
                value = np.log(value)
            columns.append(value)
        return np.stack(columns, axis=1)

    @property
    def _jointly(self) -> np.ndarray:
        """Which entries (entries,) were learnt together; the others are independent."""
        return np.array([entry.name in self.beliefs.learnt for entry in self.beliefs.free])

    def _told(self, row: Any, found: Explained) -> pd.DataFrame:
        """The rows of one outcome and date."""
        low, high = found.interval
        left = max(min(found.left, 1.0), 0.0)
        names, labels = zip(*((entry.name, entry.label) for entry in self.beliefs.free), strict=True)
        drivers = pd.DataFrame(
            {
                "driver": [*names, ""],
                "driver_label": [*labels, LEFT],
                "share": [*found.share, left],
                "low": [*low, found.left_interval[0]],
                "high": [*high, found.left_interval[1]],
                "direction": [*np.sign(found.root).astype(int), 0],
                "told": [*found.told, False],
            }
        ).round(DIGITS)
        own = {"kind": row.kind, "name": row.name, "label": row.label, "date": row.date}
        return drivers.assign(**own)[DRIVER_COLUMNS]
