"""Tables with both intervals side by side: again with other luck, and over what nobody knows."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pandas as pd

from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.writing.text import WIDTH, percent

WIDEST_LABEL = 46
"""Letters of a line's label, at most: further to the right its numbers would be lost."""

ONLY_CHANCE = "only chance"
"""What stands for an interval over draws that do not differ beyond chance."""

MARKED = tuple(name for name in OF_EVENTS if not BASELINES[name].constant)
"""Baselines that are worth a column: one that says the same of every month is told in table.csv."""


@dataclass(frozen=True)
class Column:
    """A column of numbers: the lines over it, the letters that it takes, and its cell of a row."""

    head: tuple[str, ...]
    width: int
    cell: Callable[[Any], str]


def date(row: Any) -> str:
    return str(row.date)


def share(row: Any) -> str:
    return percent(row.value)


def start(row: Any) -> str:
    """Where a path started; nothing for one that has no start, such as that of a registered function."""
    if pd.isna(row.start):
        return ""
    return f"{row.start:.3f}"


def luck(row: Any) -> str:
    return f"{percent(row.low)} to {percent(row.high)}"


def of_doubt(row: Any) -> str:
    return percent(row.parameters_share)


def of_runs(row: Any) -> str:
    return between(row.low, row.high)


def between(low: float, high: float) -> str:
    """Two ends of an interval of a path."""
    return f"{low:.3f} to {high:.3f}"


BY = Column(("by the", "end of"), 8, date)
PROBABILITY = Column(("prob.",), 7, share)
LUCK = Column(("again with", "other luck", "95 %"), 16, luck)
SHARE = Column(("the", "numbers'", "share"), 9, of_doubt)
START = Column(("start",), 8, start)
MEDIAN = Column(("median",), 8, lambda row: f"{row.value:.3f}")
RUNS = Column(("of runs", "5 to 95 %"), 18, of_runs)


def shares(least: float) -> list[Column]:
    """What is told of a share of runs, of which chance alone feigns a share of the numbers of `least`."""

    def numbers(row: Any) -> str:
        if not row.parameters_share > least:
            return ONLY_CHANCE
        return f"{percent(row.parameters_low)} to {percent(row.parameters_high)}"

    return [PROBABILITY, LUCK, Column(("over what", "nobody knows", "5 to 95 %"), 16, numbers), SHARE]


def ends(least: float) -> list[Column]:
    """What is told of where a path stands at the end."""

    def numbers(row: Any) -> str:
        if not row.parameters_share > least:
            return ONLY_CHANCE
        return between(row.parameters_low, row.parameters_high)

    mean = Column(("mean, over what", "nobody knows", "5 to 95 %"), 18, numbers)
    return [START, MEDIAN, RUNS, mean, SHARE]


def baselines_of(rows: pd.DataFrame) -> list[Column]:
    """A column for each baseline that says something of some row."""
    return [_baseline(name) for name in MARKED if rows[name].notna().any()]


def _baseline(name: str) -> Column:
    words = BASELINES[name].heading.split()
    return Column(tuple(words), max(6, *map(len, words)) + 2, lambda row: percent(getattr(row, name)))


def laid_out(title: str, rows: pd.DataFrame, columns: Sequence[Column]) -> Iterator[str]:
    """A table under its title; an outcome that is asked about by several dates is named once, beside them."""
    if rows.empty:
        return
    room = min(WIDEST_LABEL, WIDTH - sum(column.width for column in columns))
    yield ""
    yield from _heads(textwrap.wrap(title, room - 1), room, columns)
    for _, own in rows.groupby("name", sort=False):
        label = textwrap.wrap(own["label"].iloc[0], room - 1)
        cells = [
            "".join(f"{column.cell(row):>{column.width}}" for column in columns) for row in own.itertuples()
        ]
        for line, beside in zip_longest(label, cells, fillvalue=""):
            yield f"{line:<{room}}{beside}".rstrip()


def _heads(title: Sequence[str], room: int, columns: Sequence[Column]) -> Iterator[str]:
    """Title and heads of columns, whose last lines stand beside each other."""
    depth = max(len(title), *(len(column.head) for column in columns))
    padded = [_down(title, depth), *(_down(column.head, depth) for column in columns)]
    for own, *heads in zip(*padded, strict=True):
        cells = "".join(f"{head:>{column.width}}" for head, column in zip(heads, columns, strict=True))
        yield f"{own:<{room}}{cells}".rstrip()


def _down(lines: Sequence[str], depth: int) -> list[str]:
    return [*[""] * (depth - len(lines)), *lines]
