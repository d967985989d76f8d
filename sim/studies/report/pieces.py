"""What a page is made of: sections of words, tables and figures, each with the template that shows it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from sim.writing.tables import csv_bytes


@dataclass(frozen=True)
class Piece:
    """Something that a section shows, by the template of this name."""

    template: ClassVar[str]


@dataclass(frozen=True)
class Words(Piece):
    """Paragraphs; `kind` is a class of the style sheet, such as `lead` or `doubt`."""

    template = "words.html"
    paragraphs: tuple[str, ...]
    kind: str = ""

    @classmethod
    def of(cls, *paragraphs: str, kind: str = "") -> Words:
        """Paragraphs in order.

        >>> Words.of("One.", "Two.").paragraphs
        ('One.', 'Two.')
        """
        return cls(paragraphs, kind)


@dataclass(frozen=True)
class Table(Piece):
    """A table as it is read, and the data behind it as they are saved.

    caption: what it tells; shown: texts by column, of which the first is the row's name; data: numbers in
    full for the CSV file `name`.csv; command: what makes them, if a command does; notes: below it; texts:
    columns that are read as words.
    """

    template = "table.html"
    name: str
    caption: str
    shown: pd.DataFrame
    data: pd.DataFrame
    command: str = ""
    notes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """The class of each column."""
        return ["text" if column in self.texts else "" for column in self.columns]

    @property
    def columns(self) -> list[str]:
        """The headings."""
        return [str(column) for column in self.shown.columns]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells, row by row."""
        return [tuple(map(str, row)) for row in self.shown.itertuples(index=False)]

    @property
    def csv(self) -> str:
        """The data as a CSV file in base64, for a link that saves it."""
        return base64.b64encode(csv_bytes(self.data)).decode()


@dataclass(frozen=True)
class Download(Piece):
    """A table that is only saved, as `name`.csv; caption: the words of the link."""

    template = "download.html"
    name: str
    caption: str
    data: pd.DataFrame
    command: str = ""

    @property
    def csv(self) -> str:
        """The data as a CSV file in base64."""
        return base64.b64encode(csv_bytes(self.data)).decode()


@dataclass(frozen=True)
class Facts(Piece):
    """Names with what belongs to them, line by line."""

    template = "facts.html"
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verbatim(Piece):
    """A text to be copied as it stands; title: what it is."""

    template = "verbatim.html"
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Heading(Piece):
    """A heading within a section."""

    template = "heading.html"
    text: str


@dataclass(frozen=True)
class Answer(Piece):
    """The first thing that is seen: what was asked, the answer, its picture, and what stands beside it.

    doubt: how sure it is, as a picture.
    """

    template = "answer.html"
    asked: str
    sentence: str
    beside: tuple[str, ...]
    picture: Piece | None = None
    doubt: Piece | None = None


@dataclass(frozen=True)
class Figure(Piece):
    """A figure as SVG, which says itself what it shows to who does not see it; command: what makes it."""

    template = "figure.html"
    svg: str
    caption: str
    command: str = ""


@dataclass(frozen=True)
class Commands(Piece):
    """Commands to be pasted, each with what it does."""

    template = "commands.html"
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Living(Piece):
    """The place of the living model, in a document that has one: scripts fill it, without them it says so."""

    template = "live.html"


@dataclass(frozen=True)
class Section:
    """A part of a page; name: its anchor."""

    name: str
    title: str
    pieces: Sequence[Piece]
