"""Mean scores of runs beside those of baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter

from sim.drawing.colours import BLUE, DARK, FAINT, SKY
from sim.drawing.sheet import SMALL, Handle, empty_sheet, sheet, short, titled, wrapped
from sim.outcomes.baselines import BASELINES, OF_SERIES
from sim.studies.hindcast.figures.shared import caption_of, numbers, samples_in

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

KINDS = {
    "series": ("Mean CRPS, that of the last known value held being 1", "CRPS"),
    "event": ("Mean Brier score [1]", "Brier score"),
    "time": ("Mean ranked probability score [1]", "ranked probability score"),
}
"""What the scores of each kind are, on their axis and in the heading."""

LABEL = 24
"""Letters of a line of a target's name."""

EVERY = "all"
"""The target of rows that sum up all of them."""

RATIOS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
LARGEST_RATIO = 100.0
"""Ratios of scores beyond this and its inverse are drawn at the edge."""

NOTE = (
    "Left is a smaller cost. Right edge: number of observations that the mean is over; baselines that know "
    "nothing of some of them are left out. "
)
ORIGINS = (
    "In-sample, runs are free-running and the baseline holds the first value; later, runs and baseline know "
    "the last in-sample value."
)


def figure(found: Hindcast, kind: str) -> Figure:
    """Mean scores of one kind beside those of baselines, a line a target, a panel a sample."""
    (axis, name), series = KINDS[kind], kind == "series"
    headline, caption = f"Scores of runs beside baselines: {name}", caption_of(found)
    table = found.targets[found.targets["kind"] == kind]
    if series:
        table = relative(table)
    samples = samples_in(table)
    if not samples:
        return empty_sheet(headline, caption, "Nothing to show: no baseline has a score that is above 0.")
    labels, known = _labels(table), [each for each in BASELINES if _scored(table, each)]
    notes = [NOTE + numbers(found)]
    if series:
        notes.append(ORIGINS)
    height = 0.9 + 0.28 * len(labels)
    drawn, axes = sheet(headline, notes, caption, [height], len(samples), _key(known))
    for ax, sample in zip(axes, samples, strict=True):
        draw_scores(ax, table[table["sample"] == sample], list(labels), known, series)
        ax.set_yticks(range(len(labels)), [""] * len(labels))
        titled(ax, sample)
        ax.set_xlabel(wrapped(axis, 22))
    # Every panel has the same lines, so the first one names them for all.
    axes[0].set_yticks(range(len(labels)), [wrapped(label, LABEL) for label in labels.values()])
    _share_scale(axes, series)
    return drawn


def _labels(table: pd.DataFrame) -> dict[str, str]:
    """The targets of a table with their labels, all of them together last."""
    own = table[table["target"] != EVERY]
    labels = dict(zip(own["target"], own["label"], strict=True))
    if len(own) < len(table):
        labels[EVERY] = "all targets"
    return labels


def _scored(table: pd.DataFrame, baseline: str) -> bool:
    """Whether a baseline has a score in a table."""
    column = f"score_{baseline}"
    if column not in table:
        return False
    return bool(table[column].notna().any())


def relative(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores of series divided by that of holding the last value: targets of all units share an axis."""
    if "score_hold_last" not in rows:
        return rows[:0].copy()
    # A baseline without any error leaves no ratio to it.
    usable = rows[(rows["score_hold_last"] > 0) & rows["score"].notna()].copy()
    by = usable["score_hold_last"]
    for name in ("score", *(f"score_{each}" for each in OF_SERIES)):
        if name in usable:
            usable[name] = np.clip(usable[name] / by, 1 / LARGEST_RATIO, LARGEST_RATIO)
    return usable


def _key(known: list[str]) -> list[Handle]:
    """Marks of the runs and of each baseline."""
    key: list[Handle] = [Line2D([], [], linestyle="none", marker="o", color=BLUE, markersize=6, label="runs")]
    labels = {name: f"baseline: {BASELINES[name].label}" for name in known}
    return key + [Line2D([], [], label=label, **_hollow(name)) for name, label in labels.items()]


def _hollow(name: str) -> dict:
    """The look of a baseline's mark: hollow, so that those that lie upon each other show."""
    edge = {"markerfacecolor": "white", "markeredgecolor": DARK, "color": DARK}
    return {"linestyle": "none", "marker": BASELINES[name].marker, "markersize": 5} | edge


def draw_scores(ax: Axes, rows: pd.DataFrame, targets: list[str], known: list[str], ratio: bool) -> Axes:
    """A line a target from the runs' score to those of baselines."""
    dot: dict = {"linestyle": "none", "marker": "o", "color": BLUE, "markersize": 6, "alpha": 0.85}
    right: dict = {"xycoords": ax.get_yaxis_transform(), "va": "center", "annotation_clip": False}
    for row in rows.to_dict("records"):
        at = targets.index(row["target"])
        # A baseline that knows nothing of some facts has a mean over others, which would not compare.
        comparable = [name for name in known if row.get(f"facts_{name}") == row["facts"]]
        values = {name: row[f"score_{name}"] for name in comparable}
        # `fmin` and `fmax` pass over what is not a number.
        marks = [row["score"], *values.values()]
        ax.plot([np.fmin.reduce(marks), np.fmax.reduce(marks)], [at, at], color=SKY, linewidth=1, zorder=1)
        for name, value in values.items():
            ax.plot([value], [at], zorder=2, **_hollow(name))
        ax.plot([row["score"]], [at], zorder=3, **dot)
        ax.annotate(f"{row['facts']}", (1.01, at), fontsize=SMALL, color=DARK, **right)
    ax.set_ylim(len(targets) - 0.5, -0.5)
    ax.grid(axis="x", color=FAINT, linewidth=0.6)
    if ratio:
        ax.set_xscale("log")
    return ax


def _share_scale(axes: list[Axes], ratio: bool) -> None:
    """One scale for all panels: of ratios about 1, or from 0."""
    reach = [end for ax in axes for end in ax.get_xlim()]
    low, high = min(reach), max(reach)
    for ax in axes:
        if not ratio:
            ax.set_xlim(-0.02 * high, high)
            continue
        ax.axvline(1, color=DARK, linewidth=0.8, zorder=0)
        ax.set_xlim(low, high)
        ax.xaxis.set_major_locator(FixedLocator([tick for tick in RATIOS if low <= tick <= high]))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(short)
