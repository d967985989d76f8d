"""A sweep as texts order it: `PATH=LOW:HIGH:N`, a table of points, and `NAME:KEY=VALUE;KEY=VALUE`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.reading.numbers import NotANumber, number, shown, whole, word_or_number
from sim.reading.settings import divided
from sim.reading.source import Source, source_of
from sim.reading.tables import Table, TableError, read_table
from sim.refusal import BadInput
from sim.scenario.load import Scenario
from sim.studies.sweep.design import (
    NO_LEVER,
    DesignError,
    Levers,
    Range,
    check_points,
    checked,
    grid,
    latin_hypercube,
    named,
    one_at_a_time,
    placed,
    plausible,
    sobol,
)

KINDS = ("grid", "lhs", "sobol", "oat")


@dataclass(frozen=True)
class Varied:
    """A path with a range and a number of values in it, or with values of its own."""

    path: str
    ends: Range | None
    count: int
    listed: tuple[Any, ...] = ()

    @property
    def values(self) -> list[Any]:
        """The values of a grid."""
        if self.ends is None:
            return list(self.listed)
        return [float(each) for each in np.linspace(*self.ends, self.count)]


def design_of(scenario: Scenario, vary: list[str], kind: str, points: int, seed: int) -> pd.DataFrame:
    """The design points of texts such as `PATH=LOW:HIGH:N`. Raises DesignError."""
    if kind not in KINDS:
        raise DesignError(f"no design {shown(kind)}; choose one of {', '.join(KINDS)}")
    varied = list[Varied]()
    for text in vary:
        varied += _varied(scenario, text, points)
    _check_once([each.path for each in varied])
    if kind == "grid":
        return _grid_of(varied)
    ranges = _ranges_of(varied, kind)
    if kind == "oat":
        return one_at_a_time(scenario, ranges)
    if kind == "lhs":
        return latin_hypercube(ranges, points, seed)
    return sobol(ranges, points, seed)


def _grid_of(varied: list[Varied]) -> pd.DataFrame:
    """Every combination of the values. Raises DesignError."""
    for each in varied:
        if each.count < 2:
            raise DesignError(f"{each.path}: one value varies nothing; ask for 2 points or more")
    # before the values are made: a few ranges of many values each would fill the memory
    check_points(math.prod(each.count for each in varied))
    return grid({each.path: each.values for each in varied})


def _ranges_of(varied: list[Varied], kind: str) -> dict[str, Range]:
    """The ranges to sample by path. Raises DesignError for values that are listed one by one."""
    ranges: dict[str, Range] = {}
    for each in varied:
        if each.ends is None:
            raise DesignError(f"{each.path}: a list of values makes a grid; give a range for {kind}")
        ranges[each.path] = each.ends
    return ranges


def table_of(file: str | Path | Source, scenario: Scenario | None = None) -> pd.DataFrame:
    """The design points of a CSV file: a column for each path, a row for each point.

    With a scenario, points that it takes. Raises DesignError, with the name of the file.
    """
    table = _read(file)
    check_points(len(table.rows))
    for line, row in table:
        if gaps := [path for path, cell in row.items() if not cell]:
            raise DesignError(f"{table.name}: line {line}: no value for {gaps[0]}; fill every cell")
    points = pd.DataFrame({path: _column(table.name, path, table) for path in table.headings})
    if scenario is None:
        return points
    try:
        # the sweep checks again all that it is given; only here is the name of the file known
        checked(points, NO_LEVER)
        placed(scenario, points, NO_LEVER)
    except BadInput as error:
        raise DesignError(f"{table.name}: {error}") from None
    return points


def _read(file: str | Path | Source) -> Table:
    """A table as it stands in a file. Raises DesignError with the first problem of many."""
    try:
        return read_table(source_of(file))
    except TableError as error:
        raise DesignError(error.problems[0]) from None
    except BadInput as error:
        raise DesignError(str(error)) from None


def crossed(table: pd.DataFrame, design: pd.DataFrame) -> pd.DataFrame:
    """Every point of a table with every point of a design. Raises DesignError."""
    _check_once([*table.columns, *design.columns])
    check_points(len(table) * len(design))
    return table.merge(design, how="cross")


def levers_of(texts: list[str] | None, changes_of: Callable[[list[str]], dict[str, Any]]) -> Levers:
    """The levers of texts such as `NAME:KEY=VALUE;KEY=VALUE`; one that changes nothing if there are none.

    Raises DesignError, ScenarioError.
    """
    levers: Levers = {}
    for text in texts or []:
        head, sign, settings = text.partition(":")
        name = head.strip()
        if not sign or not name:
            raise DesignError(
                f"lever {shown(text)}: write NAME:KEY=VALUE;KEY=VALUE (nothing after : for no change)"
            )
        if name in levers:
            raise DesignError(f"two levers are called {shown(name)}; give each a name of its own")
        levers[name] = changes_of(list(filter(None, divided(settings, ";"))))
    return levers or NO_LEVER


def name_of(text: str) -> str:
    """The name or pattern in a text such as `NAME=LOW:HIGH:N`."""
    return divided(text, "=")[0]


def _varied(scenario: Scenario, text: str, points: int) -> list[Varied]:
    """What a text varies: the path of a name, or all paths that a pattern fits. Raises DesignError."""
    name, *given = divided(text, "=")
    if not name or len(given) > 1:
        raise DesignError(
            f"{shown(text)}: write PATH=LOW:HIGH:N, PATH=VALUE,VALUE or PATH alone for its range in the file"
        )
    if not given:
        return _by_file(scenario, named(scenario, name), points)
    if not given[0]:
        raise DesignError(
            f"{text}: no values; write LOW:HIGH:N, values with commas, "
            "or the path alone for its range in the file"
        )
    paths = named(scenario, name)
    try:
        return [_given(scenario, path, given[0], points) for path in paths]
    except NotANumber as error:
        raise DesignError(f"{text}: {error}") from None


def _by_file(scenario: Scenario, paths: list[str], points: int) -> list[Varied]:
    """Paths over the ranges that the file gives them. Raises DesignError where it gives none."""
    # a pattern may fit numbers without a range beside those that are meant; alone, one is refused by its name
    ranged = [path for path in paths if path in scenario.provenance]
    return [Varied(path, plausible(scenario, path), points) for path in ranged or paths]


def _given(scenario: Scenario, path: str, text: str, points: int) -> Varied:
    """A path with the values that a text gives it: LOW:HIGH:N, or values with commas. Raises NotANumber."""
    ends = divided(text, ":")
    if len(ends) > 1:
        return _range(path, ends, points)
    return _listed(scenario, path, divided(text, ","))


def _range(path: str, parts: list[str], points: int) -> Varied:
    """A path with the range of LOW:HIGH or LOW:HIGH:N. Raises DesignError, NotANumber."""
    low, high = float(number(parts[0])), float(number(parts[1]))
    count = points
    if len(parts) > 2:
        count = whole(parts[2])
    is_range = low < high and not math.isinf(high - low)  # the width of -1e308:1e308 overflows
    fits = is_range and len(parts) <= 3
    if not fits or count < 2:
        raise DesignError(
            f"{path}={':'.join(parts)}: needs LOW below HIGH and at least 2 values, such as 0:1:11"
        )
    check_points(count)
    return Varied(path, (low, high), count)


def _listed(scenario: Scenario, path: str, texts: list[str]) -> Varied:
    """A path with values of its own, all numbers where it is one. Raises DesignError, NotANumber."""
    read: Callable[[str], Any] = word_or_number
    if path in scenario.numbers:
        read = number
    values = tuple(read(text) for text in texts)
    if len(values) == 1:
        raise DesignError(
            f"{path}={texts[0]}: one value varies nothing; list several (or set it for all points)"
        )
    if len(set(values)) < len(values):
        raise DesignError(f"{path}={','.join(texts)}: a value is listed twice; list each once")
    return Varied(path, None, len(values), values)


def _column(name: str, path: str, table: Iterable[Any]) -> list[Any]:
    """The cells of a column: numbers if its first is one, else words. Raises DesignError."""
    cells = [(line, row[path]) for line, row in table]
    if isinstance(word_or_number(cells[0][1]), str):
        return [word_or_number(cell) for _, cell in cells]
    values = []
    for line, cell in cells:
        try:
            values.append(number(cell))
        except NotANumber as error:
            raise DesignError(f"{name}: line {line}, column {path}: {error}") from None
    return values


def _check_once(paths: list[str]) -> None:
    """Raises DesignError for a path that is there twice."""
    for place, path in enumerate(paths):
        if path in paths[:place]:
            raise DesignError(f"{path}: is varied twice; give all its values at once")
