"""Vertical scales on which a small change looks small: what a large change is, and a bar that shows it.

The rule, for every fan, curve and map of values: an axis spans at least two and a half large changes, and a
bar beside it is one of them. A large change is a tenth of an index (numbers that stay within -1 and 1), of
anything else a tenth of its greatest size. So the lines of a number that hardly moves lie flat.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from sim.drawing.colours import DARK
from sim.drawing.sheet import SMALL

TENTH = 0.1
LEAST = 2.5
"""Large changes that an axis spans at least."""

AIR = 0.06
"""Room above and below what is drawn, of the span."""

STEPS = np.array([1.0, 2.0, 5.0, 10.0])

NOTE = "The bar beside a panel is a large change: .1 of an index, a tenth of the size of anything else."


def large(values: Iterable[float]) -> float:
    """What a large change is for numbers like these, in their unit: a round number.

    >>> large([0.31, 0.33]), large([48.0, 52.0])
    (0.1, 5.0)
    """
    size = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    if size <= 1.0:
        return TENTH
    decade = 10.0 ** np.floor(np.log10(TENTH * size))
    # the largest round number that is no more than a tenth
    return float(decade * STEPS[TENTH * size / decade + 1e-9 >= STEPS][-1])


def reach(values: Iterable[float]) -> tuple[float, float]:
    """The ends of an axis that holds some numbers and spans at least LEAST large changes.

    0 to 1 where there is nothing to hold.

    >>> [round(end, 3) for end in reach([0.31, 0.33])], [round(end, 3) for end in reach([0.0, 0.01])]
    ([0.18, 0.46], [-0.015, 0.265])
    """
    held = [value for value in values if np.isfinite(value)]
    if not held:
        return 0.0, 1.0
    low, high = min(held), max(held)
    span = max(high - low, LEAST * large(held))
    lowest = (low + high - span) / 2
    # Where no number is negative, or none is above 1, the axis need not go there.
    if lowest < 0.0 <= low:
        lowest = 0.0
    elif high <= 1.0 < lowest + span:
        lowest = 1.0 - span
    return lowest - AIR * span, lowest + span + AIR * span


def apart(values: Iterable[float], scale: float = 1.0) -> tuple[float, float]:
    """The ends of an axis of differences: it holds them and zero, and half a large change on either side.

    scale: what the numbers were multiplied by: 100 for percentage points.

    >>> low, high = apart([0.01, 0.02])
    >>> round(low, 3), round(high, 3)
    (-0.056, 0.056)
    """
    held = [value for value in values if np.isfinite(value)]
    least = TENTH * scale / 2
    low, high = min([-least, *held]), max([least, *held])
    spare = AIR * (high - low)
    return low - spare, high + spare


def draw_bar(ax: Axes, size: float, unit: str = "") -> Axes:
    """A bar of that size beside the right border of a panel, with its number."""
    low, high = ax.get_ylim()
    middle = (low + high) / 2
    ends, right = [(1.03, middle - size / 2), (1.03, middle + size / 2)], ax.get_yaxis_transform()
    bar = LineCollection([ends], colors=DARK, linewidths=2.2, capstyle="butt", transform=right, clip_on=False)
    # It stands outside and has no say in where the panel ends.
    ax.add_collection(bar, autolim=False)
    told = f"{size:g}".removeprefix("0") + unit
    ax.annotate(
        told, (1.03, middle), (4, 0), xycoords=right, textcoords="offset points", va="center",
        fontsize=SMALL, color=DARK, annotation_clip=False,
    )  # fmt: skip
    return ax
