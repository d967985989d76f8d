"""A sweep as it is ordered on the command line: `PATH=LOW:HIGH:N`, a table of points, and `NAME:KEY=VALUE;KEY=VALUE`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.scenario.load import Scenario
from sim.sweep.design import (
    NO_LEVER,
    DesignError,
    Levers,
    grid,
    latin_hypercube,
    one_at_a_time,
    plausible,
    sobol,
)


def design_of(scenario: Scenario, vary: list[str], kind: str, points: int, seed: int) -> pd.DataFrame:
    """The design points of some `--vary` texts. Raises DesignError."""
    ranges: dict[str, tuple[float, float]] = {}
    counts: dict[str, int] = {}
    values: dict[str, list[Any]] = {}
    for text in vary:
        path, _, given = text.partition("=")
        path = path.strip()
        if "," in given:
            values[path] = [_value(each) for each in given.split(",")]
        else:
            ranges[path], counts[path] = _range(scenario, path, given, points)
            values[path] = [float(each) for each in np.linspace(*ranges[path], counts[path])]
    if kind == "grid":
        return grid(values)
    if listed := set(values) - set(ranges):
        raise DesignError(f"--vary {sorted(listed)[0]}: a list of values needs --design grid")
    if kind == "lhs":
        return latin_hypercube(ranges, points, seed)
    if kind == "sobol":
        return sobol(ranges, points, seed)
    if kind == "oat":
        return one_at_a_time(scenario, ranges)
    raise DesignError(f"--design {kind}: must be grid, lhs, sobol or oat")


def table_of(file: Path) -> pd.DataFrame:
    """The design points of a CSV file: a column for each path, a row for each point. Raises DesignError."""
    try:
        with open(file, encoding="utf-8-sig", newline="") as lines:
            rows = [[each.strip() for each in row] for row in csv.reader(lines, strict=True) if row]
    except FileNotFoundError:
        raise DesignError(f"{file}: no such file") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DesignError(f"{file}: cannot be read as a CSV table ({error})") from None
    if len(rows) < 2:
        raise DesignError(f"{file}: needs a row of paths and at least one row of values")
    paths = rows[0]
    if len(set(paths)) < len(paths) or "" in paths:
        raise DesignError(f"{file}: the first row must name each column by the path of a number, each once")
    for place, row in enumerate(rows[1:]):
        if len(row) != len(paths) or "" in row:
            raise DesignError(f"{file}: point {place} has gaps or more values than the {len(paths)} paths of the first row")
    return pd.DataFrame({path: [_value(row[place]) for row in rows[1:]] for place, path in enumerate(paths)})


def _range(scenario: Scenario, path: str, given: str, points: int) -> tuple[tuple[float, float], int]:
    known = plausible(scenario, path)
    if not given:
        return known, points
    parts = given.split(":")
    try:
        low, high = float(parts[0]), float(parts[1])
        count = int(parts[2]) if len(parts) > 2 else points
    except (ValueError, IndexError):
        raise DesignError(f"--vary {path}={given}: write LOW:HIGH:N, such as 0:1:11, or values with commas") from None
    if len(parts) > 3 or not low < high or count < 2:
        raise DesignError(f"--vary {path}={given}: needs LOW below HIGH and at least 2 values")
    return (low, high), count


def _value(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def levers_of(texts: list[str] | None, changes_of: Callable[[list[str]], dict[str, Any]]) -> Levers:
    """The levers of some `--lever` texts; one that changes nothing if there are none. Raises DesignError, ScenarioError."""
    levers: Levers = {}
    for text in texts or []:
        name, sign, settings = text.partition(":")
        if not sign or not name.strip() or name.strip() in levers:
            raise DesignError(f"--lever {text}: write NAME:KEY=VALUE;KEY=VALUE with a name of its own (nothing after : for none)")
        levers[name.strip()] = changes_of([each for each in settings.split(";") if each.strip()])
    return levers or NO_LEVER
