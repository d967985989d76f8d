"""Effect lists: increments that leave room, tilt towards positions, and all at once inside the bounds."""

import pytest

from sim.rules.effects import apply_changes, collect, fill_up, tilt
from sim.rules.expressions import ONE
from sim.rules.health import HEALTH
from sim.rules.structure import Increment
from sim.scenario.lower import lower
from tests.support.paired import changed, world
from tests.support.small import small


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
    assert changes["alignment.order"] == pytest.approx(0.12 * (-0.163 + 0.153))
    assert changes["alignment.eurasia"] == pytest.approx(0.12 * 0.5)


def test_a_tilt_of_one_power_towards_another_moves_it_and_nobody_else():
    """A tenth of the way from where China stands to where Russia does, on each axis."""
    parts, s = world().parts, dict(world().start)
    changes = dict.fromkeys(parts.bounds, 0.0)
    collect(s, parts, (Increment("tilt.China.Russia", 0.1, ONE, ONE),), 1.0, changes)
    china, russia = (parts.standings[power].axes for power in ("China", "Russia"))
    ways = {mine: s[theirs] - s[mine] for mine, theirs in zip(china, russia, strict=True)}
    moved = {key: amount for key, amount in changes.items() if amount}
    assert moved == {axis: pytest.approx(0.1 * way) for axis, way in ways.items()}
    assert min(map(abs, ways.values())) > 0.1


def test_who_is_repelled_by_a_tilt_goes_the_other_way():
    """From (-.8, .2), a size of -.1 away from (.8, 0): -.96 on the first axis, .22 on the second."""
    w = lower(small({"events": {"raid": {"effects": {"tilt.North.South": -0.1}}}}))
    s, changes = dict(w.start), dict.fromkeys(w.parts.touched, 0.0)
    collect(s, w.parts, w.parts.event["raid"].accepted, 1.0, changes)
    apply_changes(s, w.parts, changes)
    assert s["alignment.North.order"] == pytest.approx(-0.96)
    assert s["alignment.North.side"] == pytest.approx(0.22)
    assert s["alignment.order"] == w.start["alignment.order"]


def test_events_do_not_move_a_stock_that_is_on_a_path():
    held = changed({"paths.war": [["2024-06", 0.8]]}).parts
    changes = {"war": -0.55, "sanctions.Japan": 0.03}
    s = {"war": 0.8, "sanctions.Japan": 0.7, HEALTH: 0.0}
    apply_changes(s, held, changes)
    assert s == {"war": 0.8, "sanctions.Japan": 0.73, HEALTH: 0.0}
