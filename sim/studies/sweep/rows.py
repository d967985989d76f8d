"""The rows of a sweep: one for each run of a cell, as they are computed and as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.engine.pages import lots_of
from sim.outcomes.postures import last_posture, posture_names
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.programs import Cannot, Prepared, Programs, alone


def schema_of(keep: Sequence[str]) -> pa.Schema:
    """Columns of a part: point, lever, run, outcomes [units of columns.csv], posture, failed."""
    place = [("point", pa.int32()), ("lever", pa.string()), ("run", pa.int64())]
    outcomes = [(name, pa.float64()) for name in keep]
    return pa.schema([*place, *outcomes, ("posture", pa.string()), ("failed", pa.bool_())])


@dataclass(frozen=True)
class Batch:
    """The rows of some cells in order, and the cells that could not be run with the reason."""

    table: pa.Table
    failures: dict[str, str]


def batch_rows(programs: Programs, cells: range) -> Batch:
    """What one worker does at once: a function of the plan and the cells alone."""
    return rows_of(programs.plan, np.array(cells), programs.prepare(np.array(cells)))


def rows_of(
    plan: Plan, cells: np.ndarray, prepared: Iterable[Prepared | Cannot], runs: range | None = None
) -> Batch:
    """The rows of cells (cells,) in their order; of each those of some runs, all of them if None.

    prepared: what it takes to run the cells, in any order. Some runs begin where a page does.
    """
    if runs is None:
        runs = range(plan.runs)
    answers, failures = Answers.empty(plan, cells, runs), dict[str, str]()
    for each in prepared:
        if isinstance(each, Cannot):
            failures[str(each.cell)] = each.reason
        else:
            answers.put(each)
    order = sorted(failures, key=int)
    return Batch(answers.table(), {cell: failures[cell] for cell in order})


def again(plan: Plan, cell: int, runs: range) -> pa.Table | str:
    """The rows of some runs of a cell, prepared on its own; or why it cannot be run."""
    batch = rows_of(plan, np.array([cell]), [alone(plan, cell)], runs)
    return batch.failures.get(str(cell), batch.table)


@dataclass(frozen=True)
class Answers:
    """What runs of cells answer, filled in as it comes: outcomes (outcomes, cells, runs), posture and failed
    (cells, runs), and which cells were run (cells,).
    """

    plan: Plan
    cells: np.ndarray
    runs: range
    outcomes: np.ndarray
    postures: np.ndarray
    failed: np.ndarray
    done: np.ndarray

    @classmethod
    def empty(cls, plan: Plan, cells: np.ndarray, runs: range) -> Answers:
        """Before anything is run."""
        shape = len(cells), len(runs)
        outcomes, postures = np.empty((len(plan.keep), *shape)), np.zeros(shape, dtype=np.int8)
        failed, done = np.zeros(shape, dtype=bool), np.zeros(len(cells), dtype=bool)
        return cls(plan, cells, runs, outcomes, postures, failed, done)

    def put(self, prepared: Prepared) -> None:
        """Run some of the cells, and put their answers where they belong."""
        answers = zip(*self._asked(prepared), strict=True)
        places = np.searchsorted(self.cells, prepared.cells)
        for held, pieces in zip((self.outcomes, self.postures, self.failed), answers, strict=True):
            found = np.concatenate(pieces, axis=-1)
            held[..., places, :] = found.reshape(*found.shape[:-1], len(places), len(self.runs))
        self.done[places] = True

    def _asked(self, prepared: Prepared) -> Iterator[tuple[np.ndarray, ...]]:
        """What pieces of the runs answer, cell after cell: outcomes, posture, failed."""
        questions, keep = prepared.questions, self.plan.keep
        names = [column.name for column in questions.columns if column.name in keep]
        order = [names.index(name) for name in keep]
        for lot in lots_of(prepared.engine, prepared.points, self.runs):
            for history in lot.pieces(self.plan.seed):
                yield questions.rows(history, keep)[order], last_posture(history), history.failed

    def table(self) -> pa.Table:
        """A row for each run of the cells that were run."""
        cells, runs = self.cells[self.done], len(self.runs)
        point, lever = (np.repeat(each, runs) for each in np.divmod(cells, len(self.plan.levers)))
        names = posture_names(self.plan.scenario.case)
        failed = self.failed[self.done].reshape(-1)
        columns = [
            pa.array(point.astype(np.int32)),
            pa.array(list(self.plan.levers)).take(pa.array(lever)),
            pa.array(np.tile(np.array(self.runs, dtype=np.int64), len(cells))),
            # what has no value, such as the month of what never happened, is null to whoever reads the file
            *(pa.array(each[self.done].reshape(-1), from_pandas=True) for each in self.outcomes),
            # the last class is that of a run that failed
            pa.array([*names, None]).take(
                pa.array(np.where(failed, len(names), self.postures[self.done].reshape(-1)))
            ),
            pa.array(failed),
        ]
        return pa.Table.from_arrays(columns, schema=schema_of(self.plan.keep))


def same_rows(before: pd.DataFrame, again: pd.DataFrame) -> bool:
    """Whether two tables of a sweep's rows hold the same, bit by bit."""
    schema = pa.Schema.from_pandas(before, preserve_index=False)
    one, other = (pa.Table.from_pandas(each, schema, preserve_index=False) for each in (before, again))
    return other.equals(one)
