"""Years that follow from each other: intervals hold the truth nearly as often as they say; over single years
they do not.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t

from sim.statistics.intervals import student95, wilson
from sim.statistics.scores import coverage_interval, pooled_skill, skill, skill_interval
from sim.statistics.serial import FEWEST_YEARS, standard_error, waves

YEARS, SAMPLES = 23, 1000


def ar1(autocorrelation: float, samples: int, rng: np.random.Generator, years: int = YEARS) -> np.ndarray:
    """Normal series (samples, years) of variance 1."""
    x = rng.standard_normal((samples, years))
    for year in range(1, years):
        x[:, year] = autocorrelation * x[:, year - 1] + (1 - autocorrelation**2) ** 0.5 * x[:, year]
    return x


# -- by hand ---------------------------------------------------------------------------------------


def test_more_years_show_more_waves():
    """0.4 T^(2/3), rounded down: 2.43 for 15, 3.23 for 23, 4.68 for 40, 8.62 for 100; 1.86 for 10 are two."""
    assert [waves(years) for years in (10, 15, 23, 40, 100)] == [2, 2, 3, 4, 8]


def test_the_error_of_a_sum_is_read_from_its_slowest_waves():
    """A cosine of height 1 over 12 years has the sum of squares 6: waves sqrt(2) 6 and 0, error sqrt((72 + 0)
    / 2) = 6.
    """
    turn = np.pi * (np.arange(12) + 0.5) / 12
    assert standard_error(np.cos(turn)) == pytest.approx(6.0)
    assert standard_error(np.cos(turn) + 2 * np.cos(2 * turn)) == pytest.approx((72 * (1 + 4) / 2) ** 0.5)
    assert standard_error(np.cos(3 * turn)) == pytest.approx(0.0, abs=1e-12), (
        "faster than the two waves of 12 years"
    )


def test_of_few_years_nothing_is_said():
    assert FEWEST_YEARS == 10
    parts = np.linspace(-1, 1, 10)
    assert standard_error(parts) > 0 and np.isnan(standard_error(parts[:9]))
    rows = np.arange(9)
    assert np.isnan(skill_interval(rows + 1.0, rows + 2.0, rows)).all()
    assert (
        np.isnan(coverage_interval(np.ones(9), rows)).all()
        and not np.isnan(coverage_interval(np.ones(10), np.arange(10))).any()
    )


def test_student_s_point_by_table():
    assert [round(student95(n), 3) for n in (1, 2, 3, 10)] == [12.706, 4.303, 3.182, 2.228]


def test_the_interval_of_skill_is_that_of_the_log_ratio_by_hand():
    """Own scores 1 + cos / 10 of 12 years, baseline 2: parts cos / 120, error 6 / 120 = .05, t(2) = 4.3027,
    ratio .5.
    """
    years = np.arange(12)
    own = 1 + np.cos(np.pi * (years + 0.5) / 12) / 10
    low, high = skill_interval(own, np.full(12, 2.0), years)
    assert [low, high] == pytest.approx([1 - 0.5 * np.exp(0.215133), 1 - 0.5 * np.exp(-0.215133)], abs=1e-5)
    shuffled = np.random.default_rng(1).permutation(12)
    assert skill_interval(own[shuffled], np.full(12, 2.0), years[shuffled]) == pytest.approx((low, high)), (
        "years are put in order"
    )
    assert skill_interval(np.full(12, 1.0), np.full(12, 2.0), years) == pytest.approx((0.5, 0.5))
    assert (
        np.isnan(skill_interval(own, np.zeros(12), years)).all()
        and np.isnan(skill_interval(0 * own, own, years)).all()
    )


def test_facts_of_one_year_stay_together_and_targets_are_weighed_by_their_facts():
    """Target a as above with one fact a year, b with two alike: log ratio (ln .5 + 2 ln .8) / 3, parts (1 cos
    + 2 * 0) / 360.
    """
    years = np.arange(12)
    own = 1 + np.cos(np.pi * (years + 0.5) / 12) / 10
    score = np.concatenate([own, np.full(24, 80.0)])
    other = np.concatenate([np.full(12, 2.0), np.full(24, 100.0)])
    targets, when = np.repeat(["a", "b"], [12, 24]), np.concatenate([years, years, years])
    value, low, high, used = pooled_skill(score, other, targets, when)
    middle, reach = (np.log(0.5) + 2 * np.log(0.8)) / 3, student95(2) * 0.05 / 3
    assert (value, used) == (pytest.approx(1 - np.exp(middle)), 2)
    assert [low, high] == pytest.approx([1 - np.exp(middle + reach), 1 - np.exp(middle - reach)])


def test_a_baseline_that_goes_up_and_down_counts_as_the_runs_do():
    """Where both cost a tenth more or less in the same years, their ratio is sure; where only the baseline
    does, as above.
    """
    years = np.arange(12)
    wave = 1 + np.cos(np.pi * (years + 0.5) / 12) / 10
    assert skill_interval(wave, 2 * wave, years) == pytest.approx((0.5, 0.5))
    reach = student95(2) * 0.05
    alone = skill_interval(np.ones(12), 2 * wave, years)
    assert alone == pytest.approx((1 - 0.5 * np.exp(reach), 1 - 0.5 * np.exp(-reach)))
    score, other = np.concatenate([wave, 80 * wave]), np.repeat([2.0, 100.0], 12)
    both = pooled_skill(score, other, np.repeat(["a", "b"], 12), np.tile(years, 2))
    middle = (np.log(0.5) + np.log(0.8)) / 2
    assert both[1:3] == pytest.approx((1 - np.exp(middle + reach), 1 - np.exp(middle - reach))), (
        "two targets of one fate"
    )


def test_the_interval_of_coverage_by_hand():
    """6 of 12 inside, all of them first: parts of 1/24, error 1.0206 sum, as many as .25 (1.96 / 4.3027
    error)^2 facts.
    """
    inside, years = np.repeat([1.0, 0.0], 6), np.arange(12)
    parts = (inside - 0.5) / 12
    size = 0.25 * (1.959964 / (4.302653 * standard_error(parts))) ** 2
    assert size < 1
    assert coverage_interval(inside, years) == pytest.approx(
        [float(end) for end in wilson(0.5 * size, size)], abs=1e-6
    )
    turning = np.tile([1.0, 0.0], 6)
    assert coverage_interval(turning, years) == pytest.approx([float(end) for end in wilson(6, 12)]), (
        "no more than there are"
    )
    assert coverage_interval(np.ones(20), np.arange(20)) == pytest.approx((float(wilson(4, 4)[0]), 1.0)), (
        "blocks of five years"
    )
    assert coverage_interval(np.zeros(20), np.arange(20)) == pytest.approx((0.0, float(wilson(0, 4)[1])))
    twice = np.concatenate([inside, inside]), np.concatenate([years, years])
    assert coverage_interval(*twice) == pytest.approx(coverage_interval(inside, years)), (
        "alike in a year: one piece of evidence"
    )


# -- how often the truth is held --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("autocorrelation", "least", "single"), [(0.0, 0.93, 0.93), (0.7, 0.87, 0.65), (0.9, 0.70, 0.37)]
)
def test_the_mean_of_23_years_is_held_nearly_as_often_as_said(autocorrelation, least, single):
    """Measured over 20,000 samples: .95, .91 and .76; by the spread of single years .95, .57 and .31."""
    rng, held, alone = np.random.default_rng(5), 0, 0
    for x in ar1(autocorrelation, SAMPLES, rng):
        held += abs(x.sum()) <= student95(waves(YEARS)) * standard_error(x - x.mean())
        alone += abs(x.mean()) <= t.ppf(0.975, YEARS - 1) * x.std(ddof=1) / YEARS**0.5
    assert least <= held / SAMPLES <= 0.985
    assert alone / SAMPLES < single + 0.045


@pytest.mark.parametrize(("autocorrelation", "least"), [(0.0, 0.93), (0.7, 0.90), (0.9, 0.82)])
def test_skill_over_23_years_is_held_nearly_as_often_as_said(autocorrelation, least):
    """Scores |x| + .1 of runs and baseline, .8 of it for the runs, half of their luck in common; the true
    skill is .2.
    """
    rng, held = np.random.default_rng(6), 0
    own, other = (ar1(autocorrelation, SAMPLES, rng) for _ in range(2))
    for a, b in zip(own, 0.6 * own + 0.8 * other, strict=True):
        low, high = skill_interval(0.8 * (abs(a) + 0.1), abs(b) + 0.1, np.arange(YEARS))
        assert low <= skill(0.8 * (abs(a) + 0.1), abs(b) + 0.1) <= high
        held += low <= 0.2 <= high
    assert least <= held / SAMPLES <= 0.985


@pytest.mark.parametrize(
    ("autocorrelation", "level", "least"),
    [(0, 0.9, 0.95), (0.7, 0.9, 0.95), (0.7, 0.5, 0.95), (0.9, 0.5, 0.87)],
)
def test_coverage_over_23_years_is_held_at_least_nearly_as_often_as_said(autocorrelation, level, least):
    """Shares of years inside the middle 90 or 50 %; Wilson's interval over rows holds the last in 62 % of
    samples.
    """
    rng, held, plain = np.random.default_rng(7), 0, 0
    for x in ar1(autocorrelation, SAMPLES, rng):
        inside = (abs(x) < norm.ppf(0.5 + level / 2)).astype(float)
        low, high = coverage_interval(inside, np.arange(YEARS))
        held += low <= level <= high
        rows = wilson(inside.sum(), YEARS)
        plain += rows[0] <= level <= rows[1]
    assert held / SAMPLES >= least
    assert plain / SAMPLES < 0.75 or autocorrelation < 0.9
