"""Changes of a scenario under which its numbers are tried: does anything differ if one of them is moved?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

import numpy as np

from sim.engine.history import History
from sim.engine.interpreter import Month, rehearse
from sim.scenario.load import Scenario
from sim.studies.check.nudges import ENDS, nudge
from sim.studies.check.trials import SEED, Changes, Trials

MOVED = 1e-9
"""A path or a probability has moved if it differs by more than this somewhere."""

AT_ONCE = 12
"""Months that are compared together: most numbers move something in the first of them."""


class Setting:
    """Some changes of numbers of the scenario, and what happens there without a nudge."""

    def __init__(self, trials: Trials, changes: Changes, runs: int) -> None:
        self._trials, self._changes, self._runs = trials, changes, runs
        self._scenario = trials.scenario.override(changes)
        (self._unnudged,) = trials.histories([changes], runs)
        self._interpreted = Interpreted(trials, self._scenario, runs)

    def moved(self, paths: Sequence[str], tell: Callable[[str], None]) -> set[str]:
        """Those of some numbers, by path, that move something here; `tell` hears which one is being tried."""
        found = set[str]()
        for end in ENDS:
            found |= self._moved_to(end, [path for path in paths if path not in found], tell)
        return found

    def _moved_to(self, end: str, paths: Sequence[str], tell: Callable[[str], None]) -> set[str]:
        """Those that move something on their way to an end."""
        tried = dict[str, Changes]()
        for path in paths:
            tell(path)
            changes = nudge(self._scenario, path, end)
            if changes is not None:
                tried[path] = changes
        nudged = self._trials.histories([self._changes | each for each in tried.values()], self._runs)
        pairs = zip(tried.items(), nudged, strict=True)
        return {path for (path, changes), history in pairs if self._differs(changes, history)}

    def _differs(self, changes: Changes, history: History | None) -> bool:
        """Whether what happens under a nudge differs; with its history, where one could be made at once."""
        if history is None or self._unnudged is None:
            return self._interpreted.differs(changes)
        return _histories_differ(self._unnudged, history)


class Interpreted:
    """The same month by month, for nudges that change more than values: after the first month that differs,
    none is run.
    """

    def __init__(self, trials: Trials, scenario: Scenario, runs: int) -> None:
        self._trials, self._scenario, self._runs = trials, scenario, runs
        self._coming = self._months(scenario)
        self._past: list[Month] = []

    def _months(self, scenario: Scenario) -> Iterator[Month]:
        return rehearse(self._trials.world(scenario), self._runs, SEED)

    def _unnudged(self) -> Iterator[Month]:
        """The months as they are, worked out once, as far as one asks for them."""
        yield from self._past
        for month in self._coming:
            self._past.append(month)
            yield month

    def differs(self, changes: Changes) -> bool:
        """Whether some month differs from the one without a nudge."""
        nudged = self._months(self._scenario.override(changes))
        for before, after in zip_longest(self._unnudged(), nudged):
            if before is None or after is None:  # one run is longer than the other
                return True
            if _months_differ(before, after):
                return True
        return False


def _months_differ(before: Month, after: Month) -> bool:
    """Whether a number of the state or what happened to some event differs."""
    (values, codes), (moved, other_codes) = before, after
    if (codes != other_codes).any():
        return True
    return _differ(values, moved)


def _histories_differ(before: History, after: History) -> bool:
    """Whether some month of two histories of the same runs differs."""
    for first in range(0, before.months, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        if (before.raw_codes[:, some] != after.raw_codes[:, some]).any():
            return True
        if _differ(before.raw[:, some], after.raw[:, some]):
            return True
    return False


def _differ(values: np.ndarray, moved: np.ndarray) -> bool:
    """Whether numbers differ somewhere; what is not a number in both does not."""
    if values.shape != moved.shape:  # a change such as of `alignment.dimensions` leaves other numbers
        return True
    with np.errstate(invalid="ignore"):  # runs that fail leave infinities
        apart = np.abs(values - moved)
    if (apart > MOVED).any():
        return True
    # Comparisons with what is no number say no.
    return not np.array_equal(np.isfinite(values), np.isfinite(moved))
