"""Figures of a panel: skill by state and series, and what states have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.assimilation.facts import SERIES
from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, FAINT, GREY, VERMILION
from sim.drawing.sheet import Handle, across_rows, sheet, titled, wrapped
from sim.studies.panel.ask import Panel
from sim.studies.panel.learnt import moved_by
from sim.studies.panel.summed import EVERY

TITLE = "Many states between powers, made by one template"
SKILL = "What is foretold of each state, against its last value held"
SKILL_NOTE = (
    "Skill: 1 - CRPS / CRPS of the last value held with the spread of past changes, over one to three years "
    "from every origin; 0 is as good, below 0 worse. Line: 95 %, for years that follow from each other. Of "
    "years to {0}; those since {1} had been looked at before."
)
SHOWN = {"alone": (GREY, "its own past alone"), "others": (BLUE, "with what the other states teach")}

NUMBERS = "What states have in common by the end of {0}"
NUMBERS_NOTE = (
    "In standard deviations of the template's prior, 0 is the template's number: a factor's log, or a shift. "
    "Thick: 90 % of the mean over states; thin: 90 % of a further state. Beside each the factor (x) or shift "
    "(+) that the mean over states is."
)

ROW = 0.23
"""Height of a row [inch]."""


def figures(found: Panel) -> dict[str, Figure]:
    """The figures by name."""
    return {"skill": skill_figure(found), "numbers": numbers_figure(found)}


def _caption(found: Panel) -> Caption:
    return Caption(TITLE, found.how.particles, found.how.seed, points=len(found.lived))


def skill_figure(found: Panel) -> Figure:
    """Skill with its interval: a row a state, and a row a series."""
    rows = found.skill
    own = rows[(rows["kind"] == SERIES) & (rows["sample"] == EVERY) & (rows["baseline"] == "hold_last")]
    own = own[own["horizon"] == EVERY]
    by_state = own[(own["state"] != EVERY) & (own["target"] == EVERY)]
    by_series = own[(own["state"] == EVERY) & (own["target"] != EVERY)]
    together = own[(own["state"] == EVERY) & (own["target"] == EVERY)]
    roles = found.scenarios.roles
    note = SKILL_NOTE.format(found.scenarios.last, roles.fitted_until + 1)
    key: list[Handle] = [
        Line2D([], [], color=colour, marker="o", linewidth=1.4, markersize=4, label=label)
        for colour, label in SHOWN.values()
    ]
    count = max(by_state["state"].nunique(), by_series["target"].nunique()) + 1
    drawn, (left, right) = sheet(SKILL, [note], _caption(found), [0.9 + ROW * count], 2, key)
    named = {code: built.state.name for code, built in found.scenarios.states.items()}
    _draw_skill(left, pd.concat([together, by_state]), "state", named)
    _draw_skill(right, pd.concat([together, by_series]), "target", {})
    titled(left, "By state")
    titled(right, "By series")
    return drawn


def _draw_skill(ax: Axes, rows: pd.DataFrame, key: str, named: dict[str, str]) -> None:
    """A row for each state or series, the first for all together."""
    names = list(dict.fromkeys(rows[key]))
    for way, away in zip(SHOWN, (-0.17, 0.17), strict=True):
        own, colour = rows[rows["way"] == way].set_index(key), SHOWN[way][0]
        places = np.array([names.index(name) for name in own.index]) + away
        ax.hlines(places, own["skill_low"], own["skill_high"], color=colour, linewidth=1.2)
        ax.plot(own["skill"], places, "o", color=colour, markersize=3.5)
    ax.axvline(0.0, color=DARK, linewidth=0.9)
    across_rows(ax)
    labels = [named.get(name, name.replace("_", " ")) for name in names]
    labels[0] = "all together"
    ax.set_yticks(range(len(names)), [wrapped(label, 30) for label in labels])
    ax.set_ylim(len(names) - 0.4, -0.6)
    # A state of few years may have an interval beyond all use.
    inside = rows[["skill", "skill_low", "skill_high"]].clip(-0.8, 0.8)
    ax.set_xlim(float(inside.min().min()) - 0.05, float(inside.max().max()) + 0.05)
    ax.set_xlabel("Skill")


def numbers_figure(found: Panel) -> Figure:
    """Population posteriors of every uncertain number at the last origin."""
    table = found.numbers
    rows = table[table["origin"] == table["origin"].max()]
    key: list[Handle] = [
        Line2D([], [], color=BLUE, linewidth=3, label="mean over states, 90 %"),
        Line2D([], [], color=BLUE, linewidth=1, label="a further state, 90 %"),
        Patch(color=FAINT, label="the template's prior, 90 %"),
        Line2D([], [], color=VERMILION, marker="o", linewidth=0, markersize=4, label="median of the mean"),
    ]
    headline = NUMBERS.format(int(rows["origin"].iloc[0]))
    drawn, axes = sheet(headline, [NUMBERS_NOTE], _caption(found), [0.7 + 0.26 * len(rows)], 1, key)
    _draw_numbers(axes[0], rows)
    return drawn


def _draw_numbers(ax: Axes, rows: pd.DataFrame) -> None:
    ax.axvspan(-1.645, 1.645, color=FAINT, linewidth=0)
    ax.axvline(0.0, color=GREY, linewidth=0.9, linestyle=":")
    for place, row in enumerate(rows.itertuples()):
        _draw_number(ax, place, row)
    labels = [f"{row.label} ({moved_by(row.kind, row.middle)})" for row in rows.itertuples()]
    ax.set_yticks(range(len(rows)), labels)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(visible=False)
    ax.set_xlim(-3.2, 3.2)
    ax.set_xlabel("Standard deviations of the prior")


def _draw_number(ax: Axes, place: int, row: Any) -> None:
    """The mean over states and a further state, each with 90 %."""
    wide = np.sqrt(1.0 - row.further_contraction)
    ends = (row.mean - 1.645 * wide, row.mean + 1.645 * wide)
    ax.plot(ends, (place, place), color=BLUE, linewidth=1)
    inner = (row.mean - 1.645 * row.sd, row.mean + 1.645 * row.sd)
    ax.plot(inner, (place, place), color=BLUE, linewidth=3.5, solid_capstyle="butt")
    ax.plot([row.mean], [place], "o", color=VERMILION, markersize=4)
