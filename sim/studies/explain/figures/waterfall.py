"""From a number with no mechanism on to the number with all of them, one step each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.drawing.caption import Caption
from sim.drawing.colours import BLACK, BLUE, DARK, GREY, VERMILION
from sim.drawing.sheet import SMALL, Handle, across_rows, sheet, short, titled, wrapped
from sim.statistics.paired import Difference
from sim.studies.explain.unit import Unit, short_name

if TYPE_CHECKING:
    from sim.studies.explain.division import Division
    from sim.studies.explain.explained import Explained

HEADLINE = "What a number is made of"
HEADLINE_APART = "What a difference is made of"
ROW, ROOM = 0.32, 1.2
"""Height of a step and room around all of them [inch]."""

NAME = 40
"""Signs of a line of a name."""

THICK = 0.62
"""Thickness of a bar, of the height of its row."""

FAR = 0.15
"""How far apart all ends lie, as a part of the farthest from 0, below which the axis begins near them."""


@dataclass(frozen=True)
class Step:
    """A bar from one number to another; `told` with its interval is how far it goes, or where a total is."""

    name: str
    start: float
    end: float
    told: Difference
    colour: str

    @property
    def is_total(self) -> bool:
        return self.colour == GREY


def figure(found: Explained, division: Division) -> Figure:
    """The base, a step for each player that does much, one for all others, and the whole."""
    steps = steps_of(division)
    what = f"{found.target.label} by {found.target.dates[0]}"
    notes = [f"Steps: Shapley values of {division.kind.players}; black: 95 % intervals, around their ends."]
    if origin_of(steps) != 0:
        notes.append("The axis does not begin at 0, as the steps are small beside what they end in.")
    notes += found.worlds_told
    caption = Caption(found.title, found.runs, found.seed, int((~division.shares.ok).sum()))
    headline = HEADLINE_APART if division.is_apart else HEADLINE
    drawn, (ax,) = sheet(headline, notes, caption, [ROW * len(steps) + ROOM], 1, _key())
    draw_steps(titled(ax, what), steps, Unit(division.is_share))
    ax.set_xlabel(_axis(division))
    return drawn


def _axis(division: Division) -> str:
    name, unit = "Mean over futures", ""
    if division.is_share:
        name, unit = "Share of futures", " [%]"
    if division.is_apart:
        return f"{name}, B less A{unit}"
    return f"{name}{unit}"


def _key() -> list[Handle]:
    return [
        Patch(color=BLUE, label="adds"),
        Patch(color=VERMILION, label="takes away"),
    ]


def steps_of(division: Division) -> list[Step]:
    """The steps from the base to the whole, in the order in which they are drawn."""
    steps = [Step(division.kind.none, 0.0, division.base.mean, division.base, GREY)]
    at = division.base.mean
    shown, rest = division.shown
    told = [(short_name(division.players[place].name), division.parts[place]) for place in shown]
    if rest:
        told.append((f"{len(rest)} more", division.together(rest)))
    for name, part in told:
        colour = BLUE if part.mean >= 0 else VERMILION
        steps.append(Step(name, at, at + part.mean, part, colour))
        at += part.mean
    return [*steps, Step(division.kind.every, 0.0, division.whole.mean, division.whole, GREY)]


def origin_of(steps: Sequence[Step]) -> float:
    """Where the axis begins: at 0, unless all steps lie far from it, beside which they would be slivers.

    >>> one, other, near = (Step("", 0, end, Difference(end, end, end), GREY) for end in (0.5, 0.54, 0.1))
    >>> round(origin_of([one, other]), 2), origin_of([near, one, other])
    (0.48, 0.0)
    """
    ends = np.array([step.end for step in steps])
    near, far = np.abs(ends).min(), np.abs(ends).max()
    crosses = ends.min() < 0 < ends.max()
    if crosses or far - near > FAR * far or far == near:
        return 0.0
    return float(np.sign(ends[0]) * (near - (far - near) / 2))


def draw_steps(ax: Axes, steps: Sequence[Step], unit: Unit) -> Axes:
    """Bars from the top down, each beginning where the one above it ends."""
    places, scale, origin = np.arange(len(steps)), unit.scale, origin_of(steps)
    ax.axvline(scale * origin, color=DARK, linewidth=0.9)
    for place, step in zip(places, steps, strict=True):
        own, start = step.told, step.start
        if step.is_total:
            start = origin
        ax.barh(place, scale * (step.end - start), THICK, scale * start, color=step.colour)
        # the interval of a step is around its end, wherever the steps before it end
        ends = [scale * (step.end + end - own.mean) for end in (own.low, own.high)]
        ax.plot(ends, [place, place], color=BLACK, linewidth=1.2)
        if place + 1 < len(steps):
            joint = [place + THICK / 2, place + 1 - THICK / 2]
            ax.plot([scale * step.end] * 2, joint, color=DARK, linewidth=0.7)
        right = max(*ends, scale * start, scale * step.end)
        number = unit.bare(own.mean, sign=not step.is_total)
        ax.annotate(number, (right, place), (4, 0), textcoords="offset points", va="center", fontsize=SMALL)
    ax.set_yticks(places, [wrapped(step.name, NAME) for step in steps])
    ax.set_ylim(len(steps) - 0.4, -0.6)
    ax.margins(x=0.12)
    across_rows(ax)
    ax.xaxis.set_major_formatter(short)
    ax.tick_params(axis="y", length=0)
    return ax
