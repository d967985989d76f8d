"""The questions of a scenario: each dated outcome by each of its months, each measured number by year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.instruments import Instruments
from sim.engine.history import History, month_label, window
from sim.outcomes.measures import measured
from sim.scenario.asked import asked
from sim.scenario.labels import state_label
from sim.scenario.lower import World, state_name
from sim.scenario.schema import Case, month_number

YEAR = 12
"""Months."""


@dataclass(frozen=True)
class Question:
    """What is asked of the months from `first` to `last` (from year 0, both included).

    Of an event whether it happens in them at least once, of a series its mean over them [unit]. path: the
    number that runs record of a series; error: of measurement, None where it is not measured, but read off
    the path; ends: the values that can be observed [unit]; follows: the series that it repeats.
    """

    kind: str
    target: str
    label: str
    first: int
    last: int
    unit: str = ""
    path: str | None = None
    error: float | None = None
    ends: tuple[float, float] = (-np.inf, np.inf)
    follows: str | None = None

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def words(self) -> str:
        """The question in words."""
        if self.kind == EVENT:
            return f"{self.label}: at least once from {month_label(self.first)} to {month_label(self.last)}?"
        unit = ""
        if self.unit:
            unit = f" [{self.unit}]"
        return f"{self.label}{unit}: the mean of {window(self.months)}?"

    @property
    def fact(self) -> Fact:
        """The observation that would answer it; its value is still to come."""
        return Fact(self.kind, self.target, self.first, self.last, np.nan)


def questions_of(world: World) -> tuple[Question, ...]:
    """All questions of a scenario that is simulated for so many months.

    Numbers are asked for where the scenario says how any is observed.
    """
    return (*_events(world), *_series(world), *_headlines(world))


def _events(world: World) -> Iterator[Question]:
    case = world.scenario.case
    start = month_number(case.time.start)
    for name, outcome in case.outcomes.items():
        if outcome.kind != "date":
            continue
        for month in asked(case, name, world.months):
            yield Question(EVENT, name, outcome.label, start, start + month)


def _series(world: World) -> Iterator[Question]:
    """Every series that is observed, in each calendar year that is simulated from its start to its end."""
    case = world.scenario.case
    for name, observation in case.observations.items():
        for year in _years(case, world.months):
            yield Question(
                SERIES, name, observation.label, year.start, year.stop - 1, observation.unit,
                state_name(case, observation.measure), observation.error, observation.ends,
                observation.follows,
            )  # fmt: skip


def _years(case: Case, months: int) -> list[range]:
    """The whole calendar years that are simulated; all months where there is none."""
    start = month_number(case.time.start)
    stop = start + months
    whole = [range(first, first + YEAR) for first in range(-(-start // YEAR) * YEAR, stop - YEAR + 1, YEAR)]
    return whole or [range(start, stop)]


def _headlines(world: World) -> Iterator[Question]:
    """The headlines of a scenario in its last month, those aside that are observed."""
    case = world.scenario.case
    if not case.observations:
        return
    seen = {state_name(case, each.measure) for each in case.observations.values()}
    last = month_number(case.time.start) + world.months - 1
    for name in case.headlines:
        path = state_name(case, name)
        if path not in seen:
            yield Question(SERIES, name, state_label(case, path), last, last, path=path)


@dataclass(frozen=True)
class Answers:
    """What runs answer to questions, ready to be asked of pages of a world.

    measured: places of the questions that instruments answer; of the others the last month is read off their
    path. paths: the numbers whose first month is told too.
    """

    questions: tuple[Question, ...]
    instruments: Instruments
    measured: np.ndarray
    paths: tuple[str, ...]

    @classmethod
    def of(cls, world: World, questions: Sequence[Question]) -> Answers:
        own = [place for place, each in enumerate(questions) if each.path is None or each.error is not None]
        facts = tuple(questions[place].fact for place in own)
        paths = dict.fromkeys(each.path for each in questions if each.path is not None)
        return cls(tuple(questions), Instruments.of(world, facts), np.array(own, dtype=int), tuple(paths))

    def ask(self, history: History) -> np.ndarray:
        """What each run answers (questions, runs): 1 or 0, or a number; then the first month of each path.

        Not a number if it failed.
        """
        count = len(self.questions)
        found = np.empty((count + len(self.paths), len(history.runs)))
        found[self.measured] = self.instruments.measure(history)
        get = measured(history.world, history.__getitem__)
        for place in sorted(set(range(count)) - set(self.measured.tolist())):
            found[place] = get(str(self.questions[place].path))[-1]
        for place, path in enumerate(self.paths, start=count):
            found[place] = get(path)[0]
        found[:, history.failed] = np.nan
        return found

    def disturb(self, said: np.ndarray, seed: int, runs: np.ndarray) -> np.ndarray:
        """Answers (questions, runs) of `ask` as they would be observed, with error of measurement."""
        found = said[: len(self.questions)].copy()
        found[self.measured] = self.instruments.observed(found[self.measured], seed, runs)
        return found

    def starts(self, said: np.ndarray) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation over runs of the first month of each path [unit]."""
        first = said[len(self.questions) :]
        return {
            path: (float(row.mean()), float(row.std())) for path, row in zip(self.paths, first, strict=True)
        }
