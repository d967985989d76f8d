"""What columns of stored tables are called for a reader, and the unit of what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Column:
    """A column of a stored table: its heading in words, and its unit; empty for texts and months.

    >>> Column("in A", "share of futures").heading
    'in A [share of futures]'
    """

    label: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """The heading of a table that is passed on."""
        if self.unit:
            return f"{self.label} [{self.unit}]"
        return self.label

    def of(self, unit: str) -> Column:
        """The column where all that stands in it has this unit."""
        return replace(self, unit=unit)


SHARE, OWN, COUNT = "share of futures", "unit of the row", "count"

COLUMNS: dict[str, Column] = {
    "kind": Column("kind of row"),
    "name": Column("name in the file"),
    "label": Column("what"),
    "date": Column("by the end of"),
    "value": Column("value", OWN),
    "low": Column("low end of the interval (95 %)", OWN),
    "high": Column("high end of the interval (95 %)", OWN),
    "runs": Column("runs that count", COUNT),
    "failed": Column("runs that failed", COUNT),
    "first": Column("in A", OWN),
    "second": Column("in B", OWN),
    "difference": Column("B less A", OWN),
    "flipped": Column("comes in one of the two only", SHARE),
    "saving": Column("unpaired runs needed for the same interval", "times as many"),
    "unit": Column("unit"),
}
"""Columns that mean the same in every table."""


def column(name: str) -> Column:
    """A column by its name in the file; one that nobody knows goes by that name."""
    return COLUMNS.get(name, Column(name.replace("_", " ")))
