"""The README is short, and its two commands are there for whoever comes by."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support.pages import ROOT, blocks, links, text_of

pytestmark = pytest.mark.smoke

README = text_of("README.md")


def test_the_readme_has_at_most_900_words():
    assert len(README.split()) <= 900


def test_the_readme_runs_the_shipped_scenario_and_the_tests_and_no_more():
    lines = [line for block in blocks(README, "sh") for line in block.splitlines()]
    assert len(lines) == 2
    assert lines[0].endswith("steppe run configs/mongolia-2024.toml") and lines[1].endswith("-m pytest -q")
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ") for line in lines)


def test_the_four_tables_take_eight_lines_and_python_six():
    (tables,), (python,) = blocks(README, "toml"), blocks(README, "python")
    assert len(tables.splitlines()) == 8
    assert {name.split(".")[0] for name in tomllib.loads(tables)} == {
        "quantities", "couplings", "actors", "events",
    }  # fmt: skip
    assert len(python.splitlines()) == 6


def test_citation_changelog_and_package_name_one_version_and_date():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    date = re.search(r'^date-released: "(\d{4}-\d\d-\d\d)"$', citation, flags=re.MULTILINE)[1]
    assert f"version: {project['version']}\n" in citation
    assert f"## [{project['version']}] - {date}\n" in text_of("CHANGELOG.md")
    assert f'repository-code: "{project["urls"]["Repository"]}"' in citation


def test_links_of_the_readme_lead_somewhere_outside_the_repository_too():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shown = README
    for each in settings["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        shown = re.sub(each["pattern"], each["replacement"], shown)
    assert links(README) and links(shown) == []
    image = "raw.githubusercontent.com/steppe-sim/steppe/main/docs/when-events-happen.png"
    assert f"https://{image})" in shown and "steppe/blob/main/docs/commands.md)" in shown
