"""What can be seen of runs before something comes: paths, how far they have moved, what has happened."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.setups import Setup
from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.outcomes.measures import measured, measures_of, paths_of
from sim.refusal import BadInput
from sim.scenario.asked import simulated
from sim.scenario.labels import state_label
from sim.scenario.lookup import choice, is_pattern
from sim.scenario.lower import World
from sim.scenario.schema import Case
from sim.studies.indicators.outcome import Outcome

MOST_HELD = 2**28
"""Numbers of all paths that are held: 1 GiB, and as much again while they are put together."""

TOO_MUCH = "{0:,} runs of {1:,} months do not fit into memory; ask for fewer runs, or an earlier month"


ANOTHER_NAME = 0.95
"""Rank correlation in the outcome's month with the number by which it is decided, from which on a path is the
outcome by another name.
"""


class Kind(StrEnum):
    """What is seen of an observable."""

    LEVEL = "level"
    """Where a path stands in a month."""
    CHANGE = "change"
    """How far it has moved since the first month."""
    EVENT = "event"
    """Whether something has happened by a month."""


@dataclass(frozen=True)
class Observable:
    """Something that an observer of a run can see, month by month."""

    name: str
    label: str
    kind: Kind


@dataclass(frozen=True)
class Watched:
    """What is watched in a world, and for what: paths, happenings, and the outcome."""

    outcome: Outcome
    paths: tuple[Observable, ...]
    events: tuple[Observable, ...]
    happenings: tuple[Happening, ...]
    case: Case

    @classmethod
    def of(cls, world: World, outcome: Outcome, without: Iterable[str] = ()) -> Watched:
        """All that a world records, but for the outcome itself and what is left out by name, label or
        pattern. Raises BadInput.
        """
        scenario = world.scenario
        names = [*paths_of(world), *(measure.name for measure in measures_of(world))]
        paths = {name: Observable(name, state_label(scenario.case, name), Kind.LEVEL) for name in names}
        own = _own(outcome)
        known = {each.name: each for each in happenings_of(scenario) if each.name not in own}
        events = {name: Observable(name, each.label, Kind.EVENT) for name, each in known.items()}
        out = {*_meant(without, {name: each.label for name, each in {**events, **paths}.items()})}
        if not {*paths, *events} - out:
            raise BadInput("all that can be watched is left out; leave out less")
        kept = [name for name in events if name not in out]
        return cls(
            outcome,
            tuple(each for name, each in paths.items() if name not in out),
            tuple(events[name] for name in kept),
            tuple(known[name] for name in kept),
            scenario.case,
        )

    def page(self, history: History) -> Page:
        """What is seen of a page of runs."""
        get, findings = measured(history.world, history.__getitem__), Findings.on(history, self.happenings)
        months = history.months
        values = np.empty((months, len(self.paths), len(history.runs)), dtype=np.float32)
        for place, path in enumerate(self.paths):
            values[:, place] = get(path.name)
        dated = [findings.first(each) for each in self.happenings]
        firsts = np.array(dated, dtype=np.float32).reshape(len(dated), len(history.runs))
        first = self.outcome.first(history)
        # what never comes, not a number, is not at a month or before it
        is_open = ~(first <= np.arange(months)[:, None]) & ~self.outcome.announced(history)
        number = self.outcome.number(history)
        return Page(history.runs, ~history.failed, values, firsts, first, is_open, number)


def _own(outcome: Outcome) -> set[str]:
    """Names of what has not happened as long as the outcome has not."""
    if outcome.happening is None:
        return set()
    return {outcome.happening.name, *outcome.happening.events}


def _meant(names: Iterable[str], known: dict[str, str]) -> Iterator[str]:
    """What names, labels and patterns mean of what is known, by name with label. Raises BadInput."""
    for name in names:
        if not is_pattern(name):
            yield choice("observable", name, known)
            continue
        found = fnmatch.filter(known, name)
        if not found:
            raise BadInput(f"{name}: fits nothing that can be watched")
        yield from found


@dataclass(frozen=True)
class Page:
    """What is seen of some runs: runs (runs,) by number, ok (runs,); values (months, paths, runs) and first
    months of events (events, runs), of the outcome (runs,); whether it is still open (months, runs); the
    number (runs,) by which it is decided in the last month, if it is.
    """

    runs: np.ndarray
    ok: np.ndarray
    values: np.ndarray
    events: np.ndarray
    first: np.ndarray
    open: np.ndarray
    number: np.ndarray

    @classmethod
    def joined(cls, pieces: Iterable[Page]) -> Page:
        """The page of which these are the pieces, without runs that failed."""
        each = list(pieces)
        fields = ("runs", "ok", "values", "events", "first", "open", "number")
        parts = {name: [getattr(piece, name)[..., piece.ok] for piece in each] for name in fields}
        return cls(**{name: np.concatenate(found, axis=-1) for name, found in parts.items()})


@dataclass(frozen=True)
class Seen:
    """All runs as they are seen, those that failed left out; draw (runs,): the draw that each lives under,
    or the number of the run itself.
    """

    watched: Watched
    page: Page
    draw: np.ndarray
    failed: int

    @classmethod
    def of(
        cls, setup: Setup, world: World, watched: Watched, runs: int, seed: int, threads: int | None,
        tell: Callable[[int], Any],
    ) -> Seen:  # fmt: skip
        """Run it all. Raises BadInput for more than memory holds."""
        if runs * world.months * len(watched.paths) > MOST_HELD:
            raise BadInput(TOO_MUCH.format(runs, world.months))
        pages = []
        lots = setup.prepared(world, seed).all(runs)
        for page in simulate(lots, seed, threads, watched.page, Page.joined):
            pages.append(page)
            tell(len(page.runs) * world.months)
        whole = Page.joined(pages)
        draws = setup.draws or runs
        return cls(watched, whole, (whole.runs % np.uint64(draws)).astype(np.int64), runs - len(whole.runs))

    @property
    def months(self) -> int:
        """Months that can be watched: all before the last."""
        return len(self.page.values) - 1

    @property
    def dates(self) -> list[str]:
        """Those months, such as `2024-06`."""
        return simulated(self.watched.case, self.months)

    @cached_property
    def _is_kept(self) -> np.ndarray:
        """Which paths (paths,) are not the outcome by another name."""
        return ~(np.abs(rank_correlation(self.page.number, self.page.values[-1])) >= ANOTHER_NAME)

    @cached_property
    def observables(self) -> tuple[Observable, ...]:
        """Levels and changes of paths, then events."""
        paths = [path for path, is_kept in zip(self.watched.paths, self._is_kept, strict=True) if is_kept]
        changes = (Observable(path.name, path.label, Kind.CHANGE) for path in paths)
        return (*paths, *changes, *self.watched.events)

    @property
    def other_names(self) -> tuple[Observable, ...]:
        """Paths that are the outcome by another name, and are not watched."""
        return tuple(
            path for path, is_kept in zip(self.watched.paths, self._is_kept, strict=True) if not is_kept
        )

    def at(self, month: int, which: np.ndarray) -> np.ndarray:
        """All observables in a month (observables, some runs)."""
        cells = np.ix_(self._is_kept, which)
        level, start = self.page.values[month][cells], self.page.values[0][cells]
        happened = self.page.events[:, which] <= month
        return np.concatenate([level, level - start, happened.astype(np.float32)])


def rank_correlation(number: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Spearman's correlation of a number (runs,) with each of some (rows, runs); 0 where either is constant.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([[1.0, 4.0, 9.0], [5.0, 5.0, 5.0]]))
    array([1., 0.])
    """
    from scipy.stats import rankdata

    if not values.size or np.isnan(number).any():
        return np.zeros(len(values))
    one, other = rankdata(number), rankdata(values, axis=1)
    one, other = one - one.mean(), other - other.mean(axis=1, keepdims=True)
    size = np.sqrt((one**2).sum() * (other**2).sum(axis=1))
    return np.divide(other @ one, size, out=np.zeros(len(values)), where=size > 0)
