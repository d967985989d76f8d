"""The tables of a panel of states: series by year, partners of trade, visits and alliances, read strictly.

Columns and files that are not needed are passed over, rows and years may be missing; a cell that cannot be is
refused with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sim.reading.dates import MONTH, YEAR
from sim.reading.numbers import NotANumber, number, shown
from sim.reading.shipped import FOLDER
from sim.reading.source import Source, source_of
from sim.reading.tables import Table, TableError, read_table
from sim.refusal import BadInput

SHIPPED = FOLDER / "data" / "panel"
"""The tables that come with the program."""

STATES, TRADE, VISITS, ALLIANCES = (
    "states.csv", "trade_partner_shares.csv", "leader_visits.csv", "alliances.csv",
)  # fmt: skip

BUFFER, POWER = "buffer", "power"

CODE = re.compile(r"[A-Z]{3}")
NAME = re.compile(r"[\w .,'()-]{1,60}")

DAY = re.compile(r"([0-9]{4}-[0-9]{2})-[0-9]{2}")

Yearly = Mapping[int, float]
"""Values by year."""

Cell = TypeVar("Cell")


@dataclass(frozen=True)
class State:
    """A state of the tables: its code and name, and whether it is a buffer or a power."""

    code: str
    name: str
    role: str


@dataclass(frozen=True)
class Partners:
    """A printed list of partners of one flow in one year: shares [percent] by code.

    smallest: the smallest share of the list, below which any state may be that is not in it; grouped: whether
    groups of states stand in it (rows without a code), of whose members nothing follows.
    """

    shares: Mapping[str, float]
    smallest: float
    grouped: bool


@dataclass(frozen=True)
class Visit:
    """A visit: in which year, and the month (`1998-05`) if it is known."""

    year: int
    month: str | None


@dataclass(frozen=True)
class Tables:
    """What the tables say.

    states: by code; series: by (table, column) and code, values by year; partners: by (code, flow), lists by
    year; visits: by (visitor, host); allies: by code, codes of who owes it defence, by year. sources: the
    files, with their checksums.
    """

    states: Mapping[str, State]
    series: Mapping[tuple[str, str], Mapping[str, Yearly]]
    partners: Mapping[tuple[str, str], Mapping[int, Partners]]
    visits: Mapping[tuple[str, str], tuple[Visit, ...]]
    allies: Mapping[str, Mapping[int, frozenset[str]]]
    sources: tuple[Source, ...]

    @property
    def buffers(self) -> tuple[State, ...]:
        """The states in the middle, in the order of the table."""
        return tuple(state for state in self.states.values() if state.role == BUFFER)


def read_tables(folder: Path, columns: Iterator[tuple[str, str]] | set[tuple[str, str]]) -> Tables:
    """The tables of a folder, with these (table, column) of yearly series. Raises TableError, BadInput."""
    reader = _Reader(folder)
    states = reader.states()
    found = {place: reader.series(*place) for place in sorted(set(columns))}
    tables = Tables(
        states, found, reader.partners(), reader.visits(), reader.allies(), tuple(reader.sources.values())
    )
    reader.refuse()
    return tables


class _Reader:
    """Files of a folder, each read once, and what is wrong in any of them."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadInput(f"{folder}: no such folder; give the one that holds {STATES} and the other tables")
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.tables: dict[str, Table] = {}
        self.wrong: list[str] = []

    def refuse(self) -> None:
        """Raises TableError with a line for everything that was wrong."""
        if self.wrong:
            raise TableError(self.wrong)

    def rows(self, file: str, headings: tuple[str, ...]) -> Iterator[_Row]:
        """The rows of a table that needs these headings."""
        if file not in self.sources:
            self.sources[file] = source_of(self.folder / file)
        table = read_table(self.sources[file], headings)
        for line, cells in table:
            yield _Row(f"{table.name}: line {line}", cells)

    def each(self, file: str, headings: tuple[str, ...], take: Callable[[_Row], None]) -> None:
        """Take each row; what is wrong with one is kept, and the others are read."""
        for row in self.rows(file, headings):
            try:
                take(row)
            except ValueError as error:
                self.wrong.append(f"{row.where}: {error}")

    def states(self) -> dict[str, State]:
        found: dict[str, State] = {}

        def take(row: _Row) -> None:
            code, name = row.code("iso3c"), row.cells["name"]
            if not NAME.fullmatch(name):
                raise ValueError(f"name must be up to 60 letters, blanks and hyphens, not {shown(name)}")
            if code in found:
                raise ValueError(f"{code} stands here a second time; keep one row")
            found[code] = State(code, name, row.choice("role", (BUFFER, POWER)))

        self.each(STATES, ("iso3c", "name", "role"), take)
        return found

    def series(self, file: str, column: str) -> dict[str, dict[int, float]]:
        found: dict[str, dict[int, float]] = {}

        def take(row: _Row) -> None:
            code, year = row.code("iso3c"), row.year("year")
            if year in found.get(code, {}):
                raise ValueError(f"{code} has two rows for {year}; keep one")
            value = row.number(column)
            if value is not None:
                found.setdefault(code, {})[year] = value

        self.each(file, ("year", "iso3c", column), take)
        return found

    def partners(self) -> dict[tuple[str, str], dict[int, Partners]]:
        lists: dict[tuple[str, str], dict[int, list[tuple[str, float]]]] = {}

        def take(row: _Row) -> None:
            place = row.code("iso3c"), row.cells["flow"]
            share = row.number("share_pct", 0.0, 100.0)
            if share is None:
                raise ValueError("share_pct is empty; write a share in percent, or leave the row out")
            own = lists.setdefault(place, {}).setdefault(row.year("data_year"), [])
            own.append((row.cells["partner_iso3c"], share))

        self.each(TRADE, ("iso3c", "data_year", "flow", "partner_iso3c", "share_pct"), take)
        return {
            place: {year: _listed(rows) for year, rows in sorted(years.items())}
            for place, years in lists.items()
        }

    def visits(self) -> dict[tuple[str, str], tuple[Visit, ...]]:
        found: dict[tuple[str, str], list[Visit]] = {}

        def take(row: _Row) -> None:
            visit = Visit(row.year("year"), row.month("start_date"))
            found.setdefault((row.code("visitor"), row.code("host")), []).append(visit)

        self.each(VISITS, ("year", "start_date", "visitor", "host"), take)
        return {pair: tuple(visits) for pair, visits in found.items()}

    def allies(self) -> dict[str, dict[int, frozenset[str]]]:
        found: dict[str, dict[int, frozenset[str]]] = {}

        def take(row: _Row) -> None:
            years = found.setdefault(row.code("iso3c"), {})
            year, partner = row.year("year"), row.code("partner")
            if row.number("atop_defense_from_partner", 0.0, 1.0):
                years[year] = years.get(year, frozenset()) | {partner}

        self.each(ALLIANCES, ("year", "iso3c", "partner", "atop_defense_from_partner"), take)
        return found


