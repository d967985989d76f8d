"""A fan: quantiles over runs of one path by month, with its value at the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.sheet import BLUE, DARK, Provenance, blank, grid, sheet, titled
from sim.scenario.labels import state_label

if TYPE_CHECKING:
    from sim.studies.run.ask import Ensemble

NOTE = "Line: median of the runs; dark band: 25 to 75 %, light band: 5 to 95 % of runs; dotted: value at the start."
DRAWN = (
    "Line: median of the runs; dark band: 25 to 75 %, light band: 5 to 95 % of runs, which differ by chance and by their draw of "
    "the uncertain numbers (apart in table.csv); dotted: value at the start in the file."
)
LEAST_SPAN = 0.05
"""Heights of less than this are not magnified further: chance would look like drama."""


def draw_fan(ax: Axes, fan: pd.DataFrame, start: float) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) by date and the value at the start."""
    months = months_of(list(fan.index))
    if len(months) == 1:
        (low,), (middle,), (high,) = (fan[name].tolist() for name in ("q05", "q50", "q95"))
        ax.errorbar(months, [middle], [[middle - low], [high - middle]], color=BLUE, marker="o", capsize=4)
    ax.fill_between(months, fan["q05"], fan["q95"], color=BLUE, alpha=0.2, linewidth=0)
    ax.fill_between(months, fan["q25"], fan["q75"], color=BLUE, alpha=0.35, linewidth=0)
    ax.plot(months, fan["q50"], color=BLUE, linewidth=1.6)
    if np.isfinite(start):
        ax.axhline(start, color=DARK, linestyle=":", linewidth=1)
    return ax


def limits(fans: Sequence[pd.DataFrame], starts: Sequence[float]) -> tuple[float, float] | None:
    """A vertical range that holds all of some fans, not narrower than LEAST_SPAN; None if there is nothing to
    hold.
    """
    values = np.concatenate(
        [np.asarray(starts, dtype=float), *[fan[["q05", "q95"]].to_numpy().ravel() for fan in fans]]
    )
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = float(values.min()), float(values.max())
    spare = max(LEAST_SPAN - (high - low), 0.0) / 2 + 0.06 * max(high - low, LEAST_SPAN)
    return low - spare, high + spare


def fan_figure(
    ensemble: Ensemble, headline: str, names: Sequence[str], notes: Sequence[str],
    same_scale: bool, titles: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """Small multiples of fans with the calendar marked; panels are named by `titles`, or in the words for the
    path.
    """
    case, dates, provenance = ensemble.scenario.case, ensemble.dates, Provenance.of(ensemble, fans=True)
    if not names or ensemble.failed == ensemble.runs:
        drawn, axes = sheet(headline, [], provenance, 1, 1, (7.0, 2.0))
        blank(axes[0], "Nothing to show: " + ("every run failed." if names else "the scenario has none."))
        return drawn
    found = marks(case, dates)
    rows, columns = grid(len(names))
    note = NOTE if ensemble.beliefs is None else DRAWN
    drawn, axes = sheet(headline, [note, *notes], provenance, rows, columns, (3.1, 2.0), calendar_key(found))
    fans, starts = [ensemble.fan(name) for name in names], [ensemble.start(name) for name in names]
    shared = limits(fans, starts) if same_scale else None
    named = titles or [state_label(case, name) for name in names]
    for ax, title, fan, start in zip(axes, named, fans, starts, strict=False):
        draw_fan(ax, fan, start)
        draw_calendar(ax, found)
        draw_months(ax, dates)
        ax.set_ylim(*(shared or limits([fan], [start]) or (0, 1)))
        titled(ax, title)
    for ax in axes[len(names) :]:
        ax.set_axis_off()
    return drawn
