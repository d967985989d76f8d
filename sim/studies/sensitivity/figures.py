"""Figures of a sensitivity analysis: a tornado, and the shares of the doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing.caption import Caption
from sim.drawing.colours import BLUE, DARK, GREY, VERMILION
from sim.drawing.sheet import TICK_STEPS, across_rows, empty_sheet, sheet, titled, wrapped
from sim.studies.sensitivity.found import Sensitivity
from sim.studies.sensitivity.indices import REST

MOST_ROWS = 15
"""Entries that a figure shows."""

LABEL, ROW = 42, 0.48
"""Characters of a line of a label, and the height of a row [inch]."""

OF_ENDS = (
    "Bar: the outcome with this number at the low (blue) and at the high end (orange) of its range, all "
    "others as in the file (dashed line), on the same luck. Beneath each name: low end, value in the file, "
    "high end."
)
OF_SHARES = (
    "Share of the variance of the outcome over all numbers in doubt. Dot: what is gone once the number is "
    "known (first-order index); ring: what is left if all others are known (total index); line: 95 %."
)


def figures(found: Sensitivity) -> dict[str, Figure]:
    """The figures by name."""
    return {"tornado": tornado_figure(found), "indices": indices_figure(found)}


def _caption(found: Sensitivity, runs: int, points: int) -> Caption:
    return Caption(found.scenario.title, runs, found.seed, changes=found.scenario.changes, points=points)


def _most(rows: pd.DataFrame, size: pd.Series) -> list[str]:
    """The names of the rows with the largest size by any date, the largest first."""
    largest = size.groupby(rows["name"], sort=False).max().sort_values(ascending=False, kind="stable")
    return list(largest.index[:MOST_ROWS])


def tornado_figure(found: Sensitivity) -> Figure:
    """What the outcome is at both ends of each range: a panel a date."""
    rows = found.tornado()
    caption = _caption(found, found.ends_runs, 2 * rows["name"].nunique() + 1)
    headline = f"One number at a time: {found.target.label}"
    names = _most(rows, (rows["at_high"] - rows["at_low"]).abs())
    drawn, axes = _panels(headline, [OF_ENDS], caption, found, len(names), _ends_key())
    for ax, date in zip(axes, found.target.dates, strict=True):
        own = rows[rows["date"] == date].set_index("name").loc[names]
        _draw_ends(ax, own)
        titled(ax, f"by {date}")
    # Once, as all panels have one unit.
    axes[len(axes) // 2].set_xlabel(_unit(found))
    own = rows.drop_duplicates("name").set_index("name").loc[names]
    _named(axes, list(map(_with_ends, own.itertuples())))
    return drawn


def _unit(found: Sensitivity) -> str:
    """What is drawn of the outcome, with its unit."""
    if found.target.is_share:
        return "Share of futures [1]"
    return "Mean over futures"


def _with_ends(row: Any) -> str:
    """The name of an entry above its low end, its value in the file and its high end."""
    return f"{_name(row.label)}\n{row.low:.4g} … {row.own:.4g} … {row.high:.4g}"


def _ends_key() -> list[Patch]:
    return [Patch(color=BLUE, label="at the low end"), Patch(color=VERMILION, label="at the high end")]


def _draw_ends(ax: Axes, own: pd.DataFrame) -> None:
    """Bars from the file's value to the value at either end."""
    middle = own["at_own"].iloc[0]
    for place, row in enumerate(own.itertuples()):
        for end, colour, away in ((row.at_low, BLUE, -0.16), (row.at_high, VERMILION, 0.16)):
            ax.barh(place + away, end - middle, left=middle, height=0.3, color=colour)
    ax.axvline(middle, color=DARK, linewidth=1, linestyle=(0, (4, 2)))


def indices_figure(found: Sensitivity) -> Figure:
    """First and total indices: a panel a date."""
    rows = found.indices()
    caption = _caption(found, found.runs, found.worlds.shape[1])
    headline = f"What the doubt is made of: {found.target.label}"
    if not (rows["total"] > 0).any():
        return empty_sheet(headline, caption, "Nothing in these ranges moves it.")
    singles = rows[rows["name"] != REST]
    names = [*_most(singles, singles["total"]), *rows.loc[rows["name"] == REST, "name"].unique()]
    drawn, axes = _panels(headline, [OF_SHARES], caption, found, len(names), _shares_key())
    for ax, date in zip(axes, found.target.dates, strict=True):
        _draw_shares(ax, rows[rows["date"] == date].set_index("name").loc[names])
        titled(ax, f"by {date}")
    axes[len(axes) // 2].set_xlabel("Share of the variance [1]")
    _named(axes, [_name(found.labels[name]) for name in names])
    return drawn


def _shares_key() -> list[Line2D]:
    marks = {"alone (first-order)": BLUE, "in all (total)": "white"}
    return [
        Line2D([], [], marker="o", linestyle="", markeredgecolor=BLUE, markerfacecolor=fill, label=label)
        for label, fill in marks.items()
    ]


def _draw_shares(ax: Axes, own: pd.DataFrame) -> None:
    for measure, away, fill in (("first", -0.14, BLUE), ("total", 0.14, "white")):
        places = [place + away for place in range(len(own))]
        ax.hlines(places, own[f"{measure}_low"], own[f"{measure}_high"], color=BLUE, linewidth=1.2)
        ax.plot(own[measure], places, "o", markersize=4.5, markerfacecolor=fill, markeredgecolor=BLUE)
    ax.axvline(0, color=GREY, linewidth=1)


def _panels(
    headline: str, notes: Sequence[str], caption: Caption, found: Sensitivity, rows: int,
    key: Sequence[Line2D | Patch],
) -> tuple[Figure, list[Axes]]:  # fmt: skip
    """A sheet with a panel for each date, in which entries stand one below the other."""
    height = 0.6 + ROW * rows
    drawn, axes = sheet(headline, notes, caption, [height], len(found.target.dates), key)
    for ax in axes:
        ax.set_yticks(range(rows), [""] * rows)
        ax.set_ylim(rows - 0.4, -0.6)
        across_rows(ax)
        ax.xaxis.set_major_locator(MaxNLocator(3, steps=TICK_STEPS))
    return drawn, axes


def _named(axes: Sequence[Axes], labels: Sequence[str]) -> None:
    """Names beside the first panel; they hold for all."""
    axes[0].set_yticks(range(len(labels)), labels)


def _name(label: str) -> str:
    return wrapped(label, LABEL)
