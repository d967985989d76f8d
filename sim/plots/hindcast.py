"""What came beside what runs predicted: fans of series with what was observed, reliability of events, scores beside baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter

from sim.plots.sheet import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    ORANGE,
    SKY,
    VERMILION,
    Handle,
    Provenance,
    blank,
    grid,
    plain,
    sheet,
    short,
    titled,
)
from sim.scenario.schema import month_number

if TYPE_CHECKING:
    from sim.hindcast.run import Hindcast

SAMPLES = {"in-sample": ("o", BLACK), "validation": ("D", VERMILION), "out-of-sample": ("^", GREEN)}
"""Marker and colour of observations."""

BASELINES = {
    "hold_last": ("s", "last value held"), "drift": ("D", "last value and its drift"),
    "climatology": ("D", "past rate"), "anniversary_rule": ("^", "round anniversaries"), "status_quo": ("s", "no event"),
}  # fmt: skip
"""Marker and name of each baseline."""

KINDS = {
    "series": ("Mean CRPS of the runs, that of the last value held being 1", "CRPS"),
    "event": ("Mean Brier score [1]", "Brier score"),
    "time": ("Mean ranked probability score [1]", "ranked probability score"),
}
"""What the scores of each kind are, on their axis and in the heading."""

LARGEST_RATIO = 100.0
"""Ratios of scores beyond this and its inverse are drawn at the edge."""


def figures(found: Hindcast) -> dict[str, Figure]:
    """Every figure of a hindcast by name; those for which its table holds nothing are left out."""
    kinds = list(dict.fromkeys(found.scores["kind"]))
    drawn = {"series": series} if "series" in kinds else {}
    drawn |= {"reliability": reliability} if "event" in kinds else {}
    made = {name: draw(found) for name, draw in drawn.items()}
    scored = set(found.targets["kind"]) if len(found.targets) else set()
    return made | {f"scores-{kind}": scores(found, kind) for kind in KINDS if kind in scored}


def _provenance(found: Hindcast) -> Provenance:
    return Provenance(found.scenario.title, found.runs, found.seed, found.failed, tuple(found.scenario.overrides))


def _numbers(found: Hindcast) -> str:
    """With which numbers the runs were made."""
    if not found.draws:
        return "Numbers of the file; doubt about them is not in the intervals."
    return (
        f"Uncertain numbers: {found.draws:,} draws from the {'posterior' if found.beliefs and found.beliefs.learnt else 'prior'}."
    )


# -- series ----------------------------------------------------------------------------------------


def series(found: Hindcast) -> Figure:
    """Fans by year with what was observed, one panel a series."""
    table = found.scores[found.scores["kind"] == "series"]
    names = list(dict.fromkeys(table["target"]))
    rows, columns = grid(len(names))
    told = bool(found.fans["told"].any())
    note = "Bands: 50 and 90 % of runs by year, with error of measurement; blue: free-running, nothing is known but the start" + (
        "; orange: told the last in-sample value." if told else "."
    )
    drawn, axes = sheet(
        "What was observed, and what runs say", [note, _numbers(found)], _provenance(found), rows, columns, (3.5, 2.3),
        _series_key(table, told),
    )  # fmt: skip
    for ax, name in zip(axes, names, strict=False):
        own = table[table["target"] == name]
        fan = found.fans[found.fans["target"] == name]
        draw_band(ax, fan[~fan["told"]], BLUE)
        draw_held(ax, own)
        draw_band(ax, fan[fan["told"]], ORANGE)
        split = found.scenario.case.hindcast
        if split is not None:
            ax.axvline((month_number(split.fitted_until) + 1) / 12, color=DARK, linestyle=(0, (1, 1.5)), linewidth=1)
        draw_observed(ax, own)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_ylabel(plain(own["unit"].iloc[0]), fontsize=8)
        titled(ax, own["label"].iloc[0], 42)
    for ax in axes[len(names) :]:
        ax.set_axis_off()
    return drawn


def _series_key(table: pd.DataFrame, told: bool) -> list[Handle]:
    key: list[Handle] = [Patch(color=BLUE, alpha=0.45, label="runs, free-running")]
    if told:
        key.append(Patch(color=ORANGE, alpha=0.6, label="runs, told the last in-sample value"))
    key += [
        Line2D([], [], linestyle="none", marker=marker, color=colour, markersize=4, label=f"observed, {sample}")
        for sample, (marker, colour) in SAMPLES.items()
        if (table["sample"] == sample).any()
    ]
    if told:
        key.append(Line2D([], [], color=DARK, linestyle="--", linewidth=1, label="baseline: last value held"))
        key.append(Line2D([], [], color=DARK, linestyle=(0, (1, 1.5)), linewidth=1, label="end of what was there to fit to"))
    return key


def _middle(rows: pd.DataFrame) -> np.ndarray:
    """The middles of windows [year]; `first` and `last` are dates or months from year 0."""
    ends = ([month if isinstance(month, int) else month_number(month) for month in rows[name]] for name in ("first", "last"))
    first, last = (np.array(months, dtype=float) for months in ends)
    return (first + last + 1) / 24.0


def draw_band(ax: Axes, fan: pd.DataFrame, colour: str) -> Axes:
    """Quantiles (q05 q25 q50 q75 q95) by window, whole years as steps of a curve."""
    if fan.empty:
        return ax
    at = _middle(fan)
    if len(at) == 1:
        at, fan = np.array([at[0] - 0.4, at[0] + 0.4]), pd.concat([fan, fan])
    ax.fill_between(at, fan["q05"], fan["q95"], color=colour, alpha=0.2, linewidth=0)
    ax.fill_between(at, fan["q25"], fan["q75"], color=colour, alpha=0.35, linewidth=0)
    ax.plot(at, fan["q50"], color=colour, linewidth=1.6)
    return ax


def draw_held(ax: Axes, rows: pd.DataFrame) -> Axes:
    """The last in-sample value held over the windows after it."""
    later = rows[rows["told"] & rows["scored"]]
    if len(later) and "hold_last" in later:
        held = later["hold_last"].iloc[0]
        known = rows[rows["sample"] == "in-sample"]
        ax.plot([_middle(known).max(), _middle(later).max() + 0.5], [held, held], color=DARK, linestyle="--", linewidth=1)
    return ax


def draw_observed(ax: Axes, rows: pd.DataFrame) -> Axes:
    """What was observed, by sample."""
    for sample, (marker, colour) in SAMPLES.items():
        own = rows[rows["sample"] == sample]
        ax.plot(
            _middle(own), own["observed"], linestyle="none", marker=marker, color=colour, markersize=3.6, markeredgecolor="white",
            markeredgewidth=0.4,
        )  # fmt: skip
    return ax


# -- reliability of events -------------------------------------------------------------------------


def reliability(found: Hindcast) -> Figure:
    """How often events happened, by the probability that runs gave them; one panel a sample."""
    table = found.reliability
    samples = [sample for sample in SAMPLES if (table["sample"] == sample).any()]
    note = (
        "Point: events whose probability lies in a bin, at its mean and the share that happened; line: 95 % Wilson interval of "
        "that share, events taken as independent; number: happened of all in the bin. Diagonal: as often as told."
    )
    drawn, axes = sheet(
        "How often events happened, by their probability", [note, _numbers(found)], _provenance(found), 1, len(samples),
        (3.3, 3.1),
    )  # fmt: skip
    for ax, sample in zip(axes, samples, strict=True):
        draw_reliability(ax, table[table["sample"] == sample], *SAMPLES[sample])
        titled(ax, sample)
        ax.set_xlabel("Probability: share of runs [1]", fontsize=8.5)
    axes[0].set_ylabel("Share that happened [1]", fontsize=8.5)
    return drawn


def draw_reliability(ax: Axes, rows: pd.DataFrame, marker: str, colour: str) -> Axes:
    """Shares with intervals and counts, about the diagonal."""
    ax.plot([0, 1], [0, 1], color=DARK, linestyle=":", linewidth=1)
    ax.vlines(rows["probability"], rows["low"], rows["high"], color=colour, linewidth=1.4, alpha=0.6)
    ax.plot(rows["probability"], rows["share"], linestyle="none", marker=marker, color=colour, markersize=5)
    for place, row in enumerate(rows.itertuples()):
        ax.annotate(
            f"{row.happened} of {row.facts}", (row.probability, row.high), (0, 2 + 9 * (place % 2)), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.5, color=DARK, annotation_clip=False,
        )  # fmt: skip
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.03, 1.13)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".50", ".75", "1"])
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".50", ".75", "1"])
    return ax


# -- scores beside baselines -----------------------------------------------------------------------


def scores(found: Hindcast, kind: str) -> Figure:
    """Mean scores of one kind beside those of baselines, a line a target, a panel a sample."""
    axis, name = KINDS[kind]
    table = (
        relative(found.targets[found.targets["kind"] == kind])
        if kind == "series"
        else found.targets[found.targets["kind"] == kind]
    )
    samples = [sample for sample in SAMPLES if (table["sample"] == sample).any()]
    if not samples:
        drawn, axes = sheet(f"Scores of runs beside baselines: {name}", [], _provenance(found), 1, 1, (7.0, 2.0))
        blank(axes[0], "Nothing to show: no baseline has a score that is above 0.")
        return drawn
    labels = dict(zip(table["target"], table["label"], strict=True))
    known = [each for each in BASELINES if f"score_{each}" in table and table[f"score_{each}"].notna().any()]
    notes = ["Left is a smaller cost. Right edge: number of observations that the mean is over. " + _numbers(found)]
    if kind == "series":
        notes.append(
            "In-sample, runs are free-running and the baseline holds the first value; later, runs and baseline know the last "
            "in-sample value."
        )
    drawn, axes = sheet(
        f"Scores of runs beside baselines: {name}", notes, _provenance(found), 1, len(samples),
        (3.6, 0.6 + 0.24 * len(labels)), _score_key(known),
    )  # fmt: skip
    for place, (ax, sample) in enumerate(zip(axes, samples, strict=True)):
        draw_scores(ax, table[table["sample"] == sample], list(labels), known, kind == "series")
        ax.set_yticks(range(len(labels)), [plain(label) for label in labels.values()] if place == 0 else [""] * len(labels))
        titled(ax, sample)
        ax.set_xlabel(axis, fontsize=8)
    return drawn


def relative(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores of series divided by that of holding the last value, so that targets of all units share an axis."""
    usable = rows[(rows.get("score_hold_last", pd.Series(np.nan, rows.index)) > 0) & rows["score"].notna()].copy()
    by = usable["score_hold_last"] if len(usable) else pd.Series(dtype=float)
    for name in [name for name in ("score", "score_hold_last", "score_drift") if name in usable]:
        usable[name] = np.clip(usable[name] / by, 1 / LARGEST_RATIO, LARGEST_RATIO)
    return usable


