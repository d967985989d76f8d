"""Many runs on threads, handed on lot by lot in the order in which they were asked for."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.engine.engine import PAGE, Before, Engine
from sim.engine.history import History
from sim.scenario.lower import World


@dataclass(frozen=True)
class Lot:
    """Runs by number (runs,) that one engine simulates together, each at its point of the engine (runs,).

    With a trunk, as what goes on from it.
    """

    engine: Engine
    runs: np.ndarray
    trunk: Before | None = None
    points: np.ndarray | None = None

    def history(self, seed: int) -> History:
        """What these runs leave behind."""
        return self.engine.page(seed, self.runs, self.trunk, self.points)

    def pieces(self, seed: int) -> Iterator[History]:
        """The same in as many pieces as it takes to hold one at once."""
        return self.engine.pieces(seed, self.runs, self.trunk, self.points)


class Together(Protocol):
    """Runs that are simulated together, however they come about."""

    @property
    def runs(self) -> np.ndarray:
        """Their numbers (runs,)."""

    def history(self, seed: int) -> History:
        """What these runs leave behind."""

    def pieces(self, seed: int) -> Iterator[History]:
        """The same in as many pieces as it takes to hold one at once."""


def same_luck(points: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Numbers of runs that are their own at every point: all points meet the same luck."""
    return own


def lots_of(
    engine: Engine, points: np.ndarray, runs: range,
    of_point: Callable[[np.ndarray, np.ndarray], np.ndarray] = same_luck, page: int = PAGE,
) -> Iterator[Lot]:  # fmt: skip
    """Lots of `page` runs at most, in which points (points,) of an engine have their runs in order.

    of_point(points, own): the number of a point's own run, as it is one of `runs`. A lot holds points whole,
    or a piece of one: what is added up for each of them is so added up in the same pieces, however many there
    are.
    """
    together = max(page // len(runs), 1)
    for first in range(0, len(points), together):
        some = points[first : first + together]
        for start in range(runs.start, runs.stop, page):
            own = np.arange(start, min(start + page, runs.stop), dtype=np.uint64)
            numbers = np.broadcast_to(of_point(some[:, None], own), (len(some), len(own)))
            yield Lot(engine, numbers.reshape(-1), points=np.repeat(engine.placed(some), len(own)))


class Lots(Protocol):
    """What is ready to be run, in lots of at most a page of runs."""

    def all(self, runs: int, page: int = PAGE) -> Iterator[Together]:
        """The lots of runs 0 to `runs` - 1."""

    def of(self, run: int, runs: int) -> Together:
        """The lot of `all(runs)` in which a run is computed."""


@dataclass(frozen=True)
class OneEngine:
    """Runs that one engine makes, which go on from a trunk if there is one."""

    engine: Engine
    trunk: Before | None = None

    def all(self, runs: int, page: int = PAGE) -> Iterator[Lot]:
        for first in range(0, runs, page):
            yield self._lot(first, min(first + page, runs))

    def of(self, run: int, runs: int) -> Lot:
        return self._lot(*page_of(run, runs))

    def _lot(self, start: int, stop: int) -> Lot:
        return Lot(self.engine, np.arange(start, stop, dtype=np.uint64), self.trunk)


def page_of(run: int, runs: int) -> tuple[int, int]:
    """First run, and one past the last, of the page that a run is computed in."""
    start = run // PAGE * PAGE
    return start, min(start + PAGE, runs)


def default_threads() -> int:
    """As many threads as this process may use processors."""
    # a container or taskset may allow fewer than the machine has; not every platform tells
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def simulate(
    lots: Iterable[Together],
    seed: int,
    threads: int | None = None,
    work: Callable[[History], Any] = lambda history: history,
    join: Callable[[Iterator[Any]], Any] | None = None,
) -> Iterator[Any]:
    """work(history) of each lot in order; at most a lot more than there are threads is in memory.

    With `join`, which makes the answer about a lot of those about its pieces, not even one whole lot is.
    """
    if not threads:
        threads = default_threads()

    def answer(lot: Together) -> Any:
        if join is None:
            return work(lot.history(seed))
        return join(work(piece) for piece in lot.pieces(seed))

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Any]] = deque()
        try:
            for lot in lots:
                waiting.append(pool.submit(answer, lot))
                # one lot more than threads: none stands idle while the oldest is handed on
                if len(waiting) > threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            # whoever asked may have stopped early: what has not begun need not begin
            for future in waiting:
                future.cancel()


def pages(
    world: World, runs: int, seed: int, threads: int | None = None,
    work: Callable[[History], Any] | None = None, page: int = PAGE,
    join: Callable[[Iterator[Any]], Any] | None = None,
) -> Iterator[Any]:  # fmt: skip
    """Runs 0 to `runs` - 1 of a world, page by page; what `simulate` says of work and join holds here."""
    lots = OneEngine(Engine.of(world)).all(runs, page)
    return simulate(lots, seed, threads, work or (lambda history: history), join)
