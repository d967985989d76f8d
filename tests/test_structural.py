"""Local level and damped trend: they find what made a series, and say nothing where they cannot know."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.outcomes.baselines import Asked, Past, damped_trend, local_level, moved_by_inputs
from sim.outcomes.structural import LEVELS, _Model, forecast
from sim.refusal import BadInput

YEARS = tuple(1990.5 + place for place in range(60))


def local(level: float, years: int, rng: np.random.Generator) -> np.ndarray:
    """Values of a local level: the share `level` of the variance is in its steps."""
    steps, errors = rng.normal(0, level**0.5, years), rng.normal(0, (1 - level) ** 0.5, years)
    return 7.0 + np.cumsum(steps) + errors


def by_hand(values: np.ndarray, level: float, ahead: int) -> tuple[float, float]:
    """Mean and variance of a local level so many years ahead, by the textbook's recursion."""
    mean, variance = values[0], 1 - level
    for value in values[1:]:
        variance += level
        gain = variance / (variance + 1 - level)
        mean, variance = mean + gain * (value - mean), variance * (1 - gain)
    return mean, variance + ahead * level + 1 - level


@pytest.mark.parametrize("level", [0.15, 0.7, 1.0])
def test_the_filter_is_the_textbook_s(level):
    """Harvey 1989, section 4.1; of a level of which nothing was known the first value is all that is."""
    values = local(level, 20, np.random.default_rng(1))
    model = _Model(values, 3)
    mean, sd = model.last((level, 0.0, 0.0))
    own_mean, own = by_hand(values, level, 3)
    assert mean == pytest.approx(own_mean, rel=1e-9)
    twice = _Model(values, 1).last((level, 0.0, 0.0))[1]
    assert (sd / twice) ** 2 == pytest.approx(own / by_hand(values, level, 1)[1], rel=1e-9)


def test_a_level_in_noise_is_averaged_and_a_walk_is_held():
    noise = 5.0 + np.random.default_rng(2).normal(0, 1, 40)
    mean, sd = forecast(YEARS[:40], tuple(noise), 2035.5, slopes=False)
    assert mean == pytest.approx(noise.mean(), abs=0.35) and 0.8 < sd < 1.25
    walk = np.cumsum(np.random.default_rng(3).normal(0, 1, 40))
    held, wide = forecast(YEARS[:40], tuple(walk), 2038.5, slopes=False)
    assert held == pytest.approx(walk[-1], abs=0.5) and 2.2 < wide < 4.0, "nine years, sd 3"


def test_a_slope_goes_on_and_dies_away():
    """A rise of 1 a year: more of it is expected, but not for ever."""
    rng = np.random.default_rng(4)
    values = tuple(np.arange(25.0) + rng.normal(0, 0.2, 25))
    near, far = (forecast(YEARS[:25], values, YEARS[24] + years, slopes=True)[0] for years in (1, 30))
    assert near == pytest.approx(values[-1] + 1.0, abs=0.4)
    assert values[-1] + 3 < far < values[-1] + 29
    assert forecast(YEARS[:25], values, YEARS[24] + 1, slopes=False)[0] < near


def test_missing_years_widen_and_do_not_move_the_others():
    values = local(0.5, 20, np.random.default_rng(5))
    kept = [place for place in range(20) if place not in (4, 9, 10)]
    years, some = tuple(YEARS[place] for place in kept), tuple(values[kept])
    mean, sd = forecast(years, some, YEARS[20], slopes=False)
    whole, narrow = forecast(YEARS[:20], tuple(values), YEARS[20], slopes=False)
    assert abs(mean - whole) < sd and 0.6 < sd / narrow < 1.7
    late = forecast(years, some, YEARS[30], slopes=False)
    assert late[0] == pytest.approx(mean) and late[1] > sd


def test_it_covers_what_comes_as_often_as_it_says():
    """Ninety per cent of values three years after 20 known ones; parameters are estimated each time."""
    rng, inside = np.random.default_rng(6), []
    for level in (0.15, 0.7):
        for _ in range(60):
            values = local(level, 23, rng)
            mean, sd = forecast(YEARS[:20], tuple(values[:20]), YEARS[22], slopes=False)
            inside.append(abs(values[22] - mean) < 1.645 * sd)
    assert 0.80 <= np.mean(inside) <= 0.97


