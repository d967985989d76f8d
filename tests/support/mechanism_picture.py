"""docs/mechanisms.png: how far each claim of the shipped scenario moves what it should, in units of the least
that counts.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from sim.studies.check.mechanisms.trial import Tried

PICTURE = Path(__file__).parents[2] / "docs" / "mechanisms.png"
FARTHEST = 8.0
"""Sizes beyond are drawn at the edge, as an arrow."""

COLOURS = {"moves enough": "#1f77b4", "moves too little": "#d95f02", "cannot be run yet": "#999999"}


def draw(cards: Sequence[Tried], file: Path = PICTURE) -> None:
    """A row for each claim, a dot for each of its cards."""
    rows = list(dict.fromkeys(_row(tried) for tried in cards))
    claims = {_row(tried): tried.card.claim for tried in reversed(cards)}
    figure, axes = plt.subplots(figsize=(9.5, 0.32 * len(rows) + 1.4), layout="constrained")
    axes.axvspan(1, FARTHEST + 0.6, color="#1f77b4", alpha=0.06, linewidth=0)
    axes.axvline(1, color="#1f77b4", linewidth=1)
    axes.axvline(0, color="#999999", linewidth=0.8)
    for tried in cards:
        kind, size = _kind(tried), _in_units(tried)
        place = float(np.clip(size, -1.5, FARTHEST))
        marker = ">" if size > FARTHEST else "x" if kind == "cannot be run yet" else "o"
        axes.plot(place, rows.index(_row(tried)), marker, color=COLOURS[kind], markersize=6, alpha=0.9)
    for kind, colour in COLOURS.items():
        count = sum(_kind(tried) == kind for tried in cards)
        if count == 0:
            continue
        axes.plot([], [], "x" if kind.startswith("cannot") else "o", color=colour, label=f"{kind} ({count})")
    axes.set_yticks(range(len(rows)), [f"{_short(claims[row])}  {row}" for row in rows], fontsize=8)
    axes.set_xlim(-1.8, FARTHEST + 0.6)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("size, in units of the least that counts")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    figure.legend(loc="outside upper right", ncols=3, frameon=False, fontsize=9)
    figure.savefig(file, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _row(tried: Tried) -> str:
    """The claim that a card belongs to: S5.a and S5.b are cards of S5."""
    return re.split(r"\.", tried.name)[0]


def _short(claim: str) -> str:
    return textwrap.shorten(claim, 74, placeholder=" ...")


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
