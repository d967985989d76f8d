"""Differences month by month are those that a reader would work out by hand, paired run by run."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.scenario.load import parse
from sim.statistics.paired import difference, matched
from sim.studies.compare.months import COLUMNS

KEPT = ["autonomy", "closeness.bloc.West", "legitimacy"]
BASE = sim.load("mongolia-2024").override({"keep_paths": KEPT, "headlines": KEPT})
OTHER = BASE.override({"interventions.forbidden": ["visit_russia"]})
RUNS, MONTHS = 400, 9


@pytest.fixture(scope="module")
def found() -> sim.Comparison:
    return sim.compare(BASE, OTHER, RUNS, months=MONTHS)


@pytest.fixture(scope="module")
def both() -> list[sim.Ensemble]:
    return [sim.run(each, RUNS, months=MONTHS) for each in (BASE, OTHER)]


def rows_of(found: sim.Comparison, name: str) -> pd.DataFrame:
    table = found.by_month()
    return table[table["name"] == name]


def test_a_row_for_each_outcome_event_and_headline_and_month(found):
    table = found.by_month()
    assert list(table.columns) == COLUMNS
    assert list(dict.fromkeys(table["kind"])) == ["outcome", "event", "path"]
    assert set(table.groupby("name").size()) == {MONTHS} and list(table["date"][:MONTHS]) == found.dates
    assert list(table[table["kind"] == "path"]["name"].unique()) == KEPT
    assert (table["runs"] == RUNS).all() and (table["failed"] == 0).all()


@pytest.mark.parametrize("name", KEPT)
def test_differences_of_paths_are_those_of_kept_paths_subtracted_run_by_run(found, both, name):
    one, other = (each.path(name).to_numpy() for each in both)
    rows = rows_of(found, name)
    assert list(rows["first"]) == pytest.approx(one.mean(axis=1), rel=1e-12)
    assert list(rows["second"]) == pytest.approx(other.mean(axis=1), rel=1e-12)
    by_hand = [difference(*pair) for pair in zip(one, other, strict=True)]
    for column, key in (("difference", "mean"), ("low", "low"), ("high", "high")):
        own = [getattr(each, key) for each in by_hand]
        assert list(rows[column]) == pytest.approx(own, rel=1e-9, abs=1e-15), column
    assert (rows["low"] < rows["high"]).iloc[-1] and rows["flipped"].isna().all()


@pytest.mark.parametrize("name", ["russian_visit", "third_neighbour_investment", "visit_russia"])
def test_differences_of_what_happens_are_those_of_first_months_run_by_run(found, both, name):
    rows = rows_of(found, name)
    for month, row in enumerate(rows.itertuples()):
        one, other = (each.outcomes[f"first.{name}"].to_numpy() <= month for each in both)
        by_hand = matched(one, other)
        assert (row.first, row.second) == (one.mean(), other.mean())
        assert row.flipped == pytest.approx((one != other).mean())
        assert (row.difference, row.low, row.high) == pytest.approx(
            (by_hand.mean, by_hand.low, by_hand.high), rel=1e-12, abs=1e-15
        )
    assert rows["flipped"].iloc[-1] > 0


def test_months_that_are_asked_about_and_the_end_are_those_of_the_table(found):
    table, months = found.table(), found.by_month().set_index(["name", "date"])
    shown = table[table["kind"].isin(["outcome", "event", "end"])]
    assert len(shown) > 20
    for row in shown.itertuples():
        own = months.loc[(row.name, row.date)]
        for column in ("first", "second", "difference", "low", "high"):
            assert own[column] == pytest.approx(getattr(row, column), rel=1e-9, abs=1e-14)


def test_sums_do_not_depend_on_pages_or_threads(found):
    again = sim.compare(BASE, OTHER, RUNS, months=MONTHS, threads=1)
    pd.testing.assert_frame_equal(again.by_month(), found.by_month(), check_exact=True)


def test_no_path_is_held_once_its_page_is_summed(found):
    assert found.paths.sums.mean.shape == (3, len(KEPT) * MONTHS)


def small(driver: str) -> sim.Scenario:
    """A small scenario that keeps a path, with a driver of its own."""
    raw = copy.deepcopy(sim.load(Path(__file__).parent / "cases" / "small.toml").raw)
    return parse(raw | {"drivers": {"own": driver}, "keep_paths": ["wealth"]}, "small")


def test_futures_that_failed_in_either_world_count_in_no_month():
    sound, fragile = small("1"), small("1 / (1 - happened.raid)")
    found = sim.compare(sound, fragile, 200)
    rows, good = rows_of(found, "wealth"), ~found.failed
    assert 0 < found.runs < 200 and (rows["failed"] == 200 - found.runs).all()
    by_hand = sim.run(sound, 200).path("wealth").to_numpy()[:, good].mean(axis=1)
    assert list(rows["first"]) == pytest.approx(by_hand, rel=1e-12)
    assert rows["difference"].abs().max() == 0, "where no run has failed the two are the same"


def test_without_a_future_that_counts_there_are_months_without_numbers():
    table = sim.compare(small("1"), small("war / (war - war)"), 5).by_month()
    assert table[["first", "second", "difference", "flipped"]].isna().to_numpy().all()
    assert (table["runs"] == 0).all() and not np.isfinite(table[["low", "high"]].to_numpy()).any()


def test_months_are_saved_and_drawn_beside_the_table(found, tmp_path):
    assert found.save(tmp_path / "both") == ()
    stored = pd.read_csv(tmp_path / "both" / "months.csv")
    pd.testing.assert_frame_equal(stored, found.by_month(), check_exact=False, rtol=1e-12)
    assert (tmp_path / "both" / "months.png").read_bytes().startswith(b"\x89PNG")
