"""Worlds that candidates are tried in: theories and what others do, by draws of the uncertain numbers, with
luck of their own; every candidate in the same worlds on the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from sim.engine.history import History
from sim.engine.pages import Lot, lots_of, simulate
from sim.engine.uncertain import Entry
from sim.engine.worlds import BLOCK, Worlds
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number
from sim.studies.finding import Finding
from sim.studies.policy.candidates import Knobs, Places
from sim.studies.policy.knob import Knob

MOST_KNOWN = 64
"""Programs with their numbers that are kept."""


@dataclass(frozen=True)
class Setting:
    """A way that the world may be beside its numbers: a theory of choice, and what others do."""

    label: str
    scenario: Scenario


@dataclass(frozen=True)
class Luck:
    """Which draws are looked at, how many runs are made under each, and the number of the first run."""

    draws: range
    runs: int
    first: int

    def numbered(self, first: int, points: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Numbers of runs at points that are counted from the point `first`, which go through the draws.

        Each draw has its own, so that chance averages out over draws.
        """
        draw = (first + points.astype(np.uint64)) % np.uint64(len(self.draws))
        return np.uint64(self.first) + draw * np.uint64(self.runs) + own


@dataclass(frozen=True)
class Performance:
    """What came of candidates in all worlds.

    halves: mean of what is wanted over either half of the runs (2, candidates, wants, settings, draws); cost
    (candidates, settings, draws), mean over runs.
    """

    halves: np.ndarray
    cost: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Means over all runs (candidates, wants, settings, draws)."""
        return (self.halves[0] + self.halves[1]) / 2


@dataclass
class Field:
    """All worlds, ready for any candidate.

    values: draws of the uncertain entries by name; draws: how many there are, also where nothing is
    uncertain and luck alone differs.
    """

    knobs: Knobs
    wants: tuple[Finding, ...]
    settings: tuple[Setting, ...]
    entries: tuple[Entry, ...]
    values: Mapping[str, np.ndarray]
    seed: int
    threads: int | None = None
    tell: Callable[[int], Any] = lambda done: None
    _worlds: dict[Any, tuple[Worlds, list[str]]] = field(default_factory=dict)

    @property
    def months(self) -> int:
        return max(want.months for want in self.wants)

    def performance(self, candidates: Sequence[Places], luck: Luck) -> Performance:
        """What comes of candidates. Raises ScenarioError, BadInput where runs are not finite."""
        shape = (len(candidates), len(self.wants), len(self.settings), len(luck.draws))
        halves, cost = np.empty((2, *shape)), np.empty((shape[0], *shape[2:]))
        alike = dict[Any, list[int]]()
        for place, candidate in enumerate(candidates):
            alike.setdefault(self.knobs.program(candidate), []).append(place)
        for places in alike.values():
            own = [candidates[place] for place in places]
            for at, setting in enumerate(self.settings):
                runs, years = self._simulated(own, at, luck)
                self._check_finite(runs, setting, own)
                halves[0][places, :, at] = runs[..., : luck.runs // 2].mean(axis=-1)
                halves[1][places, :, at] = runs[..., luck.runs // 2 :].mean(axis=-1)
                cost[places, at] = self._cost(own, years)
        return Performance(halves, cost)

    def _simulated(
        self, candidates: Sequence[Places], setting: int, luck: Luck
    ) -> tuple[np.ndarray, np.ndarray]:
        """What is wanted (candidates, wants, draws, runs), and how long waiting levers were in force, mean
        over runs [years] (candidates, levers, draws); all of candidates of one program.
        """
        worlds, names = self._prepared(candidates[0], setting)
        waiting = self.knobs.waiting(candidates[0])
        points = len(candidates) * len(luck.draws)
        values = {name: np.tile(each[luck.draws], len(candidates)) for name, each in self.values.items()}
        numbers = [self.knobs.numbers(worlds.scenario, each) for each in candidates]
        set_to = np.array([[number.own for number in own] for own in numbers])
        for name, own in zip(names, set_to.T, strict=True):
            values[name] = np.repeat(own, len(luck.draws))

        def asked(history: History) -> np.ndarray:
            wanted = [want.of(history)[0] for want in self.wants]
            return np.array([*wanted, *(_years(history, pull.knob) for pull in waiting)])

        found = []
        for part in simulate(
            self._lots(worlds, values, points, luck), self.seed, self.threads, asked, _joined
        ):
            found.append(part)
            self.tell(part.shape[1] * self.months)
        rows = np.concatenate(found, axis=1).reshape(-1, len(candidates), len(luck.draws), luck.runs)
        wanted, latched = rows[: len(self.wants)], rows[len(self.wants) :]
        return wanted.swapaxes(0, 1), latched.mean(axis=-1).swapaxes(0, 1)

    def _lots(
        self, worlds: Worlds, values: Mapping[str, np.ndarray], points: int, luck: Luck
    ) -> Iterator[Lot]:
        """Lots in the order of points, candidate by candidate."""
        for first in range(0, points, BLOCK):
            some = {name: each[first : first + BLOCK] for name, each in values.items()}
            for engine, own in worlds.engines(some):
                yield from lots_of(engine, own, range(luck.runs), partial(luck.numbered, first))

    def _prepared(self, candidate: Places, setting: int) -> tuple[Worlds, list[str]]:
        """Worlds of candidates of one program, and the names of the entries that are the levers' numbers."""
        key = (self.knobs.program(candidate), setting)
        if key not in self._worlds:
            if len(self._worlds) >= MOST_KNOWN:
                self._worlds.pop(next(iter(self._worlds)))
            done = self.knobs.done(self.settings[setting].scenario, candidate)
            own = self.knobs.numbers(done, candidate)
            watched = tuple(pull.knob.latched for pull in self.knobs.waiting(candidate))
            worlds = Worlds(done, (*self.entries, *own), self.months, watched)
            self._worlds[key] = worlds, [entry.name for entry in own]
        return self._worlds[key]

    def _cost(self, candidates: Sequence[Places], years: np.ndarray) -> np.ndarray:
        """Mean cost in each world (candidates, draws), from how long waiting levers were in force [years]."""
        found = np.zeros((len(candidates), years.shape[-1]))
        for place, candidate in enumerate(candidates):
            waited = iter(years[place])
            for pull in self.knobs.pulls(candidate):
                force: Any = self._in_force(pull.knob)
                if pull.waits:
                    force = next(waited)
                found[place] += pull.knob.lever.cost * pull.change * force
        return found

    def _in_force(self, knob: Knob) -> float:
        """How long a lever that does not wait is in force [years]."""
        start = self.knobs.scenario.case.time.start
        since = month_number(knob.lever.from_ or start) - month_number(start)
        return max(self.months - since, 0) / 12

    def _check_finite(self, runs: np.ndarray, setting: Setting, candidates: Sequence[Places]) -> None:
        """Raises BadInput where runs failed: a mean without them would be of other worlds."""
        failed = np.isnan(runs).any(axis=(1, 2, 3))
        if failed.any():
            said = self.knobs.said(candidates[int(np.argmax(failed))])
            told = f"{setting.label}: runs with a number that is not finite under: {said}"
            raise BadInput(f"{told}; make the ends of levers narrower")


def _years(history: History, knob: Knob) -> np.ndarray:
    """How long what waited has been in force in each run [years] (runs,)."""
    # from the month after its signal was seen
    months: np.ndarray = history[knob.latched][:-1].sum(axis=0)
    return months / 12


def _joined(pieces: Any) -> np.ndarray:
    return np.concatenate([*pieces], axis=1)
