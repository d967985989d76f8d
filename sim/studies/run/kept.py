"""Chosen paths of every run, month by month: in memory, or in the file that they were streamed to."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engine.engine import PAGE
from sim.outcomes.questions import Page
from sim.refusal import BadInput, did_you_mean

MOST_IN_A_PAGE = 2**24
"""Numbers of the kept paths of a page of runs, at most: some pages are under way at once."""

MOST_FILED = 2**33
"""Numbers of all kept paths, at most: a file of 64 GiB before it is compressed."""


class Kept(Protocol):
    """Paths of every run that can be read, and written to a Parquet file."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is kept."""

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the runs (runs,) and a path of each (months, runs)."""

    def write(self, path: Path) -> None:
        """Put all of them into a new file, if there are any."""


@dataclass(frozen=True)
class HeldPaths:
    """Paths in memory: pages of runs with what was kept of them."""

    names: tuple[str, ...]
    dates: Sequence[str]
    pages: tuple[Page, ...]

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        place = self.names.index(name)
        runs = np.concatenate([page.runs for page in self.pages])
        return runs, np.concatenate([page.kept[place] for page in self.pages], axis=1)

    def write(self, path: Path) -> None:
        for _ in written(self.pages, path, self.names, self.dates):
            pass


@dataclass(frozen=True)
class FiledPaths:
    """Paths in a file, read whenever they are asked for."""

    names: tuple[str, ...]
    dates: Sequence[str]
    file: Path

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        table, months = pq.read_table(self.file, columns=["run", name]), len(self.dates)
        return table["run"].to_numpy()[::months], table[name].to_numpy().reshape(-1, months).T

    def write(self, path: Path) -> None:
        if self.names:
            shutil.copyfile(self.file, path)


def written(
    pages: Iterable[Page], path: Path, names: tuple[str, ...], dates: Sequence[str]
) -> Iterator[Page]:
    """Pages as they come, without their paths, which go to a Parquet file: a row a run and month."""
    if not names:
        yield from pages
        return
    schema = pa.schema([("run", pa.int64()), ("date", pa.string()), *_fields(names)])
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=["run", "date"]) as writer:
        for page in pages:
            writer.write_table(_rows_of(page, dates, schema))
            yield replace(page, kept=page.kept[:0])


def _fields(names: tuple[str, ...]) -> list[tuple[str, pa.DataType]]:
    """The columns of the paths."""
    return [(name, pa.float64()) for name in names]


def _rows_of(page: Page, dates: Sequence[str], schema: pa.Schema) -> pa.Table:
    """The kept paths of a page (paths, months, runs), a row a run and month, run after run."""
    runs = np.repeat(page.runs.astype(np.int64), len(dates))
    months = np.tile(dates, len(page.runs))
    paths = [each.T.ravel() for each in page.kept]
    return pa.Table.from_arrays([pa.array(each) for each in (runs, months, *paths)], schema=schema)


def check_kept(names: Sequence[str], months: int, runs: int) -> None:
    """Raises BadInput for more than can be kept run by run."""
    size = len(names) * months
    # Two limits: memory holds some pages at once whatever the runs, the disk holds all of them.
    if size * PAGE > MOST_IN_A_PAGE:
        raise BadInput(
            f"keep_paths: {len(names)} paths of {months} months are too many to keep run by run; name fewer"
        )
    if size * runs > MOST_FILED:
        told = f"{len(names)} paths of {months} months and {runs:,} runs"
        raise BadInput(f"keep_paths: {told} are too many to keep; name fewer, or ask for fewer runs")


def path_of(kept: Kept, name: str, dates: Sequence[str]) -> pd.DataFrame:
    """A kept path: a row a month, a column a run. Raises KeyError."""
    if name not in kept.names:
        advice = did_you_mean(name, kept.names) or _held(kept.names)
        raise KeyError(f"the path '{name}' was not kept run by run{advice}")
    runs, values = kept.read(name)
    index, columns = pd.Index(dates, name="date"), pd.Index(runs.astype(np.int64), name="run")
    return pd.DataFrame(values, index=index, columns=columns)


def _held(names: tuple[str, ...]) -> str:
    """What there is instead of a path that was not kept, or how to keep it."""
    if names:
        return f"; kept are {', '.join(names)}"
    return "; name it in keep_paths of the scenario"
