"""Engines for the cells of a sweep: a family of points shares a program, so that few are translated.

Points that differ in numbers alone are a group. Where a group's numbers can be traced, one family holds the
engines of many of its points, and they are prepared a block at a time; what no family holds is prepared on
its own. Either way gives the same rows, bit by bit.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pandas as pd

from sim.engine.engine import Engine
from sim.engine.families import Family
from sim.outcomes.questions import Questions
from sim.registry import RuleError, require
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import lower
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.workers import WorkerError
from sim.writing.manifest import version_of

MOST_PROGRAMS = 8
"""Programs that are kept, and families that are tried, before a cell is prepared on its own."""

BLOCK, MOST_BLOCKS = 256, 16
"""Points that are prepared together, and blocks of them that are kept."""

Prepared = tuple[Engine, Questions]
"""What it takes to run a cell: its engine, and what is asked of its runs."""

Group = tuple[str, ...]
"""What sets points apart besides their numbers: the lever, and values that are no numbers."""


class Programs:
    """What it takes to run each cell of a plan, made when it is asked for; threads share it."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self._lock = plan, threading.Lock()
        kinds = plan.points.dtypes.items()
        self._numbers = [path for path, dtype in kinds if dtype.kind in "fiu"]
        self._ranges = {path: _ends(plan.points[path]) for path in self._numbers}
        self._families: dict[Group, list[tuple[Family, Questions] | None]] = {}
        self._blocks: dict[tuple[Group, int], dict[int, Prepared]] = {}
        self._known: dict[str, list[Engine]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Only the plan travels to another process; machine code is made there."""
        return _arrived, (self.plan, version_of("steppe-sim"), self.plan.registered)

    def prepare(self, cell: int) -> Prepared:
        """What it takes to run a cell. Raises ScenarioError if it cannot be run."""
        point, lever, changes = self.plan.changes(cell)
        # one thread at a time: the others want the same block, or find it made
        with self._lock:
            prepared = self._from_family(point, lever, changes)
        if prepared is None:
            return self._on_its_own(lever, changes)
        return prepared

    def _from_family(self, point: int, lever: str, changes: dict[str, Any]) -> Prepared | None:
        """What a family has prepared of a point; None if none holds it."""
        group = self._group(point, lever)
        block = self._block(group, point)
        if point not in block and len(self._families[group]) < MOST_PROGRAMS:
            self._add_family(group, self.plan.scenario.override(changes))
            self._fill(block, group, point)
        return block.get(point)

    def _on_its_own(self, lever: str, changes: dict[str, Any]) -> Prepared:
        """A cell prepared for itself, with a program that the lever's cells know already where one fits."""
        world = lower(self.plan.scenario.override(changes), self.plan.months)  # slow, and nobody else's
        with self._lock:
            known = self._known.get(lever, [])
            engine = Engine.of(world, known)
            if all(engine.program is not other.program for other in known):
                self._known[lever] = [engine, *known][:MOST_PROGRAMS]
        return engine, Questions.of(world)

    def _group(self, point: int, lever: str) -> Group:
        """The group of a point: points of one group differ in numbers alone."""
        row = self.plan.points.iloc[point]
        return lever, *(str(row[path]) for path in self.plan.points.columns if path not in self._numbers)

    def _block(self, group: Group, point: int) -> dict[int, Prepared]:
        """What is prepared of the points beside a point, by number of the point."""
        key = group, point // BLOCK
        if key not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                del self._blocks[next(iter(self._blocks))]  # the oldest: cells come in order
            if group not in self._families:
                self._begin(group, point)
            self._blocks[key] = {}
            self._fill(self._blocks[key], group, point)
        return self._blocks[key]

    def _begin(self, group: Group, point: int) -> None:
        """Try a group's first family, traced inside the design."""
        self._families[group] = []
        changes = self.plan.values(point) | self.plan.levers[group[0]]
        # values of a point need not fit together before parts of a whole give way
        with contextlib.suppress(ScenarioError):
            self._add_family(group, self.plan.scenario.override(changes), Family.inside)

    def _add_family(
        self, group: Group, scenario: Scenario, traced: Callable[..., Family | None] = Family.around
    ) -> None:
        """Add the family of a scenario; one that cannot be traced counts as tried."""
        family = None
        if self._ranges:  # a design of words alone has no number to trace
            family = traced(scenario, self._ranges, self.plan.months)
        if family is None:
            self._families[group].append(None)
        else:
            self._families[group].append((family, Questions.of(family.engine.world)))

    def _fill(self, block: dict[int, Prepared], group: Group, point: int) -> None:
        """Prepare what is missing of a block and held by a family."""
        first = point // BLOCK * BLOCK
        beside = range(first, min(first + BLOCK, len(self.plan.points)))
        own = [row for row in beside if self._group(row, group[0]) == group]
        for family, questions in filter(None, self._families[group]):
            missing = [row for row in own if row not in block]
            values = self.plan.points[self._numbers].iloc[missing].to_numpy(dtype=float).T
            for row, engine in zip(missing, family.engines(values), strict=True):
                if engine is not None:
                    block[row] = engine, questions


def _ends(values: pd.Series) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _arrived(plan: Plan, version: str | None, registered: dict[str, Any]) -> Programs:
    """The programs of a plan that came from another process.

    Raises WorkerError if it came from another version, or with other rules of one's own: rows could differ.
    """
    here = version_of("steppe-sim")
    if here != version:
        raise WorkerError(f"a worker has steppe-sim {here}, this machine {version}; install the same on both")
    try:
        require(registered.get("registered"))
    except RuleError as error:
        raise WorkerError(f"a worker has other rules than this machine: {error}") from None
    return Programs(plan)


def alone(plan: Plan, cell: int) -> Prepared:
    """A cell prepared on its own, as a scenario of one point is: what checks use. Raises ScenarioError."""
    world = lower(plan.scenario.override(plan.changes(cell)[2]), plan.months)
    return Engine.of(world), Questions.of(world)
