"""What a sweep prints: a page of its table, tipping points, and how far to trust them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

import pandas as pd

from sim.outcomes.columns import date_column
from sim.studies.caveat import caveat
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.tables import due, last_month, latest
from sim.writing.failures import failures
from sim.writing.text import WIDTH

MOST_ROWS, MOST_SENTENCES = 30, 12
"""Rows and sentences that are printed; the rest is counted."""

WIDEST = 24
"""Characters of a cell or heading; of longer ones the end is shown."""

GAP = 2

TIPPING = (
    "Tipping points lie between points of the grid, where the curve is taken to be straight; their intervals "
    "(paired bootstrap over runs) cover chance in the runs, not the grid's spacing: tipping.csv."
)

STAYS = {
    "below": "Never more than half of the futures",
    "above": "Always more than half of the futures",
}
"""What is said of an outcome that stays on one side of one half."""


def sweep_summary(done: Sweep, summary: pd.DataFrame, turns: pd.DataFrame) -> Iterator[str]:
    """Probabilities of the outcomes by point and lever, tipping points, and how far to trust them.

    `summary` is that of the sweep, `turns` its table of tipping points.
    """
    plan = done.plan
    outcomes = list(map(date_column, plan.scenario.case.outcomes))
    own = latest(plan, summary[summary["outcome"].isin(outcomes)])
    lost = int(summary.drop_duplicates(["point", "lever"])["failed"].sum())
    yield from failures(lost, plan.cells * plan.runs)
    yield from _page(plan, own)
    size = f"{len(plan.points)} points, {len(plan.levers)} lever(s), {plan.runs} runs each"
    yield f"{size}, seed {plan.seed}; {lost} runs failed"
    if not own.empty:
        half = ((own["high"] - own["low"]) / 2).max()
        yield f"Shares of runs in which it has happened by {last_month(plan)};"
        yield f"95 % intervals (Monte Carlo) at most +-{half:.3f}: summary.csv."
        if any(len(due(plan).get(name, ())) > 1 for name in outcomes):
            yield "Earlier months that are asked about stand in the tables alone."
    yield from _turning(latest(plan, turns))
    yield from caveat(plan.scenario)


def failures_told(done: Sweep) -> Iterator[str]:
    """Each reason why points could not be run, with the first of them; the rest is counted."""
    cells: dict[str, list[int]] = {}
    for cell, reason in done.failures.items():
        cells.setdefault(reason, []).append(cell // len(done.plan.levers))
    for reason, points in list(cells.items())[:MOST_SENTENCES]:
        told = f"point {points[0]}"
        if len(points) > 1:
            told += f" and {len(points) - 1} more like it"
        yield f"{told} could not be run: {reason}"
    if len(cells) > MOST_SENTENCES:
        yield f"{len(cells) - MOST_SENTENCES} more reasons: summary.csv"


Column = tuple[str, list[str]]
"""A heading and its cells, as they are printed."""


def _page(plan: Plan, own: pd.DataFrame) -> Iterator[str]:
    """As many cells and columns as a page holds, varied numbers on half of it at most; what is left out."""
    half = MOST_ROWS // 2
    cut = plan.cells > MOST_ROWS
    cells = list(range(plan.cells))
    if cut:
        cells = cells[:half] + cells[-half:]
    named, varied, told = _columns(plan, own, cells)
    room = WIDTH - sum(map(_width, named))
    numbers = _fitting(varied, room - min(sum(map(_width, told)), room // 2))
    outcomes = _fitting(told, room - sum(map(_width, numbers)))
    lines = list(_lines([*named, *numbers, *outcomes]))
    if cut:
        lines.insert(half + 1, "...")
    yield from lines
    # what does not fit is counted: a table that is cut in silence reads as all there is
    left = {
        "rows": plan.cells - len(cells),
        "varied numbers": len(varied) - len(numbers),
        "outcomes": len(told) - len(outcomes),
    }
    missing = [f"{count} {what}" for what, count in left.items() if count]
    if missing:
        yield f"Not shown, but in summary.csv: {', '.join(missing)}."


def _columns(
    plan: Plan, own: pd.DataFrame, cells: list[int]
) -> tuple[list[Column], list[Column], list[Column]]:
    """Of some cells: point and lever; the numbers that are varied; the probabilities of the outcomes."""
    names = list(plan.levers)
    points, levers = list[int](), list[str]()
    for cell in cells:
        point, lever = divmod(cell, len(names))  # levers change fastest
        points.append(point)
        levers.append(names[lever])
    named = [_column("point", points)]
    if len(names) > 1:
        named.append(_column("lever", levers))
    varied = [_column(path, plan.points[path].iloc[points]) for path in plan.points.columns]
    shares = own.set_index(["outcome", "point", "lever"])["value"].to_dict()
    told = []
    for name in plan.scenario.case.outcomes:
        column = date_column(name)
        if column in plan.keep:
            places = zip(points, levers, strict=True)
            told.append(_column(name, [_share(shares.get((column, *place))) for place in places]))
    return named, varied, told


def _fitting(columns: list[Column], room: int) -> list[Column]:
    """The first columns that fit into so many characters."""
    kept: list[Column] = []
    for column in columns:
        room -= _width(column)
        if room < 0:
            break
        kept.append(column)
    return kept


def _column(head: str, values: Iterable[object]) -> Column:
    """A heading and its cells as they are printed."""
    return _cut(head), list(map(_cut, values))


def _cut(value: object) -> str:
    """A value as a cell; of what is too wide, its end."""
    text = str(value)
    if isinstance(value, float):
        text = f"{value:.6g}"
    if len(text) <= WIDEST:
        return text
    return f"..{text[2 - WIDEST :]}"


def _share(value: float | None) -> str:
    """A probability as a cell; a cell that could not be run has none."""
    if value is None or pd.isna(value):
        return "-"
    return f"{value:.3f}"


def _width(column: Column) -> int:
    """Characters that a column takes, the gap before it too."""
    return GAP + max(map(len, (column[0], *column[1])))


def _lines(columns: list[Column]) -> Iterator[str]:
    """The table line by line, its headings first, cells at the right of their columns."""
    drawn = []
    for head, cells in columns:
        width = _width((head, cells))
        drawn.append([cell.rjust(width) for cell in (head, *cells)])
    return map("".join, zip(*drawn, strict=True))


def _turning(turns: pd.DataFrame) -> Iterator[str]:
    """Tipping points in lines."""
    if turns.empty:
        return
    yield ""
    for line in turning(turns):
        yield from textwrap.wrap(line, WIDTH, subsequent_indent="  ")
    yield from textwrap.wrap(TIPPING, WIDTH)


def turning(turns: pd.DataFrame) -> Iterator[str]:
    """Passages of one half as sentences; the rest by the side on which it stays."""
    sentences = list(turns.loc[turns["at"].notna(), "sentence"])
    yield from sentences[:MOST_SENTENCES]
    if len(sentences) > MOST_SENTENCES:
        yield f"{len(sentences) - MOST_SENTENCES} more tipping points: tipping.csv."
    for change, words in STAYS.items():
        own = turns[turns["change"] == change]
        names = [f"{what} ({_reach(rows)})" for what, rows in own.groupby("label", sort=False)]
        if names:
            yield f"{words} in this range: {'; '.join(names)}."


def _reach(rows: pd.DataFrame) -> str:
    """How near the shares of an outcome come to the level that they do not pass, under each lever."""
    if rows["change"].iloc[0] == "below":
        ends = f"at most {rows['most'].max():.2f}"
    else:
        ends = f"at least {rows['least'].min():.2f}"
    if rows["without"].min() > 0.95:
        return ends
    return f"{ends}, in doubt"
