"""Scores whose true skill is known, of years that follow from each other: how often intervals hold it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import norm

from sim.statistics.scores import coverage_interval, pooled_skill

SKILL, ALIKE, SPREAD = 0.2, 0.5, 0.4
"""The true skill; the correlation of targets, and of runs with the baseline; sd of the log of scores."""


def follow(fresh: np.ndarray, persistence: float) -> np.ndarray:
    """Normal series of variance 1 over the last axis, from independent ones."""
    series = fresh.copy()
    for year in range(1, series.shape[-1]):
        kept = persistence * series[..., year - 1]
        series[..., year] = kept + (1 - persistence**2) ** 0.5 * fresh[..., year]
    return series


def scores(
    persistence: float, years: int, targets: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal scores (targets, years) of runs and of a baseline, of one distribution but for the skill."""
    share = ALIKE**0.5
    common = rng.standard_normal((2, 1, years))
    single = rng.standard_normal((2, targets, years))
    both = follow(share * common + (1 - ALIKE) ** 0.5 * single, persistence)
    own = ALIKE * both[0] + (1 - ALIKE**2) ** 0.5 * both[1]
    return (1 - SKILL) * np.exp(SPREAD * own), np.exp(SPREAD * both[0])


def skills(
    persistence: float, years: int, targets: int, samples: int, seed: int
) -> Iterator[tuple[bool, float]]:
    """Of each sample whether the 95 % interval holds the true skill, and how wide it is."""
    rng = np.random.default_rng(seed)
    names, when = np.repeat(np.arange(targets), years), np.tile(np.arange(years), targets)
    for _ in range(samples):
        own, other = scores(persistence, years, targets, rng)
        _, low, high, _ = pooled_skill(own.ravel(), other.ravel(), names, when)
        yield low <= SKILL <= high, high - low


def origins(
    persistence: float, first: int, targets: int, horizon: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Absolute errors of forecasts from `first` origins year by year, at every horizon up to one.

    Series of one persistence, which the forecast knows, beside their last values held: scores, those of
    the baseline, targets and years (facts,).
    """
    series = follow(rng.standard_normal((targets, 40 + first + horizon)), persistence)[:, 40:]
    rows = []
    for target, values in enumerate(series):
        for origin in range(first):
            for ahead in range(1, horizon + 1):
                came, known = values[origin + ahead], values[origin]
                kept = persistence**ahead * known
                rows.append((abs(came - kept), abs(came - known), target, origin + ahead))
    own, other, names, years = (np.array(column) for column in zip(*rows, strict=True))
    return own, other, names, years


def coverages(persistence: float, years: int, level: float, samples: int, seed: int) -> Iterator[bool]:
    """Of each sample whether the interval of a coverage holds the true one."""
    rng = np.random.default_rng(seed)
    for series in follow(rng.standard_normal((samples, years)), persistence):
        inside = (np.abs(series) < norm.ppf(0.5 + level / 2)).astype(float)
        low, high = coverage_interval(inside, np.arange(years))
        yield low <= level <= high
