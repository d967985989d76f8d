"""Runs that keep to what is known, lived again along their lineages, and on from there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from sim.assimilation.crowd import Crowd, Makers
from sim.assimilation.kernel import Values
from sim.assimilation.past import Past
from sim.engine.engine import PAGE, Trunk, runs_at_once
from sim.engine.history import History
from sim.engine.machine import LANES
from sim.engine.pages import default_threads, page_of
from sim.engine.request import check_held
from sim.engine.trunks import Trunks, by_run, in_groups
from sim.refusal import BadInput
from sim.scenario.lower import World

DRAWN = (
    "one set of numbers is needed here, and this past was lived under draws; condition the scenario itself"
)

ByRun = tuple[np.ndarray, np.ndarray]
"""Recorded numbers (runs, months, names) and codes (runs, months, events)."""


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
        history, _ = self._until(self.world.months, seed, runs)
        return history

    def trunk_of(self, run: int, seed: int, month: int) -> Trunk:
        """A run up to a month [after the start] in which it is free, from where it can branch."""
        history, crowd = self._until(month, seed, np.array([run], dtype=np.uint64))
        (place,) = crowd.places
        assert place.state is not None
        return Trunk(history, place.engine.named(place.state[0], month - 1))

    def _until(self, month: int, seed: int, runs: np.ndarray) -> tuple[History, Crowd]:
        """Runs (runs,) up to a month [after the start] in which they are free, and as they are then."""
        past, places = self.past, self.past.places(runs)
        found, crowd = self.known(places)
        values = {name: each[places] for name, each in past.values.items()}
        crowd = self._gone_on(crowd, self.makers, values, len(runs))
        if past.lived < month:
            said, crowd = crowd.live(seed, runs, month, self._kept, threads=1)
            found.append(_beside(said))
        return _history(self.world, runs, _behind(found)), crowd

    def before(self) -> tuple[History, Crowd]:
        """What all particles leave behind until they are free, in the order of their runs, and they then."""
        found, crowd = self.known(self.past.place_of)
        return _history(self.world, np.arange(self.past.particles, dtype=np.uint64), _behind(found)), crowd

    def known(self, places: np.ndarray) -> tuple[list[ByRun], Crowd]:
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
        return by_run(raw)[:count], by_run(history.raw_codes)[:count]


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


def trunks_of(past: Past, runs: int, threads: int | None = None) -> Trunks:
    """The first runs of a past, from which any worlds go on. Raises BadInput under draws, or for too many."""
    engine = past.makers.plain
    if past.makers.worlds is not None:
        raise BadInput(DRAWN)
    names = past.lived * (len(engine.world.recorded) + len(engine.program.slots))
    check_held(runs, names, "ask for fewer runs, or for fewer months that are known")
    size, relived = runs_at_once(engine.world), Relived(past, past.makers, engine.world)
    numbers = np.array_split(np.arange(runs), range(size, runs, size))
    with ThreadPoolExecutor(threads or default_threads()) as pool:
        lived = list(pool.map(lambda some: relived.known(past.places(some)), numbers))
    values, codes = _beside([_behind(found) for found, _ in lived])
    states = [place.state for _, crowd in lived for place in crowd.places if place.state is not None]
    return Trunks(engine, values, codes, np.concatenate(states))


def _beside(said: list[ByRun]) -> ByRun:
    values, codes = zip(*said, strict=True)
    return np.concatenate(values), np.concatenate(codes)


def _behind(stretches: list[ByRun]) -> ByRun:
    values, codes = zip(*stretches, strict=True)
    return np.concatenate(values, axis=1), np.concatenate(codes, axis=1)


def _history(world: World, runs: np.ndarray, found: ByRun) -> History:
    values, codes = found
    return History(world, runs, in_groups(values, LANES), in_groups(codes, LANES))
