"""Effect lists: increments that leave room, tilt towards positions, and all at once inside the bounds."""

import pytest

from sim.rules.effects import apply_changes, collect, fill_up, tilt
from sim.rules.expressions import ONE
from sim.rules.health import HEALTH
from sim.rules.structure import Increment
from tests.support.paired import changed, world


def test_bandwidth_fills_the_room_that_is_left_and_empties_what_is_there():
    assert fill_up(0.25, 1.0, 0.55) == pytest.approx(0.1125)
    assert fill_up(-0.20, 1.0, 0.80) == pytest.approx(-0.16)
    assert (fill_up(0.25, 0.5, 0.6), fill_up(-0.4, 0.5, 0.6)) == pytest.approx((0.05, -0.12)), (
        "half as much of a half driver"
    )


def test_tilt_is_a_fraction_of_the_way_to_a_position():
    assert tilt(0.02, 1.0, 0.05, 0.55) == pytest.approx(0.01)
    assert tilt(-0.06, 1.0, 0.05, 0.55) == pytest.approx(-0.03)


def test_two_events_of_one_month_are_judged_at_one_state_and_add_up():
    """Two visits fill .25 of the same room: .55 + 2 * .1125 = .775, not .55 + .1125 + .084375."""
    parts, s = world().parts, dict(world().start)
    effects = (
        Increment("bandwidth.Russia.politics", 0.25, ONE, ONE),
        Increment("goodwill.Russia", 0.3, ONE, ONE),
    )
    changes = dict.fromkeys(parts.touched, 0.0)
    collect(s, parts, effects, 1.0, changes)
    collect(s, parts, effects, 1.0, changes)
    collect(s, parts, effects, 0.0, changes)
    apply_changes(s, parts, changes)
    assert s["bandwidth.Russia.politics"] == pytest.approx(0.775)
    assert s["goodwill.Russia"] == 1.0, "held at its bound"


def test_a_tilt_moves_every_axis_towards_the_power():
    parts, s = world().parts, dict(world().start)
    changes = dict.fromkeys(parts.touched, 0.0)
    collect(s, parts, (Increment("tilt.Russia", 0.12, ONE, ONE),), 1.0, changes)
    assert changes["alignment.order"] == pytest.approx(0.12 * -0.8)
    assert changes["alignment.eurasia"] == pytest.approx(0.12 * 0.5)


def test_events_do_not_move_a_stock_that_is_on_a_path():
    held = changed({"paths.war": [["2024-06", 0.8]]}).parts
    changes = {"war": -0.55, "sanctions": 0.03}
    s = {"war": 0.8, "sanctions": 0.7, HEALTH: 0.0}
    apply_changes(s, held, changes)
    assert s == {"war": 0.8, "sanctions": 0.73, HEALTH: 0.0}
