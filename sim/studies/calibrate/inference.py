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

from sim.assimilation.facts import SERIES, TIME, Fact
from sim.engine.pages import default_threads
from sim.engine.uncertain import CUT
from sim.refusal import BadInput
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


NEEDS = "calibration needs scikit-learn: pip install 'steppe-sim[calibrate]'"


def features(data: np.ndarray, facts: tuple[Fact, ...]) -> np.ndarray:
    """What data sets (sets, facts) show: values, and per target mean, slope and variability of changes.

    (sets, features). A time that was not reached counts as the month after its window.
    """
    values = data.astype(float)
    places: dict[tuple[str, str], list[int]] = {}
    for place, fact in enumerate(facts):
        places.setdefault((fact.kind, fact.target), []).append(place)
        if fact.kind == TIME:
            month = values[:, place]
            values[:, place] = np.where(np.isfinite(month), month, fact.last + 1) - fact.first
    found = [values]
    for target, own_places in places.items():
        own = values[:, own_places]
        if own.shape[1] > 1:
            found.append(own.mean(axis=1, keepdims=True))
        if own.shape[1] > 2 and target[0] == SERIES:
            changes = np.diff(own, axis=1)
            # A hair above zero: a series that does not move has a logarithm, too.
            found.append(np.log(changes.std(axis=1, keepdims=True) + 1e-6))
            steps = np.arange(own.shape[1]) - (own.shape[1] - 1) / 2
            found.append((own @ steps / (steps @ steps))[:, None])
    return np.concatenate(found, axis=1)


@dataclass(frozen=True)
class Learner:
    """What was learnt of a reference: how to summarise a data set.

    scores, summaries: of synthetic data sets (sets, free).
    """

    facts: tuple[Fact, ...]
    centre: np.ndarray
    scale: np.ndarray
    network: Any
    scores: np.ndarray
    summaries: np.ndarray

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
        shown = features(reference.data, facts)
        centre, scale = shown.mean(axis=0), shown.std(axis=0)
        # A feature that is the same in all data sets, such as of an event that never comes, says nothing.
        scale = np.where(scale > 0, scale, 1.0)
        inputs = _standard(shown, centre, scale)
        network = regressor(seed)
        known, unseen = reference.scores[:half], reference.scores[half:]
        with one_thread():
            with side_by_side(threads):
                network.fit(inputs[:half], _as_targets(known))
            summaries = _summaries(network, inputs[half:], unseen.shape[1])
        return cls(facts, centre, scale, network, unseen, summaries)

    def summarise(self, data: np.ndarray) -> np.ndarray:
        """Learnt posterior means (sets, free) of data (sets, facts), as standard normals of the prior."""
        inputs = _standard(features(data, self.facts), self.centre, self.scale)
        return _summaries(self.network, inputs, self.scores.shape[1])

    def posterior(self, summary: np.ndarray, draws: int, generator: np.random.Generator) -> np.ndarray:
        """Draws (draws, free), as standard normals of the prior, given the summary (free,) of a data set."""
        near, weights, _ = self.neighbours(summary)
        offsets = self.summaries[near] - summary
        design = np.column_stack([np.ones(len(near)), offsets])
        root = np.sqrt(weights)[:, None]
        slope = np.linalg.lstsq(design * root, self.scores[near] * root, rcond=None)[0][1:]
        adjusted = self.scores[near] - offsets @ slope
        chosen = generator.choice(len(near), draws, p=weights / weights.sum())
        # The adjustment may push draws out of the prior, which is cut off.
        return np.clip(adjusted[chosen], -CUT, CUT)

    def neighbours(self, summary: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Places of the nearest synthetic data sets, their Epanechnikov weights, distance of the farthest."""
        distance = ((self.summaries - summary) ** 2).sum(axis=1)
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


def _as_targets(scores: np.ndarray) -> np.ndarray:
    """Truths (sets, free) as scikit-learn wants them: a single column without an axis of columns."""
    if scores.shape[1] == 1:
        return scores[:, 0]
    return scores


def _standard(shown: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return np.clip((shown - centre) / scale, -FAR, FAR).astype(np.float32)


def _summaries(network: Any, inputs: np.ndarray, free: int) -> np.ndarray:
    return np.asarray(network.predict(inputs), dtype=float).reshape(len(inputs), free)


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
