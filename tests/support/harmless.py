"""What a reader may be shown: pages without an element that is not ours, lines and cells that do nothing."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree

from sim.refusal import is_unprintable
from sim.writing.tables import FORMULA, NUMBER

ADDRESS = re.compile(
    r"#[\w-]+|data:text/csv;charset=utf-8;base64,[\w+/=]+|data:image/png;base64,[\w+/=\s]+|https?://\S+"
)
"""Where a link of a page may lead."""


@dataclass
class Seen(HTMLParser):
    """The elements of a page, its attributes by element, and its text."""

    tags: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links |= {str(value) for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """The text with single blanks."""
        return " ".join("".join(self.texts).split())


def seen(page: str) -> Seen:
    """A page as a parser sees it."""
    found = Seen()
    found.feed(page)
    found.close()
    return found


def acting(text: str) -> set[str]:
    """Signs of a text that a terminal would obey, but for ends of lines."""
    return {sign for sign in text if is_unprintable(sign)} - {"\n"}


def formulas(data: str) -> list[str]:
    """Cells of a CSV file that a spreadsheet would run, or that hold what cannot be seen."""
    cells = [cell for row in csv.reader(io.StringIO(data)) for cell in row]
    return [cell for cell in cells if acting(cell) or _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    """Whether a cell would be run; an apostrophe in front makes a text of it."""
    if cell.startswith("'") or NUMBER.fullmatch(cell) or cell in ("-inf", "+inf"):
        return False
    return FORMULA.match(cell) is not None


def elements(svg: bytes) -> set[str]:
    """The elements of an SVG file."""
    return {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(svg).iter()}
