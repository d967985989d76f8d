"""A state's particles under the prior that other states give: the same particles, weighted anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.assimilation.filter import effective, weights_of
from sim.studies.panel.gaussian import factor, forward

FEWEST = 50.0
"""Effective particles below which a prior is taken for a part only."""

OTHERWISE = 0.1
"""How likely a state is to be unlike all others: then its numbers have the template's prior."""

PARTS = (1.0, 0.75, 0.5, 0.25)
"""Parts of the new prior that are tried, the whole one first."""


@dataclass(frozen=True)
class Borrowed:
    """Weights (particles,), which sum to 1, and the part of the new prior that they are of, from 0 to 1."""

    weights: np.ndarray
    part: float

    @property
    def effective(self) -> float:
        """As many equal particles would tell as much."""
        return effective(self.weights)


def log_ratio(z: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Log of the density that other states give over the template's at numbers z (entries, particles).

    The former is mostly normal, and to a part of OTHERWISE the latter, so that a state that its facts set
    apart keeps what they say: a robust meta-analytic-predictive prior (Schmidli et al. 2014, Biometrics
    70:1023).
    """
    lower = factor(covariance)
    off = forward(lower, (z - mean[:, None]).T)
    normal = 0.5 * (z * z).sum(axis=0) - 0.5 * (off * off).sum(axis=1) - np.log(np.diagonal(lower)).sum()
    return np.logaddexp(np.log1p(-OTHERWISE) + normal, np.log(OTHERWISE))


def borrowed(z: np.ndarray, log_weights: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> Borrowed:
    """Particles (entries, particles) under another prior, as far as they carry it.

    Where too few of them would count, a part of the new prior is taken and the rest of the old one: their
    densities to the powers a and 1 - a. The part is told.
    """
    ratio = log_ratio(z, mean, covariance)
    for part in PARTS:
        found = Borrowed(weights_of(log_weights + part * ratio), part)
        if found.effective >= FEWEST:
            return found
    return Borrowed(weights_of(log_weights), 0.0)
