"""What a data set shows besides its values: levels, trends and, for what acts on the spread, second moments.

A network that is fed with levels hardly finds squares and products by itself, and the posterior mean of a
noise size depends on nothing else. Of each series it is therefore told the size of changes and of residuals
around a line (second moments), and their products one step apart (lag-1 correlations): fresh noise turns
round at once, which makes that of changes negative, persistent noise does not.
"""

from __future__ import annotations

import numpy as np

from sim.assimilation.facts import SERIES, TIME, Fact

LITTLE = 1e-6
"""Added to sizes before their logarithm is taken: a series that does not move has one, too."""


def features(data: np.ndarray, facts: tuple[Fact, ...]) -> np.ndarray:
    """What data sets (sets, facts) show: values, and per target a mean, of series `moments` (sets, features).

    A time that was not reached counts as the month after its window.

    >>> facts = tuple(Fact(SERIES, "x", month, month, 0.0) for month in range(2))
    >>> features(np.array([[1.0, 3.0]]), facts)
    array([[1., 3., 2.]])
    """
    values = data.astype(float)
    places: dict[tuple[str, str], list[int]] = {}
    for place, fact in enumerate(facts):
        places.setdefault((fact.kind, fact.target), []).append(place)
        if fact.kind == TIME:
            month = values[:, place]
            values[:, place] = np.where(np.isfinite(month), month, fact.last + 1) - fact.first
    found = [values]
    for (kind, _), own_places in places.items():
        own = values[:, own_places]
        if own.shape[1] > 1:
            found.append(own.mean(axis=1, keepdims=True))
        if own.shape[1] > 2 and kind == SERIES:
            found.append(moments(own))
    return np.concatenate(found, axis=1)


def moments(own: np.ndarray) -> np.ndarray:
    """Slope and second moments of one series (sets, times), at least three times: (sets, 5), four times on.

    The log of the spread of changes, the slope; of four times on the log of the spread around a line, and the
    lag-1 correlations of changes and of what is around the line.
    """
    changes = np.diff(own, axis=1)
    changes = changes - changes.mean(axis=1, keepdims=True)
    steps = np.arange(own.shape[1]) - (own.shape[1] - 1) / 2
    slope = own @ steps / (steps @ steps)
    found = [np.log(changes.std(axis=1) + LITTLE), slope]
    if own.shape[1] > 3:
        around = own - own.mean(axis=1, keepdims=True) - slope[:, None] * steps
        found += [np.log(around.std(axis=1) + LITTLE), _lagged(changes), _lagged(around)]
    return np.stack(found, axis=1)


def _lagged(apart: np.ndarray) -> np.ndarray:
    """Lag-1 correlation of rows without a mean (sets, times): (sets,); 0 of rows that do not move."""
    squares = (apart**2).sum(axis=1)
    products = (apart[:, 1:] * apart[:, :-1]).sum(axis=1)
    return np.divide(products, squares, out=np.zeros(len(apart)), where=squares > LITTLE**2)