def test_nothing_is_said_of_too_little():
    """Four values for a level, seven for a slope; a year that is not later; values all alike; a free run."""
    rising = tuple(np.arange(10.0) ** 1.5)
    for known, slopes in ((4, False), (7, True)):
        assert math.isnan(forecast(YEARS[:known], rising[:known], 2020.5, slopes)[0])
        assert not math.isnan(forecast(YEARS[: known + 1], rising[: known + 1], 2020.5, slopes)[0])
    assert math.isnan(forecast(YEARS[:10], rising, YEARS[9], slopes=False)[0])
    assert math.isnan(forecast(YEARS[:10], (2.0,) * 10, 2020.5, slopes=False)[0])
    free = Past(YEARS[:10], rising, free=True)
    for rule in (local_level, damped_trend):
        assert math.isnan(rule(free, Asked(2020.5))[0])


def test_units_and_levels_move_with_the_series():
    values = local(0.3, 15, np.random.default_rng(7))
    mean, sd = forecast(YEARS[:15], tuple(values), 2007.5, slopes=True)
    moved = forecast(YEARS[:15], tuple(1e-4 * values - 2.0), 2007.5, slopes=True)
    assert moved == (pytest.approx(1e-4 * mean - 2.0), pytest.approx(1e-4 * sd, rel=1e-5))


def test_two_values_of_one_year_are_one():
    years = (*YEARS[:8], 1997.75)
    values = (1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 5.0, 6.0, 8.0)
    assert forecast(years, values, 1999.5, False) == forecast(YEARS[:8], (*values[:7], 7.0), 1999.5, False)


def test_a_walk_is_the_last_of_the_levels():
    assert LEVELS[-1] == 1.0, "else hold-last would not be among them"


def test_what_inputs_moved_it_by_is_known():
    """y = 2 x: a later x of 3 more moves it by 6; of an input that stood still nothing is known."""
    x = (0.0, 1.0, 0.0, 2.0, 1.0, 3.0)
    y = tuple(10 + 2 * each for each in x)
    past = Past(YEARS[:6], y, tuple((each,) for each in x))
    assert moved_by_inputs(past, Asked(YEARS[6], (6.0,))) == (
        pytest.approx(22.0),
        pytest.approx(0.0, abs=1e-7),
    )
    still = Past(YEARS[:6], y, ((1.0,),) * 6)
    assert math.isnan(moved_by_inputs(still, Asked(YEARS[6], (6.0,)))[0])
    few = Past(YEARS[:4], y[:4], tuple((each,) for each in x[:4]))
    assert math.isnan(moved_by_inputs(few, Asked(YEARS[6], (6.0,)))[0]), "three changes"
    assert math.isnan(moved_by_inputs(Past(YEARS[:6], y), Asked(YEARS[6]))[0]), "no inputs"


def test_the_slope_on_an_input_by_hand():
    """Changes 1, -1, 3 and 1 in one, one, one and four years, of x 1, -1, 1 and 2: with the last divided by 2
    the slope is (1 + 1 + 3 + .5) / (1 + 1 + 1 + 1) = 1.375; left .375, .375, 1.625 and .875 squared over 3.
    """
    past = Past((2000.5, 2001.5, 2002.5, 2003.5, 2007.5), (0, 1, 0, 3, 4), ((0,), (1,), (0,), (1,), (3,)))
    mean, sd = moved_by_inputs(past, Asked(2009.5, (2.0,)))
    variance = (0.375**2 + 0.375**2 + 1.625**2 + 0.875**2) / 3
    assert mean == pytest.approx(4 - 1.375) and sd == pytest.approx((variance * (2 + 1 / 4)) ** 0.5)


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "statsmodels.tsa.statespace", None)
    with pytest.raises(BadInput, match="statsmodels"):
        forecast(YEARS[:9], tuple(np.arange(9.0) ** 2), 2010.5, slopes=True)
