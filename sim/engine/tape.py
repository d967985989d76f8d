"""How the constants of a program follow from numbers of the scenario, for thousands of values at once.

A scenario is prepared with some of its numbers traced: they compute like floats, and what is computed of them
is noted on a tape. Wherever the way of preparing it branches on such a number, a guard is noted: values for
which a guard fails go another way, and need a tape of their own. So a tape gives the very bits that preparing
each scenario by itself gives, or none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from sim.engine.lanes import Lanes
from sim.engine.operand import Operand
from sim.engine.record import KEPT, Follower, OtherProgram, Recorder
from sim.registry import Detour
from sim.rules import numbers

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
}
SAME = "same"
"""A guard that two numbers have the same bits; all other guards are comparisons."""


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
        if self < 0.0:
            return self * -1.0
        return self

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

    def input(self, value: float) -> Traced:
        """A number that varies, with its value here."""
        self.inputs += 1
        return self._note(value, "input", self.inputs - 1)

    def _note(self, value: float, *operation: Any) -> Traced:
        self.operations.append(operation)
        return Traced(self, value, len(self.operations) - 1)

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Compute a primitive of sim.rules.numbers and note it; symbols of a program note it themselves."""
        for argument in arguments:
            if getattr(argument, "recorder", self) is not self:
                return argument.recorder.apply(name, arguments)
        value = _compute(name, list(map(_known, arguments)))
        return self._note(value, name, *map(_operand, arguments))

    def guard(self, name: str, one: Any, other: Any) -> bool:
        """The outcome of a comparison, which must be the same wherever the tape is used."""
        outcome = bool(getattr(operator, name)(_known(one), _known(other)))
        self.guards.append((name, _operand(one), _operand(other), outcome))
        return outcome

    def require_same(self, one: Any, other: Any) -> None:
        """Guard that two numbers, which are the same here, have the same bits wherever the tape is used."""
        if _known(one).hex() != _known(other).hex():
            raise OtherProgram
        if _operand(one) != _operand(other):
            self.guards.append((SAME, _operand(one), _operand(other), True))

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
                    found.append(_compute(name, [at(operand) for operand in operands]))
            holds = np.ones(values.shape[1], dtype=bool)
            for name, one, other, outcome in self.guards:
                a, b = np.asarray(at(one), dtype=float), np.asarray(at(other), dtype=float)
                # bits, compared as whole numbers: as floats -0.0 and 0.0 are equal
                if name == SAME:
                    a, b, name = a.view(np.int64), b.view(np.int64), "eq"
                holds &= getattr(operator, name)(a, b) == outcome
        return found, holds


def _compute(name: str, arguments: list[Any]) -> Any:
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


class Tracer(Follower):
    """Walks the month of a world with traced numbers along its own recording."""

    factors = (float, Traced)

    def __init__(self, recorded: Recorder, tape: Tape) -> None:
        super().__init__(recorded)
        self.tape = tape

    def constant(self, value: Any) -> int:
        if type(value) is not Traced:
            return super().constant(value)
        index = next(self.recorded, KEPT)
        if index < 0 or self.operations[index][0] != "constant":
            raise OtherProgram
        self.keep(index, value)
        return index

    def keep(self, index: int, value: Any) -> None:
        self.tape.require_same(self.values.setdefault(index, value), value)
