"""Every outcome on histories written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.history import NODES, History
from sim.outcomes.columns import Kind, came, columns_of
from sim.outcomes.happenings import Findings, Happening, happening_of, happenings_of
from sim.outcomes.measures import bloc_closeness, bloc_share, largest_vulnerability, start_of, within
from sim.outcomes.postures import posture, posture_names
from sim.outcomes.questions import Questions
from sim.outcomes.tally import Tally
from sim.rules.health import HEALTH
from sim.scenario.load import load
from sim.scenario.lower import World, lower
from sim.scenario.names import UNCLASSIFIED
from tests.support.histories import history
from tests.support.scenarios import random_scenario

VISIT = Happening("visit", "A visit", ("visit_russia", "invite_russia"))


@pytest.fixture(scope="module")
def world() -> World:
    return lower(load("configs/mongolia-2024.toml"), months=3)


def test_the_first_month_is_counted_from_the_start_and_empty_if_never(world):
    h = history(
        world, 3, {}, {("visit_russia", "took_place", 2): [0], ("invite_russia", "took_place", 0): [1]}
    )
    np.testing.assert_array_equal(Findings(h).first(VISIT), [2.0, 0.0, np.nan])


def test_a_group_counts_a_month_once_whichever_of_its_events_occurs(world):
    when = (("visit_russia", 1), ("invite_russia", 1), ("visit_russia", 2))
    events = {(event, "took_place", month): [0] for event, month in when}
    np.testing.assert_array_equal(Findings(history(world, 2, {}, events)).count(VISIT), [2.0, 0.0])


def test_only_the_node_that_is_asked_for_counts(world):
    h = history(world, 2, {}, {("coerce_russia", "proposed", 1): [0], ("coerce_russia", "accepted", 1): [0]})
    threat = Happening("threat", "A threat", ("coerce_russia",), "proposed")
    carried_out = Happening("threat", "A threat", ("coerce_russia",), "executed")
    assert Findings(h).occurred(threat)[:, 0].tolist() == [False, True, False]
    assert not Findings(h).occurred(carried_out).any()


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
        "alignment.order": [[0.0, 0.0, -0.01, -0.01, -0.01, -0.01]] * 3,
        "alignment.eurasia": [[0.2, 0.2, 0.2, -0.15, 0.19, -0.14]] * 3,
        "hedging": [[0.0, 0.0, 0.0, 0.0, 0.5, 0.49]] * 3,
    }
    found = [names[place] for place in posture(history(world, 6, values))[1]]
    assert found == ["vassal", "west_leaning", "bandwagon_russia", "bandwagon_china", "hedging", "isolated"]


def test_a_month_that_fits_no_class_is_unclassified():
    scenario = load("configs/mongolia-2024.toml").override({"postures.isolated.above": {"hedging": 2.0}})
    world, eastern = lower(scenario, months=1), {"alignment.order": -0.01}
    assert posture_names(scenario.case)[posture(history(world, 1, eastern))[0, 0]] == UNCLASSIFIED


def test_end_and_mean_are_of_the_last_and_of_all_months(world):
    found = {column.name: column for column in columns_of(world)}
    h = history(world, 1, {"autonomy": [[0.1], [0.2], [0.6]]})
    assert found["end.autonomy"].of(Findings(h))[0] == 0.6
    assert found["mean.autonomy"].of(Findings(h))[0] == pytest.approx(0.3)


def test_every_outcome_has_its_own_name_a_label_a_unit_and_a_meaning(world):
    found = columns_of(world)
    assert len({column.name for column in found}) == len(found)
    assert all(column.label and column.unit and column.meaning for column in found)
    h = history(world, 5, {})
    assert {column.of(Findings(h)).shape for column in found} == {(5,)}


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


# -- the plain definition ------------------------------------------------------------------------------


def happens(h: History, happening: Happening, run: int) -> list[bool]:
    """Month by month, whether it happens in a run: the definition, read aloud."""
    scenario = h.world.scenario
    bounds = within(scenario.case, h.__getitem__, (h.months, len(h.runs)), happening.above, happening.below)
    others = [happens(h, happening_of(scenario, name), run) for name in happening.all_of]
    before = [False] * h.months
    if happening.before is not None:
        before = happens(h, happening_of(scenario, happening.before), run)
    found = []
    for month in range(h.months):
        codes = [int(h.codes(event)[month, run]) for event in happening.events]
        any_of = any(code & NODES[happening.node] for code in codes) or not codes
        come = all(any(other[: month + 1]) for other in others) and not any(before[: month + 1])
        found.append(bool(any_of and bounds[month, run] and come))
    return found


ASKED = {
    "early": {"any_of": ["loan", "aid"]},
    "poor": {"below": {"wealth": 0.5}},
    "both": {"all_of": ["early", "poor"]},
    "alone": {"any_of": ["raid"], "before": "both"},
    "last": {"all_of": ["both", "raid"], "any_of": ["aid"], "node": "proposed"},
}


def asking(months: int) -> World:
    """A world with outcomes of every kind."""
    outcomes = {name: {"label": name, **ask} for name, ask in ASKED.items()}
    return lower(load("tests/cases/small.toml").override({"outcomes": outcomes}), months=months)


def eventful(world: World, runs: int, seed: int) -> History:
    """Random codes, seldom in the first lanes and often in the last; wealth goes up and down."""
    rng = np.random.default_rng(seed)
    blank = history(world, runs, {"wealth": rng.uniform(0.4, 1.5, (world.months, runs))})
    chance = np.linspace(0.0, 0.3, blank.raw_codes.shape[-1])
    marked = rng.random(blank.raw_codes.shape) < chance
    return replace(blank, raw_codes=(marked * rng.integers(1, 128, marked.shape)).astype(np.uint8))


@pytest.mark.parametrize("seed", range(8))
def test_first_months_and_counts_are_those_of_the_plain_definition(seed):
    if seed < 3:
        world = asking(months=(1, 24, 300)[seed])
    else:
        world = lower(random_scenario(seed))
    h, questions = eventful(world, 7, seed), Questions.of(world)
    rows = dict(zip([column.name for column in questions.columns], questions.rows(h), strict=True))
    for happening in questions.happenings:
        for run in range(7):
            found = happens(h, happening, run)
            first = float(found.index(True)) if any(found) else np.nan
            np.testing.assert_equal(rows[f"first.{happening.name}"][run], first)
            assert rows[f"count.{happening.name}"][run] == sum(found)


def test_a_few_columns_are_those_among_all():
    world = asking(months=24)
    h, questions = eventful(world, 9, 5), Questions.of(world)
    names, rows = [column.name for column in questions.columns], questions.rows(h)
    for few in (names[::7], names[1::5], ["count.last"], []):
        np.testing.assert_array_equal(questions.rows(h, few), rows[[names.index(name) for name in few]])


def test_what_an_outcome_is_made_of_is_looked_at_once_a_page(monkeypatch):
    looked, plain = [], Findings.occurred

    def counted(self, happening):
        looked.append(happening.name)
        return plain(self, happening)

    monkeypatch.setattr(Findings, "occurred", counted)
    world = asking(months=3)
    questions = Questions.of(world)
    questions.rows(history(world, 4, {}))
    assert sorted(looked) == sorted(ASKED)
    looked.clear()
    questions.rows(history(world, 4, {}), ["first.both"])
    assert sorted(looked) == ["both", "early", "poor"]
