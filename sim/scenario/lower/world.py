"""A scenario ready to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar, get_type_hints

import numpy as np

from sim.rules import seats
from sim.rules import structure as p
from sim.rules.health import HEALTH
from sim.rules.settings import Settings
from sim.rules.state import at, row_of
from sim.scenario import index
from sim.scenario.agency import delegated
from sim.scenario.load import Scenario
from sim.scenario.lower.actors import Cast
from sim.scenario.lower.drivers import Drivers
from sim.scenario.lower.events import event
from sim.scenario.lower.order import in_order
from sim.scenario.lower.stakes import stakes
from sim.scenario.lower.start import start_of_run
from sim.scenario.lower.stocks import stocks
from sim.scenario.lower.timeline import Timeline
from sim.scenario.rows import flatten
from sim.scenario.schema import Case, Outcome, Posture, Section, month_number

Stage = TypeVar("Stage")


@dataclass(frozen=True)
class World:
    """A scenario ready to run: parts for the stages, the start, and series (months,) that time alone sets.

    then: worlds that take its place, by the month (counted from the first) from which on somebody intervenes;
    the state goes over to them as it is, by name. until: the last month, counted from year 0, of which paths
    say anything; all that they do if None.
    """

    scenario: Scenario
    parts: p.Parts
    start: dict[str, float]
    series: dict[str, np.ndarray]
    months: int
    then: tuple[tuple[int, World], ...] = ()
    until: int | None = None

    @cached_property
    def recorded(self) -> tuple[str, ...]:
        """Names of the state that a run keeps for every month."""
        return (*self.parts.kept, HEALTH)

    @cached_property
    def _latched(self) -> dict[frozenset[str], World]:
        return {frozenset(): self}

    def latched(self, triggers: frozenset[str]) -> World:
        """The world once what some triggers wait for has been seen; its start is this one's."""
        if triggers not in self._latched:
            segments = self.scenario.latched(sorted(triggers))
            self._latched[triggers] = self._keeping(lower(self.scenario, self.months, segments, self.until))
        return self._latched[triggers]

    def _keeping(self, other: World) -> World:
        """Another world in which luck keeps to the deeds that are known in this one."""
        if not self.parts.deeds:
            return other
        then = tuple((since, self._keeping(own)) for since, own in other.then)
        parts = replace(other.parts, deeds=self.parts.deeds)
        series, start = self.series | other.series, self.start | other.start
        return replace(other, parts=parts, series=series, start=start, then=then)

    @property
    def stages(self) -> list[tuple[int, World]]:
        """The worlds that runs go through, this one first, by the month from which on."""
        return [(0, self), *self.then]

    def at(self, month: int) -> World:
        """The world whose parts and series hold in a month, counted from the first."""
        return in_month(self.stages, month)


def in_month(stages: Iterable[tuple[int, Stage]], month: int) -> Stage:
    """What holds in a month, of what holds from a month on each, in their order.

    >>> in_month([(0, "before"), (12, "after")], 11)
    'before'
    """
    *_, own = (stage for since, stage in stages if since <= month)
    return own


Segments = Sequence[tuple[int, Scenario]]
"""Scenarios that take the place of another, by the month (counted from the first) from which on."""


def lower(
    scenario: Scenario,
    months: int | None = None,
    segments: Segments | None = None,
    until: int | None = None,
) -> World:
    """Make a scenario ready to run for a number of months (its own by default).

    segments: those of its interventions, if they are not its own. The start stays that of the world as read,
    and so does all that is measured from it. until: the last month, counted from year 0, of which paths say
    anything (see `cut`).
    """
    if segments is None:
        segments = scenario.segments
    world, then = _alone(scenario, months, until), []
    for since, changed in segments:
        own = _alone(changed, world.months, until)
        # What only the changed scenario measures starts as it does there.
        then.append((since, replace(own, scenario=scenario, start=own.start | world.start)))
    if then and then[0][0] == 0:
        _, world = then.pop(0)
    lived = [(since, own) for since, own in then if since < world.months]
    return replace(world, then=tuple(lived))


def _alone(scenario: Scenario, months: int | None, until: int | None) -> World:
    """A scenario ready to run, of which nothing is changed later."""
    time = scenario.case.time
    if months is None:
        months = time.months
    timeline = Timeline(month_number(time.start), months)
    drivers = Drivers(scenario.case, timeline)
    parts = _parts(scenario, drivers)
    start = start_of_run(scenario, parts, timeline, drivers.series, until)
    return World(scenario, parts, start, drivers.series, timeline.months, until=until)


