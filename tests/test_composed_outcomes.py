"""Outcomes over states and order, and of registered functions: when they hold, in every table, and what is
refused.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.outcomes.columns import Kind, columns_of
from sim.outcomes.happenings import Findings, happening_of
from sim.registry import OUTCOMES, OwnOutcome, RuleError
from sim.scenario.load import parse
from sim.scenario.lower import World, lower
from sim.studies.show.text import scenario_in_words
from sim.studies.trace.ask import story
from sim.studies.verify.ask import verify
from tests.support.histories import history

BASE = sim.load("tests/cases/small.toml")


def asking(**outcomes: dict) -> sim.Scenario:
    """The small case with more outcomes."""
    named = {name: {"label": name} | asked for name, asked in outcomes.items()}
    return with_outcomes(named)


def with_outcomes(outcomes: dict) -> sim.Scenario:
    return parse(BASE.raw | {"outcomes": BASE.raw["outcomes"] | outcomes}, "case")


def world_of(scenario: sim.Scenario, months: int = 4) -> World:
    return lower(scenario, months)


@pytest.fixture(autouse=True)
def bare():
    """Whatever a test registers is gone after it."""
    yield
    OUTCOMES._own.clear()


def test_bounds_hold_in_the_months_in_which_all_of_them_do():
    scenario = asking(poor={"below": {"wealth": 0.4}, "above": {"war": 0.5}})
    values = {"wealth": [[0.4, 0.5], [0.3, 0.3], [0.3, 0.3], [0.9, 0.3]], "war": [[0.1], [0.5], [0.6], [0.6]]}
    h = history(world_of(scenario), 2, values)
    assert Findings(h).occurred(happening_of(scenario, "poor"))[:, 0].tolist() == [False, True, True, False]
    assert Findings(h).first(happening_of(scenario, "poor")).tolist() == [1.0, 1.0]


def test_an_outcome_comes_before_another_only_while_that_has_not_happened():
    scenario = asking(first_aid={"any_of": ["aid"], "before": "loan"})
    marks = {("aid", "took_place", 1): [0, 1], ("loan", "took_place", 1): [1], ("loan", "took_place", 2): [0]}
    h = history(world_of(scenario), 3, {}, marks | {("aid", "took_place", 3): [2]})
    found = Findings(h).first(happening_of(scenario, "first_aid"))
    np.testing.assert_array_equal(found, [1.0, np.nan, 3.0])


def test_all_of_holds_from_the_month_in_which_the_last_of_them_has_happened():
    scenario = asking(poor={"below": {"wealth": 0.4}}, both={"all_of": ["poor", "loan", "aid"]})
    marks = {("aid", "took_place", 0): [0], ("loan", "took_place", 2): [0]}
    h = history(world_of(scenario), 1, {"wealth": [[0.5], [0.3], [0.5], [0.5]]}, marks)
    assert Findings(h).occurred(happening_of(scenario, "both"))[:, 0].tolist() == [False, False, True, True]


def test_a_bound_may_be_on_what_is_computed_of_blocs():
    scenario = asking(north={"above": {"share.bloc.North": 0.0}, "below": {"largest_vulnerability": 1.0}})
    assert sim.run(scenario, 8, months=2).outcomes["first.north"].tolist() == [0.0] * 8


def test_composed_outcomes_stand_in_every_table_like_events():
    scenario = asking(
        poor={"below": {"wealth": 0.45}, "by": ["2010-06"], "baselines": {"status_quo": 0.0}},
        poor_first={"all_of": ["poor"], "before": "raid"},
    )
    found = sim.run(scenario, 400, months=12)
    rows, events = found.outcomes, found.events().set_index(["event", "date"])
    assert events.loc[("poor", "2010-12"), "probability"] == rows["first.poor"].notna().mean()
    assert (rows["first.poor_first"].dropna() == rows["first.poor"][rows["first.poor_first"].notna()]).all()
    row = found.table().set_index(["name", "date"]).loc[("poor", "2010-06")]
    assert row["value"] == (rows["first.poor"] <= 5).mean() and row["status_quo"] == 0.0
    assert 0 < rows["first.poor_first"].notna().mean() < rows["first.poor"].notna().mean()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "outcomes.x: says nothing that may happen"),
        ({"before": "loan"}, "outcomes.x: says nothing that may happen"),
        (
            {"below": {"welth": 0.4}},
            "outcomes.x.below.welth: no 'welth' in this scenario; did you mean 'wealth'",
        ),
        ({"below": {"wealth": "low"}}, "outcomes.x.below.wealth: must be a number"),
        ({"below": {"cost": 1.0}}, "outcomes.x.below.cost: an outcome reads the state and drivers"),
        ({"all_of": ["lone"]}, "outcomes.x.all_of: no event or outcome 'lone'; did you mean 'loan'"),
        ({"any_of": ["raid"], "before": "lone"}, "outcomes.x.before: no event or outcome 'lone'"),
        ({"all_of": []}, "outcomes.x.all_of: must have at least 1 entry"),
        ({"all_of": ["loan", "loan"]}, "outcomes.x.all_of: "),
        ({"all_of": ["x"]}, "outcomes: x needs x; outcomes cannot need each other in a circle"),
        ({"any_of": ["raid"], "function": "y"}, "outcomes.x.function: must be something registered"),
        (
            {"all_of": ["raid"], "node": "refused"},
            "outcomes.x.node: says what must happen to the events of any_of",
        ),
        ({"below": 3}, "outcomes.x.below: must be a table"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(asked, told):
    with pytest.raises(sim.ScenarioError) as caught:
        asking(x=asked)
    assert any(line.startswith(f"case: {told}") for line in caught.value.problems), caught.value.problems


def test_a_circle_through_several_outcomes_is_told_whole():
    with pytest.raises(sim.ScenarioError, match=r"needs .* needs .*in a circle"):
        asking(x={"all_of": ["y"]}, y={"any_of": ["raid"], "before": "z"}, z={"all_of": ["x", "loan"]})


def test_outcomes_that_share_what_they_are_made_of_are_worked_out_once_each():
    """Sixty outcomes, each of the two before it: by every way through them it would take for ever."""
    chain = {f"o{k}": {"all_of": [f"o{k - 1}", f"o{k - 2}"]} for k in range(2, 60)}
    start = {"o0": {"any_of": ["raid"]}, "o1": {"any_of": ["loan"]}}
    scenario = asking(**start, **chain)
    h = history(world_of(scenario), 1, {}, {("raid", "took_place", 1): [0], ("loan", "took_place", 2): [0]})
    assert Findings(h).first(happening_of(scenario, "o59")).tolist() == [2.0]


# -- of registered functions -----------------------------------------------------------------------


def rich(h):
    return h.last("wealth") > 0.5


def lean(h):
    return (h["wealth"] < 0.45).sum(axis=0)


def peak(h):
    return h["wealth"].argmax(axis=0)


def level(h):
    return h["wealth"].max(axis=0)


def registered(of, kind, name="mine"):
    sim.register(name, outcome=OwnOutcome(of, "My outcome", "months", "what I ask", kind))
    return asking(x={"function": name})


@pytest.mark.parametrize(
    ("of", "kind", "column"),
    [(rich, "yes_no", "yes_no.x"), (lean, "count", "count.x"), (level, "value", "value.x")],
)
def test_a_function_of_one_s_own_gives_a_column_and_a_row_of_the_table(of, kind, column, tmp_path):
    scenario = registered(of, kind)
    found = sim.run_into(tmp_path / "runs", scenario, runs=300, months=6, figures=False)
    rows = found.outcomes[column]
    assert {each.name: each.kind for each in columns_of(lower(scenario, 6))}[column] == Kind(kind)
    row = found.table().set_index("name").loc["x"]
    expected = rows.mean() if kind == "yes_no" else rows.astype(np.float32).median()
    assert row["value"] == pytest.approx(expected) and row["low"] <= row["value"] <= row["high"]
    assert not verify(tmp_path / "runs", 4).wrong


def test_a_date_of_one_s_own_happens_like_an_event():
    registered(peak, "date")
    scenario = asking(x={"function": "mine"}, after={"all_of": ["x", "loan"]})
    found = sim.run(scenario, 200, months=6)
    assert found.events().set_index(["event", "date"]).loc[("x", "2010-06"), "probability"] == 1.0
    both = found.outcomes[["first.x", "first.loan"]].max(axis=1, skipna=False)
    pd.testing.assert_series_equal(found.outcomes["first.after"], both, check_names=False)


def test_the_label_of_a_function_serves_where_the_file_gives_none():
    registered(rich, "yes_no")
    assert with_outcomes({"x": {"function": "mine"}}).case.outcomes["x"].label == "My outcome"


@pytest.mark.parametrize(
    ("of", "kind", "told"),
    [
        (lambda h: 1 / 0, "value", "of raised ZeroDivisionError"),
        (lambda h: h["nothing"], "value", "of raised KeyError"),
        (lambda h: h["wealth"], "value", r"shape \(3, 8\), not one number for each of 8 runs"),
        (lambda h: 0.5, "value", "shape"),
        (lambda h: ["a"] * 8, "value", "not numbers"),
        (lambda h: np.full(8, np.nan), "value", "not a number"),
        (lambda h: np.full(8, 99.0), "date", "a month from 0 to 2"),
        (lambda h: np.full(8, 0.5), "yes_no", "1 or 0"),
        (lambda h: np.full(8, 0.5), "count", "whole number"),
    ],
)
def test_what_a_function_does_wrong_is_one_line_that_names_it(of, kind, told):
    scenario = registered(of, kind)
    with pytest.raises(RuleError, match=f"outcome 'mine' .*{told}"):
        sim.run(scenario, 8, months=3)


def test_a_number_of_the_whole_run_has_no_month():
    registered(rich, "yes_no")
    for asked, told in (
        ({"function": "mine", "by": ["2010-06"]}, "outcomes.x.by: asks for months"),
        ({"function": "mine", "any_of": ["raid"]}, "outcomes.x.function: stands alone"),
    ):
        with pytest.raises(sim.ScenarioError, match=told):
            asking(x=asked)
    with pytest.raises(sim.ScenarioError, match=r"outcomes.y.all_of: 'x' is a yes_no of the whole run"):
        asking(x={"function": "mine"}, y={"all_of": ["x"]})


def test_an_outcome_needs_words_and_a_kind():
    for changed, told in (({"kind": "often"}, "is of kind date"), ({"unit": ""}, "words for its unit")):
        given = {"of": rich, "label": "a", "unit": "1", "meaning": "b", "kind": "yes_no"} | changed
        with pytest.raises(RuleError, match=told):
            OwnOutcome(**given)
    with pytest.raises(RuleError, match=r"a sim.OwnOutcome"):
        sim.register("mine", outcome=rich)


def test_a_trace_tells_what_came_of_each_outcome_in_its_run():
    sim.register("mine", outcome=OwnOutcome(rich, "Rich", "1", "whether", "yes_no"))
    sim.register("much", outcome=OwnOutcome(level, "Peak", "of wealth", "the most", "value"))
    scenario = asking(
        poor={"below": {"wealth": 1.0}}, never={"above": {"wealth": 2.0}},
        x={"function": "mine"}, y={"function": "much"},
    )  # fmt: skip
    lines = [line.strip() for line in story(lower(scenario, 3), 1, 0)]
    assert "poor: 2010-01 for the first time, 3 in all." in lines and "never: never." in lines
    assert {"x: yes.", "x: no."} & set(lines)
    assert any(line.startswith("y: 0.") and line.endswith("of wealth.") for line in lines)


def test_a_portrait_says_all_that_an_outcome_asks_for():
    scenario = asking(x={"any_of": ["raid"], "below": {"wealth": 0.4}, "all_of": ["loan"], "before": "aid"})
    told = " ".join(" ".join(scenario_in_words(scenario)).split())
    assert "any of raid and Wealth <= 0.4 and all of loan by then and before aid" in told


def test_a_replay_refuses_an_outcome_that_is_another_one(tmp_path):
    sim.run_into(tmp_path / "runs", registered(rich, "yes_no"), runs=8, months=2, figures=False)
    OUTCOMES._own.clear()
    with pytest.raises(sim.Refusal, match=r"outcome 'mine'.*neither registered nor installed"):
        verify(tmp_path / "runs", 4)


def test_a_function_that_leaves_the_program_is_told_too():
    scenario = registered(lambda h: exit("gone"), "value")
    with pytest.raises(RuleError, match="of raised SystemExit: gone"):
        sim.run(scenario, 8, months=2)
