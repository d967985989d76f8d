"""Fans of series by year with what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing import scale
from sim.drawing.bands import draw_band, stand
from sim.drawing.colours import BLUE, DARK, ORANGE
from sim.drawing.sheet import Handle, small_multiples, titled, wrapped
from sim.scenario.schema import month_number
from sim.studies.hindcast.figures.shared import SAMPLES, caption_of, numbers, samples_in

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

HEADLINE = "What was observed, and what runs say"
NOTE = (
    "Bands: 50 and 90 % of runs by year, with error of measurement; blue: free-running, nothing is known but "
    "the start"
)
TOLD = "; orange: knowing all that is in sample, thin blue lines: had they run on freely"
HELD: dict = {"color": DARK, "linestyle": "--", "linewidth": 1}
SPLIT: dict = {"color": DARK, "linestyle": (0, (1, 1.5)), "linewidth": 1}


def figure(found: Hindcast) -> Figure:
    """One panel a series."""
    table = found.scores[found.scores["kind"] == "series"]
    names = list(dict.fromkeys(table["target"]))
    told, split = bool(found.fans["told"].any()), found.scenario.case.hindcast
    note = f"{NOTE}{TOLD}." if told else f"{NOTE}."
    key, caption = _key(table, told, split is not None), caption_of(found)
    notes = [f"{note} {scale.NOTE}", numbers(found)]
    drawn, axes, _ = small_multiples(HEADLINE, notes, caption, len(names), 1.8, key)
    for ax, name in zip(axes, names, strict=True):
        own, fan = table[table["target"] == name], found.fans[found.fans["target"] == name]
        draw_fans(ax, fan)
        draw_held(ax, own)
        if split is not None:
            ax.axvline((month_number(split.fitted_until) + 1) / 12, **SPLIT)
        draw_observed(ax, own)
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.set_ylabel(wrapped(own["unit"].iloc[0], 24))
        stand(ax, [fan], own["observed"].tolist())
        titled(ax, own["label"].iloc[0])
    return drawn


def _key(table: pd.DataFrame, told: bool, split: bool) -> list[Handle]:
    """Only what is drawn: a table without in-sample values has no runs that were told one."""
    key: list[Handle] = [Patch(color=BLUE, alpha=0.45, label="runs, free-running")]
    if told:
        key.append(Patch(color=ORANGE, alpha=0.6, label="runs that know all that is in sample"))
    for sample in samples_in(table):
        marker, colour = SAMPLES[sample]
        look: dict = {"linestyle": "none", "marker": marker, "color": colour, "markersize": 4}
        key.append(Line2D([], [], label=f"observed, {sample}", **look))
    if told:
        key.append(Line2D([], [], label="baseline: last value held", **HELD))
    if split:
        key.append(Line2D([], [], label="end of what was there to fit to", **SPLIT))
    return key


def _middle(rows: pd.DataFrame) -> np.ndarray:
    """The middles of windows [year]; `first` and `last` are dates or months from year 0."""
    first, last = (rows[name].map(_month).to_numpy(dtype=float) for name in ("first", "last"))
    return (first + last + 1) / 24.0


def _month(when: int | str) -> int:
    if isinstance(when, int):
        return when
    return month_number(when)


def draw_fans(ax: Axes, fan: pd.DataFrame) -> Axes:
    """The fan of free runs, as lines where there is one of runs that were told a value, and that one."""
    # Two fans over each other cannot be told apart, so of one of them only the lines are left.
    free, told = fan[~fan["told"]], fan[fan["told"]]
    later = free["first"].isin(told["first"])
    draw_years(ax, free[~later], BLUE)
    draw_edges(ax, free[later], BLUE)
    return draw_years(ax, told, ORANGE)


def draw_years(ax: Axes, fan: pd.DataFrame, colour: str) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) by window, at its middle; a single one has a width of its own."""
    if fan.empty:
        return ax
    at = _middle(fan)
    if len(at) == 1:  # a band over one place has no width
        at, fan = np.array([at[0] - 0.4, at[0] + 0.4]), pd.concat([fan, fan])
    return draw_band(ax, at, fan, colour)


def draw_edges(ax: Axes, fan: pd.DataFrame, colour: str) -> Axes:
    """Median and 5 and 95 % of windows as thin lines."""
    for name, width in (("q05", 0.7), ("q50", 1.0), ("q95", 0.7)):
        ax.plot(_middle(fan), fan[name], color=colour, linewidth=width)
    return ax


def draw_held(ax: Axes, rows: pd.DataFrame) -> Axes:
    """The last in-sample value held over the windows after it."""
    later = rows[rows["told"] & rows["scored"]]
    if len(later) and "hold_last" in later:
        held = later["hold_last"].iloc[0]
        known = rows[rows["sample"] == "in-sample"]
        ax.plot([_middle(known).max(), _middle(later).max() + 0.5], [held, held], **HELD)
    return ax


def draw_observed(ax: Axes, rows: pd.DataFrame) -> Axes:
    """What was observed, by sample."""
    edge: dict = {"linestyle": "none", "markersize": 3.6, "markeredgecolor": "white", "markeredgewidth": 0.4}
    for sample, (marker, colour) in SAMPLES.items():
        own = rows[rows["sample"] == sample]
        ax.plot(_middle(own), own["observed"], marker=marker, color=colour, **edge)
    return ax
