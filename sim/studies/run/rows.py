"""The rows of an ensemble, one for each run: in memory, or in the file that they were streamed to."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.engine import PAGE
from sim.outcomes.columns import Column, Kind
from sim.outcomes.questions import Page, Questions

RUNS_PER_GROUP = 16 * PAGE
"""Rows that are written together."""


class Rows(Protocol):
    """Rows by run that can be read, and written to a Parquet file."""

    def read(self) -> pd.DataFrame:
        """A row for each run, indexed by its number."""

    def write(self, path: Path) -> None:
        """Put the rows into a new file."""


@dataclass(frozen=True)
class Held:
    """Rows in memory."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]

    def read(self) -> pd.DataFrame:
        return self.frame

    def write(self, path: Path) -> None:
        write_rows([self.frame], path, self.columns)


@dataclass(frozen=True)
class Filed:
    """Rows in a file, read whenever they are asked for."""

    file: Path

    def read(self) -> pd.DataFrame:
        # pyarrow 16 may abort a process that ends while its threads of reading do
        return pd.read_parquet(self.file, use_threads=False).set_index("run")

    def write(self, path: Path) -> None:
        shutil.copyfile(self.file, path)


def frame(group: list[Page], questions: Questions, draws: int | None = None) -> pd.DataFrame:
    """The outcome rows of some pages, indexed by run; with the draw that each run lives under, if any."""
    index = pd.Index(np.concatenate([page.runs for page in group]).astype(np.int64), name="run")
    rows = np.concatenate([page.rows for page in group], axis=1)
    postures = np.concatenate([page.postures for page in group])
    ok = np.concatenate([page.ok for page in group])
    names = [column.name for column in questions.columns]
    table = pd.DataFrame(rows.T, index=index, columns=names).assign(
        posture=pd.Categorical.from_codes(postures, categories=list(questions.postures)), failed=~ok
    )
    if draws is None:
        return table
    return table.assign(draw=index.to_numpy() % draws)


def frames(pages: Iterable[Page], questions: Questions, draws: int | None = None) -> Iterator[pd.DataFrame]:
    """Outcome rows in the groups in which they are written."""
    group: list[Page] = []
    for page in pages:
        group.append(page)
        held = sum(len(each.runs) for each in group)
        if held >= RUNS_PER_GROUP:
            yield frame(group, questions, draws)
            group = []
    if group:
        yield frame(group, questions, draws)


def write_rows(groups: Iterable[pd.DataFrame], path: Path, columns: Iterable[Column]) -> None:
    """Outcome rows to Parquet, a group at a time; what is counted is stored once for each value it takes."""
    # Few values are taken by what is counted: a dictionary of them is far smaller than the numbers. What is
    # measured takes as many as there are runs.
    counted = {each.name for each in columns if each.kind not in (Kind.VALUE, Kind.AVERAGE)} | {"posture"}
    writer = None
    try:
        for group in groups:
            table = pa.Table.from_pandas(group.reset_index(), preserve_index=False)
            # The first group tells the columns, so that nothing but its rows must be known beforehand.
            if writer is None:
                few = [name for name in table.column_names if name in counted]
                writer = pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=few)
            writer.write_table(table, row_group_size=RUNS_PER_GROUP)
    finally:
        if writer is not None:
            writer.close()
