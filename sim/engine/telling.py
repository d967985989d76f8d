"""A second recording of the month: of chosen events it keeps odds and reasons too, at machine speed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from sim.engine.families import Told, noting, watching
from sim.engine.record import unknown_state
from sim.rules.reasons import calling_off, reasons_of, wants_of
from sim.rules.state import at
from sim.rules.structure import Parts
from sim.scenario.lower import World

ODDS = ("proposal", "acceptance", "execution", "believed")
"""Numbers of each event that are kept besides its reasons."""


def told_of(worlds: Sequence[World], events: Iterable[str]) -> Told:
    """What can be told of events in any of some worlds, and later in them."""
    every = [own.parts for world in worlds for _, own in world.stages]
    return {event: tuple(dict.fromkeys(_names(every, event))) for event in events}


def _names(every: Iterable[Parts], event: str) -> Iterator[str]:
    for parts in every:
        own = parts.event[event]
        told = chain(reasons_of(unknown_state(), parts, own), calling_off(unknown_state(), own))
        yield from (name for name, _ in told)


def telling(world: World, told: Told) -> World:
    """The world with what is told of events recorded in every month."""
    odds = [at(kind, event) for event in told for kind in ODDS]
    names = [*odds, *(name for own in told.values() for name in own)]
    return watching(noting(world, told), names)


def wants_told_of(world: World, events: Iterable[str]) -> Told:
    """What can be told of events by what their deciders want, in a world without later stages."""
    return {event: tuple(dict.fromkeys(_wants(world.parts, event))) for event in events}


def _wants(parts: Parts, event: str) -> Iterator[str]:
    own = parts.event[event]
    told = chain(wants_of(unknown_state(), parts, own), calling_off(unknown_state(), own))
    yield from (name for name, _ in told)
