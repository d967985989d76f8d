"""ODD 7.7: anchored at home, pulled by influence, repelled by domination."""

import math

import pytest

from sim.rules import alignment
from tests.support.paired import settings_with, state_after, world


def test_backlash_turns_the_pull_round_as_domination_grows():
    """beta 1.5, tau .5: at .5 fully receptive, at 5/6 indifferent, at 1 pushed away by half."""
    assert alignment.receptiveness(0.3, 1.5, 0.5) == 1.0
    assert alignment.receptiveness(0.5, 1.5, 0.5) == 1.0
    assert alignment.receptiveness(5 / 6, 1.5, 0.5) == pytest.approx(0.0)
    assert alignment.receptiveness(1.0, 1.5, 0.5) == pytest.approx(-0.5)


def test_pull_is_towards_the_power_in_proportion_to_its_influence():
    assert alignment.pull_towards(0.1, -0.8, 0.2, 2.0, 0.5) == pytest.approx(2 * 0.2 * 0.5 * -0.9)
    assert alignment.anchor_at(0.1, 0.3, 1.5) == pytest.approx(0.3)


def test_closeness_falls_linearly_with_distance():
    assert alignment.closeness(0.0, 2.2) == 1.0
    assert alignment.closeness(1.1, 2.2) == pytest.approx(0.5)
    assert alignment.closeness(3.0, 2.2) == 0.0


def test_closeness_to_russia_in_june_2024():
    """|(0, .05) - (-.8, .55)| = sqrt(.64 + .25) = .9433981; 1 - .9433981 / 2.2 = .5711827."""
    assert world().start["closeness.Russia"] == pytest.approx(0.5711827, abs=1e-7)


def test_a_month_of_drift_worked_out_anew():
    """The whole of eq 8 written a second time, against the stage, in a state that is no rest point."""
    w, p = world(), world().parts.settings
    s = state_after(w, 20)
    for axis, name in enumerate(w.parts.axes):

        def drift(state, prefix="", axis=axis, name=name):
            x = state[prefix + name]
            home = sum(state[f"{prefix}clout.{u.name}"] * u.ideal[axis] for u in w.parts.units["Mongolia"])
            pull = 0.0
            for q in w.parts.powers:
                beta = 1 - 1.5 * max(state[f"{prefix}domination.{q.name}"] - 0.5, 0) / 0.5
                pull += 2.08 * state[f"{prefix}influence.{q.name}"] * beta * (q.position[axis] - x)
            return 1.0 * (home - x) + pull

        expected = s[name] + 0.0106 * (drift(s) - drift(s, "start."))
        moved = dict(s)
        alignment.pull_alignment(moved, w.parts.axes, w.parts.units["Mongolia"], w.parts.powers, p)
        alignment.move_alignment(moved, w.parts.axes, Calm(), p)
        assert moved[name] == pytest.approx(expected, abs=1e-14)
        assert not math.isclose(moved[name], s[name], abs_tol=1e-6), (
            "the state must not be at rest, or the test says nothing"
        )


def test_alignment_is_held_between_minus_one_and_one():
    """.98 + .1 * (.6 - .1) = 1.03, held at 1; -.98 + .1 * (-.5 - .1) = -1.04, held at -1; .90 + .05 = .95 is
    inside.
    """
    p = settings_with(alignment={"speed": 0.1, "noise": 0.0})
    for position, drift, expected in ((0.98, 0.6, 1.0), (-0.98, -0.5, -1.0), (0.9, 0.6, 0.95)):
        s = {"alignment.order": position, "drift.alignment.order": drift, "start.drift.alignment.order": 0.1}
        alignment.move_alignment(s, ("alignment.order",), Calm(), p)
        assert s["alignment.order"] == pytest.approx(expected, abs=1e-12)


def test_a_lucky_shock_moves_alignment_up_by_its_noise():
    """.2 + .1 * 0 + .02 * 1.5 = .23, with the draw of that axis."""
    p = settings_with(alignment={"noise": 0.02})
    s = {"alignment.order": 0.2, "drift.alignment.order": 0.3, "start.drift.alignment.order": 0.3}
    alignment.move_alignment(s, ("alignment.order",), Gusty(), p)
    assert s["alignment.order"] == pytest.approx(0.23, abs=1e-12)


class Gusty:
    """Luck with one shock, on one axis."""

    def shock(self, name):
        return {"alignment.order": 1.5}[name]


class Calm:
    """Luck without noise."""

    def shock(self, name):
        return 0.0
