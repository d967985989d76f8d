"""What flips hang on: the decisions of all of them, and one flip step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, FAINT, VERMILION
from sim.drawing.sheet import SMALL, across_rows, empty_sheet, plain, sheet, titled, wrapped
from sim.scenario.labels import plain as in_words
from sim.studies.explain.flips.example import Example, Step, example_of, typical
from sim.studies.explain.flips.text import MOST_DECISIONS, because_told
from sim.studies.explain.flips.words import date_of, decided

if TYPE_CHECKING:
    from sim.studies.explain.flips.flips import Flips

NOTE = (
    "Above: of all futures in which the outcome comes in one scenario only, those that hang on a decision: "
    "made as in A, it brings back the outcome of A. Whiskers: 95 % interval. Below it, what moved its odds "
    "(logits, B less A). Below: one such future; a mark stands under the scenario in which it happens."
)
COLOURS = (BLUE, VERMILION)
LABEL, STEP = 46, 40
"""Signs in a line of a label."""

MOST_STEPS = 6


def figure(flips: Flips, worlds: Sequence[str]) -> Figure:
    """What flips hang on, and a typical one of them; worlds: what the two are, a line each."""
    caption = Caption(flips.pair.worlds[0].scenario.title, flips.runs, flips.pair.seed)
    headline = f"Why futures flip: {flips.pair.question}"
    place = typical(flips)
    if place is None or not flips.by_decision:
        return empty_sheet(headline, caption, "No flip hangs on a single decision.")
    key = [Patch(color=colour, label=f"only in {name}") for colour, name in zip(COLOURS, "AB", strict=True)]
    rows = min(len(flips.by_decision), MOST_DECISIONS)
    example = example_of(flips, place)
    heights = [0.6 + 0.56 * rows, 0.7 + 0.4 * len(_steps(example))]
    drawn, (above, below) = sheet(headline, [NOTE, *worlds], caption, heights, 1, key)
    _draw_shares(above, flips)
    _draw_steps(below, flips, example)
    return drawn


def _draw_shares(ax: Axes, flips: Flips) -> None:
    """A bar for each decision that most flips hang on."""
    table, labels = flips.table().head(MOST_DECISIONS), []
    for place, (row, decision) in enumerate(zip(table.itertuples(), flips.by_decision, strict=False)):
        ax.barh(place, row.share, height=0.45, color=COLOURS[decision.only_in])
        ax.hlines(place, row.low, row.high, color=DARK, linewidth=1.2)
        because = in_words(because_told(flips, decision))
        labels.append("\n".join(filter(None, (wrapped(row.decision, LABEL), wrapped(because, LABEL)))))
    ax.set_yticks(range(len(labels)), labels, fontsize=SMALL)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    across_rows(ax)
    ends = np.linspace(0.0, 1.0, 5)
    ax.set_xlim(0.0, 1.0)
    ax.set_xticks(ends, [f"{100 * end:.0f} %" for end in ends])
    titled(ax, f"Share of {len(flips.hinges):,} flips")


def _steps(example: Example) -> list[Step]:
    """The decision that a flip hangs on, and what else is decided otherwise."""
    assert example.hinge.decisive is not None, "a typical flip hangs on a decision"
    return [Step(example.hinge.decisive.turn, is_link=True), *example.told(MOST_STEPS)]


def _draw_steps(ax: Axes, flips: Flips, example: Example) -> None:
    """What is decided otherwise in one flip, from above to below."""
    world, hinge, steps = flips.pair.worlds[0], example.hinge.decisive, _steps(example)
    assert hinge is not None, "a typical flip hangs on a decision"
    for row, step in enumerate(steps):
        decision = step.turn.decision
        size = 9 if step.is_link else 5
        ax.plot(decision.only_in, row, "o", color=COLOURS[decision.only_in], markersize=size)
        told = decided(world, decision)
        if row == 0:
            told = f"{told} (odds {hinge.odds[0]:.3f} in A, {hinge.odds[1]:.3f} in B; luck {hinge.luck:.3f})"
        ax.text(1.5, row, wrapped(told, STEP), va="center", fontsize=SMALL)
    ax.set_ylim(len(steps) - 0.4, -0.6)
    ax.set_xlim(-0.5, 9.0)
    ax.set_xticks([0, 1], ["A", "B"])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks(range(len(steps)), [date_of(world, step.turn.month) for step in steps])
    ax.spines[["left", "bottom", "top"]].set_visible(False)
    ax.grid(visible=False)
    ax.vlines([0, 1], -0.4, len(steps) - 0.6, color=FAINT, linewidth=1.5, zorder=0)
    what = plain(f"One of them: run {example.run}, where it comes in {'AB'[example.came_in]} only")
    titled(ax, what)
