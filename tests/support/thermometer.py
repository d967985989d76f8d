"""How folded the code is: decisions, complexity, comments, docstrings and length of lines, room by room.

    python -m tests.support.thermometer [PLACE...] [--folded] [--complex]

Readings of a thermometer, not goals to game. Inline decisions are comprehensions, conditional expressions
and the operators `and` and `or`, per 100 statements that do something (imports, definitions and docstrings
do not); complexity is McCabe's number of paths through a function (1976, IEEE Transactions on Software
Engineering 2:308).
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.With, ast.Assert, ast.comprehension)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LONGEST = 110
MOST_DECISIONS = 2
MOST_PATHS = 10


@dataclass
class Reading:
    """Counts of some files; `folded` and `complex` name the places that are above what is aimed at."""

    files: int = 0
    lines: int = 0
    statements: int = 0
    decisions: int = 0
    functions: int = 0
    comments: int = 0
    docstrings: int = 0
    long: int = 0
    folded: list[str] = field(default_factory=list)
    complex: list[str] = field(default_factory=list)

    def add(self, file: Path) -> None:
        """Count a file."""
        text = file.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), text.splitlines()
        self.files += 1
        self.lines += len(lines)
        self.long += sum(len(line) > LONGEST for line in lines)
        self.comments += comment_lines(text)
        self.docstrings += docstring_lines(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt):
                self._statement(file, node)
            if isinstance(node, FUNCTIONS):
                self._function(file, node)

    def _statement(self, file: Path, node: ast.stmt) -> None:
        own = decisions(node)
        self.statements += does_something(node)
        self.decisions += own
        if own > MOST_DECISIONS:
            self.folded.append(f"{file}:{node.lineno}: {own} decisions in one statement")

    def _function(self, file: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.functions += 1
        if (found := paths(node)) > MOST_PATHS:
            self.complex.append(f"{file}:{node.lineno}: {node.name} has {found} paths")

    def row(self, name: str) -> str:
        """A line of the table."""
        per_100 = 100 * self.decisions / max(self.statements, 1)
        tangled = 100 * len(self.complex) / max(self.functions, 1)
        comments, docstrings = (100 * part / max(self.lines, 1) for part in (self.comments, self.docstrings))
        return (
            f"{name:28}{self.files:6}{self.lines:7}{per_100:11.1f}{len(self.folded):8}{tangled:9.1f} %"
            f"{comments:9.1f} %{docstrings:9.1f} %{self.long:6}"
        )


HEAD = (
    f"{'place':28}{'files':>6}{'lines':>7}{'decisions':>11}{'folded':>8}{'complex':>11}{'comments':>11}"
    f"{'docstrings':>11}{'long':>6}"
)
MEANINGS = (
    "decisions: inline, per 100 statements; folded: statements with more than two; "
    "complex: functions with more than\n"
    f"{MOST_PATHS} paths; comments, docstrings: of lines; long: lines beyond {LONGEST} characters"
)


def decisions(statement: ast.stmt) -> int:
    """Inline decisions in a statement, without those of the statements inside it."""
    return sum(map(weight, own_nodes(statement)))


def does_something(statement: ast.stmt) -> bool:
    """Whether a statement is none of the frame of a file: an import, a definition or a docstring."""
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return not isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef, *FUNCTIONS))


def weight(node: ast.AST) -> int:
    """How many inline decisions a node is."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    return int(isinstance(node, (*COMPREHENSIONS, ast.IfExp)))


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that belong to no statement inside it."""
    waiting = list(ast.iter_child_nodes(statement))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.stmt):
            yield node
            waiting += ast.iter_child_nodes(node)


def paths(function: ast.AST) -> int:
    """McCabe's complexity of a function, with those of the functions inside it."""
    nodes = list(ast.walk(function))
    either = sum(len(node.values) - 1 for node in nodes if isinstance(node, ast.BoolOp))
    return 1 + either + sum(isinstance(node, BRANCHES) for node in nodes)


def comment_lines(text: str) -> int:
    """Lines with a comment that tells a reader something: marks for tools are none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT]
    return sum(not comment.startswith(("type:", "noqa", "fmt:", "--", "==")) for comment in comments)


def docstring_lines(tree: ast.AST) -> int:
    """Lines of docstrings, those below a constant or field too."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    strings = [text for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]
    return sum((string.end_lineno or string.lineno) - string.lineno + 1 for string in strings)


def rooms(place: Path) -> dict[str, list[Path]]:
    """The files of a place by the folder below it that they are in."""
    found: dict[str, list[Path]] = {}
    for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
        found.setdefault(str(file.parent), []).append(file)
    return found


def main() -> None:
    """Print the readings of some places."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("places", nargs="*", type=Path, default=[Path("sim")])
    asked.add_argument("--folded", action="store_true", help="list statements with more than two decisions")
    asked.add_argument("--complex", action="store_true", help="list functions with too many paths")
    given = asked.parse_args()
    whole = Reading()
    print(HEAD)
    for place in given.places:
        for room, files in rooms(place).items():
            own = Reading()
            for file in files:
                own.add(file)
                whole.add(file)
            print(own.row(room))
    print(whole.row("all"))
    print(MEANINGS)
    print(*(whole.folded if given.folded else []), *(whole.complex if given.complex else []), sep="\n")


if __name__ == "__main__":
    main()
