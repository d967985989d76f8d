"""Scores agree with hand-worked cases, the past is judged with what was known then, and no word of judgement
is printed.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.assimilation.facts import (
    EVENT,
    IN_SAMPLE,
    OUT_OF_SAMPLE,
    SERIES,
    TIME,
    VALIDATION,
    Fact,
    sample_of,
)
from sim.assimilation.observations import facts_of, window_of
from sim.cli import app
from sim.engine.beliefs import prior_beliefs, write_posterior
from sim.outcomes.baselines import (
    OF_SERIES,
    Asked,
    Span,
    anniversary_only,
    chances,
    chances_by,
    drifting,
    hold_last,
)
from sim.refusal import BadInput, Refusal
from sim.scenario.load import ScenarioError
from sim.statistics.scores import (
    brier,
    crps_of_normal,
    crps_of_runs,
    limited,
    log_loss,
    pooled_skill,
    ranked,
    skill,
)
from sim.studies.hindcast.ask import Hindcast, hindcast
from sim.studies.hindcast.known import chances_of, past_of, past_rate
from sim.studies.hindcast.predictive import Predictive, share_interval
from sim.studies.hindcast.rolling import Forecast
from sim.studies.hindcast.text import lines
from sim.writing.manifest import pictures
from tests.support.hindcasts import SMALL, YEARS, came, past_case, table_of, written_down, yearly

pytestmark = pytest.mark.smoke

CASE = past_case()
RUNS = 1000
VERDICTS = re.compile(
    r"\b(good|well|bad(ly)?|poor(ly)?|excellent|fair|strong|weak|accura\w*|inaccura\w*|validated|valid|invalid|pass(es|ed)?|ok|"
    r"success\w*|reliabl\w*|trust\w*|confirm\w*|correct\w*|wrong\w*|skilful|skillful|beats?|beaten|outperform\w*|better|worse|"
    r"best|worst|significant\w*|convincing\w*|plausibl\w*|satisf\w*|adequate\w*|acceptable|close|"
    r"predict(s|ed) the)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def own() -> Hindcast:
    """The model's runs beside a run of the model."""
    return hindcast(CASE, came(CASE, 3), RUNS)


# -- the table -------------------------------------------------------------------------------------


def test_a_window_is_a_year_a_month_or_from_to():
    assert window_of("1998") == (1998 * 12, 1998 * 12 + 11)
    assert window_of("1998-05") == (1998 * 12 + 4, 1998 * 12 + 4)
    assert window_of("1998-05/1999-04") == (1998 * 12 + 4, 1999 * 12 + 3)
    for text in ("98", "1998-13", "1998/1999", "1998-5", "May 1998", "", "1998-01/1998-02/1998-03"):
        with pytest.raises(ValueError, match="must be a year"):
            window_of(text)


def test_a_table_is_read_as_it_was_written(tmp_path):
    facts = came(CASE, 3)
    read = facts_of(table_of(facts, tmp_path / "t.csv"), CASE)
    assert [(f.kind, f.target, f.first, f.last, f.value) for f in read] == [
        (f.kind, f.target, f.first, f.last, f.value) for f in facts
    ]
    assert read[0].source == "made up" and read[0].provenance == "test"


