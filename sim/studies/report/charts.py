"""Charts that templates draw: they take the page's colours and width, and their text is that of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.studies.report.pieces import Piece

HUNDRED, DOTS = 100, 50
MOST_COLUMNS = 60
"""Columns of dots, at most: more of them could not be told apart on a phone."""

SIGNS = {"climatology": "diamond", "anniversary_rule": "triangle"}
"""The sign of each simple rule by its name; of any other a square."""

ABREAST = 8
"""Dots of a row of those that never come."""

LEAST_WIDTH, GAP = 48, 2
"""Width of all columns of dots at least, and between them and those that never come [dots]."""

LEAST_HEIGHT, HIGHEST = 7, 24
"""Height of a picture of dots: of a block of all fifty that never come; and at most [dots]."""

MOST_YEARS = 8


@dataclass(frozen=True)
class Grid(Piece):
    """A hundred futures in ten rows: `yes` of them are such in which it happens.

    alt: what it shows, for who does not see it.
    """

    template = "grid.html"
    yes: int
    alt: str

    @property
    def places(self) -> list[tuple[int, int, bool]]:
        """Column, row and whether it happens, future by future; those in which it does come first."""
        return [(each % 10, each // 10, each < self.yes) for each in range(HUNDRED)]


@dataclass(frozen=True)
class Strip(Piece):
    """A chance on a scale from 0 to 100, with what it may be and what simple rules say.

    bands: kinds with their ends [0, 1], the widest first; marks: kinds of signs with their places.
    """

    template = "strip.html"
    alt: str
    value: float
    bands: Sequence[tuple[str, tuple[float, float]]]
    marks: Sequence[tuple[str, float]]
    key: Sequence[tuple[str, str]]

    def place(self, share: float) -> str:
        """The place of a share, in per cent of the width."""
        return _short(100 * share)


@dataclass(frozen=True)
class Band:
    """What lies between two lines; kind: its class in the style sheet."""

    kind: str
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Mark:
    """A sign at the end of a month, with what it is called in the key."""

    kind: str
    month: int
    value: float


@dataclass(frozen=True)
class Chart(Piece):
    """A line and bands by month, each month's value from its beginning to its end.

    dates: such as `2024-06`; scale: the lowest and the highest value; ticks: values with their texts; end: a
    value with what stands beside it at the right edge; level: a value that is marked all along; key: pairs of
    a kind and what it means; known: months at the beginning that are past and known, drawn in grey.
    """

    template = "chart.html"
    name: str
    alt: str
    caption: str
    dates: Sequence[str]
    bands: Sequence[Band]
    scale: tuple[float, float]
    ticks: Sequence[tuple[float, str]]
    end: tuple[float, str]
    key: Sequence[tuple[str, str]] = ()
    line: Sequence[float] = ()
    marks: Sequence[Mark] = ()
    level: float | None = None
    most_years: int = MOST_YEARS
    command: str = ""
    known: int = 0

    def across(self, month: float) -> str:
        """The place of a month's beginning, in per cent of the width."""
        return _short(100 * month / len(self.dates))

    def up(self, value: float) -> str:
        """The place of a value, in per cent of the height, from below."""
        low, high = self.scale
        return _short(100 * (value - low) / (high - low))

    def down(self, value: float) -> str:
        """The same from above."""
        low, high = self.scale
        return _short(100 * (high - value) / (high - low))

    def steps(self, values: Sequence[float]) -> str:
        """A line that holds each month's value, as the path of an SVG of 100 by 100."""
        return "M" + "L".join(self._steps(values))

    def area(self, band: Band) -> str:
        """What lies between two such lines, as a path."""
        return "M" + "L".join([*self._steps(band.low), *reversed(self._steps(band.high))]) + "Z"

    def _steps(self, values: Sequence[float]) -> list[str]:
        found = []
        for month, value in enumerate(values):
            found += [f"{self.across(end)} {self.down(value)}" for end in (month, month + 1)]
        return found

    @property
    def years(self) -> list[tuple[str, str]]:
        """Places and names of years."""
        return years_of(self.dates, self.most_years)


