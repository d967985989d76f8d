"""What policies reach and cost, and what they lose under which theory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, FAINT, GREY, ORANGE
from sim.drawing.sheet import SMALL, Handle, hide, sheet, titled, wrapped
from sim.studies.policy.objectives import COST, MEAN, SHARE, WORST, Objective

if TYPE_CHECKING:
    from sim.studies.policy.policies import Policies

MARKS = {MEAN: "o", WORST: "v", SHARE: "s"}
MEANING = {MEAN: "mean over worlds", WORST: "mean of the worst tenth of worlds", SHARE: "share of worlds"}
ABREAST = 2
"""Panels side by side."""

BETTER = {1: "more is better", -1: "less is better"}
COLOURS, DEEP, NOTHING = "OrRd", 0.6, 0.01
"""Colours of regret, and the parts of the largest from which on text is light, and below which it is none."""
NOTE = "Bars: 95 % intervals over draws and luck that the search has not seen. Letters as in the table."


def caption_of(found: Policies) -> Caption:
    """Where the numbers come from."""
    _, fresh = found.luck
    settings = len(found.field.settings)
    return Caption(
        found.scenario.title, settings * len(fresh.draws) * fresh.runs, found.field.seed,
        changes=found.scenario.changes, points=len(found.chosen), draws=len(fresh.draws),
        drawn_from="what the file says",
    )  # fmt: skip


def front_figure(found: Policies) -> Figure:
    """What each policy reaches of what is wanted, over what it costs."""
    panels = [at for at, each in enumerate(found.objectives) if each.summary != COST]
    by_want: dict[tuple[int, bool], list[int]] = {}
    for at in panels:
        each = found.objectives[at]
        by_want.setdefault((each.want, each.summary == SHARE), []).append(at)
    headline = f"What {found.field.knobs.actor} can reach, and what it costs"
    rows, columns = -(-len(by_want) // ABREAST), min(len(by_want), ABREAST)
    drawn, axes = sheet(headline, [NOTE], caption_of(found), [3.2] * rows, columns, _key(found))
    for ax, own in zip(axes, by_want.values(), strict=False):
        draw_front(ax, found, own)
    hide(axes[len(by_want) :])
    return drawn


def _key(found: Policies) -> list[Handle]:
    used = [name for name in MARKS if any(each.summary == name for each in found.objectives)]
    key: list[Handle] = [
        Line2D([], [], marker=MARKS[name], color=DARK, linestyle="none", label=MEANING[name]) for name in used
    ]
    looks = ((GREY, "status quo"), (BLUE, "acts by the calendar"), (ORANGE, "waits for a signal"))
    return [*key, *(Line2D([], [], color=colour, linewidth=4, label=label) for colour, label in looks)]


def draw_front(ax: Axes, found: Policies, objectives: list[int]) -> Axes:
    """Policies by cost, with what each reaches in some objectives of one outcome."""
    first = found.objectives[objectives[0]]
    side = found.wants[first.want].sides[0]
    titled(ax, f"{side.label} by {side.dates[0]}")
    for place in found.order:
        colour, cost = _colour(found, place), found.estimates[place][-1]
        for at in objectives:
            told = found.estimates[place][at]
            across = [[cost.value - cost.low], [cost.high - cost.value]]
            up = [[told.value - told.low], [told.high - told.value]]
            mark: dict[str, Any] = {"marker": MARKS[found.objectives[at].summary], "color": colour}
            ax.errorbar(cost.value, told.value, up, across, markersize=5, elinewidth=1, linewidth=0, **mark)
        name = {0: ""}.get(place, found.names[place])
        # beside the mark, so that no interval runs through it
        highest = found.estimates[place][objectives[0]].value
        ax.annotate(name, (cost.value, highest), xytext=(5, 4), textcoords="offset points", fontsize=SMALL)
    ax.set_xlabel(wrapped(f"Cost over {found.field.months / 12:.2g} years", 40))
    ax.set_ylabel(f"{_unit(found, first)} ({BETTER[first.sign]})")
    return ax


def _colour(found: Policies, place: int) -> str:
    if place == 0:
        return GREY
    if found.field.knobs.waits(found.chosen[place]):
        return ORANGE
    return BLUE


def _unit(found: Policies, objective: Objective) -> str:
    if objective.summary == SHARE:
        return "Share of worlds good enough"
    if found.wants[objective.want].is_share:
        return "Probability"
    return "Value"


def regret_figure(found: Policies) -> Figure:
    """What each policy loses in each setting against the best of them there."""
    wants = len(found.wants)
    height = 0.28 * len(found.chosen) + 1.2
    notes = [
        "Regret: what a policy loses in a world against the best of these there, mean over draws. Under each "
        "theory the best loses least; a row without dark cells holds up whatever comes. *: the answer.",
        *(f"{found.names[place]}: {found.said(place)}." for place in found.order[1:]),
    ]
    headline = "Which policy loses how much, and where"
    drawn, axes = sheet(headline, notes, caption_of(found), [height] * wants)
    for want, ax in enumerate(axes):
        draw_regret(ax, found, want)
    return drawn


def draw_regret(ax: Axes, found: Policies, want: int) -> Axes:
    """Mean regret of policies (rows) in settings (columns), with its number in each cell."""
    side, unit, cells = found.wants[want].sides[0], "", found.regrets[found.order, want].mean(axis=2)
    if found.wants[want].is_share:
        unit, cells = " [percentage points]", 100 * cells
    # where nothing is ever lost the colours have no scale
    most = float(cells.max()) or 1.0
    ax.imshow(cells, cmap=COLOURS, vmin=0, vmax=most, aspect="auto")
    for (row, column), value in np.ndenumerate(cells):
        _write(ax, (column, row), float(value / most), f"{value:.2g}")
    titled(ax, f"{side.label} by {side.dates[0]}: mean regret{unit}")
    return name_cells(ax, found)


def _write(ax: Axes, place: tuple[int, int], depth: float, text: str) -> None:
    """The number of a cell: light on dark; of next to nothing a nought."""
    colour = DARK
    if depth > DEEP:
        colour = "white"
    if abs(depth) < NOTHING:
        text = "0"
    ax.text(*place, text, ha="center", va="center", fontsize=SMALL, color=colour)


def name_cells(ax: Axes, found: Policies) -> Axes:
    """Axes whose rows are policies and whose columns are settings."""
    names = [found.names[place] for place in found.order]
    names[found.order.index(found.best)] += "*"
    labels = [wrapped(setting.label, 14) for setting in found.field.settings]
    ax.set_yticks(range(len(names)), names)
    ax.set_xticks(range(len(labels)), labels, fontsize=SMALL)
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines[:].set_color(FAINT)
    return ax
