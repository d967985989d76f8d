"""What came beside what runs predicted: fans of series with what was observed, reliability of events, scores
beside baselines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter

from sim.drawing.caption import Caption
from sim.drawing.sheet import (
    BLACK,
    BLUE,
    DARK,
    GREEN,
    ORANGE,
    SKY,
    VERMILION,
    Handle,
    blank,
    grid,
    plain,
    sheet,
    short,
    titled,
    wrapped,
)
from sim.outcomes.baselines import BASELINES, OF_SERIES
from sim.scenario.schema import month_number

if TYPE_CHECKING:
    from sim.studies.hindcast.ask import Hindcast

SAMPLES = {"in-sample": ("o", BLACK), "validation": ("D", VERMILION), "out-of-sample": ("^", GREEN)}
"""Marker and colour of observations."""

KINDS = {
    "series": ("Mean CRPS, that of the last known value held being 1", "CRPS"),
    "event": ("Mean Brier score [1]", "Brier score"),
    "time": ("Mean ranked probability score [1]", "ranked probability score"),
}
"""What the scores of each kind are, on their axis and in the heading."""

EVERY = "all"
"""The target of rows that sum up all of them."""

RATIOS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
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


def _caption(found: Hindcast) -> Caption:
    return Caption(
        found.scenario.title, found.runs, found.seed, found.failed, tuple(found.scenario.overrides)
    )


def _numbers(found: Hindcast) -> str:
    """With which numbers the runs were made."""
    if not found.draws:
        return "Numbers of the file; doubt about them is not in the intervals."
    learnt = found.beliefs is not None and found.beliefs.learnt
    return f"Uncertain numbers: {found.draws:,} draws from the {'posterior' if learnt else 'prior'}."


# -- series ----------------------------------------------------------------------------------------


def series(found: Hindcast) -> Figure:
    """Fans by year with what was observed, one panel a series."""
    table = found.scores[found.scores["kind"] == "series"]
    names = list(dict.fromkeys(table["target"]))
    rows, columns = grid(len(names))
    told = bool(found.fans["told"].any())
    note = (
        "Bands: 50 and 90 % of runs by year, with error of measurement; blue: free-running, nothing is known but the start"
        + (
            "; orange: told the last in-sample value, thin blue lines: had they run on freely."
            if told
            else "."
        )
    )
    drawn, axes = sheet(
        "What was observed, and what runs say", [note, _numbers(found)], _caption(found), rows, columns,
        (3.5, 2.3), _series_key(table, told, found.scenario.case.hindcast is not None),
    )  # fmt: skip
    for ax, name in zip(axes, names, strict=False):
        own = table[table["target"] == name]
        fan = found.fans[found.fans["target"] == name]
        alone, updated = fan[~fan["told"]], fan[fan["told"]]
        later = alone["first"].isin(updated["first"])
        draw_band(ax, alone[~later], BLUE)
        draw_edges(ax, alone[later], BLUE)
        draw_band(ax, updated, ORANGE)
        draw_held(ax, own)
        split = found.scenario.case.hindcast
        if split is not None:
            ax.axvline(
                (month_number(split.fitted_until) + 1) / 12, color=DARK, linestyle=(0, (1, 1.5)), linewidth=1
            )
        draw_observed(ax, own)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_ylabel(plain(own["unit"].iloc[0]), fontsize=8)
        titled(ax, own["label"].iloc[0], 42)
    for ax in axes[len(names) :]:
        ax.set_axis_off()
    return drawn


def _series_key(table: pd.DataFrame, told: bool, split: bool) -> list[Handle]:
    key: list[Handle] = [Patch(color=BLUE, alpha=0.45, label="runs, free-running")]
    if told:
        key.append(Patch(color=ORANGE, alpha=0.6, label="runs, told the last in-sample value"))
    key += [
        Line2D(
            [], [], linestyle="none", marker=marker, color=colour, markersize=4, label=f"observed, {sample}"
        )
        for sample, (marker, colour) in SAMPLES.items()
        if (table["sample"] == sample).any()
    ]
    if told:
        key.append(Line2D([], [], color=DARK, linestyle="--", linewidth=1, label="baseline: last value held"))
    if split:
        key.append(
            Line2D(
                [],
                [],
                color=DARK,
                linestyle=(0, (1, 1.5)),
                linewidth=1,
                label="end of what was there to fit to",
            )
        )
    return key


def _middle(rows: pd.DataFrame) -> np.ndarray:
    """The middles of windows [year]; `first` and `last` are dates or months from year 0."""
    ends = (
        [month if isinstance(month, int) else month_number(month) for month in rows[name]]
        for name in ("first", "last")
    )
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
        ax.plot(
            [_middle(known).max(), _middle(later).max() + 0.5],
            [held, held],
            color=DARK,
            linestyle="--",
            linewidth=1,
        )
    return ax


def draw_observed(ax: Axes, rows: pd.DataFrame) -> Axes:
    """What was observed, by sample."""
    for sample, (marker, colour) in SAMPLES.items():
        own = rows[rows["sample"] == sample]
        ax.plot(
            _middle(own), own["observed"], linestyle="none", marker=marker, color=colour, markersize=3.6,
            markeredgecolor="white", markeredgewidth=0.4,
        )  # fmt: skip
    return ax


# -- reliability of events -------------------------------------------------------------------------


def reliability(found: Hindcast) -> Figure:
    """How often events happened, by the probability that runs gave them; one panel a sample."""
    table = found.reliability
    samples = [sample for sample in SAMPLES if (table["sample"] == sample).any()]
    note = (
        "Point: share that happened of the events whose probability lies in a bin, with its 95 % Wilson interval, events taken "
        "as independent; above it: happened of all. Dash: mean probability of these events, where the point would lie on average "
        "if events came as often as told."
    )
    key = [
        Line2D([], [], color=BLUE, linewidth=2.4, label="mean probability: share of runs"),
        *(_happened(sample) for sample in samples),
    ]
    drawn, axes = sheet(
        "How often events happened, by their probability", [note, _numbers(found)], _caption(found), 1,
        len(samples), (3.7, 3.1), key,
    )  # fmt: skip
    bins = sorted(set(zip(table["from"], table["to"], strict=True)))
    for ax, sample in zip(axes, samples, strict=True):
        draw_reliability(ax, table[table["sample"] == sample], bins, *SAMPLES[sample])
        titled(ax, sample)
        ax.set_xlabel("Probability (%)", fontsize=8.5)
    axes[0].set_ylabel("Share that happened [1]", fontsize=8.5)
    return drawn


def _happened(sample: str) -> Line2D:
    """The mark of a share that happened, on its interval, as it is drawn."""
    marker, colour = SAMPLES[sample]
    line = Line2D([], [], color=(colour, 0.6), linewidth=1.4, label=f"share that happened, {sample}")
    line.set(marker=marker, markersize=5, markerfacecolor=colour, markeredgecolor=colour)
    return line


def draw_reliability(
    ax: Axes, rows: pd.DataFrame, bins: list[tuple[float, float]], marker: str, colour: str
) -> Axes:
    """Shares with intervals and counts beside the mean probability, a column a bin (from, to)."""
    for row in rows.to_dict("records"):
        at = bins.index((row["from"], row["to"]))
        ax.plot(
            [at - 0.32, at + 0.32], [row["probability"]] * 2, color=BLUE, linewidth=2.4, solid_capstyle="butt"
        )
        ax.vlines([at], row["low"], row["high"], color=colour, linewidth=1.4, alpha=0.6)
        ax.plot([at], [row["share"]], linestyle="none", marker=marker, color=colour, markersize=5)
        ax.annotate(
            f"{row['happened']} of {row['facts']}", (at, row["high"]), (0, 5), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.5, color=DARK, annotation_clip=False,
        )  # fmt: skip
    ax.set_xlim(-0.6, len(bins) - 0.4)
    ax.set_xticks(range(len(bins)), [f"{100 * low:.0f}-{100 * high:.0f}" for low, high in bins], fontsize=7.5)
    ax.set_ylim(-0.03, 1.15)
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
        drawn, axes = sheet(f"Scores of runs beside baselines: {name}", [], _caption(found), 1, 1, (7.0, 2.0))
        blank(axes[0], "Nothing to show: no baseline has a score that is above 0.")
        return drawn
    own = table[table["target"] != EVERY]
    labels = dict(zip(own["target"], own["label"], strict=True))
    if (table["target"] == EVERY).any():
        labels[EVERY] = "all targets"
    known = [each for each in BASELINES if f"score_{each}" in table and table[f"score_{each}"].notna().any()]
    notes = [
        "Left is a smaller cost. Right edge: number of observations that the mean is over; baselines that know nothing of some "
        "of them are left out. " + _numbers(found)
    ]
    if kind == "series":
        notes.append(
            "In-sample, runs are free-running and the baseline holds the first value; later, runs and baseline know the last "
            "in-sample value."
        )
    drawn, axes = sheet(
        f"Scores of runs beside baselines: {name}", notes, _caption(found), 1, len(samples),
        (3.8, 0.9 + 0.24 * len(labels)), _score_key(known),
    )  # fmt: skip
    for place, (ax, sample) in enumerate(zip(axes, samples, strict=True)):
        draw_scores(ax, table[table["sample"] == sample], list(labels), known, kind == "series")
        ax.set_yticks(
            range(len(labels)),
            [plain(label) for label in labels.values()] if place == 0 else [""] * len(labels),
        )
        titled(ax, sample)
        ax.set_xlabel(wrapped(axis, 28), fontsize=8)
    _share_scale(axes, kind == "series")
    return drawn


def relative(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores of series divided by that of holding the last value, so that targets of all units share an axis."""
    usable = rows[
        (rows.get("score_hold_last", pd.Series(np.nan, rows.index)) > 0) & rows["score"].notna()
    ].copy()
    by = usable["score_hold_last"] if len(usable) else pd.Series(dtype=float)
    for name in [name for name in ("score", *(f"score_{each}" for each in OF_SERIES)) if name in usable]:
        usable[name] = np.clip(usable[name] / by, 1 / LARGEST_RATIO, LARGEST_RATIO)
    return usable


