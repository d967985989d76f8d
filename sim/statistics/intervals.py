"""Intervals for shares of runs: how far chance in the runs alone could move a probability."""

from __future__ import annotations

import numpy as np

Z95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Those that tables and fans tell of a distribution."""


def wilson(successes: np.ndarray | float, runs: float, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score interval (low, high) for a share of runs [0, 1]; not a number without runs.

    successes: any shape, of as many runs; z: half of its width in standard errors. Wilson 1927, JASA 22:209.

    >>> low, high = wilson(30, 100)
    >>> round(float(low), 3), round(float(high), 3)
    (0.219, 0.396)
    """
    k = np.asarray(successes, dtype=float)
    if runs == 0:
        return np.full(k.shape, np.nan), np.full(k.shape, np.nan)
    share = k / runs
    centre = (share + z * z / (2 * runs)) / (1 + z * z / runs)
    half = z / (1 + z * z / runs) * np.sqrt(share * (1 - share) / runs + z * z / (4.0 * runs * runs))
    # At none and at all of the runs the formula gives 0 and 1 but for rounding.
    low = np.where(k == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(k == runs, 1.0, np.minimum(centre + half, 1.0))
    return low, high


def student95(freedom: float, level: float = 0.975) -> float:
    """Two-sided 95 % point of Student's t with so many degrees of freedom; at another level of another width.

    >>> round(student95(10), 3)
    2.228
    """
    # Loaded when asked for: most results need no t, and SciPy takes its time.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, level))
