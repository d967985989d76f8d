"""What is asked of a simulation: how many runs, on which luck, for how long; checked before any is made."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.engine.luck import MAX_RUN, MAX_SEED
from sim.reading.numbers import whole_of
from sim.refusal import BadInput

MOST_RUNS = 10**9
MOST_MONTHS = 1200
MOST_THREADS = 1024
MOST_RUN_MONTHS = 10**12
"""Months of all runs together: a week of work for one processor."""
MOST_HELD = 2**31
"""Numbers that results may hold in memory at once: 16 GiB."""


class Request(NamedTuple):
    """Runs, seed, months (None: the scenario's own) and threads (None: as many as processors)."""

    runs: int
    seed: int
    months: int | None
    threads: int | None


def check_request(runs: Any, seed: Any, months: Any = None, threads: Any = None) -> Request:
    """What is asked for as whole numbers; numpy's and whole floats such as 1e4 are taken. Raises BadInput."""
    return Request(
        whole_of("runs", runs, 1, MOST_RUNS),
        whole_of("seed", seed, 0, MAX_SEED),
        _whole_or_none("months", months, MOST_MONTHS),
        _whole_or_none("threads", threads, MOST_THREADS),
    )


def _whole_or_none(name: str, value: Any, most: int) -> int | None:
    if value is None:
        return None
    return whole_of(name, value, 1, most)


def check_run(run: Any) -> int:
    """The number of a run: each has luck of its own up to MAX_RUN. Raises BadInput."""
    return whole_of("the number of a run", run, 0, MAX_RUN)


def check_work(runs: int, months: int) -> None:
    """Raises BadInput for more run-months than anybody means to wait for."""
    if runs * months > MOST_RUN_MONTHS:
        told = f"{runs:,} runs of {months:,} months are more"
        most = f"than the {MOST_RUN_MONTHS:,} run-months of one command"
        raise BadInput(f"{told} {most}; ask for fewer runs or months")


def check_held(runs: int, columns: int, instead: str) -> None:
    """Raises BadInput if so many numbers of each run do not fit into memory; instead: what to do then."""
    if runs * columns > MOST_HELD:
        told = f"{runs:,} runs of {columns:,} numbers do not fit into memory"
        raise BadInput(f"{told} ({MOST_HELD:,} at most); {instead}")
