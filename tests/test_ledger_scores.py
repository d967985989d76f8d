"""Scores of a ledger: equal to those worked out by hand; what is calibrated comes out so, else it is seen.

All events and facts here are invented.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.refusal import BadInput, ScenarioError
from sim.statistics.scores import FLOOR
from sim.statistics.twoway import mean_interval, share_interval, skill_interval
from sim.studies.ledger.chain import LedgerError
from sim.studies.ledger.entry import LEVELS
from sim.studies.ledger.scores import Standing, pit
from sim.studies.ledger.text.scores import scored
from tests.support.ledgers import WHO, event, facts_of, ledger_of, series

DAY = datetime(2010, 1, 15, tzinfo=UTC)
LATER = date(2030, 1, 1)
BASE = {"past_rate": 0.5, "status_quo": 0.0}


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Scores of entries that were made on one day, against rows of facts."""

    def made(entries, *rows, today=LATER, day=DAY, **more):
        file = tmp_path / "l.jsonl"
        ledger_of(file, monkeypatch, (day, entries))
        return sim.score(file, facts_of(tmp_path / "facts.csv", *rows), today=today, **more)

    return made


# -- by hand ---------------------------------------------------------------------------------------


def test_scores_of_events_are_those_worked_out_by_hand(make):
    entries = [
        event("war", "2010-01", "2010-12", 0.2, baselines=BASE),
        event("peace", "2010-01", "2010-12", 0.9, baselines=BASE),
        event("rain", "2010-01", "2010-12", 0.0, baselines={"status_quo": 0.0}),
    ]
    found = make(entries, "event,war,2010,0", "event,peace,2010-06,1", "event,rain,2010-07,1")
    table, (total, *_) = found.entries, found.summary.to_dict("records")
    assert table["score_forecast"].tolist() == pytest.approx([0.2**2, 0.1**2, 1.0])
    logs = [-math.log(0.8), -math.log(0.9), -math.log(FLOOR)]
    assert table["log_forecast"].tolist() == pytest.approx(logs)
    assert table["score_past_rate"].tolist()[:2] == [0.25, 0.25] and math.isnan(table["score_past_rate"][2])
    assert total["score"] == pytest.approx((0.04 + 0.01 + 1) / 3) and total["log"] == pytest.approx(
        sum(logs) / 3
    )
    # a baseline is compared on the questions of which it says something
    assert total["entries_past_rate"] == 2 and total["skill_past_rate"] == pytest.approx(1 - 0.025 / 0.25)
    assert total["skill_status_quo"] == pytest.approx(1 - 1.05 / 3 / (2 / 3))
    assert total["expected"] == pytest.approx((0.16 + 0.09 + 0.0) / 3)
    assert total["excess"] == pytest.approx((1.05 - 0.25) / 3)
    assert (total["probability"], total["happened"]) == pytest.approx((1.1 / 3, 2 / 3))


def test_scores_of_series_are_those_worked_out_by_hand(make):
    grid = np.arange(1.0, 100.0)
    entries = [
        series("income", "2010-01", "2010-12", grid, baselines={"hold_last": [50.0, 10.0]}),
        series("debt", "2010-01", "2010-12", [3.0] * LEVELS, baselines={"hold_last": [1.0, None]}),
    ]
    found = make(entries, "series,income,2010,60.5", "series,debt,2010,5")
    # E|X - y| - E|X - X'| / 2 over the 99 values, term by term
    crps = np.mean(abs(grid - 60.5)) - np.mean(abs(grid[:, None] - grid)) / 2
    first, second = found.entries.to_dict("records")
    assert first["score_forecast"] == pytest.approx(crps) and second["score_forecast"] == pytest.approx(2.0)
    # Gneiting and Raftery 2007, equation 22, of a normal distribution
    z = (60.5 - 50) / 10
    normal = 10 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi))
    assert first["score_hold_last"] == pytest.approx(normal) and second["score_hold_last"] == 4.0
    assert first["pit"] == pytest.approx(0.605) and second["pit"] == pytest.approx(0.995)
    assert (first["within_50"], first["within_90"], second["within_90"]) == (True, True, False)
    pooled = found.summary[found.summary["target"] == "all"].iloc[0]
    assert pooled["skill_hold_last"] == pytest.approx(1 - math.sqrt(crps / normal * 2 / 4))


def test_the_probability_below_a_value_among_ties_is_in_their_middle():
    assert pit(np.array([0.0] * 50 + [1.0] * 49), 0.0) == pytest.approx(0.255)
    assert pit(np.arange(99.0), -1.0) == 0.005 and pit(np.arange(99.0), 1e9) == 0.995