def test_never_is_a_time_that_did_not_come(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(
        "kind,target,when,value\ntime,raid,2011/2012,never\n".replace("2011/2012", "2011-01/2012-12")
    )
    (fact,) = facts_of(file, CASE)
    assert math.isinf(fact.value) and fact.kind == TIME


def test_every_fault_of_a_table_is_told_in_a_line_with_its_number(tmp_path):
    file = tmp_path / "t.csv"
    rows = [
        "kind,target,when,value,source",
        "series,welth,2011,0.5,x",
        "series,wealth,2011,0.5,x",
        "event,loan,2011,2,x",
        "event,loan,2035,1,x",
        "price,loan,2011,1,x",
        "series,wealth,2012,much,x",
        "time,raid,2011,2013-01,x",
        "series,wealth,2011,0.6,x",
        "event,rade,2011,1,x",
        "series,wealth,2013,inf,x",
    ]
    file.write_text("\n".join(rows) + "\n")
    with pytest.raises(ScenarioError) as caught:
        facts_of(file, CASE)
    told = "\n".join(caught.value.problems)
    for line, words in (
        (2, "no series 'welth' in the scenario; did you mean 'wealth'?"),
        (4, "1 (happened) or 0"),
        (5, "does not lie within the scenario, 2010-01 to 2021-12"),
        (6, "kind must be"),
        (7, "must be a number, not 'much'"),
        (8, "a month within its window"),
        (10, "did you mean 'raid'?"),
        (11, "must be a finite number"),
    ):
        assert re.search(rf"line {line}: .*{re.escape(words)}", told), told
    assert "series wealth 2011: given twice, in line 3 first; keep one" in told
    assert len(caught.value.problems) == 9


def test_samples_follow_the_dates_of_the_file():
    facts = yearly(SERIES, "wealth", [0.0] * YEARS)
    expected = [IN_SAMPLE] * 7 + [VALIDATION] * 2 + [OUT_OF_SAMPLE] * 3
    assert [sample_of(fact, CASE) for fact in facts] == expected
    assert {sample_of(fact, past_case(hindcast=None)) for fact in facts} == {OUT_OF_SAMPLE}


# -- scores by hand --------------------------------------------------------------------------------


def test_crps_of_runs_is_its_energy_form():
    rng = np.random.default_rng(5)
    said, observed = rng.normal(size=(4, 60)), rng.normal(size=4)
    for row, y, score in zip(said, observed, crps_of_runs(said, observed), strict=True):
        energy = np.abs(row - y).mean() - np.abs(row[:, None] - row[None, :]).mean() / 2
        assert score == pytest.approx(energy, rel=1e-12)
    assert crps_of_runs(np.array([[0.0, 1.0]]), np.array([0.0]))[0] == pytest.approx(0.25)


def test_crps_of_a_normal_is_that_of_many_runs_of_it_and_of_a_point_the_absolute_error():
    runs = np.random.default_rng(1).normal(2.0, 0.5, (1, 20_000))
    assert crps_of_normal(2.0, 0.5, 2.6) == pytest.approx(crps_of_runs(runs, np.array([2.6]))[0], abs=0.01)
    assert crps_of_normal(2.0, 0.0, 2.6) == pytest.approx(0.6)
    assert crps_of_normal(2.0, math.nan, 1.0) == 1.0


def test_a_baseline_is_censored_at_the_ends_of_a_series_as_runs_are():
    runs = np.clip(np.random.default_rng(1).normal(95.0, 10.0, (1, 20_000)), 0, 100)
    for observed in (80.0, 97.0, 100.0):
        assert crps_of_normal(95.0, 10.0, observed, (0, 100)) == pytest.approx(
            crps_of_runs(runs, np.array([observed]))[0], abs=0.1
        )
    assert crps_of_normal(120.0, math.nan, 90.0, (0, 100)) == 10.0


def test_brier_and_log_scores_by_hand():
    assert brier(0.3, True) == pytest.approx(0.49) and brier(0.3, False) == pytest.approx(0.09)
    assert log_loss(0.3, True) == pytest.approx(-math.log(0.3))
    assert log_loss(0.3, False) == pytest.approx(-math.log(0.7))


def test_a_log_score_of_what_no_run_showed_is_finite():
    """No nearer to 0 or 1 than one in a thousand, whatever the number of runs: ln 1000 = 6.908 nat."""
    assert limited(0.0) == 0.001 and limited(1.0) == 0.999 and limited(0.5) == 0.5 and limited(0.002) == 0.002
    assert [log_loss(0.0, True), log_loss(1.0, False)] == pytest.approx([6.9078] * 2, abs=1e-4)
    assert log_loss(0.0, False) == pytest.approx(0.0010005, abs=1e-7)


def test_ranked_probability_score_by_hand():
    """Shares .2 .3 .5 and the second came: (.2)^2 + (.5 - 1)^2 + 0; what is surely right costs nothing."""
    assert ranked(np.array([0.2, 0.3, 0.5]), 1) == pytest.approx(0.04 + 0.25)
    assert ranked(np.array([0.0, 1.0, 0.0]), 1) == 0
    assert ranked(np.array([1.0, 0.0, 0.0]), 2) == pytest.approx(2.0), "two thresholds missed"


def test_skill_by_hand():
    assert skill(np.array([1.0, 2.0]), np.array([2.0, 4.0])) == pytest.approx(0.5)
    assert skill(np.array([4.0]), np.array([2.0])) == pytest.approx(-1.0)
    assert skill(np.array([0.1]), np.array([0.0])) == -np.inf and skill(np.array([0.0]), np.array([0.0])) == 0


def test_a_target_of_three_facts_weighs_three_times_one_of_a_single_fact():
    score, other, targets = np.array([1.0, 1.0, 1.0, 4.0]), np.full(4, 2.0), np.array(["a", "a", "a", "b"])
    # ratios 1/2 and 2: (1/2)^(3/4) x 2^(1/4) = 2^(-1/2)
    assert pooled_skill(score, other, targets, np.arange(4))[0] == pytest.approx(1 - 2**-0.5, rel=1e-12)


def test_targets_in_other_units_are_pooled_by_the_geometric_mean_of_ratios():
    """Ratios 1/2 and 2, the second with three facts: exp((ln .5 + 3 ln 2) / 4) = 2 ** .5; the unit does not
    matter.
    """
    score, other = np.array([1.0, 200.0, 200.0, 200.0]), np.array([2.0, 100.0, 100.0, 100.0])
    targets, years = np.array(["a", "b", "b", "b"]), np.arange(4)
    value, low, high, used = pooled_skill(score, other, targets, years)
    assert value == pytest.approx(1 - 2**0.5) and used == 2 and np.isnan([low, high]).all()
    assert pooled_skill(score, other * (targets == "a"), targets, years)[0] == pytest.approx(0.5), (
        "b has no ratio"
    )
    assert pooled_skill(score * (targets == "b"), other, targets, years)[3] == 1, (
        "nor has a, which costs nothing"
    )
    nothing = pooled_skill(score, 0 * other, targets, years)
    assert np.isnan(nothing[:3]).all() and nothing[3] == 0


# -- baselines by hand -----------------------------------------------------------------------------


def test_a_walk_knows_mean_and_sd_of_yearly_changes():
    facts = yearly(SERIES, "wealth", [1.0, 2.0, 2.0, 4.0])
    past, then = past_of(CASE.case, facts), Asked(facts[-1].first / 12 + 0.5 + 4)
    assert past.drift == pytest.approx(1.0) and past.sd == pytest.approx(np.std([1, 0, 2], ddof=1))
    assert hold_last(past, then) == (4.0, pytest.approx(2.0))
    assert drifting(past, then) == (pytest.approx(8.0), pytest.approx(2.0))


def test_a_walk_takes_gaps_for_as_many_years():
    facts = [
        *yearly(SERIES, "wealth", [1.0], 2010),
        *yearly(SERIES, "wealth", [3.0], 2012),
        *yearly(SERIES, "wealth", [3.0], 2013),
    ]
    walk = past_of(CASE.case, facts)
    assert walk.drift == pytest.approx(2 / 3)
    assert walk.sd == pytest.approx(math.sqrt((2 - 4 / 3) ** 2 / 2 + (2 / 3) ** 2))


def test_one_value_has_no_drift_and_no_spread():
    (only,) = yearly(SERIES, "wealth", [1.0])
    walk = past_of(CASE.case, [only])
    assert math.isnan(walk.drift) and math.isnan(walk.sd)


YEAR_ASKED = Fact(EVENT, "loan", 12 * 2015, 12 * 2015 + 11, 0.0)


def test_the_past_rate_is_laplace_s():
    assert past_rate((), YEAR_ASKED) is None
    assert past_rate(yearly(EVENT, "loan", [1.0, 0.0, 0.0]), YEAR_ASKED) == pytest.approx(2 / 5)
    two_years = Fact(EVENT, "loan", 0, 23, 0.0)
    assert past_rate([two_years], YEAR_ASKED) == pytest.approx(1 - (2 / 3) ** 0.5), (
        "a chance of 1/3 in two years"
    )
    times = [Fact(TIME, "loan", 0, 11, math.inf), Fact(TIME, "loan", 0, 11, 5.0)]
    assert past_rate(times, YEAR_ASKED) == pytest.approx(0.5)
    both = [two_years, Fact(EVENT, "loan", 24, 35, 1.0)]
    assert past_rate(both, YEAR_ASKED) == pytest.approx(1 - 0.5 ** (12 / 18)), (
        "1/2 in windows of 18 months on average"
    )


def test_a_chance_a_vote_is_not_laid_on_a_year():
    """One vote without a yes: 1/3 a vote. A year of unknown votes has no past rate, and a year's rate is none
    of a vote's.
    """
    vote, asked = Fact(EVENT, "loan", 24132, 24132, 0.0), Fact(EVENT, "loan", 24228, 24228, 0.0)
    assert past_rate([vote], YEAR_ASKED) is None
    months = asked.last - asked.first + 1
    assert 1 - (1 - past_rate([vote], asked)) ** (months / 12) == pytest.approx(1 / 3)
    session = Fact(EVENT, "loan", 24228, 24230, 0.0)
    assert 1 - (1 - past_rate([vote, vote, session], session)) ** (3 / 12) == pytest.approx(1 / 5), (
        "occasions of any length"
    )
    years = yearly(EVENT, "loan", [0.0] * 8)
    assert 1 - (1 - past_rate([vote, *years], asked)) ** (1 / 12) == pytest.approx(1 / 3)
    assert past_rate([vote, *years], YEAR_ASKED) == pytest.approx(1 / 10)
    half = Fact(EVENT, "loan", 12 * 2015, 12 * 2015 + 5, 0.0)
    assert past_rate(years, half) == pytest.approx(1 / 10), "a chance a year is laid on half of one"
    eleven = Fact(EVENT, "loan", 0, 10, 0.0)
    assert past_rate([eleven], YEAR_ASKED) is None


def test_rates_of_the_file_come_before_those_of_the_table():
    given = {"climatology": 0.2, "anniversary": {"calendar": "jubilee", "on": 0.9, "off": 0.1}}
    weights = {"window": 3, "weights": {"tenth": 1.0, "fifth": 1.0, "other": 0.0}}
    case = past_case(
        outcomes={"loan": {"label": "A loan", "any_of": ["loan"], "baselines": given}},
        calendars={"jubilee": {"anniversary_of": "2009-06"} | weights},
    ).case
    first = 12 * 2014
    assert chances_of(case, "loan", first, first + 11, 0.7) == {
        "climatology": pytest.approx(0.2), "anniversary_rule": pytest.approx(0.9), "status_quo": 0.0,
    }  # fmt: skip
    assert chances_of(case, "raid", first, first + 23, 0.7) == {
        "climatology": pytest.approx(1 - 0.3**2),
        "status_quo": 0.0,
    }
    assert chances_of(case, "raid", first, first, None) == {"status_quo": 0.0}
    whole = chances(Span(case, case.outcomes["loan"], 12 * 2010, 12 * 2010 + 11))
    assert whole == chances_by(case, case.outcomes["loan"], "2010-12")
    assert anniversary_only(0.9, 0.1, 12 * 2009 + 5, first, first + 11) == pytest.approx(0.9)


# -- what runs predict -----------------------------------------------------------------------------


def test_only_later_rows_of_series_are_told():
    facts = (*yearly(SERIES, "wealth", [0.1, 0.2, 0.3]), *yearly(EVENT, "loan", [1.0] * 3))
    said, later = np.random.default_rng(2).normal(size=(6, 50)), (facts[2], facts[5])
    forecast = Forecast(
        facts[2].first, later, np.arange(40.0).reshape(2, 20), np.zeros((1, 2)), {}, {}, {}, {}
    )
    predictive = Predictive.of(said, facts, forecast)
    assert np.flatnonzero(predictive.is_told).tolist() == [2]
    assert [i for i in range(6) if not np.array_equal(predictive.free[i], predictive.told[i])] == [2]
    assert set(predictive.told[2]) == set(range(20)), "all that was foretold, evenly"
    assert np.array_equal(Predictive.of(said, facts, None).told, said)


def test_facts_after_the_split_are_not_used_before_them_or_for_each_other(own):
    facts = own.facts
    late = tuple(
        Fact(f.kind, f.target, f.first, f.last, 9.0)
        if f.kind == SERIES and sample_of(f, CASE) != IN_SAMPLE
        else f
        for f in facts
    )
    other = hindcast(CASE, late, RUNS)
    named = [f"score_{name}" for name in OF_SERIES if f"score_{name}" in own.scores]
    hidden = ["observed", "pit", "score", "free_score", "within_50", "within_90", *named]
    pd.testing.assert_frame_equal(own.scores.drop(columns=hidden), other.scores.drop(columns=hidden))
    early = own.scores["sample"] == IN_SAMPLE
    pd.testing.assert_frame_equal(own.scores[early], other.scores[early])
    pd.testing.assert_frame_equal(own.fans, other.fans)


def test_an_interval_of_a_share_counts_draws_whose_runs_are_alike_once():
    happened = np.repeat([0.0, 1.0], 500)
    alone = share_interval(happened, None)
    drawn = share_interval(happened, np.repeat(np.arange(20), 50))
    assert alone[1] - alone[0] == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 1000), rel=0.01)
    assert drawn[1] - drawn[0] == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 19), rel=0.1)
    assert (
        share_interval(np.zeros(1000), np.repeat(np.arange(20), 50))[1]
        > share_interval(np.zeros(1000), None)[1]
    )


