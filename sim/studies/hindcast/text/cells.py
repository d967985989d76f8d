"""Cells of a hindcast's lines: numbers, dates and headings, as wide as their column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import IN_SAMPLE, OUT_OF_SAMPLE, VALIDATION
from sim.engine.history import month_label
from sim.outcomes.baselines import BASELINES

MARKS = {IN_SAMPLE: "in", VALIDATION: "val", OUT_OF_SAMPLE: "out"}
HEADS = {name: baseline.heading for name, baseline in BASELINES.items()}
"""Heading of each baseline's column."""


def right(cells: Iterable[str], width: int) -> str:
    """Cells beside each other, each at the right of so many characters.

    >>> right(["CRPS", "hold"], 6)
    '  CRPS  hold'
    """
    return "".join(cell.rjust(width) for cell in cells)


def get(row: object, name: str) -> Any:
    """A cell, or not a number where no row has such a column."""
    return getattr(row, name, float("nan"))


def said(rows: pd.DataFrame, column: str) -> bool:
    """Whether a column holds anything."""
    if column not in rows:
        return False
    return bool(rows[column].notna().any())


def number(value: float) -> str:
    """A number with about three digits; a dash for none.

    >>> number(0.12345), number(12.345), number(12345.6), number(float("nan"))
    ('0.123', '12.35', '12,346', '-')
    """
    if pd.isna(value):
        return "-"
    if np.isinf(value):
        return f"{value:.0f}"
    digits = 3 - sum(abs(value) >= size for size in (10, 100, 1000))
    return f"{value:,.{digits}f}"


def interval(low: float, high: float) -> str:
    """Two ends of an interval."""
    return f"{number(low)} to {number(high)}"


def date(month: float) -> str:
    """A month from year 0, or that it never came."""
    if np.isinf(month):
        return "never"
    return month_label(int(month))