@dataclass(frozen=True)
class Abreast(Piece):
    """Small charts beside each other, with one key below them."""

    template = "abreast.html"
    charts: Sequence[Chart]
    key: Sequence[tuple[str, str]]
    command: str = ""


@dataclass(frozen=True)
class Dots(Piece):
    """Fifty dots that stand for all futures, each in the month in which it comes; those that never do apart.

    months: of each dot, None for never; never: what stands below those that never come. Lengths are in widths
    of a dot.
    """

    template = "dots.html"
    name: str
    alt: str
    caption: str
    dates: Sequence[str]
    months: Sequence[int | None]
    never: str

    @property
    def _step(self) -> int:
        """Months of one column."""
        return -(-len(self.dates) // MOST_COLUMNS)

    @property
    def _columns(self) -> int:
        return -(-len(self.dates) // self._step)

    @property
    def _room(self) -> float:
        """From one column to the next: more than a dot where columns are few."""
        return max(1.0, LEAST_WIDTH / self._columns)

    @property
    def across(self) -> float:
        """The width of all columns."""
        return self._columns * self._room

    @property
    def width(self) -> float:
        """The width with those that never come."""
        return self.across + GAP + ABREAST

    @property
    def height(self) -> float:
        stacks = Counter(self._column(month) for month in self.months if month is not None)
        return min(max(LEAST_HEIGHT, *stacks.values(), 0), HIGHEST)

    @property
    def share(self) -> str:
        """The part of the width that the months take [%]."""
        return f"{100 * self.across / self.width:.2f}"

    @property
    def came(self) -> list[tuple[str, str]]:
        """Where the dots of those that come stand."""
        stacks, found = Counter[int](), []
        highest = Counter(self._column(month) for month in self.months if month is not None)
        # Dots of a column that would be too high overlap.
        pitch = {column: min(1.0, (HIGHEST - 1) / max(count - 1, 1)) for column, count in highest.items()}
        for month in self.months:
            if month is None:
                continue
            column = self._column(month)
            up = 0.5 + stacks[column] * pitch[column]
            found.append((_short((column + 0.5) * self._room), _short(self.height - up)))
            stacks[column] += 1
        return found

    @property
    def left(self) -> list[tuple[str, str]]:
        """Where those stand that never come, in rows from below."""
        count = sum(month is None for month in self.months)
        begin = self.across + GAP + 0.5
        return [
            (_short(begin + each % ABREAST), _short(self.height - 0.5 - each // ABREAST))
            for each in range(count)
        ]

    def _column(self, month: int) -> int:
        return month // self._step

    @property
    def years(self) -> list[tuple[str, str]]:
        return years_of(self.dates)


def _short(place: float) -> str:
    """A place in few digits."""
    return f"{place:.2f}".rstrip("0").rstrip(".")


def sign_of(rule: str) -> str:
    """The sign of a simple rule without a model."""
    return SIGNS.get(rule, "square")


def years_of(dates: Sequence[str], most: int = MOST_YEARS) -> list[tuple[str, str]]:
    """Places [% of the width] and names of Januaries, every second or third where they are many.

    Where there is none, of the first month.

    >>> years_of(["2024-11", "2024-12", "2025-01", "2025-02"])
    [('50.00', '2025')]
    """
    found = list(_januaries(dates)) or [(0, dates[0])]
    every = -(-len(found) // most)
    return [(f"{100 * month / len(dates):.2f}", name) for month, name in found[::every]]


def _januaries(dates: Sequence[str]) -> Iterator[tuple[int, str]]:
    for month, date in enumerate(dates):
        year, number = date.split("-")
        if number == "01":
            yield month, year


def quantile_months(by: Sequence[float]) -> list[int | None]:
    """The months in which fifty futures in even steps of all have it; `by`: its chance by each month.

    >>> quantile_months([0.01, 0.03])[:3]
    [0, 1, None]
    """
    levels = [(dot + 0.5) / DOTS for dot in range(DOTS)]
    return [next((month for month, share in enumerate(by) if share >= level), None) for level in levels]