def test_nothing_is_said_beyond_the_support_of_a_series(tmp_path):
    """What error would carry below 0 lies at 0, also in runs that were told a value."""
    raw = past_case().case.model_dump(exclude_none=True, include={"observations"})["observations"]
    raw["wealth"] |= {"error": 0.1, "support": "positive"}
    case = past_case(observations=raw)
    facts = yearly(SERIES, "wealth", [0.0] * YEARS)
    found = hindcast(case, facts, RUNS)
    free, told = found.trial.predictive.free, found.trial.predictive.told
    assert free.min() == 0 and told.min() == 0
    assert 0.01 < (told[-1] == 0).mean() < 0.9 and found.trial.predictive.is_told[-1]
    open_ended = hindcast(
        past_case(observations=raw | {"wealth": raw["wealth"] | {"support": "line"}}), facts, RUNS
    )
    np.testing.assert_array_equal(free, np.clip(open_ended.trial.predictive.free, 0, None))
    table = tmp_path / "t.csv"
    table.write_text("kind,target,when,value\nseries,wealth,2011,-0.1\n")
    with pytest.raises(
        ScenarioError,
        match=r"line 2: value -0.1 cannot be: observations.wealth.support is positive, 0 to inf",
    ):
        facts_of(table, case)


# -- whole hindcasts -------------------------------------------------------------------------------


