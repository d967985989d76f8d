"""Means over runs to which few runs may add anything, such as what a mechanism adds, with intervals."""

from __future__ import annotations

import numpy as np

from sim.statistics.paired import Difference

NOTHING = 1e-12
"""What a run adds, relative to the most that one does, below which it comes from rounding."""


def mean_of(values: np.ndarray, most: float = 0.0, family: int = 1) -> Difference:
    """The mean over runs (runs,) and its 95 % interval; with a `family` of such, for all of them together.

    Where few runs add anything a normal interval is too narrow. So, as `matched` does for shares (Agresti and
    Min 2005), two runs are added, here half a run that adds and half a run that takes as much as those that
    do anything, and one that does nothing. most: how much that is where no run adds anything. The point of
    Student's t is taken, as pairs of players may meet in few runs.

    >>> found = mean_of(np.array([0.0, 0.5, 0.0, 0.5]))
    >>> found.mean, round(found.low, 2), round(found.high, 2)
    (0.25, -0.18, 0.51)
    """
    from scipy.special import stdtrit  # loaded when asked for: it takes its time

    runs = len(values)
    if runs < 2:
        return Difference(float(values.mean()) if runs else np.nan, -np.inf, np.inf)
    does = np.abs(values) > NOTHING * np.abs(values).max()
    size = float(np.mean(values[does] ** 2)) if does.any() else most**2
    middle = float(values.sum()) / (runs + 2)
    spread = (float(np.sum(values**2)) + size) / (runs + 2) - middle**2
    half = float(stdtrit(runs - 1, 1 - 0.025 / family)) * (spread / (runs + 2)) ** 0.5
    return Difference(float(values.mean()), middle - half, middle + half)
