"""ODD 7.2 to 7.4: bandwidth, dependence, influence, vulnerability. Worked with a pocket calculator."""

import math

import pytest

from sim.rules import influence
from sim.rules.structure import Cell
from tests.support.paired import settings_with, state_after, world

SHARES = {"Russia": 0.39, "China": 0.4, "domestic": 0.08, "West": 0.13}
"""ODD 5: derived shares of influence in June 2024, two decimals."""


HALVES = settings_with(
    influence={
        "effort_elasticity": 0.5,
        "openness_elasticity": 0.5,
        "goodwill_elasticity": 0.5,
        "share_elasticity": 0.5,
    }
)
"""Every elasticity is one half."""


def test_bandwidth_follows_the_roots_of_means_welcome_and_goodwill():
    """sqrt(.81) sqrt(1.44) sqrt(.64) = .9 * 1.2 * .8 = .864; times start .5 and sqrt(effort 1.21) = 1.1:
    .4752.
    """
    drive = influence.bandwidth_drive(0.81, 1.44, 0.64, HALVES.influence)
    assert drive == pytest.approx(0.864)
    assert influence.bandwidth_target(0.5, drive, 1.21, 0.5) == pytest.approx(0.4752)
    assert influence.bandwidth_target(0.9, 4.0, 1.0, 0.5) == 1.0


def test_pull_of_a_supplier_is_start_share_times_attraction_times_the_root_of_its_bandwidth():
    assert influence.attractiveness(0.2, math.log(3.0), 0.25, 0.5) == pytest.approx(0.3)


def test_influence_through_a_link_is_weight_times_bandwidth_times_dependence():
    assert influence.link_influence(0.25, 0.80, 0.93) == pytest.approx(0.186)


def test_shares_of_influence_in_june_2024_are_those_of_the_model():
    s = world().start
    west = sum(s[f"share.{name}"] for name in world().parts.blocs["West"])
    assert {name: round(s[f"share.{name}"], 2) for name in ("Russia", "China", "domestic")} | {
        "West": round(west, 2)
    } == SHARES


def test_vulnerability_is_the_weighted_share():
    """Russia: .18*.01 + .17*.27 + .20*.93 + .15*.03 + .15*.28 + .15*.55 = .3627."""
    assert world().start["vulnerability.Russia"] == pytest.approx(0.3627)


def test_dependences_move_to_relative_attractiveness_and_go_on_summing_to_one():
    w = world()
    s = state_after(w, 7)
    s["attraction.domestic.energy"] += 3.3
    pulls = {
        cell.supplier: s[f"start.{cell.dependence}"]
        * math.exp(s[cell.attraction])
        * (s[cell.bandwidth] / s[f"start.{cell.bandwidth}"]) ** 0.5
        for cell in w.parts.cells_of["energy"]
    }
    before = {cell.supplier: s[cell.dependence] for cell in w.parts.cells_of["energy"]}
    influence.move_dependences(s, w.parts.cells_of["energy"], w.parts.settings)
    for cell in w.parts.cells_of["energy"]:
        target = pulls[cell.supplier] / sum(pulls.values())
        moved = before[cell.supplier] + 0.0509 * (target - before[cell.supplier])
        assert s[cell.dependence] == pytest.approx(moved, rel=1e-12)
    assert sum(s[cell.dependence] for cell in w.parts.cells_of["energy"]) == pytest.approx(1.0, abs=1e-12)


CELLS = tuple(Cell(name, "trade", 0.6, 0.1) for name in ("North", "South"))


def links(north, south):
    """A channel in which both started with half the trade and a bandwidth of .5; where their bandwidths stand
    now.
    """
    s = {}
    for cell, bandwidth in zip(CELLS, (north, south), strict=True):
        s |= {cell.bandwidth: bandwidth, cell.dependence: 0.5, cell.attraction: 0.0}
        s |= {f"start.{cell.bandwidth}": 0.5, f"start.{cell.dependence}": 0.5}
    return s


def test_shares_follow_bandwidth_where_all_have_lost_much_of_it():
    """Bandwidths .08 and .02 of .5: roots .4 and .2, pulls .2 and .1, shares 2/3 and 1/3; a tenth of the way:
    .516667.
    """
    s = links(0.08, 0.02)
    influence.move_dependences(s, CELLS, HALVES)
    assert (s[CELLS[0].dependence], s[CELLS[1].dependence]) == pytest.approx((0.5 + 0.1 / 6, 0.5 - 0.1 / 6))


def test_shares_stay_where_nobody_has_bandwidth_left():
    s = links(0.0, 0.0)
    influence.move_dependences(s, CELLS, HALVES)
    assert s[CELLS[0].dependence] == s[CELLS[1].dependence] == 0.5


def test_bandwidths_of_a_power_move_five_percent_of_the_way_a_month():
    w = world()
    s = state_after(w, 7)
    russia = w.parts.by_name["Russia"]
    cell = next(cell for cell in russia.cells if cell.channel == "energy")
    means = s["capability"] / s["start.capability"]
    ratio = (
        means
        * s["openness.Russia"]
        * (s["goodwill.Russia"] / s["start.goodwill.Russia"])
        * (s[cell.effort] / s[f"start.{cell.effort}"])
    )
    expected = s[cell.bandwidth] + 0.0747 * (min(0.80 * math.sqrt(ratio), 1.0) - s[cell.bandwidth])
    influence.move_bandwidths(s, russia, w.parts.settings)
    assert s[cell.bandwidth] == pytest.approx(expected, rel=1e-12)
