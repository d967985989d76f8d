"""The notebooks of the documentation: stored without outputs, whole, and run from beginning to end."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.notebooks import NOTEBOOKS, ROOT, executed, stored
from tests.support.pages import anchors, links

EACH = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def sources(notebook, kind: str) -> list[str]:
    """The texts of all cells of a kind."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def test_there_are_three_notebooks():
    assert [each.stem for each in NOTEBOOKS] == ["first-hour", "what-does-it-hang-on", "your-own-case"]


@EACH
def test_a_notebook_is_stored_without_outputs_and_with_stable_ids(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert text == stored(text, notebook.stem), "run python -m tests.support.notebooks"


def test_outputs_counts_and_the_settings_of_an_editor_are_noticed():
    text = NOTEBOOKS[0].read_text(encoding="utf-8")
    whole = json.loads(text)
    code = next(cell for cell in whole["cells"] if cell["cell_type"] == "code")
    code |= {"execution_count": 3, "outputs": [{"output_type": "stream"}], "id": "x", "metadata": {"a": 1}}
    whole["metadata"]["toc"] = True
    touched = json.dumps(whole)
    assert touched != text and stored(touched, NOTEBOOKS[0].stem) == text


@EACH
def test_every_code_cell_compiles(notebook):
    cells = sources(notebook, "code")
    assert len(cells) > 8
    for source in cells:
        compile(source, notebook.name, "exec")


@EACH
def test_a_notebook_says_what_not_to_believe_and_its_links_lead_somewhere(notebook):
    text = "\n\n".join(sources(notebook, "markdown"))
    assert re.search(r"\*\*What not to believe\.\*\*", text)
    for link in links(text):
        file, _, anchor = link.partition("#")
        target = (notebook.parent / file).resolve()
        assert target.is_relative_to(ROOT) and target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.slow
@EACH
def test_a_notebook_runs_and_shows_what_its_words_speak_of(notebook):
    cells = [cell for cell in executed(notebook).cells if cell.cell_type == "code"]
    shown = [output.get("data", {}) for cell in cells for output in cell.outputs]
    assert sum("image/png" in data for data in shown) >= 3
    assert sum("text/html" in data for data in shown) >= 4
    assert not [output for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
