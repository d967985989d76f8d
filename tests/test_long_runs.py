"""Long runs take no more memory than short ones: pages are simulated in pieces, and nobody can tell from the
numbers.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine import engine
from sim.engine.engine import PAGE, Engine, runs_at_once
from sim.engine.pages import pages
from sim.outcomes import fans, questions
from sim.scenario.load import load
from sim.scenario.lower import World, lower
from sim.studies.run.precision import runs_needed
from sim.studies.sweep.ask import sweep
from tests.support.past import past

SMALL = Path(__file__).parent / "cases" / "small.toml"
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def world() -> World:
    return lower(load(SMALL), 24)


def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few runs at once, and kept paths in files."""
    monkeypatch.setattr(engine, "AT_ONCE", 100_000)
    monkeypatch.setattr(fans, "MOST_HELD", 0)


def test_a_page_is_held_whole_until_it_takes_too_much(world: World):
    assert runs_at_once(world) == PAGE
    long = lower(world.scenario, 1200)
    size = runs_at_once(long)
    assert size % 4 == 0 and 4 <= size < PAGE
    assert size * long.months * 8 * len(long.recorded) <= engine.AT_ONCE


def test_pieces_follow_each_other_and_give_the_bytes_of_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    runs = np.arange(7, 300, dtype=np.uint64)
    whole = Engine.of(world).page(1, runs)
    in_pieces(monkeypatch)
    found = list(Engine.of(world).pieces(1, runs))
    assert len(found) > 3 and np.array_equal(np.concatenate([piece.runs for piece in found]), runs)
    for name in world.recorded:
        np.testing.assert_array_equal(np.concatenate([piece[name] for piece in found], axis=1), whole[name])


def test_ensembles_are_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch):
    """Also with draws of uncertain numbers, whose sums over runs form page by page, and with branches."""

    def found() -> list[pd.DataFrame]:
        plain = sim.run(load(SMALL), 1100, months=24)
        drawn = sim.run(sim.prior_beliefs(past(), 2, 1), 1200, months=24)
        branch = sim.run(sim.branch(load(SMALL), 3, "2010-09"), 600, months=24)
        frames = [each.outcomes for each in (plain, drawn, branch)]
        return [
            *frames,
            *(each.table() for each in (plain, drawn, branch)),
            *(each.fan("war") for each in (plain, branch)),
        ]

    whole = found()
    in_pieces(monkeypatch)
    for one, other in zip(whole, found(), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_sweeps_comparisons_and_precision_are_the_same_in_pieces(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    own = load(SMALL)
    points = pd.DataFrame({"quantities.war.start": [0.1, 0.3]})

    def found(name: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        swept = sweep(own, points, tmp_path / name, runs=600, months=12).rows()
        compared = sim.compare(own, own.override({"quantities.war.start": 0.3}), 600, months=12).table()
        return swept, compared, runs_needed(own, 0.02, "loan", months=12)

    whole = found("whole")
    in_pieces(monkeypatch)
    pieces = found("pieces")
    pd.testing.assert_frame_equal(whole[0], pieces[0], check_exact=True)
    pd.testing.assert_frame_equal(whole[1], pieces[1], check_exact=True)
    assert whole[2] == pieces[2]


def test_paths_put_aside_are_read_as_they_were_and_travel_to_other_processes(monkeypatch: pytest.MonkeyPatch):
    values = np.random.default_rng(1).random((3, 5, 7), dtype=np.float32)
    assert fans.put_aside(values) is values
    monkeypatch.setattr(fans, "MOST_HELD", 0)
    aside = fans.put_aside(values)
    assert isinstance(aside, fans.Aside)
    for place in (2, 0, 1):
        np.testing.assert_array_equal(aside[place], values[place])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(aside)), values)


def test_paths_stay_in_memory_where_no_file_can_be_made(monkeypatch: pytest.MonkeyPatch, world: World):
    def no_room(*given: object) -> None:
        raise OSError(28, "No space left on device")

    in_pieces(monkeypatch)
    monkeypatch.setattr(fans.tempfile, "TemporaryFile", no_room)
    asked = questions.Questions.of(world)
    paths = [page.paths for page in pages(world, 40, 1, 1, asked.ask, join=questions.Page.joined)]
    assert all(isinstance(each, np.ndarray) for each in paths[0]) and len(paths[0]) > 1


PEAK = """
import resource, sys, sim
sim.run_into(sys.argv[3], sim.load(sys.argv[1]), 1024, months=int(sys.argv[2]), threads=2, figures=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10))
"""


@pytest.mark.slow
def test_a_century_takes_at_most_half_a_gigabyte_more_than_five_years(tmp_path: Path):
    def megabytes(months: int) -> int:
        case, place = ROOT / "configs" / "mongolia-2024.toml", tmp_path / str(months)
        command = [sys.executable, "-c", PEAK, str(case), str(months), str(place)]
        return int(
            subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=500).stdout
        )

    assert megabytes(1200) < megabytes(60) + 500