def _score_key(known: list[str]) -> list[Handle]:
    key: list[Handle] = [Line2D([], [], linestyle="none", marker="o", color=BLUE, markersize=6, label="runs")]
    return key + [Line2D([], [], label=f"baseline: {BASELINES[name][1]}", **_hollow(name)) for name in known]


def _hollow(name: str) -> dict:
    return {
        "linestyle": "none", "marker": BASELINES[name][0], "markersize": 5, "markerfacecolor": "white", "markeredgecolor": DARK,
        "color": DARK,
    }  # fmt: skip


def draw_scores(ax: Axes, rows: pd.DataFrame, targets: list[str], known: list[str], ratio: bool) -> Axes:
    """A line a target from the runs' score to those of baselines."""
    for row in rows.to_dict("records"):
        at = targets.index(row["target"])
        values = {name: row.get(f"score_{name}", np.nan) for name in known}
        marks = [row["score"], *(value for value in values.values() if not pd.isna(value))]
        ax.plot([min(marks), max(marks)], [at, at], color=SKY, linewidth=1, zorder=1)
        for name, value in values.items():
            ax.plot([value], [at], zorder=2, **_hollow(name))
        ax.plot([row["score"]], [at], linestyle="none", marker="o", color=BLUE, markersize=6, zorder=3, alpha=0.85)
        ax.annotate(
            f"{row['facts']}", (1.01, at), xycoords=ax.get_yaxis_transform(), va="center", fontsize=7.5, color=DARK,
            annotation_clip=False,
        )  # fmt: skip
    ax.set_ylim(len(targets) - 0.5, -0.5)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    if ratio:
        ax.set_xscale("log")
        low, high = ax.get_xlim()
        ticks = [tick for tick in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) if low <= tick <= high]
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(short)
        ax.axvline(1, color=DARK, linewidth=0.8)
    else:
        ax.set_xlim(left=min(-0.02 * ax.get_xlim()[1], 0))
    return ax
