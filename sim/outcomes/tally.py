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

    counted: runs that did not fail (draws,); by_month (draws, happenings, months); posture_counts (draws,
    classes, months); ends: of the outcomes that tell where a run ends up, whose names are `end_names`.
    """

    counted: np.ndarray
    by_month: np.ndarray
    posture_counts: np.ndarray
    ends: Groups
    end_names: tuple[str, ...]
    _places: tuple[int, ...]

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
        )

    def add(self, page: Page) -> None:
        """Add a page, whose runs are of one draw."""
        # no lot spans draws (see `engine.worlds`), so the first run tells of all
        draw = int(page.runs[0]) % len(self.counted)
        self.counted[draw] += int(page.ok.sum())
        self.by_month[draw] += page.by_month
        self.posture_counts[draw] += page.posture_counts
        self.ends.add(draw, page.rows[list(self._places)][:, page.ok])

    def happened(self, happening: int) -> Groups:
        """Whether it has happened, by month."""
        return Groups.of_counts(self.by_month[:, happening], self.counted)

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
