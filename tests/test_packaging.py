"""What the package says of itself holds: lowest versions, extras, what a source distribution contains."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.smoke

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = re.compile(r"(?:steppe-sim|'\.)\[([\w,-]+)\]")
"""How a page or a message tells what to install."""


def wanted() -> list[str]:
    return [
        *PROJECT["dependencies"],
        *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    ]


def test_every_dependency_has_a_lowest_version_that_is_tried():
    told = subprocess.run(
        [sys.executable, ROOT / ".ci" / "lowest.py"], capture_output=True, text=True, check=True
    )
    others = [each for each in wanted() if not each.startswith("steppe-sim")]
    assert len(told.stdout.splitlines()) == len(others) > 20
    assert "numpy==1.26\n" in told.stdout and all("==" in line for line in told.stdout.splitlines())


def test_extras_that_a_page_or_a_message_names_exist():
    files = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "sim").rglob("*.py"),
        ROOT / "pyproject.toml",
    ]
    named = {
        (file.name, name)
        for file in files
        for found in EXTRA.findall(file.read_text(encoding="utf-8"))
        for name in found.split(",")
    }
    assert len(named) > 4
    assert sorted((file, name) for file, name in named if name not in PROJECT["optional-dependencies"]) == []


def test_the_test_extra_brings_what_any_command_needs():
    brought = set(EXTRA.search(" ".join(PROJECT["optional-dependencies"]["test"]))[1].split(","))
    assert brought == set(PROJECT["optional-dependencies"]) - {"test", "mutation", "docs", "browser"}


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_pythons_that_are_promised_are_tried(version):
    """The tests run on the lowest, the smoke tests on all others that are found."""
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    assert version in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
