"""What a scenario holds can be looked up: its numbers by a word, as a table or CSV, and every name."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.cli.commands import COMMANDS
from sim.refusal import Unknown
from sim.scenario.load import load
from sim.scenario.lookup import path_of
from sim.studies.show.ask import COLUMNS, PATHS, names_of, numbers_of

SMALL = str(Path(__file__).parent / "cases" / "small.toml")
CASE = "mongolia-2024"

pytestmark = pytest.mark.smoke


def steppe(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="steppe")


def test_every_number_with_a_source_is_listed_with_label_unit_range_and_source():
    scenario = load(CASE)
    found = {number.path: number for number in numbers_of(scenario)}
    assert {path for path, known in scenario.provenance.items() if path in scenario.numbers} <= set(found)
    for path, number in found.items():
        assert number.label and number.source
        if path in scenario.provenance:
            known = scenario.provenance[path]
            assert (number.unit, number.low, number.high) == (known.unit, known.low, known.high)
            assert number.value == scenario.numbers[path]


@pytest.mark.parametrize(
    ("word", "paths"),
    [
        ("SANCTIONS pressure on russia, start", {"quantities.sanctions.start"}),
        ("quantities.sanctions.st", {"quantities.sanctions.start"}),
        ("quantities.*.start", None),
        ("logit per month", None),
    ],
)
def test_numbers_are_found_by_path_label_unit_or_pattern(word, paths):
    found = {number.path for number in numbers_of(load(CASE), word)}
    assert found == paths if paths else len(found) > 10


@pytest.mark.parametrize("word", ["zzzz", "\x1b[31m", "x" * 9000, "[", "a\nb", '"'])
def test_a_word_that_no_number_holds_is_refused_in_one_line(word):
    with pytest.raises(Unknown):
        numbers_of(load(SMALL), f"{word}q")
    done = steppe("show", SMALL, f"{word}q", "--numbers")
    assert done.exit_code == 2 and done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert done.stderr.removesuffix("\n").isprintable()


def test_the_table_of_numbers_keeps_to_a_hundred_columns_and_has_a_heading():
    lines = steppe("show", CASE, "--numbers", "sanctions").stdout.splitlines()
    assert lines[0].split() == ["value", "plausible", "number", "[unit],", "tier"]
    assert max(map(len, lines)) <= 100
    assert any(
        line.split()[:5] == ["0.7", "0.5", "to", "0.9", "quantities.sanctions.start"] for line in lines
    )


def test_numbers_as_csv_are_a_table_that_a_program_reads():
    rows = list(csv.reader(io.StringIO(steppe("show", CASE, "--numbers", "--csv").stdout)))
    assert tuple(rows[0]) == COLUMNS and {len(row) for row in rows} == {len(COLUMNS)}
    assert [row[0] for row in rows[1:]] == [number.path for number in numbers_of(load(CASE))]


@pytest.mark.parametrize("words", [["wealth"], ["--csv"], ["--numbers", "--event", "loan"]], ids=range(3))
def test_options_of_numbers_alone_are_refused(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = steppe("show", SMALL, *words)
    assert done.exit_code == 2 and "--numbers" in done.stderr and list(tmp_path.iterdir()) == []


# -- who there is --------------------------------------------------------------------------------------


def test_show_tells_where_all_stand_with_whom_factions_side_and_who_draws_whom(tmp_path):
    tables = Path(SMALL).read_text(encoding="utf-8")
    tables = tables.replace("clout = 0.6\n", "clout = 0.6\nsympathy = { North = 0.8, South = -0.4 }\n")
    tables = tables.replace("goodwill = 0.6\n", 'goodwill = 0.6\nsalience = { trade = "war" }\n', 1)
    ties = '[alignment.ties]\nNorth.South = "0 - war"\nSouth.North.order = "war"\n\n[clout]'
    case = tmp_path / "case.toml"
    case.write_text(tables.replace("[clout]", ties), encoding="utf-8")
    plain = " ".join(steppe("show", str(case)).stdout.split())
    for told in (
        "Buffer [Buffer], the target, position (order +0, side +0)",
        "Court [court], clout 0.6, ideal (order +0, side +0), sides with North +0.8, South -0.4: Wealth",
        "Links in Trade count times war",
        "What draws powers to others, or repels them where it is negative",
        "North to South: 0 - war South to North on order: war",
    ):
        assert told in plain, told
    assert "draws powers" not in steppe("show", SMALL).stdout


def test_show_tells_what_is_bargained_over_and_for_whom_either_may_wait(tmp_path):
    terms = '[events.loan.terms]\nto_target = 2\nto_power = -3\nrivals = ["aid"]\n'
    case = tmp_path / "case.toml"
    case.write_text(f"{Path(SMALL).read_text(encoding='utf-8')}\n{terms}", encoding="utf-8")
    plain = " ".join(steppe("show", str(case), "--event", "loan").stdout.split())
    assert "worth up to +2 logits to the target, -3 to the power. Either may wait for aid instead." in plain


# -- names -------------------------------------------------------------------------------------------


def test_list_tells_the_shipped_scenarios_with_title_and_question_and_their_data():
    done = steppe("list")
    assert done.exit_code == 0 and max(map(len, done.stdout.splitlines())) <= 100
    for name in ("mongolia-2024", "mongolia-1995", "armenia-2024", "khalkhin-gol-1939"):
        assert f"  {name}: {load(name).title}" in done.stdout
    assert "mongolia-1995-observations.csv" in done.stdout


def test_list_tells_every_name_of_a_scenario_and_what_it_tells_can_be_named():
    scenario, told = load(CASE), steppe("list", CASE).stdout
    kinds = names_of(scenario)
    for kind in ("Quantities", "Parameters", "Events", "Outcomes", "Actors", "Factions", "Channels"):
        assert all(f"  {name} " in told or f"  {name}\n" in told for name in kinds[kind]), kind
    for name in (*scenario.raw["quantities"], *kinds["Parameters"], *kinds["Channels"], *kinds["Factions"]):
        assert path_of(scenario.raw, name)
    assert kinds["Quantities"].keys() <= kinds[PATHS].keys(), "each of a template's is recorded by its name"


def test_list_finds_recorded_paths_by_a_word_of_their_label():
    done = steppe("list", CASE, "goodwill toward JAPAN")
    assert done.exit_code == 0 and "goodwill.Japan  Goodwill toward Japan" in done.stdout
    none = steppe("list", CASE, "zzzz")
    assert none.exit_code == 2 and none.stdout == "" and len(none.stderr.splitlines()) == 1


def test_list_refuses_what_is_no_scenario():
    done = steppe("list", "mongolia-2042")
    assert done.exit_code == 2 and "did you mean" in done.stderr


# -- the command itself ------------------------------------------------------------------------------


def test_the_version_is_that_of_the_package():
    done = steppe("--version")
    assert (done.exit_code, done.stdout) == (0, f"steppe {sim.__version__}\n")


def test_each_command_is_a_file_with_a_function_of_its_name():
    folder = Path(sys.modules["sim.cli"].__file__ or "").parent
    assert set(COMMANDS) <= {path.stem for path in folder.glob("*.py")}
    told = steppe("--help").stdout
    assert all(f"  {name} " in told for name in COMMANDS)


def test_nothing_outside_the_command_line_speaks_of_its_flags():
    """The library speaks of paths and arguments; experiments have a command line of their own.

    A whole command in quotes, as pages have them, is no flag.
    """
    package = Path(sim.__file__).parent
    files = [
        path for path in package.rglob("*.py") if path.parent.name != "cli" and path.name != "experiment.py"
    ]
    texts = {path: re.sub(r"""([`'"])steppe .*?\1""", "", path.read_text(encoding="utf-8")) for path in files}
    assert [path for path, text in texts.items() if re.search(r"(?<![-\w])--[a-z]", text)] == []


def test_control_signs_reach_no_terminal_whatever_a_command_prints():
    code = "from sim.cli.printing import note, say; say('a\\x1b[31m\\u202eb\\nc'); note('d\\x07')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode() == "a\\x1b[31m\\u202eb\nc\n" and done.stderr.decode() == "d\\x07\n"
