"""Where each actor stands at the end: positions, closeness, and each supplier's share of influence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing.calendar import month_name, months_of
from sim.drawing.colours import BLACK, BLUE, DARK, VERMILION
from sim.drawing.sheet import (
    PAGE,
    SMALL,
    TICK_STEPS,
    Handle,
    across_rows,
    empty_sheet,
    hide,
    sheet,
    short,
    titled,
    wrapped,
)
from sim.scenario.labels import actor_label
from sim.scenario.schema import Case
from sim.studies.run.figures import positions
from sim.studies.run.figures.caption import caption_of
from sim.studies.run.tables import LEVEL_COLUMNS

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

NOTE = (
    "One row per actor, sorted by the median over runs; beside each bar the median and, in brackets, 5 and "
    "95 % of runs. Scales differ."
)
LABEL, NAMES = 14, 1.2
"""Letters of a line of a name beside a bar, and width that such names take [inch]."""

LEAST_ROWS = 6
"""Rows for which every panel has room."""

MAP = 3.2
"""Height of the map [inch]."""

DRAWN = "Runs differ by chance and by their draw of the uncertain numbers."


@dataclass(frozen=True)
class Bar:
    """The distribution of one number over runs: its quantiles (5, 25, 50, 75, 95 %), and where it began."""

    label: str
    quantiles: tuple[float, ...]
    start: float


def figure(ensemble: Ensemble) -> Figure:
    """A map of positions and panels of quantile bars, for the last month."""
    case, caption = ensemble.scenario.case, caption_of(ensemble, fans=True)
    months = months_of(ensemble.dates)
    # Of the last month alone: how they come there is in other figures.
    headline = f"Outcomes by actor, {month_name(months[-1])}"
    if ensemble.failed == ensemble.runs:
        return empty_sheet(headline, caption, "Nothing to show: every run failed.")
    target = next(actor.label for actor in case.actors.values() if actor.role == "target")
    powers, suppliers = _of_role(case, "power"), _of_role(case, "power", "domestic")
    panels = [
        (bars(ensemble, "share", suppliers), f"Share of all influence on {target} [1]"),
        (bars(ensemble, "closeness", powers), f"Closeness of {target} to each power [1 = same position]"),
        (
            bars(ensemble, "closeness", _pairs(ensemble)),
            "Closeness of powers to each other [1 = same position]",
        ),
    ]
    panels = [panel for panel in panels if panel[0]]
    height = 0.9 + 0.3 * max(LEAST_ROWS, *(len(rows) for rows, _ in panels))
    notes = [NOTE]
    if case.alignment.dimensions == 2:
        notes.append(positions.NOTE)
    if ensemble.beliefs is not None:
        notes.append(DRAWN)
    drawn, axes = sheet(
        headline, notes, caption, [MAP, height, height], 2, _key(month_name(months[0])), wide_first=True
    )
    _draw_positions(axes[0], ensemble, (PAGE, MAP))
    for ax, (rows, title) in zip(axes[1:], panels, strict=False):
        draw_bars(ax, rows)
        titled(ax, title, NAMES)
    hide(axes[1 + len(panels) :])
    return drawn


def _draw_positions(ax: Axes, ensemble: Ensemble, size: tuple[float, float]) -> None:
    """Positions as a map, or as bars where the scenario leaves out the second axis."""
    found, names = positions.places_of(ensemble), ensemble.scenario.case.alignment.axes
    if len(found[0].start) == 1:
        rows = [Bar(place.label, place.quantiles[0], place.start[0]) for place in found]
        draw_bars(ax, sorted(rows, key=lambda bar: -bar.quantiles[2]))
    else:
        positions.draw_map(ax, found, names, size, _start())
    target = ensemble.scenario.case.actors[ensemble.world.parts.target].label
    titled(ax, f"Positions of {target} and of the powers [-1 to 1]")


def _pairs(ensemble: Ensemble) -> list[str]:
    """Pairs of powers whose closeness the file names, each in one order: it is the same in both."""
    pairs = {frozenset(pair): ".".join(pair) for pair in ensemble.world.parts.near}
    return list(pairs.values())


def _of_role(case: Case, *roles: str) -> list[str]:
    """Names of the actors with one of some roles, in the order of the scenario."""
    return [name for name, actor in case.actors.items() if actor.role in roles]


def bars(ensemble: Ensemble, kind: str, actors: Sequence[str]) -> list[Bar]:
    """Distributions of `kind.ACTOR` in the last month, largest median first; of the actors that have it.

    actors: names, or pairs of them such as `North.South`.
    """
    found = []
    for actor in actors:
        name = f"{kind}.{actor}"
        # What a scenario does not model of an actor is not recorded.
        if name not in ensemble.paths:
            continue
        last = ensemble.fan(name).iloc[-1]
        quantiles = tuple(map(float, last[list(LEVEL_COLUMNS)]))
        label = " and ".join(actor_label(ensemble.scenario.case, each) for each in actor.split("."))
        found.append(Bar(label, quantiles, ensemble.start(name)))
    return sorted(found, key=lambda bar: -bar.quantiles[2])


def draw_bars(ax: Axes, rows: Sequence[Bar]) -> Axes:
    """Horizontal quantile bars with the median and the value at the start, from top to bottom."""
    for place, bar in enumerate(rows):
        low, lower, middle, upper, high = bar.quantiles
        ax.plot([low, high], [place, place], color=BLUE, alpha=0.35, linewidth=7, solid_capstyle="butt")
        ax.plot([lower, upper], [place, place], color=BLUE, linewidth=7, solid_capstyle="butt")
        ax.plot([middle], [place], **_median())
        if np.isfinite(bar.start):
            ax.plot([bar.start], [place - 0.36], **_start())
        numbers = f"{_index(middle)} ({_index(low)}–{_index(high)})"
        beside: dict = {"textcoords": "offset points", "va": "center", "fontsize": SMALL, "color": DARK}
        ax.annotate(numbers, (np.nanmax([high, bar.start]), place), (7, 0), **beside)
    ax.set_yticks(range(len(rows)), [wrapped(bar.label, LABEL) for bar in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    low, high = _ends(rows)
    span = max(high - low, 0.1)
    # There is room for the numbers to the right of the bars.
    ax.set_xlim(low - 0.06 * span, high + 1.1 * span)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=TICK_STEPS))
    ax.xaxis.set_major_formatter(short)
    return across_rows(ax)


def _ends(rows: Sequence[Bar]) -> tuple[float, float]:
    """The lowest and the highest value of all bars and starts; 0 and 1 if there is none."""
    values = np.array([(*bar.quantiles, bar.start) for bar in rows])
    finite = values[np.isfinite(values)].tolist()
    return min(finite, default=0.0), max(finite, default=1.0)


def _index(value: float) -> str:
    """An index in two digits, without the zero in front, which would take room from the bars."""
    return f"{value:.2f}".replace("0.", ".", 1)


def _median() -> dict:
    """How a median looks, on a bar and in the key."""
    return {"marker": "|", "markersize": 14, "markeredgewidth": 1.6, "color": BLACK, "linestyle": "none"}


def _start() -> dict:
    """How a value at the start looks, beside a bar and in the key."""
    return {
        "marker": "d",
        "markersize": 6,
        "markerfacecolor": "white",
        "markeredgecolor": VERMILION,
        "markeredgewidth": 1.3,
        "color": VERMILION,
        "linestyle": "none",
    }


def _key(first: str) -> list[Handle]:
    return [
        Line2D([], [], label="median", **_median()),
        Patch(color=BLUE, label="25 to 75 % of runs"),
        Patch(color=BLUE, alpha=0.35, label="5 to 95 % of runs"),
        Line2D([], [], label=f"value at the start, {first}", **_start()),
    ]
