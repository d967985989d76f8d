"""From a data set to a posterior: learnt summaries, nearest synthetic data sets, regression adjustment.

Approximate Bayesian computation with learnt summary statistics (Fearnhead and Prangle 2012, J. R. Stat. Soc.
B 74:419: the best summary of a parameter is its posterior mean, here a regression by scikit-learn) and
local-linear adjustment (Beaumont, Zhang and Balding 2002, Genetics 162:2025). Learnt once, it serves any data
set in milliseconds, so that it can be checked on thousands.

Networks are trained, and neighbours adjusted, by the machine's linear algebra. Its kernel decides last bits,
training magnifies them: synthetic data have the same bytes everywhere, posteriors from them are equal but for
chance in training, which moved means by some hundredths of a posterior sd. The manifest of a calibration
names the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.assimilation.facts import Fact
from sim.engine.pages import default_threads
from sim.engine.uncertain import CUT
from sim.refusal import BadInput
from sim.studies.calibrate.features import features
from sim.studies.calibrate.reference import Reference

FAR = 5.0
"""Standard deviations beyond which a feature of a data set counts no further."""

LAYERS = (64, 64)
NETWORKS = 8
"""Networks whose answers are averaged.

With one alone, chance in its training moved posterior medians by up to a posterior sd.
"""
NEIGHBOURS = 0.02
"""Share of the synthetic data sets that a posterior is made of, at least LEAST of them."""
LEAST, MOST = 800, 6000

BEYOND = 0.03
"""Share of the variance of an entry's square that its learnt second moment must explain beyond what follows
from its learnt mean, for the second moment to be a summary of its own.
"""

BLOCK = 20_000
"""Data sets whose features are computed at once, and from which their centre and scale are taken."""

STEEP = 0.5
"""Leverage beyond which a neighbour's residual is not enlarged further."""

NEEDS = "calibration needs scikit-learn: pip install 'steppe-sim[calibrate]'"


