"""A sweep as it stands in its folder, finished or not: plan, rows, and whether they come out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds

from sim.drawing.saving import draw
from sim.engine.pages import page_of
from sim.refusal import one_line
from sim.studies.sweep.design import NO_LEVER
from sim.studies.sweep.journal import PARTS, StoreError, damage, journal, name_of, read_manifest
from sim.studies.sweep.plan import Plan, plan_of
from sim.studies.sweep.rows import again, same_rows, schema_of
from sim.studies.sweep.store import finish
from sim.studies.sweep.tables import summary_of, summed
from sim.writing.notebook import card
from sim.writing.tables import csv_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Sweep:
    """A sweep in its folder, finished or not.

    asked: months by which outcomes are asked about, those of the scenario if none; source: the sweep that was
    asked about others, whose folder these rows are in.
    """

    folder: Path
    asked: tuple[str, ...] = ()
    # A folder without a name of its own lasts as long as the sweep that made it is held.
    source: Sweep | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Sweep {one_line(self._told())}>"

    def _repr_html_(self) -> str:
        """Its points and levers in a notebook."""
        if self.plan.levers == NO_LEVER:
            levers = ""
        else:
            levers = f"Levers: {', '.join(self.plan.levers)}"
        return card(self._told(), self.plan.points, levers)

    def _told(self) -> str:
        """What it is a sweep of and how far it is, in a line."""
        plan, done = self.plan, self.done
        size = f"{len(plan.points):,} points, {len(plan.levers)} lever(s), {plan.runs:,} runs each"
        if done == plan.parts:
            stored = "finished"
        else:
            stored = f"{done} of {plan.parts} parts stored"
        return f"{self.folder}: {size}, {plan.months} months, seed {plan.seed}; {stored}"

    @cached_property
    def plan(self) -> Plan:
        """What was to be run, from the manifest alone."""
        plan = plan_of(read_manifest(self.folder)["identity"], self.folder)
        return replace(plan, scenario=plan.scenario.by(*self.asked, months=plan.months))

    def by(self, *dates: str) -> Sweep:
        """The same stored rows, all outcomes that have a month asked about by other months.

        dates: such as `2024-09`, simulated ones; without any, the sweep as it is. Raises BadInput.

        >>> import sim
        >>> found = sim.sweep("mongolia-2024", {"parameters.offence_scale": [0, 1]}, runs=8, months=6)
        >>> found.by("2024-09").summary()["date"].unique().tolist()
        ['2024-09', '2024-11']
        """
        # What is no month is refused here, not where it is used.
        self.plan.scenario.by(*dates, months=self.plan.months)
        return Sweep(self.folder, dates or self.asked, source=self)

    def figures(self) -> dict[str, Figure]:
        """The figures by name, for a design along one number or over a grid of two; none for another.

        >>> import sim
        >>> found = sim.sweep("mongolia-2024", {"parameters.offence_scale": [0, 1]}, runs=8, months=6)
        >>> sorted(found.figures())
        ['distributions', 'sweep']
        """
        # Here and not above: who draws nothing does not wait for matplotlib to load.
        from sim.studies.sweep.figures import figures_of
        from sim.studies.sweep.tipping import tipping_of

        return figures_of(self, self.summary(), tipping_of(self))

    def finish(
        self, tables: Mapping[str, pd.DataFrame], figures: Callable[[], Mapping[str, Figure]]
    ) -> tuple[str, ...]:
        """Store tables by the names of their files, and figures. A line for each figure not drawn."""
        files = {name: csv_bytes(table) for name, table in tables.items()}
        finish(self.folder, files, last=False)  # tables are safe before anything is drawn
        undrawn = draw(figures, files.__setitem__)
        finish(self.folder, files)
        return undrawn

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The journal: a line for each part that is stored, by number."""
        return sorted(journal(self.folder), key=lambda line: line["part"])

    @property
    def done(self) -> int:
        """Parts that are stored."""
        return len(self.lines)

    @property
    def cells(self) -> list[int]:
        """Cells whose rows are stored."""
        stored = set[int]()
        for line in self.lines:
            stored.update(self.plan.cells_of(line["part"]))
        return sorted(stored - set(self.failures))

    @property
    def failures(self) -> dict[int, str]:
        """Cells that could not be run, with the reason."""
        found: dict[int, str] = {}
        for line in self.lines:
            for cell, reason in line["failures"].items():
                found[int(cell)] = reason
        return found

    def rows(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Stored rows, all columns or some; only parts that count are read. Raises StoreError."""
        return self._of(self.lines, columns)

    def each_part(self, columns: list[str]) -> Iterator[pd.DataFrame]:
        """Stored rows part by part, some columns; a cell stands whole in one part, its runs in order."""
        for line in self.lines:
            yield self._of([line], columns)

    def _of(
        self,
        lines: list[dict[str, Any]],
        columns: list[str] | None = None,
        where: ds.Expression | None = None,
    ) -> pd.DataFrame:
        """Rows of parts, by their lines of the journal.

        Raises StoreError for a part that is not as it was written.
        """
        # parts are read twice: no row counts before the checksum of all its part is right
        for line in lines:
            if problem := damage(self.folder, line):
                raise StoreError(f"{self.folder}: {problem}; the command that made the sweep makes it again")
        files = [str(self.folder / PARTS / name_of(line["part"])) for line in lines]
        stored = ds.dataset(files, schema=schema_of(self.plan.keep), format="parquet")
        return stored.to_table(columns=columns, filter=where).to_pandas()

    def page(self, cell: int, run: int) -> pd.DataFrame:
        """Stored rows of the page that a run of a cell was computed in; empty if they are not stored."""
        point, lever, _ = self.plan.changes(cell)
        part = cell // self.plan.cells_per_part
        lines = [line for line in self.lines if line["part"] == part]
        if not lines:
            return schema_of(self.plan.keep).empty_table().to_pandas()
        start, stop = page_of(run, self.plan.runs)
        at = (ds.field("point") == point) & (ds.field("lever") == lever)
        return self._of(lines, where=at & (ds.field("run") >= start) & (ds.field("run") < stop))

    def summary(self) -> pd.DataFrame:
        """One row per cell, outcome and month asked about: probability that it happened by then, or mean;
        95 % interval, runs, failures.

        Failed runs count nowhere but in `failed`; a cell that could not be run has no value and a `reason`.
        Reads part by part. Raises StoreError.
        """
        columns = ["point", "lever", "failed", *summed(self.plan)]
        return summary_of(self.plan, self.each_part(columns), self.failures)

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of stored rows again from the manifest alone, each with its page; what differs.

        Parts whose bytes are not those that were written are told instead, if there are any.
        """
        damaged = [damage(self.folder, line) for line in self.lines]
        if any(damaged):  # rows that are damaged differ, and tell nothing about the program
            return list(filter(None, damaged))
        wrong = [self._differs(cell, start) for cell, start in self._sampled(sample, seed)]
        return list(filter(None, wrong))

    def _sampled(self, sample: int, seed: int) -> list[tuple[int, int]]:
        """Cell and first run of the pages that hold a sample of the stored rows."""
        cells, runs = self.cells, self.plan.runs
        rows = len(cells) * runs
        if not rows:
            return []
        chosen = np.random.default_rng(seed).choice(rows, min(sample, rows), replace=False).tolist()
        pages = set[tuple[int, int]]()
        for row in chosen:
            place, run = divmod(row, runs)
            pages.add((cells[place], page_of(run, runs)[0]))
        return sorted(pages)

    def _differs(self, cell: int, start: int) -> str | None:
        """That the page from a run on gives other rows when it is run again; None if it gives the same."""
        plan = self.plan
        stop = page_of(start, plan.runs)[1]
        found = again(plan, cell, range(start, stop))
        if not isinstance(found, str) and same_rows(self.page(cell, start), found.to_pandas()):
            return None
        point, lever, _ = plan.changes(cell)
        return f"point {point}, lever '{lever}', runs {start} to {stop - 1}: run again, they give other rows"
