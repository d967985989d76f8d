"""Recording the month: the stages run once on symbols, and what they do becomes a program.

Nothing of the model is written here: the recorder notes each operation that a rule performs, drops what no
result needs and what is computed twice. It never reorders or re-associates arithmetic, so the compiled
program performs, run by run, the very operations that the Mesa model performs on floats, and gives the same
bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.engine.operand import Operand
from sim.registry import Detour
from sim.rules.state import at
from sim.rules.structure import Luck, Parts, State
from sim.rules.timetable import month
from sim.scenario.lower import World

Operation = tuple[Any, ...]
"""A name and its arguments: operands by index, constants as ("constant", number); or ("load", name of a
state).
"""


@dataclass(frozen=True, eq=False, slots=True)
class Symbol(Operand):
    """A number that is not known yet: the result of one noted operation."""

    recorder: Recorder
    index: int


FACTORS = {"multiply": (0, 1), "divide": (1,)}
"""Places of the arguments that change nothing where they are 1, by operation."""

LEFT_OUT, KEPT = -1, -2
"""Calls of a recorder that are no operation: a constant factor that was one, and one that was not."""


class Recorder:
    """Operations in the order in which the stages perform them; equal operations are noted once."""

    factors: tuple[type, ...] = (float,)
    """What may be a constant factor of one."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.calls: list[int] = []
        self._known: dict[Operation, Symbol] = {}

    def note(self, *operation: Any) -> Symbol:
        """The symbol of an operation, old or new."""
        known = self._known.get(operation)
        if known is None:
            known = self._known[operation] = Symbol(self, len(self.operations))
            self.operations.append(operation)
        self.calls.append(known.index)
        return known

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Note an operation on symbols and constants; times 1 or over 1 changes no bit, and is left out."""
        for place in FACTORS.get(name, ()):
            if type(arguments[place]) in self.factors and self.is_one(arguments[place]):
                return arguments[1 - place]
        return self.note(name, *map(self._index, arguments))

    def _index(self, argument: Any) -> int:
        if type(argument) is Symbol:
            return argument.index
        return self.constant(argument)

    def is_one(self, factor: float) -> bool:
        """Whether a constant factor is left out; noted, so that a follower does the same."""
        if factor == 1.0:
            self.calls.append(LEFT_OUT)
            return True
        self.calls.append(KEPT)
        return False

    def constant(self, value: float) -> int:
        """The index of a constant; -0.0 and 0.0 differ."""
        # they are equal as keys, so the text is a part of the key
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


def unknown_state() -> State:
    """A state of which nothing is known yet: whatever is made of its numbers are symbols."""
    return _State(Recorder(), {})


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
        if needed == 0.0:
            return 1.0
        return self.settle(event, word, Symbol(self.recorder, self.recorder.constant(needed)))


LEAVES = ("load", "constant", "uniform", "normal")


@dataclass(frozen=True)
class Program:
    """A recorded month: needed operations by index in order, and which of them become the new state.

    slots: rows of the state array by name; results: index of the operation that gives the new value of a
    slot; fixed: names whose start is a constant of the program.
    """

    operations: dict[int, Operation]
    slots: dict[str, int]
    results: dict[str, int]
    fixed: frozenset[str]
    recorder: Recorder

    @cached_property
    def uniforms(self) -> list[str]:
        """Names of the streams of uniforms."""
        return self._of("uniform")

    @cached_property
    def normals(self) -> list[str]:
        """Names of the streams of normals."""
        return self._of("normal")

    @cached_property
    def reads(self) -> list[str]:
        """Names of the state that a month reads of the one before."""
        return self._of("load")

    @property
    def constants(self) -> list[float]:
        """Constants in the order of their operations."""
        return self._of("constant")

    def _of(self, kind: str) -> list[Any]:
        """What the operations of a kind name, in their order."""
        return [operation[1] for operation in self.operations.values() if operation[0] == kind]


Lived = Callable[[State, Parts, Luck], None]
"""A month as it is lived: that of the timetable, or another one."""


def record_month(
    world: World, kind: type[Recorder] = Recorder, later: Iterable[str] = (), lived: Lived = month
) -> Program:
    """The program of a month of this scenario, by a recorder of some kind.

    later: names of the state that programs read to which runs go over: they are kept if a month sets them.
    """
    # recorded twice: only the first pass tells what no stage writes; the second takes that as constants
    moving = _record(world, {}, kind(), lived).written | set(world.series)
    fixed = frozenset(world.start) - moving
    state = _record(world, _fixed_start(world, fixed), kind(), lived)
    kept = [name for name in state.loads if name in state.written]
    kept += [name for name in later if name in moving]
    kept += [*world.recorded, *(at("record", event.name) for event in world.parts.events)]
    recorder = state.recorder
    if unknown := set(state.loads) - set(world.start) - set(world.series):
        raise KeyError(f"the stages read numbers that no one has set: {sorted(unknown)}")
    results = _results(state, kept)
    needed = _needed(recorder.operations, set(results.values()))
    operations = {index: recorder.operations[index] for index in sorted(needed)}
    names = [operation[1] for operation in operations.values() if operation[0] == "load"]
    slots = {name: slot for slot, name in enumerate(dict.fromkeys([*names, *results]))}
    return Program(operations, slots, results, fixed, recorder)


def _fixed_start(world: World, fixed: frozenset[str]) -> dict[str, float]:
    return {name: value for name, value in world.start.items() if name in fixed}


def _results(state: _State, names: Iterable[str]) -> dict[str, int]:
    """The operations that give what these numbers are at the end of the month."""
    results = {}
    for name in names:
        value = state[name]
        if isinstance(value, Symbol):
            results[name] = value.index
        else:
            results[name] = state.recorder.constant(value)
    return results


class OtherProgram(Detour):
    """A world does something else in its month than the recorded one."""


class Follower(Recorder):
    """Walks the month of another world along a recording; only values of constants may differ."""

    def __init__(self, recorded: Recorder) -> None:
        self.operations, self.recorded = recorded.operations, iter(recorded.calls)
        self.symbols: dict[int, Symbol] = {}
        self.values: dict[int, float] = {}

    def note(self, *operation: Any) -> Symbol:
        index = next(self.recorded, KEPT)
        if index < 0:
            raise OtherProgram
        if operation[0] == "constant" and self.operations[index][0] == "constant":
            self.keep(index, operation[1])
        elif operation != self.operations[index]:
            raise OtherProgram
        symbol = self.symbols.get(index)
        if symbol is None:
            symbol = self.symbols[index] = Symbol(self, index)
        return symbol

    def keep(self, index: int, value: float) -> None:
        """The value of a constant here; what was one constant in the recording must be one again."""
        # compared as hex, which tells -0.0 from 0.0 and finds NaN equal to itself
        if self.values.setdefault(index, value).hex() != value.hex():
            raise OtherProgram

    def is_one(self, factor: float) -> bool:
        """As recorded; a factor that was left out must be one again."""
        call = next(self.recorded, 0)
        if call >= 0 or (call == LEFT_OUT and factor != 1.0):
            raise OtherProgram
        return call == LEFT_OUT


def constants_along(program: Program, world: World) -> list[float] | None:
    """The constants of a program for another world; None if its month is not the same program."""
    recorder = Follower(program.recorder)
    state = _State(recorder, _fixed_start(world, program.fixed))
    try:
        month(state, world.parts, _Luck(recorder))
        found = _results(state, program.results)
    except OtherProgram:
        return None
    # a month that stopped short of the recorded one is another one too
    if found != program.results or next(recorder.recorded, None) is not None:
        return None
    operations = program.operations.items()
    return [recorder.values[index] for index, operation in operations if operation[0] == "constant"]


def _record(world: World, constants: dict[str, float], recorder: Recorder, lived: Lived) -> _State:
    state = _State(recorder, constants)
    lived(state, world.parts, _Luck(state.recorder))
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
