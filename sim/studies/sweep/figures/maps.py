"""Two swept numbers as maps: probability or mean of outcomes, and the posture that most runs end in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.drawing import scale as scales
from sim.drawing.caption import Caption
from sim.drawing.classes import in_percent
from sim.drawing.colours import BLACK, CLASSES, COLOUR_MAP, DARK
from sim.drawing.sheet import MIDDLE, SMALL, Handle, empty_sheet, grid, plain, sheet, short, titled, wrapped
from sim.studies.sweep.figures.axes import Swept

NOT_RUN, HALF = "#d9d9d9", 0.5
DOTS, STRIPES = "....", "////"
SHADE = 0.75
TITLE = 24
"""Letters of a line of a title."""

MAP, POSTURE_MAP = 2.1, 3.0
"""Heights of maps [inch]."""

SPAN = scales.LEAST * scales.TENTH
FLAT = scales.TENTH / 2
"""Means that differ by less over all cells are told, not drawn."""

ROOM = 0.06
"""Share of an axis that a cell must have for its number to fit."""

HAPPENED = "What has happened by {}, over two swept numbers"
MEANS = "Means at the end, over two swept numbers"
POSTURES = "Posture of the target at the end, over two swept numbers"
NOTE = "One cell for each point of the grid, all on the same luck; intervals show chance in the runs alone."

POSTURE_NOTE = (
    "Colour: the commonest posture; number, where there is room: its share of runs in per cent. Striped in "
    "the colour of the next commonest where a sign test does not part the two at 95 % (all rivals together)."
)


def probabilities(
    summary: pd.DataFrame,
    across: Swept,
    up: Swept,
    outcomes: Mapping[str, str],
    levers: Sequence[str],
    caption: Caption,
    by: str = "the end",
) -> Figure:
    """Maps of the share of runs in which outcomes {name: label} have happened by a month.

    A panel for each outcome and lever.
    """
    missing = missing_cells(summary)
    outcomes, flat = varied(summary, outcomes)
    rows, columns, panels = _panels(outcomes, levers)
    key = [*_half_key(summary, outcomes), *_shared_key(missing, across, up)]
    drawn, axes = sheet(HAPPENED.format(by), [NOTE, *flat], caption, [MAP] * rows, columns, key)
    for ax, (name, lever, title) in zip(axes, panels, strict=False):
        own = summary[(summary["outcome"] == name) & (summary["lever"] == lever)]
        draw_values(ax, own, across, up, Normalize(0, 1), HALF)
        draw_missing(ax, missing[missing["lever"] == lever], across, up)
        ax.set_title(title, loc="left", fontsize=MIDDLE)
    _finish(axes, len(panels), columns, across, up)
    scale = ScalarMappable(Normalize(0, 1), COLOUR_MAP)
    # The bar is as high as one row of panels, however many there are.
    shrink = min(0.9, 1 / rows)
    bar = drawn.colorbar(scale, ax=axes, shrink=shrink, aspect=18, pad=0.01)
    bar.set_label("Share of runs [1]", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    bar.ax.axhline(HALF, color=BLACK, linewidth=1.6)
    return drawn


def _half_key(summary: pd.DataFrame, outcomes: Mapping[str, str]) -> list[Handle]:
    """Of the line at one half and of cells in doubt about it, where there are such."""
    found: list[Handle] = []
    if passes(summary, outcomes):
        found.append(Line2D([], [], color=BLACK, linewidth=1.6, label="one half"))
    shown = summary[summary["outcome"].isin(list(outcomes))]
    if _holds(shown["low"], shown["high"], HALF).any():
        label = "95 % interval includes one half"
        found.append(Patch(facecolor="white", edgecolor=BLACK, hatch=DOTS, label=label))
    return found


def _holds(low: Any, high: Any, level: float) -> Any:
    """Whether intervals hold a level, one by one."""
    return (low < level) & (high > level)


def means(
    summary: pd.DataFrame,
    across: Swept,
    up: Swept,
    outcomes: Mapping[str, str],
    levers: Sequence[str],
    caption: Caption,
) -> Figure:
    """Maps of the mean of outcomes {name: label}, each on its own scale; a panel for each and lever."""
    missing = missing_cells(summary)
    outcomes, flat = varied(summary, outcomes)
    rows, columns, panels = _panels(outcomes, levers)
    shown = summary[summary["outcome"].isin(list(outcomes))]
    widest = ((shown["high"] - shown["low"]) / 2).max()
    spans = f"Means over runs in the last month; scales differ, and of an index span at least {SPAN:g}."
    notes = [NOTE, f"{spans} 95 % intervals are at most ±{widest:.2g}.", *flat]
    key = _shared_key(missing, across, up)
    drawn, axes = sheet(MEANS, notes, caption, [MAP] * rows, columns, key)
    for ax, (name, lever, title) in zip(axes, panels, strict=False):
        # One scale under all levers, so that their maps can be compared.
        every = summary[summary["outcome"] == name]
        scale = Normalize(*scales.reach(every["value"].tolist()))
        draw_values(ax, every[every["lever"] == lever], across, up, scale, None)
        draw_missing(ax, missing[missing["lever"] == lever], across, up)
        bar = drawn.colorbar(ScalarMappable(scale, COLOUR_MAP), ax=ax, aspect=16, pad=0.02)
        bar.ax.tick_params(labelsize=SMALL)
        bar.ax.yaxis.set_major_formatter(short)
        ax.set_title(title, loc="left", fontsize=MIDDLE)
    _finish(axes, len(panels), columns, across, up)
    return drawn


def postures(
    table: pd.DataFrame,
    missing: pd.DataFrame,
    across: Swept,
    up: Swept,
    labels: Mapping[str, str],
    levers: Sequence[str],
    caption: Caption,
) -> Figure:
    """Maps of the posture that most runs end in, a panel a lever.

    table: `sim.statistics.cells.modal` joined with the design points; labels: {posture: words} in the order
    of the scenario, which gives the colours.
    """
    alone = only_posture(table)
    if alone is not None and missing.empty:
        ends = dict.fromkeys(map(in_percent, (table["share"].min(), table["share"].max())))
        return empty_sheet(
            POSTURES, caption, f"{labels[alone]} at every point, in {' to '.join(ends)} of runs."
        )
    colours = {name: CLASSES[place % len(CLASSES)] for place, name in enumerate(labels)}
    key = [*_posture_key(table, labels, colours), *_shared_key(missing, across, up)]
    rows, columns = grid(len(levers))
    drawn, axes = sheet(POSTURES, [NOTE, POSTURE_NOTE], caption, [POSTURE_MAP] * rows, columns, key)
    for ax, lever in zip(axes, levers, strict=False):
        own = table[table["lever"] == lever]
        draw_postures(ax, own, across, up, colours)
        draw_missing(ax, missing[missing["lever"] == lever], across, up)
        if len(levers) > 1:
            titled(ax, lever)
    _finish(axes, len(levers), columns, across, up)
    return drawn


def only_posture(table: pd.DataFrame) -> str | None:
    """The posture that is surely the commonest in every cell, whose colour would fill the map; None if none.

    table: as for `postures`.
    """
    found, sure = table["posture"].unique(), table["ahead"].astype(bool) | (table["second"] == 0)
    if len(found) == 1 and sure.all() and not pd.isna(found[0]):
        return str(found[0])
    return None


def _posture_key(
    table: pd.DataFrame, labels: Mapping[str, str], colours: Mapping[str, str]
) -> Iterator[Handle]:
    """Of the postures that some cell shows, and of the stripes, if there are any."""
    doubtful = ~table["ahead"].astype(bool) & (table["second"] > 0)
    present = set(table["posture"].dropna()) | set(table.loc[doubtful, "runner_up"].dropna())
    for name, label in labels.items():
        if name in present:
            yield Patch(color=colours[name], alpha=SHADE, label=plain(label))
    if doubtful.any():
        label = "stripes: the next, not surely behind"
        yield Patch(facecolor="white", edgecolor=DARK, hatch=STRIPES, label=label)


def varied(summary: pd.DataFrame, outcomes: Mapping[str, str]) -> tuple[Mapping[str, str], list[str]]:
    """Those of some outcomes {name: label} that vary over the cells by FLAT, and a note on the others.

    All of them, without a note, if none varies.
    """
    values = summary.groupby("outcome")["value"]
    low, high = values.min(), values.max()
    known = [name for name in outcomes if name in low.index]
    # Not "less than": the difference is not a number where every run failed, and such a map is flat too.
    flat = [name for name in known if not high[name] - low[name] >= FLAT]
    if not flat or len(flat) == len(known):
        return outcomes, []
    told = "; ".join(f"{outcomes[name]} {low[name]:.3f} to {high[name]:.3f}" for name in flat)
    kept = {name: outcomes[name] for name in known if name not in flat}
    return kept, [f"Hardly differs between cells: {told}."]


def passes(summary: pd.DataFrame, outcomes: Mapping[str, str]) -> bool:
    """Whether any of some outcomes is below one half in one cell and above it in another, under one lever."""
    groups = summary[summary["outcome"].isin(list(outcomes))].groupby(["outcome", "lever"])["value"]
    return bool(_holds(groups.min(), groups.max(), HALF).any())


def missing_cells(summary: pd.DataFrame) -> pd.DataFrame:
    """The cells of a summary that could not be run, or in which every run failed."""
    return summary[summary["runs"] == 0].drop_duplicates(["point", "lever"])


def draw_values(
    ax: Axes, table: pd.DataFrame, across: Swept, up: Swept, scale: Normalize, level: float | None
) -> Axes:
    """Values in cells; with a level its line, and dots where the interval includes it."""
    values, low, high = (_placed(table, column, across, up) for column in ("value", "low", "high"))
    ax.pcolormesh(across.edges, up.edges, np.ma.masked_invalid(values), cmap=COLOUR_MAP, norm=scale)
    if level is not None:
        doubtful: dict = {"facecolor": "none", "edgecolor": BLACK, "linewidth": 0, "hatch": DOTS}
        for y, x in zip(*np.nonzero(_holds(low, high, level)), strict=True):
            ax.add_patch(_cell(across, up, x, y, **doubtful))
        _draw_level(ax, values, across, up, level)
    return _framed(ax, across, up)


def _draw_level(ax: Axes, values: np.ndarray, across: Swept, up: Swept, level: float) -> None:
    """The line at a level, if values (up, across) lie on both sides of it."""
    seen = values[np.isfinite(values)]
    if min(values.shape) < 2 or not len(seen):
        return
    # matplotlib warns of a contour that no cell crosses.
    if seen.min() < level < seen.max():
        field = np.ma.masked_invalid(values)
        ax.contour(across.places, up.places, field, levels=[level], colors=BLACK, linewidths=1.6)


def draw_postures(
    ax: Axes, table: pd.DataFrame, across: Swept, up: Swept, colours: Mapping[str, str]
) -> Axes:
    """Cells in the colour of their commonest posture, with its share [%]; striped if in doubt."""
    # Numbers in all cells or in none: where only wide ones had one, the eye would go there.
    narrowest = min(float(np.diff(swept.edges).min() / np.ptp(swept.edges)) for swept in (across, up))
    columns, rows = across.where(table[across.path]), up.where(table[up.path])
    label = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
    for row, x, y in zip(table.itertuples(), columns, rows, strict=True):
        if pd.isna(row.posture):
            continue
        shade: dict = {"facecolor": colours[row.posture], "edgecolor": "white", "alpha": SHADE}
        ax.add_patch(_cell(across, up, x, y, linewidth=0.4, **shade))
        if not row.ahead and row.second > 0:
            stripes: dict = {"facecolor": "none", "edgecolor": colours[row.runner_up], "hatch": STRIPES}
            ax.add_patch(_cell(across, up, x, y, linewidth=0, **stripes))
        if narrowest > ROOM:
            share, corner = in_percent(row.share).removesuffix(" %"), (across.edges[x], up.edges[y])
            ax.annotate(share, corner, (3, 3), textcoords="offset points", fontsize=SMALL, bbox=label)
    return _framed(ax, across, up)


def draw_missing(ax: Axes, table: pd.DataFrame, across: Swept, up: Swept) -> Axes:
    """Grey cells with a cross, for what could not be run."""
    for x, y in zip(across.where(table[across.path]), up.where(table[up.path]), strict=True):
        ax.add_patch(_cell(across, up, x, y, facecolor=NOT_RUN, edgecolor="white", linewidth=0.4))
        ax.plot([across.places[x]], [up.places[y]], **_cross())
    return ax


def _placed(table: pd.DataFrame, column: str, across: Swept, up: Swept) -> np.ndarray:
    """A column as a field (values up, values across); not a number where there is no cell."""
    field = np.full((len(up.values), len(across.values)), np.nan)
    field[up.where(table[up.path]), across.where(table[across.path])] = table[column]
    return field


def _cell(across: Swept, up: Swept, x: int, y: int, **look: object) -> Rectangle:
    left, bottom = across.edges[x], up.edges[y]
    width, height = across.edges[x + 1] - left, up.edges[y + 1] - bottom
    return Rectangle((left, bottom), width, height, **look)  # type: ignore[arg-type]


def _framed(ax: Axes, across: Swept, up: Swept) -> Axes:
    """A map with its borders, its ticks and the place of the scenario."""
    ax.set_xlim(across.edges[0], across.edges[-1])
    ax.set_ylim(up.edges[0], up.edges[-1])
    ax.grid(visible=False)
    own = _own_place(across, up)
    if own is not None:
        ax.plot([own[0]], [own[1]], **_own())
    across.ticks(ax.xaxis)
    up.ticks(ax.yaxis)
    return ax


def _own_place(across: Swept, up: Swept) -> tuple[float, float] | None:
    """Where the scenario's own values lie on the map; None if they do not."""
    if across.own_inside is None or up.own_inside is None:
        return None
    return across.own_inside, up.own_inside


