"""What states have in common, on numbers with known truth: means, spreads, a state of nothing, an outlier."""

from __future__ import annotations

import numpy as np
import pytest

from sim.assimilation.filter import effective
from sim.engine.luck import normals
from sim.studies.panel.borrowed import FEWEST, OTHERWISE, borrowed
from sim.studies.panel.evidence import Evidence, evidence_of, moments
from sim.studies.panel.gaussian import factor, inverse, spectrum, times
from sim.studies.panel.population import pooled

SIZE = 3
MEAN, SPREAD = np.array([0.8, -0.4, 0.0]), np.array([0.1, 0.5, 0.9])


def draws(name: str, *shape: int) -> np.ndarray:
    return normals(7, name, int(np.prod(shape))).reshape(shape)


def worlds(name: str, count: int, states: int) -> tuple[np.ndarray, Evidence]:
    """True numbers of states (count, states, SIZE), and what imperfect facts say of them."""
    z = MEAN + SPREAD * draws(f"{name}/z", count, states, SIZE)
    half = draws(f"{name}/half", count, states, SIZE, SIZE)
    precision = (half[..., :, None, :] * half[..., None, :, :]).sum(axis=-1) * 2.0 + 0.3 * np.eye(SIZE)
    seen = z + backward_of(precision, draws(f"{name}/error", count, states, SIZE))
    return z, Evidence(precision, times(precision, seen))


