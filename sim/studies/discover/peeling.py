"""PRIM on the cells of a sweep: a trajectory of ever smaller boxes, and which of them is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betainc

from sim.studies.discover.box import Box, Limit, Side, typed, within
from sim.studies.discover.cases import Cases
from sim.studies.discover.workbench import peeled

PEEL = 0.05
"""Part of its cells by which a box is peeled or pasted at a time, and that a box holds at least."""

LEAST_CELLS = 10
"""Cells that a box holds at least."""

DOUBTFUL = 0.01
"""Quasi-p value above which a limit is dropped. Not .05: limits are where they part best."""


@dataclass(frozen=True)
class Step:
    """A box of the trajectory: its density, coverage and mass in the cells that found it [1]."""

    box: Box
    density: float
    coverage: float
    mass: float
    balance: float


def trajectory(cases: Cases) -> list[Step]:
    """Boxes from all cells to the smallest, each without the limits that chance may have made.

    The workbench peels and pastes with the share of each cell as its number, by the mean of a box: the
    criterion of Friedman and Fisher (1999, Statistics and Computing 9:123). Its own default stops where no
    peel gains, which noise makes happen early.
    """
    # rounded limits may leave nothing between them
    peeled = [box for box in _peeled(cases) if within(box, cases.values).any()]
    boxes = dict.fromkeys(without_doubtful(box, cases) for box in peeled)
    return [_step(box, cases) for box in boxes]


def best(cases: Cases) -> Box:
    """The box of the trajectory with the best balance; all cells where none gains."""
    return max(trajectory(cases), key=lambda step: step.balance).box


def _step(box: Box, cases: Cases) -> Step:
    """A box with its balance: the harmonic mean of coverage and of how far its density goes to 1.

    0 of the way is the density of all cells. For what is rare that is the F1 of density and coverage, and of
    a box that is denser than all around it the box itself is best, however common it is outside.
    """
    inside, every = within(box, cases.values), float(cases.shares.mean())
    density, mass = float(cases.shares[inside].mean()), float(inside.mean())
    coverage, way = density * mass / every, (density - every) / (1 - every)
    balance = 0.0
    if way > 0:
        balance = 2 * way * coverage / (way + coverage)
    return Step(box, density, coverage, mass, balance)


def quasi_p(box: Box, cases: Cases) -> np.ndarray:
    """How likely so dense a box would be by chance without each of its limits (limits,).

    The one-sided binomial test of Bryant and Lempert (2010, Technol. Forecast. Soc. Change 77:34), by cell.
    Cells with many futures differ less than those that hold or do not: they count as the number of such cells
    that would differ as much.
    """
    held = np.array([limit.holds(cases.values) for limit in box])
    inside = held.all(axis=0)
    density = cases.shares[inside].mean()
    found = np.ones(len(box))
    for place in range(len(box)):
        wider = cases.shares[np.delete(held, place, axis=0).all(axis=0)]
        share, variance = wider.mean(), wider.var()
        if density > share and variance > 0:
            size = inside.sum() * share * (1 - share) / variance
            found[place] = betainc(size * density, size * (1 - density) + 1, share)
    return found


def without_doubtful(box: Box, cases: Cases) -> Box:
    """A box without the limits that chance may have made, the likeliest of them dropped first."""
    while box:
        chance = quasi_p(box, cases)
        worst = int(chance.argmax())
        if chance[worst] <= DOUBTFUL:
            break
        box = box[:worst] + box[worst + 1 :]
    return box


def _peeled(cases: Cases) -> list[Box]:
    """The boxes of the workbench's trajectory. Raises BadInput where it is not installed."""
    frame = pd.DataFrame(dict(enumerate(cases.values.T)))
    for place, condition in enumerate(cases.conditions):
        if condition.choices:
            # numbers as objects are choices to it, in an order that does not hang on hashes of words
            frame[place] = frame[place].astype(int).astype(object)
    found = peeled(frame, cases.shares, PEEL, max(PEEL, LEAST_CELLS / cases.count))
    return [tuple(_limits(limits, found[0], cases)) for limits in found]


def _limits(limits: pd.DataFrame, whole: pd.DataFrame, cases: Cases) -> Iterator[Limit]:
    """Where a box of the workbench is less than the whole."""
    # what does not vary is dropped by the workbench
    for place in whole.columns:
        (low, high), (first, last) = limits[place], whole[place]
        if cases.conditions[place].choices:
            if low != first:
                yield Limit(place, Side.AMONG, among=tuple(sorted(low)))
            continue
        if low > first:
            yield Limit(place, Side.LEAST, typed(low, Side.LEAST, cases.values[:, place]))
        if high < last:
            yield Limit(place, Side.MOST, typed(high, Side.MOST, cases.values[:, place]))
