"""Means over runs to which few runs may add anything, such as what a mechanism adds, with intervals."""

from __future__ import annotations

import numpy as np

from sim.statistics.paired import Difference


def mean_of(values: np.ndarray, most: float = 0.0, family: int = 1, dust: float = 0.0) -> Difference:
    """The mean over runs (runs,) and its 95 % interval; with a `family` of such, for all of them together.

    Where few runs do anything a normal interval is too narrow. So four runs are added, as for a proportion
    (Agresti and Coull 1998, American Statistician 52:119): one that adds and one that takes as much as those
    that do anything, and two that do nothing; fewer, the more runs do something, and none where all do. most:
    how much that is where no run does anything. dust: what comes from rounding, and is nothing. The point is
    that of Student's t: pairs may meet in few runs.

    >>> found = mean_of(np.array([0.0, 0.5, 0.0, 0.5]))
    >>> found.mean, round(found.low, 2), round(found.high, 2)
    (0.25, -0.28, 0.61)
    """
    from scipy.special import stdtrit  # loaded when asked for: it takes its time

    runs = len(values)
    if runs < 2:
        return Difference(float(values.mean()) if runs else np.nan, -np.inf, np.inf)
    does = np.abs(values) > dust
    size = most**2
    if does.any():
        size = float(np.mean(values[does] ** 2))
    added = 4 * float(np.mean(~does))
    count = runs + added
    middle = float(values.sum()) / count
    spread = (float(np.sum((values - middle) ** 2)) + added * middle**2 + added / 2 * size) / (count - 1)
    half = float(stdtrit(runs - 1, 1 - 0.025 / family)) * (spread / count) ** 0.5 + dust
    return Difference(float(values.mean()), middle - half, middle + half)
