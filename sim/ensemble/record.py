"""Recording the month: the stages run once on symbols, and what they do becomes a program.

Nothing of the model is written here: the recorder notes each operation that a rule performs, drops what no result needs and
what is computed twice. It never reorders or re-associates arithmetic, so the compiled program performs, run by run, the very
operations that the Mesa model performs on floats, and gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.rules.timetable import month
from sim.scenario.lower import World

Operation = tuple[Any, ...]
"""A name and its arguments: operands by index, constants as ("constant", number); or ("load", name of a state)."""


@dataclass(frozen=True, eq=False, slots=True)
class Symbol:
    """A number that is not known yet: the result of one noted operation."""

    recorder: Recorder
    index: int

    def __add__(self, other: Any) -> Any:
        return self.recorder.apply("add", (self, other))

    def __radd__(self, other: Any) -> Any:
        return self.recorder.apply("add", (other, self))

    def __sub__(self, other: Any) -> Any:
        return self.recorder.apply("subtract", (self, other))

    def __rsub__(self, other: Any) -> Any:
        return self.recorder.apply("subtract", (other, self))

    def __mul__(self, other: Any) -> Any:
        return self.recorder.apply("multiply", (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self.recorder.apply("multiply", (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self.recorder.apply("divide", (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return self.recorder.apply("divide", (other, self))

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on a number of the state; use numbers.where")


class Recorder:
    """Operations in the order in which the stages perform them; equal operations are noted once."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._known: dict[Operation, Symbol] = {}

    def note(self, *operation: Any) -> Symbol:
        """The symbol of an operation, old or new."""
        known = self._known.get(operation)
        if known is None:
            known = self._known[operation] = Symbol(self, len(self.operations))
            self.operations.append(operation)
        return known

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Note an operation on symbols and constants; multiplying or dividing by 1 changes no bit and is left out."""
        if name == "multiply":
            for place in (0, 1):
                if type(arguments[place]) is float and arguments[place] == 1.0:
                    return arguments[1 - place]
        elif name == "divide" and type(arguments[1]) is float and arguments[1] == 1.0:
            return arguments[0]
        return self.note(name, *[a.index if type(a) is Symbol else self.constant(a) for a in arguments])

    def constant(self, value: float) -> int:
        """The index of a constant; -0.0 and 0.0 differ."""
        return self.note("constant", float(value), str(float(value))).index


class _State(dict):
    """The state during recording: what is read before it is written comes from the month before."""

    def __init__(self, recorder: Recorder, constants: dict[str, float]) -> None:
        super().__init__(constants)
        self.recorder = recorder
        self.loads: dict[str, None] = {}
        self.written: set[str] = set()

    def __missing__(self, name: str) -> Symbol:
        symbol = self.recorder.note("load", name)
        self.loads[name] = None
        super().__setitem__(name, symbol)
        return symbol

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.written.add(name)


class _Luck:
    """Luck during recording: a stream of the window of four months, or a draw where a mask asks for it."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def proposal(self, event: str) -> Symbol:
        return self.recorder.note("uniform", f"{event}/propose")

    def shock(self, name: str) -> Symbol:
        return self.recorder.note("normal", f"{name}/noise")

    def settle(self, event: str, word: int, needed: Any) -> Any:
        if isinstance(needed, Symbol):
            return self.recorder.note("draw", needed.index, f"{event}/settle", word)
        return 1.0 if needed == 0.0 else self.settle(event, word, Symbol(self.recorder, self.recorder.constant(needed)))


LEAVES = ("load", "constant", "uniform", "normal")


@dataclass(frozen=True)
class Program:
    """A recorded month: needed operations by index in order, and which of them become the new state.

    slots: rows of the state array by name; results: index of the operation that gives the new value of a slot.
    """

    operations: dict[int, Operation]
    slots: dict[str, int]
    results: dict[str, int]

    def streams(self, kind: str) -> list[str]:
        """Names of the streams of one kind (`uniform`, `normal`)."""
        return [operation[1] for operation in self.operations.values() if operation[0] == kind]

    @property
    def constants(self) -> list[float]:
        """Constants in the order of their operations."""
        return [operation[1] for operation in self.operations.values() if operation[0] == "constant"]


def record_month(world: World) -> Program:
    """The program of a month of this scenario."""
    moving = _record(world, {}).written | set(world.series)
    state = _record(world, {name: value for name, value in world.start.items() if name not in moving})
    kept = [name for name in state.loads if name in state.written]
    kept += [*world.recorded, *(f"record.{event.name}" for event in world.parts.events)]
    recorder = state.recorder
    if unknown := set(state.loads) - set(world.start) - set(world.series):
        raise KeyError(f"the stages read numbers that no one has set: {sorted(unknown)}")
    results = {name: value.index if isinstance(value := state[name], Symbol) else recorder.constant(value) for name in kept}
    needed = _needed(recorder.operations, set(results.values()))
    operations = {index: recorder.operations[index] for index in sorted(needed)}
    names = [operation[1] for operation in operations.values() if operation[0] == "load"]
    slots = {name: slot for slot, name in enumerate(dict.fromkeys([*names, *results]))}
    return Program(operations, slots, results)


def _record(world: World, constants: dict[str, float]) -> _State:
    state = _State(Recorder(), constants)
    month(state, world.parts, _Luck(state.recorder))
    return state


def operands(operation: Operation) -> Iterator[int]:
    """The operations whose results an operation reads."""
    if operation[0] == "draw":
        yield operation[1]
    elif operation[0] not in LEAVES:
        yield from operation[1:]


def _needed(operations: list[Operation], results: set[int]) -> set[int]:
    """Everything that the results rest on."""
    needed, waiting = set(), list(results)
    while waiting:
        index = waiting.pop()
        if index not in needed:
            needed.add(index)
            waiting += operands(operations[index])
    return needed
