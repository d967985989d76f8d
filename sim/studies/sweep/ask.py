"""Running a sweep: cells are handed out to workers, their rows stored part by part."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from sim.engine.pages import default_threads
from sim.engine.request import check_request
from sim.reading.numbers import shown
from sim.scenario.load import Scenario, as_scenario
from sim.studies.sweep import workers
from sim.studies.sweep.design import NO_LEVER, DesignError, Levers, checked, grid
from sim.studies.sweep.plan import Plan, planned
from sim.studies.sweep.programs import Programs
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.rows import Batch, batch_rows
from sim.studies.sweep.store import Store
from sim.studies.sweep.workers import Workers
from sim.writing.progress import Progress, reporting


def sweep(
    scenario: Scenario | str | Path,
    points: pd.DataFrame | Mapping[str, Sequence[Any]],
    folder: str | Path | None = None,
    *,
    levers: Levers | None = None,
    runs: int = 1_000,
    seed: int = 1,
    months: int | None = None,
    keep: Sequence[str] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    tell: Callable[[str], Any] = lambda line: None,
    client: Any = None,
) -> Sweep:
    """Run a scenario at many points, all on the same luck, and store the rows as they come.

    scenario: a Scenario, its file or the name of a shipped one. points: values by path, of which all
    combinations are tried, or a table with a column for each path and a row for each point. folder: where
    rows are stored; the same call goes on where it was stopped, and does nothing once it is finished. Without
    a folder they last as long as the result does. levers: changes by path by the name of a choice; every
    choice meets every point. runs: of each point and lever. keep: outcomes to store, all if None. progress:
    True for a bar, or a function that is told run-months, first those that are stored already. `tell` hears
    what was found damaged. client: a `distributed.Client` or the address of a Dask scheduler, whose workers
    compute instead of `threads` here; the stored bytes are the same.

    Raises ScenarioError, and DesignError, StoreError or WorkerError (all of them Refusal) for points, a
    folder or workers that cannot be used.

    >>> import sim
    >>> found = sim.sweep("mongolia-2024", {"parameters.offence_scale": [0, 1]}, runs=8, months=6)
    >>> found.rows().groupby("point").size().tolist()
    [8, 8]
    """
    scenario = as_scenario(scenario)
    if levers is None:
        levers = NO_LEVER
    if isinstance(points, Mapping):
        points = _crossed(points)
    checked(points, levers)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    plan = planned(scenario, points, levers, runs, seed, months, keep)
    found = _stored_in(folder)
    store = Store(found.folder, plan.identity)
    each = plan.runs * plan.months  # run-months of a cell
    with store.open(), _hired(plan, threads, client) as hired, reporting(progress, plan.cells * each) as done:
        for line in store.damaged:
            tell(f"{line}; it is made again")
        done(sum(map(len, map(plan.cells_of, store.done))) * each)
        todo = sorted(set(range(plan.parts)) - set(store.done))
        for part, table, failures in _computed(plan, todo, hired, done):
            store.add(part, table, failures)
    return found


def _crossed(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """All combinations of values by path. Raises DesignError."""
    for path, some in values.items():
        if not pd.api.types.is_list_like(some):
            raise DesignError(f"{path}: give a list of values, such as [0, 0.5, 1], not {shown(str(some))}")
    return grid({path: list(some) for path, some in values.items()})


def _stored_in(folder: str | Path | None) -> Sweep:
    """The sweep of a folder; without one, of a folder that goes when nobody holds the sweep any more."""
    if folder is not None:
        return Sweep(Path(folder))
    found = Sweep(Path(tempfile.mkdtemp(prefix="steppe-sweep-")))
    weakref.finalize(found, shutil.rmtree, found.folder, ignore_errors=True)
    return found


def _hired(plan: Plan, threads: int | None, client: Any) -> AbstractContextManager[Workers]:
    """The workers that are asked for, with all that it takes to run a cell."""
    programs = Programs(plan)
    if client is None:
        return workers.threads(programs, threads or default_threads())
    return workers.dask(programs, client)


class Part(NamedTuple):
    """A part that is computed: its number, its rows, and the cells that could not be run with the reason."""

    number: int
    table: pa.Table
    failures: dict[str, str]


@dataclass(frozen=True)
class Awaited:
    """A part that is handed out: its number, and what workers will make of its batches."""

    number: int
    batches: list[Future[Batch]]


def _computed(plan: Plan, parts: list[int], hired: Workers, progress: Callable[[int], Any]) -> Iterator[Part]:
    """Parts in order. Behind the one that is awaited, all workers have work twice over, no more."""
    waiting: deque[Awaited] = deque()
    try:
        for part in parts:
            batches = [hired.submit(batch_rows, cells) for cells in plan.batches(part)]
            waiting.append(Awaited(part, batches))
            # workers never idle, and memory holds no more than that; a cluster may have none for a while
            while _behind(waiting) >= 2 * max(hired.count(), 1):
                yield _first(plan, waiting, progress)
        while waiting:
            yield _first(plan, waiting, progress)
    finally:
        for awaited in waiting:
            for batch in awaited.batches:
                batch.cancel()


def _behind(waiting: deque[Awaited]) -> int:
    """Batches that are handed out behind the part that is awaited."""
    return sum(len(awaited.batches) for awaited in waiting) - len(waiting[0].batches)


def _first(plan: Plan, waiting: deque[Awaited], progress: Callable[[int], Any]) -> Part:
    """Wait for the first part, which waits no more once it is whole."""
    part, batches = waiting[0], list[Batch]()
    for future, cells in zip(part.batches, plan.batches(part.number), strict=True):
        batches.append(future.result())
        progress(len(cells) * plan.runs * plan.months)
    waiting.popleft()  # not before: what was handed out is cancelled if a batch fails
    failures: dict[str, str] = {}
    for batch in batches:
        failures |= batch.failures
    # in one chunk, so that stored bytes do not show in which batches they were computed
    table = pa.concat_tables([batch.table for batch in batches]).combine_chunks()
    return Part(part.number, table, failures)
