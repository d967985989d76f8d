"""How an outcome answers to the numbers of a scenario: runs at many points, all of them on the same luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.uncertain import Entry
from sim.engine.worlds import OnSameLuck, Worlds
from sim.refusal import BadInput
from sim.scenario.load import Scenario

Points = Mapping[str, np.ndarray]
"""Values of entries (points,) by name; entries without values are as in the file."""


class Asked(Protocol):
    """What is asked of runs, such as a `Target`: dates (or other things), a number of each run for each."""

    @property
    def dates(self) -> tuple[str, ...]: ...

    @property
    def months(self) -> int: ...

    def of(self, history: History) -> np.ndarray:
        """The numbers (dates, runs); not a number for runs that failed."""


Question = TypeVar("Question", bound=Asked)


@dataclass(frozen=True)
class Response(Generic[Question]):
    """What runs of a scenario give for a target, as a function of its entries of doubt.

    runs: of each point, the same ones with the same luck everywhere, so that chance moves all points alike.
    """

    scenario: Scenario
    entries: tuple[Entry, ...]
    target: Question
    runs: int
    seed: int
    threads: int | None = None

    @cached_property
    def worlds(self) -> Worlds:
        return Worlds(self.scenario, self.entries, self.target.months)

    def own(self, points: int) -> dict[str, np.ndarray]:
        """The values (points,) of all entries that the file has."""
        return {entry.name: np.full(points, entry.own) for entry in self.entries}

    def values(
        self, points: Points, tell: Callable[[int], Any] = lambda done: None, luck: range | None = None
    ) -> np.ndarray:
        """The number of each run by each date at each point (dates, points, runs).

        As `tried`, but raises BadInput where a run failed: a mean without it would be of another world.
        """
        found = self.tried(points, tell, luck)
        failed = np.isnan(found).any(axis=(0, 2))
        if failed.any():
            raise BadInput(self._told(points, int(np.argmax(failed)), int(failed.sum())))
        return found

    def tried(
        self, points: Points, tell: Callable[[int], Any] = lambda done: None, luck: range | None = None
    ) -> np.ndarray:
        """The same (dates, points, runs) with "not a number" for runs that failed.

        `tell` hears the run-months done. luck: numbers of the runs, if not the first `runs`. Raises
        ScenarioError for points that make no scenario.
        """
        if luck is None:
            luck = range(self.runs)
        lots = OnSameLuck(self.worlds, points).all(luck)
        found = []
        for part in simulate(lots, self.seed, self.threads, self._asked, _joined):
            found.append(part)
            tell(part.shape[1] * self.target.months)
        return np.concatenate(found, axis=1).reshape(len(self.target.dates), -1, len(luck))

    def possible(self, points: Points) -> tuple[np.ndarray, str | None]:
        """Which points (points,) make a scenario, and why the first that does not makes none."""
        return self.worlds.possible(points)

    def _asked(self, history: History) -> np.ndarray:
        return self.target.of(history)

    def _told(self, points: Points, point: int, failed: int) -> str:
        """Where runs failed: the fewest entries away from the file at which they still do."""
        at = {name: values[[point]] for name, values in points.items()}
        size = max(len(at) // 2, 1)
        while size:
            at = self._fewer(at, size)
            size //= 2
        where = ", ".join(f"{name} = {value[0]:.4g}" for name, value in at.items())
        told = f"{failed} of the points have runs with a number that is not finite"
        return f"{told}, the first of them where {where}; make ranges narrower"

    def _fewer(self, at: dict[str, np.ndarray], size: int) -> dict[str, np.ndarray]:
        """The values of a point that fails, less those, so many at a time, without which it still does."""
        kept, names = dict(at), list(at)
        for first in range(0, len(names), size):
            without = {name: kept[name] for name in kept if name not in names[first : first + size]}
            if without and self._fails(without):
                kept = without
        return kept

    def _fails(self, at: Points) -> bool:
        """Whether a point has a run that is not finite."""
        if not self.possible(at)[0].all():
            return False
        lots = OnSameLuck(self.worlds, at).all(range(self.runs))
        return any(np.isnan(part).any() for part in simulate(lots, self.seed, 1, self._asked, _joined))


def _joined(pieces: Any) -> np.ndarray:
    return np.concatenate([*pieces], axis=1)