def backward_of(precision: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Errors of the covariance that is the inverse of a precision."""
    return times(factor(inverse(precision)), u)


def test_small_matrices_are_those_of_numpy():
    half = draws("m", 5, 6, 6)
    matrices = (half[..., :, None, :] * half[..., None, :, :]).sum(axis=-1) + 0.1 * np.eye(6)
    assert np.allclose(factor(matrices), np.linalg.cholesky(matrices))
    assert np.allclose(inverse(matrices), np.linalg.inv(matrices))
    values, vectors = spectrum(matrices)
    assert np.allclose(np.sort(values), np.linalg.eigvalsh(matrices))
    assert np.allclose(np.einsum("...ij,...j,...kj", vectors, values, vectors), matrices)


def test_planted_means_and_spreads_are_found_as_often_as_they_should():
    """Forty worlds of eighteen states: 90 % intervals hold the truth in 80 to 98 % of them.

    Means and spreads are planted, not drawn from the priors, so that coverage is near the level, not at it.
    """
    count, states = 40, 18
    _, known = worlds("w", count, states)
    found = pooled(known, np.ones((count, states), dtype=bool), 1, "test", draws=300)
    low, _, high = found.mean_quantiles
    assert 0.80 <= ((low <= MEAN) & (high >= MEAN)).mean() <= 0.99
    low, _, high = found.spread_quantiles
    assert 0.75 <= ((low <= SPREAD) & (high >= SPREAD)).mean() <= 1.0
    # A further state, of which nothing is known, lies where the population says.
    new = MEAN + SPREAD * draws("new", count, SIZE)
    sd = np.sqrt(np.diagonal(found.new_covariance, axis1=-2, axis2=-1))
    assert 0.82 <= (np.abs(new - found.mean) < 1.645 * sd).mean() <= 0.97


def test_errors_that_are_told_too_small_are_seen():
    """Planted: facts claim eight times the precision that they have: it shows as a difference of states."""
    count, states = 20, 6
    _, known = worlds("x", count, states)
    sure = Evidence(8.0 * known.precision, 8.0 * known.shift)
    everyone = np.ones((count, states), dtype=bool)
    honest, bold = (pooled(each, everyone, 1, "test", draws=60) for each in (known, sure))
    assert bold.spread[:, 0].mean() > 1.3 * honest.spread[:, 0].mean()


def test_who_is_left_out_moves_nothing():
    _, known = worlds("y", 1, 8)
    known = Evidence(known.precision[0], known.shift[0])
    sets = ~np.eye(8, dtype=bool)
    found = pooled(known, sets, 1, "test", draws=20)
    other = Evidence(known.precision.copy(), known.shift.copy())
    other.shift[3] += 5.0
    again = pooled(other, sets, 1, "test", draws=20)
    assert np.array_equal(found.mean[3], again.mean[3])
    assert not np.allclose(found.mean[2], again.mean[2])


def particles(name: str, mean: np.ndarray, sd: np.ndarray, count: int = 20_000):
    """Standard normals weighted as a state's particles are by facts that say N(mean, sd^2)."""
    z = draws(name, SIZE, count)
    logs = (-0.5 * ((z - mean[:, None]) / sd[:, None]) ** 2).sum(axis=0)
    weights = np.exp(logs - logs.max())
    return z, np.log(weights / weights.sum())


def test_the_prior_is_divided_out():
    """By hand: a likelihood N(1, 0.5^2) of each number by itself is found from weighted standard normals."""
    z, logs = particles("p", np.ones(SIZE), np.full(SIZE, 0.5))
    precision, shift = evidence_of(z, np.exp(logs), effective(np.exp(logs)))
    assert precision == pytest.approx(4.0 * np.eye(SIZE), abs=0.3)
    assert shift == pytest.approx(np.full(SIZE, 4.0), abs=0.3)


def by_few_particles(size: int, count: int, counted: float | None = None) -> np.ndarray:
    """Whether 90 % intervals of what eight states have in common hold the truth (worlds, numbers).

    Each state's numbers lie around the common ones, its facts tell them with an error of a prior's sd, and
    `count` particles drawn from the prior are weighted by that. counted: for how many independent ones they
    are taken, as many as their weights say if None.
    """
    worlds, states, mean, spread = 16, 8, np.resize(MEAN, size), np.resize(SPREAD, size) / 2
    told = []
    for name in [f"few/{world}/{state}" for world in range(worlds) for state in range(states)]:
        seen = mean + spread * draws(f"{name}/own", size) + draws(f"{name}/error", size)
        z = draws(name, size, count)
        weights = np.exp(-0.5 * ((z - seen[:, None]) ** 2).sum(axis=0))
        weights /= weights.sum()
        told.append(evidence_of(z, weights, counted or effective(weights)))
    precision, shift = (
        np.array(each).reshape(worlds, states, *each[0].shape) for each in zip(*told, strict=True)
    )
    found = pooled(Evidence(precision, shift), np.ones((worlds, states), dtype=bool), 1, "few", draws=200)
    low, _, high = found.mean_quantiles
    return (low <= mean) & (mean <= high)


def test_few_particles_do_not_say_more_than_they_hold():
    """Forty effective particles for six numbers: a planted truth is held as often as intervals claim."""
    assert by_few_particles(6, 300).mean() >= 0.90


def test_particles_that_are_counted_too_often_are_seen():
    """Planted: nine effective particles for eight numbers, taken for as good as any number of them."""
    assert by_few_particles(8, 100, counted=1e9).mean() < 0.82


def test_a_state_of_no_facts_says_nothing_and_has_what_the_others_have():
    z, logs = particles("q", np.zeros(SIZE), np.full(SIZE, 1e6))
    precision, shift = evidence_of(z, np.exp(logs), effective(np.exp(logs)))
    assert np.abs(precision).max() < 0.1 and np.abs(shift).max() < 0.1
    covariance = np.diag([0.3, 0.5, 0.8]) ** 2
    found = borrowed(z, logs, MEAN, covariance)
    mean, own = moments(z, found.weights)
    assert found.part == 1.0
    # nine tenths of what others have, and a tenth of what a template's prior says
    assert mean == pytest.approx((1 - OTHERWISE) * MEAN, abs=0.05)
    assert (np.diag(own) < 0.6 * 1.0 + np.diag(covariance)).all()


def test_an_outlier_keeps_what_its_facts_say_and_widens_what_is_said_of_others():
    """Twelve states agree on 0.5, each rather sure; a thirteenth says -2, as surely."""
    precision = np.broadcast_to(16.0 * np.eye(SIZE), (13, SIZE, SIZE)).copy()
    shift = np.full((13, SIZE), 8.0)
    shift[12] = -32.0
    sets = np.array([np.arange(13) < 12, np.arange(13) < 13])
    found = pooled(Evidence(precision, shift), sets, 1, "test", draws=60)
    assert (found.spread[1] > 2 * found.spread[0]).all()
    assert found.mean[0] == pytest.approx(np.full(SIZE, 0.5), abs=0.15)
    z, logs = particles("o", np.full(SIZE, -2.0), np.full(SIZE, 0.25), 100_000)
    own, _ = moments(z, borrowed(z, logs, found.mean[0], found.new_covariance[0]).weights)
    assert (own < -1.0).all()


def test_a_prior_that_particles_do_not_carry_is_taken_in_part_and_told():
    z, logs = particles("r", np.zeros(SIZE), np.full(SIZE, 1e6), 500)
    found = borrowed(z, logs, np.full(SIZE, 1.6), np.diag(np.full(SIZE, 0.4**2)))
    assert found.part < 1.0 and (found.effective >= FEWEST or found.part == 0.0)
