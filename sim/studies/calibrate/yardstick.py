"""How much must an inference tell at least? As much as a plain linear regression on the same observations.

Simulation-based calibration is blind to information that is lost: draws of the prior, whatever the data, rank
truths as evenly as draws of the posterior. Contraction is not, but it cannot tell an inference that loses
information from data that hold none. The share of variance that any regression explains on data sets that it
has not seen is a lower bound of what a full posterior contracts by (law of total variance), so that an
inference which tells less than the simplest of them has lost something.
"""

from __future__ import annotations

import numpy as np

from sim.assimilation.facts import Fact
from sim.studies.calibrate.features import features
from sim.studies.calibrate.inference import BLOCK, standard, standards
from sim.studies.calibrate.reference import Reference

ENOUGH = 50_000
"""Data sets that a linear regression is fitted to, at most."""

PENALTY = 0.01
"""Of the ridge regression, as a share of the data sets that it is fitted to; features have variance 1."""


def linear(reference: Reference, held_out: Reference, facts: tuple[Fact, ...]) -> np.ndarray:
    """Share of the variance of each truth (free + errors,) that a ridge regression explains.

    Fitted to `reference`, tried on `held_out`; 0 where it explains nothing.

    >>> luck = np.random.default_rng(1)
    >>> truth, facts = luck.standard_normal((2_000, 1)), (Fact("series", "x", 0, 0, 0.0),)
    >>> one, other = (Reference(half, half + luck.standard_normal(half.shape)) for half in np.split(truth, 2))
    >>> linear(one, other, facts).round(1)
    array([0.5])
    """
    data, truth = reference.data[:ENOUGH], reference.truth[:ENOUGH]
    centre, scale = standards(features(data[:BLOCK], facts))
    design, middle = standard(data, facts, centre, scale).astype(float), truth.mean(axis=0)
    squares = design.T @ design + PENALTY * len(design) * np.eye(design.shape[1])
    slopes = np.linalg.solve(squares, design.T @ (truth - middle))
    unseen = standard(held_out.data, facts, centre, scale)
    missed = held_out.truth - middle - unseen @ slopes
    return np.maximum(1.0 - missed.var(axis=0) / held_out.truth.var(axis=0), 0.0)
