"""Numbers in words: a share as so many of 100 futures, the terms for chances, intervals and months."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.reading.dates import month_of

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

UNSETTLED = "the model does not settle it"
"""What is said of a chance whose doubt covers more than MOST_TERMS terms."""

MOST_TERMS = 2
NARROW, MOST_DIGITS = 0.02, 5
"""Width of an interval below which whole numbers of 100 would hide it, and digits that are tried then."""


@dataclass(frozen=True)
class Term:
    """A term for chances below `upper` [0, 1], and its range as readers see it."""

    upper: float
    word: str
    span: str

    def __str__(self) -> str:
        return f"{self.word} ({self.span})"


TERMS = (
    Term(0.05, "almost no chance", "below 5 %"),
    Term(0.20, "very unlikely", "5–20 %"),
    Term(0.45, "unlikely", "20–45 %"),
    Term(0.55, "roughly even chance", "45–55 %"),
    Term(0.80, "likely", "55–80 %"),
    Term(0.95, "very likely", "80–95 %"),
    Term(1.00, "almost certain", "above 95 %"),
)
"""Terms for chances: Office of the Director of National Intelligence, Intelligence Community Directive 203,
Analytic Standards, 2015, section D.6.e(2)(a). Its outermost terms end at 1 and 99 %; what lies beyond is no
more certain here than they are. The range stands in the sentence itself: so 66 % of readers understand it as
it is meant, without it 32 % (Wintle, Fraser, Wills, Nicholson and Fidler 2019, PLOS ONE 14:e0213522).
"""


def term_of(share: float) -> int:
    """The place in TERMS of a share [0, 1]; one at a border belongs to the upper term.

    >>> [TERMS[term_of(share)].word for share in (0.0, 0.05, 0.5, 1.0)]
    ['almost no chance', 'very unlikely', 'roughly even chance', 'almost certain']
    """
    above = (place for place, term in enumerate(TERMS) if share < term.upper)
    return next(above, len(TERMS) - 1)


def term_for(low: float, high: float) -> str:
    """The words for a chance that may lie from `low` to `high` [0, 1]; none for a wide band.

    >>> term_for(0.3, 0.4), term_for(0.08, 0.85)
    ('unlikely (20–45 %)', 'the model does not settle it')
    """
    first, last = term_of(low), term_of(high)
    if last - first >= MOST_TERMS:
        return UNSETTLED
    named = dict.fromkeys((str(TERMS[first]), str(TERMS[last])))
    return " to ".join(named)


def in_hundred(share: float, runs: int) -> str:
    """A share of so many futures as a count of 100; what no or every future has is told of all of them.

    >>> in_hundred(0.422, 20_000), in_hundred(0.001, 20_000), in_hundred(0.0, 20_000)
    ('42 in 100 futures', 'fewer than 1 in 100 futures', 'none of 20,000 futures')
    """
    if share in (0.0, 1.0):
        which = ("none", "all")[int(share)]
        return f"{which} of {runs:,} futures"
    return f"{_rarely(share, 'fewer than 1', 'more than 99')} in 100 futures"


def of_hundred(share: float) -> str:
    """The same in a few letters, for tables and marks.

    What none or all of the futures have is not certain.

    >>> [of_hundred(share) for share in (0.0, 0.001, 0.422, 0.999, 1.0)]
    ['<1', '<1', '42', '>99', '>99']
    """
    return _rarely(share, "<1", ">99")


def _rarely(share: float, rare: str, sure: str) -> str:
    """A whole number of 100, but for what would be read as never or always."""
    count = whole(share)
    return {0: rare, 100: sure}.get(count, str(count))


def whole(share: float) -> int:
    """A share as a whole number of 100; halves go up, as in the living part.

    >>> whole(0.425), whole(0.4249)
    (43, 42)
    """
    return int(100 * share + 0.5)


def between(low: float, high: float) -> str:
    """Ends of an interval of shares in hundredths, with as many digits as tell them apart.

    No end looks like never or always that is not.

    >>> between(0.401, 0.444), between(0.001, 0.006), between(0.0002, 0.015), between(0.44, 0.999)
    ('40 to 44', '0.1 to 0.6', '0.02 to 1.50', '44 to more than 99')
    """
    if high - low >= NARROW:
        return f"{_end(low)} to {_end(high)}"
    told = [[f"{100 * end:.{digits}f}" for end in (low, high)] for digits in range(1, MOST_DIGITS)]
    apart = [pair for pair in told if pair[0] != pair[1]]
    honest = [pair for pair in apart if all(map(_honest, pair, (low, high)))]
    return " to ".join([*honest, *apart, told[0]][0])


def _honest(text: str, share: float) -> bool:
    """Whether an end does not look like never or always, or is that."""
    return share in (0.0, 1.0) or float(text) not in (0.0, 100.0)


def _end(share: float) -> str:
    """An end of an interval as a whole number of 100."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f}"
    return _rarely(share, "fewer than 1", "more than 99")


def measured(value: float) -> str:
    """A number of a state in three digits, a whole one as it is.

    >>> measured(0.5796), measured(12.345), measured(-20510.4), measured(2.0)
    ('0.580', '12.3', '-20,510', '2')
    """
    if abs(value) >= 1000 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:#.3g}".removesuffix(".")


def on_scale(value: float, span: float) -> str:
    """A number with as many decimals as a scale of this height needs.

    >>> on_scale(0.00112, 0.9), on_scale(12.34, 20.0), on_scale(-0.001, 0.9)
    ('0.00', '12', '0.00')
    """
    decimals = max(1 - math.floor(math.log10(span)), 0)
    # adding zero takes the sign of what is rounded to nothing
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def counted(number: int, word: str, plural: str | None = None) -> str:
    """So many of something; plural: the word for several, if it takes more than an s.

    >>> counted(1, "number"), counted(1400, "number"), counted(2, "quantity", "quantities")
    ('1 number', '1,400 numbers', '2 quantities')
    """
    if number == 1:
        return f"1 {word}"
    return f"{number:,} {plural or f'{word}s'}"


def month_name(date: str) -> str:
    """A month such as `2024-09` in words.

    >>> month_name("2024-09")
    'September 2024'
    """
    month = month_of(date)
    assert month is not None, f"{date} is no month"
    return f"{MONTHS[month % 12]} {month // 12}"
