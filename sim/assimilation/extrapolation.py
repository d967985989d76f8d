"""How far inputs lie outside what was learnt from, and by how much what a series has beyond the model widens.

What was learnt of a discrepancy was learnt while the inputs of the world stayed within a range. Within it
nothing is added. Beyond it the model's form itself is in doubt: with a slope in the input that nobody could
see, of a standard deviation of one innovation for each spread of the input, an innovation so far out has the
variance 1 + sum of squares of the distances, in spreads. In a regression the leverage of a point is such a
square over the number of years (Hoaglin and Welsch 1978); it is not divided here, as that is right only for
who believes in the line beyond the last point. Our assumption.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from sim.refusal import BadInput, did_you_mean
from sim.rules.state import at
from sim.scenario.lower import World
from sim.scenario.schema import month_number

LEAST = 0.02
"""The least spread of an input, as a share of all that it can be: what hardly moved taught little."""

YEAR = 12


def outside(values: np.ndarray, learnt: np.ndarray, least: float) -> np.ndarray:
    """How far values (any shape) lie outside the range of those that were learnt from (months,), in spreads.

    least: the least spread [of the input]. Values that are none count as the nearest end.

    >>> outside(np.array([0.5, 1.5, -3.0]), np.array([-1.0, 1.0]), 0.1).tolist()
    [0.0, 0.5, 2.0]
    """
    beyond = np.fmax(np.fmax(values - learnt.max(), learnt.min() - values), 0.0)
    return beyond / max(_spread(learnt.tolist()), least)


def inflation(inputs: Mapping[str, np.ndarray], learnt: slice, least: Mapping[str, float]) -> np.ndarray:
    """By what the standard deviation of an innovation is multiplied, month by month, at least 1.

    inputs: by name, (months,) or (months, runs) where they differ from run to run; learnt: the months that
    were learnt from, in which all runs had the same; least: the least spread of each (see `spreads`).
    Raises ValueError for a span without months.
    """
    squares: np.ndarray | float = 0.0
    # in the order of names, as sums are
    for name in sorted(inputs):
        values = np.asarray(inputs[name], dtype=float)
        known = values[learnt].reshape(-1, *values.shape[1:])
        if not len(known):
            raise ValueError("nothing is learnt from a span without months; begin later")
        one = known.reshape(len(known), -1)[:, 0]
        squares = squares + outside(values, one, least[name]) ** 2
    return np.sqrt(1.0 + np.asarray(squares))


def inputs_of(world: World, names: Iterable[str]) -> dict[str, np.ndarray]:
    """What a world gives of some paths (months,); of one that wanders, where it was last known.

    Raises BadInput for what is on no path.
    """
    found = {}
    for name in names:
        if name not in world.scenario.case.paths:
            told = f"{name}: no path of this name{did_you_mean(name, world.scenario.case.paths)}"
            raise BadInput(f"{told}; an input that is learnt from stands under [paths]")
        state = name
        if name in world.parts.wandering:
            state = at("beyond.given", name)
        found[name] = np.asarray(world.series[state])
    return found


def spreads(world: World, names: Iterable[str]) -> dict[str, float]:
    """The least spread of each of some paths: a share of what the stock or position can be."""
    ends = {name: world.parts.bounds[name] for name in names}
    return {name: LEAST * (high - low) for name, (low, high) in ends.items()}


def by_year(world: World, names: Iterable[str], since: int = 0) -> dict[int, float]:
    """By what innovations widen in each whole year after the first, for who knows all years before it.

    names: paths that are inputs of a series; since: the first month that is learnt from [after the start].
    The root mean square of the year's months; 1 while the inputs stay where they were before.

    >>> import sim
    >>> from sim.scenario.lower import lower
    >>> found = by_year(lower(sim.load("mongolia-1995")), ["oil_price"])
    >>> round(found[2004], 2), found[2019]  # dearer than ever before, and nothing new
    (1.73, 1.0)
    """
    inputs, least = inputs_of(world, names), spreads(world, names)
    start = month_number(world.scenario.case.time.start)
    found = {}
    for year in range(-(-(start + since + 1) // YEAR), (start + world.months) // YEAR):
        first = year * YEAR - start
        wider = inflation(inputs, slice(since, first), least)[first : first + YEAR]
        found[year] = math.sqrt(math.fsum(wider * wider) / YEAR)
    return found


def over_runs(wider: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One factor (months,) for runs that differ in theirs (months, runs): of the mean variance, by weights.

    weights (runs,) sum to 1. Of a mixture of widths, the width with the same variance.
    """
    return np.sqrt((wider * wider * weights).sum(axis=1))


def _spread(values: list[float]) -> float:
    """The standard deviation of a list, exactly rounded sums whatever their order."""
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
