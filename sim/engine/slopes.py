"""How a month moves what it moves: slopes of the expected month at the start, at one or many points of a
scenario.

The expected month is recorded as a program, like the month of runs, and evaluated on arrays: what a
point has in common is worked out once for it, beside what is moved a little to either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.engine.lanes import Lanes
from sim.engine.record import Program, operands, record_month
from sim.engine.tape import Traced, Tracer, compute
from sim.rules.expected import expected_month, hold
from sim.rules.numbers import Number
from sim.rules.state import row_of
from sim.scenario.lower import World

STEP = 1e-5
"""How far a number is moved to either side, in its own unit: all of them are of the order of one."""


@dataclass(frozen=True)
class Slopes:
    """The expected month of a world whose numbers may be traced, ready to be evaluated.

    names: the numbers (n,) that a month both reads of the month before and moves, but for those that
    accumulate: with what is held, all that a month depends on.
    """

    world: World
    program: Program
    names: tuple[str, ...]

    @classmethod
    def of(cls, world: World) -> Slopes:
        """The slopes of a world, as it starts and without what is done later."""
        start = dict(world.start)
        parts = hold(start, replace(world.parts, kept=()))
        held = replace(world, parts=parts, start=start, then=())
        program = record_month(held, Tracer, lived=lambda s, parts, luck: expected_month(s, parts))
        return cls(held, program, tuple(name for name in program.reads if _moves(program, name)))

    def at(self, found: Sequence[Any] = ()) -> np.ndarray:
        """Slopes (points, n, n) of every number after the month by every number before it.

        found: the numbers of the tape of the world at some points; without them, of the world itself.
        Central differences, or to one side of a bound. What accumulates at a point has slopes of 0.
        """
        sides, width = self._sides(found), len(self.names)
        after = self._after(found, sides)
        spans = np.stack(np.broadcast_arrays(*(above - below for below, above in sides.values())), axis=-1)
        slopes = np.empty((max(map(len, [spans, *after])), width, width))
        for row, each in enumerate(after):
            slopes[:, row] = (each[:, width:] - each[:, :width]) / spans
        for place in range(width):
            # a month changes it by what happens alone: with a slope of one to itself, it has no rest
            still = np.broadcast_to(self._accumulates(found, place), len(slopes))
            slopes[still, place, :] = slopes[still, :, place] = 0.0
        return slopes

    def _sides(self, found: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
        """Where each number is moved to, below and above: at every point, inside bounds."""
        sides = {}
        for name in self.names:
            here = _column(self.world.start[name], found)
            low, high = (_column(end, found) for end in self._bounds(name))
            sides[name] = np.maximum(here - STEP, low)[:, 0], np.minimum(here + STEP, high)[:, 0]
        return sides

    def _bounds(self, name: str) -> tuple[Number, Number]:
        return self.world.parts.bounds.get(name, row_of(name)[0].bounds)

    def _accumulates(self, found: Sequence[Any], place: int) -> Any:
        """Whether a number is a stock that nothing draws back (points,)."""
        stock = self.world.parts.stock.get(self.names[place])
        if stock is None:
            return False
        return _column(stock.speed, found)[:, 0] == 0.0

    def _after(self, found: Sequence[Any], sides: Mapping[str, tuple[Any, Any]]) -> list[np.ndarray]:
        """Each number after the month (points, 2 n), where one after the other is moved down, then up."""
        loads = {name: _column(self.world.start.get(name, 0.0), found) for name in self.program.reads}
        width = len(self.names)
        for place, name in enumerate(self.names):
            moved = np.tile(loads[name], 2 * width)
            moved[:, place], moved[:, width + place] = sides[name]
            loads[name] = moved.view(Lanes)
        values = self._run(found, loads)
        lanes = [np.asarray(values[self.program.results[name]]) for name in self.names]
        return [np.broadcast_to(each, (each.shape[0], 2 * width)) for each in map(np.atleast_2d, lanes)]

    def _run(self, found: Sequence[Any], loads: Mapping[str, Any]) -> dict[int, Any]:
        """The results of the program, by their operations."""
        values: dict[int, Any] = {}
        recorder = self.program.recorder
        assert isinstance(recorder, Tracer), "no other recorder notes what is traced"
        with np.errstate(all="ignore"):
            for index, (kind, *given) in self.program.operations.items():
                if kind == "load":
                    values[index] = loads[given[0]]
                elif kind == "constant":
                    values[index] = _column(recorder.traced.get(index, given[0]), found)
                else:
                    values[index] = compute(kind, [values[operand] for operand in given])
                # arrays of all operations together would not fit
                for operand in self._done_with.get(index, ()):
                    del values[operand]
        return values

    @cached_property
    def _done_with(self) -> dict[int, list[int]]:
        """The operations whose results nobody reads after an operation, by that operation."""
        last = {}
        for index, operation in self.program.operations.items():
            last.update(dict.fromkeys(operands(operation), index))
        done: dict[int, list[int]] = {}
        for operand, index in last.items():
            if operand not in self.program.results.values():
                done.setdefault(index, []).append(operand)
        return done


def _moves(program: Program, name: str) -> bool:
    """Whether what is read of the month before is moved by a month, and keeps no account of what happened."""
    if name not in program.results or row_of(name)[0].accumulates:
        return False
    return program.operations[program.results[name]] != ("load", name)


def _column(number: Any, found: Sequence[Any]) -> Any:
    """A number at every point (points, 1), or at all of them (1, 1)."""
    if type(number) is Traced:
        number = found[number.place]
    return np.array(number, dtype=float, ndmin=1)[:, None].view(Lanes)
