"""What is made while the site is built: notebooks with their outputs, and the shipped report."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.notebooks import NOTEBOOKS, executed, state

COLOURS = re.compile(r"\x1b\[[\d;]*m")
STYLES = re.compile(r"<style.*?</style>", flags=re.DOTALL)
HEAD = """{heading}

This is a notebook as it was run when the page was built: {{download}}`take it <../../notebooks/{name}.ipynb>`
and run it yourself.

"""

Files = dict[str, str | bytes]
"""Contents by the name of the file."""


def notebook_pages(linked: Callable[[str], str]) -> Files:
    """The pages of all notebooks, with their pictures.

    linked: gives a text of the folder of notebooks the links that it has on the site.
    """
    files: Files = {}
    for notebook in NOTEBOOKS:
        files[f"{notebook.stem}.md"] = page_of(executed(notebook), notebook.stem, linked, files)
    return files


def page_of(notebook: Any, name: str, linked: Callable[[str], str], files: Files) -> str:
    """A notebook that was run as Markdown: its words, its code, and below it what it showed."""
    first, *others = notebook.cells
    heading, rest = first.source.split("\n", 1)
    parts = [HEAD.format(heading=heading, name=name) + linked(rest)]
    for number, cell in enumerate(others, 2):
        if cell.cell_type == "markdown":
            parts.append(linked(cell.source))
        else:
            parts.append(fenced(cell.source, "python"))
            parts += [shown(output, f"{name}-{number}.png", files) for output in cell.outputs]
    return "\n\n".join(parts) + "\n"


def shown(output: Any, picture: str, files: Files) -> str:
    """An output of a cell: its picture, its table or its text, whichever it has first."""
    data = output.get("data", {})
    if "image/png" in data:
        files[picture] = base64.b64decode(data["image/png"])
        return f"![What the cell above draws]({picture})"
    if "text/html" in data:
        return f'```{{raw}} html\n<div class="output">{STYLES.sub("", data["text/html"])}</div>\n```'
    return fenced(COLOURS.sub("", output.get("text") or data["text/plain"]), "text")


def fenced(text: str, language: str) -> str:
    """A text as a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def report(scenario: str, folder: Path) -> None:
    """The page of `steppe report` about a shipped scenario, in a folder; once for a state of the program."""
    page, made = folder / f"{scenario}.html", folder.parent / f"{scenario}-{state()}.made"
    if made.exists() and page.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "sim", "report", scenario, "--out", str(page), "--overwrite"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for old in folder.parent.glob(f"{scenario}-*.made"):
        old.unlink()
    made.touch()
