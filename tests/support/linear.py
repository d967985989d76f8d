"""A linear past of normal errors, and what is exactly known of it: the judge of the particle filter.

A stock x relaxes towards its start under shocks, and its means over some windows are observed beside a
discrepancy, as `sim.assimilation.discrepancy` has it. Of each kind of error all is jointly normal, so that
conditioning is linear algebra; a Kalman filter does the same step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.assimilation.facts import SERIES, Fact
from sim.scenario.load import Scenario
from tests.support.small import merged, quiet, small

START, MONTHS = 2010 * 12, 60
BEGIN, SPEED, NOISE, ERROR = 0.5, 0.08, 0.015, 0.03


def linear(error: float = ERROR) -> Scenario:
    """The small case without events, in which wealth is moved by shocks alone, far from its ends."""
    observed = {"label": "Wealth", "unit": "1", "measure": "wealth", "error": error, "source": "test"}
    ranges = {"range": [0.0, 100.0], "source": "test"}
    sources = [
        {"numbers": "time.months", "unit": "month"} | ranges,
        {"numbers": "observations.*", "unit": "1"} | ranges,
        {"numbers": "*", "unit": "1", "plus": [-1.0, 1.0], "source": "test"},
    ]
    own = {
        "time": {"months": MONTHS},
        "couplings": None,
        "quantities": {"wealth": {"relaxation": SPEED, "noise": NOISE, "start": BEGIN}},
        "observations": {"wealth": observed | {"definition": "mean"}},
        "provenance": sources,
    }
    return small(merged(quiet({}), own))


def yearly(values: Sequence[float], months: int = 12) -> tuple[Fact, ...]:
    """What was observed of the last months of each year."""
    last = [START + 12 * year + 11 for year in range(len(values))]
    return tuple(
        Fact(SERIES, "wealth", each - months + 1, each, value)
        for each, value in zip(last, values, strict=True)
    )


@dataclass(frozen=True)
class Exact:
    """What is known of the stock and of the kind of error after some facts.

    mean, variance: of the stock in the last month; off, spread: of the discrepancy at the last fact;
    log_density: of the facts; kinds (kinds,): weights of the kinds of errors.
    """

    mean: float
    variance: float
    off: float
    spread: float
    log_density: float
    kinds: np.ndarray


def exact(facts: Sequence[Fact], kinds: np.ndarray, months: int, noise: float = NOISE) -> Exact:
    """Of facts, under kinds of errors (kinds, 4): trust, persistence, innovation and fresh over ERROR."""
    each = [_of_kind(facts, kind, months, noise) for kind in kinds]
    logs = np.array([one.log_density for one in each])
    weights = np.exp(logs - logs.max())
    whole = weights.sum()
    mean, variance = _mixed(weights / whole, [(one.mean, one.variance) for one in each])
    off, spread = _mixed(weights / whole, [(one.off, one.spread) for one in each])
    density = logs.max() + np.log(whole / len(kinds))
    return Exact(mean, variance, off, spread, float(density), weights / whole)


def _mixed(weights: np.ndarray, moments: Sequence[tuple[float, float]]) -> tuple[float, float]:
    means, variances = np.array(moments).T
    mean = float(weights @ means)
    return mean, float(weights @ (variances + (means - mean) ** 2))


def _of_kind(facts: Sequence[Fact], kind: np.ndarray, months: int, noise: float) -> Exact:
    """By the joint normal of the stock's path, the discrepancies at the facts, and what is observed."""
    trust, persistence, innovation, fresh = kind
    count = len(facts)
    # path = start + decay @ shocks; discrepancies = ar @ innovations; of independent unit normals
    later = np.subtract.outer(np.arange(months), np.arange(months))
    path = np.where(later >= 0, noise * (1.0 - SPEED) ** np.maximum(later, 0), 0.0)
    means = np.array([_window(fact, months) for fact in facts]) @ path
    followed = means[0] + trust * (means - means[0])
    middles = np.array([START, *((fact.first + fact.last + 1) / 2 for fact in facts)]) / 12
    off = np.zeros((count, count + 1))
    last = np.eye(count + 1)[0] * ERROR
    for place, span in enumerate(np.diff(middles)):
        grown = span if persistence == 1 else (1 - persistence ** (2 * span)) / (1 - persistence**2)
        last = persistence**span * last
        last = last + np.eye(count + 1)[place + 1] * innovation * ERROR * np.sqrt(grown)
        off[place] = last
    causes = np.hstack([followed, off, fresh * ERROR * np.eye(count)])
    stock = np.hstack([path[-1], np.zeros(2 * count + 1)])
    beside = np.hstack([np.zeros(months), off[-1], np.zeros(count)])
    observed = np.array([fact.value for fact in facts]) - BEGIN
    inverse = np.linalg.inv(causes @ causes.T)
    density = -0.5 * (observed @ inverse @ observed + np.linalg.slogdet(2 * np.pi * causes @ causes.T)[1])
    found = []
    for own in (stock, beside):
        gain = own @ causes.T @ inverse
        found += [float(gain @ observed), float(own @ own - gain @ causes @ own)]
    return Exact(BEGIN + found[0], found[1], found[2], found[3], float(density), np.ones(1))


def _window(fact: Fact, months: int) -> np.ndarray:
    """Weights of the months of a path in the mean over a window (months,)."""
    found = np.zeros(months)
    found[fact.first - START : fact.last + 1 - START] = 1 / len(fact.months)
    return found
