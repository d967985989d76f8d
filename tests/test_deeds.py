"""The shipped table of dated deeds: it fits its scenario, the table of observations, and the cut-off."""

from itertools import pairwise
from pathlib import Path

import pytest

from sim.assimilation.contradictions import contradictions
from sim.assimilation.observations import facts_of
from sim.outcomes.happenings import happenings_of
from sim.scenario.load import load
from sim.scenario.schema import month_number

CONFIGS = Path(__file__).parent.parent / "configs"
CUT_OFF = month_number("2024-06")


@pytest.fixture(scope="module")
def case():
    return load(CONFIGS / "mongolia-1995.toml")


@pytest.fixture(scope="module")
def deeds(case):
    return facts_of(CONFIGS / "mongolia-1995-deeds.csv", case)


def test_deeds_and_observations_can_be_given_together(case, deeds):
    observed = facts_of(CONFIGS / "mongolia-1995-observations.csv", case)
    assert contradictions([*deeds, *observed], case) == []


def test_no_deed_is_later_than_the_cut_off_and_no_quiet_window_holds_its_month(deeds):
    # June 2024 was not over: nobody could say that something did not happen in it
    assert max(each.last for each in deeds) == CUT_OFF
    assert all(each.last < CUT_OFF for each in deeds if each.quiet)


def test_every_deed_says_where_it_is_from(deeds):
    for each in deeds:
        assert each.provenance in ("source", "memory"), each
        assert each.source or each.provenance == "memory" or each.note, each


def test_no_deed_comes_while_the_rules_have_its_row_wait(case, deeds):
    rows = {each.name: each.events for each in happenings_of(case)}
    dated: dict[str, list[int]] = {}
    for each in deeds:
        if each.came and case.rows[rows[each.target][0]].cooldown:
            dated.setdefault(each.target, []).extend(each.came)
    assert dated
    for target, months in dated.items():
        row = case.rows[rows[target][0]]
        gaps = [later - earlier for earlier, later in pairwise(sorted(months))]
        assert all(gap > row.cooldown + row.lead for gap in gaps), target
