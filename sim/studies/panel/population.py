"""What states have in common: the mean of each uncertain number over states, and how far states differ.

Of state c the numbers are z_c ~ N(m, diag(t^2)), of which its facts say exp(s_c z - z' P_c z / 2)
(`evidence`); m ~ N(0, 1), the prior of the template, and t is half-normal. Means and spreads are drawn in
turn with the states' own numbers (Gibbs sampling: Gelfand and Smith 1990, JASA 85:398); random effects in two
stages are those of DerSimonian and Laird 1986, Controlled Clinical Trials 7:177, here with all entries
together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim.engine.luck import normals, uniform_of
from sim.studies.panel.evidence import Evidence
from sim.studies.panel.gaussian import backward, factor, forward, times

DRAWS, BEFORE = 300, 60
"""Draws that count, and those before them, which do not."""

SPREADS = np.array(
    [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0]
)
"""Standard deviations between states that are looked at [sd of the template's prior]."""

WIDTH = 0.5
"""Of the half-normal prior of spreads [same unit]."""

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Population:
    """What is known of the numbers that states have in common, and of one that nothing is known of.

    For each set of states that it was learnt from, mean and sd of m (sets, entries), spread: root mean square
    of t; mean_quantiles, spread_quantiles (LEVELS, sets, entries); new_covariance (sets, entries, entries):
    of the numbers of a further state, whose mean is that of m.
    """

    mean: np.ndarray
    sd: np.ndarray
    spread: np.ndarray
    mean_quantiles: np.ndarray
    spread_quantiles: np.ndarray
    new_covariance: np.ndarray


def pooled(known: Evidence, sets: np.ndarray, seed: int, stream: str, draws: int = DRAWS) -> Population:
    """What sets of states (sets, states), true where a state is in, have in common.

    stream: whose luck it is; sets share it, so that they differ by their states alone.
    """
    means, spreads = zip(*_drawn(known, sets, seed, stream, draws), strict=True)
    m, t = np.array(means), np.array(spreads)
    mean = m.mean(axis=0)
    off = m - mean
    covariance = (off[..., :, None] * off[..., None, :]).mean(axis=0)
    variance = (t * t).mean(axis=0)
    between = variance[..., :, None] * np.eye(variance.shape[-1])
    return Population(
        mean, np.sqrt((off * off).mean(axis=0)), np.sqrt(variance),
        np.quantile(m, LEVELS, axis=0), np.quantile(t, LEVELS, axis=0), covariance + between,
    )  # fmt: skip


def _drawn(
    known: Evidence, sets: np.ndarray, seed: int, stream: str, draws: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draws of means and spreads (sets, entries), one after the other."""
    inside = sets[..., None].astype(float)
    count = inside.sum(axis=1)
    size = known.shift.shape[-1]
    states = sets.shape[1]
    lower = factor(np.eye(size) + _total(known.precision, inside[..., None]))
    m, t = np.zeros((len(sets), size)), np.full((len(sets), size), WIDTH)
    for step in range(BEFORE + draws):
        luck = _Luck(seed, stream, step)
        z = _of_states(known, m, t, luck.normals("states", states * size).reshape(states, size))
        precision = 1.0 / (t * t)
        whole = count * precision + 1.0
        m = _total(z, inside) * precision / whole + luck.normals("means", size) / np.sqrt(whole)
        off = (z - m[:, None]) * inside
        t = _spreads(_total(off * off, inside), count, luck.uniform("spreads", size))
        # once more by how many spreads states lie off: else numbers of which little is known hardly move
        own = off / t[:, None]
        m = _means(known, t[:, None] * own, inside, lower, luck.normals("means/again", size))
        t = _stretched(known, m, t, own, luck.uniform("spreads/again", size))
        if step >= BEFORE:
            yield m, t


@dataclass(frozen=True)
class _Luck:
    """The luck of a step."""

    seed: int
    stream: str
    step: int

    def normals(self, name: str, count: int) -> np.ndarray:
        return normals(self.seed, f"{self.stream}/{name}", count, self.step)

    def uniform(self, name: str, count: int) -> np.ndarray:
        return uniform_of(self.seed, f"{self.stream}/{name}/{self.step}", count)


def _total(each: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Sums over the states of each set."""
    return reduce(np.add, np.moveaxis(each * inside, 1, 0))


def _of_states(known: Evidence, m: np.ndarray, t: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Draws of the numbers of states (sets, states, entries), given what they have in common."""
    own = 1.0 / (t * t)
    precision = known.precision + (own[..., :, None] * np.eye(t.shape[-1]))[:, None]
    lower = factor(precision)
    right = known.shift + (m * own)[:, None]
    return backward(lower, forward(lower, right) + u)


def _means(
    known: Evidence, off: np.ndarray, inside: np.ndarray, lower: np.ndarray, u: np.ndarray
) -> np.ndarray:
    """Draws of means (sets, entries) if states stay as far `off` them (sets, states, entries) as they are."""
    right = _total(known.shift - times(known.precision, off), inside)
    return backward(lower, forward(lower, right) + u)


def _stretched(known: Evidence, m: np.ndarray, t: np.ndarray, own: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Draws of spreads (sets, entries), one entry after the other, if states stay `own` spreads off."""
    left, found = known.shift - times(known.precision, m[:, None] + t[:, None] * own), t.copy()
    for place in range(t.shape[-1]):
        column, each = known.precision[..., place], own[..., place]
        square = reduce(np.add, np.moveaxis(column[..., place] * each * each, 1, 0))
        slope = reduce(np.add, np.moveaxis(left[..., place] * each, 1, 0)) + square * t[:, place]
        grid = SPREADS[:, None]
        found[:, place] = _on_grid(slope * grid - square * grid * grid / 2.0, u[place])
        left = left - column * (each * (found[:, place] - t[:, place])[:, None])[..., None]
    return found


def _spreads(squares: np.ndarray, count: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Draws of spreads (sets, entries) by how far `count` states lie from the mean, squared and added up."""
    grid = SPREADS[:, None, None]
    return _on_grid(-count * np.log(grid) - squares / (2.0 * grid * grid), u)


def _on_grid(logs: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Draws of SPREADS by log likelihoods (spreads, ...) and their prior."""
    grid = SPREADS.reshape(-1, *[1] * (logs.ndim - 1))
    logs = logs - grid * grid / (2.0 * WIDTH * WIDTH) + np.log(np.gradient(SPREADS)).reshape(grid.shape)
    below = np.cumsum(np.exp(logs - logs.max(axis=0)), axis=0)
    place = (below < u * below[-1]).sum(axis=0)
    return SPREADS[np.minimum(place, len(SPREADS) - 1)]
