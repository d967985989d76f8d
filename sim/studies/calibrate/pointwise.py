"""The log likelihood of each observation under each draw of the numbers, estimated from runs of the draw.

An observation of a series is foretold from those of its series that came before it, since luck and errors
that last make them far from independent. Under a draw, what runs say of a series is taken as normal: about
the mean of the draw's runs, with the covariance of runs about their draws, which is pooled over draws and
scaled to the spread of the draw's own (a synthetic likelihood: Wood 2010, Nature 466:1102); errors, the
lasting one for a few persistences, add covariances that are known. The density given the past follows, and
the product over a series is its likelihood under the draw. Events and times count by the share of runs in
which they came. Between targets observations are taken as independent given the numbers, which they are not
quite: one run makes them all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.assimilation.discrepancy import PERSISTENCE
from sim.assimilation.facts import EVENT, Fact
from sim.assimilation.instruments import Instruments
from sim.studies.calibrate.errors import Erring

ABOUT = 6.0
"""Months by which a first time may be off and count as much as exp(-1/2) of one that is not."""


def log_likelihood(
    said: np.ndarray, instruments: Instruments, series: Sequence[Erring], scores: np.ndarray
) -> np.ndarray:
    """Of each observation under each draw (draws, facts): of a series the log of a density [1/unit].

    said: what runs of a draw say without error (draws, runs, facts), not a number if they failed; scores: the
    standard normals of the errors of series under each draw (draws, 2 series).
    """
    found = np.empty((len(said), len(instruments.facts)))
    for place, fact in enumerate(instruments.facts):
        found[:, place] = _share(said[:, :, place], fact)
    for number, each in enumerate(series):
        lasting, fresh = each.sizes(scores[:, 2 * number : 2 * number + 2])
        years = each.by_year(instruments)
        places = [place for year in sorted(years) for place in years[year]]
        when = np.array([year for year in sorted(years) for _ in years[year]])
        observed = np.array([instruments.facts[place].value for place in places])
        errors = covariance(when - instruments.first_month // 12, lasting, fresh, each.error)
        found[:, places] = foretold(said[:, :, places], observed, errors)
    return found


def covariance(years: np.ndarray, lasting: np.ndarray, fresh: np.ndarray, error: float) -> np.ndarray:
    """Covariance of errors of a series (draws, persistences, facts, facts) [unit^2].

    years: since the start (facts,); lasting, fresh: s and r of each draw (draws,) [unit]; error: sd of what
    lasts at the start [unit].

    >>> covariance(np.array([0, 1]), np.array([1.0]), np.array([0.5]), 2.0)[0, -1]
    array([[4.25, 4.  ],
           [4.  , 5.25]])
    """
    kept = np.array(PERSISTENCE)[:, None]
    variance = np.full((len(lasting), len(kept), int(years.max()) + 1), error**2)
    for year in range(1, variance.shape[2]):
        variance[:, :, year] = (kept.T**2) * variance[:, :, year - 1] + lasting[:, None] ** 2
    first, apart = np.minimum.outer(years, years), np.abs(np.subtract.outer(years, years))
    lasts = variance[:, :, first] * kept[..., None] ** apart
    return np.asarray(lasts + fresh[:, None, None, None] ** 2 * np.eye(len(years)))


def foretold(said: np.ndarray, observed: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Log density of each observation given the ones before it (draws, facts), in the order of time.

    said: what runs of a draw say (draws, runs, facts) [unit], not a number if they failed; observed: (facts,)
    [unit]; errors: covariances of their errors (draws, kinds, facts, facts), kinds being as likely as each
    other before anything is observed.
    """
    usable = ~np.isnan(said[:, :, :1])
    count = np.maximum(usable.sum(axis=1, keepdims=True), 1)
    middle = np.where(usable, said, 0.0).sum(axis=1, keepdims=True) / count
    apart = np.where(usable, said - middle, 0.0)
    pooled = np.einsum("dri,drj->ij", apart, apart) / max(int((count - 1).sum()), 1)
    # The spread of a draw's own runs, in all facts together, against that of all draws.
    own = (apart**2).sum(axis=(1, 2)) / np.maximum(count[:, 0, 0] - 1, 1)
    ratio = own / np.trace(pooled) if np.trace(pooled) > 0 else np.ones(len(own))
    # The mean of some runs is off by their chance, too.
    luck = (ratio * (1 + 1 / count[:, 0, 0]))[:, None, None, None] * pooled
    root = np.linalg.cholesky(luck + errors)
    off = np.broadcast_to((observed - middle[:, 0])[:, None, :, None], (*root.shape[:3], 1))
    surprise = np.linalg.solve(root, off)[..., 0]
    density = -0.5 * (surprise**2 + np.log(2 * np.pi)) - np.log(np.diagonal(root, axis1=2, axis2=3))
    # Of kinds side by side: each weighs as much as it has foretold so far.
    before = np.cumsum(density, axis=2) - density
    return _log_sum(before + density) - _log_sum(before)


def _log_sum(logs: np.ndarray) -> np.ndarray:
    """Log of the sum of exponentials over kinds (draws, kinds, facts): (draws, facts)."""
    highest = logs.max(axis=1, keepdims=True)
    return np.asarray(highest[:, 0] + np.log(np.exp(logs - highest).sum(axis=1)))


def _share(said: np.ndarray, fact: Fact) -> np.ndarray:
    """Log of the share of runs (draws, runs) that say what came (draws,), of times about that month.

    One run more is counted, which is as likely to say anything (Laplace's rule), so that no share is 0.
    """
    usable = ~np.isnan(said)
    if fact.kind == EVENT:
        agreeing, ways = (said == fact.value).astype(float), 2
    else:
        agreeing, ways = _near(said, fact), len(fact.months) + 1
    counted = np.where(usable, agreeing, 0.0).sum(axis=1) + 1.0 / ways
    return np.asarray(np.log(counted / (usable.sum(axis=1) + 1.0)))


def _near(said: np.ndarray, fact: Fact) -> np.ndarray:
    """How much first months (draws, runs) say that it was the one that came: a kernel over its window."""
    never = ~np.isfinite(said)
    if not np.isfinite(fact.value):
        return never.astype(float)
    month = np.where(never, 0.0, said)
    window = np.array(fact.months, dtype=float)
    heights = np.exp(-0.5 * ((window - month[..., None]) / ABOUT) ** 2).sum(axis=-1)
    own = np.exp(-0.5 * ((fact.value - month) / ABOUT) ** 2)
    return np.where(never, 0.0, own / np.maximum(heights, 1e-300))
