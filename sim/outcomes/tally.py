"""Sums over the pages of all runs: counts of happenings and postures by month, and fans of every path."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.outcomes.columns import Column, Kind, end_column, weighed
from sim.outcomes.fans import FAN_RUNS, Fans
from sim.outcomes.questions import Page, Questions
from sim.scenario.lower import World
from sim.statistics.contrasts import portion
from sim.statistics.intervals import Z95
from sim.statistics.nested import Groups
from sim.statistics.paired import Difference


@dataclass
class ByDraw:
    """Sums over the pages of each draw; run k belongs to draw k modulo the number of draws.

    counted: runs that did not fail (draws,); first_months (draws, happenings, months): runs in which it first
    happened then; posture_counts (draws, classes, months); ends: of the outcomes that tell where a run ends
    up, whose names are `end_names`.
    """

    counted: np.ndarray
    first_months: np.ndarray
    posture_counts: np.ndarray
    ends: Groups
    end_names: tuple[str, ...]
    _places: tuple[int, ...]
    _dates: tuple[int, ...]

    @classmethod
    def of(cls, draws: int, months: int, questions: Questions) -> ByDraw:
        ends = {}
        for place, column in enumerate(questions.columns):
            if column.kind in (Kind.VALUE, Kind.YES_NO):
                ends[place] = column.name
        return cls(
            np.zeros(draws, dtype=np.int64),
            np.zeros((draws, len(questions.happenings), months), dtype=np.int32),
            np.zeros((draws, len(questions.postures), months), dtype=np.int32),
            Groups.empty(draws, len(ends)),
            tuple(ends.values()),
            tuple(ends),
            questions.dates,
        )

    def add(self, page: Page) -> None:
        """Add a page, in which the runs of a draw follow each other."""
        draws = (page.runs % len(self.counted)).astype(np.intp)
        np.add.at(self.counted, draws, page.ok)
        months = np.arange(len(page.classes))[:, None]
        np.add.at(self.posture_counts, (draws, page.classes, months), page.ok)
        for happening, place in enumerate(self._dates):
            first = page.rows[place]
            came = ~np.isnan(first)
            np.add.at(self.first_months, (draws[came], happening, first[came].astype(np.intp)), 1)
        ends = page.rows[list(self._places)]
        for own in np.split(np.arange(len(draws)), np.flatnonzero(np.diff(draws)) + 1):
            self.ends.add(int(draws[own[0]]), ends[:, own[page.ok[own]]])

    def happened(self, happening: int) -> Groups:
        """Whether it has happened, by month."""
        return Groups.of_counts(np.cumsum(self.first_months[:, happening], axis=1), self.counted)

    def in_posture(self, posture: int) -> Groups:
        """Whether a run is in that posture, by month."""
        return Groups.of_counts(self.posture_counts[:, posture], self.counted)

    def end(self, name: str) -> Groups:
        """A path in the last month."""
        return self.column(end_column(name))

    def column(self, name: str) -> Groups:
        """A column of where runs end up."""
        place = self.end_names.index(name)
        return Groups(self.ends.count, self.ends.mean[:, [place]], self.ends.square[:, [place]])


@dataclass
class Tally:
    """Sums over pages: runs, failed runs, happened by month (happenings, months), postures (classes, months),
    fans.

    by_run: columns of which each number is kept, of the runs that did not fail, by name, pieces of (runs,):
    what registered functions give, averages, and of how many these are; counted_runs: the numbers of those
    runs, pieces of (runs,); first_of_fans: in which month each happening first was, of the runs whose paths
    the fans hold, pieces of (happenings, runs); by_draw: the same sums for each draw, if numbers of the
    scenario are drawn.
    """

    questions: Questions
    by_month: np.ndarray
    posture_counts: np.ndarray
    fans: Fans
    by_run: dict[str, list[np.ndarray]]
    counted_runs: list[np.ndarray] = field(default_factory=list)
    first_of_fans: list[np.ndarray] = field(default_factory=list)
    runs: int = 0
    failed: int = 0
    by_draw: ByDraw | None = None

    @classmethod
    def of(cls, world: World, questions: Questions, draws: int | None = None) -> Tally:
        measures = [measure.name for measure in questions.measures]
        own = [column.name for column in questions.columns if column.own is not None]
        for column in questions.averages:
            own += [column.name, questions.over(column).name]
        by_draw = None
        if draws is not None:
            by_draw = ByDraw.of(draws, world.months, questions)
        return cls(
            questions,
            np.zeros((len(questions.happenings), world.months), dtype=np.int64),
            np.zeros((len(questions.postures), world.months), dtype=np.int64),
            Fans((*questions.paths, *measures), world.months),
            {name: [] for name in own},
            by_draw=by_draw,
        )

    def add(self, page: Page) -> None:
        """Add a page; call in the order of the runs."""
        self.by_month += page.by_month
        self.posture_counts += page.posture_counts
        for paths in page.paths:
            self.fans.add(paths)
        of_fans = page.ok & (page.runs < FAN_RUNS)
        if of_fans.any():
            self.first_of_fans.append(page.rows[list(self.questions.dates)][:, of_fans])
        if self.by_draw is not None:
            self.by_draw.add(page)
        for column, row in zip(self.questions.columns, page.rows, strict=True):
            if column.name in self.by_run:
                self.by_run[column.name].append(row[page.ok].astype(np.float32))
        if self.questions.averages:
            self.counted_runs.append(page.runs[page.ok])
        self.runs += len(page.runs)
        self.failed += int((~page.ok).sum())

    def column(self, name: str) -> np.ndarray:
        """A column that is kept run by run (runs,), of the runs that did not fail."""
        # the empty piece stands for when every run failed
        return np.concatenate([np.empty(0), *self.by_run[name]])

    def first_months(self, happening: str) -> np.ndarray:
        """Months from the first simulated one to the first time, of the runs whose paths the fans hold, in
        their order (runs,); not a number for never. Raises ValueError.
        """
        place = [each.name for each in self.questions.happenings].index(happening)
        # the empty piece stands for when every run failed
        return np.concatenate([np.empty(0), *(piece[place] for piece in self.first_of_fans)])

    def pooled(self, column: Column, z: float = Z95) -> Difference:
        """The mean of an average over all that it is of, with its interval; draws are clusters of runs."""
        part, whole = weighed(self.column(column.name), self.column(self.questions.over(column).name))
        if not len(whole):
            return Difference(np.nan, np.nan, np.nan)
        if self.by_draw is not None:
            draws = np.concatenate(self.counted_runs).astype(np.intp) % len(self.by_draw.counted)
            part, whole = np.bincount(draws, part), np.bincount(draws, whole)
        return portion(part, whole, z)

    @property
    def counted(self) -> int:
        """Runs that count: all but those that failed."""
        return self.runs - self.failed
