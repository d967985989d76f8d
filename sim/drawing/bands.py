"""A fan: quantiles over runs of one path by month, with its value at the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import scale
from sim.drawing.calendar import Mark, calendar_key, draw_calendar, draw_months, months_of
from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK
from sim.drawing.sheet import small_multiples, titled

HEIGHT = 1.6
"""Of a panel [inch]."""


@dataclass(frozen=True)
class Fan:
    """Quantiles of a path (columns q05 q25 q50 q75 q95, a row a date) and its value at the start."""

    title: str
    quantiles: pd.DataFrame
    start: float


def fan_figure(
    headline: str,
    fans: Sequence[Fan],
    notes: Sequence[str],
    caption: Caption,
    found: tuple[Mark, ...],
    same_scale: bool,
) -> Figure:
    """Small multiples of fans with the dates of the calendars marked."""
    told = [*notes, scale.NOTE]
    drawn, axes, _ = small_multiples(headline, told, caption, len(fans), HEIGHT, calendar_key(found))
    for ax, fan in zip(axes, fans, strict=True):
        draw_fan(ax, fan.quantiles, fan.start)
        draw_calendar(ax, found)
        draw_months(ax, list(fan.quantiles.index))
        alike = [fan]
        if same_scale:
            alike = list(fans)
        stand(ax, [each.quantiles for each in alike], [each.start for each in alike])
        titled(ax, fan.title)
    return drawn


def draw_fan(ax: Axes, fan: pd.DataFrame, start: float) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) by date and the value at the start."""
    months = months_of(list(fan.index))
    # A band over a single month has no width, so that nothing would be seen of it.
    if len(months) == 1:
        (low,), (middle,), (high,) = (fan[name].tolist() for name in ("q05", "q50", "q95"))
        ax.errorbar(months, [middle], [[middle - low], [high - middle]], color=BLUE, marker="o", capsize=4)
    draw_band(ax, np.array(months), fan, BLUE)
    if np.isfinite(start):
        ax.axhline(start, color=DARK, linestyle=":", linewidth=1)
    return ax


def draw_band(ax: Axes, at: np.ndarray, fan: pd.DataFrame, colour: str) -> Axes:
    """Bands of 5 to 95 % and 25 to 75 %, and the median, over places on the horizontal axis."""
    ax.fill_between(at, fan["q05"], fan["q95"], color=colour, alpha=0.2, linewidth=0)
    ax.fill_between(at, fan["q25"], fan["q75"], color=colour, alpha=0.35, linewidth=0)
    ax.plot(at, fan["q50"], color=colour, linewidth=1.6)
    return ax


def stand(ax: Axes, fans: Sequence[pd.DataFrame], starts: Sequence[float] = ()) -> Axes:
    """Give a panel a vertical scale that holds some fans and starts, by the rule of `scale`, with its bar."""
    ends = [fan[["q05", "q95"]].to_numpy().ravel() for fan in fans]
    values = np.concatenate([np.asarray(starts, dtype=float), *ends]).tolist()
    ax.set_ylim(*scale.reach(values))
    return scale.draw_bar(ax, scale.large(values))
