"""exp, log, the logistic function and normal draws against others' work (decimal, long doubles, scipy)."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from sim.engine.luck import RunLuck
from sim.rules import numbers

getcontext().prec = 50
RANDOM = np.random.default_rng(0)


def ulps(value: float, exact: Decimal) -> float:
    """Distance from the exact value, in units in the last place of its double."""
    return float(abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact))))


def worst(function, exact, arguments) -> float:
    return max(ulps(function(float(x)), exact(Decimal(float(x)))) for x in arguments)


def test_exp_is_within_two_units_in_the_last_place():
    near, wide, tiny = (
        RANDOM.uniform(-1, 1, 2000),
        RANDOM.uniform(-699, 699, 2000),
        RANDOM.normal(0, 1e-6, 200),
    )
    assert worst(numbers.exp, Decimal.exp, [*near, *wide, *tiny]) <= 2


class Noted:
    """A recorder that keeps what it is told, and a symbol of it."""

    def __init__(self):
        self.told, self.recorder = [], self

    def apply(self, name, arguments):
        self.told.append((name, arguments))
        return self


def test_numbers_are_integers_floats_and_symbols_and_nothing_else():
    assert all(map(numbers.is_number, (0, 2, -0.5, math.nan, Noted())))
    assert not any(map(numbers.is_number, ("x", "1", None, True, False, [], 1j)))


def test_a_whole_number_becomes_a_float_and_a_symbol_stays_itself():
    symbol = Noted()
    assert repr(numbers.as_number(3)) == "3.0" and numbers.as_number(symbol) is symbol


def test_a_primitive_of_a_symbol_is_noted_by_its_name_with_its_arguments_in_order():
    symbol = Noted()
    assert numbers.maximum(1.5, symbol) is symbol and numbers.divide(symbol, 2.0) is symbol
    assert symbol.told == [("maximum", (1.5, symbol)), ("divide", (symbol, 2.0))]


def test_exp_of_zero_is_exactly_one_and_extremes_are_held():
    assert numbers.exp(0.0) == 1.0
    assert numbers.exp(1e9) == numbers.exp(700.0) == pytest.approx(math.exp(700), rel=1e-15)
    assert numbers.exp(-1e9) == numbers.exp(-700.0) > 0.0


def test_what_is_not_a_number_stays_so_and_does_not_stop_a_run():
    assert math.isnan(numbers.exp(math.nan)) and math.isnan(numbers.logistic(math.nan))
    assert math.isnan(numbers.log(math.nan)) and math.isnan(numbers.sqrt(-1.0))


def test_log_is_within_two_units_in_the_last_place_near_and_far_from_one():
    values = [
        *np.exp(RANDOM.uniform(-700, 700, 2000)),
        *RANDOM.uniform(0.5, 2, 2000),
        *(1 + RANDOM.normal(0, 1e-7, 200)),
    ]
    assert worst(numbers.log, Decimal.ln, values) <= 2
    assert numbers.log(1.0) == 0.0


def test_logistic_is_within_three_units_in_the_last_place_and_symmetric():
    values = RANDOM.uniform(-30, 30, 2000)
    assert worst(numbers.logistic, lambda x: 1 / (1 + (-x).exp()), values) <= 3
    assert numbers.logistic(0.0) == 0.5
    assert numbers.logistic(-800.0) > 0.0 and numbers.logistic(800.0) == 1.0


def test_circle_points_lie_where_cosine_and_sine_say():
    for turn in [*RANDOM.uniform(0, 1, 2000), 0.0, 0.125, 0.25, 0.5, 0.75, 1.0]:
        cosine, sine = numbers.circle_point(float(turn))
        angle = 8 * np.arctan(np.longdouble(1)) * np.longdouble(turn)
        assert abs(cosine - np.cos(angle)) < 1.2e-15 and abs(sine - np.sin(angle)) < 1.2e-15


def test_a_normal_pair_is_box_and_muller():
    first, second = numbers.normal_pair(0.3, 0.1)
    radius = math.sqrt(-2 * math.log(0.3))
    assert first == pytest.approx(radius * math.cos(0.2 * math.pi), rel=1e-14)
    assert second == pytest.approx(radius * math.sin(0.2 * math.pi), rel=1e-14)


def test_normal_draws_have_the_moments_and_the_shape_of_a_normal():
    shocks = []
    for run in range(2000):
        luck = RunLuck(7, run)
        for luck.month in range(8):
            shocks.append(luck.shock("war"))
    x = np.array(shocks)
    assert abs(x.mean()) < 4 / math.sqrt(x.size)
    assert abs(x.var() - 1) < 4 * math.sqrt(2 / x.size)
    assert abs((x**3).mean()) < 4 * math.sqrt(15 / x.size)
    assert abs((x**4).mean() - 3) < 4 * math.sqrt(96 / x.size)
    assert stats.kstest(x, "norm").pvalue > 1e-3
    between_months = np.corrcoef(x.reshape(-1, 8).T) - np.eye(8)
    assert abs(between_months).max() < 4.5 / math.sqrt(2000)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [(6.0, 3.0, 2.0), (1.0, 0.0, math.inf), (-1.0, 0.0, -math.inf), (1.0, -0.0, -math.inf)],
)
def test_division_is_that_of_ieee_754(a, b, result):
    assert numbers.divide(a, b) == result


def test_nothing_divided_by_nothing_is_not_a_number():
    assert math.isnan(numbers.divide(0.0, 0.0)) and math.isnan(numbers.divide(math.nan, 0.0))


def rounding(function, pairs) -> float:
    """The worst error of a quotient, in units in the last place of the exact one."""
    exact = [(function(a, b), Fraction(a) / Fraction(b)) for a, b in pairs.tolist()]
    return max(float(abs(Fraction(found) - e) / Fraction(math.ulp(float(e)))) for found, e in exact)


def test_over_and_ratio_are_quotients_but_for_last_bits():
    pairs = np.exp(RANDOM.uniform(-300, 300, (5000, 2)))
    assert rounding(numbers.over, pairs) <= 1.5 and rounding(numbers.ratio, pairs) <= 3


def test_a_ratio_to_the_start_is_exactly_one_at_the_start_and_zero_at_zero():
    starts = [*RANDOM.uniform(0, 1, 20_000), *np.exp(RANDOM.uniform(-700, 700, 20_000)), 2.0**-1022, 49.0]
    assert {numbers.ratio(start, start) for start in map(float, starts)} == {1.0}
    assert {numbers.ratio(0.0, start) for start in map(float, starts)} == {0.0}
    assert numbers.over(49.0, 49.0) < 1.0


@pytest.mark.parametrize("quotient", [numbers.over, numbers.ratio])
def test_what_has_no_finite_inverse_gives_no_finite_number(quotient):
    for a, b in [(1.0, 0.0), (0.0, 0.0), (1.0, 1e-310), (0.0, 1e-310), (1e-310, 1e-310)]:
        assert not math.isfinite(quotient(a, b))


def test_the_next_term_of_the_series_of_exp_would_move_no_digit():
    """By hand: q = r coth(r/2) moves (q + r)/(q - r) by 2r/(q^2 - r^2) of itself for each unit of q."""
    r = math.log(2) / 2
    q = r / math.tanh(r / 2)
    assert r**14 / 37362124800 * 2 * r / (q**2 - r**2) < 2**-53 / 50


def test_power_is_a_root_at_one_half_and_a_power_elsewhere():
    assert numbers.power(0.49, 0.5) == math.sqrt(0.49)
    assert numbers.power(2.0, 3.0) == pytest.approx(8.0, rel=1e-15)
    assert numbers.power(0.7, 0.0) == 1.0
    assert numbers.power(0.0, 0.3) < 1e-80


def test_softmax_shifts_shares_by_pressure():
    """By hand: weights .2 e^1 = .5436563657, .8 e^0 = .8; shares .40460968 and .59539032."""
    shares = numbers.softmax([1.0, 0.0], [0.2, 0.8])
    assert shares == pytest.approx([0.40460968, 0.59539032], abs=1e-8)
    assert sum(shares) == pytest.approx(1.0, abs=1e-15)
    assert numbers.softmax([3.0, 3.0, 3.0], [0.2, 0.3, 0.5]) == [0.2, 0.3, 0.5]
    assert numbers.softmax([900.0, -900.0], [0.5, 0.5]) == pytest.approx([1.0, 0.0], abs=1e-300)


def test_approach_goes_the_given_part_of_the_way():
    assert numbers.approach(0.2, 0.6, 0.25) == pytest.approx(0.3)


def test_where_less_minimum_maximum_and_clip():
    assert (numbers.where(0.0, 1.0, 2.0), numbers.where(3.0, 1.0, 2.0)) == (2.0, 1.0)
    assert (numbers.less(1.0, 2.0), numbers.less(2.0, 2.0)) == (1.0, 0.0)
    assert (numbers.clip(-1.0, 0.0, 1.0), numbers.clip(2.0, 0.0, 1.0), numbers.clip(0.4, 0.0, 1.0)) == (
        0.0,
        1.0,
        0.4,
    )
