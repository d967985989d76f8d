"""Sums over the pages of all runs: counts of happenings and postures by month, and fans of every path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.outcomes.columns import Kind, end_column
from sim.outcomes.fans import Fans
from sim.outcomes.questions import Page, Questions
from sim.scenario.lower import World
from sim.statistics.nested import Groups


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

    own: what registered functions give of the runs that did not fail, by column, pieces of (runs,); by_draw:
    the same for each draw, if numbers of the scenario are drawn.
    """

    questions: Questions
    by_month: np.ndarray
    posture_counts: np.ndarray
    fans: Fans
    own: dict[str, list[np.ndarray]]
    runs: int = 0
    failed: int = 0
    by_draw: ByDraw | None = None

    @classmethod
    def of(cls, world: World, questions: Questions, draws: int | None = None) -> Tally:
        measures = [measure.name for measure in questions.measures]
        own = [column.name for column in questions.columns if column.own is not None]
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
        if self.by_draw is not None:
            self.by_draw.add(page)
        for column, row in zip(self.questions.columns, page.rows, strict=True):
            if column.own is not None:
                self.own[column.name].append(row[page.ok].astype(np.float32))
        self.runs += len(page.runs)
        self.failed += int((~page.ok).sum())

    @property
    def counted(self) -> int:
        """Runs that count: all but those that failed."""
        return self.runs - self.failed
