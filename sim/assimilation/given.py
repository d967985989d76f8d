"""A living ensemble: runs that keep to what is known of the past until a month, and are free from then on.

The past is a particle filter's (`sim.assimilation.filter`): at the month all particles are drawn by their
weights, and each run goes on from one of them by luck of its own. A run's past is not stored but lived again
along its lineage, stretch by stretch, so that outcomes count it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.assimilation.crowd import Makers
from sim.assimilation.facts import Fact, in_order
from sim.assimilation.filter import Asked, Cloud, effective, weights_of
from sim.assimilation.observations import Data, observations_of
from sim.assimilation.past import Past
from sim.assimilation.relived import Relived
from sim.engine.beliefs import beliefs_in
from sim.engine.engine import Trunk
from sim.engine.history import month_label
from sim.engine.knowing import NOTHING_KNOWN
from sim.engine.life import Life
from sim.engine.pages import Lots
from sim.engine.request import check_request
from sim.engine.setups import Branch, Plain, Setup, setup_of
from sim.engine.uncertain import drawn
from sim.reading.dates import month_of
from sim.reading.numbers import shown
from sim.reading.source import Source
from sim.refusal import BadInput, Refusal, one_line
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.writing.progress import Progress, reporting

FEWEST = 20.0
"""Runs of the past, counted as equal ones, from which a future can be told."""


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

    @property
    def known(self) -> int:
        return self.past.lived

    def prepared(self, world: World, seed: int) -> Lots:
        return self._relived(world)

    def lived(self, run: int) -> Scenario:
        beliefs, own = beliefs_in(self.setup), self.past.own(run)
        if beliefs is None:
            return self.scenario
        numbers = drawn(self.scenario, beliefs.free, own)
        return self.scenario.override({path: float(value[0]) for path, value in numbers.items()})

    def life(self, run: int, seed: int, months: int | None = None) -> Life:
        free = super().life(run, seed, months)
        self.check(free[-1].world)
        return (*self.past.life(run), *free)

    def trunk_of(self, run: int, seed: int, month: int, months: int) -> Trunk:
        self.past.place(run)
        return self._relived(lower(self.scenario, months)).trunk_of(run, seed, month)

    def _relived(self, world: World) -> Relived:
        self.check(world)
        return Relived(self.past, Makers.of(self.setup, world.months, NOTHING_KNOWN), world)

    def check(self, world: World) -> None:
        """Raises BadInput for a world that cannot go on from this past."""
        past = self.past
        if not past.lived < world.months:
            last = month_label(past.month - past.lived + world.months - 1)
            raise BadInput(f"runs are free from {self.month}, but are simulated until {last} only")
        before = past.makers.plain.world
        # what was and what follows are laid end to end: their rows must mean the same
        if list(before.parts.event) != list(world.parts.event) or set(world.recorded) - set(before.recorded):
            kept = "what follows keeps the events and quantities of the past"
            raise BadInput(f"{kept}; change numbers, theories or interventions")


def past_in(setup: Setup) -> Past | None:
    """What runs of a setup keep to, or the run whose past they share; None if nothing is known."""
    if isinstance(setup, Branch):
        return past_in(setup.trunk)
    if isinstance(setup, Given):
        return setup.past
    return None


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
