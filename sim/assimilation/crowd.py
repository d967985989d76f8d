"""Many particles, each at numbers of its own, carried from month to month in machine code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.assimilation.kernel import Values
from sim.engine.beliefs import beliefs_in
from sim.engine.engine import Engine, runs_at_once
from sim.engine.history import History
from sim.engine.knowing import Known, knowing
from sim.engine.pages import default_threads
from sim.engine.setups import Setup
from sim.engine.uncertain import Entry
from sim.engine.worlds import BLOCK, Worlds
from sim.scenario.load import ScenarioError
from sim.scenario.lower import World, lower

Said = TypeVar("Said")


@dataclass(frozen=True)
class Makers:
    """What makes engines for particles of a setup: one for all, or by what each has of uncertain numbers."""

    entries: tuple[Entry, ...]
    worlds: Worlds | None
    plain: Engine

    @classmethod
    def of(cls, setup: Setup, months: int, known: Known) -> Makers:
        """For runs of so many months that keep to what is known. Raises ScenarioError."""
        beliefs, world = beliefs_in(setup), lower(setup.scenario, months)
        plain = Engine.of(knowing(world, known))
        if beliefs is None:
            return cls((), None, plain)
        return cls(beliefs.free, Worlds(beliefs.scenario, beliefs.free, months, known=known), plain)

    def possible(self, values: Values, instead: Values | None) -> Values:
        """Values of particles of which each makes a scenario: where they do not, those instead of them.

        None: those of others that do. Raises ScenarioError if none does.
        """
        if self.worlds is None:
            return values
        holds, reason = self.worlds.possible(values)
        if holds.all():
            return values
        if not holds.any() and instead is None:
            raise ScenarioError([f"no draw of the uncertain numbers makes a scenario: {reason}"])
        if instead is None:
            others = np.resize(np.flatnonzero(holds), len(holds))
            instead = {name: each[others] for name, each in values.items()}
        return {name: np.where(holds, each, instead[name]) for name, each in values.items()}

    def world_of(self, values: Values) -> World:
        """The world of a single particle, of values by name (1,). Raises ScenarioError."""
        if self.worlds is None:
            return self.plain.world
        return self.worlds.world_of(values)

    def places(self, values: Values, count: int) -> Iterator[Place]:
        """Engines of particles under these values, in their order. Raises ScenarioError."""
        if self.worlds is None:
            yield Place(self.plain, np.zeros(count, dtype=np.intp))
            return
        for first in range(0, count, BLOCK):
            some = {name: each[first : first + BLOCK] for name, each in values.items()}
            for engine, points in self.worlds.engines(some):
                yield Place(engine, points)


@dataclass(frozen=True)
class Place:
    """Particles of one engine side by side: the point of each, and its state; None at the start.

    points (particles,); state (particles, slots).
    """

    engine: Engine
    points: np.ndarray
    state: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class Crowd:
    """Particles in the order of their places, at the end of a month [months after the start]."""

    makers: Makers
    places: tuple[Place, ...]
    month: int = 0

    @classmethod
    def at_start(cls, makers: Makers, values: Values, count: int) -> Crowd:
        """Before the first month."""
        return cls(makers, tuple(makers.places(values, count)))

    def __len__(self) -> int:
        return sum(map(len, self.places))

    def live(
        self, seed: int, numbers: np.ndarray, until: int, work: Callable[[History], Said],
        series: Mapping[str, np.ndarray] | None = None, threads: int | None = None,
    ) -> tuple[list[Said], Crowd]:  # fmt: skip
        """Months up to another one, by the luck of runs of these numbers (particles,).

        What work makes of each piece of the history, in order, and the particles after it. series: what time
        alone decides, otherwise than in the scenario.
        """
        months = range(self.month, until)

        def lived(piece: tuple[Place, np.ndarray]) -> tuple[Said, np.ndarray]:
            place, own = piece
            engine = place.engine.with_series(series or {})
            history, after = engine.carry(seed, own, months, place.points, place.state)
            return work(history), after

        with ThreadPoolExecutor(threads or default_threads()) as pool:
            found = list(pool.map(lived, self._pieces(numbers)))
        said, states = [each for each, _ in found], iter([after for _, after in found])
        return said, Crowd(self.makers, tuple(self._gathered(states)), until)

    def _sizes(self, place: Place) -> Iterator[slice]:
        """Particles of a place, in pieces that a thread holds at once."""
        size = runs_at_once(place.engine.world)
        for first in range(0, len(place), size):
            yield slice(first, min(first + size, len(place)))

    def _pieces(self, numbers: np.ndarray) -> Iterator[tuple[Place, np.ndarray]]:
        first = 0
        for place in self.places:
            for piece in self._sizes(place):
                state = None
                if place.state is not None:
                    state = place.state[piece]
                own = numbers[first + piece.start : first + piece.stop]
                yield Place(place.engine, place.points[piece], state), own
            first += len(place)

    def _gathered(self, states: Iterator[np.ndarray]) -> Iterator[Place]:
        for place in self.places:
            pieces = [next(states) for _ in self._sizes(place)]
            yield Place(place.engine, place.points, np.concatenate(pieces))

    def descend(self, chosen: np.ndarray, values: Values) -> Crowd:
        """Those that go on from chosen particles (particles,), in ascending order, under these values."""
        found, first = [], 0
        for place in self.makers.places(values, len(chosen)):
            own = chosen[first : first + len(place)]
            found.append(Place(place.engine, place.points, self._states(own, place)))
            first += len(place)
        return Crowd(self.makers, tuple(found), self.month)

    def state(self, names: Sequence[str]) -> np.ndarray:
        """Numbers of the state by name (particles, names); not a number where there is none of that name."""
        found, first = np.full((len(self), len(names)), np.nan), 0
        for place in self.places:
            slots = place.engine.slots(self.month - 1)
            known = [column for column, name in enumerate(names) if name in slots]
            if place.state is not None and known:
                own = place.state[:, [slots[names[column]] for column in known]]
                found[first : first + len(place), known] = own
            first += len(place)
        return found

    def _states(self, chosen: np.ndarray, to: Place) -> np.ndarray | None:
        """The states of chosen particles as the engine of another place goes on from them."""
        found, first = [], 0
        for place in self.places:
            here = (chosen >= first) & (chosen < first + len(place))
            if here.any() and place.state is not None:
                state = place.state[chosen[here] - first]
                found.append(to.engine.taken_over(state, place.engine, to.points[here], self.month))
            first += len(place)
        if not found:
            return None
        return np.concatenate(found)
