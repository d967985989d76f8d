"""Which posture the target takes: shares of runs by month, stacked and labelled in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.classes import COLOURS, in_percent
from sim.drawing.sheet import empty_sheet, plain, probability_axis, sheet, wrapped
from sim.studies.run.figures.caption import caption_of

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

HEADLINE = "Posture of the target"
ROOM_FOR_LABEL, AT_THE_END = 0.08, 0.02
RARE = 0.01


def figure(ensemble: Ensemble) -> Figure:
    """Stacked shares over time; classes that hardly ever occur are named below."""
    caption, postures, dates = caption_of(ensemble), ensemble.postures(), ensemble.dates
    # In the order of the scenario, which gives colours: a pivot would sort them by name.
    names = list(dict.fromkeys(postures["posture"]))
    shares = postures.pivot(index="date", columns="posture", values="share")[names]
    labels = dict(zip(postures["posture"], postures["label"], strict=True))
    if shares.isna().to_numpy().all():
        return empty_sheet(HEADLINE, caption, "Nothing to show: every run failed.")
    found = marks(ensemble.scenario.case, dates)
    notes = _notes(postures, shares, labels)
    drawn, axes = sheet(HEADLINE, notes, caption, 1, 1, (8.4, 3.4), calendar_key(found))
    draw_shares(axes[0], shares, labels)
    draw_calendar(axes[0], found, above=True)
    draw_months(axes[0], dates)
    axes[0].set_ylabel("Share of runs [1]", fontsize=8.5)
    return drawn


def _notes(postures: pd.DataFrame, shares: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """What the heights mean, how sure they are, and the classes that are too rare to be seen."""
    half = ((postures["high"] - postures["low"]) / 2).max()
    source = "chance in the runs"
    if "parameters_low" in postures:
        source = f"{source} and the number of draws of the uncertain numbers"
    notes = [
        "Height: share of runs in that posture at the end of the month (right edge: the last month). 95 % "
        f"interval from {source}: at most ±{100 * half:.2g} percentage points."
    ]
    most = shares.max()
    rare = list(most.index[(most > 0) & (most < RARE)])
    thin = list(most.index[(most >= RARE) & (most < ROOM_FOR_LABEL) & (shares.iloc[-1] < AT_THE_END)])
    # That no run is unclassified is as it should be, and not worth a word.
    never = list(most.index[(most == 0) & (most.index != "unclassified")])
    if thin:
        notes.append(f"Too thin for a label, and gone at the end: {_listed(thin, labels)}.")
    if rare:
        notes.append(f"In less than 1 % of runs in every month: {_listed(rare, labels)}.")
    if never:
        notes.append(f"In no run: {_listed(never, labels)}.")
    return notes


def _listed(names: list[str], labels: dict[str, str]) -> str:
    return ", ".join(labels[name] for name in names)


def draw_shares(ax: Axes, shares: pd.DataFrame, labels: dict[str, str]) -> Axes:
    """Shares (dates x classes) stacked in the order of the columns and labelled at the end.

    A class that is gone by then is labelled where it is thickest.
    """
    months = months_of(list(shares.index))
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(shares.columns)}
    kept = [name for name in shares.columns if shares[name].max() > 0]
    edges = np.array([months[0] - 0.5, *months, months[-1] + 0.5])
    values = shares[kept].to_numpy()
    # Half a month more on either side, so that the first and last months are as wide as the others.
    values = np.vstack([values[:1], values, values[-1:]])
    own = [colours[name] for name in kept]
    ax.stackplot(edges, values.T, colors=own, edgecolor="white", linewidth=0.6, alpha=0.55)
    ax.margins(x=0)
    tops, shown = np.cumsum(values, axis=1), [labels[name] for name in kept]
    _label_inside(ax, shown, edges, values, tops)
    _label_ends(ax, shown, values[-1], tops[-1])
    ax.set_ylim(0, 1)
    return probability_axis(ax)


def _label_inside(
    ax: Axes, labels: list[str], edges: np.ndarray, shares: np.ndarray, tops: np.ndarray
) -> None:
    """Labels where they are thickest, for classes (dates, classes) that are gone at the end."""
    for place, label in enumerate(labels):
        at = int(shares[:, place].argmax())
        gone = shares[-1, place] < AT_THE_END
        if gone and shares[at, place] >= ROOM_FOR_LABEL:
            height = tops[at, place] - shares[at, place] / 2
            ax.text(edges[at], height, plain(label), ha=_side(at, len(edges)), va="center", fontsize=9)


def _label_ends(ax: Axes, labels: list[str], shares: np.ndarray, tops: np.ndarray) -> None:
    """Labels with their shares beside the right edge, for classes that are there at the end."""
    last = [place for place, share in enumerate(shares) if share >= AT_THE_END]
    heights = spread([tops[place] - shares[place] / 2 for place in last], ROOM_FOR_LABEL)
    beside: dict = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "va": "center"}
    for place, height in zip(last, heights, strict=True):
        label = wrapped(f"{labels[place]} {in_percent(shares[place])}", 22)
        ax.annotate(label, (1, height), (6, 0), fontsize=9, annotation_clip=False, **beside)


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


def _side(at: int, width: int) -> str:
    """Labels near an edge keep inside."""
    if at < width / 3:
        return "left"
    if at > 2 * width / 3:
        return "right"
    return "center"
