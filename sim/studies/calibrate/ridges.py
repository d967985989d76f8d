"""Ridges of a posterior: pairs of entries of which the observations know a combination better than either.

Where two entries stand in for each other, such as a speed and a pull that only their product is seen of, both
seem uncertain, although one combination is well known. The main axes of a pair's posterior, in standard
deviations of the priors, say which combination that is and which is left open. Combinations are told in the
entries' units: of factors as products of powers, of shifts as weighted sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from sim.engine.uncertain import Free
from sim.studies.calibrate.checks import PRIOR

STEEP = 0.5
"""Correlation of posterior draws, either way, from which a pair is a ridge."""

DETERMINED, OPEN = "determined", "open"

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Ridge:
    """A pair of entries that the observations know a combination of, and leave another one open.

    weights: of the standard normals of both in the determined combination (row 0) and in the open one (row
    1), (2, 2); told: by how much the observations narrow the prior variance of each (2,); values: each in the
    entries' units under the draws (2, draws), see `expression`.
    """

    pair: tuple[Free, Free]
    correlation: float
    weights: np.ndarray
    told: np.ndarray
    values: np.ndarray

    def expression(self, which: int) -> str:
        """A combination (0 determined, 1 open) in names and powers, such as `pull x speed^0.8`."""
        return expression(self.pair, powers(self.pair, self.weights[which]))


def ridges(free: Sequence[Free], scores: np.ndarray) -> tuple[Ridge, ...]:
    """The pairs whose posterior draws (draws, free), as standard normals of the prior, are a ridge.

    The steepest first.
    """
    if scores.shape[1] < 2:
        return ()
    # An entry without spread is known by itself and makes no ridge.
    moving = np.flatnonzero(scores.std(axis=0) > 0).tolist()
    found = []
    for one, other in combinations(moving, 2):
        own = scores[:, [one, other]]
        correlation = float(np.corrcoef(own.T)[0, 1])
        if abs(correlation) > STEEP:
            found.append(_ridge((free[one], free[other]), own, correlation))
    return tuple(sorted(found, key=lambda ridge: -abs(ridge.correlation)))


def _ridge(pair: tuple[Free, Free], own: np.ndarray, correlation: float) -> Ridge:
    """The main axes of draws (draws, 2) of a pair; prior variances are PRIOR."""
    variances, axes = np.linalg.eigh(np.cov(own.T))
    # The larger weight is positive, so that signs do not depend on the library of linear algebra.
    largest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    weights = (axes * np.sign(largest)).T
    units = [_value(pair, row, own) for row in weights]
    return Ridge(pair, correlation, weights, 1.0 - variances / PRIOR, np.array(units))


def powers(pair: tuple[Free, Free], weights: np.ndarray) -> np.ndarray:
    """Weights of both entries in their units (2,), where that of the larger of `weights` (2,) is 1."""
    in_units = weights / [entry.sd for entry in pair]
    return np.asarray(in_units / in_units[np.abs(weights).argmax()])


def _value(pair: tuple[Free, Free], weights: np.ndarray, own: np.ndarray) -> np.ndarray:
    """A combination of draws (draws, 2) in the entries' units (draws,)."""
    total = (own * [entry.sd for entry in pair] * powers(pair, weights)).sum(axis=1)
    if any(entry.is_factor for entry in pair):
        return np.asarray(np.exp(total))
    return np.asarray(total)


def expression(pair: tuple[Free, Free], weights: np.ndarray) -> str:
    """A combination of two entries in their units: of factors a product, of shifts a sum.

    A shift beside a factor is an exponent of e, since a factor is a shift of the logarithm.
    """
    if any(entry.is_factor for entry in pair):
        return " x ".join(_power(entry, weight) for entry, weight in zip(pair, weights, strict=True))
    return " + ".join(_times(entry.name, weight) for entry, weight in zip(pair, weights, strict=True))


def _power(entry: Free, weight: float) -> str:
    if not entry.is_factor:
        return f"e^({_times(entry.name, weight)})"
    if f"{weight:.2g}" == "1":
        return entry.name
    return f"{entry.name}^{weight:.2g}"


def _times(name: str, weight: float) -> str:
    if f"{weight:.2g}" == "1":
        return name
    return f"{weight:.2g} {name}"


def table(found: Sequence[Ridge]) -> pd.DataFrame:
    """A row for each combination of each ridge: what it is, its prior, its posterior, what is told of it.

    Priors and posteriors are medians and 5 to 95 % in the units of `combination`; the weights are those of
    the standard normals.
    """
    columns = [
        "one", "other", "correlation", "which", "combination", "weight_one", "weight_other",
        "prior_low", "prior_median", "prior_high", "posterior_low", "posterior_median", "posterior_high",
        "contraction",
    ]  # fmt: skip
    rows = [_row(ridge, which) for ridge in found for which in (0, 1)]
    return pd.DataFrame(rows, columns=columns)


def _row(ridge: Ridge, which: int) -> tuple[object, ...]:
    one, other = ridge.pair
    name, own = (DETERMINED, OPEN)[which], ridge.weights[which]
    said = (ridge.expression(which), *own)
    told = (*_prior(ridge, which), *np.quantile(ridge.values[which], LEVELS), ridge.told[which])
    return (one.name, other.name, ridge.correlation, name, *said, *told)


def _prior(ridge: Ridge, which: int) -> np.ndarray:
    """Quantiles of a combination before anything was observed (3,)."""
    from scipy.special import ndtri

    own = ridge.weights[which]
    # Weights are of length one, so the combination of standard normals has variance one.
    direction = np.outer(ndtri(LEVELS), own)
    return _value(ridge.pair, own, direction)