# -- what facts say --------------------------------------------------------------------------------

ROWS = {
    "no": (("event,war,2010,0",), 0.0, "scored"),
    "no in pieces": (("event,war,2010-01/2010-05,0", "event,war,2010-06/2011-03,0"), 0.0, "scored"),
    "no by a first time": (("time,war,2010-01/2011-12,2011-05",), 0.0, "scored"),
    "never": (("time,war,2010,never",), 0.0, "scored"),
    "yes": (("event,war,2010-03,1",), 1.0, "scored"),
    "yes in a window that reaches beyond": (
        ("event,war,2010-10/2011-02,1", "event,war,2011-01/2011-02,0"), 1.0, "scored",
    ),
    "a month is missing": (("event,war,2010-01/2010-05,0", "event,war,2010-07/2010-12,0"), None, "unknown"),
    "before or within": (("event,war,2009-06/2010-06,1",), None, "unknown"),
    "of something else": (("event,peace,2010,0",), None, "unknown"),
    "before": (("event,war,2009,0",), None, "unknown"),
    "after a first time nothing is known": (("time,war,2009-01/2010-12,2009-05",), None, "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_what_facts_do_not_say_is_unknown_and_never_no(make, kind):
    rows, answer, standing = ROWS[kind]
    row = make([event("war", "2010-01", "2010-12", 0.3)], *rows).entries.iloc[0]
    assert row["standing"] == standing
    assert math.isnan(row["answer"]) if answer is None else row["answer"] == answer


def test_a_question_is_open_until_its_last_month_is_over_also_if_it_came_true(make):
    entries = [event(name, "2010-01", "2010-12", 0.3) for name in ("war", "peace")]
    rows = ("event,war,2010-03,1",)
    found = make(entries, *rows, today=date(2010, 12, 31))
    assert found.entries["standing"].tolist() == ["open", "open"] and found.summary.empty
    assert any("1 open ones have come true" in line for line in scored(found))


def test_facts_that_contradict_each_other_or_cannot_be_are_refused_with_their_line(make):
    entries = [
        event("war", "2010-01", "2010-12", 0.3),
        series("share", "2010-01", "2010-12", range(1, 100), support=[0.0, 100.0]),
    ]
    with pytest.raises(ScenarioError, match="line 3: war happened within 2010-03, but line 2 says"):
        make(entries, "event,war,2010,0", "event,war,2010-03,1")
    with pytest.raises(ScenarioError, match="line 2: value 101 of share cannot be"):
        make(entries, "series,share,2010,101")
    with pytest.raises(ScenarioError, match="line 2: kind must be"):
        make(entries, "rumour,war,2010,1")


# -- before and afterwards -------------------------------------------------------------------------


def test_what_was_made_afterwards_is_never_added_up_with_forecasts(make):
    entries = [
        event("war", "2010-01", "2011-12", 0.3),
        event("peace", "2010-01", "2011-12", 1.0),
        event("rain", "2010-01", "2010-06", 1.0, past=True),
        event("snow", "2010-01", "2011-12", 1.0, answered=1.0),
        event("hail", "2010-01", "2011-12", 0.5),
    ]
    rows = [f"event,{name},2010-03,1" for name in ("peace", "rain", "snow")]
    found = make(
        entries, *rows, "event,war,2010,0", "event,war,2011,0", "event,hail,2010-09,1",
        day=datetime(2010, 9, 2, tzinfo=UTC),
    )  # fmt: skip
    # peace had come before it was forecast; hail came in the very month, before or after
    assert found.entries["standing"].tolist() == ["scored", "afterwards", "afterwards", "known", "scored"]
    by = found.summary[(found.summary["target"] == "all") & (found.summary["lead"] == "all")].set_index(
        "standing"
    )
    assert by.loc["scored", "entries"] == 2 and by.loc["afterwards", "entries"] == 2
    assert (
        by.loc["scored", "score"] == pytest.approx((0.09 + 0.25) / 2) and by.loc["afterwards", "score"] == 0
    )


def test_scores_are_told_by_lead_time_and_the_first_entry_of_a_question_counts(tmp_path, monkeypatch):
    def asked(chance):
        return [event("war", "2010-01", "2012-12", chance)]

    days = [
        datetime(2010, 1, 5, tzinfo=UTC),
        datetime(2012, 2, 1, tzinfo=UTC),
        datetime(2012, 3, 1, tzinfo=UTC),
    ]
    file = ledger_of(tmp_path / "l.jsonl", monkeypatch, *zip(days, map(asked, (0.5, 0.8, 1.0)), strict=True))
    found = sim.score(file, facts_of(tmp_path / "f.csv", "event,war,2012-11,1"), today=LATER)
    assert found.entries["lead"].tolist() == [35, 10, 9] and len(found.entries) == 3
    leads = found.summary[found.summary["target"] == "all"].set_index("lead")
    assert leads["score"].to_dict() == pytest.approx({"all": 0.145, "7 to 12": 0.04, "25 to 60": 0.25})
    assert leads.loc["all", "questions"] == 1 and leads.loc["all", "entries"] == 2


def test_variants_and_cases_are_not_mixed(make, tmp_path):
    def of(case, **changes):
        return {"scenario": WHO["scenario"] | {"case": case, "changes": changes}}

    entries = [
        event("war", "2010-01", "2010-12", 0.1, **of("one")),
        event("war", "2010-01", "2010-12", 0.9, **of("one", cost=2.0)),
        event("war", "2010-01", "2010-12", 0.5, **of("two")),
    ]
    with pytest.raises(BadInput, match="holds forecasts of 2 scenarios, 'one' or 'two'; say whose facts"):
        make(entries, "event,war,2010,0")
    file, facts = tmp_path / "l.jsonl", tmp_path / "facts.csv"
    found = sim.score(file, facts, case="one", today=LATER)
    by = found.summary[(found.summary["target"] == "all") & (found.summary["lead"] == "all")]
    assert by.set_index("variant")["score"].to_dict() == pytest.approx(
        {"as in the file": 0.01, "cost = 2.0": 0.81}
    )
    with pytest.raises(BadInput, match="holds no forecast of 'three'"):
        sim.score(file, facts, case="three")


# -- calibration -----------------------------------------------------------------------------------

TARGETS, YEARS = 24, 9


def forecasters(make, sharpen, seed):
    """Score of a forecaster who knows the chances but tells log odds `sharpen` times as large."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0.0, 1.6, (TARGETS, YEARS)) + rng.normal(0.0, 0.7, (TARGETS, 1))
    came = rng.random((TARGETS, YEARS)) < 1 / (1 + np.exp(-odds))
    entries, rows = [], []
    for target in range(TARGETS):
        for year in range(YEARS):
            told = float(1 / (1 + np.exp(-sharpen * odds[target, year])))
            window = f"{2011 + year}-01", f"{2011 + year}-12"
            entries.append(event(f"t{target}", *window, told, baselines={"past_rate": 0.5}))
            rows.append(f"event,t{target},{2011 + year},{int(came[target, year])}")
    found = make(entries, *rows)
    return found, found.summary.iloc[0]


def test_a_calibrated_forecaster_comes_out_calibrated(make):
    found, total = forecasters(make, 1.0, 5)
    assert total["excess_low"] < 0 < total["excess_high"] and total["bias_low"] < 0 < total["bias_high"]
    assert total["skill_past_rate_low"] > 0
    bins = found.reliability
    assert ((bins["low"] <= bins["probability"]) & (bins["probability"] <= bins["high"])).mean() >= 0.8


def test_a_planted_overconfident_forecaster_is_seen(make):
    found, total = forecasters(make, 3.0, 5)
    assert total["excess_low"] > 0.02
    bins = found.reliability
    ends = bins[(bins["probability"] < 0.05) | (bins["probability"] > 0.95)]
    assert len(ends) == 2
    assert ((ends["probability"] < ends["low"]) | (ends["probability"] > ends["high"])).all()


@pytest.mark.parametrize(("width", "even"), [(1.0, True), (0.4, False)])
def test_tenths_are_even_for_right_intervals_and_uneven_for_narrow_ones(make, width, even):
    rng, levels = np.random.default_rng(2), norm.ppf(np.arange(1, 100) / 100)
    entries, rows = [], []
    for target in range(20):
        for year in range(2011, 2019):
            mean = rng.normal()
            told = mean + width * levels
            entries.append(series(f"t{target}", f"{year}-01", f"{year}-12", told))
            rows.append(f"series,t{target},{year},{mean + rng.normal()}")
    found = make(entries, *rows)
    tenths, total = found.pits, found.summary.iloc[0]
    outside = (tenths["low"] > 0.1) | (tenths["high"] < 0.1)
    assert tenths["inside"].sum() == 160 and bool(outside.sum() <= 1) is even
    assert bool(total["within_90_low"] <= 0.9 <= total["within_90_high"]) is even


# -- intervals -------------------------------------------------------------------------------------


def test_intervals_cover_where_scores_of_a_target_and_of_a_year_hang_together():
    rng, hits, plain, skills = np.random.default_rng(3), 0, 0, 0
    targets, years = (each.ravel() for each in np.meshgrid(np.arange(20), np.arange(8), indexing="ij"))
    for _ in range(400):
        common = rng.normal(0, 0.6, (20, 1)) + rng.normal(0, 0.4, (1, 8))
        values = (common + rng.normal(0, 1, (20, 8))).ravel()
        _, low, high = mean_interval(values, [targets, years])
        hits += low <= 0 <= high
        _, low, high = mean_interval(values, [np.arange(160)])
        plain += low <= 0 <= high
        own, other = np.exp(values), np.exp(rng.normal(0, 1, 160) + common.ravel())
        _, low, high = skill_interval(own, other, [targets, years])
        skills += low <= 0 <= high
    assert 0.9 <= hits / 400 <= 0.985 and 0.9 <= skills / 400 <= 0.985
    # a test that takes all scores for independent would not have told
    assert plain / 400 < 0.8


def test_dates_of_one_event_are_no_separate_evidence(make):
    entries = [event("war", "2010-01", f"{year}-12", 0.2, baselines=BASE) for year in range(2010, 2022)]
    total = make(entries, *(f"event,war,{year},0" for year in range(2010, 2022))).summary.iloc[0]
    assert math.isnan(total["excess_low"]) and math.isnan(total["skill_past_rate_low"])
    # twelve questions that agree count as one target
    low, high = share_interval(np.zeros(12), [np.zeros(12)])
    assert (low, high) == pytest.approx((0.0, 0.793), abs=0.001)


# -- the command -----------------------------------------------------------------------------------


def test_the_command_refuses_a_damaged_ledger_with_the_line_and_scores_a_whole_one(tmp_path, monkeypatch):
    file = ledger_of(tmp_path / "l.jsonl", monkeypatch, (DAY, [event("war", "2010-01", "2010-12", 0.2)] * 2))
    facts = facts_of(tmp_path / "facts.csv", "event,war,2010,0", "event,elsewhere,2010,0")
    order = ["score", "--ledger", str(file), "--facts", str(facts)]
    done = CliRunner().invoke(app, order, prog_name="steppe")
    assert done.exit_code == 0 and "1 facts are about nothing that was asked" in done.stdout
    assert "2  scored: due, answered, and made before" in done.stdout and "Next: steppe verify" in done.stdout
    file.write_bytes(file.read_bytes().replace(b"0.2", b"0.0", 1))
    for words in (order, ["verify", str(file)]):
        done = CliRunner().invoke(app, words, prog_name="steppe")
        assert done.exit_code == 1 and done.stderr.startswith(
            f"steppe: {file}: line 1: is not as it was written"
        )


def test_scores_are_saved_as_a_folder_that_can_be_verified(tmp_path, monkeypatch):
    file = ledger_of(tmp_path / "l.jsonl", monkeypatch, (DAY, [event("war", "2010-01", "2010-12", 0.2)]))
    facts = facts_of(tmp_path / "facts.csv", "event,war,2010,0")
    order = ["score", "--ledger", str(file), "--facts", str(facts), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, order, prog_name="steppe")
    assert done.exit_code == 0 and f"saved in {tmp_path / 'out'}" in done.stderr, done.output
    saved = pd.read_csv(tmp_path / "out" / "entries.csv")
    assert saved["score_forecast"].tolist() == pytest.approx([0.04]) and saved["standing"].tolist() == [
        "scored"
    ]
    assert (tmp_path / "out" / "ledger.jsonl").read_bytes() == file.read_bytes()
    done = CliRunner().invoke(app, ["verify", str(tmp_path / "out")], prog_name="steppe")
    assert done.exit_code == 0 and "6 files are those that were written" in done.stdout
    again = CliRunner().invoke(app, order, prog_name="steppe")
    assert again.exit_code == 1 and "is not empty" in again.stderr


def test_an_entry_that_says_what_none_of_ours_says_is_told_with_its_line(tmp_path, monkeypatch):
    for number, strange in enumerate(
        ({"probability": 1.5}, {"kind": "rumour"}, {"by": "2009-01"}, {"extra": 1})
    ):
        own = [event("war", "2010-01", "2010-12", 0.2) | strange]
        file = ledger_of(tmp_path / f"{number}.jsonl", monkeypatch, (DAY, own))
        with pytest.raises(LedgerError, match="line 1: "):
            sim.score(file, facts_of(tmp_path / "facts.csv", "event,war,2010,0"))


def test_every_standing_has_a_meaning():
    from sim.studies.ledger.scores import MEANINGS

    assert set(MEANINGS) == set(Standing)
