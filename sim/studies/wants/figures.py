"""Scales of what actors want, with their intervals, against what was thought of them before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, FAINT, GREY, VERMILION
from sim.drawing.sheet import SMALL, Handle, plain, sheet
from sim.engine.beliefs import beliefs_in
from sim.studies.run.figures.caption import drawn_from
from sim.studies.wants.tables import AGAINST, KEEPS

if TYPE_CHECKING:
    from sim.studies.wants.found import Wants

HEADLINE = "What they want, by what they did"
NOTE = (
    "A scale multiplies all that an actor's decisions take a want for: 1 is the file's own value. Told: by "
    "how much the deeds narrow the variance of the prior; 0 is nothing, 1 all."
)
ROW, ROOM = 0.21, 0.5
"""Height of a row, and of the axis below all rows [inch]."""

TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)


def figure(found: Wants) -> Figure:
    """A row a want: the interval of its scale beside the prior's, those of which most is told first."""
    table = found.table()
    rows = table[table["kind"] == "scale"].sort_values("contraction", ascending=False, kind="stable")
    came = sum(len(deed.came) for deed in found.deeds)
    key: list[Handle] = [
        Line2D([], [], color=BLUE, marker="o", markersize=4, linewidth=2.2, label="learnt: median, 90 %"),
        Line2D([], [], color=GREY, marker="o", markersize=4, linewidth=2.2, label="keeps its prior"),
        Patch(color=FAINT, label="prior, 90 %"),
    ]
    if (rows["verdict"] == AGAINST).any():
        look: dict[str, Any] = {"color": VERMILION, "marker": "o", "markersize": 4, "linewidth": 2.2}
        key.append(Line2D([], [], label="the deeds contradict it", **look))
    note = f"Learnt from {came} deeds that came and the months in which none did. {NOTE}"
    drawn, (ax,) = sheet(HEADLINE, [note], _caption(found), [ROW * len(rows) + ROOM], 1, key)
    draw_scales(ax, rows)
    return drawn


def _caption(found: Wants) -> Caption:
    scenario, beliefs = found.scenario, beliefs_in(found.setup)
    caption = Caption(scenario.title, found.runs, found.seed, found.failed, changes=scenario.changes)
    if beliefs is None:
        return caption
    return replace(caption, draws=beliefs.draws, drawn_from=drawn_from(beliefs))


def draw_scales(ax: Axes, rows: pd.DataFrame) -> Axes:
    """Intervals from top to bottom on a scale of factors, with the share of the prior that deeds told."""
    heights = np.arange(len(rows))[::-1]
    for height, row in zip(heights, rows.itertuples(), strict=True):
        ax.barh(height, row.prior_high - row.prior_low, left=row.prior_low, height=0.7, color=FAINT)
        ax.plot([row.low, row.high], [height, height], color=_colour(row.verdict), linewidth=2.2)
        ax.plot([row.median], [height], "o", color=_colour(row.verdict), markersize=4)
        told = f"{max(row.contraction, 0.0):.2f}"
        ax.text(1.01, height, told, transform=ax.get_yaxis_transform(), va="center", size=SMALL, color=DARK)
    ax.text(1.01, len(rows) - 0.3, "told", transform=ax.get_yaxis_transform(), size=SMALL, color=DARK)
    ax.axvline(1.0, color=DARK, linewidth=0.9, linestyle=":")
    ax.set_xscale("log")
    ax.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    ax.minorticks_off()
    ax.set_yticks(heights, [plain(label) for label in rows["label"]])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel("Scale of what it is worth [x the file's]")
    return ax


def _colour(verdict: str) -> str:
    return {KEEPS: GREY, AGAINST: VERMILION}.get(verdict, BLUE)
