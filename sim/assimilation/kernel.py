"""Numbers that particles go on with after resampling: those of their ancestors, moved a little.

Resampling copies the numbers of a particle with it, and in a long past few of the first ones would be left.
So each copy is drawn towards the mean and moved by a normal step, by which the mean and the covariance of the
numbers stay what they were (kernel smoothing: *Liu and West* 2001, in Sequential Monte Carlo Methods in
Practice, ch. 10). It reads as numbers that may change slowly in the course of a past.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.engine.luck import normals
from sim.engine.uncertain import Entry, Free

KEPT = 0.98
"""What a number keeps of its distance to the mean (their a); the variance of the step makes up for it."""

Values = Mapping[str, np.ndarray]
"""Values of the uncertain entries, by name (particles,)."""


def score(entry: Entry, values: np.ndarray) -> np.ndarray:
    """Values of an entry (particles,) as what its prior is normal in: standard normals, if it has such."""
    if isinstance(entry, Free):
        return entry.score(values)
    return values


def scores(entries: Sequence[Entry], values: Values) -> np.ndarray:
    """Values of entries as scores (entries, particles)."""
    return np.array([score(entry, values[entry.name]) for entry in entries])


def value(entry: Entry, own: np.ndarray) -> np.ndarray:
    """The values (particles,) of these scores, inside the ends of the prior."""
    if isinstance(entry, Free):
        own = entry.value(own)
    return np.clip(own, *entry.ends)


def moved(entries: Sequence[Entry], values: Values, chosen: np.ndarray, seed: int, month: int) -> Values:
    """The values of chosen particles (chosen,), moved a little; month: to whose luck the steps belong."""
    if not entries:
        return {}
    before = scores(entries, values)[:, chosen]
    mean = before.mean(axis=1)[:, None]
    root = root_of(covariance_of(before - mean) * (1.0 - KEPT**2))
    steps = [normals(seed, f"{entry.name}/moved/{month}", len(chosen)) for entry in entries]
    found = KEPT * before + (1.0 - KEPT) * mean + product(root, steps)
    return {entry.name: value(entry, own) for entry, own in zip(entries, found, strict=True)}


def covariance_of(off: np.ndarray) -> np.ndarray:
    """Mean products of deviations (entries, particles), with the same bits on every machine."""
    # not @: its last bits depend on the library of linear algebra
    return np.array([[(one * other).mean() for other in off] for one in off])


def product(root: np.ndarray, steps: Sequence[np.ndarray]) -> np.ndarray:
    """L z of a lower triangle (entries x entries) and standard normals (entries, particles)."""
    found = np.zeros((len(root), len(steps[0])))
    for place, row in enumerate(root):
        for own, each in zip(row[: place + 1], steps, strict=False):
            found[place] += own * each
    return found


def root_of(covariance: np.ndarray) -> np.ndarray:
    """The lower triangle L of L L' (n x n); what does not vary has a row of almost nothing.

    >>> root_of(np.array([[4.0, 2.0], [2.0, 2.0]]))
    array([[2., 0.],
           [1., 1.]])
    """
    size, found = len(covariance), np.zeros_like(covariance)
    for row in range(size):
        for column in range(row + 1):
            left = covariance[row, column]
            for each in range(column):
                left -= found[row, each] * found[column, each]
            if row == column:
                found[row, row] = math.sqrt(max(left, 1e-24))
            else:
                found[row, column] = left / found[column, column]
    return found
