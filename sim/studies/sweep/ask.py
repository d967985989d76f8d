"""Running a sweep: design points times levers, each an ensemble on the same luck, in parts that can be done
again.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pydantic import BaseModel, Field

from sim.drawing.saving import draw
from sim.engine.engine import Engine
from sim.engine.families import Family
from sim.engine.luck import MAX_SEED
from sim.engine.pages import default_threads, page_of
from sim.engine.request import MOST_MONTHS, MOST_RUNS, check_request, check_work
from sim.outcomes.columns import SHARES, Kind, came, kinds_of
from sim.outcomes.postures import last_posture
from sim.outcomes.questions import Questions
from sim.reading.numbers import shown
from sim.scenario.load import Scenario, ScenarioError, as_scenario, parse
from sim.scenario.lower import lower
from sim.statistics.intervals import Z95, wilson
from sim.studies.sweep import workers as crew
from sim.studies.sweep.design import NO_LEVER, DesignError, Levers, check_points, checked, give_way, placed
from sim.studies.sweep.store import (
    PARTS,
    Store,
    StoreError,
    damage,
    digest,
    finish,
    journal,
    name_of,
    read_manifest,
)
from sim.writing.manifest import MANIFEST, version_of
from sim.writing.tables import csv_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PART_ROWS = 20_000
"""Rows that a part holds, about: what a crash can cost, and what memory holds at once."""

BATCH_ROWS = 2_000
"""Rows that a thread or worker computes at once, about: a part is made by many, and what is under way stays
small.
"""

MOST_PROGRAMS = 8
"""Programs that are kept, and families that are tried, before a cell is prepared on its own."""

BLOCK, MOST_BLOCKS = 256, 16
"""Points that are prepared together, and blocks of them that are kept."""


@dataclass(frozen=True)
class Plan:
    """A whole sweep: cells are points times levers, in that order; parts are runs of whole cells."""

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
        return len(self.points) * len(self.levers)

    @property
    def parts(self) -> int:
        return -(-self.cells // self.cells_per_part)

    def cells_of(self, part: int) -> range:
        """The numbers of a part's cells."""
        first = part * self.cells_per_part
        return range(first, min(first + self.cells_per_part, self.cells))

    def batches(self, part: int) -> list[range]:
        """A part's cells in runs of some, each computed by one thread or worker."""
        cells, some = self.cells_of(part), max(BATCH_ROWS // self.runs, 1)
        return [cells[first : first + some] for first in range(0, len(cells), some)]

    def changes(self, cell: int) -> tuple[int, str, dict[str, Any]]:
        """Point, lever, and all changes of the scenario in a cell; the lever's come last, and parts of a
        whole give way.
        """
        point, lever = divmod(cell, len(self.levers))
        name = list(self.levers)[lever]
        values = {path: _plain(self.points[path].iloc[point]) for path in self.points.columns}
        return point, name, give_way(self.scenario, values | self.levers[name])

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column that is kept."""
        known = kinds_of(lower(self.scenario, self.months))
        return {name: known[name] for name in self.keep}

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What makes this sweep this sweep: two runs with one identity give the same bytes."""
        design = [
            {path: _plain(value) for path, value in row.items()} for row in self.points.to_dict("records")
        ]
        return {
            "scenario": digest(_text(self.scenario.raw).encode()),
            "design": digest(_text([design, self.levers]).encode()),
            "runs_per_point": self.runs, "seed": self.seed, "months": self.months,
            "outcomes": list(self.keep), "cells_per_part": self.cells_per_part,
            "version": version_of("steppe-sim"), "as_run": self.scenario.raw, "points": design,
            "levers": self.levers, "set": dict(self.scenario.overrides),
        }  # fmt: skip


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


Prepared = tuple[Engine, Questions]
"""What it takes to run a cell: its engine, and what is asked of its runs."""


class Programs:
    """Engines for the cells of a sweep: a block of points at once where their numbers can be traced, else one
    by one.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self._lock = plan, threading.Lock()
        self._numbers = [path for path in plan.points.columns if plan.points[path].dtype.kind in "fiu"]
        self._ranges = {
            path: (float(plan.points[path].min()), float(plan.points[path].max())) for path in self._numbers
        }
        self._families: dict[tuple[str, ...], list[tuple[Family, Questions] | None]] = {}
        self._blocks: dict[tuple[tuple[str, ...], int], dict[int, Prepared]] = {}
        self._known: dict[str, list[Engine]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Only the plan travels to another process; machine code is made there."""
        return _arrived, (self.plan, version_of("steppe-sim"))

    def prepare(self, cell: int) -> Prepared:
        """What it takes to run a cell. Raises ScenarioError if it cannot be run."""
        point, lever, changes = self.plan.changes(cell)
        kind = self._kind(point, lever)
        with self._lock:
            block = self._block(kind, point)
            if point not in block and len(self._families[kind]) < MOST_PROGRAMS:
                self._found(kind, self.plan.scenario.override(changes))
                self._fill(block, kind, point)
            if point in block:
                return block[point]
        world = lower(self.plan.scenario.override(changes), self.plan.months)
        with self._lock:
            engine = Engine.of(world, self._known.get(lever, []))
            if all(engine.program is not other.program for other in self._known.get(lever, [])):
                self._known[lever] = [engine, *self._known.get(lever, [])][:MOST_PROGRAMS]
        return engine, Questions.of(world)

    def _kind(self, point: int, lever: str) -> tuple[str, ...]:
        """What sets points apart besides their numbers: the lever, and values that are no numbers."""
        row = self.plan.points.iloc[point]
        return lever, *(str(row[path]) for path in self.plan.points.columns if path not in self._numbers)

    def _block(self, kind: tuple[str, ...], point: int) -> dict[int, Prepared]:
        """What is prepared of the points beside a point."""
        key = kind, point // BLOCK
        if key not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
            if kind not in self._families:
                self._families[kind] = []
                with contextlib.suppress(ScenarioError):
                    self._found(
                        kind, self.plan.scenario.override(self._inside(point) | self.plan.levers[kind[0]])
                    )
            self._blocks[key] = {}
            self._fill(self._blocks[key], kind, point)
        return self._blocks[key]

    def _fill(self, block: dict[int, Prepared], kind: tuple[str, ...], point: int) -> None:
        """Prepare what is missing of a block and held by a family."""
        first = point // BLOCK * BLOCK
        for family, questions in filter(None, self._families[kind]):
            beside = range(first, min(first + BLOCK, len(self.plan.points)))
            missing = [row for row in beside if row not in block and self._kind(row, kind[0]) == kind]
            values = self.plan.points[self._numbers].iloc[missing].to_numpy(dtype=float).T
            for row, engine in zip(missing, family.engines(values), strict=True):
                if engine is not None:
                    block[row] = engine, questions

    def _found(self, kind: tuple[str, ...], scenario: Scenario) -> None:
        """Add the family of a scenario; one that cannot be traced counts as tried."""
        family = Family.around(scenario, self._ranges, self.plan.months) if self._ranges else None
        self._families[kind].append(None if family is None else (family, Questions.of(family.engine.world)))

    def _inside(self, point: int) -> dict[str, Any]:
        """Values inside the design that no other number shares by chance, as 0, 0.5 and 1 are shared; texts
        as at a point.
        """
        values = {path: _plain(self.plan.points[path].iloc[point]) for path in self.plan.points.columns}
        for place, path in enumerate(self._numbers):
            (low, high), share = self._ranges[path], (0.381966 + 0.236068 * place) % 1
            if self.plan.points[path].dtype.kind == "f" and low < high:
                values[path] = low + share * (high - low)
        return values


def _arrived(plan: Plan, version: str | None) -> Programs:
    """The programs of a plan that came from another process. Raises CrewError if it came from another
    version.
    """
    here = version_of("steppe-sim")
    if here != version:
        raise crew.CrewError(
            f"a worker has steppe-sim {here}, this machine {version}; install the same on both"
        )
    return Programs(plan)


def alone(plan: Plan, cell: int) -> Prepared:
    """A cell prepared on its own, as a scenario of one point is: what checks use. Raises ScenarioError."""
    world = lower(plan.scenario.override(plan.changes(cell)[2]), plan.months)
    return Engine.of(world), Questions.of(world)


def cell_rows(
    plan: Plan, cell: int, prepare: Callable[[int], Prepared], start: int = 0, stop: int | None = None
) -> pa.Table | str:
    """The rows of a cell, one per run from `start` (where a page begins) to before `stop`; or why it cannot
    be run.
    """
    stop = plan.runs if stop is None else stop
    point, lever, _ = plan.changes(cell)
    try:
        engine, questions = prepare(cell)
    except ScenarioError as error:
        return "; ".join(error.problems)
    names = [column.name for column in questions.columns if column.name in plan.keep]
    rows, postures, failed = np.empty((len(names), stop - start)), [], []
    for history in engine.pieces(plan.seed, np.arange(start, stop, dtype=np.uint64)):
        first = int(history.runs[0]) - start
        rows[:, first : first + len(history.runs)] = questions.rows(history, plan.keep)
        postures.append(np.where(history.failed, len(questions.postures), last_posture(history)))
        failed.append(history.failed)
    classes = pa.array([*questions.postures, None])
    count = stop - start
    columns = [
        np.full(count, point, dtype=np.int32),
        pa.repeat(lever, count),
        np.arange(start, stop, dtype=np.int64),
    ]
    columns += [pa.array(rows[names.index(name)], from_pandas=True) for name in plan.keep]
    columns += [classes.take(pa.array(np.concatenate(postures))), np.concatenate(failed)]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=schema_of(plan.keep))


