"""How the constants of a program follow from numbers of the scenario, for thousands of values at once.

A scenario is prepared with some of its numbers traced: they compute like floats, and what is computed of them
is noted on a tape. Wherever the way of preparing it branches on such a number, a guard is noted: values for
which a guard fails go another way, and need a tape of their own. So a tape gives the very bits that preparing
each scenario by itself gives, or none. What the file leaves out decides which way is gone, and no value that
it writes: a rule that asks for a number's presence, or chooses by `numbers.where`, leaves no guard.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from sim.engine.lanes import Lanes
from sim.engine.operand import Operand
from sim.engine.record import KEPT, Program, Recorder
from sim.registry import Detour
from sim.rules import numbers

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
}


class Untraceable(Detour, TypeError):
    """A traced number where only a float will do: the tape would lose it."""


def _comparison(name: str) -> Callable[[Traced, Any], Any]:
    def method(self: Traced, other: Any) -> Any:
        if isinstance(other, Traced | float | int):
            return self.recorder.guard(name, self, other)
        return NotImplemented

    return method


class Traced(Operand):
    """A number of the scenario, or what follows from such numbers; usable wherever a rule takes a number."""

    __slots__ = ("place", "recorder", "value")
    # numpy would swallow it into an array of objects
    __array_ufunc__ = None

    def __init__(self, recorder: Tape, value: float, place: int) -> None:
        self.recorder, self.value, self.place = recorder, value, place

    __lt__, __le__, __gt__, __ge__ = (
        _comparison("lt"),
        _comparison("le"),
        _comparison("gt"),
        _comparison("ge"),
    )
    __eq__, __ne__ = _comparison("eq"), _comparison("ne")  # type: ignore[assignment]

    def __truediv__(self, other: Any) -> Any:
        if other != 0.0:
            return numbers.divide(self, other)
        return NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        if self != 0.0:
            return numbers.divide(other, self)
        return NotImplemented

    def __abs__(self) -> Any:
        # a choice, as a branch would leave a guard
        return numbers.maximum(self, self * -1.0)

    def __bool__(self) -> bool:
        return self != 0.0

    def _no_float(self, *_: Any) -> NoReturn:
        raise Untraceable("a traced number is no float")

    __float__ = __int__ = __format__ = _no_float  # type: ignore[assignment]
    __hash__ = _no_float  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"traced {self.place}"


class Tape:
    """What was computed of the traced numbers, and what must be so for it to hold."""

    def __init__(self) -> None:
        self.operations: list[tuple[Any, ...]] = []
        self.guards: list[tuple[str, Any, Any, bool]] = []
        self.inputs = 0
        self._known: dict[str, Traced] = {}

    def input(self, value: float) -> Traced:
        """A number that varies, with its value here."""
        self.inputs += 1
        return self._note(value, "input", self.inputs - 1)

    def _note(self, value: float, *operation: Any) -> Traced:
        # as text, which tells -0.0 from 0.0; the same operation is the same constant of a program
        key = repr(operation)
        if key not in self._known:
            self._known[key] = Traced(self, value, len(self.operations))
            self.operations.append(operation)
        return self._known[key]

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Compute a primitive of sim.rules.numbers and note it; symbols of a program note it themselves."""
        for argument in arguments:
            if getattr(argument, "recorder", self) is not self:
                return argument.recorder.apply(name, arguments)
        value = compute(name, list(map(_known, arguments)))
        return self._note(value, name, *map(_operand, arguments))

    def guard(self, name: str, one: Any, other: Any) -> bool:
        """The outcome of a comparison, which must be the same wherever the tape is used."""
        outcome = bool(getattr(operator, name)(_known(one), _known(other)))
        self.guards.append((name, _operand(one), _operand(other), outcome))
        return outcome

    def run(self, values: np.ndarray) -> tuple[list[Any], np.ndarray]:
        """All numbers of the tape for values (inputs, points), and for which points they hold (points,)."""
        found: list[Any] = []

        def at(operand: Any) -> Any:
            if isinstance(operand, int):
                return found[operand]
            return operand

        with np.errstate(all="ignore"):
            for name, *operands in self.operations:
                if name == "input":
                    found.append(np.ascontiguousarray(values[operands[0]]).view(Lanes))
                else:
                    found.append(compute(name, [at(operand) for operand in operands]))
            holds = np.ones(values.shape[1], dtype=bool)
            for name, one, other, outcome in self.guards:
                a, b = np.asarray(at(one), dtype=float), np.asarray(at(other), dtype=float)
                holds &= getattr(operator, name)(a, b) == outcome
        return found, holds


def compute(name: str, arguments: list[Any]) -> Any:
    if name in OPERATORS:
        return OPERATORS[name](*arguments)
    return getattr(numbers, name)(*arguments)


def _known(number: Any) -> float:
    if type(number) is Traced:
        return number.value
    return float(number)


def _operand(number: Any) -> int | float:
    """A traced number as its place on the tape, another one as a float."""
    if type(number) is Traced:
        return number.place
    return float(number)


class Tracer(Recorder):
    """Records the month of a world with traced numbers: each is a constant of its own, whatever its value.

    So what is 0, 1 or equal to another number here may be anything elsewhere. traced: which constants are, by
    index of the operation.
    """

    factors = (float, Traced)

    def __init__(self) -> None:
        super().__init__()
        self.traced: dict[int, Traced] = {}

    def constant(self, value: Any) -> int:
        if type(value) is not Traced:
            return super().constant(value)
        index = self.note("constant", value.value, repr(value)).index
        self.traced[index] = value
        return index

    def is_one(self, factor: Any) -> bool:
        if type(factor) is not Traced:
            return super().is_one(factor)
        # kept, as elsewhere it may be another number
        self.calls.append(KEPT)
        return False


def traced_constants(program: Program) -> dict[int, Traced]:
    """Which constants of a program that a Tracer recorded are traced, by their places among the constants."""
    assert isinstance(program.recorder, Tracer), "no other recorder notes them"
    traced, operations = program.recorder.traced, program.operations.items()
    places = enumerate(index for index, operation in operations if operation[0] == "constant")
    return {place: traced[index] for place, index in places if index in traced}
