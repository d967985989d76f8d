"""A panel of three states, lived through and pooled: honest in time, and going on after a stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.studies.panel import lived as living
from sim.studies.panel import roles, tables
from sim.studies.panel.ask import panel
from sim.studies.panel.folder import write_scenarios
from sim.studies.panel.lived import How, Shelf, live
from sim.studies.panel.scenarios import scenarios_of
from sim.studies.panel.scores import _crps, _quantiles
from sim.studies.panel.text import lines
from sim.writing.manifest import MANIFEST

STATES = ("MNG", "NPL", "LKA")
LESS = {"states": STATES, "runs": 400, "origins": (2006, 2007)}


@pytest.fixture(scope="module")
def scenarios():
    return scenarios_of(tables.SHIPPED, roles.SHIPPED, STATES)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("panel") / "results"


@pytest.fixture(scope="module")
def found(place):
    return panel(**LESS, results=place)


def test_an_origin_knows_nothing_that_came_later(scenarios):
    """Whatever came after 2006, particles know and say the same at its end."""
    built = scenarios.states["LKA"]
    one = How(300, 1, (2006,), 1)

    def otherwise(row):
        kind, target, when, value, *rest = row
        if when[:4] > "2006" and kind == "series":
            value = repr(float(value) * 0.5)
        return (kind, target, when, value, *rest)

    other = replace(built, rows=tuple(map(otherwise, built.rows)))
    first, second = live(built, one).origins[0], live(other, one).origins[0]
    assert np.array_equal(first.z, second.z)
    assert np.array_equal(first.log_weights, second.log_weights)
    assert np.array_equal(first.said, second.said)


@pytest.mark.slow
def test_every_fact_of_three_years_is_foretold_in_three_ways(found):
    scores = found.scores
    assert set(scores["horizon"]) == {1, 2, 3} and set(scores["origin"]) == {2006, 2007}
    assert (scores["year"] == scores["origin"] + scores["horizon"]).all()
    for way in ("alone", "others", "all"):
        assert np.isfinite(scores[f"{way}_score"]).all()
    # What was put in the place of a share that no list names is nobody's score.
    derived = {row[1:3] for row in found.scenarios.states["NPL"].rows if row[5] == "derived"}
    asked = {(row.target, str(row.year)) for row in scores[scores["state"] == "NPL"].itertuples()}
    assert derived and not derived & asked


@pytest.mark.slow
def test_what_is_common_is_said_for_each_number_and_origin(found):
    table = found.numbers
    assert len(table) == 2 * len(found.entries)
    assert (table["sd"] > 0).all() and (table["low"] <= table["high"]).all()
    assert (found.particles["others_part"] <= 1).all()
    assert found.trust[["follows_0", "follows_0.5", "follows_1"]].sum(axis=1).to_numpy() == pytest.approx(1.0)


@pytest.mark.slow
def test_a_state_that_was_lived_is_not_lived_again(found, place, monkeypatch):
    def refuse(*_):
        raise AssertionError("lived again")

    monkeypatch.setattr(living, "live", refuse)
    again = panel(**LESS, results=place)
    pd.testing.assert_frame_equal(again.scores, found.scores, check_exact=True)


@pytest.mark.slow
def test_a_damaged_file_of_a_state_is_lived_again(found, tmp_path):
    built = found.scenarios.states["LKA"]
    shelf = Shelf(tmp_path / "shelf")
    shelf.put(found.lived["LKA"])
    assert shelf.get("LKA", built) is not None
    file = next((tmp_path / "shelf").iterdir())
    file.write_bytes(file.read_bytes()[:1000])
    assert shelf.get("LKA", built) is None


@pytest.mark.slow
def test_results_hold_scenarios_that_can_be_read_by_themselves(found, tmp_path):
    folder = tmp_path / "out"
    assert found.save(folder, figures=False) == ()
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {"scores.csv", "skill.csv", "numbers.csv", "particles.csv", "trust.csv", MANIFEST} <= names
    assert sim.load(folder / "scenarios" / "npl.toml").title.startswith("Nepal")
    told = " ".join(lines(found))
    assert "skill against the last value held is" in told and "test nothing any more" in told


def test_scenarios_are_written_and_a_folder_that_is_taken_is_not(scenarios, tmp_path):
    write_scenarios(scenarios, tmp_path / "cases", overwrite=False)
    written = sorted(file.name for file in (tmp_path / "cases" / "scenarios").iterdir())
    assert written[:2] == ["lka-observations.csv", "lka.toml"] and len(written) == 6
    words = ["panel", "--state", "MNG", "--write", str(tmp_path / "cases")]
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 1 and "overwrite" in refused.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--state", "MGN"], "no buffer state 'MGN'"),
        (["--state", "MNG"], "1 states have little in common; ask for 3 or more"),
        (["--origins", "2018-2005"], "origins are two years"),
        (["--origins", "2005"], "origins are two years, such as 2005-2018, not '2005'"),
        (["--data", "nowhere"], "nowhere: no such folder"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["panel", *words])
    assert done.exit_code == 2 and told in done.stderr, done.stderr
    assert "Traceback" not in done.output


def test_weighted_scores_are_those_of_as_many_equal_values():
    values, counts = np.array([0.0, 1.0, 3.0]), np.array([1, 2, 1])
    every = np.repeat(values, counts)
    equal = np.full(4, 0.25)
    assert _crps(values, counts / 4, 2.0) == pytest.approx(_crps(every, equal, 2.0))
    assert _quantiles(values, counts / 4)[2] == 1.0
