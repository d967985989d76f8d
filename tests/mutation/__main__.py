"""How many one-place errors of the rules, the statistics or the scores the tests notice: `python -m
tests.mutation PART`.

mutmut (`pip install -e ".[test,mutation]"`) makes the changes and runs the tests, in a copy of the working
tree. Printed: `killed k of n (p %)`, then every survivor with file and line. Changes of the words of an error
message, and those for which equivalent.toml gives a reason, are not counted. Names after PART (such as
`sim.rules.offers*`) choose among the mutants; --sample 300 tries that many of them; --jobs says how many are
tried at once.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import fnmatch
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent
COPIED = (
    "sim",
    "tests",
    "configs",
    "experiments",
    "docs",
    "README.md",
    "ODD.md",
    "CHANGELOG.md",
    "pyproject.toml",
)
KILLED, TIMED_OUT = (1, 3), (24, 36, 152)
"""Exit codes of a mutant's tests, as mutmut notes them."""
# A forkserver, because worlds that the tests keep would be those of the unchanged program in a mere fork.
TABLE = """
[tool.mutmut]
source_paths = ["sim/"]
only_mutate = {sources}
also_copy = ["configs", "experiments", "docs", "README.md", "ODD.md", "CHANGELOG.md"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-n", "0", "-p", "no:cacheprovider"]
process_isolation = "forkserver"
"""


@dataclass(frozen=True)
class Mutant:
    """One changed place: the lines of the source file that went, and those that came."""

    name: str
    file: str
    line: int
    was: str
    now: str
    exit_code: int | None
    in_words: bool

    @property
    def killed(self) -> bool:
        return self.exit_code in (*KILLED, *TIMED_OUT)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.name.rpartition('.')[2]}\n  - {self.was}\n  + {self.now}"


def copy_of_the_tree(folder: Path, part: dict[str, list[str]]) -> None:
    """The working tree as it stands, with mutmut's settings for one part."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(TABLE.format(**{key: json.dumps(value) for key, value in part.items()}))


def try_all(folder: Path, names: list[str], jobs: int) -> None:
    """Let mutmut make the mutants and run the tests of each."""
    done = mutmut(folder, "--max-children", str(jobs), *names)
    if done.returncode != 0:
        sys.exit(f"mutmut failed:\n{done.stdout[-3000:]}")


def mutmut(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"PYTHONPATH": "", "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "mutmut", "run", *words]
    return subprocess.run(
        command, cwd=folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def sampled(folder: Path, names: list[str], count: int, seed: int) -> list[str]:
    """Some of the mutants: mutmut makes them all before it finds that none is called NONE."""
    mutmut(folder, "NONE")
    notes = (
        json.loads(noted.read_text(encoding="utf-8"))
        for noted in (folder / "mutants" / "sim").rglob("*.py.meta")
    )
    found = sorted(key for note in notes for key in note["exit_code_by_key"])
    asked = [key for key in found if not names or any(fnmatch.fnmatch(key, name) for name in names)]
    return sorted(random.Random(seed).sample(asked, min(count, len(asked))))


def mutants_in(folder: Path) -> Iterator[Mutant]:
    """Every mutant that was tried."""
    for noted in sorted((folder / "mutants" / "sim").rglob("*.py.meta")):
        changed = noted.with_suffix("")
        file = str(changed.relative_to(folder / "mutants"))
        codes = json.loads(noted.read_text(encoding="utf-8"))["exit_code_by_key"]
        lines = changed.read_text(encoding="utf-8").splitlines()
        functions = {
            node.name: node
            for node in ast.walk(ast.parse("\n".join(lines)))
            if isinstance(node, ast.FunctionDef)
        }
        firsts = first_lines((folder / file).read_text(encoding="utf-8"))
        for key, code in codes.items():
            name = key.rpartition(".")[2]
            original, mutated = functions[f"{name.partition('__mutmut_')[0]}__mutmut_orig"], functions[name]
            place, was, now = difference(text_of(original, lines), text_of(mutated, lines))
            if code is not None:
                first = firsts[name.partition("__mutmut_")[0].removeprefix("x").strip("_ǁ").replace("ǁ", ".")]
                yield Mutant(key, file, first + place, was, now, code, bare(original) == bare(mutated))


def first_lines(source: str) -> dict[str, int]:
    """The line of every `def`, by NAME or CLASS.NAME, underscores in front left out."""
    tree, found = ast.parse(source), {}
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef):
                owner = f"{node.name}." if inner is not node else ""
                found[f"{owner}{inner.name}".strip("_")] = inner.lineno
    return found


def text_of(function: ast.FunctionDef, lines: list[str]) -> list[str]:
    """The lines of a function, its own name left out."""
    first, *rest = lines[function.lineno - 1 : function.end_lineno]
    return [first.partition("(")[2], *rest]


def difference(before: list[str], after: list[str]) -> tuple[int, str, str]:
    """Where two functions differ: lines below the first, what went, and what came."""
    for kind, i, j, k, n in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            return i, " ".join(map(str.strip, before[i:j])), " ".join(map(str.strip, after[k:n]))
    return 0, "", ""


def bare(function: ast.FunctionDef) -> str:
    """A function without the words of its refusals."""
    tree = ast.parse(ast.unparse(function))
    for raised in (node for node in ast.walk(tree) if isinstance(node, ast.Raise)):
        for word in (
            node
            for node in ast.walk(raised)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            word.value = ""
    tree.body[0].name = ""  # type: ignore[attr-defined]
    return ast.dump(tree)


def reason(mutant: Mutant, known: list[dict]) -> str | None:
    """Why a mutant is the same program, if equivalent.toml says so."""
    for entry in known:
        meant = (mutant.was.replace(entry["was"], now, 1) for now in entry["now"])
        if fnmatch.fnmatch(mutant.file, entry["file"]) and entry["was"] in mutant.was and mutant.now in meant:
            return entry["why"]
    return None


def main() -> None:
    parts = tomllib.loads((HERE / "parts.toml").read_text(encoding="utf-8"))
    known = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))["mutant"]
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("part", choices=parts)
    parser.add_argument("names", nargs="*", help="mutants to try, such as sim.rules.offers*; all by default")
    parser.add_argument("--sample", type=int, help="try so many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="an empty folder for the copy [default: a temporary one]")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        copy_of_the_tree(folder, parts[asked.part])
        names = sampled(folder, asked.names, asked.sample, asked.seed) if asked.sample else asked.names
        try_all(folder, names, asked.jobs)
        tried = [mutant for mutant in mutants_in(folder) if not mutant.in_words]
    counted = [mutant for mutant in tried if mutant.killed or reason(mutant, known) is None]
    killed = sum(mutant.killed for mutant in counted)
    print(
        f"killed {killed} of {len(counted)} ({killed / max(len(counted), 1):.1%}); "
        f"{len(tried) - len(counted)} equivalent"
    )
    for mutant in counted:
        if not mutant.killed:
            print(mutant)


if __name__ == "__main__":
    main()
