"""Names of lines and areas at the right border of a panel, in place of a key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.drawing.colours import DARK
from sim.drawing.sheet import SMALL, wrapped

ROOM = 22
"""Letters of a line of a name."""

GAP = 0.13
"""Height that a name of two lines takes, of that of a panel of some three inches."""


def name_ends(ax: Axes, ends: Sequence[tuple[float, float, str, str]]) -> Axes:
    """Write the name of each line beside the panel, with a thin line to its end.

    ends: where it ends across and up, its name and its colour. The vertical scale must be set before.
    """
    low, high = ax.get_ylim()
    rising = sorted(ends, key=lambda end: end[1])
    wanted = [(up - low) / (high - low) for _, up, _, _ in rising]
    # Midway between what is moved up and what is moved down, so that no name goes far.
    from_above = [1 - height for height in reversed(spread([1 - up for up in reversed(wanted)], GAP))]
    heights = np.mean([spread(wanted, GAP), from_above], axis=0).tolist()
    for (across, up, name, colour), height in zip(rising, heights, strict=True):
        line = {
            "arrowstyle": "-",
            "color": colour,
            "linewidth": 1.0,
            "shrinkA": 0,
            "shrinkB": 2,
            "relpos": (0, 0.5),
        }
        ax.annotate(
            wrapped(name, ROOM), (across, up), (1.02, height), textcoords="axes fraction", va="center",
            fontsize=SMALL, color=DARK, arrowprops=line, annotation_clip=False,
        )  # fmt: skip
    return ax


def spread(heights: list[float], gap: float) -> list[float]:
    """Rising heights moved up as little as keeps them `gap` apart, then down again below 1.

    >>> [round(height, 2) for height in spread([0.5, 0.52, 0.95], 0.1)]
    [0.5, 0.6, 0.95]
    """
    found, floor = list[float](), -np.inf
    for height in heights:
        found.append(max(height, floor))
        floor = found[-1] + gap
    # From the top down, since what is moved down may come too near to the next.
    ceiling = 1 - gap / 2
    for place in reversed(range(len(found))):
        found[place] = min(found[place], ceiling)
        ceiling = found[place] - gap
    return found
