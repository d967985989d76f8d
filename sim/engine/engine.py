"""The machine code of a world's month, and the histories of runs that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.engine import emit, machine
from sim.engine.builder import LANES
from sim.engine.history import History
from sim.engine.record import Program, constants_along, record_month
from sim.refusal import BadInput
from sim.rules.state import at
from sim.scenario.lower import World

PAGE = 512
"""Runs that are summarised together; sums over runs are formed page by page, whatever the threads."""

AT_ONCE = 2**26
"""Bytes of recorded numbers that a thread holds at once: pages of long runs are simulated in pieces."""


@dataclass(frozen=True)
class Trunk:
    """One run up to a month: what its branches share, and the state (by name) that they go on from."""

    history: History
    state: dict[str, float]

    @property
    def raw(self) -> tuple[np.ndarray, np.ndarray]:
        return self.history.raw, self.history.raw_codes

    def resume(self, world: World) -> World:
        """A world that goes on from here under its own rules. Raises BadInput if it is another case."""
        before = self.history.world
        # histories of the past and of the branch are laid end to end: their rows must mean the same
        if before.recorded != world.recorded or list(before.parts.event) != list(world.parts.event):
            kept = "a branch keeps the events and quantities of its trunk"
            raise BadInput(f"{kept}; change numbers, theories or interventions")
        return replace(world, start=world.start | self.state)


@dataclass(frozen=True)
class Engine:
    """A world with the machine code of its month, ready for any runs.

    series (names, months): what time alone decides; constants (n,) of the program; initial (slots,): the
    state before month 0.
    """

    world: World
    program: Program
    function: Any
    series: np.ndarray
    constants: np.ndarray
    initial: np.ndarray

    @classmethod
    def of(cls, world: World, like: Iterable[Engine] = ()) -> Engine:
        """Record and compile the month (or fetch its machine code from the cache).

        Much faster if one of the engines `like` it belongs to a scenario that differs in values only.
        """
        for other in like:
            found = other.along(world)
            if found is not None:
                return found
        program = record_month(world)
        function = machine.compile_source(text_of(world, program))
        series, initial = _series(world, program), _initial(world, program)
        return cls(world, program, function, series, np.array(program.constants, dtype=float), initial)

    def along(self, world: World) -> Engine | None:
        """The engine of a world that differs in values only, with the machine code of this one; else None."""
        if self.world.recorded != world.recorded or list(self.world.series) != list(world.series):
            return None
        constants = constants_along(self.program, world)
        if constants is None:
            return None
        series, initial = _series(world, self.program), _initial(world, self.program)
        return replace(self, world=world, series=series, constants=np.array(constants), initial=initial)

    def page(self, seed: int, runs: np.ndarray, trunk: Trunk | None = None) -> History:
        """The history of some runs, by their numbers (runs,).

        trunk: of which the runs are branches; the world of this engine resumes it.
        """
        if trunk is None:
            values, codes, _ = self._simulate(seed, runs, 0, self.world.months)
            return History(self.world, runs, values, codes)
        values, codes, _ = self._simulate(seed, runs, trunk.history.months, self.world.months)
        past, past_codes = trunk.raw
        return History(self.world, runs, _behind(past, values), _behind(past_codes, codes))

    def pieces(self, seed: int, runs: np.ndarray, trunk: Trunk | None = None) -> Iterator[History]:
        """The history of some runs (runs,) in as many pieces as it takes to hold one at once."""
        size = runs_at_once(self.world)
        for first in range(0, len(runs), size):
            yield self.page(seed, runs[first : first + size], trunk)

    def trunk(self, seed: int, run: int, month: int) -> Trunk:
        """One run up to a month [months after the start], from where it can branch. Raises ValueError."""
        if not 0 < month < self.world.months:
            raise ValueError(
                f"a branch must leave after month 0 and before month {self.world.months}, not at {month}"
            )
        runs = np.array([run], dtype=np.uint64)
        values, codes, state = self._simulate(seed, runs, 0, month)
        return Trunk(
            History(self.world, runs, values, codes),
            dict(zip(self.program.slots, state[0, :, 0].tolist(), strict=True)),
        )

    def _simulate(self, seed: int, runs: np.ndarray, first: int, last: int) -> tuple[np.ndarray, ...]:
        """Recorded numbers and codes (groups, months, names, LANES), state after (groups, slots, LANES)."""
        world, lanes = self.world, LANES
        groups = -(-len(runs) // lanes)
        # the last group is filled up with the last run, whose repetitions are cut off again
        padded = np.full(groups * lanes, runs[-1], dtype=np.uint64)
        padded[: len(runs)] = runs
        state = np.repeat(np.tile(self.initial, (groups, 1))[:, :, None], lanes, axis=2)
        values = np.empty((groups, last - first, len(world.recorded), lanes))
        codes = np.empty((groups, last - first, len(world.parts.events), lanes), dtype=np.uint8)
        machine.call(
            self.function,
            self.program,
            seed,
            padded,
            first,
            last,
            state,
            self.constants,
            self.series,
            values,
            codes,
        )
        return values, codes, state


def _behind(past: np.ndarray, own: np.ndarray) -> np.ndarray:
    """What its branches recorded, behind what one run did before (1, months, names, lanes)."""
    groups, _, names, lanes = own.shape
    shared = np.broadcast_to(past[:1, :, :, :1], (groups, past.shape[1], names, lanes))
    return np.concatenate([shared, own], axis=1)


def text_of(world: World, program: Program) -> str:
    """The month of a world in LLVM's intermediate language; see `emit.source`."""
    names = [name for name in world.series if name in program.slots]
    records = [at("record", event.name) for event in world.parts.events]
    return emit.source(program, names, list(world.recorded), records)


def _series(world: World, program: Program) -> np.ndarray:
    """What time alone decides and the program reads (names, months)."""
    values = [path for name, path in world.series.items() if name in program.slots]
    return np.array(values, dtype=float).reshape(len(values), world.months)


def _initial(world: World, program: Program) -> np.ndarray:
    """The state at the start (slots,)."""
    return np.array([world.start.get(name, 0.0) for name in program.slots])


def runs_at_once(world: World) -> int:
    """Runs of a world whose histories a thread holds at once."""
    bytes_per_run = world.months * (8 * len(world.recorded) + len(world.parts.events))
    # whole groups, one at least
    groups = max(AT_ONCE // bytes_per_run // LANES, 1)
    return min(groups * LANES, PAGE)
