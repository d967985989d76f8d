"""Postures: classes of months by bounds on recorded paths; the first class that fits is the posture."""

from __future__ import annotations

import numpy as np

from sim.engine.history import History
from sim.outcomes.measures import Get
from sim.scenario.lower import state_name
from sim.scenario.names import UNCLASSIFIED
from sim.scenario.rows import flatten
from sim.scenario.schema import Case, Nested


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
    for place, rule in reversed(list(enumerate(case.postures.values()))):
        places[within(case, get, shape, rule.above, rule.below)] = place
    return places


def within(case: Case, get: Get, shape: tuple[int, ...], above: Nested, below: Nested) -> np.ndarray:
    """Whether all bounds hold, those themselves included, in the shape of what `get` gives."""
    fits = np.ones(shape, dtype=bool)
    for name, bound in flatten(above).items():
        fits &= get(state_name(case, name)) >= bound
    for name, bound in flatten(below).items():
        fits &= get(state_name(case, name)) <= bound
    return fits
