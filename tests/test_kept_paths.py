"""Chosen paths kept run by run: the same numbers in memory and in a file, checked like every file, refused
where too many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.engine import Engine
from sim.scenario.load import parse
from sim.scenario.lower import lower
from sim.studies.run import kept
from sim.studies.verify.ask import verify

BASE = sim.load("tests/cases/small.toml")
NAMES = ["autonomy", "share.bloc.North", "wealth"]
KEEPING = BASE.override({"keep_paths": NAMES})


def test_a_kept_path_is_that_of_each_run():
    found = sim.run(KEEPING, 600, seed=2, months=5)
    world = lower(KEEPING, 5)
    history = Engine.of(world).page(2, np.array([0, 599], dtype=np.uint64))
    table = found.path("wealth")
    assert table.shape == (5, 600) and table.index.tolist() == found.dates
    np.testing.assert_array_equal(table[[0, 599]].to_numpy(), history["wealth"])
    np.testing.assert_array_equal(found.path("share.bloc.North").to_numpy(), found_share(KEEPING))


def found_share(scenario):
    history = Engine.of(lower(scenario, 5)).page(2, np.arange(600, dtype=np.uint64))
    return history["share.North"]


def test_streamed_held_and_saved_paths_are_the_same_bytes(tmp_path):
    streamed = sim.run_into(tmp_path / "a", KEEPING, 600, months=4, figures=False, threads=2)
    held = sim.run(KEEPING, 600, months=4, threads=1)
    held.save(tmp_path / "b", figures=False)
    streamed.save(tmp_path / "c", figures=False)
    one, *others = ((tmp_path / each / "paths.parquet").read_bytes() for each in "abc")
    assert all(other == one for other in others)
    for name in NAMES:
        pd.testing.assert_frame_equal(streamed.path(name), held.path(name))
    table = pd.read_parquet(tmp_path / "a" / "paths.parquet")
    assert list(table.columns) == ["run", "date", *NAMES] and len(table) == 600 * 4


def test_a_changed_path_is_found_out(tmp_path):
    sim.run_into(tmp_path / "a", KEEPING, 16, months=3, figures=False)
    assert not verify(tmp_path / "a", 4).wrong
    file = tmp_path / "a" / "paths.parquet"
    file.write_bytes(file.read_bytes().replace(b"PAR1", b"PAR2", 1))
    assert any("paths.parquet" in line for line in verify(tmp_path / "a", 4).wrong)


def test_without_keep_paths_nothing_is_kept(tmp_path):
    found = sim.run_into(tmp_path / "a", BASE, 8, months=2, figures=False)
    assert not (tmp_path / "a" / "paths.parquet").exists()
    with pytest.raises(KeyError, match="name it in keep_paths"):
        found.path("autonomy")
    with pytest.raises(KeyError, match="did you mean 'wealth'"):
        sim.run(KEEPING, 8, months=2).path("welth")


def test_a_driver_is_kept_under_the_name_of_the_state():
    raw = BASE.raw | {"drivers": {"strain": "war - wealth"}, "keep_paths": ["strain", "war", "wealth"]}
    raw["events"] = raw["events"] | {"raid": raw["events"]["raid"] | {"shifts": {"strain": 0.1}}}
    found = sim.run(parse(raw, "case"), 8, months=3)
    values = found.path("driver.strain")
    np.testing.assert_allclose(values, found.path("war") - found.path("wealth"))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["welth"], "keep_paths: no path or driver 'welth'; did you mean 'wealth'"),
        (["wealth", "wealth"], "keep_paths: "),
        ("wealth", "keep_paths: must be a list"),
        ([3], "keep_paths.*: must be text"),
    ],
)
def test_what_is_no_path_is_refused(names, told):
    with pytest.raises(sim.ScenarioError, match=told):
        BASE.override({"keep_paths": names})


def test_more_than_can_be_kept_is_refused_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "MOST_FILED", 100)
    with pytest.raises(sim.BadInput, match=r"keep_paths: 3 paths of 4 months and 600 runs are too many"):
        sim.run_into(tmp_path / "a", KEEPING, 600, months=4)
    monkeypatch.setattr(kept, "MOST_IN_A_PAGE", 100)
    with pytest.raises(
        sim.BadInput, match=r"keep_paths: 3 paths of 4 months are too many to keep run by run"
    ):
        sim.run(KEEPING, 8, months=4)
    assert not (tmp_path / "a").exists()


def test_kept_paths_change_no_other_byte(tmp_path):
    plain, keeping = (sim.run(each, 100, months=4) for each in (BASE, KEEPING))
    pd.testing.assert_frame_equal(plain.outcomes, keeping.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(plain.table(), keeping.table(), check_exact=True)
