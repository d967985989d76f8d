"""Bars beside their names: they take the colours and the width of the page, and their text is text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.studies.report.pieces import Piece

ADDS, TAKES, TOTAL, PLAIN = "adds", "takes", "total", "plain"
"""What a bar stands for: a class of the style sheet."""


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

    marked: a value at which a line goes through all of them, such as where everything is as in the file.
    """

    template = "bars.html"
    name: str
    caption: str
    rows: Sequence[Bar]
    command: str = ""
    marked: float | None = None

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
        """The lowest and the highest of all ends, 0 among them."""
        ends = [0.0]
        for row in self.rows:
            ends += [row.start, row.end, *(row.interval or ())]
        low, high = min(ends), max(ends)
        return low, high if high > low else low + 1.0
