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

LANES = 4
"""Runs in one vector. Results do not depend on it."""

FLOATS, WHOLES, BITS = f"<{LANES} x double>", f"<{LANES} x i64>", f"<{LANES} x i1>"
_TWO52 = 4503599627370496.0


class Vector(Operand):
    """LANES floats in a register; usable wherever a rule takes a number."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: Builder, name: str) -> None:
        self.recorder, self.name = recorder, name


class Whole:
    """LANES whole numbers of 64 bits in a register; usable wherever the generator takes a word."""

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder, self.name = builder, name

    def _with(self, operator: str, other: Any) -> Whole:
        if not isinstance(other, Whole):
            other = Whole(self.builder, splat_whole(other))
        return Whole(self.builder, self.builder.line(f"{operator} {WHOLES} {self.name}, {other.name}"))

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


def splat(value: float) -> str:
    """A constant in every lane; written as bits, which no decimal conversion can change."""
    bits = f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    return "<" + ", ".join([f"double {bits}"] * LANES) + ">"


def splat_whole(value: int) -> str:
    return "<" + ", ".join([f"i64 {value}"] * LANES) + ">"


class Builder:
    """Writes the body of a function, one instruction a line."""

    def __init__(self, prefix: str) -> None:
        self.lines: list[str] = []
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
        return meaning(self, *map(_register, arguments))

    def vector(self, text: str) -> Vector:
        return Vector(self, self.line(text))

    def bits(self, value: Vector) -> Whole:
        return Whole(self, self.line(f"bitcast {FLOATS} {value.name} to {WHOLES}"))

    def float_of(self, pattern: Whole) -> Vector:
        return self.vector(f"bitcast {WHOLES} {pattern.name} to {FLOATS}")

    def to_float(self, whole: Whole) -> Vector:
        """A whole number below 2**52 as a float."""
        return self.float_of(whole | 0x4330000000000000) - _TWO52

    def address(self, base: str, offset: str | int, kind: str = "double") -> str:
        """A pointer `offset` elements behind another."""
        return self.line(f"getelementptr {kind}, {kind}* {base}, i64 {offset}")

    def load(self, base: str, offset: str | int) -> Vector:
        """A row of the state or of the draws."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {FLOATS}*")
        return self.vector(f"load {FLOATS}, {FLOATS}* {place}, align 8")

    def store(self, value: Vector, base: str, offset: str | int) -> None:
        """Write a row."""
        place = self.line(f"bitcast double* {self.address(base, offset)} to {FLOATS}*")
        self.do(f"store {FLOATS} {value.name}, {FLOATS}* {place}, align 8")

    def spread(self, scalar: str, kind: str = "double") -> str:
        """A scalar in every lane."""
        vector = f"<{LANES} x {kind}>"
        first = self.line(f"insertelement {vector} undef, {kind} {scalar}, i32 0")
        return self.line(f"shufflevector {vector} {first}, {vector} undef, <{LANES} x i32> zeroinitializer")


def _register(argument: Any) -> str:
    if isinstance(argument, Vector):
        return argument.name
    return splat(argument)


# -- primitives of the rules, of registers by name ---------------------------------------------------


def _arithmetic(operator: str) -> Callable[..., Vector]:
    return lambda b, one, other: b.vector(f"{operator} {FLOATS} {one}, {other}")


def _nearer(comparison: str) -> Callable[..., Vector]:
    """The second where it compares so with the first."""

    # the instructions of LLVM for minima treat NaN otherwise than Python does
    def chosen(b: Builder, one: str, other: str) -> Vector:
        test = b.line(f"fcmp {comparison} {FLOATS} {other}, {one}")
        return b.vector(f"select {BITS} {test}, {FLOATS} {other}, {FLOATS} {one}")

    return chosen


def _less(b: Builder, one: str, other: str) -> Vector:
    test = b.line(f"fcmp olt {FLOATS} {one}, {other}")
    return b.vector(f"select {BITS} {test}, {FLOATS} {splat(1.0)}, {FLOATS} {splat(0.0)}")


def _where(b: Builder, condition: str, yes: str, no: str) -> Vector:
    test = b.line(f"fcmp une {FLOATS} {condition}, {splat(0.0)}")
    return b.vector(f"select {BITS} {test}, {FLOATS} {yes}, {FLOATS} {no}")


def _sqrt(b: Builder, value: str) -> Vector:
    return b.vector(f"call {FLOATS} @llvm.sqrt.v{LANES}f64({FLOATS} {value})")


def _two_to(b: Builder, whole: str) -> Vector:
    """The whole number becomes the exponent of a float, whose bits say 1023 for 2**0."""
    shifted = b.bits(b.vector(f"fadd {FLOATS} {whole}, {splat(ROUND)}"))
    return b.float_of((shifted + 1023) << 52)


def _exponent(b: Builder, value: str) -> Vector:
    return b.to_float(b.bits(Vector(b, value)) >> 52) - 1023.0


def _mantissa(b: Builder, value: str) -> Vector:
    return b.float_of((b.bits(Vector(b, value)) & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000)


PRIMITIVES: dict[str, Callable[..., Vector]] = {
    "add": _arithmetic("fadd"), "subtract": _arithmetic("fsub"), "multiply": _arithmetic("fmul"),
    "divide": _arithmetic("fdiv"), "minimum": _nearer("olt"), "maximum": _nearer("ogt"), "less": _less,
    "where": _where, "sqrt": _sqrt, "two_to": _two_to, "exponent": _exponent, "mantissa": _mantissa,
}  # fmt: skip
"""How each primitive of sim.rules.numbers is written."""
