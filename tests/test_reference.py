"""The keys of a scenario file, each with a meaning, on the page and in the JSON schema; a file's format."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import ScenarioError
from sim.scenario import reference
from sim.scenario.load import parse
from tests.support.scenarios import random_tables

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "scenario-file.md"
SHIPPED = sorted((ROOT / "configs").glob("*[0-9].toml"))


def test_every_key_says_what_it_means_and_every_number_its_unit():
    every = reference.keys_with("")
    assert [key.path for key in every if not key.meaning] == []
    assert [key.path for key in every if "number" in key.kind and not key.unit] == []


def test_every_section_says_what_it_is_for():
    assert all(said for said, _ in reference.sections().values())


@pytest.mark.smoke
def test_the_page_of_keys_is_what_the_schema_says():
    assert PAGE.read_text(encoding="utf-8") == reference.page(), (
        "make it anew: steppe show --keys > docs/scenario-file.md"
    )


def test_keys_are_found_by_a_word_of_their_path_or_meaning():
    assert [key.path for key in reference.keys_with("GREEDY_temp")] == ["effort.greedy_temperature"]
    assert "alignment.backlash" in [key.path for key in reference.keys_with("domination")]
    assert reference.keys_with("no such word") == []
    first, second = reference.lines("belief_memory")
    assert first == "decision.belief_memory: number from 0 to 1 [1/month], by default 0.8"
    assert "adaptive" in second


# -- the JSON schema ---------------------------------------------------------------------------------


def problems(tables: dict[str, Any]) -> list[str]:
    """Where a validator of JSON schemas finds something wrong."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(reference.json_schema())
    return [error.json_path for error in validator.iter_errors(tables)]


def test_the_json_schema_is_one_of_draft_2020_12():
    jsonschema = pytest.importorskip("jsonschema")
    schema = reference.json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    json.dumps(schema, allow_nan=False)
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_the_json_schema_accepts_a_shipped_scenario(file):
    assert problems(tomllib.loads(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("seed", range(0, 40, 8))
def test_the_json_schema_accepts_what_the_program_accepts(seed):
    assert problems(random_tables(seed)) == []


WRONG = {
    "an unknown key": ("decision", "theroy", "qre"),
    "a word that is none of them": ("alignment", "dimensions", 3),
    "a number that is none": ("time", "months", "sixty"),
    "a number beyond its bounds": ("decision", "belief_memory", 1.5),
    "a month that is none": ("time", "start", "2024-13"),
    "a number in place without its source": ("decision", "precision", {"value": 1.0, "unit": "1"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_json_schema_refuses_what_the_program_refuses(case):
    section, key, value = WRONG[case]
    tables = random_tables(0)
    tables.setdefault(section, {})[key] = value
    assert problems(tables)
    with pytest.raises(ScenarioError, match=section):
        parse(tables, "case")


def test_every_key_of_the_json_schema_is_described():
    schema = reference.json_schema()
    nodes = [schema, *(node for name, node in schema["$defs"].items() if not name.endswith("InPlace"))]
    for node in nodes:
        assert all(each.get("description") for each in node["properties"].values())


# -- the format of a file ----------------------------------------------------------------------------


def test_a_file_that_says_no_format_is_of_the_newest():
    tables = random_tables(0)
    assert parse(tables, "case").numbers == parse({"format": 2, **tables}, "case").numbers


def test_a_newer_format_is_told_before_anything_else():
    with pytest.raises(ScenarioError) as refused:
        parse({"format": 3, "nonsense": {"a": float("nan")}}, "case.toml")
    told = "case.toml: format: 3 is newer than this version of steppe reads (2); update steppe"
    assert refused.value.problems == (told,)


@pytest.mark.parametrize("given", [0, -1, 1.0, True, "1", [1], {"value": 1}, None, float("nan"), 10**400])
def test_a_format_that_is_none_is_told_in_a_line(given):
    with pytest.raises(ScenarioError) as refused:
        parse({"format": given, **random_tables(0)}, "case")
    (line,) = refused.value.problems
    assert line.startswith("case: format: ")


def test_the_format_is_no_number_of_the_scenario():
    scenario = sim.load(ROOT / "configs" / "armenia-2024.toml")
    assert "format" not in scenario.numbers and "format" not in scenario.raw
    with pytest.raises(ScenarioError, match="format"):
        scenario.override({"format": 2})


# -- on the command line -----------------------------------------------------------------------------


def shown(*arguments: str) -> tuple[int, str, str]:
    """What `steppe show` with some arguments exits with and prints."""
    done = CliRunner().invoke(app, ["show", *arguments], prog_name="steppe")
    return done.exit_code, done.stdout, done.stderr


def test_keys_are_shown_without_a_scenario():
    assert shown("--keys") == (0, PAGE.read_text(encoding="utf-8"), "")
    code, out, _ = shown("--keys", "belief_memory")
    assert code == 0 and out.startswith("decision.belief_memory: ")
    code, out, told = shown("--keys", "no\x1bword")
    assert (code, out) == (2, "") and "no key of a scenario file has 'no\\x1bword' in it" in told


def test_the_json_schema_is_shown_without_a_scenario():
    code, out, _ = shown("--json-schema")
    assert code == 0 and json.loads(out) == reference.json_schema()


TOGETHER = [("--json-schema", "word"), ("--keys", "--numbers"), ("--keys", "--set", "a=1"), ()]


@pytest.mark.parametrize("arguments", TOGETHER)
def test_what_cannot_be_asked_for_together_is_told_in_a_line(arguments):
    code, out, told = shown(*arguments)
    assert (code, out) == (2, "") and told.startswith("steppe: ") and told.count("\n") == 1
