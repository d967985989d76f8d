"""Probabilities that differ from draw to draw: between their levels lie 90 % of the true ones."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, parameter_interval

Z = np.random.default_rng(0).standard_normal(100_000)
SHAPES = {
    "piled up at the ends": 1 / (1 + np.exp(-(0.5 + 2.5 * Z))),
    "in the middle": 1 / (1 + np.exp(-0.8 * Z)),
    "hardly any difference": 1 / (1 + np.exp(-0.25 * Z)),
    "rare": np.minimum(0.02 * np.exp(0.8 * Z), 1.0),
    "two kinds of draws": np.where(Z > 1.4, 0.8, 0.02),
}


def sampled(truths: np.ndarray, draws: int, each: int, samples: int = 60) -> Groups:
    """Samples of draws side by side (draws, samples)."""
    rng = np.random.default_rng(1)
    happened = rng.binomial(each, rng.choice(truths, (draws, samples)))
    return Groups.of_counts(happened.astype(float), np.full(draws, each))


def covered(truths: np.ndarray, ends: np.ndarray) -> float:
    inside = [((low <= truths) & (truths <= high)).mean() for low, high in ends.T]
    return float(np.mean(inside))


@pytest.mark.parametrize(("draws", "each"), [(100, 10), (200, 25), (500, 40)])
@pytest.mark.parametrize("shape", SHAPES)
def test_nine_of_ten_true_probabilities_lie_between_the_levels(shape, draws, each):
    truths = SHAPES[shape]
    assert 0.85 <= covered(truths, probability_interval(sampled(truths, draws, each))) <= 0.965


def test_shrunk_means_would_miss_most_of_what_is_rare():
    groups = sampled(SHAPES["rare"], 100, 10)
    assert covered(SHAPES["rare"], parameter_interval(groups)) < 0.6


def test_what_happens_in_no_run_or_in_all_has_nothing_between():
    groups = Groups.of_counts(np.array([[0.0, 7.0], [0.0, 7.0]]), np.array([7, 7]))
    assert probability_interval(groups).tolist() == [[0.0, 1.0], [0.0, 1.0]]


def test_draws_of_different_numbers_of_runs_count_as_what_they_show():
    rng, count = np.random.default_rng(2), np.array([0, 1, 40, *[20] * 97])
    groups = Groups.of_counts(rng.binomial(count, 0.5)[:, None].astype(float), count)
    low, high = probability_interval(groups)[:, 0]
    assert 0.35 < low < 0.5 < high < 0.65


@pytest.mark.parametrize("count", [[30], [1, 1, 1], []])
def test_one_draw_or_one_run_of_each_tells_nothing(count):
    groups = Groups.of_counts(np.zeros((len(count), 2)), np.array(count, dtype=np.int64))
    assert np.isnan(probability_interval(groups)).all()
