"""The rows of a sweep: one for each run of a cell, as they are computed and as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.outcomes.postures import last_posture
from sim.scenario.load import ScenarioError
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.programs import Prepared, Programs


def schema_of(keep: Sequence[str]) -> pa.Schema:
    """Columns of a part: point, lever, run, outcomes [units of columns.csv], posture, failed."""
    place = [("point", pa.int32()), ("lever", pa.string()), ("run", pa.int64())]
    outcomes = [(name, pa.float64()) for name in keep]
    return pa.schema([*place, *outcomes, ("posture", pa.string()), ("failed", pa.bool_())])


def cell_rows(
    plan: Plan, cell: int, prepare: Callable[[int], Prepared], start: int = 0, stop: int | None = None
) -> pa.Table | str:
    """The rows of a cell, one per run from `start` (where a page begins) to before `stop`.

    A text says why the cell cannot be run: that is a result of a sweep, not an error in it.
    """
    if stop is None:
        stop = plan.runs
    point, lever, _ = plan.changes(cell)
    try:
        prepared = prepare(cell)
    except ScenarioError as error:
        return "; ".join(error.problems)
    count = stop - start
    place = [
        np.full(count, point, dtype=np.int32),
        pa.repeat(lever, count),
        np.arange(start, stop, dtype=np.int64),
    ]
    columns = [*place, *_answers(plan, prepared, start, stop)]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=schema_of(plan.keep))


def _answers(plan: Plan, prepared: Prepared, start: int, stop: int) -> list[pa.Array]:
    """The columns that runs answer, (runs,) each: outcomes that are kept, posture, failed."""
    engine, questions = prepared
    names = [column.name for column in questions.columns if column.name in plan.keep]
    values = np.empty((len(names), stop - start))
    postures, failed = [], []
    for history in engine.pieces(plan.seed, np.arange(start, stop, dtype=np.uint64)):
        first = int(history.runs[0]) - start
        values[:, first : first + len(history.runs)] = questions.rows(history, plan.keep)
        postures.append(np.where(history.failed, len(questions.postures), last_posture(history)))
        failed.append(history.failed)
    # what has no value, such as the month of what never happened, is null to whoever reads the file
    outcomes = [pa.array(values[names.index(name)], from_pandas=True) for name in plan.keep]
    classes = pa.array([*questions.postures, None])  # the last is that of a run that failed
    return [*outcomes, classes.take(pa.array(np.concatenate(postures))), np.concatenate(failed)]


@dataclass(frozen=True)
class Batch:
    """The rows of some cells in order, and the cells that could not be run with the reason."""

    table: pa.Table
    failures: dict[str, str]


def batch_rows(programs: Programs, cells: range) -> Batch:
    """What one worker does at once: a function of the plan and the cells alone."""
    tables, failures = [], dict[str, str]()
    for cell in cells:
        found = cell_rows(programs.plan, cell, programs.prepare)
        if isinstance(found, str):
            failures[str(cell)] = found
        else:
            tables.append(found)
    empty = schema_of(programs.plan.keep).empty_table()
    return Batch(pa.concat_tables(tables or [empty]), failures)


def same_rows(before: pd.DataFrame, again: pd.DataFrame) -> bool:
    """Whether two tables of a sweep's rows hold the same, bit by bit."""
    schema = pa.Schema.from_pandas(before, preserve_index=False)
    one, other = (pa.Table.from_pandas(each, schema, preserve_index=False) for each in (before, again))
    return other.equals(one)
