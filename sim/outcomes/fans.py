"""Quantiles by month of every path, from the first runs: memory does not depend on the number of runs."""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.statistics.intervals import QUANTILES

FAN_RUNS = 4096
"""Runs whose paths are kept: chance moves their 5 % quantile to one of 4.3 to 5.7 % at worst (95 %)."""

MOST_HELD = 2**27
"""Bytes of all kept paths up to which they are held in memory; else they are put aside."""


class Aside:
    """Paths (names, months, runs) in a temporary file, read one name at a time."""

    def __init__(self, values: np.ndarray) -> None:
        self.shape = values.shape
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the paths
        weakref.finalize(self, self._file.close)
        self._file.write(np.ascontiguousarray(values).data)

    def __getitem__(self, place: int) -> np.ndarray:
        # single precision: four bytes a number
        size = 4 * self.shape[1] * self.shape[2]
        self._file.seek(place * size)
        return np.frombuffer(self._file.read(size), dtype=np.float32).reshape(self.shape[1:])

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets the paths themselves."""
        # an open file cannot be sent there
        return np.array, (np.array([self[place] for place in range(self.shape[0])]),)


Paths = np.ndarray | Aside


def put_aside(values: np.ndarray) -> Paths:
    """Paths (names, months, runs) as they are kept: in memory, or in a file if all would take too much."""
    if 4 * values.shape[0] * values.shape[1] * FAN_RUNS <= MOST_HELD:
        return values
    try:
        return Aside(values)
    except OSError:  # no room there, or too many files
        return values


@dataclass
class Fans:
    """Paths of the first runs that did not fail; pages are added in order."""

    names: tuple[str, ...]
    months: int
    _pages: list[Paths] = field(default_factory=list)

    def add(self, values: Paths) -> None:
        """Keep a page (names, months, runs) of single precision, which is finer than chance by far."""
        self._pages.append(values)

    @property
    def runs(self) -> int:
        """Runs that are kept."""
        return sum(page.shape[2] for page in self._pages)

    def paths(self, name: str) -> np.ndarray:
        """The paths of one number (months, runs). Raises ValueError."""
        return self._kept(name).astype(float)

    def _kept(self, name: str) -> np.ndarray:
        """The same in single precision, as they are kept."""
        place = self.names.index(name)
        # an empty page first: numpy refuses to join no arrays at all
        pages = [np.empty((self.months, 0), dtype=np.float32)]
        pages += [page[place] for page in self._pages]
        return np.concatenate(pages, axis=1)

    def mean(self, name: str) -> np.ndarray:
        """Mean over runs by month (months,); not a number if none is kept."""
        if self.runs:
            return self.paths(name).mean(axis=1)
        return np.full(self.months, np.nan)

    def spread(self, name: str) -> np.ndarray:
        """Standard deviation over runs by month (months,); not a number if none is kept."""
        if self.runs:
            return self.paths(name).std(axis=1)
        return np.full(self.months, np.nan)

    def quantiles(self, name: str, levels: tuple[float, ...] = QUANTILES) -> np.ndarray:
        """Quantiles over runs by month (levels, months)."""
        if not self.runs:
            return np.full((len(levels), self.months), np.nan)
        # sorted in single precision beforehand: numpy is four times as fast on what is in order
        in_order = np.sort(self._kept(name), axis=1).astype(float)
        return np.quantile(in_order, levels, axis=1)
