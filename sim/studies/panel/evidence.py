"""What the facts of each state say of its numbers by themselves: posteriors with the prior divided out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.studies.panel.gaussian import spectrum, times

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


def evidence_of(z: np.ndarray, weights: np.ndarray, alike: float) -> tuple[np.ndarray, np.ndarray]:
    """Precision (entries, entries) and shift (entries,) of what particles know beyond standard normals.

    z (entries, particles), weights (particles,); alike: how many of them are independent, as those that share
    an ancestor are not. Covariances of so few draws have narrow directions by chance alone, even of numbers
    that move nothing: only a direction narrower than all of those counts, by as much as it is likely to be
    narrow and to point where it does (spiked covariances: Baik and Silverstein 2006, J. Multivariate Anal.
    97:1382; precisions by their Frobenius loss: Donoho, Gavish and Johnstone 2018, Ann. Statist. 46:1742).
    """
    size, part = len(z), len(z) / alike
    if part >= 1.0:
        return np.zeros((size, size)), np.zeros(size)
    mean, covariance = moments(z, weights)
    # draws that share ancestors have lost a part of their variance, by which their mean is off
    values, vectors = spectrum(covariance * (alike + 1.0) / (alike - 1.0))
    variance, kept = unbiased(values, part)
    beyond = kept * (1.0 / variance - 1.0)
    own = times(vectors.T, mean)
    precision = np.array([times(vectors * beyond, row) for row in vectors])
    return (precision + precision.T) / 2.0, times(vectors, kept * own / variance)


def unbiased(values: np.ndarray, part: float) -> tuple[np.ndarray, np.ndarray]:
    """Variances behind eigenvalues (entries,) of a covariance, 1 but in a few directions, and what is kept.

    part: entries for each draw that it is of, below 1. Kept: the squared cosine between the direction found
    and the true one; 0 with the variance of the prior for eigenvalues that chance alone may make so small.

    >>> unbiased(np.array([0.2, 0.4, 1.3]), 0.16)
    (array([0.25467002, 1.        , 1.        ]), array([0.90659966, 0.        , 0.        ]))
    """
    edge = (1.0 - np.sqrt(part)) ** 2
    inside = np.clip(values, min(FLOOR, edge), edge)
    sum_of = inside + 1.0 - part
    variance = (sum_of - np.sqrt(np.maximum(sum_of * sum_of - 4.0 * inside, 0.0))) / 2.0
    away = 1.0 - variance
    kept = (1.0 - part / (away * away)) / (1.0 - part / away)
    seen = values < edge
    return np.where(seen, variance, 1.0), np.where(seen, np.maximum(kept, 0.0), 0.0)


def evidence_together(each: list[tuple[np.ndarray, np.ndarray]]) -> Evidence:
    """That of several states side by side."""
    return Evidence(np.array([own for own, _ in each]), np.array([own for _, own in each]))
