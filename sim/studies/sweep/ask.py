"""Running a sweep: cells are handed out to workers, their rows stored part by part."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from sim.engine.pages import default_threads
from sim.engine.request import check_request
from sim.scenario.load import Scenario, as_scenario
from sim.studies.sweep import workers
from sim.studies.sweep.design import NO_LEVER, Levers, checked
from sim.studies.sweep.plan import Plan, planned
from sim.studies.sweep.programs import Programs
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.rows import Batch, batch_rows
from sim.studies.sweep.store import Store
from sim.studies.sweep.workers import Workers


def sweep(
    scenario: Scenario | str | Path, points: pd.DataFrame, out: str | Path, levers: Levers | None = None,
    runs: int = 1000, seed: int = 1,
    months: int | None = None, keep: Sequence[str] | None = None, threads: int | None = None,
    progress: Callable[[int], Any] = lambda done: None, tell: Callable[[str], Any] = lambda line: None,
    client: Any = None,
) -> Sweep:  # fmt: skip
    """Run a design and store it in a folder; the same call goes on where it was stopped.

    It does nothing once the sweep is finished. `points` has a row for each design point and a column for each
    path; `keep` names outcomes to store (all by default); `tell` hears what was found damaged; `progress` is
    told run-months, first those that are stored already, then each as done. `client` is a
    `distributed.Client` or the address of a Dask scheduler, whose workers compute instead of `threads` here;
    the stored bytes are the same. Raises DesignError, StoreError, WorkerError, ValueError.
    """
    scenario = as_scenario(scenario)
    levers = NO_LEVER if levers is None else levers
    checked(points, levers)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    plan = planned(scenario, points, levers, runs, seed, months, keep)
    store = Store(Path(out), plan.identity)
    with store.open(), _hired(plan, threads, client) as hired:
        for line in store.damaged:
            tell(f"{line}; it is made again")
        progress(sum(len(plan.cells_of(part)) for part in store.done) * plan.runs * plan.months)
        todo = [part for part in range(plan.parts) if part not in store.done]
        for part, table, failures in _computed(plan, todo, hired, progress):
            store.add(part, table, failures)
    return Sweep(Path(out))


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
            waiting.append(Awaited(part, [hired.submit(batch_rows, cells) for cells in plan.batches(part)]))
            # a cluster has no worker between two of them, and still goes on
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
    waiting.popleft()
    table = pa.concat_tables([batch.table for batch in batches]).combine_chunks()
    failures = {cell: reason for batch in batches for cell, reason in batch.failures.items()}
    return Part(part.number, table, failures)
