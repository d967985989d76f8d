"""What facts say of a question: its answer, or nothing yet."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.given import past_in
from sim.engine.setups import Setup
from sim.reading.source import Source
from sim.scenario.schema import Case
from sim.studies.hindcast.known import baselines_at, chances_of, past_rate

Key = tuple[bool, str]
"""Whether it is a series, and its target: facts of events and of times are of one thing."""


@dataclass(frozen=True)
class Answer:
    """What came, and the last month of those in which it may have [from year 0]."""

    value: float
    month: int


@dataclass(frozen=True)
class Facts:
    """Dated facts, by what they are of."""

    source: Source
    facts: tuple[Fact, ...]
    _by_target: Mapping[Key, Sequence[Fact]] = field(repr=False)

    @classmethod
    def of(cls, facts: Iterable[Fact], source: Source) -> Facts:
        """Facts of a table that do not contradict each other."""
        own, by_target = tuple(facts), defaultdict[Key, list[Fact]](list)
        for fact in own:
            by_target[_key(fact.kind, fact.target)].append(fact)
        return cls(source, own, dict(by_target))

    def until(self, month: int) -> Facts:
        """Those that end by a month [from year 0]: what could be known at its end."""
        return Facts.of((fact for fact in self.facts if fact.last <= month), self.source)

    def about(self, kind: str, target: str) -> Sequence[Fact]:
        """The facts about a target."""
        return self._by_target.get(_key(kind, target), ())

    def answer(self, kind: str, target: str, months: range) -> Answer | None:
        """The answer to a question about these months, None where the facts do not say."""
        about = self.about(kind, target)
        if kind == SERIES:
            return _measured(about, months)
        return _happened(about, months)


def _key(kind: str, target: str) -> Key:
    return kind == SERIES, target


def _measured(facts: Iterable[Fact], months: range) -> Answer | None:
    """The value over exactly these months."""
    for fact in facts:
        if fact.months == months:
            return Answer(fact.value, fact.last)
    return None


def _happened(facts: Sequence[Fact], months: range) -> Answer | None:
    """1 where it came in one of these months for sure, 0 where it came in none of them for sure."""
    quiet = quiet_months(facts)
    for fact in facts:
        # what came came in one of these: all that are left have to lie within what is asked
        possible = set(fact.came) - quiet
        if possible and possible <= set(months):
            return Answer(1.0, max(possible))
    if set(months) <= quiet:
        return Answer(0.0, months[-1])
    return None


def quiet_months(facts: Iterable[Fact]) -> set[int]:
    """Months [from year 0] in which it did not happen, as facts about one target say."""
    return set[int]().union(*(fact.quiet for fact in facts))


@dataclass(frozen=True)
class Known:
    """What is known where runs begin to be free: facts that ended by a month `to` [from year 0]."""

    facts: Facts
    to: int


def known_to(setup: Setup) -> Known | None:
    """What is known to whoever foretells with a setup; None where runs keep to no facts."""
    past = past_in(setup)
    if past is None:
        return None
    # what no run could be conditioned on, as what was before its start, is known all the same
    known = Facts.of((*past.used, *past.unused), past.source)
    return Known(known.until(past.month - 1), past.month - 1)


def baselines_of(
    case: Case, kind: str, target: str, months: range, known: Known | None, start: tuple[float, float]
) -> Mapping[str, float | tuple[float, float]]:
    """What could be said without the model, with the same information as the runs.

    Of an event the probability, of a series mean and standard deviation. start: those of a series in the
    first month of the runs, which is all that is known of it where there are no facts.
    """
    about: Sequence[Fact] = ()
    if known is not None:
        about = known.facts.about(kind, target)
    if kind == EVENT:
        return _chances(case, target, months, about)
    if known is None or not about:
        return {START_HELD: start}
    return baselines_at(case, about, Fact(SERIES, target, months[0], months[-1], math.nan), known.to)


def _chances(case: Case, target: str, months: range, facts: Sequence[Fact]) -> Mapping[str, float]:
    """Each baseline of events, over those months of which it is not known that it did not come in them."""
    still = sorted(set(months) - quiet_months(facts))
    if not still:
        return dict.fromkeys(chances_of(case, target, months[0], months[-1], None), 0.0)
    asked = Fact(EVENT, target, still[0], months[-1], 0.0)
    return chances_of(case, target, asked.first, asked.last, past_rate(facts, asked))


START_HELD = "start_held"
"""The baseline of series that holds the value of the first month of the runs, with error of measurement."""
