"""ODD.md and the code say the same: what it names exists, and sections that code cites are there."""

from __future__ import annotations

import re

import pytest

import sim
from sim.rules.state import TABLE, Variable
from tests.support.pages import ROOT, text_of
from tests.test_pages import SHIPPED, texts

pytestmark = pytest.mark.smoke

ODD = text_of("ODD.md")


def test_names_in_the_odd_exist():
    sources = [ROOT / "pyproject.toml", *(ROOT / "sim").rglob("*.py"), *(ROOT / "configs").glob("*.toml")]
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in sources)))
    named = {
        word for code in re.findall(r"`([^`\n]+)`", ODD) for word in re.findall(r"[a-z]+(?:_[a-z]+)+", code)
    }
    assert len(named) > 50
    assert sorted(named - words) == []


def test_functions_in_the_odd_stand_where_it_says():
    rules = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "sim" / "rules").glob("*.py")}
    named = {
        (module, name) for module, name in re.findall(r"`(\w+)\.([a-z]+_[a-z_]+)`", ODD) if module in rules
    }
    assert len(named) > 20
    wrong = [f"{module}.{name}" for module, name in sorted(named) if f"def {name}(" not in rules[module]]
    assert [name for name in wrong if name not in sim.load(SHIPPED).numbers] == []


def test_sections_of_the_odd_that_are_cited_exist():
    sections = set(re.findall(r"^##+ ([\d.]+?)\.? ", ODD, flags=re.MULTILINE))
    lists = {
        path: re.findall(r"\bODD(?: section)? (\d[\d., andto]*)", text) for path, text in texts().items()
    }
    cited = {
        (path, number)
        for path, found in lists.items()
        for part in found
        for number in re.findall(r"\d+(?:\.\d+)?", part)
    }
    assert len(cited) > 40
    assert sorted((path, number) for path, number in cited if number not in sections) == []


def row(variable: Variable) -> str:
    """A number of the state as a row of the table in section 2."""
    low, high = variable.bounds
    ends = f"[{low:g}, {high:g}]".replace("-", "−") if high < float("inf") else "≥ 0" if low == 0.0 else ""
    marks = {"read": variable.read, "kept": variable.kept, "changed": variable.change is not None}
    use = ", ".join(name for name, holds in marks.items() if holds)
    name, unit = variable.pattern, variable.unit
    return re.sub(" +", " ", f"| `{name}` | {variable.meaning} | {unit} | {ends} | {use} |")


def test_the_state_in_the_odd_is_the_table_of_the_state():
    rows = "\n".join(row(variable) for variable in TABLE if not variable.inner)
    assert rows in ODD, f"ODD.md, section 2 needs these rows:\n{rows}"
