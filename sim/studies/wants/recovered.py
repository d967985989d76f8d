"""Whether the inference is right: known scales, deeds that runs do under them, what is learnt from these.

Simulation-based calibration: Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv:1804.06788.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.engine.beliefs import Beliefs, beliefs_in
from sim.engine.knowing import NOTHING_KNOWN
from sim.engine.uncertain import Free
from sim.studies.wants.deeds import Deed
from sim.studies.wants.likelihood import Likelihood
from sim.studies.wants.past import Past
from sim.studies.wants.posterior import posterior
from sim.studies.wants.stakes import Stakes

DRAWS = 399
"""Posterior draws that a truth is ranked among."""

DRAWN, CHAINS = 960, 32
"""Draws of which those are, by chance, and the chains that they come from."""


@dataclass(frozen=True)
class Recovered:
    """What was learnt of known truths.

    truth, mean, variance (sets, entries): standard normals of the priors; ranks (sets, entries): among DRAWS
    draws; deeds (sets,): how many came.
    """

    truth: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    ranks: np.ndarray
    deeds: np.ndarray


@dataclass(frozen=True)
class Lived:
    """What runs under known truths did, and what was at stake: one run a truth.

    truth (sets, entries): standard normals; stakes by row, (months, sets); came (targets, months, sets).
    """

    truth: np.ndarray
    stakes: dict[str, Stakes]
    came: np.ndarray

    def of(self, place: int, deeds: Sequence[Deed]) -> tuple[tuple[Deed, ...], dict[str, Stakes]]:
        """The deeds of one of them, as far as months of the table are known, and what was at stake."""
        done = tuple(_as_done(deed, own[:, place]) for deed, own in zip(deeds, self.came, strict=True))
        return done, {row: own.of(np.array([place])) for row, own in self.stakes.items()}


def _as_done(deed: Deed, came: np.ndarray) -> Deed:
    """What is known of a deed that came in some months (months,), in the months known of the table's."""
    months = sorted({*deed.quiet, *(month for window in deed.came for month in window)})
    quiet = tuple(month for month in months if not came[month])
    return replace(deed, quiet=quiet, came=tuple((month,) for month in months if came[month]))


def recover(
    past: Past, deeds: tuple[Deed, ...], sets: int, seed: int, threads: int | None,
    tell: Callable[[int], Any] = lambda done: None,
) -> Recovered:  # fmt: skip
    """Learn from what runs did of which the truth is known; their states are known too."""
    lived, found = live(past, deeds, sets, seed, threads), []
    for place in range(len(lived.truth)):
        found.append(_learnt(past.entries.all, lived, deeds, place, seed))
        tell(past.months)
    mean, variance, ranks, counts = map(np.array, zip(*found, strict=True))
    return Recovered(lived.truth, mean, variance, ranks, counts)


def _learnt(
    entries: Sequence[Free], lived: Lived, deeds: Sequence[Deed], place: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Mean, variance and rank of each entry of one data set, and how many deeds came in it."""
    done, stakes = lived.of(place, deeds)
    likelihood = Likelihood(done, tuple(entries), stakes)
    # luck of its own for each data set: how many there are moves none of them
    rng = np.random.default_rng([seed, 1, place])
    draws = posterior(likelihood, likelihood, len(entries), DRAWN, rng, CHAINS).scores
    ranked = draws[rng.permutation(len(draws))[:DRAWS]]
    ranks = (ranked < lived.truth[place]).sum(axis=0)
    return draws.mean(axis=0), draws.var(axis=0), ranks, sum(len(deed.came) for deed in done)


def live(
    past: Past, deeds: Sequence[Deed], sets: int, seed: int, threads: int | None = None,
    truth: Mapping[str, np.ndarray] | None = None,
) -> Lived:  # fmt: skip
    """Runs under scales and shifts drawn from their priors, some at given values by name (sets,) instead."""
    entries = past.entries.all
    values = {entry.name: entry.draw(sets, seed) for entry in entries} | dict(truth or {})
    own = replace(past, setup=_under(past, values, sets))
    noted = own.noted(NOTHING_KNOWN, deeds, sets, seed, threads)
    # of a run that failed there are no deeds
    values = {name: each[noted.runs] for name, each in values.items()}
    scores = np.array([entry.score(values[entry.name]) for entry in entries]).T
    return Lived(scores, {row: each.unscaled(values) for row, each in noted.stakes.items()}, noted.came)


def _under(past: Past, values: Mapping[str, np.ndarray], sets: int) -> Beliefs:
    """The setup under known values of what is learnt, and draws of all else that is uncertain."""
    others = beliefs_in(past.others.setup)
    if others is None:
        return Beliefs(past.setup.scenario, past.entries.all, values)
    at = np.arange(sets) % others.draws
    drawn = {name: each[at] for name, each in others.values.items()}
    return Beliefs(past.setup.scenario, (*others.free, *past.entries.all), {**drawn, **values})
