"""What stands on the way to a number: sums from left to right, and no function whose last bit a library
chooses.

The builtin `sum` compensates floats from Python 3.12 on; products of BLAS depend on the processor's kernel,
and numpy's exp and log on its vector instructions. `sim.rules.numbers` has what is used instead: total, exp,
log.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
EXACT = ("rules", "scenario", "engine", "agents", "outcomes/columns.py")
"""What leads to the recorded numbers."""
SPATIAL = ("statistics/voting.py",)
SUMMED = (
    *EXACT,
    "outcomes",
    "statistics",
    "studies/check",
    "studies/spatial",
    "studies/sweep/design.py",
    "studies/sweep/tipping.py",
)
"""Where floats are added up with care."""
ROUGH = {
    "dot", "vdot", "inner", "matmul", "einsum", "tensordot", "linalg", "norm", "interp", "polyfit", "fsum",
    "sumprod", "fmean", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "tanh",
    "sinh", "cosh", "power", "hypot", "pow", "mean", "std", "var", "nanmean", "nansum", "average",
    "logaddexp",
}  # fmt: skip
OURS = ("numbers", "self")
"""Whose exp, log, power and mean may be called by their names."""
MESSAGES = ("contents.py", "vocabulary.py")
"""Files whose numbers are shown in messages and used nowhere."""


def files(places: tuple[str, ...]) -> list[Path]:
    return [file for place in places for file in _under(SIM / place) if file.name not in MESSAGES]


def _under(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) or [place]


def is_count(argument: ast.expr) -> bool:
    """Whether what is summed are whole numbers: comparisons, lengths, ones."""
    if not isinstance(argument, ast.GeneratorExp | ast.ListComp):
        return False
    each = argument.elt
    length = isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "len"
    shape = (
        isinstance(each, ast.Subscript)
        and isinstance(each.value, ast.Attribute)
        and each.value.attr == "shape"
    )
    return length or shape or isinstance(each, ast.Compare | ast.BoolOp)


def builtin_sums(text: str) -> list[int]:
    """Lines on which the builtin adds up what may be floats."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    sums = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "sum"]
    return [call.lineno for call in sums if not is_count(call.args[0])]


def rough(text: str) -> list[int]:
    """Lines with a matrix product or a function whose last bit depends on a library or processor."""
    tree, lines = ast.parse(text), []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            lines.append(node.lineno)
        if isinstance(node, ast.Attribute) and node.attr in ROUGH:
            whose = node.value.id if isinstance(node.value, ast.Name) else ""
            lines += [] if whose in OURS else [node.lineno]
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", ""), *(alias.name for alias in node.names)]
            lines += [node.lineno] if "statistics" in names else []
    return lines


@pytest.mark.parametrize("file", files(SUMMED), ids=lambda file: str(file.relative_to(SIM)))
def test_floats_are_added_with_total(file: Path):
    assert not builtin_sums(file.read_text(encoding="utf-8")), "add floats with sim.rules.numbers.total"


@pytest.mark.parametrize("file", files((*EXACT, *SPATIAL)), ids=lambda file: str(file.relative_to(SIM)))
def test_nothing_rough_leads_to_a_recorded_number(file: Path):
    assert not rough(file.read_text(encoding="utf-8")), "use the functions of sim.rules.numbers"


def test_the_guard_sees_what_it_should():
    assert builtin_sums("sum(x)\nsum(a.b for a in c)\nsum(len(a) for a in b)\nsum(a > 1 for a in b)") == [
        1,
        2,
    ]
    code = (
        "a @ b\nnp.exp(x)\nnumbers.exp(x)\nnp.linalg.norm(x)\na.mean(axis=0)\nimport statistics\n"
        "from statistics import mean"
    )
    assert sorted(set(rough(code))) == [1, 2, 4, 5, 6, 7]
