"""The machine code of a world's month, and the histories of runs that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from sim.engine import emit, machine
from sim.engine.history import History
from sim.engine.machine import LANES, NARROW
from sim.engine.points import Numbers, aligned
from sim.engine.record import Lived, Program, Recorder, constants_along, record_month
from sim.refusal import BadInput
from sim.rules.state import at, row_of
from sim.rules.timetable import month
from sim.scenario.lower import World, cut, in_month

PAGE = 512
"""Runs that are summarised together; sums over runs are formed page by page, whatever the threads."""

AT_ONCE = 2**25
"""Bytes of recorded numbers that a thread holds at once: pages of long runs are simulated in pieces."""


class Before(Protocol):
    """What runs have done before an engine goes on with them."""

    @property
    def months(self) -> int:
        """Months that have been lived."""

    def recorded(self, world: World, runs: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray]:
        """What was recorded until then of runs (runs,) of a world, as in `History`."""

    def left(self, engine: Engine, runs: np.ndarray, points: np.ndarray) -> np.ndarray | None:
        """The state (runs, slots) from which runs (runs,) at points (runs,) go on; None for the start."""


@dataclass(frozen=True)
class Trunk:
    """One run up to a month: what its branches share, and the state (by name) that they go on from."""

    history: History
    state: dict[str, float]

    @property
    def months(self) -> int:
        return self.history.months

    def recorded(self, world: World, runs: np.ndarray, lanes: int) -> tuple[np.ndarray, np.ndarray]:
        groups = -(-len(runs) // lanes)
        own = self.history.raw[:1, :, :, :1], self.history.raw_codes[:1, :, :, :1]
        values, codes = (np.broadcast_to(each, (groups, *each.shape[1:3], lanes)) for each in own)
        return values, codes

    def left(self, engine: Engine, runs: np.ndarray, points: np.ndarray) -> np.ndarray | None:
        """None: the world of the engine, which resumes the trunk, starts there."""
        return None

    def resume(self, world: World) -> World:
        """A world that goes on from here under its own rules. Raises BadInput if it is another case."""
        check_goes_on(self.history.world, world)
        then = tuple((since, replace(later, start=later.start | self.state)) for since, later in world.then)
        return replace(world, start=world.start | self.state, then=then)


@dataclass(frozen=True)
class Engine:
    """A world with the machine code of its month, ready for any runs at one point or at several.

    Points differ in numbers alone. constants (n,) of the program; initial (slots,): the state before month 0;
    series (months x names,): what time alone decides, month by month; lanes: runs side by side; then: the
    engines that runs go over to, by the month from which on, where somebody intervenes. With triggers the
    points come again for each combination of those that have fired, `apart` points apart.
    """

    world: World
    program: Program
    code: machine.Code
    series: Numbers
    constants: Numbers
    initial: Numbers
    lanes: int = LANES
    then: tuple[tuple[int, Engine], ...] = ()
    apart: int = 0

    @classmethod
    def of(cls, world: World, like: Iterable[Engine] = (), lanes: int = LANES) -> Engine:
        """Record the month; it is compiled (or its machine code fetched from the cache) when it is first run.

        Much faster if one of the engines `like` it belongs to a scenario that differs in values only.
        """
        for other in like:
            found = other.along(world)
            if found is not None:
                return found
        if world.parts.triggers:
            from sim.engine.families import with_triggers  # families are made of engines

            return with_triggers(world)
        stages = programs_of(world)
        return cls.joined([(since, cls.of_program(own, program, lanes)) for since, own, program in stages])

    @classmethod
    def joined(cls, engines: Sequence[tuple[int, Engine]]) -> Engine:
        """Engines that runs go over to, by the month from which on; the first is of the first month."""
        (_, first), *then = engines
        return replace(first, then=tuple(then))

    @classmethod
    def of_program(cls, world: World, program: Program, lanes: int = LANES) -> Engine:
        """The engine of a recorded month, whose program fits the world."""
        code = machine.Code(partial(text_of, world, program, lanes))
        series, initial = _series(world, program), initial_of(world, program)
        return cls(world, program, code, series, Numbers.of(program.constants), initial, lanes)

    def along(self, world: World) -> Engine | None:
        """The engine of a world that differs in values only, with the machine code of this one; else None."""
        if self.world.recorded != world.recorded or list(self.world.series) != list(world.series):
            return None
        if self.then or world.then:
            return None
        # what triggers set is not among the constants of one point
        if world.parts.triggers:
            return None
        constants = constants_along(self.program, world)
        if constants is None:
            return None
        series, initial = _series(world, self.program), initial_of(world, self.program)
        return replace(self, world=world, series=series, constants=Numbers.of(constants), initial=initial)

    def cut(self, month: int) -> Engine:
        """It, where paths know nothing after a month, counted from year 0 (see `sim.scenario.lower.cut`).

        The machine code, its constants and the start are the same: runs that lived up to the month can go
        over. Raises ValueError where points differ in what a path gives.
        """
        world = cut(self.world, month)
        stages = zip(self.then, world.then, strict=True)
        then = tuple((since, own.following(later)) for (since, own), (_, later) in stages)
        return replace(self.following(world), then=then)

    def following(self, world: World) -> Engine:
        """This engine with the series of another world of the same program."""
        if len(self.series.places):
            raise ValueError(
                "points differ in what a path gives; cut an engine of points with the same paths"
            )
        return replace(self, world=world, series=_series(world, self.program))

    def placed(self, points: np.ndarray) -> np.ndarray:
        """Points (points,) as this engine counts them: one that has a single point is at it for all."""
        if self.apart > 1:
            return points
        return np.zeros_like(points)

    def page(
        self, seed: int, runs: np.ndarray, trunk: Before | None = None, points: np.ndarray | None = None
    ) -> History:
        """The history of some runs, by their numbers (runs,).

        trunk: which the runs go on from; if they are branches of one, the world of this engine resumes it.
        points (runs,): where each run is; at the first point if None.
        """
        if points is None:
            points = np.zeros(len(runs), dtype=np.intp)
        if trunk is None:
            values, codes, _ = self._simulate(seed, runs, range(self.world.months), points)
            return History(self.world, runs, values, codes)
        state = trunk.left(self, runs, points)
        if state is not None:
            state = self._by_lane(state)
        months = range(trunk.months, self.world.months)
        values, codes, _ = self._simulate(seed, runs, months, points, state)
        before, codes_before = trunk.recorded(self.world, runs, self.lanes)
        values, codes = (
            np.concatenate([before, values], axis=1),
            np.concatenate([codes_before, codes], axis=1),
        )
        return History(self.world, runs, values, codes)

    def pieces(
        self, seed: int, runs: np.ndarray, trunk: Before | None = None, points: np.ndarray | None = None
    ) -> Iterator[History]:
        """The history of some runs (runs,) in as many pieces as it takes to hold one at once."""
        size = runs_at_once(self.world)
        for first in range(0, len(runs), size):
            own = None
            if points is not None:
                own = points[first : first + size]
            yield self.page(seed, runs[first : first + size], trunk, own)

    def trunk(self, seed: int, run: int, month: int) -> Trunk:
        """One run up to a month [months after the start], from where it can branch. Raises ValueError."""
        if not 0 < month < self.world.months:
            raise ValueError(
                f"a branch must leave after month 0 and before month {self.world.months}, not at {month}"
            )
        runs = np.array([run], dtype=np.uint64)
        values, codes, state = self._simulate(seed, runs, range(month))
        return Trunk(History(self.world, runs, values, codes), self.named(state[0, :, 0], month - 1))

    def named(self, state: np.ndarray, month: int) -> dict[str, float]:
        """The state of a run (slots,) after a month [after the start], by name."""
        return dict(zip(self._at(month).program.slots, state.tolist(), strict=True))

    @property
    def stages(self) -> list[tuple[int, Engine]]:
        """The engines that runs go through, this one first, by the month from which on."""
        return [(0, self), *self.then]

    def _at(self, month: int) -> Engine:
        """The engine of a month."""
        return in_month(self.stages, month)

    def _spans(self, months: range) -> list[tuple[range, Engine]]:
        """Months in stretches of one engine each."""
        inside = [since for since, _ in self.then if months.start < since < months.stop]
        if self.world.parts.triggers:  # what has been seen decides by which numbers the next month is lived
            inside = list(months)[1:]
        starts = [months.start, *inside]
        ends = [*inside, months.stop]
        return [(range(*span), self._at(span[0])) for span in zip(starts, ends, strict=True)]

    def _simulate(
        self, seed: int, runs: np.ndarray, months: range, points: np.ndarray | None = None,
        state: np.ndarray | None = None,
    ) -> tuple[np.ndarray, ...]:  # fmt: skip
        """Recorded numbers and codes (groups, months, names, lanes), state after (groups, slots, lanes).

        state (groups, slots, lanes): as the month before left it, which moves on; that of the start if None.
        """
        if points is None:
            points = np.zeros(len(runs), dtype=np.intp)
        numbers, points, found = self._grouped(runs.astype(np.uint64)), self._grouped(points), []
        before = self._at(months.start)
        if state is None:
            state = before._begun(points)
        elif months.start:
            before = self._at(months.start - 1)
        for span, engine in self._spans(months):
            if engine is not before:
                state = engine._taken_over(points, before, state)
            found.append(engine._run(seed, numbers, span, points + engine._fired(state), state))
            before = engine
        values, codes = zip(*found, strict=True)
        if len(found) == 1:
            return values[0], codes[0], state
        return np.concatenate(values, axis=1), np.concatenate(codes, axis=1), state

    def carry(
        self, seed: int, runs: np.ndarray, months: range, points: np.ndarray, state: np.ndarray | None
    ) -> tuple[History, np.ndarray]:
        """What runs (runs,), each at its point, do in some months, and their state after (runs, slots).

        state (runs, slots): that which the month before left; None at the start.
        """
        given = None
        if state is not None:
            given = self._by_lane(state)
        values, codes, left = self._simulate(seed, runs, months, self.placed(points), given)
        after = left.transpose(0, 2, 1).reshape(-1, left.shape[1])[: len(runs)]
        return History(self.world, runs, values, codes), after

    def begun(self, runs: int) -> np.ndarray:
        """The state (runs, slots) of runs at the first point before the first month, laid out as after it."""
        return np.tile(np.array(self._at(0).initial.at(0)), (runs, 1))

    def taken_over(self, state: np.ndarray, before: Engine, points: np.ndarray, month: int) -> np.ndarray:
        """States (runs, slots) that another engine left before a month, for runs at points (runs,) here.

        By name; what the other does not know is as at the start. Raises BadInput where something lasts that
        moved there and stands still here: it would jump back to its start.
        """
        now, then = self._at(month - 1), before._at(month - 1)
        if now.program is then.program:
            return state
        _check_lasting(then.program.results.keys() - now.program.slots.keys())
        alike, which = np.unique(self.placed(points), return_inverse=True)
        found = np.array([now.initial.at(point) for point in alike.tolist()])[which]
        shared = [name for name in now.program.slots if name in then.program.slots]
        own, theirs = ([each.program.slots[name] for name in shared] for each in (now, then))
        found[:, own] = state[:, theirs]
        return found

    def slots(self, month: int) -> Mapping[str, int]:
        """Rows of the state array by name, as a month leaves it."""
        return self._at(month).program.slots

    def _by_lane(self, state: np.ndarray) -> np.ndarray:
        """States (runs, slots) in groups (groups, slots, lanes)."""
        groups = -(-len(state) // self.lanes)
        found = aligned((groups, state.shape[1], self.lanes))
        padded = np.concatenate([state, np.repeat(state[-1:], groups * self.lanes - len(state), axis=0)])
        found[:] = padded.reshape(groups, self.lanes, -1).transpose(0, 2, 1)
        return found

    def with_series(self, series: Mapping[str, np.ndarray]) -> Engine:
        """The engine with other values (months,) of some of what time alone decides, by name."""
        names = [name for name in self.world.series if name in self.program.slots]
        shared = self.series.shared.reshape(self.world.months, -1).copy()
        for place, name in enumerate(names):
            if name in series:
                shared[:, place] = series[name]
        own = replace(self.series, shared=shared.reshape(-1))
        then = tuple((since, each.with_series(series)) for since, each in self.then)
        return replace(self, series=own, then=then)

    def _begun(self, points: np.ndarray) -> np.ndarray:
        """The state (groups, slots, lanes) before the first month."""
        starts, start = self.initial.by_lane(points)
        return np.take(starts, start, axis=0, out=aligned((len(points), *starts.shape[1:])))

    def _taken_over(self, points: np.ndarray, before: Engine, state: np.ndarray) -> np.ndarray:
        """The state as another engine leaves it, by name; what that one does not know is as at the start."""
        taken = self._begun(points)
        shared = [name for name in self.program.slots if name in before.program.slots]
        own, theirs = ([each.program.slots[name] for name in shared] for each in (self, before))
        taken[:, own] = state[:, theirs]
        return taken

    def _fired(self, state: np.ndarray) -> np.ndarray:
        """How far from its point each run (groups, lanes) is, by the triggers that have fired."""
        found = np.zeros(state[:, 0].shape, dtype=np.intp)
        for place, trigger in enumerate(self.world.parts.triggers):
            found += (state[:, self.program.slots[trigger.latched]] != 0.0) * self.apart * 2**place
        return found

    def _run(
        self, seed: int, runs: np.ndarray, months: range, points: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Recorded numbers and codes of groups of runs (groups, lanes); the state moves on."""
        world, lanes, groups = self.world, self.lanes, len(runs)
        constants, own = self.constants.by_lane(points)
        series, path = self.series.by_lane(points)
        given = machine.Arrays(
            runs=runs.reshape(-1),
            state=state,
            own=own,
            constants=constants,
            path=path,
            series=series.reshape(len(series), world.months, -1, lanes),
            history=aligned((groups, len(months), len(world.recorded), lanes)),
            codes=aligned((groups, len(months), len(world.parts.events), lanes), np.uint8),
        )
        machine.call(self.code, self.program, seed, months, given)
        return given.history, given.codes

    def _grouped(self, values: np.ndarray) -> np.ndarray:
        """Something of each run (runs,) in groups (groups, lanes)."""
        groups = -(-len(values) // self.lanes)
        # the last group is filled up with the last run, whose repetitions are cut off again
        padded = np.full(groups * self.lanes, values[-1])
        padded[: len(values)] = values
        return padded.reshape(groups, self.lanes)


def check_goes_on(before: World, world: World) -> None:
    """Raises BadInput for a world that cannot go on from another, because it is another case."""
    # histories of the past and of the branch are laid end to end: their rows must mean the same
    if before.recorded != world.recorded or list(before.parts.event) != list(world.parts.event):
        kept = "a branch keeps the events and quantities of its trunk"
        raise BadInput(f"{kept}; change numbers, theories or interventions")


def handed_on(world: World, month: int) -> list[str]:
    """Names of the state that a month [after the start] hands on to the next.

    All else is as at the start, wherever a run goes on.
    """
    stages = [(since, program) for since, _, program in programs_of(world)]
    return list(in_month(stages, month).slots)


def _check_lasting(stopped: Iterable[str]) -> None:
    """Raises BadInput for a number that lasts among those that moved, and that nothing moves any more."""
    for name in sorted(stopped):
        kind = row_of(name)[0]
        # a wait ends where what is waited for cannot come any more, or is not known to
        is_wait = kind.unit == "months" or kind.kind == "awaited"
        if (kind.stock or kind.accumulates) and not is_wait:
            told = f"{name} has moved in the months before, and nothing moves it in those that follow"
            raise BadInput(f"{told}, where it would jump back to its start; keep what moves it")


def programs_of(
    world: World, kind: type[Recorder] = Recorder, lived: Lived = month
) -> list[tuple[int, World, Program]]:
    """The worlds that runs go through, by the month from which on, with the programs of their months."""
    found, reads = list[tuple[int, World, Program]](), set[str]()
    # from the last on: each has to keep what those read that come after it
    for since, own in reversed(world.stages):
        program = record_month(own, kind, sorted(reads), lived)
        found.insert(0, (since, own, program))
        reads |= set(program.reads)
    return found


def text_of(world: World, program: Program, lanes: int = NARROW) -> str:
    """The month of a world in LLVM's intermediate language; see `emit.source`."""
    names = [name for name in world.series if name in program.slots]
    records = [at("record", event.name) for event in world.parts.events]
    return emit.source(program, names, list(world.recorded), records, lanes)


def _series(world: World, program: Program) -> Numbers:
    """What time alone decides and the program reads, month by month (months x names,)."""
    return Numbers.of(series_of(world, program))


def series_of(world: World, program: Program) -> list[Any]:
    """The numbers of the series that a program reads, month by month; some may be traced."""
    paths = [path for name, path in world.series.items() if name in program.slots]
    return [path[month] for month in range(world.months) for path in paths]


def initial_of(world: World, program: Program) -> Numbers:
    """The state at the start (slots,)."""
    return Numbers.of([world.start.get(name, 0.0) for name in program.slots])


def runs_at_once(world: World) -> int:
    """Runs of a world whose histories a thread holds at once."""
    bytes_per_run = world.months * (8 * len(world.recorded) + len(world.parts.events))
    # whole groups, one at least
    groups = max(AT_ONCE // bytes_per_run // LANES, 1)
    return min(groups * LANES, PAGE)