def _score_key(known: list[str]) -> list[Handle]:
    key: list[Handle] = [Line2D([], [], linestyle="none", marker="o", color=BLUE, markersize=6, label="runs")]
    return key + [
        Line2D([], [], label=f"baseline: {BASELINES[name].label}", **_hollow(name)) for name in known
    ]


def _hollow(name: str) -> dict:
    return {
        "linestyle": "none", "marker": BASELINES[name].marker, "markersize": 5, "markerfacecolor": "white",
        "markeredgecolor": DARK, "color": DARK,
    }  # fmt: skip


def draw_scores(ax: Axes, rows: pd.DataFrame, targets: list[str], known: list[str], ratio: bool) -> Axes:
    """A line a target from the runs' score to those of baselines."""
    for row in rows.to_dict("records"):
        at = targets.index(row["target"])
        values = {name: row[f"score_{name}"] for name in known if row.get(f"facts_{name}") == row["facts"]}
        marks = [row["score"], *(value for value in values.values() if not pd.isna(value))]
        ax.plot([min(marks), max(marks)], [at, at], color=SKY, linewidth=1, zorder=1)
        for name, value in values.items():
            ax.plot([value], [at], zorder=2, **_hollow(name))
        ax.plot(
            [row["score"]], [at], linestyle="none", marker="o", color=BLUE, markersize=6, zorder=3, alpha=0.85
        )
        ax.annotate(
            f"{row['facts']}", (1.01, at), xycoords=ax.get_yaxis_transform(), va="center", fontsize=7.5,
            color=DARK, annotation_clip=False,
        )  # fmt: skip
    ax.set_ylim(len(targets) - 0.5, -0.5)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    if ratio:
        ax.set_xscale("log")
    return ax


def _share_scale(axes: list[Axes], ratio: bool) -> None:
    """One scale for all panels: of ratios about 1, or from 0."""
    reach = [end for ax in axes for end in ax.get_xlim()]
    for ax in axes:
        if not ratio:
            ax.set_xlim(-0.02 * max(reach), max(reach))
            continue
        ax.axvline(1, color=DARK, linewidth=0.8, zorder=0)
        ax.set_xlim(min(reach), max(reach))
        ax.xaxis.set_major_locator(
            FixedLocator([tick for tick in RATIOS if min(reach) <= tick <= max(reach)])
        )
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(short)
