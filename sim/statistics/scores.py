"""Scores of what was said against what came: CRPS, Brier, log and ranked probability score, and skill.

All are costs: 0 is best. They are those of the package scoringrules, an extra; Gneiting and Raftery 2007,
JASA 102:359.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.refusal import BadInput
from sim.statistics.intervals import Z95, student95, wilson
from sim.statistics.serial import FEWEST_YEARS, reach, variance

PLAIN = "numpy"
"""What scoringrules computes with; where numba is installed it would take that, with other last digits."""

FLOOR = 0.001
"""Nearest to 0 or 1 that a probability counts in log scores: what came against all odds costs 6.9 nat."""

BEYOND = 8.0
"""Standard deviations beyond an end at which all of a normal counts as at it; scoringrules fails there."""

BLOCK = 5
"""Years that count as one piece of evidence where facts all say the same: how they follow is not seen."""


def scoringrules() -> Any:
    """The package of scores. Raises BadInput if it is not installed."""
    try:
        import scoringrules as package
    except ImportError:
        raise BadInput("scores need the package scoringrules: pip install 'steppe-sim[hindcast]'") from None
    return package


def crps_of_runs(said: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """CRPS (facts,) [unit] of the distribution of runs (facts, runs): mean |x - y| - mean |x - x'| / 2.

    Gneiting and Raftery 2007, JASA 102:359, equation 21.
    """
    score = scoringrules().crps_ensemble(observed, said, estimator="qd", backend=PLAIN)
    return np.asarray(score, dtype=float)


def crps_of_normal(
    mean: float, sd: float, observed: float, ends: tuple[float, float] = (-np.inf, np.inf)
) -> float:
    """CRPS [unit] of a normal distribution censored at the ends of a support.

    What lies beyond an end lies at it. The absolute error of its mean where the spread is 0 or unknown.
    Jordan, Krueger and Lerch 2019, JSS 90(12).
    """
    if not sd > 0:
        return abs(observed - float(np.clip(mean, *ends)))
    near = np.clip(mean, ends[0] - BEYOND * sd, ends[1] + BEYOND * sd)
    return float(scoringrules().crps_cnormal(observed, near, sd, *ends, backend=PLAIN))


def limited(probability: float) -> float:
    """A probability kept within FLOOR and 1 - FLOOR, so that its log score is finite."""
    return float(np.clip(probability, FLOOR, 1.0 - FLOOR))


def brier(probability: float, happened: bool) -> float:
    """Brier score (p - y)^2 [0, 1] of the probability that something happens. Brier 1950, MWR 78:1."""
    return float(scoringrules().brier_score(int(happened), probability, backend=PLAIN))


def log_loss(probability: float, happened: bool) -> float:
    """Log score -log p of what came [nat], of a probability that is `limited`. Good 1952, JRSS B 14:107."""
    return float(scoringrules().log_score(int(happened), limited(probability), backend=PLAIN))


def ranked(shares: np.ndarray, came: int) -> float:
    """Ranked probability score of ordered categories (categories,); `came` (from 0) came. Epstein 1969."""
    return float(scoringrules().rps_score(came + 1, shares, backend=PLAIN))


def skill(score: np.ndarray, baseline: np.ndarray) -> float:
    """1 - mean score / mean score of the baseline, both (facts,): negative if larger, 0 if equal.

    Minus infinity if the baseline's is 0 and the other is not.

    >>> round(skill(np.array([0.1, 0.2]), np.array([0.2, 0.4])), 3)
    0.5
    """
    own, other = float(np.mean(score)), float(np.mean(baseline))
    if other != 0:
        return 1.0 - own / other
    if own == 0:
        return 0.0
    return -np.inf


def skill_interval(score: np.ndarray, baseline: np.ndarray, years: np.ndarray) -> tuple[float, float]:
    """95 % interval of skill for scores (facts,) of years (facts,): `pooled_skill` of one target."""
    _, low, high, _ = pooled_skill(score, baseline, np.zeros(len(score)), years)
    return low, high


def pooled_skill(
    score: np.ndarray, baseline: np.ndarray, targets: np.ndarray, years: np.ndarray
) -> tuple[float, float, float, int]:
    """Skill over targets whose scores (facts,) differ in unit, its 95 % interval, and how many targets count.

    1 - geometric mean over targets of mean score / mean score of the baseline, weighted by facts: Davydenko
    and Fildes 2013, IJF 29:510 (AvgRelMAE). Targets for which either is 0 have no such ratio and are left
    out. The interval is that of the mean log ratio, linearised: what each year adds to it, of all targets and
    horizons together, follows from the years before (`serial.py`), as it does where origins overlap:
    Diebold and Mariano 1995, JBES 13:253. Not a number for fewer than FEWEST_YEARS years.
    """
    blocks, year = np.unique(years, return_inverse=True)
    names, target = np.unique(targets.astype(str), return_inverse=True)

    def by_year(values: np.ndarray) -> np.ndarray:
        """Sums over facts (years, targets)."""
        sums = np.bincount(year * len(names) + target, values, len(blocks) * len(names))
        return sums.reshape(len(blocks), len(names))

    own, other, facts = (by_year(values) for values in (score, baseline, np.ones(len(score))))
    usable = (own.sum(axis=0) > 0) & (other.sum(axis=0) > 0)
    if not usable.any():
        return np.nan, np.nan, np.nan, 0
    # From here on of targets that count alone: a ratio with zero has no logarithm.
    own, other, weight = own[:, usable], other[:, usable], facts[:, usable].sum(axis=0)
    weight = weight / weight.sum()
    log_ratio = float((weight * np.log(own.sum(axis=0) / other.sum(axis=0))).sum())
    parts = (weight * (own / own.sum(axis=0) - other / other.sum(axis=0))).sum(axis=1)
    off = reach(parts, blocks)
    low, high = 1.0 - np.exp(log_ratio + off), 1.0 - np.exp(log_ratio - off)
    return 1.0 - float(np.exp(log_ratio)), float(low), float(high), int(usable.sum())


def coverage_interval(inside: np.ndarray, years: np.ndarray) -> tuple[float, float]:
    """95 % interval of the share of facts (facts,) that lay inside, as years (facts,) follow from each other.

    Wilson's with as many independent facts as would spread as much as these do over their years
    (`serial.py`; Korn and Graubard 1998, Survey Methodology 24:193), never more than there are; with the
    blocks of BLOCK years if all lay inside or none did. Not a number for fewer than FEWEST_YEARS years.
    """
    blocks, year = np.unique(years, return_inverse=True)
    if len(blocks) < FEWEST_YEARS:
        return np.nan, np.nan
    share, facts = float(inside.mean()), len(inside)
    spread = variance(np.bincount(year, inside - share) / facts, blocks)
    if spread == 0:
        size = len(blocks) / BLOCK
    else:
        # Student's point for that of the normal, as the spread itself is read from the years.
        wider = (Z95 / student95(len(blocks) - 1)) ** 2
        size = min(share * (1 - share) / spread * wider, facts)
    low, high = wilson(share * size, size)
    return float(low), float(high)
