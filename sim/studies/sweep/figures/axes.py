"""The swept number as an axis: its name with its unit, its values or places, and the value that the scenario
has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from sim.drawing.sheet import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, wrapped
from sim.scenario.load import Scenario

LINES = tuple(
    (colour, style)
    for style in ("-", (0, (4, 1.5)))
    for colour in (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
)
"""Colour and dash of a lever's line by its place."""

COVERED = "Where levers agree, their lines lie on each other: the thinner above the thicker."

Style = tuple[str, Any]


def widths(count: int) -> list[float]:
    """Widths of some lines, each thinner than the one it may cover."""
    return [1.6 + min(1.3 * (count - 1 - place), 5.2) for place in range(count)]


@dataclass(frozen=True)
class Swept:
    """One swept path. `values` in rising order, or as they come if they are not numbers; `own` is the
    scenario's value.
    """

    path: str
    label: str
    values: tuple[object, ...]
    own: float | None = None

    @classmethod
    def of(cls, points: pd.DataFrame, path: str, scenario: Scenario | None = None) -> Swept:
        """A path of some design points, its unit and own value from the scenario."""
        column = points[path].drop_duplicates()
        values = column.sort_values() if column.dtype.kind in "fiu" else column
        known = None if scenario is None else scenario.provenance.get(path)
        own = None if scenario is None else scenario.numbers.get(path)
        label = path if known is None else f"{path} [{known.unit}]"
        return cls(path, label, tuple(values), own if column.dtype.kind in "fiu" else None)

    @property
    def numeric(self) -> bool:
        return all(isinstance(value, int | float | np.number) for value in self.values)

    @property
    def places(self) -> np.ndarray:
        """Where the values stand on the axis (values,): at themselves, or one apart if they are not numbers."""
        return (
            np.asarray(self.values, dtype=float) if self.numeric else np.arange(len(self.values), dtype=float)
        )

    @property
    def edges(self) -> np.ndarray:
        """Borders of cells around the values (values + 1,): midway, the outer ones as far out as the next is
        in.
        """
        at = self.places
        if len(at) == 1:
            return np.array([at[0] - 0.5, at[0] + 0.5])
        middle = np.array([(a + b) / 2 for a, b in pairwise(at)])
        return np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])

    def where(self, column: pd.Series) -> np.ndarray:
        """The place in `values` of each entry of a column."""
        order = {value: place for place, value in enumerate(self.values)}
        return np.array([order[value] for value in column], dtype=int)

    def across(self, ax: Axes) -> Axes:
        """Name the horizontal axis."""
        ax.set_xlabel(wrapped(self.label, 44), fontsize=8)
        self.ticks(ax.xaxis)
        return ax

    def ticks(self, axis: Axis) -> None:
        """Values that are not numbers, by name."""
        if not self.numeric:
            axis.set_ticks(self.places, [str(value) for value in self.values])

    @property
    def own_inside(self) -> float | None:
        """The scenario's own value, if the axis reaches it."""
        inside = self.own is not None and self.numeric and self.places[0] <= self.own <= self.places[-1]
        return self.own if inside else None
