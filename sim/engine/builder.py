"""Instructions of LLVM for numbers side by side in vector registers, one a line.

Strict IEEE arithmetic: no fused, no reordered operations.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from sim.engine.operand import Operand
from sim.rules import numbers
from sim.rules.numbers import ROUND

_TWO52 = 4503599627370496.0

AROUND = ", !nontemporal !0"
"""Said of a row that is written around the caches: they need not read what is there, nor give room to it."""

METADATA = "!0 = !{i32 1}"
"""What the end of a source has to say for `AROUND`."""


class Vector(Operand):
    """Floats side by side in a register; usable wherever a rule takes a number."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Builder, name: str) -> None:
        self.recorder, self.name = recorder, name


class Whole:
    """Whole numbers of 64 bits side by side in a register; usable wherever the generator takes a word."""

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder, self.name = builder, name

    def _with(self, operator: str, other: Any) -> Whole:
        if not isinstance(other, Whole):
            other = Whole(self.builder, self.builder.splat_whole(other))
        text = f"{operator} {self.builder.wholes} {self.name}, {other.name}"
        return Whole(self.builder, self.builder.line(text))

    def __add__(self, other: Any) -> Any:
        if isinstance(other, float):
            return self.builder.to_float(self) + other
        return self._with("add", other)

    def __mul__(self, other: Any) -> Whole:
        return self._with("mul", other)

    def __and__(self, other: Any) -> Whole:
        return self._with("and", other)

    def __or__(self, other: Any) -> Whole:
        return self._with("or", other)

    def __xor__(self, other: Any) -> Whole:
        return self._with("xor", other)

    __rxor__ = __xor__

    def __rshift__(self, bits: int) -> Whole:
        return self._with("lshr", bits)

    def __lshift__(self, bits: int) -> Whole:
        return self._with("shl", bits)


class Builder:
    """Writes the body of a function, one instruction a line; lanes: runs in one vector."""

    def __init__(self, prefix: str, lanes: int) -> None:
        self.lines: list[str] = []
        self.lanes = lanes
        self.floats, self.wholes, self.bits = f"<{lanes} x double>", f"<{lanes} x i64>", f"<{lanes} x i1>"
        self.prefix = prefix
        self.block = "entry"

    def line(self, text: str) -> str:
        """Append an instruction and return the name of its result."""
        name = f"%{self.prefix}{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Append an instruction without a result."""
        self.lines.append(f"  {text}")

    def open(self, label: str) -> None:
        """Begin a new block."""
        self.lines.append(f"{label}:")
        self.block = label

    def apply(self, name: str, arguments: tuple[Any, ...]) -> Vector:
        """The instructions of one primitive of sim.rules.numbers; what is made of others writes theirs."""
        meaning = PRIMITIVES.get(name)
        if meaning is None:
            return getattr(numbers, name).__wrapped__(*arguments)
        return meaning(self, *map(self.register, arguments))

    def splat(self, value: float) -> str:
        """A constant in every lane; written as bits, which no decimal conversion can change."""
        pattern = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
        return "<" + ", ".join([f"double {pattern}"] * self.lanes) + ">"

    def splat_whole(self, value: int) -> str:
        return "<" + ", ".join([f"i64 {value}"] * self.lanes) + ">"

    def words(self, *names: str) -> str:
        """Whole numbers in registers as a function takes them, with their type."""
        return ", ".join(f"{self.wholes} {name}" for name in names)

    def register(self, argument: Any) -> str:
        """The name of a vector, or a constant written out."""
        if isinstance(argument, Vector):
            return argument.name
        return self.splat(argument)

    def vector(self, text: str) -> Vector:
        return Vector(self, self.line(text))

    def pattern_of(self, value: Vector) -> Whole:
        """The bits of floats."""
        return Whole(self, self.line(f"bitcast {self.floats} {value.name} to {self.wholes}"))

    def float_of(self, pattern: Whole) -> Vector:
        return self.vector(f"bitcast {self.wholes} {pattern.name} to {self.floats}")

    def to_float(self, whole: Whole) -> Vector:
        """A whole number below 2**52 as a float."""
        return self.float_of(whole | 0x4330000000000000) - _TWO52

    def address(self, base: str, offset: str | int, kind: str = "double") -> str:
        """A pointer `offset` elements behind another."""
        return self.line(f"getelementptr {kind}, {kind}* {base}, i64 {offset}")

    def load(self, base: str, offset: str | int) -> Vector:
        """A row of numbers, one for each lane."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {self.floats}*")
        return self.vector(f"load {self.floats}, {self.floats}* {place}, align {8 * self.lanes}")

    def store(self, value: Vector, base: str, offset: str | int, how: str = "") -> None:
        """Write a row; how: `AROUND` for what is not read again soon."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {self.floats}*")
        self.do(f"store {self.floats} {value.name}, {self.floats}* {place}, align {8 * self.lanes}{how}")

    def spread(self, scalar: str, kind: str = "double") -> str:
        """A scalar in every lane."""
        vector = f"<{self.lanes} x {kind}>"
        first = self.line(f"insertelement {vector} undef, {kind} {scalar}, i32 0")
        everywhere = f"<{self.lanes} x i32> zeroinitializer"
        return self.line(f"shufflevector {vector} {first}, {vector} undef, {everywhere}")


