"""Engines for the cells of a sweep: a family of points shares a program, so that few are translated.

Points that differ in numbers alone are a group. Where a group's numbers can be traced, one family holds many
of its points, which one engine runs side by side; they are prepared a block at a time, and what no family
holds is prepared on its own. Either way gives the same rows, bit by bit.
"""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.engine import Engine
from sim.engine.families import Family
from sim.outcomes.questions import Questions
from sim.registry import RuleError, require
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.wholes import giving_way
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.workers import WorkerError
from sim.writing.manifest import version_of

MOST_PROGRAMS = 8
"""Programs that are kept, and families that are tried, before a cell is prepared on its own."""

BLOCK, MOST_BLOCKS = 256, 16
"""Points that are prepared together, and blocks of them that are kept."""


@dataclass(frozen=True)
class Prepared:
    """What it takes to run some cells: their engine, what is asked of their runs, and the point of each
    (cells,), counted as the engine does.
    """

    cells: np.ndarray
    engine: Engine
    questions: Questions
    points: np.ndarray

    @classmethod
    def alone(cls, cell: int, engine: Engine) -> Prepared:
        """One cell with an engine of its own."""
        return cls(np.array([cell]), engine, Questions.of(engine.world), np.array([0]))


@dataclass(frozen=True)
class Cannot:
    """A cell that cannot be run, and why: that is a result of a sweep, not an error in it."""

    cell: int
    reason: str


@dataclass(frozen=True)
class Held:
    """What a family holds of a block: an engine at its points, and which of them (points,) it may run."""

    engine: Engine
    holds: np.ndarray
    questions: Questions


@dataclass(frozen=True)
class Varied:
    """The numbers of all points that vary under a lever, those that give way in a whole among them: by path
    (points,), and between which values each lies.
    """

    values: pd.DataFrame
    ranges: dict[str, tuple[float, float]]

    @classmethod
    def of(cls, plan: Plan, lever: int) -> Varied:
        """Of a plan's points."""
        kinds = plan.points.dtypes.items()
        given = plan.points[[path for path, dtype in kinds if dtype.kind in "fiu"]]
        besides = list(plan.levers.values())[lever]
        others = giving_way(plan.scenario, {path: given[path].to_numpy(float) for path in given}, besides)
        values = given.assign(**others)
        return cls(values, {path: _ends(values[path]) for path in values})


Group = tuple[int, int]
"""What sets points apart besides their numbers, by number: the lever, and values that are no numbers."""


