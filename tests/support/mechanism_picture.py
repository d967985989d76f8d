"""docs/mechanisms.png: how far each claim of the shipped scenario moves what it should, in units of the least
that counts.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.lines import Line2D

import sim
from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, GREY, VERMILION
from sim.drawing.saving import png_file
from sim.drawing.sheet import across_rows, plain, sheet
from sim.drawing.style import own_style
from sim.studies.check.mechanisms.trial import Tried

PICTURE = Path(__file__).parents[2] / "docs" / "mechanisms.png"
FARTHEST = 8.0
"""Sizes beyond are drawn at the edge, as an arrow."""

ROW, CLAIM = 0.165, 54
"""Height of a row [inch], and letters of a claim."""

LOOKS = {
    "moves enough": (BLUE, "o"), "moves too little": (VERMILION, "o"), "cannot be run yet": (GREY, "x"),
}  # fmt: skip
NOTE = "A row a claim, a dot a card; right of the line it moves enough (an arrow: beyond eight times that)."


def draw(cards: Sequence[Tried], file: Path = PICTURE) -> None:
    """A row for each claim, a dot for each of its cards."""
    rows = list(dict.fromkeys(_row(tried) for tried in cards))
    claims = {_row(tried): tried.card.claim for tried in reversed(cards)}
    caption = Caption(sim.load("mongolia-2024").title, max(tried.runs for tried in cards), 1)
    headline = "How far each claim moves what it should"
    with own_style():
        figure, (axes,) = sheet(headline, [NOTE], caption, [0.5 + ROW * len(rows)], 1, _key(cards))
        axes.axvspan(1, FARTHEST + 0.6, color=BLUE, alpha=0.06, linewidth=0)
        axes.axvline(1, color=BLUE, linewidth=1)
        axes.axvline(0, color=GREY, linewidth=0.8)
        for tried in cards:
            colour, marker = LOOKS[_kind(tried)]
            size = _in_units(tried)
            place = float(np.clip(size, -1.5, FARTHEST))
            marker = ">" if size > FARTHEST else marker
            axes.plot(place, rows.index(_row(tried)), marker, color=colour, markersize=5, alpha=0.9)
        axes.set_yticks(range(len(rows)), [plain(f"{_short(claims[row])}  {row}") for row in rows])
        axes.set_xlim(-1.8, FARTHEST + 0.6)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("Size, in units of the least that counts")
        axes.spines["left"].set_visible(False)
        across_rows(axes).tick_params(left=False)
        file.write_bytes(png_file(figure))


def _key(cards: Sequence[Tried]) -> list[Line2D]:
    """The kinds of cards that there are, with their numbers."""
    counts = {kind: sum(_kind(tried) == kind for tried in cards) for kind in LOOKS}
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=f"{kind} ({counts[kind]})")
        for kind, (colour, marker) in LOOKS.items()
        if counts[kind]
    ]


def _row(tried: Tried) -> str:
    """The claim that a card belongs to: S5.a and S5.b are cards of S5."""
    return re.split(r"\.", tried.name)[0]


def _short(claim: str) -> str:
    return textwrap.shorten(claim, CLAIM, placeholder=" ...")


def _kind(tried: Tried) -> str:
    if tried.size is None:
        return "cannot be run yet"
    return "moves enough" if tried.passes else "moves too little"


def _in_units(tried: Tried) -> float:
    """The size in the wanted direction over the least; of a level that has to lie somewhere, if it does."""
    if tried.size is None:
        return 0.0
    if not tried.card.least:
        return float(tried.passes)
    size = {"+": tried.size.mean, "-": -tried.size.mean, "any": abs(tried.size.mean)}[tried.card.sign]
    return size / tried.card.least
