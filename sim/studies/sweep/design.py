"""Designs: which values of a scenario a sweep tries.

Uncertainties (the world) make points; levers (choices) meet every point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.scenario import index
from sim.scenario.interventions import TABLE, table
from sim.scenario.load import Scenario
from sim.scenario.lookup import paths_of
from sim.scenario.paths import BadPath, Place, clash, spelled
from sim.scenario.wholes import rescaled

Range = tuple[float, float]
"""Low and high end of an uncertainty [unit of the number]."""

Levers = dict[str, dict[str, Any]]
"""Changes of the scenario by the name of the choice; every lever meets the same points on the same luck."""

NO_LEVER: Levers = {"as given": {}}

MOST_POINTS, MOST_RUNS = 10**6, 10**10
"""Points of a design times levers, and runs of all of them together, that a sweep may have."""

LARGEST = float(np.finfo(float).max)


class DesignError(BadInput):
    """A design that cannot be made, in one line."""


def plausible(scenario: Scenario, path: str) -> Range:
    """The range that the scenario file gives a number, by path or name. Raises DesignError without one."""
    path = named(scenario, path)[0]
    if path not in scenario.provenance:
        raise DesignError(f"{path}: the file gives no range; give one, or values", about="number")
    known = scenario.provenance[path]
    return known.low, known.high


def named(scenario: Scenario, name: str) -> list[str]:
    """The paths of the number that a name means, or of all that a pattern fits. Raises DesignError."""
    try:
        return paths_of(scenario.raw, name)
    except BadPath as error:
        raise DesignError(str(error), about=error.about) from None


def check_points(points: int, levers: int = 1, runs: int = 1) -> None:
    """Raises DesignError for a design that is larger than a sweep can be, before any of it is made."""
    cells = points * levers
    if cells > MOST_POINTS:
        asked = f"{_counted(points)} points"
        if levers > 1:
            asked += f" under {levers:,} levers"
        raise DesignError(f"{asked} are more than the {MOST_POINTS:,} of a sweep; vary less, or coarser")
    if cells * runs > MOST_RUNS:
        raise DesignError(
            f"{cells:,} points of {runs:,} runs are more than the {MOST_RUNS:,} runs of a sweep; "
            "ask for fewer"
        )


def _counted(points: int) -> str:
    """A number of points in few digits; a grid of many paths has more than a line, or a float, can hold."""
    if points < 10**15:
        return f"{points:,}"
    return f"{float(min(points, 10**300)):.1g}"


def grid(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Every combination of the values of each path, one row a point; the last path changes fastest.

    Raises DesignError.

    >>> grid({"parameters.cost": [0, 1], "parameters.gain": [2, 3]}).to_numpy().tolist()
    [[0, 2], [0, 3], [1, 2], [1, 3]]
    """
    sizes = [len(each) for each in values.values()]
    if not sizes or 0 in sizes:
        raise DesignError("a grid needs at least one path with at least one value each")
    check_points(math.prod(sizes))
    index = pd.MultiIndex.from_product(list(values.values()), names=list(values))
    return index.to_frame(index=False)


def latin_hypercube(ranges: Mapping[str, Range], points: int, seed: int = 0) -> pd.DataFrame:
    """Each uncertainty covered evenly, one value in each of `points` slices (McKay et al. 1979)."""
    from scipy.stats import qmc

    _check_sampled(ranges, points)
    return _sampled(qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(seed)), ranges, points)


def sobol(ranges: Mapping[str, Range], points: int, seed: int = 0) -> pd.DataFrame:
    """A scrambled Sobol sequence; `points` must be a power of two, which keeps its balance (Sobol 1967)."""
    from scipy.stats import qmc

    _check_sampled(ranges, points)
    if points & (points - 1):
        raise DesignError(f"a Sobol design has 1, 2, 4, 8, ... points, not {points}")
    return _sampled(qmc.Sobol(len(ranges), rng=np.random.default_rng(seed)), ranges, points)