class Programs:
    """What it takes to run each cell of a plan, made when it is asked for; threads share it."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self._lock = plan, threading.Lock()
        self._varied: dict[int, Varied] = {}
        words = [path for path, dtype in plan.points.dtypes.items() if dtype.kind not in "fiu"]
        self._words = _numbered(plan.points[words])
        self._families: dict[Group, list[tuple[Family, Questions] | None]] = defaultdict(list)
        self._blocks: dict[tuple[Group, int], list[Held]] = {}
        self._known: dict[int, list[Engine]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Only the plan travels to another process; machine code is made there."""
        return _arrived, (self.plan, version_of("steppe-sim"), self.plan.registered)

    def prepare(self, cells: np.ndarray) -> Iterator[Prepared | Cannot]:
        """What it takes to run cells (cells,), some at a time in any order."""
        points, levers = np.divmod(cells, len(self.plan.levers))
        together = pd.DataFrame({"lever": levers, "words": self._words[points], "block": points // BLOCK})
        for key, places in together.groupby(list(together), sort=False).indices.items():
            lever, words, block = map(int, key)
            yield from self._of_block((lever, words), block, cells[places])

    def _of_block(self, group: Group, block: int, cells: np.ndarray) -> Iterator[Prepared | Cannot]:
        """What it takes to run cells of a group whose points lie in one block."""
        points = cells // len(self.plan.levers) % BLOCK
        # one thread at a time: the others want the same block, or find it made
        with self._lock:
            found, left = self._held(group, block, points)
        for held, places in found:
            if len(places):
                yield Prepared(cells[places], held.engine, held.questions, points[places])
        for cell in cells[left].tolist():
            yield self._on_its_own(cell, group)

    def _held(
        self, group: Group, block: int, points: np.ndarray
    ) -> tuple[list[tuple[Held, np.ndarray]], list[int]]:
        """Which families hold some points of a block, with their places, and the places of the others."""
        families, tried = self._block(group, block), 0
        found, left, others = list[tuple[Held, np.ndarray]](), np.arange(len(points)), list[int]()
        while len(left):
            if tried < len(families):
                holds = families[tried].holds[points[left]]
                found.append((families[tried], left[holds]))
                left, tried = left[~holds], tried + 1
            elif not self._widened(group, block, int(points[left[0]])):
                others.append(int(left[0]))
                left = left[1:]
        return found, others

    def _widened(self, group: Group, block: int, point: int) -> bool:
        """Add a further family, around a point of a block that none holds; whether one could be traced."""
        if len(self._families[group]) >= MOST_PROGRAMS:
            return False
        before = len(self._blocks[group, block])
        cell = (block * BLOCK + point) * len(self.plan.levers) + group[0]
        with contextlib.suppress(ScenarioError):
            self._add_family(group, self.plan.scenario.override(self.plan.changes(cell)[2]))
        self._fill(group, block)
        return len(self._blocks[group, block]) > before

    def _on_its_own(self, cell: int, group: Group) -> Prepared | Cannot:
        """A cell prepared for itself, with a program that the lever's cells know already where one fits."""
        # slow, and nobody else's: the others need not wait
        world = _world(self.plan, cell)
        if isinstance(world, Cannot):
            return world
        lever, _ = group
        with self._lock:
            known = self._known.get(lever, [])
            engine = Engine.of(world, known)
            if all(engine.program is not other.program for other in known):
                self._known[lever] = [engine, *known][:MOST_PROGRAMS]
        return Prepared.alone(cell, engine)

    def _block(self, group: Group, block: int) -> list[Held]:
        """What families hold of the points of a group in a block."""
        key = group, block
        if key not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                del self._blocks[next(iter(self._blocks))]  # the oldest: cells come in order
            self._blocks[key] = []
            self._fill(group, block)
        return self._blocks[key]

    def _add_family(self, group: Group, scenario: Scenario) -> None:
        """Add the family of a scenario; one that cannot be traced counts as tried."""
        family, ranges = None, self._varied_under(group[0]).ranges
        if ranges:  # a design of words alone has no number to trace
            family = Family.of(scenario, ranges, self.plan.months)
        if family is None:
            self._families[group].append(None)
        else:
            self._families[group].append((family, Questions.of(family.engine.world)))

    def _varied_under(self, lever: int) -> Varied:
        if lever not in self._varied:
            self._varied[lever] = Varied.of(self.plan, lever)
        return self._varied[lever]

    def _fill(self, group: Group, block: int) -> None:
        """Let the families that are not asked yet say what they hold of a block."""
        families, held = list(filter(None, self._families[group])), self._blocks[group, block]
        if len(held) < len(families):
            beside = slice(block * BLOCK, (block + 1) * BLOCK)
            values = self._varied_under(group[0]).values.iloc[beside].to_numpy(dtype=float).T
            for family, questions in families[len(held) :]:
                held.append(Held(*family.at(values), questions))


def _numbered(words: pd.DataFrame) -> np.ndarray:
    """A number for each row of a table (rows,), the same for rows that read the same."""
    if words.columns.empty:
        return np.zeros(len(words), dtype=np.intp)
    return words.astype(str).groupby(list(words.columns), sort=False).ngroup().to_numpy()


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


def alone(plan: Plan, cell: int) -> Prepared | Cannot:
    """A cell prepared on its own, as a scenario of one point is: what checks use."""
    world = _world(plan, cell)
    if isinstance(world, Cannot):
        return world
    return Prepared.alone(cell, Engine.of(world))


def _world(plan: Plan, cell: int) -> World | Cannot:
    """The scenario of a cell, ready to run."""
    try:
        return lower(plan.scenario.override(plan.changes(cell)[2]), plan.months)
    except ScenarioError as error:
        return Cannot(cell, "; ".join(error.problems))
