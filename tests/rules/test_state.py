"""The table of the state: names, and what follows from a row."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

from sim.engine.luck import RunLuck
from sim.rules.nodes import Node
from sim.rules.state import AGGREGATE, AIMS, MEASURES, QUANTITY, STATE, TABLE, Change, Over, at, row_of
from sim.rules.timetable import month
from sim.scenario import index
from sim.scenario.lower import lower
from sim.scenario.schema import Outcome
from tests.support.scenarios import random_scenario


def test_a_name_that_no_row_makes_cannot_be_made():
    for kind, owners in (("goodwil", ("North",)), ("autonomy", ("North",)), ("goodwill", ()), ("status", ())):
        with pytest.raises(KeyError):
            at(kind, *owners)


NAMED_BY_THE_FILE = (QUANTITY, AGGREGATE)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row not in NAMED_BY_THE_FILE], ids=lambda row: row.pattern
)
def test_a_name_leads_back_to_its_row(row):
    owners = tuple(row.over.value.split(".")) if row.over is not Over.NOTHING else ()
    assert row_of(at(row.kind, *owners)) == (row, owners)


def test_every_row_says_what_it_means_and_no_two_make_one_name():
    assert all(row.meaning and row.unit for row in TABLE)
    patterns = sorted(row.pattern for row in TABLE)
    assert all(one != other for one, other in pairwise(patterns))


def test_what_a_reader_may_meet_has_a_label_with_a_place_for_each_owner():
    for row in (*MEASURES, *AIMS, *(row for row in STATE if row.read or row.kept)):
        places = len(row.over.value.split(".")) if row.over is not Over.NOTHING else 0
        assert row in NAMED_BY_THE_FILE or (row.label and row.label.count("{}") == places), row.pattern


def test_what_an_effect_cannot_set_says_what_it_can():
    for row in STATE:
        told = row.change is not None or bool(row.instead) or not row.read
        assert told or row.kind == "autonomy_price", row.pattern


@pytest.mark.parametrize("seed", range(1, 40, 6))
def test_numbers_stay_within_the_bounds_of_their_row(seed):
    world = lower(random_scenario(seed))
    s, luck = dict(world.start), RunLuck(seed, 0)
    for at_month in range(world.months):
        luck.month = at_month
        s |= {name: float(values[at_month]) for name, values in world.series.items()}
        month(s, world.parts, luck)
    for name, value in s.items():
        low, high = row_of(name)[0].bounds
        assert low - 1e-9 <= value <= high + 1e-9, (name, value)


@pytest.mark.parametrize("seed", range(1, 40, 6))
def test_effects_change_what_the_table_says_and_each_within_bounds_of_its_own(seed):
    scenario = random_scenario(seed)
    known = set(index.changeable_names(scenario.case))
    parts = lower(scenario).parts
    assert set(parts.touched) <= parts.bounds.keys()
    for event in parts.events:
        for effect in (*event.accepted, *event.refused, *event.executed, *event.cancelled):
            assert effect.key in known and effect.change in Change


def test_nodes_of_an_event_are_those_of_the_state_and_of_the_file():
    asked = get_args(Outcome.model_fields["node"].annotation)
    assert sorted(asked) == sorted(Node)
    assert all(at(node.value, "deal") for node in Node if node is not Node.BACKED_DOWN)


def test_what_a_run_keeps_can_be_headlined_and_observed():
    for seed in range(0, 40, 5):
        scenario = random_scenario(seed)
        kept = set(index.kept_names(scenario.case))
        assert kept <= set(index.path_names(scenario.case))
        assert kept <= set(lower(scenario).recorded)
