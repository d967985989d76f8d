"""Lists of a page: points, the months of a story, and what is folded away until somebody opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.studies.report.pieces import Piece


@dataclass(frozen=True)
class Points(Piece):
    """Sentences in order, each with the words that it begins with in bold; bare: without numbers."""

    template = "points.html"
    lines: Sequence[tuple[str, str]]
    bare: bool = False


@dataclass(frozen=True)
class Months(Piece):
    """What happened, by date: lines of a story."""

    template = "months.html"
    lines: Sequence[tuple[str, str]]
    command: str


@dataclass(frozen=True)
class Fold(Piece):
    """Pieces that are shown when somebody opens them, and are left out of print."""

    template = "fold.html"
    title: str
    pieces: Sequence[Piece]
