"""A living ensemble: runs that keep to what is known of the past until a month, and are free from then on.

The past is a particle filter's (`sim.assimilation.filter`): at the month all particles are drawn by their
weights, and each run goes on from one of them by luck of its own. A run's past is not stored but lived again
along its lineage, stretch by stretch, so that outcomes count it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.assimilation.crowd import Crowd, Makers
from sim.assimilation.facts import Fact, in_order
from sim.assimilation.filter import Asked, Cloud, effective, weights_of
from sim.assimilation.kernel import Values
from sim.assimilation.lineage import Lineage
from sim.assimilation.observations import Data, observations_of
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.engine import PAGE, runs_at_once
from sim.engine.history import History, month_label
from sim.engine.knowing import NOTHING_KNOWN
from sim.engine.machine import LANES
from sim.engine.pages import Lots, page_of
from sim.engine.request import check_request
from sim.engine.setups import Plain, Setup, setup_of
from sim.engine.uncertain import drawn
from sim.reading.dates import month_of
from sim.reading.numbers import shown
from sim.reading.source import Source
from sim.refusal import BadInput, Refusal, one_line
from sim.scenario.load import Scenario
from sim.scenario.lower import World
from sim.scenario.schema import month_number
from sim.writing.progress import Progress, reporting

FEWEST = 20.0
"""Runs of the past, counted as equal ones, from which a future can be told."""

ByRun = tuple[np.ndarray, np.ndarray]
"""Recorded numbers (runs, months, names) and codes (runs, months, events)."""


@dataclass(frozen=True)
class Past:
    """The past of runs that keep to what is known until a month, each of which counts alike.

    setup: what was conditioned; source: the table of facts; used: those that runs keep to; unused: those that
    say nothing of the months before; month: the first that is free [from year 0]; lineage: where each
    particle comes from; values: of the uncertain entries, with which it goes on, by name (particles,);
    run_of (particles,): whose number is by whose luck it goes on; effective: as many equal particles would
    have told as much (Kish 1965) before they were drawn; evidence: log density, or odds, of what is known;
    in_turn: whether more runs than particles may go on from them, so that each has several futures.
    """

    setup: Setup
    source: Source = field(repr=False)
    used: tuple[Fact, ...] = field(repr=False)
    unused: tuple[Fact, ...] = field(repr=False)
    month: int
    seed: int
    makers: Makers = field(repr=False)
    lineage: Lineage = field(repr=False)
    values: Values = field(repr=False)
    run_of: np.ndarray = field(repr=False)
    effective: float
    evidence: float
    in_turn: bool = False

    @property
    def particles(self) -> int:
        return len(self.run_of)

    @property
    def lived(self) -> int:
        """Months before it is free."""
        return self.lineage.month

    @property
    def ancestors(self) -> int:
        """Different runs at the start from which all descend."""
        return len(np.unique(self.lineage.stretches[0].numbers))

    @property
    def parents(self) -> int:
        """Different runs in the last month that is known."""
        return len(np.unique(self.lineage.stretches[-1].numbers))

    @cached_property
    def place_of(self) -> np.ndarray:
        """The particle from which each run goes on (runs,)."""
        return np.argsort(self.run_of, kind="stable")

    def places(self, runs: np.ndarray) -> np.ndarray:
        """The particles from which runs go on, by their numbers (runs,); in turn, where there are fewer."""
        return self.place_of[runs.astype(np.intp) % self.particles]

    def thinned(self, most: int) -> Past:
        """A few of its particles, evenly spaced over all, from which any number of runs go on in turn.

        Those of the first runs if there are no more than `most`.
        """
        if self.particles <= most:
            return self.of(self.place_of)
        return self.of(np.arange(most) * self.particles // most)

    def of(self, particles: np.ndarray) -> Past:
        """Some of its particles, by their places (particles,); any number of runs go on from them in turn."""
        values = {name: each[particles] for name, each in self.values.items()}
        return replace(
            self, lineage=self.lineage.of(particles), values=values, run_of=np.arange(len(particles)),
            effective=min(self.effective, len(particles)),
            in_turn=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Given(Setup):
    """A scenario whose runs keep to what is known of the past until a month; see `given`.

    setup: what runs are from then on; past: what they were until then.
    """

    setup: Setup
    past: Past

    @property
    def scenario(self) -> Scenario:  # type: ignore[override]
        """The scenario of the months that are free."""
        return self.setup.scenario

    def __repr__(self) -> str:
        past = self.past
        facts = f"{len(past.used):,} facts known until {self.month}"
        count = f"{past.effective:,.0f} of {past.particles:,} runs count"
        return f"<Given {one_line(f'{self.scenario!r}: {facts}, {count}')}>"

    @property
    def month(self) -> str:
        """The first month that is free."""
        return month_label(self.past.month)

    def whole(self, runs: int, least: int = 1) -> int:
        """The runs as asked for. Raises BadInput for more than the past was made of."""
        if runs > self.past.particles and not self.past.in_turn:
            made = f"the past was made of {self.past.particles:,} runs"
            raise BadInput(f"{made}, which cannot go on as {runs:,}; ask for as many or fewer")
        return runs

    def under(self, other: Setup | Scenario | str | Path) -> Given:
        """Another scenario from the month on, with this past. Raises ScenarioError."""
        setup, beliefs = setup_of(other), beliefs_in(self.setup)
        if isinstance(setup, Plain) and beliefs is not None:
            setup = replace(beliefs, scenario=setup.scenario)
        return Given(setup, self.past)

    def prepared(self, world: World, seed: int) -> Lots:
        past = self.past
        if not past.lived < world.months:
            last = month_label(past.month - past.lived + world.months - 1)
            raise BadInput(f"runs are free from {self.month}, but are simulated until {last} only")
        before = past.makers.plain.world
        # what was and what follows are laid end to end: their rows must mean the same
        if list(before.parts.event) != list(world.parts.event) or set(world.recorded) - set(before.recorded):
            kept = "what follows keeps the events and quantities of the past"
            raise BadInput(f"{kept}; change numbers, theories or interventions")
        return Relived(past, Makers.of(self.setup, world.months, NOTHING_KNOWN), world)

    def lived(self, run: int) -> Scenario:
        beliefs, place = beliefs_in(self.setup), int(self.past.places(np.array([run]))[0])
        if not isinstance(beliefs, Beliefs):
            return self.scenario
        own = {name: values[[place]] for name, values in self.past.values.items()}
        numbers = drawn(self.scenario, beliefs.free, own)
        return self.scenario.override({path: float(value[0]) for path, value in numbers.items()})


@dataclass(frozen=True)
class Relived:
    """Runs that are lived along their lineages, and on from there under makers of their own."""

    past: Past
    makers: Makers
    world: World

    def all(self, runs: int, page: int = PAGE) -> Iterator[Living]:
        for first in range(0, runs, page):
            yield self._lot(first, min(first + page, runs))

    def of(self, run: int, runs: int) -> Living:
        return self._lot(*page_of(run, runs))

    def _lot(self, start: int, stop: int) -> Living:
        return Living(self, np.arange(start, stop, dtype=np.uint64))

    def lived(self, seed: int, runs: np.ndarray) -> History:
        """What runs (runs,) leave behind: their past, and what follows by their own luck."""
        past, world, count = self.past, self.world, len(runs)
        places = past.places(runs)
        found, crowd = self._past(places)
        values = {name: each[places] for name, each in past.values.items()}
        crowd = self._gone_on(crowd, self.makers, values, count)
        said, _ = crowd.live(seed, runs, world.months, self._kept, threads=1)
        return _history(world, runs, _behind([*found, _beside(said)]))

    def before(self) -> tuple[History, Crowd]:
        """What all particles leave behind until they are free, in the order of their runs, and they then."""
        found, crowd = self._past(self.past.place_of)
        return _history(self.world, np.arange(self.past.particles, dtype=np.uint64), _behind(found)), crowd

    def _past(self, places: np.ndarray) -> tuple[list[ByRun], Crowd]:
        """The months that are known of some particles, by their places, and the particles after them."""
        past, found, crowd = self.past, list[ByRun](), None
        for stretch in past.lineage.of(places).stretches:
            crowd = self._gone_on(crowd, past.makers, stretch.values, len(places))
            said, crowd = crowd.live(past.seed, stretch.numbers, stretch.months.stop, self._kept, threads=1)
            found.append(_beside(said))
        assert crowd is not None, "a past has months"
        return found, crowd

    @staticmethod
    def _gone_on(before: Crowd | None, makers: Makers, values: Values, count: int) -> Crowd:
        """Particles as they go on from those before, each from its own; at the start if there are none."""
        if before is None:
            return Crowd.at_start(makers, values, count)
        return replace(before, makers=makers).descend(np.arange(count), values)

    def _kept(self, history: History) -> ByRun:
        """What the world records of a history, run by run: of the past more may be recorded."""
        names = list(history.world.recorded)
        raw = history.raw
        if names != list(self.world.recorded):
            raw = raw[:, :, [names.index(name) for name in self.world.recorded], :]
        count = len(history.runs)
        return _by_run(raw)[:count], _by_run(history.raw_codes)[:count]


@dataclass(frozen=True)
class Living:
    """Runs by number (runs,) that are lived again together."""

    relived: Relived
    runs: np.ndarray

    def history(self, seed: int) -> History:
        """What these runs leave behind."""
        return self.relived.lived(seed, self.runs)

    def pieces(self, seed: int) -> Iterator[History]:
        """The same in as many pieces as it takes to hold one at once."""
        size = runs_at_once(self.relived.world)
        for first in range(0, len(self.runs), size):
            yield self.relived.lived(seed, self.runs[first : first + size])


def _by_run(grouped: np.ndarray) -> np.ndarray:
    """(groups, months, names, lanes) as (runs, months, names)."""
    return grouped.transpose(0, 3, 1, 2).reshape(-1, *grouped.shape[1:3])


def _beside(said: list[ByRun]) -> ByRun:
    values, codes = zip(*said, strict=True)
    return np.concatenate(values), np.concatenate(codes)


def _behind(stretches: list[ByRun]) -> ByRun:
    values, codes = zip(*stretches, strict=True)
    return np.concatenate(values, axis=1), np.concatenate(codes, axis=1)


def _history(world: World, runs: np.ndarray, found: ByRun) -> History:
    return History(world, runs, *map(_in_groups, found))


def _in_groups(by_run: np.ndarray) -> np.ndarray:
    """(runs, months, names) as machine code lays them down: (groups, months, names, lanes)."""
    groups = -(-len(by_run) // LANES)
    padded = np.concatenate([by_run, np.repeat(by_run[-1:], groups * LANES - len(by_run), axis=0)])
    return np.ascontiguousarray(padded.reshape(groups, LANES, *by_run.shape[1:]).transpose(0, 2, 3, 1))


def given(
    scenario: Setup | Scenario | str | Path,
    facts: Data,
    month: str,
    runs: int = 20_000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Progress = None,
) -> Given:
    """A scenario whose runs keep to dated facts until a month, such as `2024-09`, and are free from then on.

    scenario: as `sim.run` takes it, or draws of its uncertain numbers; facts: a table of dated observations
    (its file, a DataFrame or facts); those that reach into the month or lie after it are not used. Run k of
    what is run goes on from one of `runs` pasts by luck of its own; run no more than these.

    Raises ScenarioError, BadInput, and Refusal where what is known leaves too few runs over.

    >>> import pandas as pd
    >>> import sim
    >>> columns = ["kind", "target", "when", "value"]
    >>> invented = pd.DataFrame([("event", "russian_visit", "2024-10", 1)], columns=columns)
    >>> known = sim.given("mongolia-2024", invented, "2024-11", runs=400)
    >>> bool(sim.run(known, runs=400, months=12).outcomes["first.russian_visit"].notna().all())
    True
    """
    setup = setup_of(scenario)
    runs, seed, _, threads = check_request(runs, seed, None, threads)
    read, source = observations_of(facts, setup.scenario)
    lived = _lived_until(setup, month)
    asked = asked_of(setup, read, month_number(month), runs, seed, threads)
    with reporting(progress, lived * runs) as tell:
        return Given(setup, conditioned(asked, read, source, tell))


def _lived_until(setup: Setup, month: str) -> int:
    """Months before one. Raises BadInput for a month that is none, or that is not simulated."""
    if month_of(month) is None:
        raise BadInput(f"the first month that is free is written such as 2025-01, not {shown(str(month))}")
    if not isinstance(setup, Plain) and beliefs_in(setup) is None:
        raise BadInput("only a scenario, or one under draws of its uncertain numbers, can be given a past")
    time = setup.scenario.case.time
    start, lived = month_number(time.start), month_number(month) - month_number(time.start)
    if not 0 < lived < time.months:
        within = f"after {time.start} and by {month_label(start + time.months - 1)}"
        raise BadInput(f"runs can be free from a month {within}, not from {month}")
    return lived


def asked_of(
    setup: Setup, facts: tuple[Fact, ...], month: int, runs: int, seed: int, threads: int | None
) -> Asked:
    """What is filtered for runs that are free from a month [from year 0]: facts that end before it."""
    start = month_number(setup.scenario.case.time.start)
    known = tuple(fact for fact in facts if fact.last < month)
    return Asked(setup, in_order(known), month - start, runs, seed, threads)


def conditioned(
    asked: Asked, facts: tuple[Fact, ...], source: Source, tell: Callable[[int], Any] = lambda months: None
) -> Past:
    """Runs at the end of the months that are asked for, drawn by how well they keep to facts.

    Raises Refusal where too few are left over.
    """
    cloud = Cloud.of(asked)
    cloud.towards(asked.months, tell)
    cloud.until(asked.months, tell)
    weights = weights_of(cloud.log_weights)
    cloud.draw(weights)
    used = tuple(fact for fact in facts if fact in asked.facts and fact not in asked.passed_over)
    unused = tuple(fact for fact in facts if fact not in used)
    past = Past(
        asked.setup, source, used, unused, asked.start + asked.months, asked.seed, cloud.crowd.makers,
        cloud.lineage, cloud.values, cloud.numbers, effective(weights), cloud.evidence,
    )  # fmt: skip
    _check_enough(past)
    return past


def _check_enough(past: Past) -> None:
    """Raises Refusal where a future would be that of a few runs."""
    left, least = min(past.effective, past.ancestors), min(FEWEST, past.particles / 2)
    if left >= least:
        return
    until = month_label(past.month)
    told = f"{past.effective:.0f} of {past.particles:,} runs count, from {past.ancestors:,} at the start"
    raise Refusal(
        f"what is known until {until} leaves too few: {told}; ask for more runs, or for fewer facts"
    )
