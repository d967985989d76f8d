"""What is asked of a page of runs at once, and the answers, which are added up in the order of the runs."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from sim.engine.history import History
from sim.outcomes.columns import Column, Kind, columns_of, date_column
from sim.outcomes.fans import FAN_RUNS, Paths, put_aside
from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.outcomes.measures import Measure, kept_of, measured, measures_of, paths_of
from sim.outcomes.postures import posture, posture_names
from sim.scenario.lower import World


@dataclass(frozen=True)
class Page:
    """What one page of runs adds: made on any thread, added in the order of the runs."""

    runs: np.ndarray
    ok: np.ndarray
    rows: np.ndarray
    postures: np.ndarray
    by_month: np.ndarray
    posture_counts: np.ndarray
    classes: np.ndarray
    """The posture of every run in every month (months, runs)."""
    paths: tuple[Paths, ...]
    kept: np.ndarray
    """Chosen paths of every run (paths, months, runs)."""

    @classmethod
    def joined(cls, pieces: Iterable[Page]) -> Page:
        """The page of which these are the pieces, in the order of the runs."""
        each = list(pieces)

        def all_of(name: str) -> list[np.ndarray]:
            return [getattr(piece, name) for piece in each]

        return cls(
            runs=np.concatenate(all_of("runs")),
            ok=np.concatenate(all_of("ok")),
            rows=np.concatenate(all_of("rows"), axis=1),
            postures=np.concatenate(all_of("postures")),
            by_month=np.sum(all_of("by_month"), axis=0),
            posture_counts=np.sum(all_of("posture_counts"), axis=0),
            classes=np.concatenate(all_of("classes"), axis=1),
            paths=tuple(chain.from_iterable(piece.paths for piece in each)),
            kept=np.concatenate(all_of("kept"), axis=2),
        )

    def without_paths(self) -> Page:
        """The same page without its largest parts, once they are kept elsewhere."""
        return replace(self, paths=(), classes=self.classes[:0])


@dataclass(frozen=True)
class Questions:
    """What is asked of every page of a world."""

    happenings: tuple[Happening, ...]
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]
    postures: tuple[str, ...]
    paths: tuple[str, ...]
    kept: tuple[str, ...]

    @classmethod
    def of(cls, world: World) -> Questions:
        names = posture_names(world.scenario.case)
        happenings = happenings_of(world.scenario)
        return cls(happenings, measures_of(world), columns_of(world), names, paths_of(world), kept_of(world))

    def rows(self, history: History, names: Container[str] | None = None) -> np.ndarray:
        """Outcomes (outcomes, runs), all or those with these names; runs that failed have none."""
        asked = self.columns
        if names is not None:
            asked = tuple(column for column in self.columns if column.name in names)
        rows = np.empty((len(asked), len(history.runs)))
        dated = [column.happening for column in asked if column.happening is not None]
        findings = Findings.on(history, dated)
        for row, column in zip(rows, asked, strict=True):
            row[:] = column.of(findings)
        # a number that is none decides comparisons as a no: what they gave means nothing
        rows[:, history.failed] = np.nan
        return rows

    def ask(self, history: History) -> Page:
        """The answers of one page; runs that failed have none."""
        ok, rows = ~history.failed, self.rows(history)
        postures = posture(history)
        counts = [np.count_nonzero((postures == each) & ok, axis=1) for each in range(len(self.postures))]
        return Page(
            runs=history.runs,
            ok=ok,
            rows=rows,
            postures=np.where(ok, postures[-1], -1),
            by_month=self._by_month(rows, history.months),
            posture_counts=np.array(counts),
            classes=postures,
            paths=self._paths(history, ok & (history.runs < FAN_RUNS)),
            kept=self._kept(history),
        )

    def _kept(self, history: History) -> np.ndarray:
        """Chosen paths (paths, months, runs) as they are, those of failed runs too."""
        get = measured(history.world, history.__getitem__)
        paths = np.array([get(name) for name in self.kept], dtype=float)
        # reshaped for the sake of no paths at all
        return paths.reshape(len(self.kept), history.months, len(history.runs))

    def _paths(self, history: History, kept: np.ndarray) -> tuple[Paths, ...]:
        """Paths of the runs that fans are made of (names, months, runs), if there are such runs."""
        if not kept.any():
            return ()
        names = len(self.paths) + len(self.measures)
        which: np.ndarray | slice = kept
        # mostly it is all of them, who need not be picked out one by one
        if kept.all():
            which = slice(None)
        # single precision is finer than chance by far, and half the memory
        paths = np.empty((names, history.months, np.count_nonzero(kept)), dtype=np.float32)
        for place, name in enumerate(self.paths):
            paths[place] = history[name][:, which]
        for place, measure in enumerate(self.measures, start=len(self.paths)):
            paths[place] = measure.of(history.__getitem__)[:, which]
        return (put_aside(paths),)

    def _by_month(self, rows: np.ndarray, months: int) -> np.ndarray:
        """Runs in which each happening has occurred by the end of each month (happenings, months)."""
        counts = np.zeros((len(self.happenings), months), dtype=np.int64)
        for happening, place in enumerate(self.dates):
            first = rows[place]
            came = first[~np.isnan(first)].astype(np.intp)
            counts[happening] = np.bincount(came, minlength=months)
        return np.cumsum(counts, axis=1)

    @cached_property
    def averages(self) -> tuple[Column, ...]:
        """The columns that are averages over what a run has some of."""
        return tuple(column for column in self.columns if column.kind is Kind.AVERAGE)

    def over(self, average: Column) -> Column:
        """The column of how many an average is of."""
        (found,) = (column for column in self.columns if column.name == average.over)
        return found

    @cached_property
    def dates(self) -> tuple[int, ...]:
        """The places of the columns of first months, of happenings in their order."""
        names = [column.name for column in self.columns]
        return tuple(names.index(date_column(happening.name)) for happening in self.happenings)