def _own() -> dict:
    return {
        "marker": "D",
        "markersize": 5,
        "markerfacecolor": "white",
        "markeredgecolor": BLACK,
        "linestyle": "none",
        "zorder": 5,
    }


def _cross() -> dict:
    return {"marker": "x", "markersize": 5, "color": DARK, "linestyle": "none"}


def _shared_key(missing: pd.DataFrame, across: Swept, up: Swept) -> list[Handle]:
    found: list[Handle] = []
    if _own_place(across, up) is not None:
        found.append(Line2D([], [], label="values in the scenario", **_own()))
    if len(missing):
        found.append(Line2D([], [], label="could not be run", **_cross()))
    return found


def _panels(
    outcomes: Mapping[str, str], levers: Sequence[str]
) -> tuple[int, int, list[tuple[str, str, str]]]:
    """Rows, columns, and (outcome, lever, title) of each panel; several levers: a row an outcome."""
    titles = {name: wrapped(label, TITLE) for name, label in outcomes.items()}
    if len(levers) == 1:
        rows, columns = grid(len(outcomes))
        return rows, columns, [(name, levers[0], title) for name, title in titles.items()]
    under = {lever: wrapped(lever, TITLE) for lever in levers}
    pairs = [(name, lever) for name in outcomes for lever in levers]
    panels = [(name, lever, f"{titles[name]}\n{under[lever]}") for name, lever in pairs]
    return len(outcomes), len(levers), panels


def _finish(axes: Sequence[Axes], used: int, columns: int, across: Swept, up: Swept) -> None:
    """Name the axes at the left and the lower border, and leave places without a panel empty."""
    for place, ax in enumerate(axes):
        if place >= used:
            ax.set_axis_off()
            continue
        if place % columns == 0:
            ax.set_ylabel(wrapped(up.label, 28))
        if place + columns >= used:
            ax.set_xlabel(wrapped(across.label, 84 // columns))
