"""Ensembles: tables equal a plain count over all runs, nothing depends on threads or pages, and folders are
safe.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.engine import PAGE
from sim.engine.history import History
from sim.engine.pages import pages
from sim.outcomes.baselines import anniversary_only, climatology
from sim.outcomes.fans import FAN_RUNS, QUANTILES
from sim.outcomes.questions import Questions
from sim.scenario.lower import lower
from sim.scenario.schema import month_number
from sim.statistics.intervals import wilson
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.rows import frame

FILE = "configs/mongolia-2024.toml"
RUNS, MONTHS = PAGE + 90, 14


@pytest.fixture(scope="module")
def scenario():
    return sim.load(FILE)


@pytest.fixture(scope="module")
def ensemble(scenario) -> Ensemble:
    return sim.run(scenario, runs=RUNS, seed=3, months=MONTHS, threads=2)


@pytest.fixture(scope="module")
def whole(scenario) -> History:
    """The same runs as one history."""
    return next(pages(lower(scenario, MONTHS), RUNS, 3, threads=1, page=RUNS))


def test_wilson_intervals_match_published_values():
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (81/263, 15/148, 0/20, 1/29).
    for k, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert [float(bound) for bound in wilson(k, n)] == pytest.approx([low, high], abs=6e-5)
    assert all(np.isnan(bound) for bound in wilson(0, 0))


def test_climatology_compounds_a_yearly_chance():
    assert climatology(0.2, 12) == pytest.approx(0.2)
    assert climatology(0.2, 24) == pytest.approx(1 - 0.8**2)
    assert climatology(0.2, 0) == 0.0


def test_the_anniversary_rule_puts_its_chance_in_the_anniversary_month():
    rule = (0.8, 0.05, month_number("1939-09"), month_number("2024-06"))
    assert anniversary_only(*rule, month_number("2024-08")) == 0.0
    assert anniversary_only(*rule, month_number("2024-09")) == pytest.approx(0.8)
    assert anniversary_only(*rule, month_number("2025-12")) == pytest.approx(1 - 0.2 * 0.95)


def test_probabilities_by_month_equal_a_count_over_all_runs(ensemble, whole):
    events = ensemble.events()
    own = events[events["event"] == "russian_visit"]["probability"].to_numpy()
    visited = whole.happened("visit_russia") | whole.happened("invite_russia")
    np.testing.assert_array_equal(own, np.maximum.accumulate(visited, axis=0).mean(axis=1))
    assert (events["low"] <= events["probability"]).all() and (events["probability"] <= events["high"]).all()


def test_postures_add_up_in_every_month(ensemble):
    np.testing.assert_allclose(ensemble.postures().groupby("date")["share"].sum(), 1.0)


@pytest.mark.parametrize(
    "name", ["autonomy", "war", "rumour", "market_access", "goodwill.Russia", "driver.offence"]
)
def test_fans_equal_quantiles_of_the_first_runs(ensemble, whole, name):
    fan, values = ensemble.fan(name), whole[name][:, :FAN_RUNS]
    for column, level in zip(("q05", "q25", "q50", "q75", "q95"), QUANTILES, strict=True):
        np.testing.assert_allclose(fan[column], np.quantile(values, level, axis=1), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fan["mean"], values.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(fan["sd"], values.std(axis=1), rtol=1e-4, atol=1e-7)
    assert (fan["runs"] == min(FAN_RUNS, values.shape[1])).all()


def test_fans_of_a_bloc_add_its_members(ensemble, whole):
    members = ensemble.world.parts.blocs["West"]
    together = sum(whole[f"share.{member}"] for member in members)
    np.testing.assert_allclose(ensemble.fan("share.bloc.West")["mean"], together.mean(axis=1), rtol=1e-6)


def test_an_unknown_path_is_answered_with_the_nearest(ensemble):
    with pytest.raises(KeyError, match="did you mean 'autonomy'"):
        ensemble.fan("autonmy")


def test_threads_and_pages_change_no_byte_of_the_outcomes(scenario, ensemble):
    one = sim.run(scenario, runs=RUNS, seed=3, months=MONTHS, threads=1)
    pd.testing.assert_frame_equal(one.outcomes, ensemble.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(one.table(), ensemble.table(), check_exact=True)
    world = lower(scenario, MONTHS)
    questions = Questions.of(world)
    small = frame(list(pages(world, RUNS, 3, 3, questions.ask, page=37)), questions)
    pd.testing.assert_frame_equal(small, ensemble.outcomes, check_exact=True)


def test_more_runs_leave_the_first_ones_as_they_were(scenario, ensemble):
    few = sim.run(scenario, runs=10, seed=3, months=MONTHS)
    pd.testing.assert_frame_equal(few.outcomes, ensemble.outcomes.head(10), check_exact=True)


def test_seed_zero_is_a_seed(scenario):
    zero, again, one = (sim.run(scenario, runs=8, seed=seed, months=6).outcomes for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(zero, again, check_exact=True)
    assert not zero.equals(one)


def test_runs_differ_from_each_other(ensemble):
    assert ensemble.outcomes["mean.autonomy"].nunique() == RUNS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("runs", 0),
        ("runs", 2.5),
        ("runs", True),
        ("seed", -1),
        ("seed", 2**64),
        ("months", 0),
        ("threads", 0),
    ],
)
def test_a_request_out_of_range_is_refused(scenario, name, value):
    with pytest.raises(ValueError, match=name):
        sim.run(scenario, **{"runs": 4, "months": 2, name: value})


def test_the_table_puts_baselines_beside_probabilities(scenario, ensemble):
    table = ensemble.table()
    row = table[(table["name"] == "russian_visit") & (table["date"] == "2024-12")].iloc[0]
    assert row["value"] == ensemble.outcomes["first.russian_visit"].le(6).mean()
    assert row["climatology"] == pytest.approx(1 - (1 - 0.192) ** (7 / 12))
    assert row["anniversary_rule"] == pytest.approx(0.667)
    assert row["status_quo"] == 0.0
    assert row["low"] < row["value"] < row["high"] and row["runs"] == RUNS
    assert set(table["kind"]) == {"outcome", "event", "posture", "distribution", "terms"}
    assert "2029-05" not in set(table["date"])


def test_a_folder_holds_everything_and_reads_back_the_same(scenario, ensemble, tmp_path):
    told: list[int] = []
    streamed = sim.run_into(
        tmp_path / "out", scenario, RUNS, 3, months=MONTHS, threads=2, progress=told.append, figures=False
    )
    saved = ensemble.save(tmp_path / "saved", figures=False)
    assert sum(told) == RUNS * MONTHS
    pd.testing.assert_frame_equal(streamed.outcomes, ensemble.outcomes, check_exact=True)
    assert (saved / "outcomes.parquet").read_bytes() == (tmp_path / "out" / "outcomes.parquet").read_bytes()
    parquet = {f"{name}.parquet" for name in ("outcomes", "fans", "events", "postures")}
    assert parquet | {"manifest.json", "scenario.toml", "table.csv", "columns.csv"} == {
        path.name for path in saved.iterdir()
    }
    assert {path.name for path in tmp_path.iterdir()} == {"out", "saved"}


def test_a_manifest_is_enough_to_run_again(scenario, tmp_path):
    changed = scenario.override({"decision.precision": 0.5})
    first = sim.run_into(tmp_path / "a", changed, runs=20, seed=0, months=4, figures=False)
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text())
    again = sim.load(tmp_path / "a" / "scenario.toml", manifest["scenario"]["overrides"])
    second = sim.run(again, manifest["runs"], manifest["seed"], months=manifest["months"])
    pd.testing.assert_frame_equal(first.outcomes, second.outcomes, check_exact=True)
    assert manifest["versions"]["numpy"] == np.__version__


def test_results_are_replaced_only_when_asked(ensemble, tmp_path):
    ensemble.save(tmp_path / "a", figures=False)
    with pytest.raises(FileExistsError, match="not empty"):
        ensemble.save(tmp_path / "a", figures=False)
    before = (tmp_path / "a").stat().st_ino
    ensemble.save(tmp_path / "a", overwrite=True, figures=False)
    assert (tmp_path / "a").stat().st_ino != before and [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_of_somebody_else_is_never_replaced(ensemble, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="manifest"):
        ensemble.save(tmp_path, overwrite=True, figures=False)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_an_error_on_the_way_leaves_nothing_behind(scenario, ensemble, tmp_path):
    ensemble.save(tmp_path / "kept", figures=False)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    for name, overwrite in (("new", False), ("kept", True)):
        with pytest.raises(KeyboardInterrupt):
            sim.run_into(
                tmp_path / name, scenario, 8, months=2, progress=stop, overwrite=overwrite, figures=False
            )
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "manifest.json").is_file()
