"""Shares of the variance between draws: estimates and intervals against known truth."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics.explained import correlation, explained, root_of, standardised
from sim.statistics.nested import Groups

SLOPES = np.array([1.0, 0.6, -0.4])


def model(x: np.ndarray, together: float) -> np.ndarray:
    """The probability of a draw: logistic, with two numbers that act together."""
    return 1 / (1 + np.exp(-(x[:, :3] @ SLOPES + together * x[:, 0] * x[:, 1])))


def drawn(rng: np.random.Generator, draws: int, numbers: int, alike: float) -> np.ndarray:
    """Standard normals (draws, numbers), the first two correlated."""
    x = rng.standard_normal((draws, numbers))
    x[:, 1] = alike * x[:, 0] + np.sqrt(1 - alike**2) * x[:, 1]
    return x


def truth(together: float, alike: float) -> np.ndarray:
    """Signed roots of the shares of the first three numbers, from very many draws without chance."""
    x = standardised(drawn(np.random.default_rng(0), 200_000, 3, alike))
    p = model(x, together)
    slopes = np.linalg.lstsq(x, p - p.mean(), rcond=None)[0]
    return root_of(correlation(x)) @ slopes / p.std()


def sampled(rng: np.random.Generator, x: np.ndarray, each: int, together: float) -> Groups:
    happened = rng.binomial(each, model(x, together))
    return Groups.of_counts(happened[:, None].astype(float), np.full(len(x), each))


@pytest.mark.parametrize(
    ("draws", "each", "numbers", "together", "alike"),
    [
        (500, 40, 14, 0.8, 0.0),
        (200, 10, 14, 0.0, 0.7),
        (100, 10, 8, 0.5, 0.0),
        (200, 10, 300, 0.0, 0.0),  # more numbers than draws: each by itself
    ],
)
def test_intervals_of_shares_cover_in_95_of_100_samples(draws, each, numbers, together, alike):
    rng, known = np.random.default_rng(1), truth(together, alike)
    covered, left, shares = [], [], []
    for _ in range(200):
        x = drawn(rng, draws, numbers, alike)
        jointly = np.full(numbers, False)
        jointly[:2] = alike > 0
        found = explained(sampled(rng, x, each, together), x, jointly)
        low, high = found.interval
        covered.append((low[:3] <= known**2) & (known**2 <= high[:3]))
        left.append(found.left_interval[0] <= 1 - (known**2).sum() <= found.left_interval[1])
        shares.append(found.share[:3])
        assert (np.sign(found.root[:2]) == np.sign(known[:2])).all()
    # two standard errors of 200 samples are 3 in 100
    assert 0.90 <= np.mean(covered) <= 0.985
    assert np.mean(left) >= 0.90
    assert np.abs(np.mean(shares, axis=0) - known**2).max() < 0.02


def test_of_numbers_that_do_nothing_hardly_any_is_told_from_none():
    rng, falsely = np.random.default_rng(2), 0
    for _ in range(100):
        x = drawn(rng, 100, 20, 0.0)
        found = explained(sampled(rng, x, 10, 0.0), x, np.full(20, False))
        falsely += found.told[3:].any()
        assert found.told[0]
    assert falsely <= 12


def test_draws_that_differ_by_chance_alone_have_no_drivers():
    rng, found = np.random.default_rng(3), 0
    for _ in range(100):
        x, happened = rng.standard_normal((50, 3)), rng.binomial(20, 0.3, 50)
        groups = Groups.of_counts(happened[:, None].astype(float), np.full(50, 20))
        found += explained(groups, x, np.full(3, False)) is not None
    assert found <= 12


def test_a_draw_whose_runs_all_failed_and_a_number_that_never_varies_are_left_out():
    rng = np.random.default_rng(4)
    x = drawn(rng, 60, 4, 0.0)
    x[:, 3] = 2.5
    count = np.full(60, 20)
    count[7] = 0
    happened = rng.binomial(count, model(x, 0.0))
    found = explained(Groups.of_counts(happened[:, None].astype(float), count), x, np.full(4, False))
    assert found.draws == 59 and found.root[3] == 0.0 and not found.told[3]
    assert np.isfinite(found.error).all()


def test_one_number_that_alone_decides_explains_all():
    x = np.random.default_rng(5).standard_normal((80, 1))
    groups = Groups(np.full(80, 50), 3.0 * x, np.full((80, 1), 0.01))
    found = explained(groups, x, np.full(1, False))
    assert found.share[0] == pytest.approx(1.0, abs=1e-3) and found.left == pytest.approx(0.0, abs=1e-3)
