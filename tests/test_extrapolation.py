"""Innovations widen where inputs leave the range that was learnt from, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.assimilation.discrepancy import Discrepancy
from sim.assimilation.extrapolation import by_year, inflation, inputs_of, outside, over_runs, spreads
from sim.refusal import BadInput
from sim.scenario.lower import lower
from tests.support.small import small

pytestmark = pytest.mark.smoke

LEARNT = np.array([0.2, 0.3, 0.4, 0.5])
SPREAD = 0.0125**0.5


def test_within_the_range_nothing_widens_and_beyond_it_distances_count_in_spreads():
    values = np.array([0.2, 0.35, 0.5, 0.5 + SPREAD, 0.2 - 2 * SPREAD])
    assert outside(values, LEARNT, 0.01) == pytest.approx([0.0, 0.0, 0.0, 1.0, 2.0], abs=1e-12)
    assert outside(values, LEARNT, 0.01)[:3].tolist() == [0.0, 0.0, 0.0]


def test_squares_of_all_inputs_add_up():
    inputs = {"a": np.append(LEARNT, 0.5 + 2 * SPREAD), "b": np.append(-LEARNT, -0.5 - 3 * SPREAD)}
    least = dict.fromkeys(inputs, 0.01)
    wider = inflation(inputs, slice(0, 4), least)
    assert wider.tolist()[:4] == [1.0] * 4
    assert wider[4] == pytest.approx(14**0.5)
    assert inflation({}, slice(0, 4), {}).tolist() == 1.0
    with pytest.raises(ValueError, match="a span without months"):
        inflation(inputs, slice(0, 0), least)


def test_an_input_that_never_moved_counts_by_a_share_of_what_it_can_be():
    still = np.array([0.0, 0.0, 0.0, 0.1])
    assert inflation({"war": still}, slice(0, 3), {"war": 0.05})[3] == pytest.approx(5**0.5)


def foretold(seed: int, far: float, inflated: bool, years: int = 4000) -> float:
    """The share of what comes that lies in an interval of 90 %, where the right width is known.

    A linear toy: y = x + g (x - the end of what was learnt from) + w, g the slope that nobody could see, of
    one innovation for each spread; w the innovation.
    """
    rng = np.random.default_rng(seed)
    sd, end = 0.7, LEARNT.max()
    x = end + far * SPREAD
    came = x + rng.normal(0.0, sd / SPREAD, years) * (x - end) + rng.normal(0.0, sd, years)
    wider = inflation({"x": np.append(LEARNT, x)}, slice(0, 4), {"x": 0.01})[-1] if inflated else 1.0
    # the discrepancy of a series that is followed wholly, without a fresh error, one year on
    kinds = Discrepancy.of(sd, 1, 2000.0)
    walk = Discrepancy(
        np.ones(1), np.ones(1), np.full(1, sd), np.zeros(1), np.zeros(1), np.zeros((1, 1)),
        np.zeros((1, 1)), kinds.year,
    )  # fmt: skip
    mean, variance = walk.at(2001.0, float(wider)).foretold(np.full(1, x))
    return float(np.mean(np.abs(came - mean[0, 0]) < 1.645 * variance[0] ** 0.5))


@pytest.mark.parametrize("far", [0.0, 0.5, 2.0, 5.0])
def test_on_a_linear_toy_whose_right_width_is_known_intervals_cover(far):
    assert foretold(3, far, inflated=True) == pytest.approx(0.9, abs=0.015)
    if far >= 2.0:
        assert foretold(3, far, inflated=False) < 0.6


def test_runs_whose_inputs_wander_apart_have_factors_of_their_own():
    values = np.stack([np.append(LEARNT, 0.5), np.append(LEARNT, 0.5 + 2 * SPREAD)], axis=1)
    wider = inflation({"x": values}, slice(0, 4), {"x": 0.01})
    assert wider[-1] == pytest.approx([1.0, 5**0.5])
    assert over_runs(wider, np.array([0.5, 0.5]))[-1] == pytest.approx(3**0.5)


def test_a_world_tells_year_by_year_who_knows_the_years_before():
    points = [["2010-01", 0.2], ["2010-12", 0.6], ["2011-12", 0.6], ["2012-06", 0.4], ["2012-12", 0.9]]
    given = {"time": {"months": 36}, "paths": {"war": points}, "quantities": {"war": {"relaxation": None}}}
    held = lower(small(given))
    found = by_year(held, ["war"])
    assert list(found) == [2011, 2012]
    assert found[2011] == 1.0 < found[2012] < 5.0
    wandering = lower(small(given | {"beyond": {"war": "wander"}}))
    assert by_year(wandering, ["war"]) == found
    assert spreads(held, ["war"]) == {"war": 0.02}
    with pytest.raises(BadInput, match="wealth: no path of this name"):
        inputs_of(held, ["wealth"])
