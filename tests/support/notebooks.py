"""The notebooks of docs/notebooks: as they are stored, and as they are run.

Whoever has changed one runs `python -m tests.support.notebooks` before storing it: outputs, counts and the
settings of an editor go, so that the stored text changes only where the notebook does.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
RUN = ROOT / "build" / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS = 300
"""Longest that a cell may take, on a machine that does other things too."""

UNHEARD = "ignore:IProgress not found"
"""A warning of tqdm about widgets for bars, which the notebooks do not draw."""


def stored(text: str, name: str) -> str:
    """The text of a notebook as it is stored: cells numbered in their order, no outputs, one kernel.

    name: of the notebook, after which its cells are called.
    """
    cells = [_cell(cell, f"{name}-{number}") for number, cell in enumerate(json.loads(text)["cells"], 1)]
    whole = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(cell: dict[str, Any], name: str) -> dict[str, Any]:
    kept = {"cell_type": cell["cell_type"], "id": name, "metadata": {}}
    if cell["cell_type"] == "code":
        kept |= {"execution_count": None, "outputs": []}
    # a line each, or all of them in one text: both are notebooks
    source = "".join(cell["source"])
    return kept | {"source": source.strip("\n").splitlines(keepends=True)}


def executed(notebook: Path) -> NotebookNode:
    """A notebook with its outputs, run in an empty folder.

    It is kept in build/notebooks, and run again only once it, the program or a shipped case has changed.
    Raises nbclient's CellExecutionError.
    """
    import nbformat

    kept = RUN / f"{notebook.stem}-{state(notebook)}.ipynb"
    if not kept.exists():
        found = _run(nbformat.read(notebook, as_version=4))
        RUN.mkdir(parents=True, exist_ok=True)
        for old in RUN.glob(f"{notebook.stem}-*.ipynb"):
            old.unlink()
        nbformat.write(found, kept)
    return nbformat.read(kept, as_version=4)


def _run(found: NotebookNode) -> NotebookNode:
    from nbclient import NotebookClient

    # the package is that of this checkout, installed or not
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": UNHEARD}
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(found, timeout=SECONDS, resources={"metadata": {"path": folder}})
        client.execute(env=environment)
    return found


def state(*files: Path) -> str:
    """What outputs depend on, as the start of a digest: files, the program and the shipped cases."""
    program = [each for each in (ROOT / "sim").rglob("*.*") if each.suffix != ".pyc"]
    every = [*files, *sorted(program), *sorted((ROOT / "configs").glob("*.*"))]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in every]
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


if __name__ == "__main__":
    for notebook in NOTEBOOKS:
        notebook.write_text(stored(notebook.read_text(encoding="utf-8"), notebook.stem), encoding="utf-8")
