"""Weighted means of stocks, worked by hand."""

from __future__ import annotations

from sim.rules.aggregates import add_up, follow, mean
from sim.rules.structure import Aggregate

SHARE = (0.0, 1.0)


def test_an_aggregate_is_the_sum_of_weight_times_member():
    s = {"tax.North": 0.125, "tax.South": 0.625, "tax": 9.0}
    add_up(s, [Aggregate("tax", (("tax.North", 0.25), ("tax.South", 0.75)))])
    assert s["tax"] == 0.25 * 0.125 + 0.75 * 0.625 == 0.5


def test_the_mean_of_equal_numbers_is_what_they_all_are_to_the_last_bit():
    assert mean([0.1, 0.1, 0.1], [0.3, 0.3, 0.4]) == 0.1
    assert mean([0.0, 1.0], [0.25, 0.75]) == 0.75


def test_members_go_down_in_proportion_to_their_height_and_up_in_proportion_to_their_room():
    starts, weights, whole = [0.125, 0.625], [0.25, 0.75], 0.5
    down = [follow(0.25, start, SHARE, whole, 0.0, 1.0) for start in starts]
    assert down == [0.0625, 0.3125] and mean(down, weights) == 0.25
    up = [follow(0.75, start, SHARE, whole, 0.0, 1.0) for start in starts]
    assert up == [0.5625, 0.8125] and mean(up, weights) == 0.75


def test_members_of_an_aggregate_held_where_it_starts_stay_and_those_like_it_go_where_it_goes():
    assert [follow(0.48, start, SHARE, 0.48, 0.0, 1.0) for start in (0.2, 0.6)] == [0.2, 0.6]
    assert follow(0.123, 0.7, SHARE, 0.7, 0.0, 1.0) == 0.123


def test_an_aggregate_at_an_end_of_its_bounds_can_be_held_anywhere():
    assert [follow(0.3, start, SHARE, 0.0, 0.0, 1.0) for start in (0.0, 0.5)] == [0.3, 0.65]
    assert [follow(0.3, start, SHARE, 1.0, 0.0, 1.0) for start in (1.0, 0.5)] == [0.3, 0.15]
    assert [follow(end, 0.2, SHARE, 0.5, 0.0, 1.0) for end in SHARE] == [0.0, 1.0]


def test_members_with_ends_of_their_own_come_to_the_value_and_cross_no_end():
    ends, starts, weights = [(0.0, 1.0), (1.0, 3.0)], [0.5, 1.5], [0.5, 0.5]
    for held in (0.5, 0.75, 1.25, 2.0):
        found = [follow(held, start, own, 1.0, 0.5, 2.0) for start, own in zip(starts, ends, strict=True)]
        assert abs(mean(found, weights) - held) < 1e-15
        assert all(low <= value <= high for value, (low, high) in zip(found, ends, strict=True))
