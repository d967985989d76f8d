"""What is learnt: a scale for every valuation that a decision reads, and shifts of the odds without any."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sim.engine.record import unknown_state
from sim.engine.uncertain import Free, free_numbers
from sim.rules.reasons import ANSWER, EXECUTION, PROPOSAL, deciders
from sim.rules.structure import Event, Parts
from sim.rules.wants import FELT, wanted
from sim.scenario.blocs import written_out
from sim.scenario.labels import actor_label, state_label
from sim.scenario.load import Scenario
from sim.scenario.lower import World

SD = math.log(2.0)
"""Standard deviation of the log of a scale before any deed: two in three lie from half to twice."""

NINETY = 1.6448536269514722
"""Standard normals within which nine of ten lie: a plausible range is read as that."""

UNKNOWN_SHIFT = 1.0 / NINETY
"""Standard deviation of a base rate without a range [logit]: nine of ten within one logit either way."""

COSTS = "costs and gains of its own"
"""What is felt by a decider and changes nothing, in words."""

BASES = {PROPOSAL: "base_logit", ANSWER: "response_logit", EXECUTION: "execution_logit"}


@dataclass(frozen=True)
class Entries:
    """What is learnt from deeds, in the order of the columns of every array: scales, then shifts.

    scales: of each want, by (actor, valuation); shifts: of base rates by the path of the number.
    """

    scales: dict[tuple[str, str], Free]
    shifts: dict[str, Free]

    @cached_property
    def all(self) -> tuple[Free, ...]:
        """Every entry once: several numbers may be shifted together."""
        return (*self.scales.values(), *dict.fromkeys(self.shifts.values()))

    def of(self, world: World, rows: Iterable[str]) -> Entries:
        """Those of them that decide some rows."""
        rows = tuple(rows)
        wanted, bases = wants_in(world, rows), list[str]()
        for row in rows:
            bases += bases_of(world.scenario, world.parts.event[row]).values()
        scales = {want: self.scales[want] for want in wanted}
        return Entries(scales, {path: self.shifts[path] for path in bases})

    @property
    def paths(self) -> frozenset[str]:
        """The numbers of the file that are scaled or shifted."""
        return frozenset(path for entry in self.all for path in entry.paths)


def entries_of(world: World, rows: Iterable[str], sd: float = SD) -> Entries:
    """What can be learnt from deeds of some rows. sd: of the log of a scale, before any deed."""
    rows = tuple(rows)
    scales = {}
    for actor, want in wants_in(world, rows):
        scales[actor, want] = _scale(world.scenario, actor, want, sd)
    return Entries(scales, _shifts(world, rows))


def wants_in(world: World, rows: Iterable[str]) -> list[tuple[str, str]]:
    """The wants that decide rows, as (actor, valuation of the file), each once."""
    found: dict[tuple[str, str], None] = {}
    for row in rows:
        event = world.parts.event[row]
        for actor in deciders(event).values():
            for _, want in worths(world.parts, event, actor):
                found[actor, as_written(world.scenario, actor, want)] = None
    return sorted(found)


def worths(parts: Parts, event: Event, actor: str) -> list[tuple[str, str]]:
    """The ending and the want of everything that an event is worth to one side."""
    return list(wanted(unknown_state(), parts, event, actor))


def as_written(scenario: Scenario, actor: str, want: str) -> str:
    """What the file calls a want: one of a bloc stands for all its members."""
    for key in _valued(scenario, actor):
        if want in written_out(scenario.case, {key: 0.0}):
            return key
    return want


def _valued(scenario: Scenario, actor: str) -> dict[str, list[str]]:
    """The valuations of an actor and its factions, with their paths; a power before its bloc."""
    entry, found = scenario.case.actors[actor], dict[str, list[str]]()
    owners = [actor, *(f"{actor}.factions.{name}" for name in entry.factions)]
    places = [f"actors.{owner}.valuations." for owner in owners]
    for path in scenario.numbers:
        for place in places:
            if path.startswith(place):
                found.setdefault(path.removeprefix(place), []).append(path)
    return dict(sorted(found.items(), key=lambda item: len(written_out(scenario.case, {item[0]: 0.0}))))


def _scale(scenario: Scenario, actor: str, want: str, sd: float) -> Free:
    """The scale of what an actor wants: a factor of its numbers in the file, which are those of scale 1."""
    who = actor_label(scenario.case, actor)
    if want == FELT:
        return Free(f"{actor}.{FELT}", f"{who}: {COSTS}", _felt(scenario, actor), True, sd, 1.0)
    label = state_label(scenario.case, want)
    return Free(f"{actor}.{want}", f"{who}: {label}", tuple(_valued(scenario, actor)[want]), True, sd, 1.0)


def _felt(scenario: Scenario, actor: str) -> tuple[str, ...]:
    """The numbers of the file that are costs and gains of an actor alone."""
    pattern = f"events.*.{FELT}.{actor}"
    found = [path for path in scenario.numbers if fnmatch.fnmatchcase(path, f"{pattern}*")]
    # an actor whose name begins as this one's is another one
    return tuple(path for path in found if f".{FELT}.{actor}." in f"{path}.")


def _shifts(world: World, rows: Iterable[str]) -> dict[str, Free]:
    """The base rates of some rows: uncertain as the file says, else as their plausible range says."""
    scenario, found = world.scenario, dict[str, Free]()
    told = {path: entry for entry in free_numbers(scenario) if not entry.is_factor for path in entry.paths}
    for row in rows:
        for path in bases_of(scenario, world.parts.event[row]).values():
            found[path] = told.get(path) or _ranged(scenario, path)
    return found


def _ranged(scenario: Scenario, path: str) -> Free:
    known, sd = scenario.provenance.get(path), UNKNOWN_SHIFT
    # half of nothing to twice nothing is no range
    if known is not None and known.high > known.low:
        sd = (known.high - known.low) / (2.0 * NINETY)
    return Free(path, f"Base rate: {path.removeprefix('events.')}", (path,), False, sd, 0.0)


def bases_of(scenario: Scenario, event: Event) -> dict[str, str]:
    """Where the base rates of the steps of an event stand in the file, as far as it uses them."""
    used = {PROPOSAL: event.decides, ANSWER: event.can_fail, EXECUTION: event.is_threat}
    template, found = scenario.rows[event.name].template, dict[str, str]()
    for step, key in BASES.items():
        path = f"events.{template}.{key}"
        own = f"{path}.{event.name.removeprefix(f'{template}_')}"
        for place in (own, path):
            if used[step] and place in scenario.numbers:
                found.setdefault(step, place)
    return found
