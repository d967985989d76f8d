"""Where a finding fails, over the two numbers that do most of it; along one number, if only one may move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing.caption import Caption
from sim.drawing.colours import BLACK, BLUE, DARK, FAINT
from sim.drawing.sheet import SMALL, Handle, sheet, short, wrapped
from sim.statistics.intervals import Z95
from sim.studies.overturn.search import Search
from sim.studies.overturn.tables import shown, unit_of

if TYPE_CHECKING:
    from sim.studies.overturn.overturned import Overturned

HEADLINE = "Where a finding fails"
NOTE = (
    "Colour: by how much it holds (purple) or fails (orange) in the mean over runs, all points on the same "
    "luck; all other numbers are those of the file. The axes span what is plausible of both numbers."
)
NOTE_OF_ONE = (
    "Line: by how much it holds (above 0) or fails in the mean over runs, all points on the same luck; band: "
    "95 % interval, from chance in the runs alone. The axis spans what is plausible of the number."
)
CELLS, LEVELS = 21, 17
"""Points along each number, and the boundaries between colours."""

COLOURS = "PuOr"
"""Diverging, and told apart by the colour-blind (ColorBrewer: Harrower and Brewer 2003)."""

FILE: dict[str, Any] = {"marker": "o", "color": BLACK, "markersize": 7, "linestyle": "none"}
NEAREST: dict[str, Any] = {
    "marker": "*", "color": "white", "markeredgecolor": BLACK, "markersize": 14, "linestyle": "none",
}  # fmt: skip


def figure(found: Overturned) -> Figure:
    """The margin of a finding over the two numbers that do most, the others being those of the file."""
    entries = found.asked.space.entries
    moved = [*shown(found).moved, *range(len(entries))]
    places = list(dict.fromkeys(moved))[:2]
    points = CELLS ** len(places)
    runs = Search(found.asked, found.runs, 1).enough(points)
    notes = [f"Finding: {found.finding}.", (NOTE_OF_ONE, NOTE)[len(places) - 1]]
    caption = Caption(found.worlds[0].title, runs, found.seed, points=points)
    drawn, (ax,) = sheet(HEADLINE, notes, caption, [4.0], 1, _key(found, len(places)))
    name_axes(ax, found, places)
    if len(places) == 1:
        draw_line(ax, found, places[0], runs)
        return drawn
    levels = draw_plane(ax, found, places, runs)
    bar = drawn.colorbar(ScalarMappable(levels.norm, COLOURS), ax=ax, aspect=22, pad=0.02)
    bar.set_label(f"{_margin(found)}: above 0 it holds", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    return drawn


def _key(found: Overturned, numbers: int) -> list[Handle]:
    key: list[Handle] = [Line2D([], [], label="the file's numbers", **FILE)]
    if found.two is not None:
        key.append(Line2D([], [], label="nearest where it fails, moving these alone", **NEAREST))
    if numbers == 2:
        key.append(Line2D([], [], color=BLACK, linewidth=1.6, label="boundary"))
    return key


def _margin(found: Overturned) -> str:
    if found.finding.is_share:
        return "Margin [percentage points]"
    return "Margin [unit of the outcome]"


def _scale(found: Overturned) -> float:
    if found.finding.is_share:
        return 100.0
    return 1.0


def name_axes(ax: Axes, found: Overturned, places: list[int]) -> Axes:
    """Axes of one or two numbers that span what is plausible of each."""
    names = []
    for place in places:
        entry, kind = found.asked.space.entries[place], ""
        if unit_of(entry):
            kind = f" [{unit_of(entry)}]"
        names.append(wrapped(f"{entry.label}{kind}", 48))
    ax.set_xlabel(names[0])
    ax.set_xlim(*found.asked.space.entries[places[0]].ends)
    ax.xaxis.set_major_formatter(short)
    if len(places) == 2:
        ax.set_ylabel(names[1])
        ax.set_ylim(*found.asked.space.entries[places[1]].ends)
    else:
        ax.set_ylabel(_margin(found))
    return ax


def draw_plane(ax: Axes, found: Overturned, places: list[int], runs: int) -> QuadContourSet:
    """The margin over two numbers as filled contours, with its boundary, the file and the nearest point."""
    space = found.asked.space
    ways = [np.linspace(space.box.low[place], space.box.high[place], CELLS) for place in places]
    points = np.zeros((CELLS, CELLS, len(space.entries)))
    points[:, :, places[0]], points[:, :, places[1]] = np.meshgrid(*ways)
    flat = points.reshape(CELLS * CELLS, -1)
    margins = found.asked.on(runs)(flat).mean(axis=1) * _scale(found)
    values = space.values(flat)
    grid = [each.reshape(CELLS, CELLS) for each in (*_of(found, values, places), margins)]
    # a margin that is 0 all over has no scale
    most = np.nanmax(np.abs(margins)) or 1.0
    levels = ax.contourf(*grid, np.linspace(-most, most, LEVELS), cmap=COLOURS, norm=Normalize(-most, most))
    if np.nanmin(margins) < 0:
        ax.contour(*grid, [0.0], colors=BLACK, linewidths=1.6)
    ax.grid(visible=False)
    _mark(ax, found, places)
    return levels


def _of(found: Overturned, values: dict[str, np.ndarray], places: list[int]) -> list[np.ndarray]:
    """The values of some entries, in order."""
    return [values[found.asked.space.entries[place].name] for place in places]


def _mark(ax: Axes, found: Overturned, places: list[int]) -> None:
    """The file's numbers, and the nearest at which the finding fails when these alone move."""
    space, finding = found.asked.space, found.finding
    marks = [(FILE, space.box.origin, finding.sign * found.base.apart.mean)]
    if found.two is not None:
        marks.append((NEAREST, found.two.point, 0.0))
    for look, point, margin in marks:
        at = [*_of(found, space.values(point[None]), places), np.array([margin * _scale(found)])]
        # along one number the margin is the height
        ax.plot(*at[:2], clip_on=False, zorder=5, **look)


def draw_line(ax: Axes, found: Overturned, place: int, runs: int) -> Axes:
    """The margin along one number with its band."""
    space = found.asked.space
    points = np.zeros((CELLS, len(space.entries)))
    points[:, place] = np.linspace(space.box.low[place], space.box.high[place], CELLS)
    margins = found.asked.on(runs)(points) * _scale(found)
    middle, half = margins.mean(axis=1), Z95 * margins.std(axis=1) / runs**0.5
    (at,) = _of(found, space.values(points), [place])
    ax.axhline(0, color=DARK, linewidth=0.9)
    ax.fill_between(at, middle - half, middle + half, color=BLUE, alpha=0.25, linewidth=0)
    ax.plot(at, middle, color=BLUE, linewidth=1.6)
    ax.grid(axis="x", color=FAINT, linewidth=0.6)
    _mark(ax, found, [place])
    return ax
