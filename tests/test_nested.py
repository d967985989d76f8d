"""Chance and parameters are told apart: planted variances come back, intervals cover, edges are answered."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics.intervals import student95, wilson
from sim.statistics.nested import (
    Groups,
    expected,
    grand_mean,
    least_share,
    parameter_interval,
    parameter_share,
    share_interval,
    standard_error,
    variances,
)  # fmt: skip

DRAWS, EACH = 200, 50


def of_values(values: list[np.ndarray]) -> Groups:
    """One quantity, its values run by run for each draw."""
    groups = Groups.empty(len(values), 1)
    for draw, own in enumerate(values):
        groups.add(draw, own[None, :])
    return groups


def planted(
    rng: np.random.Generator, between: float, within: float, counts: np.ndarray
) -> tuple[Groups, np.ndarray]:
    """Normal draws around 3 with normal chance, and the true expected value of each draw."""
    truth = 3.0 + between * rng.standard_normal(len(counts))
    return of_values(
        [mean + within * rng.standard_normal(count) for mean, count in zip(truth, counts, strict=True)]
    ), truth


def test_sums_added_page_by_page_are_those_of_all_values():
    rng = np.random.default_rng(0)
    values = rng.normal(1e6, 1.0, (3, 70))
    whole, parts = Groups.empty(2, 3), Groups.empty(2, 3)
    whole.add(1, values)
    for start, stop in ((0, 0), (0, 1), (1, 40), (40, 70)):
        parts.add(1, values[:, start:stop])
    np.testing.assert_array_equal(parts.count, [0, 70])
    np.testing.assert_allclose(parts.mean[1], values.mean(axis=1), rtol=1e-15)
    np.testing.assert_allclose(
        parts.square[1], ((values - values.mean(axis=1)[:, None]) ** 2).sum(axis=1), rtol=1e-9
    )
    assert (parts.used.count == whole.used.count).all() and len(parts.used.count) == 1


def test_counts_of_an_event_are_sums_of_zeros_and_ones():
    rng = np.random.default_rng(1)
    happened = [rng.random(count) < 0.3 for count in (4, 9, 1)]
    counted = Groups.of_counts(np.array([[own.sum()] for own in happened]), np.array([4, 9, 1]))
    one_by_one = of_values([own.astype(float) for own in happened])
    np.testing.assert_allclose(counted.mean, one_by_one.mean)
    np.testing.assert_allclose(counted.square, one_by_one.square, atol=1e-15)


def test_the_worked_example_of_a_textbook_comes_out():
    # Three groups (1 2 3), (2 3 4), (6 7 8): mean squares 21 and 1 by hand, so (21 - 1) / 3 between and 1
    # within.
    groups = of_values([np.array([1.0, 2, 3]), np.array([2.0, 3, 4]), np.array([6.0, 7, 8])])
    within, between = variances(groups)
    assert within == pytest.approx(1.0) and between == pytest.approx(20 / 3)
    assert parameter_share(groups) == pytest.approx(20 / 23)
    assert expected(groups).var(ddof=1) == pytest.approx(20 / 3), (
        "the spread of what draws expect is the variance between them"
    )


@pytest.mark.parametrize("unequal", [False, True])
def test_planted_variances_come_back_without_bias(unequal):
    rng = np.random.default_rng(2)
    counts = rng.integers(2, 2 * EACH, DRAWS) if unequal else np.full(DRAWS, EACH)
    found = np.array([np.ravel(variances(planted(rng, 0.5, 2.0, counts)[0])) for _ in range(60)])
    error = found.std(axis=0) / 60**0.5
    assert (abs(found.mean(axis=0) - [4.0, 0.25]) < 4 * error).all()


@pytest.mark.parametrize("unequal", [False, True])
def test_the_interval_of_draws_is_that_of_the_truth_not_of_noisy_means(unequal):
    """True 5-95 %: 3 +- 0.82; quantiles of 200 draws fall short of it by 0.01, the means themselves go beyond
    it by 0.12.
    """
    rng = np.random.default_rng(4)
    counts = rng.integers(5, 2 * EACH, DRAWS) if unequal else np.full(DRAWS, EACH)
    ends = np.mean([parameter_interval(planted(rng, 0.5, 2.0, counts)[0])[:, 0] for _ in range(150)], axis=0)
    truth = 3.0 + 0.5 * stats.norm.ppf([0.05, 0.95])
    assert abs(ends - truth).max() < 0.03
    noisy = 3.0 + np.hypot(0.5, 2.0 / EACH**0.5) * stats.norm.ppf([0.05, 0.95])
    assert abs(noisy - truth).max() > 0.1


def test_shrinking_keeps_the_order_and_comes_nearer_to_the_truth():
    groups, truth = planted(np.random.default_rng(4), 0.5, 2.0, np.full(DRAWS, EACH))
    shrunk, means = expected(groups)[:, 0], groups.mean[:, 0]
    assert (np.argsort(shrunk) == np.argsort(means)).all()
    assert ((shrunk - truth) ** 2).mean() < ((means - truth) ** 2).mean()
    factor = np.sqrt(variances(groups)[1] / means.var(ddof=1))
    np.testing.assert_allclose(shrunk, grand_mean(groups) + factor * (means - grand_mean(groups)), rtol=1e-12)


def test_without_parameters_everything_is_chance():
    rng = np.random.default_rng(5)
    shares = np.array(
        [parameter_share(planted(rng, 0.0, 1.0, np.full(DRAWS, EACH))[0])[0] for _ in range(200)]
    )
    assert (shares == 0).mean() == pytest.approx(0.5, abs=0.12), "clipped at 0 in about half of the samples"
    assert (shares > least_share(DRAWS, EACH)).mean() == pytest.approx(0.05, abs=0.045)
    alike = of_values([np.array([0.0, 1.0])] * 4)
    assert parameter_share(alike) == 0.0 and (expected(alike) == 0.5).all(), (
        "equal means: no more spread than chance gives"
    )


def test_without_chance_everything_is_parameters():
    groups = of_values([np.full(5, mean) for mean in (1.0, 2.0, 4.0)])
    assert parameter_share(groups) == pytest.approx(1.0)
    np.testing.assert_allclose(expected(groups)[:, 0], [1.0, 2.0, 4.0])


def test_what_never_varies_has_no_share_and_a_point_for_an_interval():
    groups = of_values([np.full(5, 0.0)] * 3)
    assert np.isnan(parameter_share(groups)).all() and (parameter_interval(groups) == 0.0).all()
    low, high = share_interval(groups)
    assert low == 0.0 and high == wilson(0, 15, student95(2))[1], "none of 15 runs: not surely never"


def test_draws_whose_runs_all_failed_are_left_out():
    groups, _ = planted(np.random.default_rng(6), 0.5, 2.0, np.array([0, 7, 1, 0, 30, 12]))
    others = Groups(*(part[groups.count > 0] for part in (groups.count, groups.mean, groups.square)))
    for of in (variances, expected, parameter_interval, standard_error, grand_mean):
        np.testing.assert_array_equal(of(groups), of(others))
    for counts in ([0, 0], [5, 0], [1, 1]):
        few, _ = planted(np.random.default_rng(6), 0.5, 2.0, np.array(counts))
        assert np.isnan(parameter_share(few)).all() and np.isnan(parameter_interval(few)).all()


@pytest.mark.parametrize(
    ("a", "b", "draws"), [(4.0, 6.0, 200), (0.4, 3.6, 200), (4.0, 6.0, 12), (4e6, 6e6, 40)]
)
def test_the_interval_of_a_probability_covers_the_truth(a, b, draws):
    """Probabilities of draws from Beta(a, b); the last has no doubt about parameters to speak of."""
    rng, covered, narrow, times = np.random.default_rng(7), 0, 0, 400
    for _ in range(times):
        happened = rng.binomial(EACH, rng.beta(a, b, draws))
        low, high = share_interval(Groups.of_counts(happened[:, None], np.full(draws, EACH)))
        covered += int(low[0] <= a / (a + b) <= high[0])
        plain = wilson(int(happened.sum()), draws * EACH)
        narrow += int(plain[0] <= a / (a + b) <= plain[1])
    assert 0.92 <= covered / times <= 0.995
    assert narrow / times < 0.8 or a > 1e3, "Wilson's interval for chance alone would not cover"


def test_the_standard_error_of_the_mean_includes_both_sources():
    rng = np.random.default_rng(8)
    found = [planted(rng, 0.5, 2.0, np.full(40, 10))[0] for _ in range(400)]
    spread = np.std([grand_mean(groups)[0] for groups in found])
    told = np.mean([standard_error(groups)[0] for groups in found])
    assert told == pytest.approx(spread, rel=0.1) and told == pytest.approx(
        (0.25 / 40 + 4.0 / 400) ** 0.5, rel=0.03
    )


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 11, 199])
def test_the_point_of_student_is_that_of_scipy(freedom):
    assert student95(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-12)