WORLDS = 300


def inside(said: np.ndarray, observed: np.ndarray, level: float) -> np.ndarray:
    """Whether values (facts,) lie in the middle `level` of runs (facts, runs)."""
    low, high = np.quantile(said, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return (low <= observed) & (observed <= high)


@pytest.mark.parametrize(("level", "apart"), [(0.9, 0.03), (0.5, 0.05)])
@pytest.mark.parametrize("first", [0, YEARS], ids=["wealth", "lean"])
def test_intervals_hold_as_many_facts_as_they_say_if_the_model_is_the_world(own, first, level, apart):
    """Over worlds of the model, free-running; `apart` is about three standard errors (see below).

    The years of a world hang together: measured over 600 worlds, the share inside has a standard deviation
    between worlds of .19 at 90 % and .28 at 50 %, so that of 300 worlds has a standard error of .011 and
    .016.
    """
    said = own.trial.predictive.free[first : first + YEARS]
    worlds = written_down(CASE, WORLDS)[first : first + YEARS].T
    assert np.mean([inside(said, world, level) for world in worlds]) == pytest.approx(level, abs=apart)


def test_a_biased_model_costs_more_than_an_unbiased_one(own):
    other = hindcast(past_case().override({"quantities.wealth.start": 0.8}), own.facts, RUNS)
    wealth = own.scores["target"] == "wealth"
    early = wealth & (own.scores["sample"] == IN_SAMPLE)
    assert other.scores.loc[early, "score"].mean() > own.scores.loc[early, "score"].mean()


def test_holding_the_last_value_of_a_constant_series_costs_nothing_and_skill_is_negative():
    found = hindcast(CASE, yearly(SERIES, "wealth", [0.5] * YEARS), RUNS)
    assert (found.scores["score_hold_last"].dropna() == 0).all()
    assert (found.targets["skill_hold_last"] == -np.inf).all()
    assert "-inf" in "\n".join(lines(found))


def test_scores_are_those_of_the_runs(own):
    trial, table = own.trial, own.scores
    told = trial.predictive.told
    for place in (3, 10, 20):
        if table["scored"][place]:
            assert table["score"][place] == pytest.approx(
                crps_of_runs(told[place : place + 1], table["observed"][[place]])[0]
            )
    event = table.index[table["kind"] == EVENT][2]
    assert table["probability"][event] == trial.predictive.free[event].mean()
    assert table["score"][event] == pytest.approx(
        (table["probability"][event] - table["observed"][event]) ** 2
    )
    first = table[table["kind"] == SERIES].groupby("target", sort=False).head(1)
    assert not first["scored"].any() and first["score"].isna().all(), (
        "where baselines start is shown, not scored"
    )


def test_rows_of_targets_sum_up_rows_of_scores(own):
    table, targets = own.scores, own.targets
    row = targets[(targets["target"] == "wealth") & (targets["sample"] == OUT_OF_SAMPLE)].iloc[0]
    facts = table[(table["target"] == "wealth") & (table["sample"] == OUT_OF_SAMPLE)]
    assert row["facts"] == len(facts) == 3
    assert row["score"] == pytest.approx(facts["score"].mean())
    assert row["rmse"] == pytest.approx(np.sqrt(((facts["observed"] - facts["q50"]) ** 2).mean()))
    assert row["skill_hold_last"] == pytest.approx(
        1 - facts["score"].mean() / facts["score_hold_last"].mean()
    )
    assert row["within_90"] == facts["within_90"].sum()
    assert set(targets[targets["target"] == "all"]["kind"]) == {SERIES, EVENT}


def test_a_first_time_is_ranked_over_the_years_of_its_window(own):
    row = own.scores[own.scores["kind"] == TIME].iloc[0]
    fact, said = own.facts[-1], own.trial.predictive.free[-1]
    by = np.array([(said <= fact.first + 12 * year + 11).mean() for year in range(6)])
    happened = np.array([fact.value <= fact.first + 12 * year + 11 for year in range(6)])
    assert row["score"] == pytest.approx(((by - happened) ** 2).sum())
    assert row["score_status_quo"] == pytest.approx(happened.sum())


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_change_a_score(own, threads):
    pd.testing.assert_frame_equal(hindcast(CASE, own.facts, RUNS, threads=threads).scores, own.scores)


def test_runs_are_spread_evenly_over_draws(own):
    found = hindcast(prior_beliefs(CASE, 20, 1), own.facts, 95)
    assert found.runs == 100 and found.draws == 20
    np.testing.assert_array_equal(np.bincount(found.trial.draw_of), np.full(20, 5))
    assert "over 20 draws from the prior" in "\n".join(lines(found))
    with pytest.raises(BadInput, match="10 runs are too few for 20 draws"):
        hindcast(prior_beliefs(CASE, 20, 1), own.facts, 10)


# -- awkward cases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        yearly(SERIES, "wealth", [0.5]),
        yearly(SERIES, "wealth", [0.5], 2020),
        (*yearly(SERIES, "wealth", [0.5], 2016), *yearly(SERIES, "wealth", [0.4], 2020)),
        (Fact(SERIES, "wealth", 24120, 24131, 0.5), Fact(SERIES, "wealth", 24125, 24126, 0.6)),
        yearly(EVENT, "raid", [1.0], 2020),
        (Fact(TIME, "loan", 12 * 2010, 12 * 2010, math.inf),),
    ],
    ids=["one", "one late", "one known", "two of one time", "one event", "one month"],
)
def test_a_table_of_hardly_anything_is_told_and_drawn(facts):
    from sim.studies.hindcast.figures import figures

    found = hindcast(CASE, facts, 40)
    assert len(found.scores) == len(facts)
    assert "Conditional on this scenario" in "\n".join(lines(found))
    assert figures(found)


