"""Postures: classes of months by bounds on recorded paths; the first class that fits is the posture."""

from __future__ import annotations

import numpy as np

from sim.engine.history import History
from sim.outcomes.measures import Get, within
from sim.scenario.names import UNCLASSIFIED
from sim.scenario.schema import Case


def posture_names(case: Case) -> tuple[str, ...]:
    """The classes in order, and the class of what fits none of them."""
    return (*case.postures, UNCLASSIFIED)


def posture(history: History) -> np.ndarray:
    """The first class whose bounds all hold, by month (months, runs), as its place in `posture_names`."""
    return _classified(history.world.scenario.case, history.__getitem__, (history.months, len(history.runs)))


def last_posture(history: History) -> np.ndarray:
    """The posture in the last month (runs,), as its place in `posture_names`."""
    return _classified(history.world.scenario.case, history.last, (len(history.runs),))


def _classified(case: Case, get: Get, shape: tuple[int, ...]) -> np.ndarray:
    places = np.full(shape, len(case.postures), dtype=np.int8)
    # from the last class to the first, which so has the last word
    for place, rule in reversed(list(enumerate(case.postures.values()))):
        places[within(case, get, shape, rule.above, rule.below)] = place
    return places
