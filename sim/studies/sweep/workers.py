"""Who computes a sweep: threads of this machine, or a Dask cluster; work is handed out alike."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.refusal import Refusal

WAIT = 10
"""Time that a cluster has to answer, and to show a worker [s]."""


class WorkerError(Refusal):
    """Workers that cannot be had, or that were lost, in one line."""


@dataclass(frozen=True)
class Workers:
    """Those that compute: every task is given `shared` first; `count` says how many can run at once."""

    executor: Executor
    shared: Any
    count: Callable[[], int]

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future:
        """Have task(shared, *arguments) computed."""
        return self.executor.submit(task, self.shared, *arguments)


@contextmanager
def threads(shared: Any, count: int) -> Iterator[Workers]:
    """Threads of this machine; compiled code runs on all of them at once."""
    with ThreadPoolExecutor(count) as pool:
        yield Workers(pool, shared, lambda: count)


@contextmanager
def dask(shared: Any, client: Any) -> Iterator[Workers]:
    """The workers of a `distributed.Client`, or of the scheduler at an address. Raises WorkerError.

    `shared` must pickle; each worker process unpickles it once. Dask computes again what a dead worker had
    not handed over.
    """
    try:
        from distributed import Client
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise WorkerError("many machines need Dask: pip install 'steppe-sim[dask]'") from None
    own = None
    try:
        if isinstance(client, str):
            own = client = _reached(client, Client)
        _refuse_unfit(client, Client)
        # sent once, as bytes that each worker unpickles: a task takes along no more than a name for it
        held = client.submit(pickle.loads, pickle.dumps(shared), pure=False)
        yield Workers(client.get_executor(pure=False), held, lambda: sum(client.nthreads().values()))
    except KilledWorker:
        raise WorkerError(
            "a task took several workers down, perhaps for want of memory; the same command goes on"
        ) from None
    except (CancelledError, CommClosedError):
        raise WorkerError("the Dask cluster was lost; the same command goes on once it is back") from None
    finally:
        if own is not None:
            own.close()


def _refuse_unfit(client: Any, kind: type[Any]) -> None:
    """Raises WorkerError for what is no client that can be waited for, and for one without workers."""
    from distributed import TimeoutError

    if not isinstance(client, kind) or client.asynchronous:
        raise WorkerError(
            "work is given to a distributed.Client that is not asynchronous, or to the address of a scheduler"
        )
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        raise WorkerError(
            f"the Dask scheduler at {client.scheduler.address} has no workers; start some and try again"
        ) from None


def _reached(address: str, client: Callable[..., Any]) -> Any:
    """A client of the scheduler at an address. Raises WorkerError.

    Whether one answers is asked first: a client that finds none lingers. It is asked on a thread of its own,
    because a notebook has an event loop running on this one.
    """
    from distributed import Security
    from distributed.comm import connect

    async def answers() -> None:
        comm = await connect(address, timeout=WAIT, **Security().get_connection_args("client"))
        await comm.close()

    try:
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, answers()).result()
        return client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise WorkerError(f"no Dask scheduler at {address}: {reason[0]}") from None
