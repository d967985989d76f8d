"""A series as a level that wanders and is seen with error, with or without a slope that dies away.

Structural time series: Harvey 1989, Forecasting, Structural Time Series Models and the Kalman Filter, ch. 2;
the damped slope after Gardner and McKenzie 1985, Management Science 31:1237. Filter and likelihood are those
of the package statsmodels, an extra. Of each year

    y = level + e, level' = level + slope + u, slope' = damping slope + v

with e, u and v normal and independent; without v and slope it is the local level. Shares of their variances
and the damping are those of a grid whose likelihood is greatest, their scale follows: a grid ends at the same
place on every machine, and a likelihood of ten years has several tops.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from sim.refusal import BadInput

FEWEST = {False: 5, True: 8}
"""Years with a value below which nothing is said, of levels alone and with slopes."""

LEVELS = (0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
"""Share of the level's variance in that of level and error; 1 is a random walk seen without error."""

SLOPES = (0.01, 0.05, 0.2)
"""Variance of slopes in units of that of level and error."""

DAMPINGS = (0.8, 0.9, 0.98)
"""What is left of a slope after a year: the range of Hyndman and Athanasopoulos 2021, section 8.2."""


def statsmodels() -> Any:
    """The package's Kalman filter and initial states. Raises BadInput if it is not installed."""
    try:
        from statsmodels.tsa.statespace import initialization, kalman_filter
    except ImportError:
        raise BadInput(
            "baselines of series need the package statsmodels: pip install 'steppe-sim[hindcast]'"
        ) from None
    return kalman_filter.KalmanFilter, initialization.Initialization


def forecast(
    years: tuple[float, ...], values: tuple[float, ...], year: float, slopes: bool
) -> tuple[float, float]:
    """Mean and sd [unit] of a value to be observed, from those of earlier years; years may be missing.

    Of several values in one calendar year the mean counts. Not numbers if fewer than FEWEST years are
    known, if the year asked about does not lie after them, or if they are all the same.
    """
    places = [math.floor(each) for each in years]
    ahead = math.floor(year) - max(places, default=0)
    if len(set(places)) < FEWEST[slopes] or ahead < 1:
        return math.nan, math.nan
    means, sds = _ahead(_yearly(tuple(places), values), ahead, slopes)
    return means, sds


def _yearly(places: tuple[int, ...], values: tuple[float, ...]) -> tuple[float, ...]:
    """Mean values of calendar years from the first to the last; not a number where there is none."""
    first = min(places)
    shape = max(places) - first + 1
    at = np.array(places) - first
    sums, counts = np.bincount(at, values, shape), np.bincount(at, minlength=shape)
    return tuple(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).tolist())


@lru_cache(maxsize=4096)
def _ahead(values: tuple[float, ...], ahead: int, slopes: bool) -> tuple[float, float]:
    """Mean and sd so many years after the last of yearly values."""
    unit, origin = _unit(values)
    if not unit > 0:
        return math.nan, math.nan
    model = _Model((np.array(values) - origin) / unit, ahead)
    mean, sd = model.last(_best(values, slopes))
    return origin + unit * mean, unit * sd


def _unit(values: tuple[float, ...]) -> tuple[float, float]:
    """Units of a series' own changes, and its last value: the filter tells what is diffuse by its size."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.std(np.diff(known))), float(known[-1])


@lru_cache(maxsize=4096)
def _best(values: tuple[float, ...], slopes: bool) -> Shape:
    """The shape that makes yearly values likeliest, however far ahead they are to tell."""
    unit, origin = _unit(values)
    return max(_grid(slopes), key=_Model((np.array(values) - origin) / unit, 0).likelihood)


Shape = tuple[float, float, float]
"""Variance of the level and of the slope, that of level and error being 1, and the damping."""


def _grid(slopes: bool) -> Iterator[Shape]:
    """What is tried, the simplest first: of equals the first is taken."""
    for level in reversed(LEVELS):
        yield level, 0.0, 0.0
    if not slopes:
        return
    for level in reversed(LEVELS):
        for slope in SLOPES:
            for damping in DAMPINGS:
                yield level, slope, damping


class _Model:
    """The filter over known years (years,) and some to come."""

    def __init__(self, known: np.ndarray, ahead: int):
        filtering, self._initial = statsmodels()
        self._filter = filtering(k_endog=1, k_states=2, k_posdef=2)
        # Years to come are as years without a value: what the filter expects of the last is the forecast.
        self._filter.bind(np.concatenate([known, np.full(ahead, np.nan)]))
        self._filter["design"] = np.array([[1.0, 0.0]])
        self._filter["selection"] = np.eye(2)
        # The scale that makes the likelihood largest, given the shape.
        self._filter.filter_concentrated = True

    def _set(self, shape: Shape) -> None:
        level, slope, damping = shape
        self._filter["transition"] = np.array([[1.0, 1.0], [0.0, damping]])
        self._filter["obs_cov"] = np.array([[1.0 - level]])
        self._filter["state_cov"] = np.diag([level, slope])
        # Of the level nothing is known; a slope that dies away has a mean of zero and a variance that stays.
        start = self._initial(2)
        start.set(0, "diffuse")
        start.set((1, 2), "known", constant=[0.0], stationary_cov=[[slope / (1.0 - damping**2)]])
        self._filter.initialization = start

    def likelihood(self, shape: Shape) -> float:
        """Log of the likelihood at the best scale, to six digits, so that ties are ties on every machine."""
        self._set(shape)
        found = float(self._filter.loglike())
        return round(found, 6) if math.isfinite(found) else -math.inf

    def last(self, shape: Shape) -> tuple[float, float]:
        """Mean and standard deviation of what will be observed in the last year."""
        self._set(shape)
        found = self._filter.filter()
        # The scale is a mean of squares over years but the first; one more is lost to the shape.
        years = found.nobs - int(found.nmissing.sum()) - 1
        variance = float(found.forecasts_error_cov[0, 0, -1]) * years / (years - 1)
        return float(found.forecasts[0, -1]), math.sqrt(variance)
