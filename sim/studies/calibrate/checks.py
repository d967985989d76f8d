"""Is the inference itself right? Truths must rank evenly among the draws of their posteriors.

Simulation-based calibration: Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv:1804.06788. For each
synthetic data set the rank of the truth among L posterior draws is uniform on 0..L. A rank as a normal score
has mean 0 and variance 1; posteriors that are too wide by a factor give scores that are too narrow by it, so
that the spread of the scores says by how much.

This sees what is wrong with a posterior, and not what it leaves out: draws of the prior, whatever the data,
rank truths evenly too. How much is told is therefore said beside it: by contraction, of entries and of their
squares, since an entry that acts on the spread alone may be known by size and not by sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.engine.uncertain import CUT
from sim.studies.calibrate.inference import Learner
from sim.studies.calibrate.reference import Reference

PLANTED = 1.2
"""Factor by which posterior standard deviations are falsified, to see that the check would find it."""
DRAWS = 399
"""Posterior draws that a truth is ranked among, so that 400 ranks divide into BINS."""
BINS = 20
LEVELS = (0.5, 0.9)


def _moment(power: int) -> float:
    """The second or fourth moment of a standard normal cut off at CUT."""
    height = 2 * CUT * math.exp(-(CUT**2) / 2) / (2 * math.pi) ** 0.5 / math.erf(CUT / 2**0.5)
    return {2: 1 - height, 4: 3 - height * (CUT**2 + 3)}[power]


PRIOR, PRIOR_SQUARE = _moment(2), _moment(4) - _moment(2) ** 2
"""Variance of the prior of an entry, a standard normal cut off at CUT, and of its square."""


@dataclass(frozen=True)
class Checked:
    """What happened on synthetic data sets with known truth.

    ranks, planted: (sets, free), among DRAWS draws, and among draws falsified by PLANTED; mean, variance: of
    the posteriors (sets, free), as standard normals of the prior; square: variance of their squares (sets,
    free); truth: (sets, free); distances: (sets,) of the farthest neighbour.
    """

    ranks: np.ndarray
    planted: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    square: np.ndarray
    truth: np.ndarray
    distances: np.ndarray

    def of(self, columns: slice) -> Checked:
        """Of some of the entries."""
        names = ("ranks", "planted", "mean", "variance", "square", "truth")
        return replace(self, **{name: getattr(self, name)[:, columns] for name in names})


def check(learner: Learner, held_out: Reference, seed: int) -> Checked:
    """Infer every held-out data set, and rank its truth: of entries, then of errors of series."""
    summaries, truths = learner.summarise(held_out.data), held_out.truth
    shape = truths.shape
    ranks, planted = np.empty(shape, dtype=int), np.empty(shape, dtype=int)
    mean, variance, square = np.empty(shape), np.empty(shape), np.empty(shape)
    distances = np.empty(shape[0])
    for place, (summary, truth) in enumerate(zip(summaries, truths, strict=True)):
        # Luck of its own for each data set: how many are checked moves no rank.
        draws = learner.posterior(summary, DRAWS, np.random.default_rng([seed, 3, place]))
        mean[place], variance[place] = draws.mean(axis=0), draws.var(axis=0)
        square[place] = (draws**2).var(axis=0)
        ranks[place] = (draws < truth).sum(axis=0)
        planted[place] = (mean[place] + PLANTED * (draws - mean[place]) < truth).sum(axis=0)
        distances[place] = learner.neighbours(summary)[2]
    return Checked(ranks, planted, mean, variance, square, truths, distances)


def evenness(ranks: np.ndarray) -> np.ndarray:
    """Chi-square p-value of the ranks (sets, free) over BINS equal bins (free,): small if they are uneven."""
    # Here and below, because its import takes a second, which who only reads a posterior need not wait for.
    from scipy.stats import chisquare

    places = ranks * BINS // (DRAWS + 1)
    return np.array([chisquare(np.bincount(column, minlength=BINS)).pvalue for column in places.T])


def width(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many times too wide posteriors are (free,), with a 95 % interval: 1 / spread of normal scores."""
    from scipy.stats import chi2, norm

    # The middles of ranks: the lowest and the highest have finite scores, too.
    scores = norm.ppf((ranks + 0.5) / (DRAWS + 1))
    sets = len(scores)
    squares = (scores**2).sum(axis=0)
    low, high = chi2.ppf([0.025, 0.975], sets)
    return np.sqrt(sets / squares), np.sqrt(low / squares), np.sqrt(high / squares)


def lean(ranks: np.ndarray) -> np.ndarray:
    """Mean normal score (free,): above 0 where posteriors lie too low, in posterior standard deviations."""
    from scipy.stats import norm

    return norm.ppf((ranks + 0.5) / (DRAWS + 1)).mean(axis=0)


def covered(ranks: np.ndarray, level: float) -> np.ndarray:
    """Share of truths within the central interval of a level (free,)."""
    place = (ranks + 0.5) / (DRAWS + 1)
    return (np.abs(place - 0.5) <= level / 2).mean(axis=0)


def contraction(checked: Checked) -> np.ndarray:
    """By how much data narrow the prior, 1 - mean posterior variance / prior variance (free,): 1 is all."""
    return 1.0 - checked.variance.mean(axis=0) / PRIOR


def contraction_of_size(checked: Checked) -> np.ndarray:
    """By how much data narrow the prior of an entry's square (free,), however little they tell of its sign.

    The square of the standard normal. Where posteriors are normal it is that of the entry, squared.
    """
    return 1.0 - checked.square.mean(axis=0) / PRIOR_SQUARE


def recovery(checked: Checked) -> np.ndarray:
    """Correlation of posterior means with the truths (free,)."""
    both = zip(checked.mean.T, checked.truth.T, strict=True)
    return np.array([_correlation(mean, truth) for mean, truth in both])


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of two columns (sets,); 0 where the first does not vary, as where data tell nothing of an entry."""
    if one.std() > 0:
        return float(np.corrcoef(one, other)[0, 1])
    return 0.0
