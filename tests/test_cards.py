"""What shows itself in a notebook does so by one card, and nothing in a card is taken for HTML."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html.parser import HTMLParser

import pandas as pd
import pytest

import sim
from sim.refusal import TURNING, cleaned
from sim.writing.notebook import MOST_ROWS, card
from tests.support.pages import ROOT

HOSTILE = (
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "&lt;b&gt; &#60;b&#62; &amp;amp;",
    '"><svg/onload=alert(1)>',
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "line\u2028break\x1b[31m\x00",
    "=cmd|' /C calc'!A0",
)
TAGS = {"div", "p", "table", "thead", "tbody", "tr", "th", "td"}
INPUTS = {"OwnOutcome"}
"""What a user writes and registers, and does not look at."""


class Read(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def showing() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every method with which an object shows itself in a notebook, with its file."""
    for file in (ROOT / "sim").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "_repr_html_" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name == "_repr_html_":
                yield str(file.relative_to(ROOT)), node


def test_every_public_class_shows_itself_in_a_notebook():
    kinds = [getattr(sim, name) for name in sim.__all__ if name not in INPUTS]
    classes = [each for each in kinds if isinstance(each, type) and not issubclass(each, Exception)]
    assert len(classes) > 12
    assert [each.__name__ for each in classes if not hasattr(each, "_repr_html_")] == []


def test_whatever_shows_itself_does_so_by_the_one_card():
    found = list(showing())
    assert len(found) > 12
    for file, method in found:
        told = method.body[-1]
        assert isinstance(told, ast.Return) and isinstance(told.value, ast.Call), file
        assert ast.unparse(told.value.func) == "card", file


@pytest.mark.parametrize("label", HOSTILE)
def test_nothing_of_a_hostile_label_is_taken_for_html(label):
    table = pd.DataFrame({"label": [label], label: [0.5], "other": pd.Series([label], dtype="category")})
    page = Read(card(label, table, below=label))
    assert page.tags == TAGS and page.attributes <= {"class", "style"}
    assert page.texts.count(cleaned(label)) == 5
    assert not TURNING & set("".join(page.texts))


def test_a_card_shows_the_first_rows_and_says_how_many_more_there_are():
    page = Read(card("many", pd.DataFrame({"n": range(MOST_ROWS + 3)})))
    assert "and 3 rows more" in page.texts and str(MOST_ROWS - 1) in page.texts
    assert str(MOST_ROWS) not in page.texts


def test_a_small_number_is_not_shown_as_zero():
    values = [0.00042, -2.94e-5, 4e-17, 0.5, float("nan")]
    texts = Read(card("numbers", pd.DataFrame({"value": values}))).texts
    assert {"0.00042", "-0.000029", "0.000", "0.500"} <= set(texts) and "nan" not in texts
