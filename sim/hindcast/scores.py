"""Scores of what was said against what came: CRPS, Brier, log and ranked probability score, and skill against a baseline.

All are costs: 0 is best. They are those of the package scoringrules, an extra; Gneiting and Raftery 2007, JASA 102:359.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.refusal import BadInput

RESAMPLES = 2000
FEWEST_YEARS = 5
"""Years that a bootstrap over years needs before it says anything."""


def scoringrules() -> Any:
    """The package of scores. Raises BadInput if it is not installed."""
    try:
        import scoringrules as package
    except ImportError:
        raise BadInput("scores need the package scoringrules: pip install 'steppe-sim[hindcast]'") from None
    return package


def crps_of_runs(said: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """CRPS (facts,) [unit] of the distribution of runs (facts, runs): mean |x - y| - mean |x - x'| / 2."""
    return np.asarray(scoringrules().crps_ensemble(observed, said), dtype=float)


def crps_of_normal(mean: float, sd: float, observed: float, ends: tuple[float, float] = (-np.inf, np.inf)) -> float:
    """CRPS [unit] of a normal distribution censored at the ends of a series' support: what lies beyond lies at the end.

    The absolute error of its mean where the spread is 0 or unknown. Jordan, Krueger and Lerch 2019, JSS 90(12).
    """
    if not sd > 0:
        return abs(observed - float(np.clip(mean, *ends)))
    return float(scoringrules().crps_cnormal(observed, mean, sd, *ends))


def limited(probability: float, count: int) -> float:
    """A probability kept within [1/(2N), 1 - 1/(2N)] for `count` = N runs, so that its log score is finite."""
    edge = 1.0 / (2.0 * count)
    return float(np.clip(probability, edge, 1.0 - edge))


def brier(probability: float, happened: bool) -> float:
    """Brier score (p - y)^2 [0, 1] of the probability that something happens. Brier 1950."""
    return float(scoringrules().brier_score(int(happened), probability))


def log_loss(probability: float, happened: bool, count: int) -> float:
    """Log score -log p of what came [nat], of a probability limited as that of `count` runs. Good 1952."""
    return float(scoringrules().log_score(int(happened), limited(probability, count)))


def ranked(shares: np.ndarray, came: int) -> float:
    """Ranked probability score of probabilities of ordered categories (categories,); `came` (from 0) came. Epstein 1969."""
    return float(scoringrules().rps_score(came + 1, shares))


def skill(score: np.ndarray, baseline: np.ndarray) -> float:
    """1 - mean score / mean score of the baseline, both (facts,): 0 if equal, negative if larger, -inf if the baseline's is 0."""
    own, other = float(np.mean(score)), float(np.mean(baseline))
    if other == 0:
        return 0.0 if own == 0 else -np.inf
    return 1.0 - own / other


def skill_interval(score: np.ndarray, baseline: np.ndarray, years: np.ndarray, seed: int) -> tuple[float, float]:
    """95 % bootstrap interval of skill that draws whole years (facts,) again, so that the facts of a year stay together.

    Not a number for fewer than FEWEST_YEARS years, or if the baseline costs nothing. Efron and Tibshirani 1993, ch. 8.
    """
    blocks, year = np.unique(years, return_inverse=True)
    if len(blocks) < FEWEST_YEARS or not (baseline > 0).any():
        return np.nan, np.nan
    times = _drawn_years(len(blocks), seed)
    own, other = times @ np.bincount(year, score), times @ np.bincount(year, baseline)
    return _middle(1.0 - np.divide(own, other, out=np.full(RESAMPLES, np.inf), where=other > 0))


def pooled_skill(
    score: np.ndarray, baseline: np.ndarray, targets: np.ndarray, years: np.ndarray, seed: int
) -> tuple[float, float, float, int]:
    """Skill over targets whose scores (facts,) differ in unit, its 95 % interval, and the number of targets that it is about.

    1 - geometric mean over targets of mean score / mean score of the baseline, weighted by facts: Davydenko and Fildes 2013, IJF
    29:510 (AvgRelMAE). Targets for which either is 0 have no such ratio and are left out. Whole years are drawn again.
    """
    blocks, year = np.unique(years, return_inverse=True)
    names, target = np.unique(targets.astype(str), return_inverse=True)

    def by_year(values: np.ndarray) -> np.ndarray:
        return np.bincount(year * len(names) + target, values, len(blocks) * len(names)).reshape(len(blocks), len(names))

    def pooled(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own, other, facts = (times @ by_year(values) for values in (score, baseline, np.ones(len(score))))
        usable = (own > 0) & (other > 0)
        logs = np.log(np.where(usable, own, 1.0)) - np.log(np.where(usable, other, 1.0))
        weight = np.where(usable, facts, 0.0).sum(axis=1)
        total = np.where(usable, facts * logs, 0.0).sum(axis=1)
        return 1.0 - np.exp(np.divide(total, weight, out=np.full(len(times), np.nan), where=weight > 0)), usable.sum(axis=1)

    value, used = pooled(np.ones((1, len(blocks))))
    if len(blocks) < FEWEST_YEARS or not used[0]:
        return float(value[0]), np.nan, np.nan, int(used[0])
    resampled = pooled(_drawn_years(len(blocks), seed))[0]
    return float(value[0]), *_middle(resampled[~np.isnan(resampled)]), int(used[0])


def _drawn_years(count: int, seed: int) -> np.ndarray:
    """How often each year is drawn (RESAMPLES, years)."""
    return np.random.default_rng([seed, 2]).multinomial(count, np.full(count, 1.0 / count), RESAMPLES).astype(float)


def _middle(values: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of resampled values."""
    low, high = np.quantile(values, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
