"""Runs conditioned on the past: a particle filter over machine code, with addressed and storable luck.

Every particle is a run under numbers of its own. What is known of deeds is imposed on it, with the odds that
it gave them (`sim.rules.known`); what was observed of series weighs it, beside a discrepancy that is filtered
exactly (`sim.assimilation.discrepancy`). When few particles carry the weight they are resampled: each place
goes on from the particle that is drawn for it, by luck of its own and under numbers that have moved a little
(`sim.assimilation.kernel`). Its lineage is kept, so that any particle can be lived again alone.

Gordon, Salmond and Smith 1993, IEE Proc. F 140:107; systematic resampling: Kitagawa 1996, J. Comput. Graph.
Stat. 5:1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.assimilation.crowd import Crowd, Makers
from sim.assimilation.deeds import known_of, parting
from sim.assimilation.discrepancy import Discrepancy, exponential, log_of_sum
from sim.assimilation.extrapolation import by_year
from sim.assimilation.facts import EVENT, SERIES, TIME, Fact, in_order
from sim.assimilation.kernel import Values, moved
from sim.assimilation.lineage import Lineage
from sim.assimilation.meter import JOINED, NOTHING_YET, Meter
from sim.assimilation.observations import written
from sim.engine.beliefs import beliefs_in
from sim.engine.history import History, window
from sim.engine.knowing import Known
from sim.engine.luck import normals, uniform_of
from sim.engine.setups import Setup
from sim.refusal import BadInput, Refusal
from sim.rules.known import IMPOSSIBLE, LOG_ODDS
from sim.scenario.lower import World, cut, lower
from sim.scenario.schema import month_number

YEAR = 12

ENOUGH = 0.5
"""Particles are resampled when they count for fewer than this share of as many equal ones."""

LEAST = 5.0
"""Effective particles below which nothing can be said any more."""

NEVER = IMPOSSIBLE / 2
"""Log weights below this are those of runs that cannot be: that failed, or did otherwise than is known."""

FEW = 3
"""Facts that a message names one by one."""


@dataclass(frozen=True)
class Asked:
    """What is filtered: runs of a setup under what is known, until each of some months.

    facts: what runs are conditioned on; months: of the whole; particles: how many.
    """

    setup: Setup
    facts: tuple[Fact, ...]
    months: int
    particles: int
    seed: int = 1
    threads: int | None = None

    def __post_init__(self) -> None:
        """Raises BadInput for a series that is observed without error: no run says just what was observed."""
        observations = self.setup.scenario.case.observations
        for name in dict.fromkeys(fact.target for fact in self.facts if fact.kind == SERIES):
            if not observations[name].error > 0:
                given = f"observations.{name}.error is 0, and no run says just what was observed"
                raise BadInput(f"{given}; say how far a measurement may be off")

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

    def known_until(self, month: int) -> Known:
        """What is known of deeds before a month [after the start], and of it and later ones nothing."""
        return known_of(self.world, self.facts, self.start + month)

    def parting(self, month: int) -> int:
        """The month [after the start] until which runs know no more than was known at the end of another."""
        return parting(self.known, self.known_until(month), month)

    def widening(self, fact: Fact) -> float:
        """By how much a series may part from the model more than before: its inputs were never so far out."""
        return self._widenings.get(fact.target, {}).get(int(_year(fact)), 1.0)

    @cached_property
    def _widenings(self) -> dict[str, dict[int, float]]:
        """By series that names inputs, and by year."""
        observations = self.setup.scenario.case.observations.items()
        return {name: by_year(self.world, each.inputs) for name, each in observations if each.inputs}

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.setup.scenario)

    @cached_property
    def measured(self) -> list[Fact]:
        """The facts that runs are measured for, in order: what was before the start is not."""
        return [fact for fact in in_order(self.facts) if fact not in self.passed_over]

    @cached_property
    def passed_over(self) -> frozenset[Fact]:
        """Facts that condition nothing: of before the start, or of outcomes that ask for more than events."""
        measurable = self.meter.measurable
        return frozenset(fact for fact in self.facts if fact.first < self.start or not measurable(fact))


@dataclass(frozen=True)
class Origin:
    """What is known at the end of a month, and what runs say of later facts.

    month: how many have been lived; log_weights (particles,): normed; values: of the uncertain entries, by
    name (particles,); asked: later facts; said (facts, particles): what would be observed of them; foretold
    (facts,): the log density, or odds, that is so given to what was;
    evidence: log density of all that is known so far; crowd, numbers (particles,) and lineage: the particles,
    by whose luck they go on, and where they come from; errors: discrepancies by series.
    """

    month: int
    log_weights: np.ndarray
    values: Values = field(repr=False)
    asked: tuple[Fact, ...] = field(repr=False)
    said: np.ndarray = field(repr=False)
    foretold: np.ndarray = field(repr=False)
    evidence: float
    crowd: Crowd = field(repr=False)
    numbers: np.ndarray = field(repr=False)
    lineage: Lineage = field(repr=False)
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
    origins: Mapping[int, int],
    later: Sequence[Fact] = (),
    tell: Callable[[int], Any] = lambda months: None,
) -> Iterator[Origin]:
    """Condition runs month by month, and stop at each origin [months after the start], in order.

    origins: each with the month before which what is foretold from there ends; later: facts of which runs are
    asked, of those that lie within; tell: told of run-months done. Raises Refusal where what is known leaves
    no runs over.
    """
    cloud = Cloud.of(asked)
    for origin, end in sorted(origins.items()):
        cloud.towards(origin, tell)
        yield cloud.aside().until(origin, tell).at_origin(later, end, tell)


def _steps(start: int, first: int, last: int) -> Iterator[range]:
    """Months from one to another [after the start], in stretches that end with a calendar year."""
    while first < last:
        end = min(last, first + YEAR - (start + first) % YEAR)
        yield range(first, end)
        first = end


@dataclass
class Cloud:
    """Particles in the course of being filtered, in the order of their places.

    numbers (particles,): by whose luck each lives; values: under which numbers; begun: what was measured so
    far of facts whose windows have begun.
    """

    asked: Asked
    crowd: Crowd
    numbers: np.ndarray
    values: Values
    log_weights: np.ndarray
    errors: dict[str, Discrepancy]
    lineage: Lineage = field(default_factory=Lineage)
    evidence: float = 0.0
    begun: dict[Fact, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Asked) -> Cloud:
        """Before the first month: all particles are as likely as any other."""
        beliefs, count, draws = beliefs_in(asked.setup), asked.particles, 1
        values: Values = {}
        if beliefs is not None:
            draws = beliefs.draws
        # draw by draw, as engines are made for draws that follow each other
        draw_of = np.arange(count) * draws // count
        if beliefs is not None:
            values = {name: each[draw_of] for name, each in beliefs.values.items()}
        makers = Makers.of(asked.setup, asked.months, asked.known)
        values = makers.possible(values, None)
        observations = asked.setup.scenario.case.observations.items()
        errors = {name: Discrepancy.of(each.error, count, asked.start / YEAR) for name, each in observations}
        even = np.full(count, -float(np.log(count)))
        crowd = Crowd.at_start(makers, values, count)
        return cls(asked, crowd, _numbers(draw_of, draws), values, even, errors)

    # -- forward

    def towards(self, origin: int, tell: Callable[[int], Any]) -> None:
        """These particles as near to an origin [months after the start] as they know nothing of it yet."""
        for months in _steps(self.asked.start, self.crowd.month, self.asked.parting(origin)):
            self.resample()
            self.live(months)
            tell(len(months) * len(self.numbers))

    def aside(self) -> Cloud:
        """The same particles, that may go another way."""
        return replace(self, errors=dict(self.errors), begun=dict(self.begun))

    def until(self, month: int, tell: Callable[[int], Any]) -> Cloud:
        """These particles at a month, of which and of what follows nothing was known before."""
        known = self.asked.known_until(month).series
        for months in _steps(self.asked.start, self.crowd.month, month):
            self.resample()
            self.live(months, known)
            tell(len(months) * len(self.numbers))
        return self

    def live(self, months: range, series: Mapping[str, np.ndarray] = MappingProxyType({})) -> None:
        """Some months of all particles, and what is known of them; series: of deeds, otherwise."""
        facts = _reaching(self.asked.measured, months, self.asked.start)
        said, odds, self.crowd = self._lived(months, facts, series)
        for fact, each in zip(facts, said, strict=True):
            before = self.begun.get(fact, np.full(len(self.numbers), NOTHING_YET[fact.kind]))
            self.begun[fact] = JOINED[fact.kind](before, each)
        # facts before odds: of one that cannot be, more can be told than of some months
        for fact in facts:
            self._weigh(np.where(_denies(self.begun[fact], fact), IMPOSSIBLE, 0.0), [fact])
            if fact.last - self.asked.start in months:
                self._weigh(self._likelihood(fact, Meter.said(fact, self.begun.pop(fact))), [fact])
        self._weigh(odds, [fact for fact in facts if fact.kind != SERIES])
        if effective(weights_of(self.log_weights)) < LEAST:
            raise Refusal(self._degenerate(months))

    def _lived(
        self, months: range, facts: Sequence[Fact], series: Mapping[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, Crowd]:
        """What particles say of facts in some months, of what is known, and the particles after.

        Numbers (facts, particles); the log of the odds that each gave to what is known (particles,).
        """
        meter, start = self.asked.meter, self.asked.start
        spent = range(months.start + start, months.stop + start)

        def work(history: History) -> tuple[np.ndarray, np.ndarray]:
            return meter.measure(history, spent, facts), self._odds(history)

        asked = self.asked
        found, after = self.crowd.live(asked.seed, self.numbers, months.stop, work, series, asked.threads)
        said, odds = zip(*found, strict=True)
        return np.concatenate(said, axis=1), np.concatenate(odds), after

    def _odds(self, history: History) -> np.ndarray:
        """The log of the odds that runs gave to what is known (runs,)."""
        found = np.zeros(len(history.runs))
        if self.asked.known.deeds:
            # month by month: what numpy adds up depends on the shape
            for each in history[LOG_ODDS]:
                found = found + each
        found[history.failed] = IMPOSSIBLE
        return found

    def _likelihood(self, fact: Fact, said: np.ndarray) -> np.ndarray:
        """The log likelihood of a fact beside each particle (particles,); discrepancies learn from it."""
        if fact.kind != SERIES:
            return np.where(said == fact.value, 0.0, IMPOSSIBLE)
        error = self.errors[fact.target].at(_year(fact), self.asked.widening(fact))
        self.errors[fact.target], told = error.told(said, fact.value)
        # what follows from another series tells nothing that this one does not
        if self.asked.setup.scenario.case.observations[fact.target].follows is not None:
            return np.zeros(len(said))
        return told

    def _weigh(self, logs: np.ndarray, by: Sequence[Fact]) -> None:
        """Weigh particles by facts, of which these are the log likelihoods (particles,). Raises BadInput."""
        joint = self.log_weights + np.where(np.isfinite(logs), np.maximum(logs, IMPOSSIBLE), IMPOSSIBLE)
        whole = float(log_of_sum(joint[:, None])[0])
        if whole < NEVER:
            raise BadInput(_impossible(by, len(joint)))
        self.evidence += whole
        self.log_weights = joint - whole

    def _degenerate(self, months: range) -> str:
        start, left = self.asked.start, effective(weights_of(self.log_weights))
        span = window(range(start + months.start, start + months.stop))
        left_of = f"what is known of {span} leaves {left:.1f} of {len(self.numbers):,} runs"
        return f"{left_of}: this scenario hardly allows for it; ask for more runs, or look at these facts"

    # -- resampling

    def resample(self) -> None:
        """Draw particles by their weights, if too few of them count."""
        weights = weights_of(self.log_weights)
        if effective(weights) < ENOUGH * len(weights):
            self.draw(weights)

    def draw(self, weights: np.ndarray) -> None:
        """Every place goes on from the particle that is drawn for it; all count alike again."""
        asked, month, count = self.asked, self.crowd.month, len(weights)
        chosen = drawn(weights, uniform_of(asked.seed, f"resampled/{month}", 1)[0])
        self.lineage = self.lineage.then(month, self.numbers, self.values).of(chosen)
        makers, before = self.crowd.makers, {name: each[chosen] for name, each in self.values.items()}
        after = moved(makers.entries, self.values, chosen, asked.seed, month)
        self.values = makers.possible(after, before)
        self.crowd = self.crowd.descend(chosen, self.values)
        self.log_weights = np.full(count, -float(np.log(count)))
        self.errors = {name: error.of_runs(chosen) for name, error in self.errors.items()}
        self.begun = {fact: each[chosen] for fact, each in self.begun.items()}

    # -- origins

    def at_origin(self, later: Sequence[Fact], end: int, tell: Callable[[int], Any]) -> Origin:
        """What is known here, and what particles say of facts of the months ahead."""
        month, start = self.crowd.month, self.asked.start
        end = min(end, self.asked.months)
        within = [fact for fact in later if month <= fact.first - start and fact.last - start < end]
        facts = tuple(filter(self.asked.meter.measurable, within))
        said, foretold = np.empty((0, len(self.numbers))), np.empty(0)
        if facts:
            months = range(month, max(fact.last for fact in facts) + 1 - start)
            series = {**self.asked.known_until(month).series, **self._inputs(month)}
            said, _, _ = self._lived(months, facts, series)
            tell(len(months) * len(self.numbers))
            whole = [Meter.said(fact, each) for fact, each in zip(facts, said, strict=True)]
            foretold = np.array([self._foretold(fact, each) for fact, each in zip(facts, whole, strict=True)])
            said = np.array([self._observed(fact, each) for fact, each in zip(facts, whole, strict=True)])
        return Origin(
            month, self.log_weights, self.values, facts, said, foretold, self.evidence, self.crowd,
            self.numbers, self.lineage, dict(self.errors),
        )  # fmt: skip

    def _inputs(self, month: int) -> Mapping[str, np.ndarray]:
        """What time alone decides, as one expects it who knows nothing after the months that were lived."""
        if not month:
            return {}
        return cut(self.asked.world, self.asked.start + month - 1).series

    def _foretold(self, fact: Fact, said: np.ndarray) -> float:
        """The log density, or odds, that particles give to what came; not a number of what is not known."""
        if not np.isfinite(fact.value) and fact.kind == SERIES:
            return np.nan
        logs = np.where(said == fact.value, 0.0, IMPOSSIBLE)
        if fact.kind == SERIES:
            _, logs = self.errors[fact.target].at(_year(fact)).told(said, fact.value)
        return float(log_of_sum((self.log_weights + logs)[:, None])[0])

    def _observed(self, fact: Fact, said: np.ndarray) -> np.ndarray:
        """What would be observed (particles,) of particles that say this."""
        if fact.kind != SERIES:
            return said
        stream, count, seed = (
            f"{fact.target}/{fact.when}/after/{self.crowd.month}",
            len(said),
            self.asked.seed,
        )
        error = self.errors[fact.target].at(_year(fact))
        found = error.drawn(said, uniform_of(seed, f"{stream}/kind", count), normals(seed, stream, count))
        return np.clip(found, *self.asked.setup.scenario.case.observations[fact.target].ends)


def drawn(weights: np.ndarray, point: float) -> np.ndarray:
    """Places of particles drawn by their weights (particles,), in ascending order: systematic resampling.

    point: in (0, 1), where in each of as many equal parts of the whole weight is looked.
    """
    count, below = len(weights), np.cumsum(weights)
    chosen = np.searchsorted(below, (point + np.arange(count)) / count * below[-1])
    return np.minimum(chosen, count - 1)


def _reaching(facts: Sequence[Fact], months: range, start: int) -> list[Fact]:
    """Facts whose windows reach into some months after a start [from year 0]."""
    return [fact for fact in facts if fact.first - start < months.stop and fact.last - start >= months.start]


def _denies(measured: np.ndarray, fact: Fact) -> np.ndarray:
    """Whether particles (particles,) did otherwise than a fact says, whatever its window still brings."""
    if fact.kind == EVENT:
        return measured > fact.value
    if fact.kind == TIME:
        return measured < fact.value
    return np.zeros(len(measured), dtype=bool)


def _impossible(facts: Sequence[Fact], runs: int) -> str:
    """What is wrong where no run allows for facts."""
    named = ", ".join(map(_stated, facts[:FEW]))
    if len(facts) > FEW:
        named = f"{named} and {len(facts) - FEW:,} more"
    if not facts:
        return f"every one of {runs:,} runs fails: its numbers leave what can be computed"
    return f"{named}: none of {runs:,} runs allows for it; look at the fact, or at what the scenario allows"


def _stated(fact: Fact) -> str:
    """A fact in a message, with its line where it has one."""
    if fact.line:
        return f"line {fact.line}: {fact} is {written(fact)}"
    return f"{fact} is {written(fact)}"


def _numbers(draw_of: np.ndarray, draws: int) -> np.ndarray:
    """By whose luck each particle lives (particles,): under draws in turn, as runs without a past do."""
    firsts = np.searchsorted(draw_of, np.arange(draws))
    own = (np.arange(len(draw_of)) - firsts[draw_of]).astype(np.uint64)
    return draw_of.astype(np.uint64) + np.uint64(draws) * own


def _year(fact: Fact) -> float:
    """The middle of a fact's window [year]."""
    return (fact.first + fact.last + 1) / (2.0 * YEAR)
