"""Bars beside their names: they take the colours and the width of the page, and their text is text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.studies.report.pieces import Piece

ADDS, TAKES, TOTAL, PLAIN = "adds", "takes", "total", "plain"
"""What a bar stands for: a class of the style sheet."""


FAR = 0.15
"""How far apart values lie, as a part of the farthest from 0, below which a scale begins near them."""

CUT = "The scale does not begin at 0."


def floor_of(values: Sequence[float]) -> float:
    """Where a scale begins: at 0, unless all values lie far from it, beside which steps would be slivers.

    >>> floor_of([0.1, 0.6]), floor_of([-0.1, 0.1]), round(floor_of([0.5, 0.54]), 2)
    (0.0, 0.0, 0.48)
    """
    near, far = sorted((min(values, key=abs), max(values, key=abs)), key=abs)
    if near * far <= 0 or abs(far - near) > FAR * abs(far) or far == near:
        return 0.0
    return near - (far - near) / 2


@dataclass(frozen=True)
class Bar:
    """A bar from `start` to `end`, with the interval around its end, if any; told: its number in words."""

    name: str
    start: float
    end: float
    told: str
    interval: tuple[float, float] | None = None
    kind: str = PLAIN


@dataclass(frozen=True)
class Bars(Piece):
    """Bars one below the other on one scale, as a table whose texts say all that is seen.

    marked: a value at which a line goes through all of them, such as where everything is as in the file;
    floor, top: where the scale begins and ends, unless bars go beyond.
    """

    template = "bars.html"
    name: str
    caption: str
    rows: Sequence[Bar]
    command: str = ""
    marked: float | None = None
    floor: float = 0.0
    top: float = 0.0

    def across(self, value: float) -> str:
        """The place of a value, in per cent of the width."""
        low, high = self._scale
        return f"{100 * (value - low) / (high - low):.2f}"

    def wide(self, row: Bar) -> str:
        """The width of a bar, in per cent of the whole; a sliver at least, so that it is seen."""
        low, high = self._scale
        return f"{max(100 * abs(row.end - row.start) / (high - low), 0.4):.2f}"

    def left(self, row: Bar) -> str:
        """Where a bar begins."""
        return self.across(min(row.start, row.end))

    @property
    def _scale(self) -> tuple[float, float]:
        """The lowest and the highest of all ends, the floor among them."""
        ends = [self.floor, max(self.top, self.floor)]
        for row in self.rows:
            ends += [row.start, row.end, *(row.interval or ())]
        low, high = min(ends), max(ends)
        return low, high if high > low else low + 1.0
