"""Runs conditioned on the past: a particle filter over machine code, with addressed and storable luck.

Every particle is a run under one draw of the uncertain numbers. What is known of deeds is imposed on it, with
the odds that it gave them (`sim.rules.known`); what was observed of series weighs it, beside a discrepancy
that is filtered exactly (`sim.assimilation.discrepancy`). When few particles carry the weight they are
resampled: each place goes on from the particle that is drawn for it, by luck of its own. By whose luck it
lived until then is kept, so that any particle can be lived again alone.

Gordon, Salmond and Smith 1993, IEE Proc. F 140:107; systematic resampling: Kitagawa 1996, J. Comput. Graph.
Stat. 5:1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.assimilation.deeds import known_of
from sim.assimilation.discrepancy import Discrepancy, exponential, log_of_sum
from sim.assimilation.facts import SERIES, Fact
from sim.assimilation.meter import JOINED, NOTHING_YET, Meter
from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.engine import Engine, Past, runs_at_once
from sim.engine.history import window
from sim.engine.knowing import Known, knowing
from sim.engine.luck import normals, uniform_of
from sim.engine.pages import default_threads
from sim.engine.setups import Setup
from sim.engine.worlds import BLOCK, Worlds
from sim.refusal import Refusal
from sim.rules.known import LOG_ODDS
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number

YEAR = 12

ENOUGH = 0.5
"""Particles are resampled when they count for fewer than this share of as many equal ones."""

LEAST = 10.0
"""Effective particles below which nothing can be said any more."""

IMPOSSIBLE = -1e9
"""The log weight of a run that cannot be: it failed, or did otherwise than is known."""


@dataclass(frozen=True)
class Asked:
    """What is filtered: runs of a setup under what is known, until each of some months.

    facts: what runs are conditioned on; months: of the whole; particles: how many; cut: what time alone
    decides (series by name) as it would be for one who knows nothing after a month.
    """

    setup: Setup
    facts: tuple[Fact, ...]
    months: int
    particles: int
    seed: int = 1
    threads: int | None = None
    cut: Callable[[int], Mapping[str, np.ndarray]] = lambda month: {}

    @cached_property
    def world(self) -> World:
        """The scenario, ready to run."""
        return lower(self.setup.scenario, self.months)

    @cached_property
    def start(self) -> int:
        """The first month [from year 0]."""
        return month_number(self.setup.scenario.case.time.start)

    @cached_property
    def known(self) -> Known:
        """What is known of deeds."""
        return known_of(self.world, self.facts)

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.setup.scenario)

    def due(self, months: range) -> list[Fact]:
        """The facts whose windows end in some months [after the start], and weigh runs."""
        return [
            fact
            for fact in self.facts
            if fact.last - self.start in months and fact.first >= self.start and self.meter.measurable(fact)
        ]


@dataclass
class Place:
    """Particles of one engine side by side: the point of each, and its state; None at the start.

    points (particles,); state (particles, slots).
    """

    engine: Engine
    points: np.ndarray
    state: np.ndarray | None = None

    def of(self, particles: np.ndarray) -> Place:
        """Some of them, by their places; the same one may come again."""
        if self.state is None:
            return Place(self.engine, self.points[particles])
        return Place(self.engine, self.points[particles], self.state[particles])


@dataclass(frozen=True)
class Origin:
    """What is known at the end of a month, and what runs say of later facts.

    month: how many have been lived; log_weights (particles,): normed; draw_of (particles,): the draw of the
    uncertain numbers of each; asked: later facts, and said (facts, particles): what would be observed of
    them; evidence: log density of all that is known, so far; past: by whose luck each particle lived; errors:
    discrepancies by series.
    """

    month: int
    log_weights: np.ndarray
    draw_of: np.ndarray
    asked: tuple[Fact, ...]
    said: np.ndarray
    evidence: float
    past: Past
    errors: Mapping[str, Discrepancy] = field(repr=False)

    @property
    def weights(self) -> np.ndarray:
        """Weights of the particles (particles,), which sum to 1."""
        return weights_of(self.log_weights)

    @property
    def effective(self) -> float:
        """As many equal particles would tell as much (Kish 1965)."""
        return effective(self.weights)


def weights_of(logs: np.ndarray) -> np.ndarray:
    """Weights (particles,), which sum to 1, from their logs but for a constant."""
    found = exponential(logs - logs.max())
    return found / found.sum()


def effective(weights: np.ndarray) -> float:
    """How many equal weights would vary a mean as much as these (particles,), which sum to 1 (Kish 1965)."""
    return float(1.0 / (weights * weights).sum())


def filtered(
    asked: Asked,
    origins: Iterable[int],
    later: Sequence[Fact] = (),
    ahead: int = 36,
    tell: Callable[[int], Any] = lambda months: None,
) -> Iterator[Origin]:
    """Condition runs month by month, and stop at each origin [months after the start], in order.

    later: facts of which runs are asked, of those that lie within `ahead` months after an origin; tell: told
    of run-months done. Raises Refusal where what is known leaves no runs over.
    """
    cloud = Cloud.of(asked)
    for origin in sorted(origins):
        for months in _steps(asked.start, cloud.month, origin):
            cloud.live(months)
            tell(len(months) * asked.particles)
            if months.stop < origin:
                cloud.resample()
        yield cloud.at_origin(later, ahead, tell)
        cloud.resample()


def _steps(start: int, first: int, last: int) -> Iterator[range]:
    """Months from one to another [after the start], in stretches that end with a calendar year."""
    while first < last:
        end = min(last, first + YEAR - (start + first) % YEAR)
        yield range(first, end)
        first = end


@dataclass
class Cloud:
    """Particles in the course of being filtered, in the order of their places."""

    asked: Asked
    places: list[Place]
    numbers: np.ndarray
    draw_of: np.ndarray
    log_weights: np.ndarray
    past: Past
    errors: dict[str, Discrepancy]
    month: int = 0
    evidence: float = 0.0
    open: dict[Fact, np.ndarray] = field(default_factory=dict)
    """What was measured so far of facts whose windows have begun."""

    @classmethod
    def of(cls, asked: Asked) -> Cloud:
        """Before the first month: all particles are as likely as any other."""
        beliefs, count = beliefs_in(asked.setup), asked.particles
        if beliefs is None:
            draw_of = np.zeros(count, dtype=np.intp)
            engine = Engine.of(knowing(asked.world, asked.known))
            places = [Place(engine, np.zeros(count, dtype=np.intp))]
        else:
            draw_of = np.arange(count) * beliefs.draws // count
            places = list(_places(asked, beliefs, draw_of))
        numbers = _numbers(draw_of)
        observations = asked.setup.scenario.case.observations.items()
        errors = {name: Discrepancy.of(each.error, count, asked.start / YEAR) for name, each in observations}
        past = Past((), np.empty((0, count), dtype=np.uint64))
        even = np.full(count, -float(np.log(count)))
        return cls(asked, places, numbers, draw_of, even, past, errors)

    # -- forward

    def live(self, months: range) -> None:
        """Some months of all particles, and what is known of them."""
        overlapping = [fact for fact in self._begun(months) if self.asked.meter.measurable(fact)]
        measured, odds = self._carried(months, overlapping, keep=True)
        for fact, each in zip(overlapping, measured, strict=True):
            before = self.open.get(fact, np.full(len(self.numbers), NOTHING_YET[fact.kind]))
            self.open[fact] = JOINED[fact.kind](before, each)
        self.month = months.stop
        self._weigh(odds)
        for fact in self.asked.due(months):
            self._weigh(self._likelihood(fact, Meter.said(fact, self.open.pop(fact))))
        if effective(weights_of(self.log_weights)) < LEAST:
            raise Refusal(self._degenerate(months))

    def _begun(self, months: range) -> list[Fact]:
        """Facts whose windows reach into some months."""
        first, last = months.start + self.asked.start, months.stop - 1 + self.asked.start
        return [
            fact
            for fact in self.asked.facts
            if fact.first <= last and fact.last >= first and fact.first >= self.asked.start
        ]

    def _likelihood(self, fact: Fact, said: np.ndarray) -> np.ndarray:
        """The log likelihood of a fact beside each particle (particles,); discrepancies learn from it."""
        if fact.kind != SERIES:
            return np.where(said == fact.value, 0.0, IMPOSSIBLE)
        error = self.errors[fact.target].at(_year(fact))
        self.errors[fact.target], told = error.told(said, fact.value)
        return told

    def _weigh(self, logs: np.ndarray) -> None:
        joint = self.log_weights + np.where(np.isfinite(logs), np.maximum(logs, IMPOSSIBLE), IMPOSSIBLE)
        whole = float(log_of_sum(joint[:, None])[0])
        self.evidence += whole
        self.log_weights = joint - whole

    def _degenerate(self, months: range) -> str:
        start, left = self.asked.start, effective(weights_of(self.log_weights))
        span = window(range(start + months.start, start + months.stop))
        return (
            f"what is known of {span} leaves {left:.1f} of {len(self.numbers):,} runs: this scenario hardly "
            "allows for it; ask for more runs, or look at these facts"
        )

    def _carried(
        self, months: range, facts: Sequence[Fact], keep: bool, series: Mapping[str, np.ndarray] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """What particles say of facts in some months (facts, particles), and the log of what they gave to the
        known (particles,). keep: whether they go on from there; series: what time alone decides, otherwise.
        """
        jobs = list(self._pieces())
        spent = range(months.start + self.asked.start, months.stop + self.asked.start)

        def work(job: tuple[Place, slice, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            place, piece, numbers = job
            state = None if place.state is None else place.state[piece]
            engine = place.engine
            if series:
                engine = engine.with_series(series)
            history, after = engine.carry(self.asked.seed, numbers, months, place.points[piece], state)
            odds = np.zeros(len(numbers))
            if self.asked.known.deeds:
                for each in history[LOG_ODDS]:
                    odds = odds + each
            odds[history.failed] = IMPOSSIBLE
            return self.asked.meter.measure(history, spent, facts), odds, after

        with ThreadPoolExecutor(self.asked.threads or default_threads()) as pool:
            found = list(pool.map(work, jobs))
        if keep:
            self._go_on(jobs, [after for _, _, after in found])
        return np.concatenate([said for said, _, _ in found], axis=1), np.concatenate(
            [own for _, own, _ in found]
        )

    def _go_on(self, jobs: Sequence[tuple[Place, slice, np.ndarray]], states: Sequence[np.ndarray]) -> None:
        by_place: dict[int, list[np.ndarray]] = {}
        for (place, _, _), after in zip(jobs, states, strict=True):
            by_place.setdefault(id(place), []).append(after)
        for place in self.places:
            place.state = np.concatenate(by_place[id(place)])

    def _pieces(self) -> Iterator[tuple[Place, slice, np.ndarray]]:
        """Particles in pieces that a thread holds at once: their place, which of it, and their numbers."""
        size, first = runs_at_once(self.asked.world), 0
        for place in self.places:
            for begin in range(0, len(place.points), size):
                piece = slice(begin, min(begin + size, len(place.points)))
                yield place, piece, self.numbers[first + piece.start : first + piece.stop]
            first += len(place.points)

    # -- resampling

    def resample(self) -> None:
        """Draw particles by their weights, if too few of them count."""
        weights = weights_of(self.log_weights)
        if effective(weights) < ENOUGH * len(weights):
            self.draw(weights)

    def draw(self, weights: np.ndarray) -> None:
        """Every place goes on from the particle that is drawn for it; all count alike again."""
        count = len(weights)
        point = uniform_of(self.asked.seed, f"resampled/{self.month}", 1)[0]
        below = np.cumsum(weights)
        chosen = np.searchsorted(below, (point + np.arange(count)) / count * below[-1])
        chosen = np.minimum(chosen, count - 1)
        self.past = Past(
            (*self.past.ends, self.month), np.vstack([self.past.numbers, self.numbers])[:, chosen]
        )
        self.places = list(self._drawn(chosen))
        self.draw_of = self.draw_of[chosen]
        self.log_weights = np.full(count, -float(np.log(count)))
        self.errors = {name: error.of_runs(chosen) for name, error in self.errors.items()}
        self.open = {fact: each[chosen] for fact, each in self.open.items()}

    def _drawn(self, chosen: np.ndarray) -> Iterator[Place]:
        """The places that go on: particles of one engine stay side by side, as they were drawn in order."""
        first = 0
        for place in self.places:
            own = chosen[(chosen >= first) & (chosen < first + len(place.points))] - first
            first += len(place.points)
            if len(own):
                yield place.of(own)

    # -- origins

    def at_origin(self, later: Sequence[Fact], ahead: int, tell: Callable[[int], Any]) -> Origin:
        """What is known here, and what particles say of facts of the months ahead."""
        first = self.asked.start + self.month
        end = min(first + ahead, self.asked.start + self.asked.months)
        asked = tuple(
            fact
            for fact in later
            if first <= fact.first and fact.last < end and self.asked.meter.measurable(fact)
        )
        said = np.empty((0, len(self.numbers)))
        if asked:
            months = range(self.month, max(fact.last for fact in asked) + 1 - self.asked.start)
            series = {**self.asked.known.until(self.month), **self.asked.cut(self.month)}
            said, _ = self._carried(months, asked, keep=False, series=series)
            tell(len(months) * len(self.numbers))
            said = np.array(
                [self._observed(fact, Meter.said(fact, each)) for fact, each in zip(asked, said, strict=True)]
            )
        return Origin(
            self.month,
            self.log_weights,
            self.draw_of,
            asked,
            said,
            self.evidence,
            self.past,
            dict(self.errors),
        )

    def _observed(self, fact: Fact, said: np.ndarray) -> np.ndarray:
        """What would be observed (particles,) of particles that say this."""
        if fact.kind != SERIES:
            return said
        stream, count, seed = f"{fact.target}/{fact.when}/after/{self.month}", len(said), self.asked.seed
        error = self.errors[fact.target].at(_year(fact))
        found = error.drawn(said, uniform_of(seed, f"{stream}/kind", count), normals(seed, stream, count))
        return np.clip(found, *self.asked.setup.scenario.case.observations[fact.target].ends)


def _places(asked: Asked, beliefs: Beliefs, draw_of: np.ndarray) -> Iterator[Place]:
    """Particles by the engines of their draws, in the order of the draws."""
    worlds = Worlds(beliefs.scenario, beliefs.free, asked.months, known=asked.known)
    for first in range(0, beliefs.draws, BLOCK):
        some = {name: values[first : first + BLOCK] for name, values in beliefs.values.items()}
        for engine, points in worlds.engines(some):
            own = draw_of[np.isin(draw_of, first + points)] - first
            if len(own):
                yield Place(engine, own)


def _numbers(draw_of: np.ndarray) -> np.ndarray:
    """By whose luck each particle lives (particles,): under draws in turn, as runs without a past do."""
    draws, own = int(draw_of.max()) + 1, np.zeros(len(draw_of), dtype=np.uint64)
    firsts = np.searchsorted(draw_of, np.arange(draws))
    own = (np.arange(len(draw_of)) - firsts[draw_of]).astype(np.uint64)
    return draw_of.astype(np.uint64) + np.uint64(draws) * own


def _year(fact: Fact) -> float:
    """The middle of a fact's window [year]."""
    return (fact.first + fact.last + 1) / (2.0 * YEAR)
