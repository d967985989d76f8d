"""Which posture the target takes: shares of runs by month, stacked and labelled in place.

Where one posture fills nearly all of the picture words say so, and the picture is of the others, enlarged.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.classes import in_percent
from sim.drawing.colours import CLASSES
from sim.drawing.ends import spread
from sim.drawing.sheet import SMALL, empty_sheet, plain, probability_axis, sheet, short, titled, wrapped
from sim.studies.run.figures.caption import caption_of

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

HEADLINE = "Posture of the target"
NEARLY_ALL = 0.95
"""Share of runs in every month from which one posture would fill the picture."""

ROOM_FOR_LABEL, AT_THE_END = 0.08, 0.02
"""Parts of the height of the picture that a label takes, and from which a class has one at the end."""

RARE = 0.01
HEIGHT = 2.8


def figure(ensemble: Ensemble) -> Figure:
    """Stacked shares over time; of one posture alone its share in words, and the others enlarged."""
    caption, postures, dates = caption_of(ensemble), ensemble.postures(), ensemble.dates
    # In the order of the scenario, which gives colours: a pivot would sort them by name.
    names = list(dict.fromkeys(postures["posture"]))
    shares = postures.pivot(index="date", columns="posture", values="share")[names]
    labels = dict(zip(postures["posture"], postures["label"], strict=True))
    if shares.isna().to_numpy().all():
        return empty_sheet(HEADLINE, caption, "Nothing to show: every run failed.")
    common = filling(shares)
    if common is not None and (shares[common] == 1).all():
        return empty_sheet(HEADLINE, caption, told(shares, common, labels))
    found = marks(ensemble.scenario.case, dates)
    notes = _notes(postures, shares, labels, common)
    drawn, (ax,) = sheet(HEADLINE, notes, caption, [HEIGHT], 1, calendar_key(found))
    draw_shares(ax, shares, labels, common)
    draw_calendar(ax, found, above=True)
    draw_months(ax, dates)
    if common is not None:
        titled(ax, told(shares, common, labels))
    return drawn


def filling(shares: pd.DataFrame) -> str | None:
    """The class that would fill the picture of some shares (dates x classes); None if there is none."""
    least = shares.min()
    if least.max() < NEARLY_ALL:
        return None
    return str(least.idxmax())


def told(shares: pd.DataFrame, common: str, labels: dict[str, str]) -> str:
    """The share of the class that fills the picture, in words, and what the picture is of.

    >>> both = pd.DataFrame({"a": [0.985, 0.996], "b": [0.015, 0.004]})
    >>> told(both, "a", {"a": "Hedging"})[:86]
    'Hedging in 98.5 to 99.6 % of futures, month by month; all others together in at most 2'
    """
    low, high = shares[common].min(), shares[common].max()
    if low == 1:
        return f"{labels[common]} in every future and every month: there is nothing else to draw."
    span = f"{100 * low:.1f} to {100 * high:.1f} %"
    if f"{low:.3f}" == f"{high:.3f}":
        span = f"{100 * low:.1f} %"
    others = f"at most {ceil(100 * (1 - low) - 1e-9)} of 100"
    if 1 - low < RARE:
        others = "fewer than 1 of 100"
    return (
        f"{labels[common]} in {span} of futures, month by month; all others together in {others}. Enlarged:"
    )


def _notes(
    postures: pd.DataFrame, shares: pd.DataFrame, labels: dict[str, str], common: str | None
) -> list[str]:
    """What the heights mean, how sure they are, and the classes that are too rare to be seen."""
    half = ((postures["high"] - postures["low"]) / 2).max()
    source = "chance in the runs"
    if "parameters_low" in postures:
        source = f"{source} and the number of draws of the uncertain numbers"
    notes = [
        "Height: share of runs in that posture at the end of the month (right edge: the last month). 95 % "
        f"interval from {source}: at most ±{100 * half:.2g} percentage points."
    ]
    most, full = shares.max(), _full(shares, common)
    # Neither labelled at the end nor where it is thickest.
    thin = list(
        most.index[(most > 0) & (most < ROOM_FOR_LABEL * full) & (shares.iloc[-1] < AT_THE_END * full)]
    )
    # That no run is unclassified is as it should be, and not worth a word.
    never = list(most.index[(most == 0) & (most.index != "unclassified")])
    if thin:
        largest = 100 * most[thin].max()
        notes.append(f"Too thin for a label (at most {largest:.2g} % of runs): {_listed(thin, labels)}.")
    if never:
        notes.append(f"In no run: {_listed(never, labels)}.")
    return notes


def _full(shares: pd.DataFrame, common: str | None) -> float:
    """The share that the height of the picture is."""
    if common is None:
        return 1.0
    return 1.1 * float(1 - shares[common].min())


def _listed(names: list[str], labels: dict[str, str]) -> str:
    return ", ".join(labels[name] for name in names)


def draw_shares(ax: Axes, shares: pd.DataFrame, labels: dict[str, str], common: str | None = None) -> Axes:
    """Shares (dates x classes) stacked in the order of the columns and labelled at the end.

    A class that is gone by then is labelled where it is thickest; common: one that is left out.
    """
    months = months_of(list(shares.index))
    colours = {name: CLASSES[place % len(CLASSES)] for place, name in enumerate(shares.columns)}
    kept = [name for name in shares.columns if shares[name].max() > 0 and name != common]
    edges = np.array([months[0] - 0.5, *months, months[-1] + 0.5])
    values = shares[kept].to_numpy()
    # Half a month more on either side, so that the first and last months are as wide as the others.
    values = np.vstack([values[:1], values, values[-1:]])
    own = [colours[name] for name in kept]
    ax.stackplot(edges, values.T, colors=own, edgecolor="white", linewidth=0.6, alpha=0.55)
    ax.margins(x=0)
    tops, shown = np.cumsum(values, axis=1), [labels[name] for name in kept]
    full = _full(shares, common)
    _label_inside(ax, shown, edges, values / full, tops / full)
    _label_ends(ax, shown, values[-1], tops[-1], full)
    ax.set_ylim(0, full)
    if common is None:
        ax.set_ylabel("Share of runs [1]")
        return probability_axis(ax)
    ax.set_ylabel("Share of runs [%]")
    ax.yaxis.set_major_formatter(lambda value, place: short(100 * value))
    return ax


def _label_inside(
    ax: Axes, labels: list[str], edges: np.ndarray, shares: np.ndarray, tops: np.ndarray
) -> None:
    """Labels where they are thickest, for classes (dates, classes) that are gone at the end."""
    for place, label in enumerate(labels):
        at = int(shares[:, place].argmax())
        gone = shares[-1, place] < AT_THE_END
        if gone and shares[at, place] >= ROOM_FOR_LABEL:
            where = {"transform": ax.get_xaxis_transform(), "ha": _side(at, len(edges)), "va": "center"}
            height = tops[at, place] - shares[at, place] / 2
            ax.text(edges[at], height, plain(label), fontsize=SMALL, **where)  # type: ignore[arg-type]


def _label_ends(ax: Axes, labels: list[str], shares: np.ndarray, tops: np.ndarray, full: float) -> None:
    """Labels with their shares beside the right edge, for classes that are there at the end."""
    last = [place for place, share in enumerate(shares) if share >= AT_THE_END * full]
    heights = spread([(tops[place] - shares[place] / 2) / full for place in last], ROOM_FOR_LABEL)
    beside: dict = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
    for place, height in zip(last, heights, strict=True):
        size = in_percent(shares[place]) if full == 1 else f"{100 * shares[place]:.1f} %"
        label = wrapped(f"{labels[place]} {size}", 22)
        ax.annotate(label, (1, height), (6, 0), fontsize=SMALL, annotation_clip=False, **beside)


def _side(at: int, width: int) -> str:
    """Labels near an edge keep inside."""
    if at < width / 3:
        return "left"
    if at > 2 * width / 3:
        return "right"
    return "center"
