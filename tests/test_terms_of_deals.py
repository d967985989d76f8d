"""At which terms deals take place: the mean over deals, with its interval, in tables, words and cards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.engine import Engine
from sim.outcomes.columns import Kind, columns_of
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.scenario.schema.cards import Card, Measured
from sim.statistics.contrasts import portion, portions_apart
from sim.studies.check.mechanisms.measures import value
from sim.studies.check.mechanisms.sizes import size_of
from sim.studies.compare.text import differences
from sim.studies.run.text import summary
from tests.support.small import small

TERMS = {"to_target": 2.0, "to_power": -3.0, "rivals": ["aid"]}
GAINS = {"payoff.North": None, "payoff": {"North": {"size": 4.0, "times": "wealth"}}}


def bargains(**more) -> Scenario:
    """The small case with terms on both of its deals; what North gains by its loan moves with wealth."""
    loan = {"base_logit": -1.0, "lead": 2, "terms": TERMS, "accepted": GAINS}
    aid = {
        "accepted": {"wealth": 0.2, "payoff.South": 2.0},
        "terms": {"to_target": 1.0, "to_power": -1.0, "rivals": ["loan"]},
    }
    return small({"events": {"loan": loan, "aid": aid}, **more})


def test_a_run_without_a_deal_has_no_terms_and_any_other_the_mean_of_its_deals():
    rows = sim.run(bargains(time={"months": 8}), runs=200).outcomes
    never = rows["count.loan"] == 0
    assert never.any() and not never.all()
    assert rows["agreed.loan"].isna().equals(never)
    conceded = (rows["agreed.loan"] * rows["count.loan"])[~never]
    np.testing.assert_allclose(conceded, rows["end.conceded.loan"][~never])
    assert (rows["end.terms.loan"][never] > 0).all(), "a bargain is struck all the same"


def test_the_table_has_the_mean_over_all_deals_of_all_runs():
    ensemble = sim.run(bargains(), runs=300)
    rows, table = ensemble.outcomes, ensemble.table()
    (row,) = table[table["name"] == "agreed.loan"].itertuples()
    conceded, deals = rows["end.conceded.loan"], rows["count.loan"]
    assert row.kind == "terms" and row.runs == 300 and row.interval == "95 % Monte Carlo"
    assert row.value == pytest.approx(conceded.sum() / deals.sum(), rel=1e-6)
    assert row.value != pytest.approx(rows["agreed.loan"].mean(), rel=1e-4)
    rest = np.std(conceded - row.value * deals, ddof=1) / deals.mean() / 300**0.5
    assert row.high - row.low == pytest.approx(2 * 1.96 * rest, rel=1e-3)
    assert sum("A loan from North: terms" in line for line in summary(ensemble)) == 1


def test_under_draws_the_interval_is_that_of_clusters():
    cost = {"label": "Cost of terms", "numbers": ["events.loan.terms.to_power"], "times": 0.3}
    scenario = bargains(uncertain={"worth": cost})
    ensemble = sim.run(sim.prior_beliefs(scenario, draws=20), runs=400)
    rows, table = ensemble.outcomes, ensemble.table()
    (row,) = table[table["name"] == "agreed.loan"].itertuples()
    sums = rows.groupby("draw")[["end.conceded.loan", "count.loan"]].sum()
    found = portion(sums["end.conceded.loan"].to_numpy(), sums["count.loan"].to_numpy())
    assert (row.value, row.low, row.high) == pytest.approx((found.mean, found.low, found.high), rel=1e-5)
    alone = portion(rows["end.conceded.loan"].to_numpy(), rows["count.loan"].to_numpy())
    assert row.high - row.low > 2 * (alone.high - alone.low)
    assert sum("A loan from North: terms" in line for line in summary(ensemble)) == 1


def test_of_deals_that_hardly_ever_take_place_there_is_no_mean():
    never = bargains(interventions={"forbidden": ["loan"]})
    ensemble = sim.run(never, runs=32)
    table = ensemble.table().set_index("name")
    assert pd.isna(table.loc["agreed.loan", "value"]) and table.loc["agreed.aid", "value"] > 0
    assert not any("loan from North: terms" in line for line in summary(ensemble))
    compared = sim.compare(never, never.override({"decision.outside": 0.0}), runs=32)
    assert not any("loan from North: terms" in line for line in differences(compared))


def test_rivals_at_the_door_give_the_target_better_terms_in_a_comparison():
    base = bargains()
    found = sim.compare(base, base.override({"decision.outside": 0.0}), runs=256)
    (row,) = found.table()[found.table()["name"] == "agreed.loan"].itertuples()
    levels = [sim.run(each.scenario, runs=256).table().set_index("name") for each in found.setups]
    assert [row.first, row.second] == pytest.approx([each.loc["agreed.loan", "value"] for each in levels])
    assert row.difference == pytest.approx(row.second - row.first) and row.high < 0
    assert row.high - row.low < levels[0].loc["agreed.loan", "high"] - levels[0].loc["agreed.loan", "low"]
    assert sum("A loan from North: terms" in line for line in differences(found)) == 1


def test_portions_apart_by_hand():
    """Wholes 1 and 2, parts .2 and .6: ratio .8 / 3; doubled parts: twice that. Each run adds (part - ratio
    whole) / 1.5, once more in the second: -.0667 / 1.5 and .0667 / 1.5, of which the error is .0444.
    """
    part, whole = np.array([0.2, 0.6] * 8), np.array([1.0, 2.0] * 8)
    found = portions_apart((part, whole), (2 * part, whole))
    assert found.mean == pytest.approx(0.8 / 3)
    assert found.high - found.mean == pytest.approx(1.96 * 0.04444 * (16 / 15) ** 0.5 / 4, rel=1e-3)
    same = portions_apart((part, whole), (part, whole))
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    assert np.isnan(portions_apart((part, whole), (part, 0 * whole)).mean)


CARD = {
    "claim": "Rivals at the door give better terms", "source": "test", "numbers": ["decision.outside"],
    "off": {"decision.outside": 0.0}, "sign": "-", "least": 0.01, "kind": "emergent",
    "outcome": {"path": ["conceded.loan", "conceded.aid"], "per": {"count": ["loan", "aid"]}},
}  # fmt: skip


def test_a_card_takes_the_mean_over_deals_of_several_together():
    base, runs = bargains(outcomes={"loan": None}), np.arange(256, dtype=np.uint64)
    card, worlds, pooled = Card.model_validate(CARD), [], []
    for scenario in (base, base.override({"decision.outside": 0.0})):
        history = Engine.of(lower(scenario)).page(1, runs)
        worlds.append([value(history, each) for each in (card.outcome, card.outcome.per) if each])
        rows = sim.run(scenario, runs=256).outcomes
        conceded = rows["end.conceded.loan"] + rows["end.conceded.aid"]
        pooled.append((conceded.to_numpy(), (rows["count.loan"] + rows["count.aid"]).to_numpy()))
    size, expected = size_of(card, np.array(worlds)), portions_apart(*pooled)
    assert size.mean == pytest.approx(expected.mean) and size.high < 0
    # one is of blocks of runs that are left out, the other one to first order
    assert size.high - size.low == pytest.approx(expected.high - expected.low, rel=0.5)


def test_several_paths_are_averaged_unless_they_are_divided():
    history = Engine.of(lower(bargains())).page(1, np.arange(8, dtype=np.uint64))
    both, double = ["wealth", "war"], {"path": ["wealth", "wealth"]}
    mean = value(history, Measured.model_validate({"path": both}))
    summed = value(history, Measured.model_validate({"path": both, "per": {"count": ["aid"]}}))
    np.testing.assert_allclose(summed, 2 * mean)
    less = {"path": ["wealth", "wealth"], "less": double, "per": {"count": ["aid"]}}
    assert not value(history, Measured.model_validate(less)).any()


def test_a_case_without_terms_has_no_columns_of_them():
    columns = columns_of(lower(small()))
    assert not any(column.kind is Kind.AVERAGE for column in columns)


def test_a_sweep_keeps_the_terms_of_each_run_and_sums_up_what_every_run_has():
    points = pd.DataFrame({"decision.outside": [0.0, 1.0]})
    done = sim.sweep(bargains(time={"months": 6}), points, runs=8)
    told = set(done.summary()["outcome"])
    assert "agreed.loan" not in told and {"first.loan", "end.conceded.loan"} <= told
    rows = done.rows()
    assert rows["agreed.loan"].isna().equals(rows["count.loan"] == 0)
