"""Arithmetic expressions of a scenario file, parsed with a whitelist: + - * /, min, max, change(name), start(name), names.

Numbers other than 0, 1 and 2 must be named parameters, so that every number of a scenario can be reached and sourced.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

LITERALS = (0, 1, 2)
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class ExpressionError(ValueError):
    """An expression that cannot be read; the message says why."""


@dataclass(frozen=True)
class Node:
    """One step of an expression: kind is `number`, `name`, `change`, `start`, `min`, `max` or an operator sign."""

    kind: str
    parts: tuple[Node, ...] = ()
    name: str = ""
    value: float = 0.0

    def names(self) -> set[str]:
        """Every name that the expression reads."""
        found = {self.name} if self.name else set()
        return found.union(*(part.names() for part in self.parts))


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The expression as a tree. Raises ExpressionError."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"cannot read the expression '{text}'") from None
    return _node(tree, text)


def _node(tree: ast.expr, text: str) -> Node:
    match tree:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if value not in LITERALS:
                raise ExpressionError(f"the number {value} in '{text}' needs a name: put it in [parameters]")
            return Node("number", value=float(value))
        case ast.Name() | ast.Attribute():
            return Node("name", name=_dotted(tree, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Node("-", (Node("number", value=0.0), _node(operand, text)))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return Node(OPERATORS[type(op)], (_node(left, text), _node(right, text)))
        case ast.Call(func=ast.Name(id=("min" | "max") as which), args=[first, second], keywords=[]):
            return Node(which, (_node(first, text), _node(second, text)))
        case ast.Call(func=ast.Name(id=("change" | "start") as which), args=[argument], keywords=[]):
            return Node(which, name=_dotted(argument, text))
    raise ExpressionError(f"'{ast.unparse(tree)}' in '{text}' is not allowed; use names, + - * /, min, max, change, start")


def _dotted(tree: ast.expr, text: str) -> str:
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value, text)}.{attr}"
    raise ExpressionError(f"'{ast.unparse(tree)}' in '{text}' is not a name")