@dataclass(frozen=True)
class Learner:
    """What was learnt of a reference: how to summarise a data set.

    scores: of synthetic data sets (sets, free + errors); summaries: theirs, learnt posterior means (sets,
    free + squared + errors): of all entries, and of the squares of those at the places `squared`. Errors of
    series are there to be adjusted for: neighbours are near by the first free + squared summaries alone.
    """

    facts: tuple[Fact, ...]
    centre: np.ndarray
    scale: np.ndarray
    network: Any
    scores: np.ndarray
    summaries: np.ndarray
    squared: np.ndarray
    free: int

    @classmethod
    def of(
        cls, reference: Reference, facts: tuple[Fact, ...], seed: int, threads: int | None = None
    ) -> Learner:
        """Learn to summarise from one half of the synthetic data sets; the other half are neighbours.

        They are unseen by any network: summaries of data that a network was fitted to lie too near the truth,
        and posteriors would come out too narrow. A network is trained by one thread. Raises BadInput without
        scikit-learn.
        """
        half = len(reference) // 2
        centre, scale = standards(features(reference.data[:BLOCK], facts))
        inputs = standard(reference.data, facts, centre, scale)
        network = regressor(seed)
        truth, free = reference.truth, reference.scores.shape[1]
        known, unseen = truth[:half], truth[half:]
        with one_thread():
            with side_by_side(threads):
                network.fit(inputs[:half], np.column_stack([known, square(known[:, :free])]))
            learnt = _answers(network, inputs[half:])
            squared = _squared(learnt, unseen, free)
        chosen = _chosen(learnt, squared, free)
        return cls(facts, centre, scale, network, unseen, chosen, squared, free)

    def summarise(self, data: np.ndarray) -> np.ndarray:
        """Summaries (sets, free + squared + errors) of data (sets, facts), in prior standard deviations."""
        inputs = standard(data, self.facts, self.centre, self.scale)
        return _chosen(_answers(self.network, inputs), self.squared, self.free)

    def posterior(self, summary: np.ndarray, draws: int, generator: np.random.Generator) -> np.ndarray:
        """Draws (draws, free + errors), standard normals of the prior, given the summaries of a data set."""
        near, weights, _ = self.neighbours(summary)
        design = np.column_stack([np.ones(len(near)), self.summaries[near] - summary])
        slopes, residuals = _fitted(design, self.scores[near], weights)
        adjusted = slopes[0] + residuals
        chosen = generator.choice(len(near), draws, p=weights / weights.sum())
        # The adjustment may push draws out of the prior, which is cut off.
        return np.clip(adjusted[chosen], -CUT, CUT)

    def neighbours(self, summary: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Places of the nearest synthetic data sets, their Epanechnikov weights, distance of the farthest."""
        near_by = self.free + len(self.squared)
        distance = ((self.summaries[:, :near_by] - summary[:near_by]) ** 2).sum(axis=1)
        count = min(max(int(NEIGHBOURS * len(distance)), LEAST), MOST, len(distance) - 1)
        # Sorted, because the order in which a partition leaves them may differ between versions of numpy.
        near = np.sort(np.argpartition(distance, count)[: count + 1])
        farthest = float(distance[near].max())
        if farthest == 0:
            return near, np.ones(len(near)), 0.0
        return near, np.maximum(1.0 - distance[near] / farthest, 0.0), farthest**0.5


def one_thread() -> Any:
    """Linear algebra on one thread while it lasts: the same bits on any machine of a kind."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        raise BadInput(NEEDS) from None
    return threadpool_limits(1)


def kernels() -> list[str]:
    """The libraries of linear algebra in use, with version and the kernel chosen for this processor."""
    from threadpoolctl import threadpool_info

    used = [library for library in threadpool_info() if library["user_api"] == "blas"]
    names = {f"{each['internal_api']} {each['version']} {each.get('architecture', '')}" for each in used}
    return sorted(name.strip() for name in names)


def side_by_side(threads: int | None) -> Any:
    """Networks are trained on this many threads (all by default) while it lasts, with the same answers."""
    from joblib import parallel_config

    return parallel_config("threading", n_jobs=threads or default_threads())


def square(scores: np.ndarray) -> np.ndarray:
    """Squares of standard normals, with mean 0 and variance 1: the second Hermite polynomial."""
    return (scores**2 - 1.0) / 2**0.5


def standards(shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre and scale (features,) of what data sets show (sets, features)."""
    centre, scale = shown.mean(axis=0), shown.std(axis=0)
    # A feature that is the same in all data sets, such as of an event that never comes, says nothing.
    return centre, np.where(scale > 0, scale, 1.0)


def standard(data: np.ndarray, facts: tuple[Fact, ...], centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Features of data sets in standard deviations from the centre (sets, features), FAR ones cut off."""
    found = np.empty((len(data), len(centre)), dtype=np.float32)
    # In blocks: those of all data sets at once would fill the memory.
    for first in range(0, len(data), BLOCK):
        some = slice(first, first + BLOCK)
        found[some] = np.clip((features(data[some], facts) - centre) / scale, -FAR, FAR)
    return found


def _answers(network: Any, inputs: np.ndarray) -> np.ndarray:
    """What networks say of entries, of errors, and of the squares of entries (sets, 2 free + errors)."""
    return np.asarray(network.predict(inputs), dtype=float)


def _chosen(learnt: np.ndarray, squared: np.ndarray, free: int) -> np.ndarray:
    """Learnt means of all entries, of some squares, and of errors (sets, free + squared + errors)."""
    squares = learnt.shape[1] - free
    return np.column_stack([learnt[:, :free], learnt[:, squares + squared], learnt[:, free:squares]])


def _squared(learnt: np.ndarray, truth: np.ndarray, free: int) -> np.ndarray:
    """Places of entries whose learnt second moments say of their squares what their means do not."""
    means, moments, truths = learnt[:, :free].T, learnt[:, learnt.shape[1] - free :].T, truth[:, :free].T
    told = [
        _beyond(mean, moment, square(own)) for mean, moment, own in zip(means, moments, truths, strict=True)
    ]
    return np.flatnonzero(np.array(told) > BEYOND)


def _beyond(mean: np.ndarray, moment: np.ndarray, truth: np.ndarray) -> float:
    """Share of the variance of a square (sets,) that its moment explains beyond a parabola in the mean.

    Where all data are worth the same, as in a linear model with normal noise, the parabola says it all.
    """
    parabola = np.column_stack([np.ones(len(mean)), mean, mean**2])
    both = np.column_stack([moment, truth])
    moment, missed = (both - parabola @ np.linalg.lstsq(parabola, both, rcond=None)[0]).T
    if not moment.any():
        return 0.0
    return float((moment @ missed) ** 2 / (moment @ moment) / ((truth - truth.mean()) ** 2).sum())


def _fitted(design: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of a weighted regression (columns, free), and what each neighbour misses it by (sets, free).

    As if each neighbour had not been fitted to: residuals over one minus leverage. Those as fitted are too
    small, the more so the more summaries there are.
    """
    root = np.sqrt(weights)[:, None]
    basis, sizes, turn = np.linalg.svd(design * root, full_matrices=False)
    # a summary that is alike among all neighbours has no direction of its own
    spans = sizes > sizes[0] * len(design) * np.finfo(float).eps
    basis, sizes, turn = basis[:, spans], sizes[spans], turn[spans]
    slopes = turn.T @ (basis.T @ (scores * root) / sizes[:, None])
    leverage = np.minimum((basis**2).sum(axis=1), STEEP)
    return slopes, (scores - design @ slopes) / (1.0 - leverage)[:, None]


def regressor(seed: int) -> Any:
    """What learns summaries: networks that see nothing yet. Raises BadInput without scikit-learn."""
    try:
        from sklearn.ensemble import BaggingRegressor
        from sklearn.neural_network import MLPRegressor
    except ImportError:
        raise BadInput(NEEDS) from None
    one = MLPRegressor(
        hidden_layer_sizes=LAYERS,
        batch_size=512,
        learning_rate_init=5e-4,
        alpha=3.0,
        early_stopping=True,
        validation_fraction=0.1,
        n_iter_no_change=6,
        max_iter=1000,
    )
    return BaggingRegressor(one, NETWORKS, bootstrap=False, random_state=seed % 2**32)
