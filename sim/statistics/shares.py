"""Means over runs to which few runs may add anything, such as what a mechanism adds, with intervals."""

from __future__ import annotations

import numpy as np

from sim.statistics.paired import Difference


def mean_of(values: np.ndarray, most: float = 0.0, family: int = 1, dust: float = 0.0) -> Difference:
    """The mean over runs (runs,) and its 95 % interval; with a `family` of such, for all of them together.

    Where few runs add anything a normal interval is too narrow. So, as `matched` does for shares (Agresti and
    Min 2005), two runs are added, here half a run that adds and half a run that takes as much as those that
    do anything, and one that does nothing; the fewer the more runs do something, and none where all do. most:
    how much that is where no run does anything. dust: what comes from rounding, and is nothing. The point is
    that of Student's t: pairs may meet in few runs.

    >>> found = mean_of(np.array([0.0, 0.5, 0.0, 0.5]))
    >>> found.mean, round(found.low, 2), round(found.high, 2)
    (0.25, -0.26, 0.66)
    """
    from scipy.special import stdtrit  # loaded when asked for: it takes its time

    runs = len(values)
    if runs < 2:
        return Difference(float(values.mean()) if runs else np.nan, -np.inf, np.inf)
    does = np.abs(values) > dust
    size = most**2
    if does.any():
        size = float(np.mean(values[does] ** 2))
    added = 2 * float(np.mean(~does))
    count = runs + added
    middle = float(values.sum()) / count
    spread = (float(np.sum((values - middle) ** 2)) + added * middle**2 + added / 2 * size) / (count - 1)
    half = float(stdtrit(runs - 1, 1 - 0.025 / family)) * (spread / count) ** 0.5 + dust
    return Difference(float(values.mean()), middle - half, middle + half)
