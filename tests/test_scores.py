"""Scores of a hindcast by hand: a few runs, a few facts, every number of their rows worked out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.assimilation.facts import EVENT, IN_SAMPLE, OUT_OF_SAMPLE, SERIES, TIME, VALIDATION, Fact
from sim.outcomes.baselines import Asked, Past, drifting, hold_last
from sim.statistics.scores import FLOOR, brier, crps_of_normal, crps_of_runs, ranked, skill
from sim.studies.hindcast.known import chances_of, past_of, time_of, year_of
from sim.studies.hindcast.predictive import Predictive, last_known, share_interval
from sim.studies.hindcast.scores import COLUMNS as SCORE_COLUMNS
from sim.studies.hindcast.scores import Trial, label_of, scores
from sim.studies.hindcast.targets import COLUMNS as TARGET_COLUMNS
from sim.studies.hindcast.targets import EVERY, reliability, targets
from tests.support.hindcasts import past_case, yearly

CASE = past_case()
NORMAL = 0.2336949
"""CRPS of a standard normal at its mean, (sqrt 2 - 1) / sqrt pi (Gneiting and Raftery 2007)."""


def trial(facts, samples, said, told=None, draw_of=None) -> Trial:
    free, known = np.array(said, dtype=float), last_known(facts, samples)
    is_told = [
        fact.target in known and sample != IN_SAMPLE for fact, sample in zip(facts, samples, strict=True)
    ]
    return Trial(
        CASE.case,
        tuple(facts),
        tuple(samples),
        Predictive(free, free if told is None else np.array(told), np.array(is_told)),
        draw_of,
    )


# -- single scores ---------------------------------------------------------------------------------


def test_the_crps_of_two_runs_by_hand():
    """0 and 1: mean distance from 3 is 2.5, less half the mean distance of pairs (1/2): 2.25; from .5 it is
    .5 - .25.
    """
    assert crps_of_runs(np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([3.0, 0.5])) == pytest.approx(
        [2.25, 0.25]
    )


def test_the_crps_of_a_normal_by_hand():
    assert crps_of_normal(5.0, 1.0, 5.0) == pytest.approx(NORMAL, abs=1e-6)
    assert crps_of_normal(5.0, 2.0, 5.0) == pytest.approx(2 * NORMAL, abs=1e-6)
    assert crps_of_normal(5.0, -1.0, 4.0) == 1.0 and crps_of_normal(-5.0, 0.0, 1.0, (0.0, 9.0)) == 1.0


@pytest.mark.parametrize("far", [0.5, 3.0, 8.0, 8.5, 9.0, 41.0, 1e6])
def test_a_normal_far_beyond_an_end_lies_at_the_end(far):
    """As a drift that left 0 to 100 % long ago; by the integral of (F - 1)^2 between 7 and the end at 9."""
    x = np.linspace(7.0, 9.0, 20_001)[:-1]
    hand = ((norm.cdf(x - 9.0 - far) - 1.0) ** 2).sum() * 1e-4
    assert crps_of_normal(9.0 + far, 1.0, 7.0, (0.0, 9.0)) == pytest.approx(hand, abs=2e-4)
    assert crps_of_normal(-far, 1.0, 2.0, (0.0, 9.0)) == pytest.approx(hand, abs=2e-4)
    assert (
        crps_of_normal(9.0 + 100 * far, 100.0, 7.0, (-np.inf, 9.0)) == pytest.approx(2.0, abs=0.2) or far < 3
    )


def test_how_far_off_counts_as_at_the_end():
    """Six sd beyond, 3.13e-10 of the cost is still missing; fifty sd beyond, with a small sd, nothing is."""
    assert crps_of_normal(15.0, 1.0, 7.0, (0.0, 9.0)) == pytest.approx(2.0 - 3.127e-10, abs=1e-12)
    assert crps_of_normal(9.5, 0.01, 7.0, (0.0, 9.0)) == pytest.approx(2.0, abs=1e-12)
    assert crps_of_normal(-0.5, 0.01, 2.0, (0.0, 9.0)) == pytest.approx(2.0, abs=1e-12)


def test_the_floor_of_log_scores_is_one_in_a_thousand():
    assert FLOOR == 0.001


def test_ranks_count_from_the_first_category():
    assert ranked(np.array([1.0, 0.0]), 0) == 0.0 and ranked(np.array([1.0, 0.0]), 1) == 1.0
    assert brier(0.25, True) == pytest.approx(0.5625)


def test_skill_of_nothing():
    assert skill(np.array([0.0]), np.array([2.0])) == 1.0 and skill(np.array([0.0, 0.0]), np.zeros(2)) == 0.0


# -- baselines -------------------------------------------------------------------------------------


def test_the_middle_of_a_window_is_its_time():
    assert (
        year_of(Fact(SERIES, "x", 24000, 24011, 0.0)) == 2000.5
        and year_of(Fact(SERIES, "x", 24000, 24000, 0.0)) == 2000 + 1 / 24
    )
    assert time_of(Fact(SERIES, "x", 24000, 24011, 0.0)) < time_of(Fact(SERIES, "x", 24005, 24006, 0.0))


def test_a_walk_spreads_with_the_root_of_time_in_both_directions():
    """Changes of 5 and -1 a year: 2 on the mean, sd 18^.5."""
    past = Past((1998.0, 1999.0, 2000.0), (6.0, 11.0, 10.0))
    spread = pytest.approx(2 * 18**0.5)
    assert hold_last(past, Asked(2004.0)) == (10.0, spread)
    assert drifting(past, Asked(2004.0)) == (18.0, spread) and drifting(past, Asked(1996.0)) == (2.0, spread)
    free = Past(past.years, past.values, free=True)
    assert drifting(free, Asked(2002.0)) == (14.0, spread), "a free run starts from the first value"


def test_windows_of_one_time_are_no_change_for_a_walk():
    """Middles 2010.5, 2010.5 and 2011.5: the one change left is 5 - 3 in a year; of one change no spread is
    known.
    """
    facts = [
        Fact(SERIES, "x", 24120, 24131, 1.0),
        Fact(SERIES, "x", 24125, 24126, 3.0),
        Fact(SERIES, "x", 24132, 24143, 5.0),
    ]
    past = past_of(CASE.case, facts)
    assert (past.drift, past.level, past.since(2011.5)) == (2.0, 5.0, 0.0) and math.isnan(past.sd)
    assert past_of(CASE.case, facts[::-1]).drift == 2.0


def test_chances_need_a_rate():
    assert chances_of(CASE.case, "raid", 24120, 24131, None) == {"status_quo": 0.0}
    assert chances_of(CASE.case, "raid", 24120, 24125, 0.5)["climatology"] == pytest.approx(1 - 0.5**0.5)


# -- what runs predict -----------------------------------------------------------------------------


def test_the_last_known_fact_is_the_one_that_ends_last_and_of_two_the_one_that_starts_later():
    facts = [
        Fact(SERIES, "x", 12, 23, 0.0),
        Fact(SERIES, "x", 18, 23, 0.0),
        Fact(SERIES, "x", 0, 11, 0.0),
        Fact(EVENT, "x", 24, 35, 1.0),
    ]
    assert last_known(facts, [IN_SAMPLE] * 4) == {"x": 1}
    assert last_known(facts, [IN_SAMPLE, VALIDATION, IN_SAMPLE, IN_SAMPLE]) == {"x": 0}
    assert last_known(facts[::-1], [IN_SAMPLE] * 4) == {"x": 2}


def test_runs_of_draws_that_agree_count_as_many_as_draws():
    """Shares 0 and 1 of two draws: variance .5 / 2, .25 / .25 = 1 run. All alike: as many as draws. One draw:
    as one.
    """
    both = share_interval(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1]))
    assert both == pytest.approx((0.0546, 0.9454), abs=1e-3), (
        "half of one run: .5 -+ .5 * 1.96 / sqrt(1 + 1.96^2)"
    )
    none = share_interval(np.zeros(6), np.array([5, 5, 7, 7, 9, 9]))
    assert none == pytest.approx((0.0, 1.959964**2 / (3 + 1.959964**2)))
    assert share_interval(np.zeros(6), np.zeros(6)) == pytest.approx((0.0, 1.959964**2 / (1 + 1.959964**2)))
    spread = share_interval(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0, 0, 1, 1]))
    assert spread[1] - spread[0] == pytest.approx(2 * 1.959964 * 0.5 / (2 + 1.959964**2) ** 0.5), (
        "equal shares: two draws"
    )


# -- rows of facts ---------------------------------------------------------------------------------


def test_rows_of_a_series_by_hand():
    """In-sample 1, 2, 4: drift 1.5, sd sqrt(.5); the baselines of 2 and 4 start from 1, those of later from
    4.
    """
    facts = yearly(SERIES, "wealth", [1.0, 2.0, 4.0, 3.0])
    said = [[0.0, 1.0, 2.0, 3.0, 4.0]] * 4
    told = [*said[:3], [2.5, 2.5, 2.5, 2.5, 3.5]]
    table = scores(trial(facts, [IN_SAMPLE] * 3 + [OUT_OF_SAMPLE], said, told))
    assert list(table["scored"]) == [False, True, True, True] and list(table["told"]) == [
        False,
        False,
        False,
        True,
    ]
    assert table[["q05", "q25", "q50", "q75", "q95"]].iloc[0].tolist() == pytest.approx(
        [0.2, 1.0, 2.0, 3.0, 3.8]
    )
    assert table["q50"].iloc[3] == 2.5 and table["free_q50"].iloc[3] == 2.0
    assert list(table["within_50"]) == [True, True, False, False], "1 and 3 are the ends, and lie inside"
    assert list(table["within_90"]) == [True, True, False, True]
    assert list(table["hold_last"])[1:] == [1.0, 1.0, 4.0] and list(table["drift"])[1:] == [2.5, 4.0, 5.5]
    assert list(table["hold_last_sd"])[1:] == pytest.approx([0.5**0.5, 1.0, 0.5**0.5])
    assert table["score_hold_last"].iloc[2] == pytest.approx(crps_of_normal(1.0, 1.0, 4.0))
    assert table["score_drift"].iloc[2] == pytest.approx(NORMAL, abs=1e-6)
    assert (
        table["score"].iloc[1] == pytest.approx(1.2 - 0.8)
        and table["free_score"].iloc[1] == table["score"].iloc[1]
    )
    assert table["score"].iloc[3] == pytest.approx(0.5 - 0.16), (
        "distances .5; pairs apart by 1 are 8 of 25, half of that"
    )
    assert table["free_score"].iloc[3] == pytest.approx(1.4 - 0.8)
    assert np.isnan(table["score"].iloc[0])


def test_a_series_that_nobody_knew_has_no_baseline():
    table = scores(trial(yearly(SERIES, "wealth", [1.0]), [VALIDATION], [[0.0, 2.0]]))
    assert table["scored"].all() and not table["told"].any() and "score_hold_last" not in table


def test_rows_of_events_by_hand():
    """Known: no, no, yes: 2/5 a year. The last year: 1 of 4 runs, and it came."""
    facts = yearly(EVENT, "raid", [0.0, 0.0, 1.0, 1.0])
    table = scores(
        trial(facts, [IN_SAMPLE] * 3 + [VALIDATION], [[0.0] * 4, [0.0] * 4, [1.0] * 4, [1.0, 0.0, 0.0, 0.0]])
    )
    row = table.iloc[3]
    assert (row["probability"], row["score"], row["observed"]) == (0.25, 0.5625, 1.0)
    assert row["log_score"] == pytest.approx(math.log(4)) and row["climatology"] == pytest.approx(0.4)
    assert row["score_climatology"] == pytest.approx(0.36) and row["log_score_climatology"] == pytest.approx(
        -math.log(0.4)
    )
    assert row["status_quo"] == 0.0 and row["score_status_quo"] == 1.0
    assert row["log_score_status_quo"] == pytest.approx(math.log(1000))
    assert table["score"].iloc[0] == 0.0 and table["log_score"].iloc[0] == pytest.approx(-math.log(0.999))
    assert (row["probability_low"], row["probability_high"]) == pytest.approx((0.045587, 0.699358), abs=1e-5)
    assert table["scored"].all() and row["label"] == label_of(CASE.case, "raid") and row["unit"] == ""


def test_rows_of_first_times_by_hand():
    """Three years, the last of two months: by their ends 1, 2 and 3 of 4 runs; it came in the second."""
    fact = Fact(TIME, "raid", 24120, 24145, 24135.0)
    said = [[24121.0, 24140.0, 24145.0, np.inf]]
    table = scores(trial((fact,), [OUT_OF_SAMPLE], said))
    row = table.iloc[0]
    assert row["score"] == pytest.approx(0.25**2 + 0.5**2 + 0.25**2), (
        "by the ends .25, .5, .75 beside 0, 1, 1"
    )
    assert row["probability"] == 0.75 and (row["q05"], row["q25"], row["q50"], row["q75"]) == (
        24121,
        24121,
        24140,
        24145,
    )
    assert np.isinf(row["q95"]) and row["score_status_quo"] == 2.0 and "score_climatology" not in table
    never = scores(trial((Fact(TIME, "raid", 24120, 24145, np.inf),), [OUT_OF_SAMPLE], said)).iloc[0]
    assert never["score"] == pytest.approx(0.25**2 + 0.5**2 + 0.75**2) and never["score_status_quo"] == 0.0
    both = scores(
        trial(
            (Fact(EVENT, "raid", 24108, 24119, 1.0), fact), [IN_SAMPLE, OUT_OF_SAMPLE], [[1.0] * 4, said[0]]
        )
    ).iloc[1]
    by = [2 / 3, 1 - 1 / 9, 1 - (1 / 3) ** (26 / 12)]
    assert both["climatology"] == pytest.approx(by[2])
    assert both["score_climatology"] == pytest.approx(by[0] ** 2 + (1 - by[1]) ** 2 + (1 - by[2]) ** 2)


# -- rows of targets -------------------------------------------------------------------------------


def test_rows_of_targets_by_hand():
    facts = (
        *yearly(SERIES, "wealth", [1.0, 2.0, 4.0]),
        *yearly(SERIES, "lean", [1.0, 5.0, 4.0]),
        *yearly(EVENT, "raid", [0.0, 1.0]),
    )
    said = [[0.0, 1.0, 2.0, 3.0, 4.0]] * 6 + [[1.0, 0.0, 0.0, 0.0, 0.0]] * 2
    rows = scores(trial(facts, [IN_SAMPLE] * 8, said))
    table = targets(rows).set_index(["kind", "target"])
    wealth, lean, every = (table.loc[(SERIES, name)] for name in ("wealth", "lean", EVERY))
    assert list(table.index) == [(SERIES, "wealth"), (SERIES, "lean"), (SERIES, EVERY), (EVENT, "raid")]
    assert (wealth["facts"], wealth["years"], wealth["within_50"], wealth["within_90"]) == (2, 2, 1, 1)
    assert wealth["score"] == pytest.approx((0.4 + 1.2) / 2), "2: 1.2 - .8; 4: 2 - .8"
    assert (
        wealth["rmse"] == pytest.approx(2**0.5) == wealth["free_rmse"]
        and wealth["free_score"] == wealth["score"]
    )
    own = rows[(rows["target"] == "wealth") & rows["scored"]]
    assert wealth["score_hold_last"] == pytest.approx(own["score_hold_last"].mean())
    assert (
        wealth["skill_hold_last"] == pytest.approx(1 - 0.8 / own["score_hold_last"].mean())
        and wealth["facts_hold_last"] == 2
    )
    assert (
        every["label"] == "all 2 targets"
        and every["unit"] == ""
        and every["facts"] == 4
        and np.isnan(every["score"])
    )
    ratio = (1 - wealth["skill_drift"]) * (1 - lean["skill_drift"])
    assert every["skill_drift"] == pytest.approx(1 - ratio**0.5) and every["targets_drift"] == 2
    assert np.isnan(wealth["within_90_low"]) and np.isnan(wealth["skill_drift_high"])
    raid = table.loc[(EVENT, "raid")]
    assert (raid["happened"], raid["probability"]) == (1, pytest.approx(0.2))
    assert raid["score"] == pytest.approx((0.04 + 0.64) / 2) and raid["log_score"] == pytest.approx(
        -np.log([0.8, 0.2]).mean()
    )
    assert raid["score_climatology"] == pytest.approx(0.25) and raid["log_score_status_quo"] == pytest.approx(
        (np.log(1000) - np.log(0.999)) / 2
    )
    assert raid["skill_status_quo"] == pytest.approx(1 - 0.34 / 0.5)


def test_no_column_of_a_table_is_lost():
    """Every name that a row of a fact or of a target may have stands in the order of columns."""
    facts = (
        *yearly(SERIES, "wealth", [1.0, 2.0, 4.0, 3.0, 5.0, 4.0, 6.0, 5.0, 7.0]),
        *yearly(SERIES, "lean", [1.0, 5.0, 4.0, 3.0, 5.0, 4.0, 6.0, 5.0, 9.0]),
        *yearly(EVENT, "raid", [0.0, 1.0]),
    )
    samples = [*[IN_SAMPLE] * 8, VALIDATION] * 2 + [IN_SAMPLE] * 2
    rows = scores(trial(facts, samples, [[0.0, 1.0]] * 20))
    other = ("anniversary_rule", "inputs")  # of a calendar and of paths, which the scenario has not
    assert set(SCORE_COLUMNS) - set(rows.columns) == {
        name for name in SCORE_COLUMNS if name.removesuffix("_sd").endswith(other)
    }
    assert set(rows.columns) <= set(SCORE_COLUMNS)
    assert set(TARGET_COLUMNS) - set(targets(rows).columns) == {
        *(name for name in TARGET_COLUMNS if any(each in name for each in other)),
        "targets_climatology",
        "targets_status_quo",
        *(f"log_score_{name}" for name in ("hold_last", "drift", "local_level", "damped_trend")),
    }
    times = scores(trial((Fact(TIME, "raid", 24120, 24145, 24135.0),), [OUT_OF_SAMPLE], [[24121.0, np.inf]]))
    assert (
        {"q05", "q95", "probability_low", "score", "score_status_quo", "scored"}
        <= set(times.columns)
        <= set(SCORE_COLUMNS)
    )


def test_coverage_of_ten_years_has_an_interval():
    rows = scores(
        trial(
            yearly(SERIES, "wealth", [1.0, *[2.0, 9.0] * 5]),
            [IN_SAMPLE] * 11,
            [[0.0, 1.0, 2.0, 3.0, 4.0]] * 11,
        )
    )
    row = targets(rows).iloc[0]
    assert row["within_90"] == 5 and 0 < row["within_90_low"] < 0.5 < row["within_90_high"] < 1
    assert row["skill_drift_low"] < row["skill_drift"] < row["skill_drift_high"]


def test_baselines_that_know_some_facts_only_are_beside_those():
    facts = (*yearly(SERIES, "wealth", [1.0, 2.0]), *yearly(SERIES, "lean", [3.0], 2019))
    rows = scores(trial(facts, [IN_SAMPLE, IN_SAMPLE, VALIDATION], [[0.0, 1.0, 2.0, 3.0, 4.0]] * 3))
    table = targets(pd.concat([rows, rows.assign(target="third", score_hold_last=np.nan)]))
    assert np.isnan(table.set_index(["target", "sample"]).loc[("lean", VALIDATION), "skill_hold_last"])


def test_events_are_binned_by_their_probability():
    """Edges belong to the bin above, 1 to the last."""
    chances_ = [0.0, 0.04, 0.05, 0.5, 0.95, 1.0]
    facts = yearly(EVENT, "raid", [0.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    said = [np.arange(100) < round(100 * chance) for chance in chances_]
    table = reliability(scores(trial(facts, [IN_SAMPLE] * 5 + [VALIDATION], said)))
    assert table[["sample", "from", "to", "facts", "happened"]].to_numpy().tolist() == [
        [IN_SAMPLE, 0.0, 0.05, 2, 1], [IN_SAMPLE, 0.05, 0.15, 1, 0], [IN_SAMPLE, 0.35, 0.65, 1, 1],
        [IN_SAMPLE, 0.95, 1.0, 1, 1], [VALIDATION, 0.95, 1.0, 1, 1],
    ]  # fmt: skip
    assert table["probability"].iloc[0] == pytest.approx(0.02) and list(table["share"].iloc[:2]) == [0.5, 0.0]
    assert table["low"].iloc[0] == pytest.approx(0.094531, abs=1e-5) and table["high"].iloc[
        0
    ] == pytest.approx(0.905469, abs=1e-5)
    assert list(
        reliability(scores(trial(yearly(SERIES, "wealth", [1.0]), [IN_SAMPLE], [[0.0]]))).columns
    ) == list(table.columns)
