"""The page "Write your own case" keeps its promises, and every shipped case loads and runs."""

from __future__ import annotations

import re
import shlex
import tomllib
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.scenario.load import load
from tests.support.pages import leaves

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "write-your-own-case.md").read_text(encoding="utf-8")
CONFIGS = sorted((ROOT / "configs").glob("*[0-9].toml"))
TINY = {
    "run": ["--runs", "50", "--no-figures"],
    "compare": ["--runs", "50"],
    "sweep": ["--runs-per-point", "50"],
}
CHANGED = "actors.Armenia.factions."
"""Factions, which the page rounds."""

LINES_QUOTED = (1, 1, 1, 1, 1, 2)
"""How many of the quoted sizes of mechanisms are of each comparison of the page, in order."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def case(tmp_path, monkeypatch) -> Path:
    """The file that a reader of the page has typed, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-case.toml").write_text("\n".join(blocks("toml")), encoding="utf-8")
    return Path("my-case.toml")


def steppe(command: str):
    _, name, *rest = shlex.split(command)
    return CliRunner().invoke(app, [name, *rest, *TINY.get(name, [])], prog_name="steppe")


def test_what_is_typed_loads_and_its_commands_run(case):
    commands = [
        line for block in blocks("sh") for line in block.splitlines() if not line.startswith("steppe check")
    ]
    assert {shlex.split(line)[1] for line in commands} == {"run", "trace", "show", "compare", "sweep"}
    for command in commands:
        done = steppe(command)
        assert done.exit_code == 0, (command, done.stderr)
    assert Path("results/my-case/table.csv").is_file()


@pytest.mark.parametrize(("typed", "quoted"), [(1, 0), (2, 1), (5, 2)])
def test_check_says_after_each_step_what_the_page_quotes(typed, quoted, case):
    case.write_text("\n".join(blocks("toml")[:typed]), encoding="utf-8")
    done = steppe("steppe check my-case.toml")
    assert done.exit_code == 2
    for line in blocks("text")[quoted].splitlines():
        assert line in done.stderr.splitlines()


def test_the_story_quoted_is_that_of_the_typed_case(case):
    (command,) = [line for block in blocks("sh") for line in block.splitlines() if "trace" in line]
    assert blocks("text")[5] in steppe(command).stdout


@pytest.mark.slow
def test_check_finds_before_the_visits_what_the_page_quotes(case):
    case.write_text("\n".join(blocks("toml")[:-1]), encoding="utf-8")
    done = steppe("steppe check my-case.toml")
    assert done.exit_code == 1
    for line in blocks("text")[3].splitlines():
        assert line == "..." or line in done.stdout.splitlines()


@pytest.mark.slow
def test_with_the_visits_check_finds_nothing(case):
    done = steppe("steppe check my-case.toml")
    assert done.exit_code == 0
    assert blocks("text")[4].strip() in done.stdout.splitlines()


@pytest.mark.slow
def test_sizes_of_mechanisms_are_those_that_the_comparisons_print(case, monkeypatch):
    monkeypatch.delitem(TINY, "compare")
    compared = [line for block in blocks("sh") for line in block.splitlines() if " compare " in line]
    quoted = iter(blocks("text")[6].splitlines())
    for command, count in zip(compared, LINES_QUOTED, strict=True):
        printed = [line.rstrip() for line in steppe(command).stdout.splitlines()]
        for line in islice(quoted, count):
            assert line in printed, (command, line)
    assert not list(quoted)


def test_numbers_of_the_page_are_those_of_the_finished_case():
    finished = load(ROOT / "configs" / "armenia-2024.toml").numbers
    typed = [pair for block in blocks("toml") for pair in leaves(tomllib.loads(block))]
    assert len(typed) > 80
    assert not [
        (path, value)
        for path, value in typed
        if not path.startswith(CHANGED) and finished.get(path, value) != value
    ]
    assert sum(path in finished for path, _ in typed) > 80


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_case_loads_runs_and_tells_a_story(path):
    scenario = load(path)
    ensemble = sim.run(scenario, 40, months=min(12, scenario.case.time.months))
    assert ensemble.failed == 0 and len(ensemble.table()) > 5
    assert all(known.source.strip() for known in scenario.provenance.values())
    done = CliRunner().invoke(app, ["trace", str(path), "--months", "6"])
    assert done.exit_code == 0 and scenario.title in done.stdout


def test_nothing_after_the_armenian_case_began_is_in_its_sources():
    text = (ROOT / "configs" / "armenia-2024.toml").read_text(encoding="utf-8")
    dated = re.findall(r"20\d\d[-/]\d\d[-/]\d\d", text)
    assert dated and max(date.replace("/", "-") for date in dated) <= "2024-06-19"
