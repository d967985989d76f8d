"""Designs: which values of a scenario a sweep tries. Uncertainties (the world) make points; levers (choices)
meet every point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.reading.numbers import shown
from sim.refusal import BadInput
from sim.rules.numbers import total
from sim.scenario.load import Scenario
from sim.scenario.lookup import path_of, paths_of
from sim.scenario.paths import BadPath, Place, clash, spelled
from sim.scenario.references import SUM_TOLERANCE

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
    """The range that the scenario file gives a number, by its path or name. Raises DesignError if it has none."""
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


def rescale_whole(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, with what shares a whole with a changed number giving way in proportion, so that the whole
    stays one.

    Wholes are the clout of an actor's factions, the shares of a channel, the weights of the channels and an
    actor's effort. What changes within a whole are given for all its parts, or come to more than one, is left
    as it is.
    """
    given = dict(changes)
    for whole in _wholes(scenario):
        chosen = {path: changes[path] for path in whole if path in changes}
        rest = {path: scenario.numbers.get(path, 0.0) for path in whole if path not in changes}
        if chosen and all(isinstance(value, int | float) for value in chosen.values()):
            given |= _rescaled(rest, 1.0 - _sum(chosen))
    return given


def _rescaled(rest: dict[str, float], left: float) -> dict[str, float]:
    """Numbers in proportion, so that they come to what is left for them; none where they cannot, or do."""
    before = _sum(rest)
    if left < 0 or before <= 0 or abs(left - before) <= SUM_TOLERANCE:
        return {}
    return {path: value * left / before for path, value in rest.items()}


def _sum(numbers: dict[str, float]) -> float:
    """The sum of some numbers by path, always in the same order, so that it has the same bits."""
    return total(numbers[path] for path in sorted(numbers))


def _wholes(scenario: Scenario) -> Iterator[list[str]]:
    case = scenario.case
    for name, actor in case.actors.items():
        yield [f"actors.{name}.factions.{faction}.clout" for faction in actor.factions]
        yield [f"actors.{name}.effort.{channel}" for channel in actor.effort or {}]
    for channel in case.channels:
        yield [f"shares.{name}.{channel}" for name in case.shares if channel in case.shares[name]]
    yield [f"channels.{channel}.weight" for channel in case.channels]


def check_points(points: int, levers: int = 1, runs: int = 1) -> None:
    """Raises DesignError for a design that is larger than a sweep can be; nothing of that size is made
    before.
    """
    cells = points * levers
    if cells > MOST_POINTS:
        if points < 10**15:
            told = f"{points:,}"
        else:
            told = f"{float(min(points, 10**300)):.1g}"
        under = f" under {levers:,} levers" if levers > 1 else ""
        raise DesignError(
            f"{told} points{under} are more than the {MOST_POINTS:,} of a sweep; vary less, or coarser"
        )
    if cells * runs > MOST_RUNS:
        raise DesignError(
            f"{cells:,} points of {runs:,} runs are more than the {MOST_RUNS:,} runs of a sweep; ask for fewer"
        )


