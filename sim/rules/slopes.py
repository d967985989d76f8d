"""Slopes of expressions: what a unit of a number of the state adds to one, as an expression again.

Who values a driver values what it is made of by the chain rule.
"""

from __future__ import annotations

from sim.rules.expressions import ONE, Expression

SMOOTH = ("+", "-", "*", "/")
"""Operations that have a slope everywhere."""


def slope(expression: Expression, name: str) -> Expression | None:
    """The derivative by a number of the state; None where it is 0. Raises ValueError for min and max.

    >>> war = Expression("name", "war", name="war")
    >>> square = Expression("*", "war * war", (war, war))
    >>> [step.kind for step in slope(square, "war").steps]
    ['name', '+']
    """
    found: dict[int, Expression | None] = {}
    for step in expression.steps:
        parts = [found[id(part)] for part in step.parts]
        found[id(step)] = _slope_of(step, parts, name)
    return found[id(expression)]


def _slope_of(step: Expression, slopes: list[Expression | None], name: str) -> Expression | None:
    """The slope of a step by those of its parts."""
    if not step.parts:
        # a start does not move
        return ONE if step.name == name and step.kind != "start" else None
    if slopes == [None, None]:
        return None
    (one, other), (by_one, by_other) = step.parts, slopes
    if step.kind in ("+", "-"):
        return _sum(step.kind, by_one, by_other)
    if step.kind == "*":
        return _sum("+", _product(by_one, other), _product(one, by_other))
    if step.kind == "/":
        rise = _sum("-", by_one, _product(step, by_other))
        return rise and _made("/", rise, other)
    raise ValueError(f"{step.kind}() has no slope where it turns")


def _sum(sign: str, one: Expression | None, other: Expression | None) -> Expression | None:
    if other is None:
        return one
    if one is None and sign == "+":
        return other
    return _made(sign, one or NOTHING, other)


def _product(one: Expression | None, other: Expression | None) -> Expression | None:
    """The product of a slope and a part; of a slope of one the part itself."""
    if one is None or other is None:
        return None
    if ONE in (one, other):
        return other if one is ONE else one
    return _made("*", one, other)


def _made(kind: str, *parts: Expression) -> Expression:
    return Expression(kind, "", parts)


NOTHING = Expression("number", "0", value=0.0)
