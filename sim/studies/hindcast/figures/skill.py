"""Skill of what was foretold from rolling origins, by years ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.assimilation.facts import SERIES
from sim.drawing.colours import BLUE, DARK, FAINT
from sim.drawing.sheet import SMALL, empty_sheet, sheet, titled, wrapped
from sim.studies.hindcast.figures.shared import caption_of
from sim.studies.hindcast.targets import EVERY

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

LABEL = 24
"""Letters of a line of a target's name."""

EDGE = 1.0
"""Skills and ends of intervals beyond this, either way, are drawn at the edge."""

NOTE = (
    "Right of 0, runs that know all that came before an origin cost less than holding the last value; left "
    "of it, more. Bars: 95 % intervals, an arrow where one goes on. Right edge: number of observations, each "
    "from another origin. Hollow: a series that follows from others, and counts in no pool."
)


def figure(found: Hindcast) -> Figure:
    """A panel a number of years ahead, a line a series."""
    headline, caption = "What was foretold beside holding the last value", caption_of(found)
    table = found.horizons
    rows = table[table["kind"] == SERIES]
    if "skill_hold_last" not in rows or rows["skill_hold_last"].isna().all():
        return empty_sheet(headline, caption, "Nothing to show: no series could be compared.")
    labels = _labels(rows)
    horizons = sorted(set(rows["horizon"]))
    drawn, axes = sheet(headline, [NOTE], caption, [0.9 + 0.28 * len(labels)], len(horizons), [])
    for ax, horizon in zip(axes, horizons, strict=True):
        _draw(ax, rows[rows["horizon"] == horizon], list(labels))
        titled(ax, f"{horizon} year{'s' * (horizon > 1)} ahead")
        ax.set_xlabel(wrapped("Skill, 1 - CRPS / CRPS of the last value held", 26))
    axes[0].set_yticks(range(len(labels)), [wrapped(label, LABEL) for label in labels.values()])
    return drawn


def _labels(rows: pd.DataFrame) -> dict[str, str]:
    """Series with their labels, all of them together last."""
    own = rows[rows["target"] != EVERY]
    labels = dict(zip(own["target"], own["label"], strict=True))
    if len(own) < len(rows):
        labels[EVERY] = "all together"
    return labels


def _draw(ax: Axes, rows: pd.DataFrame, targets: list[str]) -> None:
    right: dict = {"xycoords": ax.get_yaxis_transform(), "va": "center", "annotation_clip": False}
    for row in rows.to_dict("records"):
        at, skill = targets.index(row["target"]), row["skill_hold_last"]
        ends = np.array([row["skill_hold_last_low"], row["skill_hold_last_high"]], dtype=float)
        inside = np.clip(ends, -EDGE, EDGE)
        ax.plot(inside, [at, at], color=BLUE, linewidth=1.2, alpha=0.6)
        if ends[0] < -EDGE:
            ax.plot([-EDGE], [at], marker="<", color=BLUE, markersize=4)
        face = BLUE if row["pooled"] else "white"
        ax.plot(
            [np.clip(skill, -EDGE, EDGE)], [at], marker="o", color=BLUE, markerfacecolor=face, markersize=6
        )
        ax.annotate(f"{row['facts']}", (1.01, at), fontsize=SMALL, color=DARK, **right)
    ax.axvline(0, color=DARK, linewidth=0.8, zorder=0)
    ax.set_xlim(-1.05 * EDGE, 1.05 * EDGE)
    ax.set_ylim(len(targets) - 0.5, -0.5)
    ax.set_yticks(range(len(targets)), [""] * len(targets))
    ax.grid(axis="x", color=FAINT, linewidth=0.6)
