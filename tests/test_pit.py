"""Where what came lies among what was said: flat if all is as said, and seen if it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.assimilation.facts import EVENT, IN_SAMPLE, SERIES
from sim.studies.hindcast.pit import BINS, EVERY, pits, place_among


def table(places, targets=("a", "b"), kind=SERIES, pooled=(True, True)) -> pd.DataFrame:
    """A fact a year of each target at these places among runs (targets, years)."""
    rows = [
        {"kind": kind, "target": name, "label": name, "sample": IN_SAMPLE, "pooled": counts, "pit": place,
         "first": f"{1990 + year}-01", "last": f"{1990 + year}-12"}
        for name, counts, own in zip(targets, pooled, places, strict=True)
        for year, place in enumerate(own)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_place_is_the_share_below_and_anywhere_among_equals():
    said = np.array([1.0, 2.0, 3.0, 3.0])
    assert place_among(said, 2.5, "x") == 0.5 and place_among(said, 0.0, "x") == 0.0
    at = {place_among(said, 3.0, name) for name in "abcdefgh"}
    assert len(at) == 8 and all(0.5 <= each < 1.0 for each in at)
    assert place_among(said, 3.0, "a") == place_among(said[::-1], 3.0, "a")


def test_a_row_a_tenth_by_hand():
    """Places .05, .95, 1 and .35 of two series; .1 lies in the second tenth, 1 in the last."""
    found = pits(table([[0.05, 0.95], [1.0, 0.1]]))
    assert list(found["target"].unique()) == ["a", "b", EVERY] and len(found) == 3 * BINS
    pool = found[found["target"] == EVERY]
    assert pool["inside"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2] and (pool["facts"] == 4).all()
    assert pool["share"].sum() == pytest.approx(1.0) and pool["low"].isna().all(), "two years"


def test_what_follows_is_shown_and_not_pooled():
    found = pits(table([[0.5], [0.5], [0.5]], ("a", "b", "c"), pooled=(True, True, False)))
    assert (found.loc[found["target"] == EVERY, "facts"] == 2).all()
    assert "c" in set(found["target"])
    assert set(pits(table([[0.5], [0.5]], kind=EVENT))["target"]) == {EVERY}, "of events only all together"


def test_runs_that_are_too_narrow_heap_up_the_ends():
    """What comes has sd 1; where runs have 1/2, a fifth and more of it lies in each outer tenth."""
    rng = np.random.default_rng(1)
    came, runs = rng.normal(size=(40, 25)), rng.normal(size=2000)
    names = tuple(f"s{place}" for place in range(40))

    def shares(sd: float) -> list[float]:
        places = [[place_among(sd * runs, each, "x") for each in own] for own in came]
        found = pits(table(places, names, pooled=(True,) * 40))
        return found.loc[found["target"] == EVERY, "share"].tolist()

    assert max(abs(share - 0.1) for share in shares(1.0)) < 0.04
    narrow = shares(0.5)
    assert min(narrow[0], narrow[-1]) > 0.2 and max(narrow[4], narrow[5]) < 0.08


def test_forecasts_are_told_apart_by_years_ahead():
    rolling = table([[0.5], [0.5]]).drop(columns="sample").assign(horizon=2)
    found = pits(table([[0.1], [0.1]]), rolling)
    assert set(found["horizon"].dropna()) == {2} and found["sample"].isna().sum() == 3 * BINS
