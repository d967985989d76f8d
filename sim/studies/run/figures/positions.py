"""A map of where the target and the powers stand on two axes: at the start, and over runs at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from sim.drawing.colours import BLACK, BLUE, DARK, FAINT, GREY
from sim.drawing.sheet import SMALL, plain, short
from sim.scenario.labels import actor_label
from sim.studies.run.tables import LEVEL_COLUMNS

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

NOTE = (
    "Map: dot, the median of the last month on both axes; the cross through it, the bands of each axis. The "
    "distance of two states makes their closeness, so both axes have one scale."
)

LETTER, LINE, DOT = 0.068, 0.16, 0.04
"""Width of a letter and height of a line of a name, and half the width of a dot [inch], about."""

OUTSIDE = (1.6, 0.9)
"""Width and height that title, ticks and names of axes take of a panel [inch], about."""

LEAST_SPAN = 0.05
"""Of either axis of a map: places that lie closer are not drawn farther apart."""

RUNGS = (1, -1, 2, -2, 3, -3)
"""Where a name may stand over its dot [lines]; the first free place wins."""

MOST_OF_A_NAME = 48
"""Letters of a name on the map."""

Box = tuple[float, float, float, float]
"""Left, right, lower and upper edge [inch]."""


@dataclass(frozen=True)
class Place:
    """Where a state begins, and its quantiles (5, 25, 50, 75, 95 %) over runs at the end, on each axis."""

    label: str
    start: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]

    @property
    def median(self) -> tuple[float, ...]:
        return tuple(axis[2] for axis in self.quantiles)


def places_of(ensemble: Ensemble) -> list[Place]:
    """Places of the target and of every power in the last month, in the order of the scenario."""
    found = []
    for actor, standing in ensemble.world.parts.standings.items():
        ends = [ensemble.fan(axis).iloc[-1][list(LEVEL_COLUMNS)] for axis in standing.axes]
        quantiles = tuple(tuple(map(float, end)) for end in ends)
        start = tuple(map(ensemble.start, standing.axes))
        found.append(Place(actor_label(ensemble.scenario.case, actor), start, quantiles))
    return found


def draw_map(
    ax: Axes, places: Sequence[Place], names: Sequence[str], size: tuple[float, float], start: dict
) -> Axes:
    """Places on two axes with their names beside them.

    names: of the axes; size: of the panel [inch]; start: how the place at the start looks.
    """
    for place in places:
        _draw_place(ax, place, start)
    scale = _scaled(ax, places, size)
    dots = [(scale * x, scale * y) for x, y in (place.median for place in places)]
    for place, above in zip(places, beside(dots, [place.label for place in places]), strict=True):
        _name(ax, place, 72 * above)
    ax.set_xlabel(f"Axis “{plain(names[0])}”")
    ax.set_ylabel(f"Axis “{plain(names[1])}”")
    ax.xaxis.set_major_formatter(short)
    ax.grid(color=FAINT, linewidth=0.6)
    return ax


def _draw_place(ax: Axes, place: Place, start: dict) -> None:
    """The bands of a place as a cross, its median in the middle, and where it began."""
    (x, y), (across, up) = place.median, place.quantiles
    wide: dict = {"color": BLUE, "alpha": 0.35, "linewidth": 3, "solid_capstyle": "butt"}
    for first, last, look in ((0, 4, wide), (1, 3, wide | {"alpha": 1.0})):
        ax.plot((across[first], across[last]), (y, y), **look)
        ax.plot((x, x), (up[first], up[last]), **look)
    ax.plot((place.start[0], x), (place.start[1], y), color=DARK, linewidth=0.8, linestyle=":")
    ax.plot([place.start[0]], [place.start[1]], **start)
    ax.plot([x], [y], marker="o", markersize=4, color=BLACK, zorder=4)


def _name(ax: Axes, place: Place, above: float) -> None:
    """The name of a place so far over its dot [points], with a line to it that stands farther off."""
    x, y = place.median
    over: dict = {"textcoords": "offset points", "ha": "center", "va": "center"}
    label = place.label
    # a name that is wider than the panel would leave the panel no room
    if len(label) > MOST_OF_A_NAME:
        label = f"{label[: MOST_OF_A_NAME - 1]}…"
    ax.annotate(plain(label), (x, y), (0, above), color=DARK, fontsize=SMALL, **over)
    if abs(above) > 72 * LINE:
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.7}
        ax.annotate("", (x, y), (0, above - np.sign(above) * 5), arrowprops=line, **over)


def _scaled(ax: Axes, places: Sequence[Place], size: tuple[float, float]) -> float:
    """Give both axes one scale that leaves room for names; the scale [inch per unit], about."""
    corners = [(place.start, *zip(*place.quantiles, strict=True)) for place in places]
    ends = np.array([corner for of_one in corners for corner in of_one])
    low, high = ends.min(axis=0), ends.max(axis=0)
    panel = np.array(size) - OUTSIDE
    # names stand over and under the outermost dots, and half of them beside
    room = panel - (12 * LETTER, 5 * LINE)
    scale = float((room / np.maximum(high - low, LEAST_SPAN)).min())
    middle, half = (low + high) / 2, panel / scale / 2
    (left, bottom), (right, top) = middle - half, middle + half
    ax.set_xlim(left, right)
    ax.set_ylim(bottom, top)
    ax.set_aspect("equal", adjustable="box", anchor="NW")
    return scale


def beside(dots: Sequence[tuple[float, float]], labels: Sequence[str]) -> list[float]:
    """How far over its dot each name stands [inch], so that neither it nor the line to it covers another one.

    >>> beside([(0.0, 0.0), (0.1, 0.0)], ["North", "South"])
    [0.16, -0.16]
    """
    taken = [(x - DOT, x + DOT, y - DOT, y + DOT) for x, y in dots]
    found = [LINE] * len(dots)
    # from left to right, so that neighbours stand over and under by turns
    for each in sorted(range(len(dots)), key=dots.__getitem__):
        boxes = {rung * LINE: _boxes(dots[each], labels[each], rung * LINE) for rung in RUNGS}
        free = [above for above, own in boxes.items() if not _cover_any(own, taken)]
        # where all is taken, a name over its dot is still the easiest to read
        found[each] = [*free, LINE][0]
        taken += boxes[found[each]]
    return found


def _boxes(dot: tuple[float, float], label: str, above: float) -> list[Box]:
    """What a name covers that stands so far over its dot, and the line that leads to it."""
    half, y = LETTER * len(label) / 2, dot[1] + above
    name = (dot[0] - half, dot[0] + half, y - 0.45 * LINE, y + 0.45 * LINE)
    if abs(above) <= LINE:
        return [name]
    near, far = sorted((dot[1] + np.sign(above) * DOT, y - np.sign(above) * 0.45 * LINE))
    return [name, (dot[0] - 0.01, dot[0] + 0.01, near, far)]


def _cover_any(boxes: Sequence[Box], taken: Sequence[Box]) -> bool:
    return any(_cover(box, other) for box in boxes for other in taken)


def _cover(one: Box, other: Box) -> bool:
    """Whether two boxes share some place."""
    across = one[0] < other[1] and other[0] < one[1]
    return across and one[2] < other[3] and other[2] < one[3]
