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
    """Pages as they come, without the paths that are written to a Parquet file on the way: a row a run and
    month.
    """
    fields = [("run", pa.int64()), ("date", pa.string()), *((name, pa.float64()) for name in names)]
    if names:
        writer = pq.ParquetWriter(path, pa.schema(fields), compression="zstd", use_dictionary=["run", "date"])
    else:
        writer = None
    try:
        for page in pages:
            if writer is not None:
                runs, months = (
                    np.repeat(page.runs.astype(np.int64), len(dates)),
                    np.tile(dates, len(page.runs)),
                )
                columns = [runs, months, *(each.T.ravel() for each in page.kept)]
                writer.write_table(
                    pa.Table.from_arrays([pa.array(each) for each in columns], schema=writer.schema)
                )
            yield replace(page, kept=page.kept[:0])
    finally:
        if writer is not None:
            writer.close()


def check_kept(names: Sequence[str], months: int, runs: int) -> None:
    """Raises BadInput for more than can be kept run by run."""
    size = len(names) * months
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
        if kept.names:
            held = f"; kept are {', '.join(kept.names)}"
        else:
            held = "; name it in keep_paths of the scenario"
        raise KeyError(f"the path '{name}' was not kept run by run{did_you_mean(name, kept.names) or held}")
    runs, values = kept.read(name)
    index, columns = pd.Index(dates, name="date"), pd.Index(runs.astype(np.int64), name="run")
    return pd.DataFrame(values, index=index, columns=columns)
