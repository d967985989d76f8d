"""Drivers: the arithmetic that a scenario file writes between named numbers of the state."""

from __future__ import annotations

from dataclasses import dataclass

from sim.rules.numbers import Number, divide, maximum, minimum
from sim.rules.parts import State


@dataclass(frozen=True)
class Expression:
    """A tree of operations; leaves are names of state (`name`), constants (`value`) or their starts."""

    kind: str
    text: str
    parts: tuple[Expression, ...] = ()
    name: str = ""
    value: float = 0.0


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
    left, right = (value_of(s, part) for part in expression.parts)
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    if kind == "/":
        return divide(left, right)
    return minimum(left, right) if kind == "min" else maximum(left, right)
