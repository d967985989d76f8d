"""What a sweep is to run: design points times levers, on the same luck, in parts that can be done again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field

from sim.engine.luck import MAX_SEED
from sim.engine.request import MOST_MONTHS, MOST_RUNS, check_work
from sim.outcomes.columns import Kind, kinds_of
from sim.reading.numbers import shown
from sim.refusal import Unknown
from sim.registry import require, told
from sim.scenario.interventions import TABLE
from sim.scenario.load import Scenario, parse
from sim.scenario.lookup import choice
from sim.scenario.lower import lower
from sim.scenario.registered import stamps
from sim.scenario.wholes import rescaled
from sim.studies.sweep.design import DesignError, Levers, check_points, placed
from sim.studies.sweep.journal import StoreError
from sim.writing.manifest import MANIFEST, version_of
from sim.writing.whole import digest

PART_ROWS = 20_000
"""Rows that a part holds, about: what a crash can cost, and what memory holds at once."""

BATCH_ROWS = 2_000
"""Rows that a worker computes at once, about: many make a part, and what is under way stays small."""


@dataclass(frozen=True)
class Plan:
    """A whole sweep: cells are points times levers, in that order; parts are runs of whole cells.

    `points` has a row for each design point and a column for each path; `keep` names the outcomes to store.
    """

    scenario: Scenario
    points: pd.DataFrame
    levers: Levers
    runs: int
    seed: int
    months: int
    keep: tuple[str, ...]
    cells_per_part: int

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.points) * len(self.levers)

    @property
    def parts(self) -> int:
        """How many parts there are; the last may hold fewer cells."""
        return -(-self.cells // self.cells_per_part)

    def cells_of(self, part: int) -> range:
        """The numbers of a part's cells."""
        first = part * self.cells_per_part
        return range(first, min(first + self.cells_per_part, self.cells))

    def batches(self, part: int) -> list[range]:
        """A part's cells in runs of some, each computed by one worker."""
        cells, some = self.cells_of(part), max(BATCH_ROWS // self.runs, 1)
        return [cells[first : first + some] for first in range(0, len(cells), some)]

    def values(self, point: int) -> dict[str, Any]:
        """The values of a design point by path."""
        return {path: plain(self.points[path].iloc[point]) for path in self.points.columns}

    def changes(self, cell: int) -> tuple[int, str, dict[str, Any]]:
        """Point, lever, and all changes of the scenario in a cell.

        The lever's come last, and parts of a whole give way.
        """
        point, lever = divmod(cell, len(self.levers))  # levers change fastest
        name = list(self.levers)[lever]
        return point, name, rescaled(self.scenario, together(self.values(point), self.levers[name]))

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column that is kept."""
        known = kinds_of(lower(self.scenario, self.months))
        return {name: known[name] for name in self.keep}

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What makes this sweep this sweep: two runs with one identity give the same bytes."""
        # all rows at once: looked up point by point, a million of them take minutes
        design = list(map(_plain_row, self.points.to_dict("records")))
        # the checksums say at a glance what differs; the rest suffices to run it again
        return {
            "scenario": digest(_text(self.scenario.raw).encode()),
            "design": digest(_text([design, self.levers]).encode()),
            "runs_per_point": self.runs, "seed": self.seed, "months": self.months,
            "outcomes": list(self.keep), "cells_per_part": self.cells_per_part,
            "version": version_of("steppe-sim"), "as_run": self.scenario.raw, "points": design,
            "levers": self.levers, "set": dict(self.scenario.overrides), **self.registered,
        }  # fmt: skip

    @property
    def registered(self) -> dict[str, Any]:
        """What some cell names that is not shipped, with where it comes from; empty where all is shipped."""
        named = self.points[[path for path in self.points.columns if path.startswith("decision.")]]
        changes = [*named.drop_duplicates().to_dict("records"), *self.levers.values()]
        found = told(stamps(self.scenario.case, changes))
        if found:
            return {"registered": found}
        return {}


def together(point: Mapping[str, Any], lever: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a point and of a lever; what both do in the course of a run stands in one table.

    >>> together({TABLE: {"war": 0.2}}, {TABLE: {"sanctions": 0.9}})
    {'interventions.changes': {'war': 0.2, 'sanctions': 0.9}}
    """
    found = {**point, **lever}
    if TABLE in point and TABLE in lever:
        found[TABLE] = point[TABLE] | lever[TABLE]
    return found


def plain(value: Any) -> Any:
    """A value as Python holds it: what numpy wraps is unwrapped."""
    if isinstance(value, np.generic):
        return value.item()
    return value


def _plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of a design point by path, as Python holds them."""
    return {path: plain(value) for path, value in row.items()}


def _text(value: Any) -> str:
    """JSON in one spelling, so that what is equal has one checksum; dates of TOML as text."""
    return json.dumps(value, sort_keys=True, default=str)


def planned(
    scenario: Scenario,
    points: pd.DataFrame,
    levers: Levers,
    runs: int,
    seed: int,
    months: int | None,
    keep: Sequence[str] | None,
) -> Plan:
    """The plan of a sweep that is asked for, once its design, size and outcomes are known to make sense.

    Raises DesignError, and BadInput for more work than anybody waits for.
    """
    check_points(len(points), len(levers), runs)
    points, levers = placed(scenario, points, levers)
    if months is None:
        months = scenario.case.time.months
    check_work(len(points) * len(levers) * runs, months)
    known = list(kinds_of(lower(scenario, months)))
    kept = _kept(keep, known)
    return Plan(scenario, points, levers, runs, seed, months, kept, max(PART_ROWS // runs, 1))


def _kept(keep: Sequence[str] | None, known: list[str]) -> tuple[str, ...]:
    """The outcomes to keep, by full names. Raises DesignError for one that is none, or is there twice."""
    if isinstance(keep, str):
        raise DesignError(f"the outcomes to keep are a list of names, such as ['{keep}']")
    names: list[str] = []
    for name in keep or known:
        try:
            names.append(choice("outcome", str(name), dict.fromkeys(known, "")))
        except Unknown as error:
            raise DesignError(str(error), about=error.about) from None
        if names[-1] in names[:-1]:
            raise DesignError(f"outcome {shown(names[-1])} is to be kept twice; name it once")
    return tuple(names)


class Identity(BaseModel, strict=True):
    """What the manifest of a sweep must hold for the sweep to be made again."""

    as_run: dict[str, Any]
    points: list[dict[str, Any]] = Field(min_length=1)
    levers: dict[str, dict[str, Any]] = Field(min_length=1)
    runs_per_point: int = Field(ge=1, le=MOST_RUNS)
    seed: int = Field(ge=0, le=MAX_SEED)
    months: int = Field(ge=1, le=MOST_MONTHS)
    outcomes: list[str] = Field(min_length=1)
    cells_per_part: int = Field(ge=1, le=MOST_RUNS)
    set: dict[str, Any]
    registered: list[dict[str, Any]] = []
    scenario: str
    design: str


def plan_of(stored: Mapping[str, Any], folder: Path) -> Plan:
    """The plan of a sweep from the identity that the manifest of its folder holds.

    Raises StoreError for one whose checksums are of something else, pydantic's ValidationError and
    ScenarioError for one that no sweep has written.
    """
    own = Identity.model_validate(stored)
    before = tuple(own.set.items())
    require(own.registered)
    scenario = parse(own.as_run, str(folder / MANIFEST), before=before, sourced=True)
    points, keep = pd.DataFrame(own.points), tuple(own.outcomes)
    plan = Plan(
        scenario, points, own.levers, own.runs_per_point, own.seed, own.months, keep, own.cells_per_part
    )
    if any(plan.identity[key] != stored[key] for key in ("scenario", "design")):
        raise StoreError(
            f"{folder}: {MANIFEST} contradicts itself: its checksums are of another scenario or design"
        )
    return plan
