"""What a reader could say without the model: ONE table of simple rules, to stand beside what runs say.

A new baseline is a row of BASELINES: tables, scores, figures and reports follow. Those of events give a
probability of at least one occurrence in some months, those of series the mean and standard deviation of a
number at some time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.outcomes.structural import forecast
from sim.scenario.schema import Case, Outcome, month_number

NOTHING = (math.nan, math.nan)
"""What a rule says that knows too little."""

CHANGES_A_PATH = 4
"""Past changes that a slope on an input is estimated from, at least."""

QUINQUENNIAL = 5
"""Years between the anniversaries that the anniversary-only rule counts."""


@dataclass(frozen=True)
class Span:
    """What a baseline of events is asked about: months `first` to `last` (from year 0, both included).

    case, outcome: the scenario and what it says of the outcome, None for a plain event; rate: the chance a
    year that past observations show [0, 1], None if nothing is known.
    """

    case: Case
    outcome: Outcome | None
    first: int
    last: int
    rate: float | None = None


@dataclass(frozen=True)
class Past:
    """What is known of a series when it is asked about: its values in the order of time.

    years: middles of their windows (values,) [year]; values [unit]; inputs: what paths that runs are given
    were then (values, paths), none if the scenario names none. free: asked as free runs are, who know the
    first value and what changes are like; else all of it is known, and walks start from the last.
    """

    years: tuple[float, ...]
    values: tuple[float, ...]
    inputs: tuple[tuple[float, ...], ...] = ()
    free: bool = False

    @property
    def start(self) -> int:
        """The place of the value that walks start from."""
        return 0 if self.free else len(self.values) - 1

    @property
    def level(self) -> float:
        """The value that walks start from [unit]."""
        return self.values[self.start]

    def since(self, year: float) -> float:
        """Time from that value to a year [years]."""
        return year - self.years[self.start]

    def moved(self, inputs: tuple[float, ...]) -> np.ndarray:
        """How far inputs (paths,) are from what they were at that value (paths,)."""
        return np.array(inputs) - np.array(self.inputs[self.start])

    @cached_property
    def _apart(self) -> np.ndarray:
        """The places of values that lie later than the one before them."""
        # Windows with one middle, such as a year and its middle months, have no time between them to move in.
        return np.flatnonzero(np.diff(self.years) > 0)

    @cached_property
    def spans(self) -> np.ndarray:
        """Time between consecutive values (changes,) [years]."""
        return np.diff(self.years)[self._apart]

    @cached_property
    def changes(self) -> np.ndarray:
        """What the series moved by in these spans (changes,) [unit]."""
        return np.diff(self.values)[self._apart]

    @cached_property
    def input_changes(self) -> np.ndarray:
        """What inputs moved by in these spans (changes, paths)."""
        return np.diff(np.array(self.inputs), axis=0)[self._apart]

    @property
    def drift(self) -> float:
        """Mean change a year [unit], the whole change over the whole time; not a number of one value."""
        if not len(self.spans):
            return math.nan
        return float(self.changes.sum() / self.spans.sum())

    @property
    def sd(self) -> float:
        """Standard deviation of yearly changes [unit]; not a number of fewer than three values.

        Over uneven spans t their variance is the mean of (change - drift t)^2 / t.
        """
        if len(self.spans) < 2:
            return math.nan
        off = (self.changes - self.drift * self.spans) ** 2 / self.spans
        return math.sqrt(float(off.sum()) / (len(self.spans) - 1))

    def spread(self, year: float) -> float:
        """Standard deviation [unit] of a random walk at a year: it grows with the root of time."""
        # changes of different years are independent, so their variances add up
        return self.sd * math.sqrt(abs(self.since(year)))


@dataclass(frozen=True)
class Asked:
    """When a series is asked about: a year, and what the inputs of runs are then (paths,)."""

    year: float
    inputs: tuple[float, ...] = ()


Chance = Callable[[Span], float | None]
"""The probability of at least one occurrence [0, 1]; None where the rule knows nothing."""

Level = Callable[[Past, Asked], tuple[float, float]]
"""Mean and standard deviation [unit] of a series; not numbers where the rule knows too little."""


@dataclass(frozen=True)
class Baseline:
    """A rule that needs no model: of events (`chance`) or of series (`level`).

    name: of its column; heading: over a column, ten letters at most; label: in the key of a figure; meaning:
    in a note; marker: in a figure; constant: it says one thing of every month, so a mark at a date shows
    nothing.
    """

    name: str
    heading: str
    label: str
    meaning: str
    marker: str
    chance: Chance | None = None
    level: Level | None = None
    constant: bool = False


# -- of events -------------------------------------------------------------------------------------


def climatology(rate: float, months: int) -> float:
    """Probability of at least one occurrence within `months` at a constant chance per year `rate` [0, 1].

    >>> round(climatology(0.2, 24), 2)
    0.36
    """
    return 1.0 - (1.0 - rate) ** (months / 12.0)


def anniversary_only(on: float, off: float, event_month: int, first: int, last: int) -> float:
    """Probability of at least one occurrence from month `first` to `last` (from year 0, both included).

    In years that are a multiple of five after the event the whole chance `on` lies in the anniversary month;
    the chance `off` of any other year is spread evenly over its months.
    """
    never = 1.0
    for month in range(first, last + 1):
        age = month // 12 - event_month // 12
        if age <= 0 or age % QUINQUENNIAL:
            # twelve such months leave 1 - off of a year
            never *= (1.0 - off) ** (1.0 / 12.0)
        elif month % 12 == event_month % 12:
            never *= 1.0 - on
    return 1.0 - never


def past_rate(span: Span) -> float | None:
    """A constant chance a year: that of the file, before the one that past observations show."""
    rate = span.rate
    if span.outcome is not None and span.outcome.baselines.climatology is not None:
        rate = span.outcome.baselines.climatology
    if rate is None:
        return None
    return climatology(rate, span.last - span.first + 1)


def round_dates(span: Span) -> float | None:
    """Nearly all the chance on round anniversaries, if the file gives such a rule."""
    if span.outcome is None or span.outcome.baselines.anniversary is None:
        return None
    rule = span.outcome.baselines.anniversary
    since = span.case.calendars[rule.calendar].anniversary_of
    # the calendar may be one of dates, which has no anniversaries
    if since is None:
        return None
    return anniversary_only(rule.on, rule.off, month_number(since), span.first, span.last)


def status_quo(span: Span) -> float | None:
    """Nothing changes, where the file gives any baselines."""
    if span.outcome is None or "baselines" not in span.outcome.model_fields_set:
        return None
    return span.outcome.baselines.status_quo


# -- of series -------------------------------------------------------------------------------------


def hold_last(past: Past, asked: Asked) -> tuple[float, float]:
    """The last known value."""
    return past.level, past.spread(asked.year)


def drifting(past: Past, asked: Asked) -> tuple[float, float]:
    """The last known value, and its mean change a year since."""
    return past.level + past.drift * past.since(asked.year), past.spread(asked.year)


def moved_by_inputs(past: Past, asked: Asked) -> tuple[float, float]:
    """The last known value, and what inputs that runs are given have moved it by since.

    By least squares over past changes, divided by the root of their spans: doubt about the slopes is in the
    standard deviation. Nothing of fewer than CHANGES_A_PATH changes a path, or of inputs that never move.
    """
    if not past.inputs or len(past.spans) < CHANGES_A_PATH * len(asked.inputs):
        return NOTHING
    roots = np.sqrt(past.spans)
    moves, changes = past.input_changes / roots[:, None], past.changes / roots
    # Sums one by one, not `@`, whose last bits differ between machines.
    squares = (moves[:, :, None] * moves[:, None, :]).sum(axis=0)
    if np.linalg.matrix_rank(squares) < len(squares):
        return NOTHING
    inverse = np.linalg.inv(squares)
    slopes = (inverse * (moves * changes[:, None]).sum(axis=0)).sum(axis=1)
    left = changes - (moves * slopes).sum(axis=1)
    variance = float((left**2).sum()) / (len(changes) - len(slopes))
    away = past.moved(asked.inputs)
    doubt = float((away[:, None] * away * inverse).sum())
    mean = past.level + float((slopes * away).sum())
    return rounded(mean, math.sqrt(variance * (abs(past.since(asked.year)) + doubt)))


def local_level(past: Past, asked: Asked) -> tuple[float, float]:
    """A level that wanders, seen with error: `structural.forecast`."""
    return _structural(past, asked, slopes=False)


def damped_trend(past: Past, asked: Asked) -> tuple[float, float]:
    """The same with a slope that wanders and dies away."""
    return _structural(past, asked, slopes=True)


def _structural(past: Past, asked: Asked, slopes: bool) -> tuple[float, float]:
    """Of what follows all that is known; nothing could be estimated where a free run starts."""
    if past.free:
        return NOTHING
    return rounded(*forecast(past.years, past.values, asked.year, slopes))


def rounded(mean: float, sd: float) -> tuple[float, float]:
    """Both to nine digits: what linear algebra leaves in the last ones is another on another machine."""
    return float(f"{mean:.9g}"), float(f"{sd:.9g}")


BASELINES = {
    baseline.name: baseline
    for baseline in (
        Baseline("hold_last", "hold", "last known value held", "last known value held", "s", level=hold_last),
        Baseline(
            "drift", "drift", "last known value and its drift", "last known value and its drift", "D",
            level=drifting
        ),
        Baseline(
            "local_level", "level", "local level", "a level that wanders, seen with error (statsmodels)", "h",
            level=local_level,
        ),
        Baseline(
            "damped_trend", "damped", "damped trend",
            "a level that wanders with a slope that dies away, seen with error (statsmodels)", "v",
            level=damped_trend,
        ),
        Baseline(
            "inputs", "inputs", "last known value moved by inputs",
            "last known value and what inputs that runs are given moved it by", "P", level=moved_by_inputs,
        ),
        Baseline(
            "climatology", "past rate", "past rate", "climatology, a constant chance a year", "D",
            chance=past_rate
        ),
        Baseline(
            "anniversary_rule", "jubilees", "round anniversaries",
            "anniversary-only rule, nearly all the chance lies on round anniversaries", "^",
            chance=round_dates,
        ),
        Baseline("status_quo", "no event", "no event", "status quo", "s", chance=status_quo, constant=True),
    )
}  # fmt: skip
"""Every baseline by the name of its column, in the order of columns."""

OF_SERIES = {name: baseline.level for name, baseline in BASELINES.items() if baseline.level is not None}
OF_EVENTS = {name: baseline.chance for name, baseline in BASELINES.items() if baseline.chance is not None}
"""What each baseline of series, and each of events, says."""


def chances(span: Span) -> dict[str, float]:
    """The probability of at least one occurrence, by each baseline that knows something."""
    said = {name: chance(span) for name, chance in OF_EVENTS.items()}
    return {name: chance for name, chance in said.items() if chance is not None}


def chances_by(case: Case, outcome: Outcome, date: str) -> dict[str, float]:
    """The baselines of an outcome as probabilities from the first simulated month to the end of a month."""
    return chances(Span(case, outcome, month_number(case.time.start), month_number(date)))
