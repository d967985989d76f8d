"""The commands of the pages, one after the other; each has to end with exit code 0.

    python .ci/page_commands.py [readme | docs] [--all]

Those of README.md run as they stand, in this folder, and install the program anew; those of docs/ that call
`steppe` run in a fresh folder for each page, beside the shipped files. Those that take minutes are left out,
unless asked for with `--all`.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
ELSEWHERE = ("-m pytest", "steppe report mongolia-2024")
"""What another check runs: tests, the site, and pages in a browser."""

OWN_CASE = "write-your-own-case.md"
"""Its commands are about a file that the reader types; tests/test_own_case.py types it."""

LONG = ("check", "calibrate", "discover", "sensitivity", "overturn", "policy", "wants", "panel", "exploit")
MINUTES = (*(f"steppe {command}" for command in LONG), "--given visit.csv")

FILE = re.compile(r"in a file `([\w.-]+)`:\n\n```\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
"""A file that a page tells its reader to write, and what stands in it."""

ANSWERS = "\n" * 1000
"""An empty line does nothing, each month of a game, until it is over."""

QUICK = ("--only rest", "--vary", "--candidates", "--resamples", "--origins", "--write")
"""What makes even these a matter of seconds."""


def lines(page: Path) -> Iterator[str]:
    """Lines of the blocks that are marked as `sh`."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def bare(command: str) -> str:
    """A command without the comment behind it."""
    return command.split(" #")[0].rstrip()


def left_out(command: str) -> bool:
    slow = MINUTES if "--all" not in sys.argv[1:] else ()
    quick = any(part in command for part in QUICK)
    return any(part in command for part in ELSEWHERE) or (any(part in command for part in slow) and not quick)


def fails(command: str, folder: Path) -> bool:
    """Run one command with the program of `.venv`, and say how long it took."""
    began = time.monotonic()
    ended = subprocess.run(
        ["bash", "-c", f'PATH="{HERE}/.venv/bin:$PATH"\n{command}'],
        cwd=folder,
        input=ANSWERS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{time.monotonic() - began:6.1f} s  {command}", flush=True)
    if ended.returncode:
        print(f"exit code {ended.returncode}\n{ended.stdout[-2000:]}", flush=True)
    return ended.returncode != 0


def of_readme() -> list[bool]:
    """Whether each command of the README fails."""
    return [fails(line, HERE) for line in lines(HERE / "README.md") if not left_out(line)]


def of_docs(page: Path, known: set[str]) -> list[bool]:
    """Whether each command of a page fails that calls the program, in a fresh folder."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "configs").symlink_to(HERE / "configs")
        for name, text in FILE.findall(page.read_text(encoding="utf-8")):
            (folder / name).write_text(text, encoding="utf-8")
        wanted = [line for line in lines(page) if line.startswith("steppe ") and not left_out(line)]
        new = [line for line in wanted if bare(line) not in known]
        known.update(map(bare, new))
        return [fails(line, folder) for line in new]


def once(pages: list[Path]) -> Iterator[bool]:
    """Whether each command of some pages fails, those that the README or another page has shown left out."""
    known = {bare(line).split(".venv/bin/")[-1] for line in lines(HERE / "README.md")}
    for page in pages:
        yield from of_docs(page, known)


def of_all_docs() -> list[bool]:
    pages = [page for page in sorted((HERE / "docs").glob("*.md")) if page.name != OWN_CASE]
    return [*once(pages)]


if __name__ == "__main__":
    asked = [{"readme": of_readme, "docs": of_all_docs}[word] for word in sys.argv[1:] if word != "--all"]
    failed = [fails for each in asked or (of_readme, of_all_docs) for fails in each()]
    fewest = 1 if asked == [of_readme] else 10
    sys.exit(1 if any(failed) or len(failed) < fewest else 0)