def schema_of(keep: tuple[str, ...]) -> pa.Schema:
    """Columns of a part: point, lever, run, outcomes [units of columns.csv], posture, failed."""
    fields = [("point", pa.int32()), ("lever", pa.string()), ("run", pa.int64())]
    return pa.schema(
        [*fields, *((name, pa.float64()) for name in keep), ("posture", pa.string()), ("failed", pa.bool_())]
    )


@dataclass(frozen=True)
class Batch:
    """The rows of some cells in order, and the cells that could not be run with the reason."""

    table: pa.Table
    failures: dict[str, str]


def batch_rows(programs: Programs, cells: range) -> Batch:
    """What one thread or worker does at once: a function of the plan and the cells alone."""
    schema, tables, failures = schema_of(programs.plan.keep), [], dict[str, str]()
    for cell in cells:
        found = cell_rows(programs.plan, cell, programs.prepare)
        if isinstance(found, str):
            failures[str(cell)] = found
        else:
            tables.append(found)
    return Batch(pa.concat_tables(tables) if tables else schema.empty_table(), failures)


def _computed(
    plan: Plan, parts: list[int], hands: crew.Crew, progress: Callable[[int], Any]
) -> Iterator[tuple[int, pa.Table, dict[str, str]]]:
    """Parts in order with their rows and failures. Behind the part that is awaited, all hands have work twice
    over, no more.
    """
    waiting: deque[tuple[int, list[Future[Batch]]]] = deque()

    def first() -> tuple[int, pa.Table, dict[str, str]]:
        (part, futures), batches = waiting[0], []
        for future, cells in zip(futures, plan.batches(part), strict=True):
            batches.append(future.result())
            progress(len(cells) * plan.runs * plan.months)
        waiting.popleft()
        table = pa.concat_tables([batch.table for batch in batches]).combine_chunks()
        return part, table, {cell: reason for batch in batches for cell, reason in batch.failures.items()}

    try:
        for part in parts:
            waiting.append((part, [hands.submit(batch_rows, cells) for cells in plan.batches(part)]))
            while sum(len(futures) for _, futures in waiting) - len(waiting[0][1]) >= 2 * max(
                hands.hands(), 1
            ):  # none between two workers
                yield first()
        while waiting:
            yield first()
    finally:
        for _, futures in waiting:
            for future in futures:
                future.cancel()


