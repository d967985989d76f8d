"""A case is a file: no name of any scenario in configs/ occurs in the code of the model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from doctest import DocTestParser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "configs").glob("*[0-9].toml"))
TABLES = (
    "actors", "blocs", "channels", "similarity", "quantities", "calendars", "parameters", "drivers",
    "events", "outcomes", "postures",
)  # fmt: skip
"""Tables of a scenario whose keys are names that its author chose."""

VOCABULARY = {
    "domestic": "the supplier that the target is to itself, a role",
    "hedging": "a measure and a posture of the field",
    "capability": "a column of actors",
    "capital": "the letter at the start of a sentence",
    "public": "forecasts and docstrings are public",
    "order": "what comes after what",
    "balance": "of forces, in a theory of choice",
    "victory": "in a theory of choice",
    "status": "the baseline status quo",
    "between": "English",
    "turn": "of one after the other",
    "imports": "of Python modules",
    "relax": "what a stock does towards its rest",
    "threat": "an offer with an execution",
    "clash": "what does not fit in a file",
    "client": "of a Dask cluster",
    "security": "of the connection to a Dask cluster",
    "politics": "the field's own name",
    "trade": "what tables of partners are of",
    "election": "how spatial models count votes",
    "elections": "how spatial models count votes",
    "presence": "of a number in a table of values",
    "succession": "of months that follow each other",
    "warning": "of Python, about a text",
    "hundred": "futures, of which a chance is told",
    "image": "an element of SVG",
}
"""Words of the field or of English that a scenario also uses as names, and what the code means by them."""

COMMON = (
    "Mass", "New", "Sense", "Turned", "States", "Client", "Export", "Calm", "Threaten", "Think", "January",
    "June",
)  # fmt: skip
"""Capitalised words of labels that are no names of a case."""

CITED = re.compile(r"\*[A-Z][^*]+\*")
"""Titles of works in docstrings."""


def without_examples(text: str) -> str:
    """Code without the examples in its docstrings: they show a case, as its users would write it."""
    return "".join(part for part in DocTestParser().parse(text) if isinstance(part, str))


CODE = {
    path.relative_to(ROOT): CITED.sub("", without_examples(path.read_text(encoding="utf-8"))).lower()
    for path in sorted((ROOT / "sim").rglob("*.py"))
}
WORDS = {path: set(re.findall(r"\w+", code)) for path, code in CODE.items()}

LOWER_CASE = re.compile(r"(?<![\w./-])[a-z]+(?![\w/-]|\.\w)")
"""A word in lower case that is no part of a key, a path or an address."""


def tables(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def keys(raw: dict[str, Any]) -> set[str]:
    """Names by which a scenario calls its actors, factions, stocks, events and so on."""
    named = {key for table in TABLES for key in raw.get(table, {})}
    named |= {faction for actor in raw["actors"].values() for faction in actor.get("factions", {})}
    return named | set(raw["alignment"]["axes"])


def labels(raw: dict[str, Any]) -> Iterator[str]:
    """The title, every label, and the words of the actors' names."""
    yield from (raw["title"], *(name.replace("_", " ") for name in raw["actors"]))
    for value in raw.values():
        yield from _labels(value)


def _labels(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("label"), str):
            yield value["label"]
        for part in value.values():
            yield from _labels(part)


def proper_names(raw: dict[str, Any]) -> set[str]:
    """Words of labels that are capitalised there and that no scenario file ever writes in lower case."""
    common = {word for file in FILES for word in LOWER_CASE.findall(file.read_text(encoding="utf-8"))}
    words = {word for label in labels(raw) for word in re.findall(r"\b[A-Z]\w+", label)}
    return {word for word in words if word.lower() not in common}


def places(word: str) -> list[str]:
    """Where the code has a name as a whole word, in capitals or not; an underscore does not end a word."""
    return [f"{path}: {word}" for path, words in WORDS.items() if word.lower() in words]


def parts(word: str) -> list[str]:
    """Where the code has a name as a part of a word."""
    return [f"{path}: {word}" for path, code in CODE.items() if word.lower() in code]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_key_of_a_scenario_occurs_in_the_code(file):
    named = keys(tables(file)) - set(VOCABULARY)
    assert len(named) > 20
    assert [place for name in sorted(named) for place in places(name)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_proper_name_of_a_scenario_occurs_in_the_code(file):
    """Long ones are looked for inside longer words too: `RussianVisit` would be found."""
    named = sorted(proper_names(tables(file)) - set(COMMON))
    assert [place for name in named for place in (parts(name) if len(name) > 4 else places(name))] == []


@pytest.mark.parametrize(
    ("file", "some"),
    [
        (
            "mongolia-2024",
            {"Mongolia", "Russia", "Russian", "Chinese", "Belarusian", "Khalkhin", "Dalai", "EAEU", "ICC"},
        ),
        (
            "khalkhin-gol-1939",
            {"Soviet", "Japan", "Japanese", "Manchukuo", "Mongolia", "China", "Nazi", "Khalkhin"},
        ),
    ],
)
def test_the_names_looked_for_are_those_of_the_case(file, some):
    assert some <= proper_names(tables(ROOT / "configs" / f"{file}.toml"))


def test_every_word_that_is_allowed_is_needed():
    named = set().union(*(keys(tables(file)) for file in FILES))
    assert sorted(word for word in VOCABULARY if word not in named or not places(word)) == []
    proper = set().union(*(proper_names(tables(file)) for file in FILES))
    assert sorted(word for word in COMMON if word not in proper or not parts(word)) == []
