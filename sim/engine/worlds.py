"""Many runs in which uncertain numbers of the scenario differ from draw to draw: the engines, and the pages
of their runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.engine import Engine, default_threads
from sim.engine.families import Family
from sim.engine.history import History
from sim.engine.uncertain import CUT, Free, drawn
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower

Work = Callable[[int, History], Any]
"""What is made of the runs of a draw, told by its number."""

BLOCK = 256
"""Draws that are prepared together."""


@dataclass(frozen=True)
class Worlds:
    """A scenario whose uncertain numbers are drawn: the same events and names, other numbers."""

    scenario: Scenario
    free: tuple[Free, ...]
    months: int

    @cached_property
    def world(self) -> World:
        """The scenario with the numbers of its file."""
        return lower(self.scenario, self.months)

    @cached_property
    def _family(self) -> Family | None:
        """Traced around values that no other number of the file shares by chance, as 0, 0.5 and 1 are shared."""
        ends = np.array([-CUT, CUT])
        reach = drawn(self.scenario, self.free, {entry.name: entry.value(ends) for entry in self.free})
        ranges = {path: (float(values.min()), float(values.max())) for path, values in reach.items()}
        odd = {
            entry.name: entry.value(np.array([0.381966 + 0.236068 * place]))
            for place, entry in enumerate(self.free)
        }
        inside = {path: float(value[0]) for path, value in drawn(self.scenario, self.free, odd).items()}
        return Family.around(self.scenario.override(inside), ranges, self.months) if ranges else None

    @cached_property
    def _own(self) -> Engine:
        return self._family.engine if self._family is not None else Engine.of(self.world)

    def engines(self, values: Mapping[str, np.ndarray]) -> list[Engine]:
        """An engine for each draw of factors and shifts, by name of the uncertain entry (draws,). Raises
        ScenarioError.
        """
        numbers = drawn(self.scenario, self.free, values)
        count = len(next(iter(values.values())))
        found: list[Engine | None] = [None] * count
        if self._family is not None:
            every = [
                numbers.get(path, np.full(count, self.scenario.numbers[path])) for path in self._family.bounds
            ]
            found = self._family.engines(np.array(every))
        return [self._alone(numbers, draw) if engine is None else engine for draw, engine in enumerate(found)]

    def _alone(self, numbers: Mapping[str, np.ndarray], draw: int) -> Engine:
        """A draw prepared by itself. Raises ScenarioError for numbers that the scenario cannot have."""
        try:
            own = self.scenario.override({path: float(value[draw]) for path, value in numbers.items()})
        except ScenarioError as error:
            hint = "in a draw of the uncertain numbers; make its sd smaller"
            raise ScenarioError([f"{each}, {hint}" for each in error.problems]) from None
        return Engine.of(lower(own, self.months), [self._own])

    def pages(
        self,
        values: Mapping[str, np.ndarray],
        each: int,
        seed: int,
        work: Work,
        threads: int | None = None,
        page: int | None = None,
        join: Callable[[Iterator], Any] | None = None,
    ) -> Iterator[Any]:
        """work(draw, history) of each draw in order, with `each` runs: the runs draw, draw + draws, draw + 2
        draws and so on.

        So every run has luck of its own, and the first runs are spread over all draws. Histories have at most
        `page` runs of a draw, all by default; `join` as in `sim.engine.engine.pages`.
        """
        count, threads = len(next(iter(values.values()))), threads or default_threads()

        def job(engine: Engine, draw: int, start: int) -> Any:
            runs = runs_of(draw, count, start, min(start + page, each) if page else each)
            if join is not None:
                return join(work(draw, history) for history in engine.pieces(seed, runs))
            return work(draw, engine.page(seed, runs))

        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future] = deque()
            try:
                for first in range(0, count, BLOCK):
                    some = {
                        name: drawn_values[first : first + BLOCK] for name, drawn_values in values.items()
                    }
                    for place, engine in enumerate(self.engines(some)):
                        for start in range(0, each, page or each):
                            waiting.append(pool.submit(job, engine, first + place, start))
                            if len(waiting) > 4 * threads:
                                yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()


def runs_of(draw: int, draws: int, start: int, stop: int) -> np.ndarray:
    """Numbers of the runs of a draw, from its run `start` to before its run `stop` (runs,)."""
    return draw + draws * np.arange(start, stop, dtype=np.uint64)
