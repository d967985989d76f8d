"""What a page about a kind of folder shows: which tables with which columns, which figures, which answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from sim.reading.dates import month_of
from sim.studies.report.folders.columns import Column
from sim.studies.report.folders.opened import Folder
from sim.studies.report.pieces import Piece
from sim.studies.report.words import month_name
from sim.writing.text import percent

Form = Callable[[float], str]
"""How a number is shown."""

Columns = dict[str, tuple[str, Form | None]]
"""Columns of a stored table: what heads each where it is shown, and how its numbers look; None for texts."""


def month_told(date: object) -> str:
    """A month in words; what is none, in a folder that somebody made up, as it stands.

    >>> month_told("2024-09"), month_told("soon")
    ('September 2024', 'soon')
    """
    if month_of(str(date)) is None:
        return str(date)
    return month_name(str(date))


def share(value: float) -> str:
    """A share in hundredths.

    >>> share(0.4065), share(float("nan"))
    ('40.6', '')
    """
    return percent(value)


def points(value: float) -> str:
    """A difference of shares in hundredths, with its sign.

    >>> points(0.0195), points(-0.0004), points(float("nan"))
    ('+1.95', '-0.04', '')
    """
    if pd.isna(value):
        return ""
    return f"{100 * value:+.2f}"


def number(value: float) -> str:
    """A number in four digits.

    >>> number(0.57897), number(123456.0), number(float("nan"))
    ('0.579', '1.235e+05', '')
    """
    if pd.isna(value):
        return ""
    return f"{value:.4g}"


def signed(value: float) -> str:
    """A difference of numbers in three digits, with its sign.

    >>> signed(-0.010078)
    '-0.0101'
    """
    if pd.isna(value):
        return ""
    return f"{value:+.3g}"


def count(value: float) -> str:
    """A whole number.

    >>> count(20000.0)
    '20,000'
    """
    if pd.isna(value):
        return ""
    return f"{value:,.0f}"


@dataclass(frozen=True)
class Part:
    """A table of a page, made of a stored one.

    file: the stored table; name: in the page and of the file that saves it; caption: what it tells; columns:
    those that are shown, all that hold anything if None; of: its rows, of the stored table, the folder and
    the outcome that was named, if any; own: columns that mean something else than elsewhere; notes:
    below it; seen: what is shown of these rows, all of which are saved.
    """

    file: str
    name: str
    caption: str
    columns: Columns | Callable[[Folder, str | None], Columns] | None = None
    of: Callable[[pd.DataFrame, Folder, str | None], pd.DataFrame] = lambda table, folder, of: table
    own: Mapping[str, Column] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seen: Callable[[pd.DataFrame, Folder], pd.DataFrame] = lambda table, folder: table


@dataclass(frozen=True)
class Picture:
    """A figure of a page: the name of its file without an ending, title, and what it shows."""

    name: str
    title: str
    shows: str


@dataclass(frozen=True)
class Shape:
    """A page about a kind of folder.

    subtitle: what it is, below the title; question: what was asked, in sentences; answer: what came of it;
    both of a folder and the outcome that was named, if any; doubts: what results of the kind do not say;
    by_outcome: whether results tell of several outcomes, of which one may be named.
    """

    subtitle: str
    question: Callable[[Folder, str | None], Iterable[str]]
    answer: Callable[[Folder, str | None], Iterable[Piece]]
    parts: Sequence[Part]
    pictures: Sequence[Picture]
    doubts: tuple[str, ...] = ()
    by_outcome: bool = False
