"""Is a scenario stable? The spectral radius of its expected month, at the start and at ends of all ranges.

Below 1, a small push dies away, whatever numbers pass it on to each other. Slopes are those of
`sim.engine.slopes`; each end of a range is a scenario of its own, whose start is solved anew. What is done
from some month on is left out, as dates and paths are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from sim.engine.families import READ_ELSEWHERE, traceable, traced_scenario
from sim.engine.slopes import Slopes
from sim.engine.tape import Tape
from sim.registry import Detour
from sim.rules.state import row_of
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.scenario.wholes import rescaled
from sim.studies.check.trials import Changes

CARRIERS = 3
"""So many numbers are named that the slowest motion moves most."""

TOGETHER = 32
"""Points whose slopes are worked out together: their arrays fit a processor's cache."""

End = tuple[str, float]
"""A number, by its path, at an end of its range."""


@dataclass(frozen=True)
class Radius:
    """The spectral radius at the start, what the slowest motion moves most there, and the radius at ends.

    skipped: ends at which the numbers of the file make no scenario.
    """

    start: float
    carriers: tuple[str, ...]
    ends: dict[End, float]
    skipped: int

    @property
    def largest(self) -> End | None:
        """The end at which the radius is largest; None where no number has a range."""
        return max(self.ends, key=self.ends.__getitem__, default=None)

    @property
    def unstable(self) -> list[End]:
        """Ends at which the radius is not below 1, from the largest on."""
        above = [end for end, value in self.ends.items() if not value < 1.0]
        return sorted(above, key=lambda end: -self.ends[end])


def radius(scenario: Scenario, tell: Callable[[str], None] = lambda line: None) -> Radius:
    """The spectral radius of the expected month of a scenario; `tell` hears which numbers are tried."""
    own = _slopes(scenario)
    slopes = own.at()
    tried = {end: _changes(scenario, end, tell) for end in _ends(scenario)}
    points = {end: changes for end, changes in tried.items() if changes is not None}
    with _one_thread():
        values, vectors = np.linalg.eig(_finite(slopes)[0])
        found = dict(zip(points, _radii(scenario, list(points.values()), tell), strict=True))
    carriers = _carriers(own.names, np.abs(vectors[:, np.argmax(np.abs(values))]))
    return Radius(float(_radius_of(slopes)[0]), carriers, found, len(tried) - len(points))


def _changes(scenario: Scenario, end: End, tell: Callable[[str], None]) -> Changes | None:
    """Changes that move a number to an end, where its wholes give way; None if they make no scenario."""
    tell(end[0])
    changes = rescaled(scenario, dict([end]))
    try:
        scenario.override(changes)
    except ScenarioError:
        return None
    return changes


def _ends(scenario: Scenario) -> Iterator[End]:
    """Both ends of the range of each number that a month may read, but where the number stands there."""
    for path, value in scenario.numbers.items():
        if path.startswith(READ_ELSEWHERE) or path not in scenario.provenance:
            continue
        known = scenario.provenance[path]
        for end in (known.low, known.high):
            if end != value:
                yield path, end


def _slopes(scenario: Scenario) -> Slopes:
    """Slopes of a scenario, as it is read."""
    return Slopes.of(lower(scenario, 1, ()))


def _carriers(names: Sequence[str], moved: np.ndarray) -> tuple[str, ...]:
    """Which of some numbers (n,) are moved most, of those that a file may name and that have no unit."""
    # a logit more is less than a share more: what is in logits would always come first
    rows = [row_of(name)[0] for name in names]
    spoken = [place for place, row in enumerate(rows) if row.read and row.unit != "logits"]
    most = sorted(spoken, key=lambda place: -moved[place])[:CARRIERS]
    return tuple(names[place] for place in most if moved[place] > 0.0)


def _radii(scenario: Scenario, points: Sequence[Changes], tell: Callable[[str], None]) -> Iterator[float]:
    """The spectral radius under each of some changes: side by side where they change nothing but numbers."""
    tape, free = Tape(), traceable(scenario)
    own = {path: scenario.numbers[path] for path in free}
    inputs = {path: tape.input(value) for path, value in own.items()}
    try:
        traced = Slopes.of(lower(traced_scenario(scenario, inputs), 1, ()))
    except (ScenarioError, Detour):
        yield from (_radius_at(scenario, each) for each in points)
        return
    for first in range(0, len(points), TOGETHER):
        some = points[first : first + TOGETHER]
        tell(f"{first} of {len(points)} ends of ranges")
        numbers = [[each.get(path, value) for path, value in own.items()] for each in some]
        found, holds = tape.run(np.array(numbers).T)
        for each, held, value in zip(some, holds, _radius_of(traced.at(found)), strict=True):
            if held and each.keys() <= inputs.keys():
                yield float(value)
            else:
                yield _radius_at(scenario, each)


def _radius_at(scenario: Scenario, changes: Changes) -> float:
    """The spectral radius under changes that need a program of their own."""
    return float(_radius_of(_slopes(scenario.override(changes)).at())[0])


def _one_thread() -> AbstractContextManager[object]:
    """Linear algebra on one thread while it lasts: several wait for each other longer than they work."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # it comes with `steppe calibrate`; without it this takes longer
        return nullcontext()
    return threadpool_limits(1)


def _radius_of(slopes: np.ndarray) -> np.ndarray:
    """The largest modulus of an eigenvalue (points,) of slopes (points, n, n); infinite, if a slope is."""
    largest = np.abs(np.linalg.eigvals(_finite(slopes))).max(axis=1)
    return np.where(np.isfinite(slopes).all(axis=(1, 2)), largest, np.inf)


def _finite(slopes: np.ndarray) -> np.ndarray:
    """Slopes that linear algebra takes."""
    return np.where(np.isfinite(slopes), slopes, 0.0)
