"""Inputs are read once: what is parsed, hashed and stored are the same bytes, from a pipe as from a file."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.load import ScenarioError, load

SMALL = Path(__file__).parent / "cases" / "small.toml"
BYTES = SMALL.read_bytes()


def fed(pipe: Path, data: bytes) -> threading.Thread:
    """A named pipe that gives some bytes to whoever opens it first."""
    os.mkfifo(pipe)
    feeder = threading.Thread(target=pipe.write_bytes, args=(data,), daemon=True)
    feeder.start()
    return feeder


def steppe(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_a_scenario_from_a_pipe_is_stored_as_it_came(tmp_path):
    fed(tmp_path / "pipe", BYTES)
    done = steppe(
        "run", tmp_path / "pipe", "--runs", 8, "--months", 3, "--no-figures", "--out", tmp_path / "out"
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "scenario.toml").read_bytes() == BYTES
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["scenario"]["file_sha256"] == hashlib.sha256(BYTES).hexdigest()


@pytest.mark.parametrize(
    "more",
    [
        ["compare", "--b", "quantities.wealth.start=0.3"],
        ["run", "--from-run", "1", "--month", "2030-03", "--no-figures"],
    ],
)
def test_a_command_that_needs_the_scenario_twice_reads_its_pipe_once(tmp_path, more):
    fed(tmp_path / "pipe", BYTES)
    start = json.dumps(load(SMALL).case.time.start)[1:5]
    more = [text.replace("2030", start) for text in more]
    done = steppe(
        more[0], tmp_path / "pipe", "--runs", 8, "--months", 6, *more[1:], "--out", tmp_path / "out"
    )
    assert done.exit_code == 0, done.output


def test_the_stored_file_is_that_which_was_run_whatever_became_of_it_meanwhile(tmp_path):
    file = tmp_path / "case.toml"
    file.write_bytes(BYTES)
    scenario = load(file).override({"quantities.wealth.start": 0.3})
    file.write_bytes(b"another = 1\n")
    import sim

    sim.run_into(tmp_path / "out", scenario, 8, months=3, figures=False)
    assert (tmp_path / "out" / "scenario.toml").read_bytes() == BYTES


def test_the_hash_of_a_file_is_that_of_its_bytes_line_ends_and_all(tmp_path):
    crlf = BYTES.replace(b"\n", b"\r\n")
    (tmp_path / "case.toml").write_bytes(crlf)
    scenario = load(tmp_path / "case.toml")
    assert scenario.source.sha256 == hashlib.sha256(crlf).hexdigest() != hashlib.sha256(BYTES).hexdigest()
    assert scenario.raw == load(SMALL).raw


def test_a_file_that_is_not_there_is_answered_with_one_beside_it(tmp_path):
    (tmp_path / "case.toml").write_bytes(BYTES)
    with pytest.raises(ScenarioError, match="did you mean 'case"):
        load(tmp_path / "cse.toml")
    for missing in (tmp_path / ("x" * 300), tmp_path / "no" / "case.toml", tmp_path):
        with pytest.raises(ScenarioError):
            load(missing)
