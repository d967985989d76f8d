"""Boxes as figures: what density costs of coverage, and the cells over the two conditions that do most."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.drawing.caption import Caption
from sim.drawing.colours import BLACK, BLUE, DARK, FAINT, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION
from sim.drawing.sheet import SMALL, Handle, probability_axis, sheet, short, wrapped
from sim.studies.discover.box import Box, Side, within
from sim.studies.discover.cases import Cases
from sim.studies.discover.tables import important

if TYPE_CHECKING:
    from sim.studies.discover.found import Discovered

CURVE, CELLS = "What density costs of coverage", "Where it holds"
CURVE_NOTE = (
    "Dots: boxes of the trajectory, from all cells (right) to the smallest, in the cells that found them. "
    "Star: the box that is told, corrected for their optimism, with 95 % intervals."
)
CELLS_NOTE = (
    "Dots: cells; colour: the share of their futures in which it holds. Small dots lie outside box 1 by a "
    "condition that is not shown."
)
NUMBERS = (GREY, BLUE, GREEN, ORANGE, VERMILION, PURPLE, SKY)
"""Colours by how many conditions a box restricts."""

EDGES = (BLACK, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLUE)
COLOURS = "cividis"
STAR: dict[str, Any] = {
    "marker": "*", "color": "white", "markeredgecolor": BLACK, "markersize": 14, "linestyle": "none",
}  # fmt: skip


def figures(found: Discovered) -> dict[str, Figure]:
    """The figures by name."""
    return {"tradeoff": tradeoff(found), "boxes": boxes(found)}


def _caption(found: Discovered) -> Caption:
    plan = found.sweep.plan
    changes = plan.scenario.changes
    return Caption(plan.scenario.title, plan.runs, plan.seed, changes=changes, points=found.cases.count)


def tradeoff(found: Discovered) -> Figure:
    """Coverage and density of the boxes of the trajectory, and of the one that is told."""
    most = max(len({limit.place for limit in step.box}) for step in found.steps)
    key: list[Handle] = [
        Line2D([], [], marker="o", linestyle="none", color=_colour(number), label=_conditions(number))
        for number in range(most + 1)
    ]
    if found.boxes:
        key.append(Line2D([], [], label="the box that is told", **STAR))
    notes = [f"What is asked: {found.statement}.", CURVE_NOTE]
    figure, (ax,) = sheet(CURVE, notes, _caption(found), [3.8], 1, key)
    draw_tradeoff(ax, found)
    return figure


def _conditions(number: int) -> str:
    if number == 1:
        return "1 condition restricted"
    return f"{number} conditions restricted"


def _colour(number: int) -> str:
    return NUMBERS[min(number, len(NUMBERS) - 1)]


def draw_tradeoff(ax: Axes, found: Discovered) -> Axes:
    """The trajectory with its box."""
    ax.plot(
        [step.coverage for step in found.steps], [step.density for step in found.steps], color=FAINT,
        linewidth=1.2,
    )  # fmt: skip
    for step in found.steps:
        number = len({limit.place for limit in step.box})
        ax.plot(step.coverage, step.density, "o", color=_colour(number), markersize=5)
    for box in found.boxes[:1]:
        at, up = box.coverage, box.density
        ax.plot([at.low, at.high], [up.value] * 2, color=DARK, linewidth=1.2)
        ax.plot([at.value] * 2, [up.low, up.high], color=DARK, linewidth=1.2)
        ax.plot(at.value, up.value, zorder=5, **STAR)
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(0, 1.03)
    probability_axis(ax)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".50", ".75", "1"])
    ax.set_xlabel("Coverage: share of all futures in which it holds [1]")
    ax.set_ylabel("Density: share of the box's futures [1]")
    return ax


def boxes(found: Discovered) -> Figure:
    """The cells over the two conditions that matter most, with the boxes."""
    across, up = islice(important(found), 2)
    key: list[Handle] = [
        Patch(fill=False, edgecolor=_edge(place), linewidth=1.8, label=f"box {place + 1}")
        for place in range(len(found.boxes))
    ]
    notes = [f"What is asked: {found.statement}.", CELLS_NOTE]
    figure, (ax,) = sheet(CELLS, notes, _caption(found), [4.2], 1, key)
    draw_cells(ax, found, across, up)
    bar = figure.colorbar(ScalarMappable(Normalize(0, 1), COLOURS), ax=ax, aspect=22, pad=0.02)
    bar.set_label("Share of a cell's futures in which it holds [1]", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    return figure


def _edge(place: int) -> str:
    return EDGES[place % len(EDGES)]


def draw_cells(ax: Axes, found: Discovered, across: int, up: int) -> Axes:
    """Cells as dots and boxes as rectangles over two conditions."""
    cases = found.cases
    size = np.where(_hidden(found, (across, up)), 5, 22)
    dots = {"cmap": COLOURS, "vmin": 0, "vmax": 1, "linewidths": 0}
    ax.scatter(_apart(cases, across), _apart(cases, up), size, cases.shares, **dots)  # type: ignore[arg-type]
    ends = [_across(ax, found, across, "x"), _across(ax, found, up, "y")]
    for place, box in enumerate(found.boxes):
        extents = [_extents(box.box, one, end) for one, end in zip((across, up), ends, strict=True)]
        for (left, right), (low, high) in product(*extents):
            edge = Rectangle((left, low), right - left, high - low, fill=False, linewidth=1.8, zorder=4)
            edge.set_edgecolor(_edge(place))
            ax.add_patch(edge)
    ax.grid(visible=False)
    return ax


def _hidden(found: Discovered, shown: tuple[int, int]) -> np.ndarray:
    """Which cells (cells,) lie outside the first box by a condition that is not shown."""
    held = np.ones(found.cases.count, dtype=bool)
    for box in found.boxes[:1]:
        held = within(tuple(limit for limit in box.box if limit.place not in shown), found.cases.values)
    return ~held


def _apart(cases: Cases, place: int) -> np.ndarray:
    """Where cells (cells,) stand on an axis: those of one choice side by side."""
    values = cases.values[:, place]
    if cases.conditions[place].choices:
        return values + np.random.default_rng(place).uniform(-0.3, 0.3, cases.count)
    return values


def _across(ax: Axes, found: Discovered, place: int, way: str) -> tuple[float, float]:
    """Name an axis after a condition; where it ends."""
    condition, values = found.cases.conditions[place], found.cases.values[:, place]
    room = 0.03 * np.ptp(values)
    ends = float(values.min() - room), float(values.max() + room)
    axis, width = (ax.xaxis, 60) if way == "x" else (ax.yaxis, 44)
    if condition.choices:
        ends = -0.5, len(condition.choices) - 0.5
        axis.set_ticks(range(len(condition.choices)), [wrapped(each, 18) for each in condition.choices])
    else:
        axis.set_major_formatter(short)
    axis.set_label_text(wrapped(condition.named, width))
    ax.set(**{f"{way}lim": ends})
    return ends


def _extents(box: Box, place: int, ends: tuple[float, float]) -> list[tuple[float, float]]:
    """From where to where a box reaches on an axis; of choices around each that it leaves."""
    low, high = ends
    for limit in box:
        if limit.place != place:
            continue
        if limit.side is Side.LEAST:
            low = limit.number
        elif limit.side is Side.MOST:
            high = limit.number
        else:
            return [(code - 0.45, code + 0.45) for code in limit.among]
    return [(low, high)]