def _parts(scenario: Scenario, drivers: Drivers) -> p.Parts:
    case, cast = scenario.case, Cast(scenario.case)
    # Drivers first, then events, then stocks: series of calendars have the order in which they are met.
    named = {name: drivers.driver(name) for name in in_order(case.drivers)}
    events = tuple(event(row, drivers) for row in in_order(scenario.rows).values())
    scalar = stocks(drivers)
    parts = p.Parts(
        target=cast.target,
        settings=settings_of(case),
        standings=cast.standings(drivers),
        suppliers=cast.suppliers(drivers),
        channels=tuple(sorted(case.channels)),
        pairs=cast.pairs(drivers),
        stocks=scalar,
        units=cast.units(),
        salience=cast.salience(drivers),
        stakes=stakes(drivers),
        near=tuple(index.near(case)),
        delegated=delegated(case, scenario.rows),
        events=events,
        blocs=_blocs(case),
        bounds=_bounds(case, scalar),
        drivers=named,
        kept=_kept(case),
        triggers=_triggers(drivers),
        aggregates=_aggregates(case),
        wandering=tuple(index.wandering(case)),
        theories=cast.theories(),
        seats=cast.seats,
    )
    return replace(parts, kept=(*parts.kept, *seats.told(parts)))


def _triggers(drivers: Drivers) -> tuple[p.Trigger, ...]:
    """What somebody waits for, in the order of names."""
    waiting = in_order(drivers.case.interventions.when)
    return tuple(
        p.Trigger(name, drivers.read(trigger.if_), trigger.above) for name, trigger in waiting.items()
    )


def _aggregates(case: Case) -> tuple[p.Aggregate, ...]:
    """Weighted means of stocks, and the members of each, in the order of names."""
    named = in_order(case.aggregates).items()
    return tuple(p.Aggregate(name, tuple(in_order(weights).items())) for name, weights in named)


def _blocs(case: Case) -> dict[str, tuple[str, ...]]:
    """Members of each bloc, both in the order of names."""
    return {name: tuple(sorted(members)) for name, members in in_order(case.blocs).items()}


def settings_of(case: Case) -> Settings:
    """The sections of settings as rules take them: what a rule has no use for stays behind."""
    sections = get_type_hints(Settings)
    return Settings(**{name: _section(kind, getattr(case, name)) for name, kind in sections.items()})


def _section(kind: Any, given: Section) -> Any:
    """A section with the keys that rules read; of a file's words, such as axes, they have no use."""
    return kind(**{field.name: getattr(given, field.name) for field in fields(kind)})


def _bounds(case: Case, scalar: tuple[p.Stock, ...]) -> dict[str, tuple[float, float]]:
    """The ends of everything that an effect may change: by the table of the state, of a stock by its own."""
    changeable = [*index.names_of(case, lambda row: row.change), *index.positions(case)]
    bounds = {name: row_of(name)[0].bounds for name in changeable}
    # Stocks last: the file may bound one more narrowly than the table of the state does.
    return bounds | {stock.name: (stock.low, stock.high) for stock in scalar}


def _kept(case: Case) -> tuple[str, ...]:
    """Names of the state that a run records, in the order of the file; among them what bounds look at."""
    names = index.kept_names(case)
    # Paths that are computed after the run of what it records: the state has no numbers of these names.
    computed = set(index.path_names(case)) - set(names)
    asked = [name for name in _asked(case) if name not in computed]
    names += [state_name(case, name) for name in asked]
    return tuple(dict.fromkeys(names))


def _asked(case: Case) -> Iterator[str]:
    """What bounds look at, and then what the file wants kept, as it is called there."""
    for posture in case.postures.values():
        yield from _bounded(posture)
    for outcome in case.outcomes.values():
        yield from _bounded(outcome)
    yield from case.keep_paths


def _bounded(asked: Posture | Outcome) -> list[str]:
    return [*flatten(asked.above), *flatten(asked.below)]


def state_name(case: Case, name: str) -> str:
    """The name in the state of something that a scenario file calls `name`."""
    if name in case.drivers:
        return at("driver", name)
    return name
