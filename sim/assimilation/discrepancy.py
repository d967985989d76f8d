"""What a series has beyond the model: an error that lasts, filtered beside the runs and learnt from the past.

Of a series y = h0 + c (h - h0) + d + e: h is what a run says, h0 what it said at first, and c how much of its
change the series is believed to follow; d is the discrepancy and e an error that is fresh each time. d
follows d' = p d + s w over a year (w standard normal; p = 1 is a random walk), e has standard deviation r.
Given a run, d is filtered exactly (Kalman 1960, J. Basic Eng. 82:35); of c, p, s and r a few values are kept
side by side, each weighted by how well it has foretold this series (a Rao-Blackwellised particle filter:
Doucet, de Freitas, Murphy and Russell 2000). Nobody has to say how wrong the model is: s and r are multiples
of the `error` that the scenario gives to the series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product

import numpy as np

from sim.engine.lanes import Lanes
from sim.rules.numbers import exp, log

TRUST = (0.0, 0.5, 1.0)
"""c: the part of a run's change that a series follows; 0 leaves it to the discrepancy alone."""

PERSISTENCE = (0.7, 0.9, 1.0)
"""p: what is left of a discrepancy after a year."""

INNOVATION = (0.3, 0.8, 2.0)
"""s over `error`: what comes to a discrepancy in a year."""

FRESH = (0.3, 1.0)
"""r over `error`: what is fresh in every observation."""

KINDS = np.array(list(product(TRUST, PERSISTENCE, INNOVATION, FRESH)))
"""All of them side by side (kinds, 4)."""

LEAST_ERROR = 1e-9
"""What a series is taken to be off by that the scenario says is never off [unit]."""

_LOG_2PI = 1.8378770664093453


@dataclass(frozen=True)
class Discrepancy:
    """The discrepancy of one series beside each of some runs, for every kind of error that it may have.

    trust, persistence, innovation, fresh, variance (kinds,): c, p, s [unit], r [unit] and the variance of d
    [unit^2]; mean (kinds, runs): of d [unit]; log_weights (kinds, runs): of the kinds beside each run; year:
    when d was last looked at; first (runs,): h0 [unit], None before anything is observed.
    """

    trust: np.ndarray
    persistence: np.ndarray
    innovation: np.ndarray
    fresh: np.ndarray
    variance: np.ndarray
    mean: np.ndarray
    log_weights: np.ndarray
    year: float
    first: np.ndarray | None = None

    @classmethod
    def of(cls, error: float, runs: int, year: float) -> Discrepancy:
        """Before anything is observed: kinds are equally likely, and d may lie off by the error already.

        error: of the series, as the scenario gives it [unit]; year: the start.
        """
        error = max(error, LEAST_ERROR)
        trust, persistence, innovation, fresh = KINDS.T.copy()
        even = np.full((len(KINDS), runs), -float(np.log(len(KINDS))))
        return cls(
            trust,
            persistence, innovation * error, fresh * error, np.full(len(KINDS), error * error),
            np.zeros((len(KINDS), runs)), even, year,
        )  # fmt: skip

    def at(self, year: float, inflation: float = 1.0) -> Discrepancy:
        """Before the next observation, so much later; inflation: of the innovations' standard deviation."""
        # windows overlap: the middle of a year comes before that of its last month
        year = max(year, self.year)
        span = year - self.year
        kept = _power(self.persistence, span)
        added = (inflation * self.innovation) ** 2 * _years(self.persistence, span)
        variance = kept * kept * self.variance + added
        return replace(self, variance=variance, mean=kept[:, None] * self.mean, year=year)

    def foretold(self, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean (kinds, runs) and variance (kinds,) of what would be observed of what runs say (runs,)."""
        first = said
        if self.first is not None:
            first = self.first
        followed = first + self.trust[:, None] * (said - first)
        return followed + self.mean, self.variance + self.fresh**2

    def told(self, said: np.ndarray, observed: float) -> tuple[Discrepancy, np.ndarray]:
        """After an observation [unit] of what runs say (runs,); and the log of how likely it was (runs,)."""
        mean, variance = self.foretold(said)
        off = observed - mean
        each = -0.5 * (off * off / variance[:, None] + np.asarray(_log(variance))[:, None] + _LOG_2PI)
        joint = self.log_weights + each
        whole = log_of_sum(joint)
        gain = self.variance / variance
        told = replace(
            self,
            variance=self.variance * (1.0 - gain),
            mean=self.mean + gain[:, None] * off,
            log_weights=joint - whole,
            first=said if self.first is None else self.first,
        )
        return told, whole

    def drawn(self, said: np.ndarray, point: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """What would be observed (runs,) of runs that say this (runs,); by uniforms and normals (runs,)."""
        mean, variance = self.foretold(said)
        below = np.cumsum(exponential(self.log_weights), axis=0)
        kind = np.minimum((below < point * below[-1]).sum(axis=0), len(below) - 1)
        return mean[kind, np.arange(len(said))] + np.sqrt(variance)[kind] * normal

    def of_runs(self, runs: np.ndarray) -> Discrepancy:
        """That beside some of the runs, by their places; the same one may come again."""
        first = self.first
        if first is not None:
            first = first[runs]
        return replace(self, mean=self.mean[:, runs], log_weights=self.log_weights[:, runs], first=first)

    def learnt(self, weights: np.ndarray) -> dict[str, float]:
        """Posterior means of c, p, s and r over runs of these weights (runs,), which sum to 1."""
        share = (exponential(self.log_weights) * weights).sum(axis=1)
        named = {
            "trust": self.trust,
            "persistence": self.persistence,
            "innovation": self.innovation,
            "fresh": self.fresh,
        }
        return {name: float((share * values).sum()) for name, values in named.items()}


def _years(persistence: np.ndarray, span: float) -> np.ndarray:
    """What innovations of variance 1 a year add up to over a span of years, by persistence (kinds,)."""
    squared = np.minimum(persistence**2, 1.0 - 1e-12)
    return np.where(persistence < 1.0, (1.0 - _power(squared, span)) / (1.0 - squared), span)


def _power(base: np.ndarray, exponent: float) -> np.ndarray:
    """Numbers above 0 to a power, with the same bits on every machine."""
    return exponential(exponent * _log(base))


def _log(values: np.ndarray) -> np.ndarray:
    return np.asarray(log(np.ascontiguousarray(values, dtype=float).view(Lanes)))


def exponential(values: np.ndarray) -> np.ndarray:
    """e to these powers, with the same bits on every machine; 0 where they are far below 0."""
    return np.asarray(exp(np.maximum(np.ascontiguousarray(values, dtype=float), -700.0).view(Lanes)))


def log_of_sum(logs: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """The log of the sum of what has these logs, over the first axis.

    >>> round(float(log_of_sum(np.log([[1.0], [3.0]]))[0]), 12)
    1.38629436112
    """
    rows = np.asarray(logs)
    top = rows.max(axis=0)
    # added up one by one: the order in which numpy adds depends on the shape
    return top + _log(reduce(np.add, exponential(rows - top)))
