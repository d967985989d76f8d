"""Parties around the target, with an arrow from who begins to who answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Transform, blended_transform_factory

from sim.drawing.colours import BLUE, DARK, FAINT, GREY
from sim.drawing.sheet import DPI, PAGE, SMALL, plain, wrapped
from sim.studies.show.acts import CHANCE, CONTEST, DATES, Act, Acts, Party

HEIGHT, LEFT_OF_IT = 3.4, 2.8
"""Of the picture [inch], and what the names of the table below leave of it."""

NOTE = (
    "Boxes: actors, with their factions, or blocs, with their members. An arrow goes from who begins to who "
    "says yes or no, with the number of such acts, or the name of a single one. Alone: nobody is asked."
)
NAME, DETAIL = 18, 23
"""Letters of a line of an act, and of the lines in a box."""

LEFT, MIDDLE_PLACE, RIGHT = 0.13, 0.5, 0.87
LOWEST = 0.04
"""Where boxes stand, as parts of the width of the sheet, and the height of chance and the calendar."""

BEND = 0.18
"""How far an arrow bows, of its length: those there and back stay apart."""

ALONG = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72)
"""After which part of its way words may stand on an arrow; the first that is free wins."""

AIR = 0.08
"""Room around words [inch]."""

Place = tuple[float, float]
Area = tuple[float, float, float, float]
Boxes = dict[str, Text]


def draw_parties(ax: Axes, found: Acts) -> Axes:
    """Boxes and arrows; chance and the calendar stand below, since they are nobody."""
    ax.set_axis_off()
    boxes: Boxes = {}
    for party, place in zip(found.parties, places_of(found.parties), strict=True):
        boxes[party.name] = _draw_box(ax, place, _words(found, party), party.is_target)
    for x, name in ((0.4, CHANCE), (0.6, DATES)):
        if found.of(name):
            words = f"{found.label(name)}: {_count(found.of(name))}"
            boxes[name] = _draw_box(ax, (x, LOWEST), words, False, GREY)
    taken = [_area(box) for box in boxes.values()]
    pairs = dict.fromkeys((act.by, act.to) for act in found.acts if act.to in boxes and act.to != act.by)
    for by, to in pairs:
        acts = [act for act in found.of(by) if act.to == to]
        taken.append(_draw_arrow(ax, boxes[by], boxes[str(to)], acts, taken))
    return ax


def places_of(parties: Sequence[Party]) -> list[tuple[float, float]]:
    """Where boxes stand, in parts of width and height: the target in the middle, the others on both sides.

    Who acts for another stands below it.
    """
    sides: tuple[list[Party], list[Party]] = ([], [])
    for party in parties:
        if party.is_target or party.patron:
            continue
        shorter = min(sides, key=len)
        shorter += [party, *(each for each in parties if each.patron == party.name)]
    where = {party.name: (MIDDLE_PLACE, 0.55) for party in parties}
    for x, side in zip((LEFT, RIGHT), sides, strict=True):
        for place, party in enumerate(side):
            where[party.name] = x, 1 - 0.85 * (place + 0.5) / len(side)
    return [where[party.name] for party in parties]


def _words(found: Acts, party: Party) -> str:
    """What stands in a box: the name, who belongs to it, and how many acts ask nobody."""
    own = found.of(party.name)
    lines = [plain(party.label)]
    if party.patron:
        lines.append(f"for {plain(found.label(party.patron))}")
    if party.details:
        lines.append(wrapped(", ".join(party.details), DETAIL))
    for to, how in ((None, "alone"), (CONTEST, "by a contest"), (party.name, "among themselves")):
        acts = [act for act in own if act.to == to]
        if acts:
            lines.append(f"{how}: {_count(acts)}")
    return "\n".join(lines)


def _count(acts: Sequence[Act]) -> str:
    return f"{len(acts)} act" + "s" * (len(acts) != 1)


def _draw_box(ax: Axes, place: tuple[float, float], words: str, is_target: bool, colour: str = DARK) -> Text:
    look = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.0}
    if is_target:
        look |= {"facecolor": "#e8f0f8", "edgecolor": BLUE, "linewidth": 1.8}
    middle = {"ha": "center", "va": "center", "fontsize": SMALL, "zorder": 4}
    box = ax.text(*place, words, bbox=look, transform=_across(ax), **middle)  # type: ignore[arg-type]
    box.set_in_layout(False)
    return box


def _across(ax: Axes) -> Transform:
    """Parts of the width of the sheet, which is wider than the panel, and of the height of the panel."""
    figure = ax.get_figure()
    assert figure is not None, "a panel stands on a sheet"
    return blended_transform_factory(figure.transFigure, ax.transAxes)


def _draw_arrow(ax: Axes, start: Text, end: Text, acts: Sequence[Act], taken: Sequence[Area]) -> Area:
    """A bowed arrow from box to box, thicker for more acts, with what it stands for; the area of that."""
    first, last, across = start.get_position(), end.get_position(), _across(ax)
    arrow = {
        "arrowstyle": "-|>,head_width=0.25,head_length=0.5", "connectionstyle": f"arc3,rad={BEND}",
        "color": BLUE, "linewidth": 0.8 + 0.35 * len(acts), "patchA": start.get_bbox_patch(),
        "patchB": end.get_bbox_patch(), "shrinkA": 1, "shrinkB": 1,
    }  # fmt: skip
    line = ax.annotate("", last, first, across, across, arrowprops=arrow, zorder=2)
    badge = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": FAINT, "linewidth": 0.8}
    look: dict = {"ha": "center", "va": "center", "color": BLUE, "bbox": badge, "zorder": 3}
    told = ax.text(0, 0, "", transform=across, fontsize=SMALL, **look)
    for each in (line, told):
        each.set_in_layout(False)
    names = [wrapped(act.label, NAME) for act in acts[:1] if len(acts) == 1]
    # A name that would cover something gives way to the number.
    for words, part in product([*names, str(len(acts))], ALONG):
        told.set_text(words)
        told.set_position(_on_bow(first, last, part))
        if not any(_cover(_area(told), each) for each in taken):
            break
    return _area(told)


def _on_bow(first: Place, last: Place, part: float) -> Place:
    """A place on the bow of an arrow, after a part of its way: a parabola that matplotlib calls arc3."""
    ratio = LEFT_OF_IT / PAGE
    across, up = last[0] - first[0], last[1] - first[1]
    side = 2 * part * (1 - part) * BEND
    return first[0] + part * across + side * up * ratio, first[1] + part * up - side * across / ratio


def _area(text: Text) -> Area:
    """What words with their box cover: left, right, lower and upper edge, in parts of width and height."""
    (x, y), extent = text.get_position(), text.get_window_extent()
    half_width = (extent.width / DPI / 2 + AIR) / PAGE
    half_height = (extent.height / DPI / 2 + AIR) / LEFT_OF_IT
    return x - half_width, x + half_width, y - half_height, y + half_height


def _cover(one: Area, other: Area) -> bool:
    """Whether two areas share some place."""
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