def _check_sampled(ranges: Mapping[str, Range], points: int) -> None:
    """Raises DesignError for nothing to sample, and for more of it than a sweep can be."""
    if points < 1 or not ranges:
        raise DesignError("a sampled design needs at least one point and one path")
    check_points(points)


def _sampled(engine: Any, ranges: Mapping[str, Range], points: int) -> pd.DataFrame:
    """Points of an engine of scipy, from the unit cube stretched over the ranges. Raises DesignError."""
    low, high = np.array(list(ranges.values()), dtype=float).T
    # a range whose width overflows has finite ends, and would still make points of inf and nan
    if not np.all((low < high) & np.isfinite(high - low)):
        raise DesignError("every range must go from low to high")
    return pd.DataFrame(low + engine.random(points) * (high - low), columns=list(ranges))


def one_at_a_time(scenario: Scenario, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """The scenario's own values first, then each uncertainty at its low and at its high end alone.

    Raises DesignError for a setting that has no value of its own.
    """
    base = {path: scenario.value(path) for path in ranges}
    for path, value in base.items():
        if value is None:
            raise DesignError(
                f"{path}: the scenario gives it no value that others could be compared with; "
                "give it one first"
            )
    rows = [base]
    for path, ends in ranges.items():
        rows += [base | {path: end} for end in ends]
    return pd.DataFrame(rows, columns=list(ranges))


def checked(points: pd.DataFrame, levers: Levers) -> None:
    """Raises DesignError for what is no design: no points, gaps, a path twice or moved by a lever too."""
    _check_points(points)
    named_well = _by_names(levers) and all(map(_by_names, levers.values()))
    if not named_well:
        raise DesignError("levers are given by their names, each with a dict of its changes by path")
    if not levers:
        raise DesignError("the design has no lever; leave levers out for one that changes nothing")
    for name, changes in levers.items():
        shared = set(changes) & set(points.columns)
        if shared:
            raise DesignError(f"lever '{name}' and the design both set {sorted(shared)[0]}")


def _by_names(given: Any) -> bool:
    """Whether something is a mapping, and all its keys are texts."""
    return isinstance(given, Mapping) and _all_text(given)


def _all_text(names: Iterable[Any]) -> bool:
    return all(isinstance(name, str) for name in names)


def _check_points(points: Any) -> None:
    """Raises DesignError for what is no table of points by paths."""
    is_table = isinstance(points, pd.DataFrame) and _all_text(points.columns)
    if not is_table:
        raise DesignError("the design points are a table (a DataFrame) with a column for each path")
    if points.empty:
        raise DesignError("the design has no points")
    if not points.columns.is_unique:
        raise DesignError("the design names a path twice")
    for path in points.columns:
        _check_column(path, points[path])


def _check_column(path: str, values: pd.Series) -> None:
    """Raises DesignError unless values are there, finite, and of one kind, such as numbers or words."""
    first = _kind(values.iloc[0])
    for place, value in enumerate(values):
        kind = _kind(value)
        if kind is None:
            raise DesignError(f"{path}: point {place} has no finite value")
        if kind != first:
            raise DesignError(
                f"{path}: numbers and words cannot be varied together; point {place} has {shown(str(value))}"
            )


def _kind(value: Any) -> str | None:
    """Which kind of value this is; None for a number that is not finite, and for what no setting can be."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return "word"
    if isinstance(value, list | dict):  # such as the whole of one of [paths]
        return "table"
    if isinstance(value, bool):  # before numbers: in Python true and false are integers
        return "yes or no"
    if not isinstance(value, int | float):
        return None
    # compared and not asked with isfinite, which an integer beyond all floats makes raise
    if -LARGEST <= value <= LARGEST:
        return "number"
    return None


def placed(scenario: Scenario, points: pd.DataFrame, levers: Levers) -> tuple[pd.DataFrame, Levers]:
    """The points with each path in its one spelling, and the levers as interventions.

    Raises DesignError for a path that leads nowhere, for two that set one thing (in a lever and the design
    too), for values that the scenario cannot take, and for a lever that it does not take.
    """
    places = _places(scenario, points.columns)
    meant = {name: _done(scenario, changes) for name, changes in levers.items()}
    spelt = points.rename(columns={path: spelled(place) for path, place in places.items()})
    for name, changes in meant.items():
        _refuse_set_twice(scenario, name, changes, places)
    for path in spelt.columns:
        # each value is tried once, by its text: lists cannot be keys, and 1 equals true
        different = {repr(value): value for value in spelt[path].tolist()}
        if problem := _untaken(scenario, path, list(different.values())):
            raise DesignError(problem)
    done_at_points = set[str]().union(*spelt.get(TABLE, ()))
    for name, changes in meant.items():
        if shared := sorted(done_at_points & changes.get(TABLE, {}).keys()):
            raise DesignError(f"lever '{name}' and the design both set {shared[0]}")
        if problem := _problem(scenario, changes):
            raise DesignError(f"lever '{name}': {problem}")
    return spelt, meant


def _refuse_set_twice(
    scenario: Scenario, lever: str, changes: Mapping[str, Any], places: Mapping[str, Place]
) -> None:
    """Raises DesignError if a lever and the points (places, by path) set one thing."""
    own = changes.get(TABLE, {}).keys() - set(index.holdable(scenario.case))
    done = {f"{path} of the lever": place for path, place in _places(scenario, own).items()}
    both = clash({**places, **done})
    if both is not None:
        first, second = both
        raise DesignError(f"{first} and {second} set one thing, in the design and lever '{lever}'; keep one")


def _done(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a lever does, as a change of the scenario. Raises DesignError."""
    if not changes:
        return {}
    try:
        return {TABLE: table(scenario.raw, scenario.case, changes)}
    except BadPath as error:
        raise DesignError(str(error), about=error.about) from None


def _places(scenario: Scenario, paths: Iterable[str]) -> dict[str, Place]:
    """Places by path. Raises DesignError."""
    return {path: _place(scenario, path) for path in paths}


def _place(scenario: Scenario, path: str) -> Place:
    """Where a path leads. Raises DesignError if it leads nowhere."""
    if problem := scenario.misplaced(path):
        raise DesignError(problem, about=BadPath.about)
    return scenario.place(path)


def _untaken(scenario: Scenario, path: str, values: list[Any]) -> str | None:
    """Why a scenario cannot be varied over some values; None if it can.

    It must take each word, one end of the numbers at least, and fractions where the whole numbers beside
    them are taken. A number that goes too far is no reason: that point is told when it is run, and the
    others count.
    """
    if _kind(values[0]) != "number":
        return _first_problem(scenario, path, values)
    ends = _problems(scenario, path, [min(values), max(values)])
    if all(ends):
        return ends[0]
    part = next((value for value in values if value != int(value)), None)
    if part is None:
        return None
    # refused between two that are taken, it is refused for being no whole number, and so will others be
    if any(_problems(scenario, path, [math.floor(part), math.ceil(part)])):
        return None
    return _problem(scenario, {path: part})


def _problems(scenario: Scenario, path: str, values: list[Any]) -> list[str | None]:
    return [_problem(scenario, {path: value}) for value in values]


def _first_problem(scenario: Scenario, path: str, values: list[Any]) -> str | None:
    """Why a scenario does not take the first of some values that it does not take; None if it takes all."""
    for value in values:
        if problem := _problem(scenario, {path: value}):
            return problem
    return None


def _problem(scenario: Scenario, changes: Mapping[str, Any]) -> str | None:
    """Why a scenario does not take some changes, in a line; None if it takes them."""
    try:
        scenario.override(rescaled(scenario, changes))
    except BadInput as error:
        return str(error).splitlines()[0]
    return None
