"""Drivers: the arithmetic that a scenario file writes between named numbers of the state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sim.rules.numbers import Number, divide, maximum, minimum, strain, total
from sim.rules.state import start_of
from sim.rules.structure import State


@dataclass(frozen=True, eq=False)
class Expression:
    """An operation on other expressions; leaves are numbers of the state, their starts, or constants.

    What several expressions share, such as a driver, is one object in all of them and is evaluated once in
    each.
    """

    kind: str
    text: str
    parts: tuple[Expression, ...] = ()
    name: str = ""
    value: float = 0.0

    @cached_property
    def steps(self) -> tuple[Expression, ...]:
        """Every operation and leaf once, each after its parts, from left to right; the whole comes last."""
        return each_once(self)


Tree = TypeVar("Tree")
"""Anything with `parts` of its own kind, which may share some."""


def each_once(root: Tree) -> tuple[Tree, ...]:
    """All that a tree is made of, each once and after its parts, from left to right."""
    # a list of its own instead of calls: a hostile file may nest deeper than Python's stack
    found: dict[int, Tree] = {}
    waiting = [root]
    while waiting:
        here = waiting[-1]
        missing = [part for part in here.parts if id(part) not in found]  # type: ignore[attr-defined]
        waiting += reversed(missing)
        if not missing:
            found.setdefault(id(here), waiting.pop())
    return tuple(found.values())


FINITE_OF_ANY = {"/": divide, "min": minimum, "max": maximum}
"""Operations whose result may be finite though an operand is not; the timetable looks after the state."""
ONE = Expression("number", "1", value=1.0)


def value_of(s: State, expression: Expression) -> Number:
    """The value of an expression in a state."""
    if not expression.parts:
        return _leaf(s, expression)
    values: dict[int, Number] = {}
    for step in expression.steps:
        operands = [values[id(part)] for part in step.parts]
        if operands:
            values[id(step)] = _operation(step, operands)
        else:
            values[id(step)] = _leaf(s, step)
    return values[id(expression)]


def _leaf(s: State, leaf: Expression) -> Number:
    if leaf.kind == "number":
        return leaf.value
    if leaf.kind == "name":
        return s[leaf.name]
    if leaf.kind == "start":
        return s[start_of(leaf.name)]
    return s[leaf.name] - s[start_of(leaf.name)]


def _operation(step: Expression, operands: list[Number]) -> Number:
    kind, (left, right) = step.kind, operands
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    result = FINITE_OF_ANY[kind](left, right)
    worked_out = [operand for part, operand in zip(step.parts, operands, strict=True) if part.parts]
    # else an operand that is not finite would be lost here, and the run would not fail
    return total([result, *map(strain, worked_out)])
