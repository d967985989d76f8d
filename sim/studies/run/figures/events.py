"""When events happen: the probability that each has happened by a date, one panel per outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.drawing.calendar import calendar_key, draw_calendar, draw_months, marks, months_of
from sim.drawing.colours import BLACK, BLUE, DARK, SKY
from sim.drawing.sheet import (
    SMALL,
    Handle,
    empty_sheet,
    probability_axis,
    small_multiples,
    titled,
)
from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.scenario.schema import Case
from sim.studies.run.figures.caption import caption_of

if TYPE_CHECKING:
    from sim.studies.run.ensemble import Ensemble

HEADLINE = "When events happen"
NOTE = (
    "Line: share of runs [1] in which it has happened by the end of the month; band: its 95 % Wilson "
    "interval, from chance in the runs alone."
)
DRAWN = (
    "Line: share of runs [1] in which it has happened by the end of the month. Dark band: where it would lie "
    "again with other luck, 95 %. Light band: the probability that the middle 90 % of draws of the uncertain "
    "numbers expect, chance taken out."
)
MARKED = [BASELINES[name] for name in OF_EVENTS if not BASELINES[name].constant]
"""Baselines that depend on the date."""

PARAMETERS: dict = {"color": SKY, "alpha": 0.35, "linewidth": 0}
MOST_PANELS = 12


def figure(ensemble: Ensemble) -> Figure:
    """Small multiples of probability by date; the likeliest event rows if the scenario has no outcomes."""
    case, dates, events = ensemble.scenario.case, ensemble.dates, ensemble.events()
    caption, names = caption_of(ensemble), _names(case, events)
    if not names:
        return empty_sheet(HEADLINE, caption, "The scenario has no events.")
    shown = names[:MOST_PANELS]
    table = ensemble.table()
    asked = table[(table["kind"] == "outcome") & table["name"].isin(shown)]
    found = marks(case, dates)
    notes, key = [NOTE], [*calendar_key(found), *_baseline_key(asked)]
    if ensemble.beliefs is not None:
        notes, key = [DRAWN], [*key, *_band_key()]
    if len(shown) < len(names):
        notes.append(f"Shown: {len(shown)} of {len(names)} outcomes.")
    drawn, axes, left = small_multiples(HEADLINE, notes, caption, len(shown), 1.75, key)
    for ax, name in zip(axes, shown, strict=True):
        own = events[events["event"] == name]
        draw_probability(ax, own)
        draw_baselines(ax, asked[asked["name"] == name])
        draw_calendar(ax, found)
        draw_months(ax, dates)
        titled(ax, own["label"].iloc[0])
    # Once a row: all panels have one scale.
    for ax in left:
        ax.set_ylabel("Probability")
    return drawn


def _names(case: Case, events: pd.DataFrame) -> list[str]:
    """The outcomes of the scenario; without any its event rows, the likeliest first."""
    if case.outcomes:
        return [name for name, outcome in case.outcomes.items() if outcome.kind == "date"]
    if events.empty:
        return []
    last = events[events["date"] == events["date"].iloc[-1]]
    return list(last.sort_values("probability", ascending=False, kind="stable")["event"])


def draw_probability(ax: Axes, events: pd.DataFrame) -> Axes:
    """One event of `Ensemble.events()`: probability by date with its band or bands, and its last value."""
    months, alpha = months_of(list(events["date"])), 0.3
    if "parameters_low" in events:
        alpha = 0.45
        _draw_parameters(ax, months, events["parameters_low"], events["parameters_high"])
    ax.fill_between(months, events["low"], events["high"], color=BLUE, alpha=alpha, linewidth=0)
    ax.plot(months, events["probability"], color=BLUE, linewidth=1.6)
    # A line or band over a single month has no width, so that nothing would be seen of it.
    if len(months) == 1:
        ax.vlines(months, events["low"], events["high"], color=BLUE, alpha=0.5)
        ax.plot(months, events["probability"], color=BLUE, marker="o")
    last = events["probability"].iloc[-1]
    # Where every run failed there is no number to write.
    if pd.notna(last):
        beyond: dict = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
        bold: dict = {"va": "center", "fontsize": SMALL, "color": BLUE, "weight": "bold"}
        ax.annotate(in_digits(last), (1, last), (5, 0), annotation_clip=False, **beyond, **bold)
    ax.set_ylim(-0.02, 1.02)
    return probability_axis(ax)


def _draw_parameters(ax: Axes, months: list[int], low: pd.Series, high: pd.Series) -> None:
    """The band of what the draws expect."""
    ax.fill_between(months, low, high, **PARAMETERS)
    if len(months) == 1:
        ax.vlines(months, low, high, color=SKY, linewidth=5, alpha=0.5)


def in_digits(probability: float) -> str:
    """A probability with as many digits as tell it from 0 and 1.

    >>> in_digits(0.25), in_digits(0.0001), in_digits(1)
    ('.25', '<.01', '1')
    """
    if 0 < probability < 0.01:
        return "<.01"
    if 0.99 < probability < 1:
        return ">.99"
    if probability in (0, 1):
        return f"{probability:.0f}"
    return f"{probability:.2f}".removeprefix("0")


def draw_baselines(ax: Axes, table: pd.DataFrame) -> Axes:
    """What simple rules without the model would say, at the dates that the scenario asks about."""
    for baseline in MARKED:
        rows = table[table[baseline.name].notna()]
        if not rows.empty:
            ax.plot(months_of(list(rows["date"])), rows[baseline.name], **_baseline_style(baseline.marker))
    return ax


def _band_key() -> list[Handle]:
    """The key of the two bands that runs under draws have."""
    return [
        Patch(color=BLUE, alpha=0.45, linewidth=0, label="again with other luck, 95 %"),
        Patch(**PARAMETERS, label="over what nobody knows, 5 to 95 %"),
    ]


def _baseline_style(marker: str) -> dict:
    return {
        "linestyle": "none",
        "marker": marker,
        "markersize": 4.5,
        "markerfacecolor": "white",
        "markeredgecolor": DARK,
        "color": BLACK,
        "clip_on": False,
    }


def _baseline_key(table: pd.DataFrame) -> list[Handle]:
    """The key of those baselines that some outcome has."""
    given = [baseline for baseline in MARKED if table[baseline.name].notna().any()]
    return [
        Line2D([], [], label=f"baseline: {each.label} alone", **_baseline_style(each.marker))
        for each in given
    ]
