"""Arithmetic of scenario files: read with a whitelist, valued as written."""

import math

import pytest

from sim.rules.expressions import Expression, value_of
from sim.scenario.expressions import ExpressionError, parse

STATE = {"a": 3.0, "b": 0.5, "start.a": 2.0, "x.y": 7.0, "zero": 0.0}


def value(text):
    def tree(node):
        return Expression(node.kind, text, tuple(map(tree, node.parts)), node.name, node.value)

    return value_of(STATE, tree(parse(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", 4.0), ("(a + b) * 2", 7.0), ("a - b - 1", 1.5), ("a / b / 2", 3.0), ("-a + 1", -2.0),
        ("min(a, b)", 0.5), ("max(a, x.y)", 7.0), ("change(a)", 1.0), ("start(a)", 2.0),
        ("1 - (1 - b) * (1 - b)", 0.75),
    ],
)  # fmt: skip
def test_expressions_mean_what_they_say(text, expected):
    assert value(text) == pytest.approx(expected)


def test_division_by_nothing_gives_an_infinity_that_marks_the_run():
    assert value("a / zero") == math.inf and math.isnan(value("zero / zero"))


@pytest.mark.parametrize(
    "text",
    [
        "3 * a", "a ** 2", "a if b else 1", "abs(a)", "__import__('os')", "a.b().c", "min(a)", "min(a, b, a)",
        "a < b", "[a]", "", "a +", "True", "0.5", "change(a + b)", "a; b", "f'{a}'", "lambda: a", "a[0]",
        "1e400", "1j", "'a'",
        "change(1)",
        "min(a, b, key=a)",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(text):
    with pytest.raises(ExpressionError, match=r"."):
        parse(text)