def grid(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Every combination of the values of each path; the last path changes fastest. One row a point. Raises
    DesignError.
    """
    if not values or any(len(each) == 0 for each in values.values()):
        raise DesignError("a grid needs at least one path with at least one value each")
    check_points(math.prod(len(each) for each in values.values()))
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
    if points < 1 or not ranges:
        raise DesignError("a sampled design needs at least one point and one path")
    check_points(points)


def _sampled(engine: Any, ranges: Mapping[str, Range], points: int) -> pd.DataFrame:
    low, high = np.array(list(ranges.values()), dtype=float).T
    if not np.all((low < high) & np.isfinite(high - low)):
        raise DesignError("every range must go from low to high")
    return pd.DataFrame(low + engine.random(points) * (high - low), columns=list(ranges))


def one_at_a_time(scenario: Scenario, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """The scenario's own values first, then each uncertainty at its low and its high end with all others as
    they are.

    Raises DesignError for a setting that has no value of its own.
    """
    base = {path: scenario.value(path) for path in ranges}
    if unset := [path for path, value in base.items() if value is None]:
        raise DesignError(
            f"{unset[0]}: the scenario gives it no value that others could be compared with; give it one first"
        )
    rows = [base] + [base | {path: end} for path, ends in ranges.items() for end in ends]
    return pd.DataFrame(rows, columns=list(ranges))


def checked(points: pd.DataFrame, levers: Levers) -> None:
    """Raises DesignError for a design without points, with gaps, with a path twice, or with a path that a
    lever moves too.
    """
    _check_points(points)
    if not _by_names(levers) or not all(map(_by_names, levers.values())):
        raise DesignError("levers are given by their names, each with a dict of its changes by path")
    if not levers:
        raise DesignError("the design has no lever; leave levers out for one that changes nothing")
    for name, changes in levers.items():
        shared = set(changes) & set(points.columns)
        if shared:
            raise DesignError(f"lever '{name}' and the design both set {sorted(shared)[0]}")


def _by_names(given: Any) -> bool:
    return isinstance(given, Mapping) and all(isinstance(name, str) for name in given)


def _check_points(points: Any) -> None:
    """Raises DesignError for what is no table of points by paths."""
    if not isinstance(points, pd.DataFrame) or not all(isinstance(path, str) for path in points.columns):
        raise DesignError("the design points are a table (a DataFrame) with a column for each path")
    if points.empty or len(points.columns) == 0:
        raise DesignError("the design has no points")
    if not points.columns.is_unique:
        raise DesignError("the design names a path twice")
    for path in points.columns:
        _check_column(path, points[path])


def _check_column(path: str, values: pd.Series) -> None:
    """Values must be there, finite, and of one kind: numbers, words, true and false, or lists such as those
    of [paths].
    """
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
    """Which kind of value this is; None for a number that is not finite and for anything that no setting can
    be.
    """
    if isinstance(value, str | list | dict):
        if isinstance(value, str):
            return "word"
        return "table"
    if isinstance(value, bool | np.bool_):
        return "yes or no"
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int | float) and -LARGEST <= plain <= LARGEST:
        return "number"
    return None


def placed(scenario: Scenario, points: pd.DataFrame, levers: Levers) -> tuple[pd.DataFrame, Levers]:
    """The points with each path in its one spelling, and the levers with paths for names.

    Raises DesignError for a path that leads nowhere, for two that set one thing (in a lever and the design
    too), for values that the scenario cannot take, and for a lever that it does not take.
    """
    places = {path: _place(scenario, path) for path in points.columns}
    for name, changes in levers.items():
        both = clash(places | {path: _place(scenario, path) for path in changes})
        if both is not None:
            raise DesignError(
                f"{both[0]} and {both[1]} set one thing, in the design and lever '{name}'; keep one"
            )
    spelt = points.rename(columns={path: spelled(place) for path, place in places.items()})
    for path in spelt.columns:
        different = {repr(value): value for value in spelt[path].tolist()}
        if problem := _untaken(scenario, path, list(different.values())):
            raise DesignError(problem)
    meant = {name: _by_paths(scenario, changes) for name, changes in levers.items()}
    for name, changes in meant.items():
        if problem := _problem(scenario, changes):
            raise DesignError(f"lever '{name}': {problem}")
    return spelt, meant


def _by_paths(scenario: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes with paths for names."""
    return {path_of(scenario.raw, name, isinstance(value, dict)): value for name, value in changes.items()}


def _place(scenario: Scenario, path: str) -> Place:
    if problem := scenario.misplaced(path):
        raise DesignError(problem, about=BadPath.about)
    return scenario.place(path)


def _untaken(scenario: Scenario, path: str, values: list[Any]) -> str | None:
    """Why a scenario cannot be varied over some values: it does not take each word, both ends, or numbers
    that are not whole.

    A number that goes too far is no reason: that point is told when it is run, and the others count.
    """
    if _kind(values[0]) != "number":
        return next(filter(None, (_problem(scenario, {path: value}) for value in values)), None)
    ends = [_problem(scenario, {path: end(values)}) for end in (min, max)]
    part = next((value for value in values if value != int(value)), None)
    if part is None or all(ends):
        if all(ends):
            return ends[0]
        return None
    beside = [_problem(scenario, {path: whole(part)}) for whole in (math.floor, math.ceil)]
    if any(beside):
        return None
    return _problem(scenario, {path: part})


def _problem(scenario: Scenario, changes: Mapping[str, Any]) -> str | None:
    """Why a scenario does not take some changes, in a line; None if it takes them."""
    try:
        scenario.override(rescale_whole(scenario, changes))
    except BadInput as error:
        return str(error).splitlines()[0]
    return None