def test_without_a_split_everything_is_out_of_sample_and_that_is_said(own):
    found = hindcast(past_case(hindcast=None), own.facts, 40)
    text = "\n".join(lines(found))
    assert "no [hindcast]: every observation counts as out-of-sample" in text
    assert "hold-last and drift know nothing" in text
    assert set(found.scores["sample"]) == {OUT_OF_SAMPLE} and "score_hold_last" not in found.scores


def test_a_series_without_spread_can_be_scored(own):
    still = past_case().override(
        {"quantities.wealth.noise": 0.0, "observations.wealth.error": 0.0, "events.loan.base_logit": -40}
    )
    still = still.override({"events.aid.base_logit": -40, "events.raid.base_logit": -40})
    found = hindcast(still, own.facts, 40).scores
    wealth = found[(found["target"] == "wealth") & found["scored"]]
    np.testing.assert_allclose(wealth["score"], (wealth["observed"] - wealth["q50"]).abs())


def test_failed_runs_count_nowhere_and_a_hindcast_of_none_is_refused(own, monkeypatch):
    from sim.assimilation.instruments import Instruments

    measure = Instruments.measure

    def broken(self, history):
        said = measure(self, history)
        said[:, history.runs % 2 == 0] = np.nan
        return said

    monkeypatch.setattr(Instruments, "measure", broken)
    found = hindcast(CASE, own.facts, 40)
    assert found.failed == 20 and found.trial.runs == 20
    assert "20 of 40 runs had a number that is not finite" in "\n".join(lines(found))
    monkeypatch.setattr(Instruments, "measure", lambda self, history: measure(self, history) * np.nan)
    with pytest.raises(Refusal, match="no run could be used"):
        hindcast(CASE, own.facts, 40)


