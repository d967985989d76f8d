"""Every outcome on histories written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.columns import Kind, came, columns_of
from sim.outcomes.happenings import Happening, count, first_month, happenings_of, occurred
from sim.outcomes.measures import bloc_closeness, bloc_share, largest_vulnerability, start_of
from sim.outcomes.postures import posture, posture_names
from sim.outcomes.questions import Questions
from sim.outcomes.tally import Tally
from sim.rules.health import HEALTH
from sim.scenario.load import load
from sim.scenario.lower import World, lower
from sim.scenario.names import UNCLASSIFIED
from tests.support.histories import history

VISIT = Happening("visit", "A visit", ("visit_russia", "invite_russia"))


@pytest.fixture(scope="module")
def world() -> World:
    return lower(load("configs/mongolia-2024.toml"), months=3)


def test_the_first_month_is_counted_from_the_start_and_empty_if_never(world):
    h = history(
        world, 3, {}, {("visit_russia", "took_place", 2): [0], ("invite_russia", "took_place", 0): [1]}
    )
    np.testing.assert_array_equal(first_month(h, VISIT), [2.0, 0.0, np.nan])


def test_a_group_counts_a_month_once_whichever_of_its_events_occurs(world):
    when = (("visit_russia", 1), ("invite_russia", 1), ("visit_russia", 2))
    events = {(event, "took_place", month): [0] for event, month in when}
    np.testing.assert_array_equal(count(history(world, 2, {}, events), VISIT), [2.0, 0.0])


def test_only_the_node_that_is_asked_for_counts(world):
    h = history(world, 2, {}, {("coerce_russia", "proposed", 1): [0], ("coerce_russia", "accepted", 1): [0]})
    threat = Happening("threat", "A threat", ("coerce_russia",), "proposed")
    carried_out = Happening("threat", "A threat", ("coerce_russia",), "executed")
    assert occurred(h, threat)[:, 0].tolist() == [False, True, False]
    assert not occurred(h, carried_out).any()


def test_a_template_stands_for_all_its_rows():
    scenario = load("configs/mongolia-2024.toml").override(
        {"outcomes.third_neighbour_visit.any_of": ["visit_third"]}
    )
    found = {happening.name: happening for happening in happenings_of(scenario)}
    assert len(found["third_neighbour_visit"].events) == 4


def test_scenario_groups_use_the_node_of_the_file(world):
    found = {happening.name: happening.node for happening in happenings_of(world.scenario)}
    assert (found["russian_threat"], found["condemnation"], found["russian_visit"]) == (
        "proposed",
        "accepted",
        "took_place",
    )


def test_blocs_add_shares_and_average_closeness(world):
    values = {
        "share.United_States": 0.1,
        "share.Japan": [[0.2, 0.3]] * 3,
        "closeness.United_States": 1.0,
        "closeness.Japan": 0.5,
    }
    h = history(world, 2, values)
    np.testing.assert_allclose(bloc_share(h.__getitem__, ("United_States", "Japan"))[-1], [0.3, 0.4])
    np.testing.assert_allclose(bloc_closeness(h.__getitem__, ("United_States", "Japan"))[-1], [0.75, 0.75])


def test_the_largest_vulnerability_is_that_to_whoever_supplies_most(world):
    h = history(world, 2, {"vulnerability.Russia": [[0.3, 0.1]] * 3, "vulnerability.China": 0.2})
    np.testing.assert_array_equal(largest_vulnerability(h.__getitem__, ("Russia", "China"))[0], [0.3, 0.2])


def test_the_first_posture_that_fits_wins_and_bounds_belong_to_it(world):
    names = posture_names(world.scenario.case)
    values = {
        "domination": [[0.70, 0.69, 0.0, 0.0, 0.0, 0.0]] * 3,
        "autonomy": [[0.40, 0.40, 1.0, 1.0, 1.0, 1.0]] * 3,
        "alignment.order": [[0.15, 0.15, -0.15, -0.15, 0.0, 0.0]] * 3,
        "alignment.eurasia": [[0.0, 0.0, 0.0, -0.01, 0.0, 0.0]] * 3,
        "hedging": [[0.0, 0.0, 0.0, 0.0, 0.5, 0.49]] * 3,
    }
    found = [names[place] for place in posture(history(world, 6, values))[1]]
    assert found == ["vassal", "west_leaning", "bandwagon_russia", "bandwagon_china", "hedging", "isolated"]


def test_a_month_that_fits_no_class_is_unclassified():
    scenario = load("configs/mongolia-2024.toml").override({"postures.isolated.above": {"hedging": 2.0}})
    world = lower(scenario, months=1)
    assert posture_names(scenario.case)[posture(history(world, 1, {}))[0, 0]] == UNCLASSIFIED


def test_end_and_mean_are_of_the_last_and_of_all_months(world):
    found = {column.name: column for column in columns_of(world)}
    h = history(world, 1, {"autonomy": [[0.1], [0.2], [0.6]]})
    assert found["end.autonomy"].of(h)[0] == 0.6
    assert found["mean.autonomy"].of(h)[0] == pytest.approx(0.3)


def test_every_outcome_has_its_own_name_a_label_a_unit_and_a_meaning(world):
    found = columns_of(world)
    assert len({column.name for column in found}) == len(found)
    assert all(column.label and column.unit and column.meaning for column in found)
    h = history(world, 5, {})
    assert {column.of(h).shape for column in found} == {(5,)}


def test_a_failed_run_has_no_outcomes_and_counts_nowhere(world):
    values = {HEALTH: [[0.0, np.nan, 0.0]] * 3, "autonomy": [[0.2, np.nan, 0.4]] * 3}
    h = history(world, 3, values, {("visit_russia", "took_place", 0): [0, 1]})
    questions = Questions.of(world)
    page = questions.ask(h)
    tally = Tally.of(world, questions)
    tally.add(page)
    assert np.isnan(page.rows[:, 1]).all() and page.postures[1] == -1
    assert (tally.runs, tally.failed, tally.counted) == (3, 1, 2)
    place = [happening.name for happening in questions.happenings].index("russian_visit")
    assert tally.by_month[place].tolist() == [1, 1, 1]
    assert tally.posture_counts.sum(axis=0).tolist() == [2, 2, 2]
    assert tally.fans.mean("autonomy") == pytest.approx([0.3] * 3)


def test_every_column_says_what_kind_of_number_it_is(world):
    kinds = {column.name: column.kind for column in columns_of(world)}
    assert (kinds["first.russian_visit"], kinds["count.russian_visit"]) == (Kind.DATE, Kind.COUNT)
    assert (kinds["end.autonomy"], kinds["mean.autonomy"]) == (Kind.VALUE, Kind.VALUE)


def test_what_never_came_is_empty_in_a_date_and_zero_in_a_yes_or_no():
    values = np.array([0.0, np.nan, 1.0])
    assert came(Kind.DATE, values).tolist() == [True, False, True]
    assert came(Kind.YES_NO, values).tolist() == [False, False, True]


def test_a_measure_starts_where_its_paths_start(world):
    members = world.parts.blocs["West"]
    shares = [world.start[f"share.{member}"] for member in members]
    assert start_of(world, "share.bloc.West") == pytest.approx(sum(shares))
    assert np.isnan(start_of(world, "nothing"))
