"""Drivers: the arithmetic that a scenario file writes between named numbers of the state."""

from __future__ import annotations

from dataclasses import dataclass

from sim.rules.numbers import Number, divide, maximum, minimum, strain, total
from sim.rules.parts import State


@dataclass(frozen=True)
class Expression:
    """A tree of operations; leaves are names of state (`name`), constants (`value`) or their starts."""

    kind: str
    text: str
    parts: tuple[Expression, ...] = ()
    name: str = ""
    value: float = 0.0


FINITE_OF_ANY = {"/": divide, "min": minimum, "max": maximum}
"""Operations whose result may be finite though an operand is not. Numbers of the state are looked after by the timetable."""
ONE = Expression("number", "1", value=1.0)


def value_of(s: State, expression: Expression) -> Number:
    """The value of an expression in a state."""
    kind = expression.kind
    if kind == "number":
        return expression.value
    if kind == "name":
        return s[expression.name]
    if kind == "start":
        return s[f"start.{expression.name}"]
    if kind == "change":
        return s[expression.name] - s[f"start.{expression.name}"]
    left, right = operands = [value_of(s, part) for part in expression.parts]
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    worked_out = [operand for part, operand in zip(expression.parts, operands, strict=True) if part.parts]
    return total([FINITE_OF_ANY[kind](left, right), *map(strain, worked_out)])
