"""Weights of several forecasters, by how well each foretold what came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ROUNDS = 200
"""Steps of the expectation-maximisation, which closes in long before."""


def stacked(logs: Sequence[np.ndarray], forecasters: int) -> np.ndarray:
    """Weights (forecasters,) under which their mixture foretold best; even ones before anything came.

    logs: log densities or odds that each gave to what came (forecasters, facts), by occasion. One fact more
    is counted that all foretold alike, so that few facts do not silence anybody. Stacking of predictive
    distributions: Yao, Vehtari, Simpson and Gelman 2018, Bayesian Analysis 13:917; weights of a mixture by
    expectation-maximisation.

    >>> came = np.log([[0.8, 0.8, 0.8, 0.8], [0.2, 0.2, 0.2, 0.2]])
    >>> stacked([came], 2).round(2).tolist()
    [0.87, 0.13]
    """
    weights = np.full(forecasters, 1.0 / forecasters)
    if not logs or forecasters == 1:
        return weights
    rows = np.concatenate(list(logs), axis=1)
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    given = np.exp(np.maximum(rows - rows.max(axis=0), -700.0))
    for _ in range(ROUNDS):
        shares = weights[:, None] * given
        shares = shares / shares.sum(axis=0)
        weights = (shares.sum(axis=1) + 1.0 / forecasters) / (shares.shape[1] + 1.0)
    return weights
