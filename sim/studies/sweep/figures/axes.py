"""The swept number as an axis: its name and unit, its values, and the value that the scenario has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D

from sim.drawing.colours import DARK, SERIES
from sim.drawing.sheet import Handle, abreast, plain, wrapped
from sim.scenario.load import Scenario
from sim.scenario.lookup import labelled

WIDE = 84
"""Letters of the name of an axis that is as wide as the sheet."""

DASHES = ("-", (0, (4, 1.5)))
LINES = tuple((colour, dash) for dash in DASHES for colour in SERIES)
"""Colour and dash of a lever's line by its place: dashed once the colours are used up."""

COVERED = "Where levers agree, their lines lie on each other: the thinner above the thicker."

Style = tuple[str, Any]


def widths(count: int) -> list[float]:
    """Widths of some lines, each thinner than the one it may cover."""
    return [1.6 + min(1.3 * above, 5.2) for above in reversed(range(count))]


@dataclass(frozen=True)
class Swept:
    """One swept path: values in rising order, or as they come if they are no numbers; own: the scenario's."""

    path: str
    label: str
    values: tuple[object, ...]
    own: float | None = None

    @classmethod
    def of(cls, points: pd.DataFrame, path: str, scenario: Scenario | None = None) -> Swept:
        """A path of some design points, its unit and own value from the scenario."""
        column, label, own = points[path].drop_duplicates(), path, None
        numbers = column.dtype.kind in "fiu"
        if scenario is not None and path in scenario.provenance:
            label = f"{labelled(scenario.raw, path)} [{scenario.provenance[path].unit}]"
        if scenario is not None and numbers:
            own = scenario.numbers.get(path)
        # Words keep the order in which they were given: it may mean something, the alphabet does not.
        if numbers:
            column = column.sort_values()
        return cls(path, label, tuple(column), own)

    @property
    def numeric(self) -> bool:
        return all(isinstance(value, int | float | np.number) for value in self.values)

    @property
    def places(self) -> np.ndarray:
        """Where the values stand on the axis (values,): at themselves, or one apart if no numbers."""
        if not self.numeric:
            return np.arange(len(self.values), dtype=float)
        return np.asarray(self.values, dtype=float)

    @property
    def edges(self) -> np.ndarray:
        """Borders of cells around the values (values + 1,): midway, the outer ones as far out as in."""
        at = self.places
        if len(at) == 1:
            # One value has no neighbour to be midway to.
            return np.array([at[0] - 0.5, at[0] + 0.5])
        # Values may be spaced unevenly: borders are midway between neighbours.
        middle = (at[:-1] + at[1:]) / 2
        return np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])

    def where(self, column: pd.Series) -> np.ndarray:
        """The place in `values` of each entry of a column."""
        order = {value: place for place, value in enumerate(self.values)}
        return np.array([order[value] for value in column], dtype=int)

    def across(self, axes: Sequence[Axes]) -> None:
        """Name the horizontal axis of small multiples, where nothing is below: all have the same."""
        for place, ax in enumerate(axes):
            if place + abreast(ax) >= len(axes):
                ax.set_xlabel(wrapped(self.label, WIDE // abreast(ax)))
            self.ticks(ax.xaxis)

    def ticks(self, axis: Axis) -> None:
        """Values that are not numbers, by name."""
        if not self.numeric:
            axis.set_ticks(self.places, [str(value) for value in self.values])

    @property
    def own_inside(self) -> float | None:
        """The scenario's own value, if the axis reaches it."""
        if self.own is None or not self.numeric:
            return None
        if self.places[0] <= self.own <= self.places[-1]:
            return self.own
        return None

    def draw_own(self, ax: Axes) -> None:
        """A vertical line at the scenario's own value."""
        if self.own_inside is not None:
            ax.axvline(self.own_inside, color=DARK, linewidth=0.9, linestyle=":")


def lever_key(styles: Mapping[str, Style]) -> list[Handle]:
    """The key of the lines of levers."""
    return [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.6, label=plain(lever))
        for lever, (colour, dash) in styles.items()
    ]


def own_mark() -> Line2D:
    """The key of the line at the scenario's own value."""
    return Line2D([], [], color=DARK, linewidth=0.9, linestyle=":", label="value in the scenario")
