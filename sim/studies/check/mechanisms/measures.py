"""What a card looks at in each run."""

from __future__ import annotations

import numpy as np

from sim.engine.history import History
from sim.outcomes.happenings import Findings, Happening, happening_of, rows_of
from sim.outcomes.measures import measured
from sim.scenario.cards.read import names_of
from sim.scenario.schema import month_number
from sim.scenario.schema.cards import Measured


def value(history: History, asked: Measured, summed: bool = False) -> np.ndarray:
    """The measure in each run (runs,), without what it is divided by; failed runs have none.

    summed: of several paths their sum, as it is of what is divided, and not their mean.
    """
    summed = summed or asked.per is not None
    found = np.array(_plain(history, asked, summed), dtype=float)
    if asked.less is not None:
        found -= value(history, asked.less, summed)
    if asked.falls:
        found = (found < 0).astype(float)
    found[history.failed] = np.nan
    return found


def _plain(history: History, asked: Measured, summed: bool) -> np.ndarray:
    if asked.path is not None:
        return _path(history, asked, summed)
    months = slice(_month(history, asked.since, 0), _month(history, asked.by, history.months - 1) + 1)
    if asked.happened is not None:
        return np.asarray(_occurred(history, asked.happened, asked.node)[months].any(axis=0))
    each = [own for name in asked.count or [] for own in _rows(history, name)]
    counts = [_occurred(history, name, asked.node)[months].sum(axis=0) for name in each]
    return np.asarray(np.sum(counts, axis=0))


def _path(history: History, asked: Measured, summed: bool) -> np.ndarray:
    get, at = measured(history.world, history.__getitem__), _month(history, asked.at, history.months - 1)
    pool = np.sum if summed else np.mean
    paths = pool([get(name) for name in names_of(asked.path)], axis=0)
    if asked.since is None:
        return paths[at]
    return paths[at] - paths[_month(history, asked.since, 0)]


def _rows(history: History, name: str) -> list[str]:
    """What is counted under a name: an outcome, or each row of an event."""
    scenario = history.world.scenario
    if name in scenario.case.outcomes:
        return [name]
    return list(rows_of(scenario, [name]))


def _occurred(history: History, name: str, node: str) -> np.ndarray:
    """Whether it happened in each month (months, runs); an outcome says itself what must happen."""
    scenario = history.world.scenario
    if name in scenario.case.outcomes:
        return Findings(history).occurred(happening_of(scenario, name))
    return Findings(history).occurred(Happening(name, name, rows_of(scenario, [name]), node))


def _month(history: History, date: str | None, otherwise: int) -> int:
    """A month counted from the first."""
    if date is None:
        return otherwise
    return month_number(date) - month_number(history.world.scenario.case.time.start)