def sweep(
    scenario: Scenario | str | Path, points: pd.DataFrame, out: str | Path, levers: Levers | None = None,
    runs: int = 1000, seed: int = 1,
    months: int | None = None, keep: Sequence[str] | None = None, threads: int | None = None,
    progress: Callable[[int], Any] = lambda done: None, tell: Callable[[str], Any] = lambda line: None,
    client: Any = None,
) -> Sweep:  # fmt: skip
    """Run a design and store it in a folder; the same call goes on where it was stopped, and does nothing
    once it is finished.

    `points` has a row for each design point and a column for each path; `keep` names outcomes to store (all
    by default); `tell` hears what was found damaged; `progress` is told run-months, first those that are
    stored already, then each as done. `client` is a `distributed.Client` or the address of a Dask scheduler,
    whose workers compute instead of `threads` here; the stored bytes are the same. Raises DesignError,
    StoreError, CrewError, ValueError.
    """
    scenario = as_scenario(scenario)
    levers = NO_LEVER if levers is None else levers
    checked(points, levers)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    check_points(len(points), len(levers), runs)
    points = placed(scenario, points, levers)
    months = scenario.case.time.months if months is None else months
    check_work(len(points) * len(levers) * runs, months)
    known = list(kinds_of(lower(scenario, months)))
    _check_kept(keep, known)
    plan = Plan(scenario, points, levers, runs, seed, months, tuple(keep or known), max(PART_ROWS // runs, 1))
    store, programs = Store(Path(out), plan.identity), Programs(plan)
    workers = (
        crew.threads(programs, threads or default_threads())
        if client is None
        else crew.dask(programs, client)
    )
    with store.open(), workers as hands:
        for line in store.damaged:
            tell(f"{line}; it is made again")
        progress(sum(len(plan.cells_of(part)) for part in store.done) * runs * months)
        todo = [part for part in range(plan.parts) if part not in store.done]
        for part, table, failures in _computed(plan, todo, hands, progress):
            store.add(part, table, failures)
    return Sweep(Path(out))


def _check_kept(keep: Sequence[str] | None, known: list[str]) -> None:
    """Raises DesignError for outcomes to keep that are none, or that are there twice."""
    if isinstance(keep, str):
        raise DesignError(f"the outcomes to keep are a list of names, such as ['{keep}']")
    for place, name in enumerate(keep or ()):
        if name not in known:
            near = (
                get_close_matches(str(name), known, n=1)
                or [each for each in known if each.endswith(f".{name}")][:1]
            )
            hint = f"did you mean '{near[0]}'?" if near else "columns.csv of a run lists them"
            raise DesignError(f"no outcome {shown(str(name))}; {hint}")
        if name in (keep or ())[:place]:
            raise DesignError(f"outcome {shown(name)} is to be kept twice; name it once")


class Told(BaseModel, strict=True):
    """What the manifest of a sweep must tell for it to be made again."""

    as_run: dict[str, Any]
    points: list[dict[str, Any]] = Field(min_length=1)
    levers: dict[str, dict[str, Any]] = Field(min_length=1)
    runs_per_point: int = Field(ge=1, le=MOST_RUNS)
    seed: int = Field(ge=0, le=MAX_SEED)
    months: int = Field(ge=1, le=MOST_MONTHS)
    outcomes: list[str] = Field(min_length=1)
    cells_per_part: int = Field(ge=1, le=MOST_RUNS)
    set: dict[str, Any]
    scenario: str
    design: str


@dataclass(frozen=True)
class Sweep:
    """A sweep in its folder, finished or not."""

    folder: Path

    @cached_property
    def plan(self) -> Plan:
        """What was to be run, from the manifest alone."""
        told = read_manifest(self.folder)["identity"]
        own = Told.model_validate(told)
        before = tuple(own.set.items())
        scenario = parse(own.as_run, str(self.folder / MANIFEST), before=before, sourced=True)
        points, keep = pd.DataFrame(own.points), tuple(own.outcomes)
        plan = Plan(
            scenario, points, own.levers, own.runs_per_point, own.seed, own.months, keep, own.cells_per_part
        )
        if any(plan.identity[key] != told[key] for key in ("scenario", "design")):
            raise StoreError(
                f"{self.folder}: {MANIFEST} contradicts itself: its checksums are of another scenario or design"
            )
        return plan

    def finish(
        self, tables: Mapping[str, pd.DataFrame], figures: Callable[[], Mapping[str, Figure]]
    ) -> tuple[str, ...]:
        """Store tables by the names of their files, and figures. A line for each figure that could not be
        drawn.
        """
        files = {name: csv_bytes(table) for name, table in tables.items()}
        finish(self.folder, files, last=False)  # tables are safe before anything is drawn
        undrawn = draw(figures, files.__setitem__)
        finish(self.folder, files)
        return undrawn

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The journal: a line for each part that is stored, by number."""
        return sorted(journal(self.folder), key=lambda line: line["part"])

    @property
    def done(self) -> int:
        """Parts that are stored."""
        return len(self.lines)

    @property
    def cells(self) -> list[int]:
        """Cells whose rows are stored."""
        stored = {cell for line in self.lines for cell in self.plan.cells_of(line["part"])}
        return sorted(stored - set(self.failures))

    @property
    def failures(self) -> dict[int, str]:
        """Cells that could not be run, with the reason."""
        return {int(cell): reason for line in self.lines for cell, reason in line["failures"].items()}

    def rows(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Stored rows, all columns or some; only parts that count are read."""
        return self._of(self.lines, columns)

    def each_part(self, columns: list[str]) -> Iterator[pd.DataFrame]:
        """Stored rows part by part, some columns; a cell stands whole in one part, its runs in order."""
        for line in self.lines:
            yield self._of([line], columns)

    def _of(
        self,
        lines: list[dict[str, Any]],
        columns: list[str] | None = None,
        where: ds.Expression | None = None,
    ) -> pd.DataFrame:
        """Rows of parts, by their lines of the journal. Raises StoreError for a part that is not as it was
        written.
        """
        for line in lines:
            if problem := damage(self.folder, line):
                raise StoreError(f"{self.folder}: {problem}; the command that made the sweep makes it again")
        files = [str(self.folder / PARTS / name_of(line["part"])) for line in lines]
        stored = ds.dataset(files, schema=schema_of(self.plan.keep), format="parquet")
        return stored.to_table(columns=columns, filter=where).to_pandas()

    def page(self, cell: int, run: int) -> pd.DataFrame:
        """Stored rows of the page of runs that a run of a cell was computed in; empty if they are not stored."""
        point, lever, _ = self.plan.changes(cell)
        part = cell // self.plan.cells_per_part
        lines = [line for line in self.lines if line["part"] == part]
        if not lines:
            return schema_of(self.plan.keep).empty_table().to_pandas()
        start, stop = page_of(run, self.plan.runs)
        at = (ds.field("point") == point) & (ds.field("lever") == lever)
        return self._of(lines, where=at & (ds.field("run") >= start) & (ds.field("run") < stop))

    def summary(self) -> pd.DataFrame:
        """One row per cell and outcome: probability that it happened or mean, with 95 % interval,
        runs and failures.

        Failed runs count nowhere but in `failed`; a cell that could not be run has no value and a `reason`.
        Reads part by part.
        """
        plan, failures = self.plan, self.failures
        kinds = {name: kind for name, kind in plan.kinds.items() if kind is not Kind.COUNT}
        tables = [
            _summed(point, lever, cell, kinds)
            for part in self.each_part(["point", "lever", "failed", *kinds])
            for (point, lever), cell in part.groupby(["point", "lever"], sort=False)
        ]
        lost = [
            {"point": (at := plan.changes(cell))[0], "lever": at[1], "reason": failures[cell]}
            for cell in failures
        ]
        if lost:
            tables.append(pd.DataFrame(lost).assign(outcome=None, runs=0, failed=plan.runs))
        columns = ["point", "lever", "outcome", "value", "low", "high", "runs", "failed", "reason"]
        table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
        return table.reindex(columns=columns).join(plan.points, on="point")

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of stored rows again from the manifest alone, each with its page; returns what
        differs.

        Parts whose bytes are not those that were written are told instead, if there are any.
        """
        wrong = [problem for line in self.lines if (problem := damage(self.folder, line))]
        if wrong:
            return wrong
        plan, cells = self.plan, self.cells
        rows = len(cells) * plan.runs
        chosen = (
            np.random.default_rng(seed).choice(rows, min(sample, rows), replace=False).tolist()
            if rows
            else []
        )
        for place, start in sorted(
            {(row // plan.runs, page_of(row % plan.runs, plan.runs)[0]) for row in chosen}
        ):
            point, lever, _ = plan.changes(cells[place])
            stop = page_of(start, plan.runs)[1]
            again = cell_rows(plan, cells[place], partial(alone, plan), start, stop)
            if isinstance(again, str) or not same_rows(self.page(cells[place], start), again.to_pandas()):
                wrong.append(
                    f"point {point}, lever '{lever}', runs {start} to {stop - 1}: run again, they give other rows"
                )
        return wrong


def same_rows(before: pd.DataFrame, again: pd.DataFrame) -> bool:
    """Whether two tables of a sweep's rows hold the same, bit by bit."""
    schema = pa.Schema.from_pandas(before, preserve_index=False)
    return pa.Table.from_pandas(again, schema, preserve_index=False).equals(
        pa.Table.from_pandas(before, schema, preserve_index=False)
    )


def _summed(point: int, lever: str, cell: pd.DataFrame, kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """The summary of one cell: a row for each outcome."""
    good = cell[~cell["failed"]]
    rows = pd.DataFrame(
        [_interval(good[name].to_numpy(), kind) for name, kind in kinds.items()],
        columns=["value", "low", "high"],
    )
    rows.insert(0, "outcome", list(kinds))
    return rows.assign(point=point, lever=lever, runs=len(good), failed=int(cell["failed"].sum()))


def _interval(values: np.ndarray, kind: Kind) -> tuple[float, float, float]:
    """Probability of having happened with its Wilson interval, or the mean with its normal interval; values:
    (runs,).
    """
    runs = len(values)
    if not runs:
        return np.nan, np.nan, np.nan
    if kind in SHARES:
        count = np.count_nonzero(came(kind, values))
        low, high = wilson(np.array([count]), runs)
        return count / runs, float(low[0]), float(high[0])
    mean = float(values.mean())
    half = Z95 * float(values.std(ddof=1)) / runs**0.5 if runs > 1 else np.nan
    return mean, mean - half, mean + half
