"""ODD 7.8: paths that end go on by themselves."""

import math

import pytest

from sim.rules.beyond import follow_paths, go_on
from sim.rules.structure import Parts


class Shocks:
    """Luck that brings the same shock to everything, and notes whom it was asked for."""

    def __init__(self, shock):
        self.amount, self.asked = shock, []

    def shock(self, name):
        self.asked.append(name)
        return self.amount


def test_what_is_given_of_a_path_is_followed_to_the_last_bit():
    for given in (0.1, 1 / 3, 0.0, 1.0):
        assert go_on(0.7, given, 0.0, 0.0, -3.2, 0.0, 1.0) == given


def test_a_path_sets_out_from_what_was_last_known_and_goes_on_from_where_it_is():
    assert go_on(0.7, 0.5, 0.0, 0.1, 2.0, 0.0, 1.0) == pytest.approx(0.7)
    assert go_on(0.3, 0.5, 1.0, 0.1, 2.0, 0.0, 1.0) == pytest.approx(0.5)


def test_a_path_stays_within_its_bounds():
    assert go_on(0.9, 0.5, 1.0, 0.1, 5.0, 0.0, 1.0) == 1.0
    assert go_on(-0.9, 0.5, 1.0, 0.1, -5.0, -1.0, 1.0) == -1.0


def test_each_path_has_luck_of_its_own_and_one_that_is_held_is_left_alone():
    parts = object.__new__(Parts)
    object.__setattr__(parts, "wandering", ("alignment.North.order", "oil"))
    object.__setattr__(parts, "bounds", {"oil": (0.0, 1.0), "alignment.North.order": (-1.0, 1.0)})
    s = {"war": 0.4, "oil": 0.5, "alignment.North.order": -0.2}
    for name, (given, on, spread) in {
        "oil": (0.6, 1.0, 0.1),
        "alignment.North.order": (0.3, 0.0, 0.0),
    }.items():
        s |= {f"beyond.given.{name}": given, f"beyond.on.{name}": on, f"beyond.spread.{name}": spread}
    luck = Shocks(1.0)
    follow_paths(s, parts, luck)
    assert luck.asked == ["alignment.North.order", "oil"]
    assert (s["war"], s["alignment.North.order"]) == (0.4, 0.3)
    assert math.isclose(s["oil"], 0.6)
