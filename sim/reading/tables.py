"""Tables from CSV files, read strictly: a cell that is out of place is told with its line, never dropped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sim.reading.numbers import shown
from sim.reading.source import Source
from sim.refusal import BadInput, cleaned, did_you_mean, is_unprintable
from sim.writing.tables import as_meant

BEHIND_A_QUOTE = re.compile(r'(?<!")"[ \t]+(?=[,\r\n]|\Z)')
"""Blanks between a closing quote and the end of its cell."""

Lines = list[tuple[int, list[str]]]
"""Rows of cells with the number of the line on which each begins."""


class TableError(BadInput):
    """A table that cannot be used; `problems` holds a line for each thing that is wrong."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Table:
    """Rows under their headings, with the lines of the file on which they stand."""

    name: str
    headings: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[Mapping[str, str], ...]

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        return iter(zip(self.lines, self.rows, strict=True))


def read_table(source: Source, needed: Collection[str] = (), known: Collection[str] | None = None) -> Table:
    """A heading and the rows below it; every row fills every heading, blank lines aside. Raises TableError.

    `needed`: headings that must be there; `known`: headings that may be (any, if None).
    """
    lines = filled_lines(source)
    if not lines:
        raise TableError([f"{source.name}: is empty; it needs a line of headings and rows below it"])
    (at, heads), *rows = lines
    where = f"{source.name}: line {at}"
    # each kind of fault hides the next: with semicolons, no heading is known and no row fits
    wrong = _separated(heads) or list(_misnamed(heads, needed, known))
    if wrong:
        raise TableError([f"{where}: {each}" for each in wrong])
    uneven = list(_uneven(source.name, heads, rows))
    if uneven:
        raise TableError(uneven)
    numbers = tuple(line for line, _ in rows)
    records = tuple(dict(zip(heads, cells, strict=True)) for _, cells in rows)
    return Table(source.name, tuple(heads), numbers, records)


def _uneven(name: str, heads: list[str], rows: Lines) -> Iterator[str]:
    """What is wrong with rows: none at all, or cells that do not stand under the headings one by one."""
    if not rows:
        yield f"{name}: has headings only; add a row below them"
    for line, cells in rows:
        if len(cells) != len(heads):
            yield f"{name}: line {line}: {_width(cells, heads)}"


def filled_lines(source: Source) -> Lines:
    """The rows of a CSV file that hold anything, without blanks around cells. Raises TableError.

    The cells are fit for a terminal.
    """
    text = BEHIND_A_QUOTE.sub('"', text_of(source))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    rows, start = [], 1
    try:
        for cells in reader:
            stripped = [_harmless(as_meant(cell.strip())) for cell in cells]
            if any(stripped):
                rows.append((start, stripped))
            # a cell in quotes may go over several lines: the row is told by its first
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError([f"{source.name}: line {start}: {_in_words(str(error))}"]) from None
    return rows


def _harmless(cell: str) -> str:
    """A cell whose signs that act on a terminal are told by their codes; tabs and line ends stay."""
    if cell.isprintable():
        return cell
    return "".join(map(_harmless_sign, cell.replace("\r\n", "\n")))


def _harmless_sign(sign: str) -> str:
    if is_unprintable(sign) and sign not in "\t\n":
        return cleaned(sign)
    return sign


def text_of(source: Source) -> str:
    """The text of a file in UTF-8. Raises TableError for anything else."""
    data = source.data
    if _is_utf_16(data):
        raise TableError([f"{source.name}: is written in UTF-16; save it as CSV in UTF-8"])
    if b"\0" in data:
        where = f"{source.name}: {_line_of(data, data.index(0))}"
        raise TableError([f"{where}: holds a byte of value 0, so it is no text; save it as CSV in UTF-8"])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"{source.name}: {_line_of(data, error.start)}"
        raise TableError([f"{where}: is not written in UTF-8; save the file as CSV in UTF-8"]) from None


def _is_utf_16(data: bytes) -> bool:
    """Whether bytes are a text in UTF-16: by its mark, or by the many zeros that plain letters have there."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" in data[:4] and data.count(b"\0") > len(data) // 3


def _line_of(data: bytes, place: int) -> str:
    """The line of a byte, as messages name it."""
    number = data[:place].count(b"\n") + 1
    return f"line {number}"


def _in_words(error: str) -> str:
    if "unexpected end" in error:
        return "a quote is opened here and never closed; close it, or write two quotes for one that is meant"
    if "expected after" in error:
        return "a cell goes on behind its closing quote; write two quotes for one that is meant"
    if "field limit" in error:
        return "holds a cell of more than 131,072 characters; is a quote left open?"
    return error


def _separated(heads: list[str]) -> list[str]:
    """What is wrong with cells that are set apart by something else."""
    # so there is one heading only; one that was in quotes may mean its signs
    if len(heads) != 1 or '"' in heads[0]:
        return []
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if sign in heads[0]:
            return [f"cells are separated by {name}; separate them by commas, and write numbers with a point"]
    return []


def _misnamed(heads: list[str], needed: Collection[str], known: Collection[str] | None) -> Iterator[str]:
    """What is wrong with headings."""
    for place, head in enumerate(heads):
        if not head:
            yield f"heading {place + 1} is empty; name the column or remove it"
        elif head in heads[:place]:
            yield f"two columns are called {shown(head)}; keep one"
        elif known is not None and head not in known:
            hint = did_you_mean(head, known) or f"; there are {', '.join(known)}"
            yield f"unknown heading {shown(head)}{hint}"
    for name in needed:
        if name not in heads:
            yield f"no heading '{name}'; add the column"


def _width(cells: list[str], heads: list[str]) -> str:
    found = f"has {len(cells)} cells under {len(heads)} headings"
    if len(cells) < len(heads):
        return f"{found}, none for '{heads[len(cells)]}'; a cell that is empty needs its comma too"
    return f"{found}; write numbers with a point, such as 1.5, and put a text with commas in quotes"