# -- primitives of the rules, of registers by name ---------------------------------------------------


def _arithmetic(operator: str) -> Callable[..., Vector]:
    return lambda b, one, other: b.vector(f"{operator} {b.floats} {one}, {other}")


def _nearer(comparison: str) -> Callable[..., Vector]:
    """The second where it compares so with the first."""

    # the instructions of LLVM for minima treat NaN otherwise than Python does
    def chosen(b: Builder, one: str, other: str) -> Vector:
        test = b.line(f"fcmp {comparison} {b.floats} {other}, {one}")
        return b.vector(f"select {b.bits} {test}, {b.floats} {other}, {b.floats} {one}")

    return chosen


def _less(b: Builder, one: str, other: str) -> Vector:
    test = b.line(f"fcmp olt {b.floats} {one}, {other}")
    return b.vector(f"select {b.bits} {test}, {b.floats} {b.splat(1.0)}, {b.floats} {b.splat(0.0)}")


def _where(b: Builder, condition: str, yes: str, no: str) -> Vector:
    test = b.line(f"fcmp une {b.floats} {condition}, {b.splat(0.0)}")
    return b.vector(f"select {b.bits} {test}, {b.floats} {yes}, {b.floats} {no}")


def _sqrt(b: Builder, value: str) -> Vector:
    return b.vector(f"call {b.floats} @llvm.sqrt.v{b.lanes}f64({b.floats} {value})")


def _two_to(b: Builder, whole: str) -> Vector:
    """The whole number becomes the exponent of a float, whose bits say 1023 for 2**0."""
    shifted = b.pattern_of(b.vector(f"fadd {b.floats} {whole}, {b.splat(ROUND)}"))
    return b.float_of((shifted + 1023) << 52)


def _exponent(b: Builder, value: str) -> Vector:
    return b.to_float(b.pattern_of(Vector(b, value)) >> 52) - 1023.0


def _mantissa(b: Builder, value: str) -> Vector:
    return b.float_of((b.pattern_of(Vector(b, value)) & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000)


PRIMITIVES: dict[str, Callable[..., Vector]] = {
    "add": _arithmetic("fadd"), "subtract": _arithmetic("fsub"), "multiply": _arithmetic("fmul"),
    "divide": _arithmetic("fdiv"), "minimum": _nearer("olt"), "maximum": _nearer("ogt"), "less": _less,
    "where": _where, "sqrt": _sqrt, "two_to": _two_to, "exponent": _exponent, "mantissa": _mantissa,
}  # fmt: skip
"""How each primitive of sim.rules.numbers is written."""
