"""What is kept of all runs while their pages go by: counts of happenings and postures by month, and fans of
every path.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import (
    Happening,
    Measure,
    Outcome,
    happenings_of,
    measures_of,
    outcomes_of,
    paths_of,
    posture,
    posture_names,
)
from sim.outcomes.fans import FAN_RUNS, Fans, Paths, put_aside
from sim.scenario.lower import World
from sim.statistics.nested import Groups


@dataclass(frozen=True)
class Page:
    """What one page of runs adds: made on any thread, added in the order of the runs."""

    runs: np.ndarray
    ok: np.ndarray
    rows: np.ndarray
    postures: np.ndarray
    by_month: np.ndarray
    posture_counts: np.ndarray
    paths: tuple[Paths, ...]

    @classmethod
    def joined(cls, pieces: Iterable[Page]) -> Page:
        """The page of which these are the pieces, in the order of the runs."""
        each = list(pieces)
        return cls(
            runs=np.concatenate([piece.runs for piece in each]),
            ok=np.concatenate([piece.ok for piece in each]),
            rows=np.concatenate([piece.rows for piece in each], axis=1),
            postures=np.concatenate([piece.postures for piece in each]),
            by_month=np.sum([piece.by_month for piece in each], axis=0),
            posture_counts=np.sum([piece.posture_counts for piece in each], axis=0),
            paths=tuple(paths for piece in each for paths in piece.paths),
        )

    def without_paths(self) -> Page:
        """The same page without its largest part, once that is kept elsewhere."""
        return replace(self, paths=())


@dataclass(frozen=True)
class Questions:
    """What is asked of every page of a world."""

    happenings: tuple[Happening, ...]
    measures: tuple[Measure, ...]
    outcomes: tuple[Outcome, ...]
    postures: tuple[str, ...]
    paths: tuple[str, ...]

    @classmethod
    def of(cls, world: World) -> Questions:
        names = posture_names(world.scenario.case)
        return cls(happenings_of(world), measures_of(world), outcomes_of(world), names, paths_of(world))

    def rows(self, history: History, names: Container[str] | None = None) -> np.ndarray:
        """Outcomes (outcomes, runs), all or those with these names; runs that failed have none."""
        asked = [outcome for outcome in self.outcomes if names is None or outcome.name in names]
        rows = np.empty((len(asked), len(history.runs)))
        for row, outcome in zip(rows, asked, strict=True):
            row[:] = outcome.of(history)
        rows[:, history.failed] = np.nan
        return rows

    def ask(self, history: History) -> Page:
        """The answers of one page; runs that failed have none."""
        ok, rows = ~history.failed, self.rows(history)
        postures = posture(history)
        return Page(
            runs=history.runs,
            ok=ok,
            rows=rows,
            postures=np.where(ok, postures[-1], -1),
            by_month=self._by_month(rows, history.months),
            posture_counts=np.array(
                [np.count_nonzero((postures == c) & ok, axis=1) for c in range(len(self.postures))]
            ),
            paths=self._paths(history, ok & (history.runs < FAN_RUNS)),
        )

    def _paths(self, history: History, kept: np.ndarray) -> tuple[Paths, ...]:
        """Paths of the runs that fans are made of (names, months, runs), if there are such runs."""
        if not kept.any():
            return ()
        paths = np.empty(
            (len(self.paths) + len(self.measures), history.months, np.count_nonzero(kept)), dtype=np.float32
        )
        for place, name in enumerate(self.paths):
            paths[place] = history[name][:, kept]
        for place, measure in enumerate(self.measures, start=len(self.paths)):
            paths[place] = measure.of(history.__getitem__)[:, kept]
        return (put_aside(paths),)

    def _by_month(self, rows: np.ndarray, months: int) -> np.ndarray:
        """Runs in which each happening has occurred by the end of each month (happenings, months)."""
        counts = np.zeros((len(self.happenings), months), dtype=np.int64)
        for place, outcome in enumerate(self.outcomes):
            happening = self._first.get(outcome.name)
            if happening is not None:
                first = rows[place]
                counts[happening] = np.bincount(first[~np.isnan(first)].astype(np.intp), minlength=months)
        return np.cumsum(counts, axis=1)

    @cached_property
    def _first(self) -> dict[str, int]:
        return {f"first.{happening.name}": place for place, happening in enumerate(self.happenings)}


@dataclass
class ByDraw:
    """Sums over the pages of each draw of the uncertain numbers; run k belongs to draw k modulo the number of
    draws.

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
        names = [outcome.name for outcome in questions.outcomes]
        places = [place for place, name in enumerate(names) if name.startswith("end.")]
        return cls(
            np.zeros(draws, dtype=np.int64),
            np.zeros((draws, len(questions.happenings), months), dtype=np.int32),
            np.zeros((draws, len(questions.postures), months), dtype=np.int32),
            Groups.empty(draws, len(places)),
            tuple(names[place] for place in places),
            tuple(places),
        )

    def add(self, page: Page) -> None:
        """Add a page, whose runs are of one draw."""
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
        place = self.end_names.index(f"end.{name}")
        return Groups(self.ends.count, self.ends.mean[:, [place]], self.ends.square[:, [place]])


@dataclass
class Tally:
    """Sums over pages: runs, failed runs, happened by month (happenings, months), postures (classes, months),
    fans.

    by_draw: the same for each draw, if numbers of the scenario are drawn.
    """

    questions: Questions
    by_month: np.ndarray
    posture_counts: np.ndarray
    fans: Fans
    runs: int = 0
    failed: int = 0
    by_draw: ByDraw | None = None

    @classmethod
    def of(cls, world: World, questions: Questions, draws: int | None = None) -> Tally:
        return cls(
            questions,
            np.zeros((len(questions.happenings), world.months), dtype=np.int64),
            np.zeros((len(questions.postures), world.months), dtype=np.int64),
            Fans((*questions.paths, *(measure.name for measure in questions.measures)), world.months),
            by_draw=None if draws is None else ByDraw.of(draws, world.months, questions),
        )

    def add(self, page: Page) -> None:
        """Add a page; call in the order of the runs."""
        self.by_month += page.by_month
        self.posture_counts += page.posture_counts
        for paths in page.paths:
            self.fans.add(paths)
        if self.by_draw is not None:
            self.by_draw.add(page)
        self.runs += len(page.runs)
        self.failed += int((~page.ok).sum())

    @property
    def counted(self) -> int:
        """Runs that count: all but those that failed."""
        return self.runs - self.failed
