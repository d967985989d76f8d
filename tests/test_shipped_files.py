"""Shipped files are found by their names, wherever the program is started; a file that is here goes first."""

from __future__ import annotations

import os

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.reading.shipped import FOLDER, place_of, shipped
from sim.reading.source import source_of

pytestmark = pytest.mark.smoke


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", shipped(".toml"))
def test_a_shipped_scenario_is_found_by_its_name_from_anywhere(name, elsewhere):
    assert sim.load(name).raw == sim.load(FOLDER / f"{name}.toml").raw


def test_a_shipped_name_is_a_scenario_on_the_command_line(elsewhere):
    run = CliRunner().invoke(app, ["run", "mongolia-2024", "--runs", "20", "--months", "2", "--no-figures"])
    assert run.exit_code == 0, run.output
    assert (elsewhere / "results" / "mongolia-2024" / "manifest.json").is_file()


@pytest.mark.parametrize(
    "name", ["mongolia-1995-observations", "mongolia-1995-posterior", "mongolia-2024-actors"]
)
def test_other_shipped_files_have_names_too(name, elsewhere):
    assert source_of(name).data == next(FOLDER.glob(f"{name}.*")).read_bytes()


def test_no_two_shipped_files_have_one_name():
    assert len(shipped()) == len([path for path in FOLDER.iterdir() if path.is_file()])


@pytest.mark.parametrize("name", ["mongolia-2024", "armenia-2024"])
def test_a_file_here_goes_before_the_shipped_one_of_its_name(name, elsewhere):
    (elsewhere / name).write_bytes(b"mine")
    assert source_of(name).data == b"mine"


def test_a_folder_of_results_does_not_hide_the_shipped_scenario(elsewhere):
    (elsewhere / "mongolia-2024").mkdir()
    assert sim.load("mongolia-2024").title


@pytest.mark.parametrize(
    "name", ["mongolia-2024.toml", "configs/mongolia-2024.toml", "./mongolia-2024", "../mongolia-2024"]
)
def test_a_path_is_never_taken_for_a_shipped_name(name, elsewhere):
    """An author's own file of that name, looked for in the wrong folder, must not become another one in
    silence.
    """
    assert place_of(name) == name
    with pytest.raises(sim.ScenarioError, match="no such file"):
        sim.load(name)


@pytest.mark.parametrize("name", ["", "\0", "x" * 5000, "mongolia-2024\n"])
def test_names_that_no_file_can_have_are_refused_in_one_line(name, elsewhere):
    with pytest.raises(sim.ScenarioError) as refused:
        sim.load(name)
    assert len(refused.value.problems) == 1 and "\n" not in refused.value.problems[0]


def test_a_misspelt_name_is_corrected(elsewhere):
    with pytest.raises(sim.ScenarioError, match="did you mean 'mongolia-2024'"):
        sim.load("mongolia-2042")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this platform")
def test_a_pipe_here_goes_before_the_shipped_file(elsewhere):
    os.mkfifo(elsewhere / "mongolia-2024")
    assert place_of("mongolia-2024") == "mongolia-2024"
