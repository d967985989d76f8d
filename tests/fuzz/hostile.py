"""What no author means to write: values, texts, names, expressions and months for the fuzzer, drawn from a
generator.
"""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

from tests.fuzz.toml import Verbatim

TEXTS = (
    "", " ", "\t", "x", "é", "０.５", "²", "名前", "a.b", "..", "../x", "/etc/passwd", "C:\\x", "nan", "None",
    "inf", "0x10", "1_0", "-",
    "=1+1", '=HYPERLINK("http://x/")', "@SUM(A1)", "+1", "-1", "a,b", 'a"b', "a'b", "a;b", "a\nb", "a\r\nb",
    "\x1b[31mred", "\x1b]0;x\x07",
    "\x00", "\x7f", "\x85", "\x9b31m", "\u202etfel", "\u2028", "\ufeffx", "\U0001f600", "e\u0301",
    "x" * 300, "x" * 20_000, "{x}", "%s",
    "%(x)s", "{0}", "$x$", "\\frac", "each", "nature", "calendar", "contest", "domestic", "__class__",
    "value", "size", "times",
)  # fmt: skip
NAMES = (
    "goodwill.North", "clout.court", "share.North", "autonomy", "domination", "hedging", "health",
    "start.war", "wait.loan",
    "terms", "terms.loan", "agreed.loan",
    "happened.loan", "hazard.loan", "driver.war", "alignment.order", "credit.court", "payoff.North",
    "tilt.North", "total_influence",
    "unclassified", "bloc", "nature", "calendar", "contest", "each", "domestic", "none", "min", "max",
    "change", "start", "lambda", "if",
    "None", "True", "import", "_", "__init__", "a b", "a.b", "0", "12", "²", "é", "", " ", "con", "x" * 200,
    "../x", "x/y", "=1", "\x1b[1m",
    "end.wealth", "first.loan", "run", "point", "lever", "seed", "value", "size", "numbers", "ORDER",
    "wealth", "war", "loan", "North",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 3, 12, 13, 50, 120, 1200, 1201, 2**31, 2**63, 2**64, 10**25, 10**308, 10**309, 10**400,
    -(10**400), 0.0, -0.0, 0.5,
    1.0, -1.0, 1.0000001, 0.9999999, 49.99, 50.0, -1e4, 1e-320, 5e-324, 1e-16, 1e16, 1e154, 1e200, 1.7e308,
    -1.7e308,
    float("nan"), -float("nan"), float("inf"), -float("inf"),
)  # fmt: skip
MONTHS = (
    "2010-01", "2010-06", "2011-12", "2012-01", "2024-06", "2024-07", "2029-12", "2009-12", "1500-01",
    "2999-12", "2010-13", "2010-00",
    "2010-1", "10-01", "0000-01", "3000-01", "2010-06-01", "2010/06", "", "２０１０-01", "2010-06\n",
    " 2010-06",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "+", "*", "%", "**", "//", "@", "<", " and ", ",", "|")


def value(rng: Random) -> Any:
    """Anything that TOML can write."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(NUMBERS)
    if kind < 0.70:
        return rng.choice(TEXTS)
    others: tuple[Any, ...] = (
        True, False, [], {}, [[]], [0.5], [0.5, "x"], ["x"], [1, 2, 3], ["2010-06", 0.5], [["2010-06",
            0.5]], {"value": 0.5}, {"size": 1},
        {"value": 0.5, "unit": "1", "range": [0, 1], "source": "x"}, {"value": "x", "unit": 1, "range": [1,
            0], "source": ""},
        {"size": 0.1, "times": "autonomy"}, {"size": 0.1, "times": "0/0"}, {"size": {"size": 1}}, {"": 1},
        {"a": {"b": {"c": 1}}},
        datetime.date(2010, 6, 1), datetime.datetime(2010, 6, 1, 12), datetime.time(7, 30),
        Verbatim("9" * 5000), Verbatim("0b1"),
        Verbatim("[" * 60 + "]" * 60), Verbatim("{a=" * 60 + "1" + "}" * 60), Verbatim("[" * 3000),
            Verbatim("1" + "0" * 400), Verbatim("1e400"),
        Verbatim("'''a\nb'''"), Verbatim("2024-02-30"), Verbatim(""), [0.1] * 3000,
        {f"k{i}": i for i in range(300)},
    )  # fmt: skip
    return rng.choice(others)


def expression(rng: Random, names: list[str], depth: int = 3) -> str:
    """An expression, mostly one that could be meant."""
    if depth == 3 and rng.random() < 0.25:
        return bomb(rng, names)
    if depth == 0 or rng.random() < 0.3:
        return leaf(rng, names)
    left, right = expression(rng, names, depth - 1), expression(rng, names, depth - 1)
    kind = rng.random()
    if kind < 0.2:
        return f"{rng.choice(('min', 'max', 'max', 'pow'))}({left}, {right})"
    if kind < 0.3:
        return f"-({left})"
    operator = rng.randrange(6 if rng.random() < 0.95 else len(OPERATORS))
    return f"({left}) {OPERATORS[operator]} ({right})"


def leaf(rng: Random, names: list[str]) -> str:
    name = rng.choice(names)
    return rng.choice(
        (
            name,
            name,
            name,
            "0",
            "1",
            "2",
            f"change({name})",
            f"start({name})",
            rng.choice(("3", "0.5", "x", "True", "''", "1j")),
        )
    )


def bomb(rng: Random, names: list[str]) -> str:
    """An expression that is long, deep, singular, or no expression at all."""
    a, b = rng.choice(names), rng.choice(names)
    many = rng.choice((2, 30, 100, 300, 600, 2500))
    return rng.choice((
        "0/0", "1/0", f"({a} - {a}) / ({a} - {a})", f"1 / ({a} - {a})", f"{a} / {b}", f"1 / {a}",
        f"{a} * {a} * {a}", f"change({a}) / change({b})",
        "+".join([a] * many), "*".join([a, b] * many), "-" * many + a, "(" * many + a + ")" * many,
        "min(" * many + a + ", 1)" * many,
        f"{a} if {b} else 1", f"lambda: {a}", "__import__('os').getcwd()", f"{a}[0]", f"{a}.real", f"({a})",
        f"{a} # {b}", f"{a}\n+ {b}", f" {a} ",
        f"{a} := 1", f"f'{a}'", "...", f"*{a}", f"{a},", f"{a}()", f"min({a})", "min()",
        f"change({a} + {b})", "change()", "change(change)",
        "1_0", "0x1", "1e0", "2.0", "01", "1" * 5000, "\x00", "\x1b[1m", "é", "名前 + 1", "", " ", "+", "1 +",
            "((", "not 1", "[1]", "{1}", "`1`",
    ))  # fmt: skip


def months(rng: Random) -> list[str]:
    """A list of months; most are good."""
    good = [f"{rng.randrange(2009, 2013)}-{rng.randrange(1, 13):02d}" for _ in range(rng.randrange(4))]
    return [*good, rng.choice(MONTHS)] if rng.random() < 0.3 else good
