"""Years that follow from each other: intervals hold the truth nearly as often as they say; over single years
they do not.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from sim.statistics.intervals import student95, wilson
from sim.statistics.scores import coverage_interval, pooled_skill, skill, skill_interval
from sim.statistics.serial import FEWEST_YEARS, PERSISTENCES, reach, variance
from tests.support.skill import SKILL, coverages, follow, origins, skills

SAMPLES = 150

# -- by hand ---------------------------------------------------------------------------------------


def test_of_years_that_do_not_follow_it_is_student_s():
    parts = np.random.default_rng(1).normal(size=15)
    parts -= parts.mean()
    hand = student95(14) * parts.std(ddof=1) * 15**0.5
    assert reach(parts, np.arange(15), persistences=(0.0,)) == pytest.approx(hand)


@pytest.mark.parametrize("gaps", [False, True])
def test_of_one_persistence_it_is_that_of_generalised_least_squares(gaps):
    """The same from the whole matrix of correlations; years 3 and 4 may be missing."""
    years = np.array([0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12]) if gaps else np.arange(11)
    parts = follow(np.random.default_rng(2).standard_normal(11), 0.6)
    parts -= parts.mean()
    together = 0.6 ** np.abs(years[:, None] - years)
    inverse = np.linalg.inv(together)
    level = (inverse @ parts).sum() / inverse.sum()
    squares = (parts - level) @ inverse @ (parts - level)
    hand = student95(10) * (squares / 10 * together.sum()) ** 0.5
    assert reach(parts, years, persistences=(0.6,)) == pytest.approx(hand)


def test_persistences_count_by_how_likely_they_make_the_years():
    """Of two the one that fits nearly stands alone: slow years believe in .9, alternating ones in 0."""
    slow, years = np.cos(np.pi * (np.arange(20) + 0.5) / 20), np.arange(20)
    quick = np.tile([1.0, -1.0], 10)
    for parts, believed, other in ((slow, 0.9, 0.0), (quick, 0.0, 0.9)):
        ends = [reach(parts, years, persistences=(each,)) for each in (believed, other)]
        both = reach(parts, years, persistences=(0.0, 0.9))
        assert abs(both / ends[0] - 1) < 0.02 < abs(both / ends[1] - 1)


def test_the_prior_leans_to_slow_series():
    """Half of it lies above 1 - 2 (1/2)^(4/3) = .206; the last of fifty steps is within a hundredth of 1."""
    assert np.median(PERSISTENCES) == pytest.approx(1 - 2 * 0.5 ** (4 / 3), abs=0.01)
    assert -1 < min(PERSISTENCES) < -0.97 and 0.99 < max(PERSISTENCES) < 1


def test_of_few_years_nothing_is_said():
    assert FEWEST_YEARS == 10
    parts = np.linspace(-1, 1, 10)
    assert reach(parts, np.arange(10)) > 0 and np.isnan(reach(parts[:9], np.arange(9)))
    assert reach(np.zeros(10), np.arange(10)) == 0.0
    rows = np.arange(9)
    assert np.isnan(skill_interval(rows + 1.0, rows + 2.0, rows)).all()
    assert np.isnan(coverage_interval(np.ones(9), rows)).all()
    assert not np.isnan(coverage_interval(np.ones(10), np.arange(10))).any()


def test_student_s_point_by_table():
    assert [round(student95(n), 3) for n in (1, 2, 3, 10)] == [12.706, 4.303, 3.182, 2.228]


def test_the_interval_of_skill_is_that_of_the_log_ratio_by_hand():
    """Own scores 1 + cos / 10 of 12 years, baseline 2: parts cos / 120, ratio .5."""
    years = np.arange(12)
    own = 1 + np.cos(np.pi * (years + 0.5) / 12) / 10
    off = reach(np.cos(np.pi * (years + 0.5) / 12) / 120, years)
    low, high = skill_interval(own, np.full(12, 2.0), years)
    assert [low, high] == pytest.approx([1 - 0.5 * np.exp(off), 1 - 0.5 * np.exp(-off)])
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
    wave = np.cos(np.pi * (years + 0.5) / 12)
    score = np.concatenate([1 + wave / 10, np.full(24, 80.0)])
    other = np.concatenate([np.full(12, 2.0), np.full(24, 100.0)])
    targets, when = np.repeat(["a", "b"], [12, 24]), np.concatenate([years, years, years])
    value, low, high, used = pooled_skill(score, other, targets, when)
    middle, off = (np.log(0.5) + 2 * np.log(0.8)) / 3, reach(wave / 360, years)
    assert (value, used) == (pytest.approx(1 - np.exp(middle)), 2)
    assert [low, high] == pytest.approx([1 - np.exp(middle + off), 1 - np.exp(middle - off)])


def test_a_baseline_that_goes_up_and_down_counts_as_the_runs_do():
    """Where both cost a tenth more or less in the same years, their ratio is sure; where only the baseline
    does, as above.
    """
    years = np.arange(12)
    wave = 1 + np.cos(np.pi * (years + 0.5) / 12) / 10
    assert skill_interval(wave, 2 * wave, years) == pytest.approx((0.5, 0.5))
    off = reach((wave - 1) / 12, years)
    alone = skill_interval(np.ones(12), 2 * wave, years)
    assert alone == pytest.approx((1 - 0.5 * np.exp(off), 1 - 0.5 * np.exp(-off)))
    score, other = np.concatenate([wave, 80 * wave]), np.repeat([2.0, 100.0], 12)
    both = pooled_skill(score, other, np.repeat(["a", "b"], 12), np.tile(years, 2))
    middle = (np.log(0.5) + np.log(0.8)) / 2
    assert both[1:3] == pytest.approx((1 - np.exp(middle + off), 1 - np.exp(middle - off))), (
        "two targets of one fate"
    )


def test_the_interval_of_coverage_by_hand():
    """6 of 12 inside, all of them first: parts of 1/24, as many as .25 / variance (1.96 / t(11))^2 facts."""
    inside, years = np.repeat([1.0, 0.0], 6), np.arange(12)
    size = 0.25 / variance((inside - 0.5) / 12, years) * (1.959964 / student95(11)) ** 2
    assert size < 2
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


def test_skill_of_persistent_scores_is_held_nearly_as_often_as_said():
    """14 years of AR(.9); many samples are in `test_skill_study.py`. Single years hold it in a third."""
    held = np.mean([inside for inside, _ in skills(0.9, 14, 4, SAMPLES, 6)])
    assert 0.86 <= held <= 0.99
    rng, alone = np.random.default_rng(5), 0
    for x in follow(rng.standard_normal((SAMPLES, 14)), 0.9):
        alone += abs(x.mean()) <= t.ppf(0.975, 13) * x.std(ddof=1) / 14**0.5
    assert alone / SAMPLES < 0.5


def test_independent_years_have_no_absurd_interval():
    """Of 27 years at most half as wide again as Student's, on the median."""
    rng, wide = np.random.default_rng(7), []
    for x in rng.standard_normal((SAMPLES, 27)):
        single = student95(26) * x.std(ddof=1) * 27**0.5
        wide.append(reach(x - x.mean(), np.arange(27)) / single)
    assert 0.9 < np.median(wide) < 1.5


def test_an_interval_holds_the_skill_that_it_is_of():
    own, other, targets, years = origins(0.9, 14, 3, 3, np.random.default_rng(8))
    value, low, high, _ = pooled_skill(own, other, targets, years)
    assert low < value < high
    one = targets == 0
    assert skill(own[one], other[one]) == pytest.approx(
        pooled_skill(own[one], other[one], targets[one], years[one])[0]
    )


def test_coverage_of_persistent_years_is_held_at_least_nearly_as_often_as_said():
    assert np.mean(list(coverages(0.9, 14, 0.9, SAMPLES, 9))) >= 0.92
    assert SKILL == 0.2