def _listed(rows: list[tuple[str, float]]) -> Partners:
    """A list as it was printed: the first figure of a partner counts."""
    shares: dict[str, float] = {}
    for code, share in rows:
        if code:
            shares.setdefault(code, share)
    return Partners(shares, min(share for _, share in rows), any(not code for code, _ in rows))


@dataclass(frozen=True)
class _Row:
    """The cells of a row by heading, and where it stands."""

    where: str
    cells: Mapping[str, str]

    def code(self, heading: str) -> str:
        """A code of three letters. Raises ValueError."""
        return _as(self.cells[heading], heading, CODE, "a code of three capital letters, such as ABC")

    def year(self, heading: str) -> int:
        """Raises ValueError."""
        return int(_as(self.cells[heading], heading, YEAR, "a year, such as 1998"))

    def month(self, heading: str) -> str | None:
        """The month of a day; None of an empty cell. Raises ValueError."""
        text = self.cells[heading]
        if not text:
            return None
        day = DAY.fullmatch(text)
        if day is None or not MONTH.fullmatch(day[1]):
            raise ValueError(f"{heading} must be a day, such as 1998-05-20, or empty, not {shown(text)}")
        return day[1]

    def number(self, heading: str, low: float = -1e6, high: float = 1e6) -> float | None:
        """A number between two ends; None of an empty cell. Raises ValueError."""
        text = self.cells[heading]
        if not text:
            return None
        try:
            value = float(number(text))
        except NotANumber as error:
            raise ValueError(f"{heading} {error}") from None
        if not low <= value <= high:
            raise ValueError(
                f"{heading} must be between {low:g} and {high:g}, not {value:g}; correct the cell"
            )
        return value

    def choice(self, heading: str, choices: tuple[str, ...]) -> str:
        """One of some words. Raises ValueError."""
        text = self.cells[heading]
        if text not in choices:
            raise ValueError(f"{heading} must be {' or '.join(choices)}, not {shown(text)}")
        return text


def _as(text: str, heading: str, form: re.Pattern[str], meant: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(f"{heading} must be {meant}, not {shown(text)}")
    return text


def digest(tables: Tables) -> dict[str, Any]:
    """The files with their checksums, for a manifest."""
    return {Path(source.name).name: source.sha256 for source in tables.sources}
