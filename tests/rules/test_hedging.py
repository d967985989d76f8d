"""The hedging index: room, even-handedness, lines kept open (ODD 7.16)."""

import pytest

from sim.rules.hedging import hedging_index
from tests.support.paired import state_after, world


def test_the_index_is_a_geometric_mean():
    """Room .6 / .75 = .8, even-handed .8, lines .5: cube root of .32 = .6839904."""
    assert hedging_index(0.6, 0.7, 0.5, 0.5) == pytest.approx(0.6839904, abs=1e-7)


def test_more_than_full_room_or_wider_lines_add_nothing():
    assert hedging_index(0.9, 0.5, 0.5, 1.4) == pytest.approx(1.0)
    assert hedging_index(0.6, 1.0, 0.0, 1.0) < 1e-50


def test_the_index_of_a_late_state_worked_out_anew():
    w = world()
    s = state_after(w, 33)
    near, lines = [], []
    for members in w.parts.blocs.values():
        near.append(sum(s[f"closeness.{q}"] for q in members) / len(members))
        lines.append(
            sum(s[f"bandwidth.{q}.politics"] for q in members)
            / sum(w.start[f"bandwidth.{q}.politics"] for q in members)
        )
    expected = (min(s["autonomy"] / 0.75, 1) * (1 - (max(near) - min(near))) * min(*lines, 1)) ** (1 / 3)
    assert s["hedging"] == pytest.approx(expected, rel=1e-9)