def test_observations_after_the_months_are_left_out_and_counted(own):
    found = hindcast(CASE, own.facts, 40, months=24)
    assert {fact.last for fact in found.facts} == {24131, 24143}
    assert f"{len(own.facts) - 8} observations end after the simulated months" in "\n".join(lines(found))
    with pytest.raises(BadInput, match="no observation ends within"):
        hindcast(CASE, own.facts, 40, months=5)
    with pytest.raises(BadInput, match="has no observations"):
        hindcast(CASE, (), 40)


def test_without_the_package_of_scores_one_line_says_what_to_install(own, monkeypatch):
    monkeypatch.setitem(sys.modules, "scoringrules", None)
    with pytest.raises(BadInput, match=r"pip install 'steppe-sim\[hindcast\]'"):
        hindcast(CASE, own.facts, 40)


# -- words and files -------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_verdict_is_printed(own):
    worse = hindcast(past_case().override({"quantities.wealth.start": 0.95}), own.facts, 40)
    for found in (own, worse, hindcast(prior_beliefs(CASE, 20, 1), own.facts, 40)):
        text = "\n".join(lines(found))
        assert VERDICTS.findall(text) == [], text
        assert max(map(len, text.splitlines())) <= 100


def test_no_verdict_is_drawn(own):
    from sim.studies.hindcast.figures import figures

    drawn = figures(own)
    assert {"series", "reliability", "pit"} <= set(drawn)
    for figure in drawn.values():
        texts = [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
        assert [found for text in texts for found in VERDICTS.findall(text)] == []
        assert any(f"{RUNS:,} runs, seed 1" in text for text in texts)


def test_no_verdict_is_in_the_code_or_the_help():
    code = [
        Path(sim.__file__).parent / name
        for name in (
            "studies/hindcast/text/__init__.py",
            "studies/hindcast/ask.py",
            "studies/hindcast/figures/series.py",
        )
    ]
    strings = [text for file in code for text in re.findall(r'"([^"\n]*)"', file.read_text(encoding="utf-8"))]
    assert [text for text in strings if VERDICTS.search(text)] == []
    assert VERDICTS.findall(CliRunner().invoke(app, ["hindcast", "--help"]).stdout) == []


def scenario_file(folder: Path) -> Path:
    """The small case of the past as a file."""
    file = folder / "past.toml"
    added = """
[observations.wealth]
label = "Wealth as counted"
unit = "1"
measure = "wealth"
error = 0.01
definition = "the yearly mean"
source = "test"

[hindcast]
fitted_until = "2010-12"
validated_until = "2011-06"

[uncertain.wealth]
label = "Level of wealth"
numbers = ["quantities.wealth.start"]
times = 0.1
"""
    file.write_text(SMALL.read_text(encoding="utf-8") + added, encoding="utf-8")
    return file


TABLE = """kind,target,when,value,source,provenance,note
series,wealth,2010-06,0.49,made up,test,
series,wealth,2010-12,0.5,made up,test,
series,wealth,2011-05,0.52,made up,test,
series,wealth,2011-12,0.45,made up,test,
event,loan,2010,1,made up,test,"a note, with a comma"
event,loan,2011,0,made up,test,
time,raid,2010-01/2011-12,never,made up,test,
"""


@pytest.mark.slow
def test_the_command_prints_the_report_and_saves_it(tmp_path):
    scenario, data, out = scenario_file(tmp_path), tmp_path / "t.csv", tmp_path / "out"
    data.write_text(TABLE)
    order = ["hindcast", str(scenario), "--data", str(data), "--runs", "60", "--out", str(out), "--seed", "5"]
    done = CliRunner().invoke(app, order)
    assert done.exit_code == 0, done.output
    assert (
        "60 runs of 24 months, 2010-01 to 2011-12, seed 5" in done.stdout
        and "Wealth as counted [1] (wealth)" in done.stdout
    )
    assert VERDICTS.findall(done.stdout) == []
    files = {path.name for path in out.iterdir()}
    tables = {"scores.csv", "targets.csv", "reliability.csv", "pit.csv", "fans.csv", "observations.csv"}
    tables |= {"forecasts.csv", "horizons.csv", "theories.csv", "discrepancies.csv"}
    assert files == tables | {"scenario.toml", "manifest.json", "figures"}
    assert {path.name for path in (out / "figures").iterdir()} == set(
        pictures("series", "reliability", "skill", "scores-series", "scores-event", "scores-time")
    )
    with open(out / "scores.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["when"] for row in rows] == [
        "2010-06",
        "2010-12",
        "2011-05",
        "2011-12",
        "2010",
        "2011",
        "2010-01/2011-12",
    ]
    assert rows[4]["note"] == "a note, with a comma"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "steppe hindcast" and manifest["runs"] == 60 and manifest["seed"] == 5
    assert len(manifest["observations"]["sha256"]) == 64 and manifest["beliefs"] is None
    again = CliRunner().invoke(app, order)
    assert again.exit_code == 1 and "--overwrite" in again.stderr
    assert "files are those that were written" in CliRunner().invoke(app, ["verify", str(out)]).stdout
    rerun = CliRunner().invoke(app, ["replay", str(out), "--run", "0"])
    assert rerun.exit_code and "holds a steppe hindcast, no rows to run again" in rerun.stderr
    assert CliRunner().invoke(app, [*order, "--overwrite", "--no-figures"]).exit_code == 0


def test_the_command_draws_uncertain_numbers(tmp_path):
    scenario, data, out = scenario_file(tmp_path), tmp_path / "t.csv", tmp_path / "out"
    data.write_text(TABLE)
    order = [
        "hindcast",
        str(scenario),
        "--data",
        str(data),
        "--runs",
        "60",
        "--no-figures",
        "--out",
        str(out),
        "--overwrite",
    ]
    done = CliRunner().invoke(app, [*order, "--prior", "file", "--draws", "20"])
    assert done.exit_code == 0 and "over 20 draws from the prior" in done.stdout
    case = past_case()
    beliefs = prior_beliefs(case, 30, 1)
    posterior = tmp_path / "posterior.json"
    write_posterior(posterior, beliefs.free, beliefs.values, {"of": "a test"})
    learnt = CliRunner().invoke(app, [*order, "--posterior", str(posterior), "--draws", "30"])
    assert learnt.exit_code == 0 and "over 30 draws from the posterior" in learnt.stdout
    manifest = json.loads((out / "manifest.json").read_text())
    assert (
        manifest["beliefs"]["posterior"]["manifest"] == {"of": "a test"}
        and manifest["beliefs"]["draws"] == 30
        and manifest["beliefs"]["learnt"] == ["wealth"]
    )
    for wrong, words in (
        (["--prior", "file", "--posterior", str(posterior)], "from one of them"),
        (["--draws", "5"], "--draws counts draws"),
        (["--prior", "file", "--draws", "10000"], "too few for 10,000 draws"),
        (["--posterior", str(tmp_path / "none.json")], "no such file"),
    ):
        refused = CliRunner().invoke(app, [*order, *wrong])
        assert refused.exit_code == 2 and words in refused.stderr, refused.output


def test_the_command_tells_bad_tables_line_by_line(tmp_path):
    scenario, data = scenario_file(tmp_path), tmp_path / "t.csv"
    data.write_text("kind,target,when,value\nseries,welth,2010,1\nevent,loan,2010,maybe\n")
    done = CliRunner().invoke(
        app, ["hindcast", str(scenario), "--data", str(data), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 2 and not (tmp_path / "out").exists()
    assert [line.split(": ")[2] for line in done.stderr.splitlines()] == ["line 2", "line 3"]
    missing = CliRunner().invoke(app, ["hindcast", str(scenario), "--data", str(tmp_path / "none.csv")])
    assert missing.exit_code == 2 and "no such file" in missing.stderr
