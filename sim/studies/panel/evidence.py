"""What the facts of each state say of its numbers by themselves: posteriors with the prior divided out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.assimilation.filter import effective
from sim.studies.panel.gaussian import inverse, spectrum, times

SPARE = 4
"""Effective particles beyond the number of entries below which a covariance says nothing."""

FLOOR = 1e-4
"""Variance that no number falls below: particles that agree on one are few, not sure."""


@dataclass(frozen=True)
class Evidence:
    """A normal approximation of likelihoods in uncertain numbers z: exp(s z - z' P z / 2).

    precision P (states, entries, entries), positive or nothing; shift s (states, entries).
    """

    precision: np.ndarray
    shift: np.ndarray


def moments(z: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (entries,) and covariance (entries, entries) of numbers (entries, particles) of these weights."""
    mean = (z * weights).sum(axis=1)
    off = z - mean[:, None]
    return mean, np.array([(off * (each * weights)).sum(axis=1) for each in off])


def evidence_of(z: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision (entries, entries) and shift (entries,) of what particles know beyond standard normals.

    z (entries, particles), weights (particles,). An inverse of a covariance of n draws is too large, on the
    mean, by (n - 1) / (n - p - 2): Hartlap, Simon and Schneider 2007, A&A 464:399. Directions in which
    particles vary more than the prior say nothing.
    """
    size, count = len(z), effective(weights)
    if count < size + SPARE:
        return np.zeros((size, size)), np.zeros(size)
    mean, covariance = moments(z, weights)
    known = inverse(covariance + FLOOR * np.eye(size))
    # the mean of few particles is uncertain too
    known *= (count - size - 2) / (count - 1) / (1.0 + 1.0 / count)
    values, vectors = spectrum(known)
    own = times(vectors.T, mean)
    beyond = np.maximum(values - 1.0, 0.0)
    precision = np.array([times(vectors * beyond, row) for row in vectors])
    shift = times(vectors, np.where(beyond > 0, values * own, 0.0))
    return (precision + precision.T) / 2.0, shift


def evidence_together(each: list[tuple[np.ndarray, np.ndarray]]) -> Evidence:
    """That of several states side by side."""
    return Evidence(np.array([own for own, _ in each]), np.array([own for _, own in each]))
