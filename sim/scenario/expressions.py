"""Expressions of a scenario file, by a whitelist: + - * /, min, max, change(name), start(name), names.

Numbers other than 0, 1 and 2 must be named parameters, so that every number of a scenario can be reached and
sourced. Nothing here calls itself, so that a long or deep expression costs time and never the stack; how long
one may be is known first.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from sim.rules.expressions import each_once

LITERALS = (0, 1, 2)
"""Numbers that may stand in an expression without a name."""

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}

CHOICES = ("min", "max")
"""Functions of two expressions."""

DEVIATIONS = ("change", "start")
"""Functions of the name of a state: how far it is from its start, and the start."""

MOST_STEPS = 2_000
"""Numbers, names and operations of one expression, at most; the longest shipped one has 15."""

SHOWN = 60
"""Characters of an expression that a message repeats."""


class ExpressionError(ValueError):
    """An expression that cannot be read; the message says why."""


@dataclass(frozen=True, eq=False)
class Node:
    """One step of an expression.

    kind: `number`, `name`, `change`, `start`, `min`, `max`, or the sign of an operator.
    """

    kind: str
    parts: tuple[Node, ...] = ()
    name: str = ""
    value: float = 0.0

    @cached_property
    def steps(self) -> tuple[Node, ...]:
        """Every step once, each after its parts, from left to right; this node comes last."""
        return each_once(self)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the expression reads."""
        return frozenset(step.name for step in self.steps if step.name)

    @cached_property
    def deviations(self) -> frozenset[str]:
        """Every name of which it takes the start or the change."""
        return frozenset(step.name for step in self.steps if step.kind in DEVIATIONS)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The expression as a tree. Raises ExpressionError.

    >>> [step.kind if step.parts else step.name for step in parse("war * change(oil.price)").steps]
    ['war', 'oil.price', '*']
    """
    tree = _read(text)
    if _is_longer(tree):
        raise ExpressionError(
            f"'{_cut(text)}' has more than {MOST_STEPS:,} steps; write it as several drivers"
        )
    # By identity, as two equal steps at two places are two steps.
    done: dict[int, Node] = {}
    for step in _inside_out(tree, text):
        parts = tuple(done[id(part)] for part in _operands(step, text))
        done[id(step)] = _node(step, parts, text)
    return done[id(tree)]


def _read(text: str) -> ast.expr:
    """The text as Python's parser reads it. Raises ExpressionError."""
    try:
        with warnings.catch_warnings():
            # The parser warns of what it takes for a slip, such as `1if cost`; nobody would see it.
            warnings.simplefilter("error")
            return ast.parse(text.strip(), mode="eval").body
    except (RecursionError, MemoryError):  # the parser's own, which Python versions raise at other depths
        raise ExpressionError(
            f"'{_cut(text)}' is too long or too deep to be read; write it as several drivers"
        ) from None
    except (SyntaxError, ValueError, Warning):
        raise ExpressionError(f"cannot read the expression '{_cut(text)}'") from None


def _is_longer(tree: ast.expr) -> bool:
    """Whether a tree has more steps than may be; walking it ends where that is known."""
    steps = (step for step in ast.walk(tree) if isinstance(step, ast.expr))
    return next(islice(steps, MOST_STEPS, None), None) is not None


def _inside_out(tree: ast.expr, text: str) -> Iterator[ast.expr]:
    """Each part of a tree before what it is part of, from left to right. Raises ExpressionError."""
    waiting = [(tree, False)]
    while waiting:
        here, parts_done = waiting.pop()
        if parts_done:
            yield here
        else:
            waiting.append((here, True))
            waiting += [(part, False) for part in reversed(_operands(here, text))]


def _operands(tree: ast.expr, text: str) -> list[ast.expr]:
    """The parts of a step that are expressions themselves. Raises ExpressionError for what is not allowed."""
    match tree:
        case ast.Constant() | ast.Name() | ast.Attribute():
            return []
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return [left, right]
        case ast.Call(func=ast.Name(id=which), args=[first, second], keywords=[]) if which in CHOICES:
            return [first, second]
        case ast.Call(func=ast.Name(id=which), args=[_], keywords=[]) if which in DEVIATIONS:
            return []  # what is in the brackets is a name and no expression
    raise _not_allowed(tree, text)


def _node(tree: ast.expr, parts: tuple[Node, ...], text: str) -> Node:
    """A step with the parts that it has. Raises ExpressionError."""
    match tree:
        # True and False are whole numbers to Python.
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _literal(value, tree, text)
        case ast.Name() | ast.Attribute():
            return Node("name", name=_dotted(tree, text))
        case ast.UnaryOp():
            # There is no sign of its own: -a is 0 - a.
            return Node("-", (Node("number", value=0.0), *parts))
        case ast.BinOp(op=op):
            return Node(OPERATORS[type(op)], parts)
        case ast.Call(func=ast.Name(id=which), args=[argument]):
            return Node(which, name=_dotted(argument, text))
        case ast.Call(func=ast.Name(id=which)):
            return Node(which, parts)
    raise _not_allowed(tree, text)


def _literal(value: float, tree: ast.expr, text: str) -> Node:
    if value not in LITERALS:
        raise ExpressionError(f"the number in {_said(tree, text)} needs a name: put it in [parameters]")
    return Node("number", value=float(value))


def _dotted(tree: ast.expr, text: str) -> str:
    """A name such as `goodwill.North`. Raises ExpressionError for anything else."""
    parts: list[str] = []
    here = tree
    while isinstance(here, ast.Attribute):
        parts.append(here.attr)
        here = here.value
    if not isinstance(here, ast.Name):
        raise ExpressionError(f"{_said(tree, text)} is not a name")
    return ".".join([here.id, *reversed(parts)])


def _not_allowed(tree: ast.expr, text: str) -> ExpressionError:
    told = f"{_said(tree, text)} is not allowed"
    return ExpressionError(f"{told}; use names, + - * /, min, max, change, start")


def _said(tree: ast.expr, text: str) -> str:
    """The words of a part of an expression, and the whole of it."""
    part = ast.get_source_segment(text.strip(), tree) or text
    if part == text:
        return f"'{_cut(text)}'"
    return f"'{_cut(part)}' in '{_cut(text)}'"


def _cut(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}..."
