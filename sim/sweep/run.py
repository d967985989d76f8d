"""Running a sweep: design points times levers, each an ensemble on the same luck, in parts that can be done again."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from sim.analysis.intervals import Z95, wilson
from sim.analysis.tally import Questions
from sim.ensemble.points import Family
from sim.ensemble.run import PAGE, Engine, default_threads
from sim.outcomes import last_posture
from sim.output import version_of
from sim.scenario.load import Scenario, ScenarioError, parse
from sim.scenario.lower import lower
from sim.sweep.design import NO_LEVER, DesignError, Levers, checked
from sim.sweep.store import PARTS, Store, digest, journal, read_manifest

PART_ROWS = 20_000
"""Rows that a part holds, about: what a crash can cost, and what memory holds at once."""

MOST_PROGRAMS = 8
"""Programs that are kept, and families that are tried, before a cell is prepared on its own."""

BLOCK, MOST_BLOCKS = 256, 16
"""Points that are prepared together, and blocks of them that are kept."""

FIRST, COUNT = "first.", "count."


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

    @property
    def cells(self) -> int:
        return len(self.points) * len(self.levers)

    @property
    def cells_per_part(self) -> int:
        return max(PART_ROWS // self.runs, 1)

    @property
    def parts(self) -> int:
        return -(-self.cells // self.cells_per_part)

    def cells_of(self, part: int) -> range:
        """The numbers of a part's cells."""
        first = part * self.cells_per_part
        return range(first, min(first + self.cells_per_part, self.cells))

    def changes(self, cell: int) -> tuple[int, str, dict[str, Any]]:
        """Point, lever, and all changes of the scenario in a cell; the lever's come last."""
        point, lever = divmod(cell, len(self.levers))
        name = list(self.levers)[lever]
        values = {path: _plain(self.points[path].iloc[point]) for path in self.points.columns}
        return point, name, values | self.levers[name]

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What makes this sweep this sweep: two runs with one identity give the same bytes."""
        design = [{path: _plain(value) for path, value in row.items()} for row in self.points.to_dict("records")]
        return {
            "scenario": digest(_text(self.scenario.raw).encode()),
            "design": digest(_text([design, self.levers]).encode()),
            "runs_per_point": self.runs, "seed": self.seed, "months": self.months, "outcomes": list(self.keep),
            "version": version_of("steppe-sim"), "as_run": self.scenario.raw, "points": design, "levers": self.levers,
            "set": dict(self.scenario.overrides),
        }  # fmt: skip


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


Prepared = tuple[Engine, Questions]
"""What it takes to run a cell: its engine, and what is asked of its runs."""


class Programs:
    """Engines for the cells of a sweep: a block of points at once where their numbers can be traced, else one by one."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self._lock = plan, threading.Lock()
        self._numbers = [path for path in plan.points.columns if plan.points[path].dtype.kind in "fiu"]
        self._ranges = {path: (float(plan.points[path].min()), float(plan.points[path].max())) for path in self._numbers}
        self._families: dict[tuple[str, ...], list[tuple[Family, Questions] | None]] = {}
        self._blocks: dict[tuple[tuple[str, ...], int], dict[int, Prepared]] = {}
        self._known: dict[str, list[Engine]] = {}

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
                    self._found(kind, self.plan.scenario.override(self._inside(point) | self.plan.levers[kind[0]]))
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
        """Values inside the design that no other number shares by chance, as 0, 0.5 and 1 are shared; texts as at a point."""
        values = {path: _plain(self.plan.points[path].iloc[point]) for path in self.plan.points.columns}
        for place, path in enumerate(self._numbers):
            (low, high), share = self._ranges[path], (0.381966 + 0.236068 * place) % 1
            if self.plan.points[path].dtype.kind == "f" and low < high:
                values[path] = low + share * (high - low)
        return values


def cell_rows(plan: Plan, cell: int, programs: Programs) -> pd.DataFrame | str:
    """The rows of a cell, one per run; or why it cannot be run."""
    point, lever, _ = plan.changes(cell)
    try:
        engine, questions = programs.prepare(cell)
    except ScenarioError as error:
        return "; ".join(error.problems)
    names = [outcome.name for outcome in questions.outcomes if outcome.name in plan.keep]
    pages = [np.arange(first, min(first + PAGE, plan.runs), dtype=np.uint64) for first in range(0, plan.runs, PAGE)]
    rows, postures, failed = np.empty((len(names), plan.runs)), [], []
    for runs in pages:
        history = engine.page(plan.seed, runs)
        rows[:, runs[0] : runs[-1] + 1] = questions.rows(history, plan.keep)
        postures.append(np.where(history.failed, -1, last_posture(history)))
        failed.append(history.failed)
    columns: dict[str, Any] = {"point": np.int32(point), "lever": lever, "run": np.arange(plan.runs, dtype=np.int64)}
    columns |= {name: rows[names.index(name)] for name in plan.keep}
    classes = np.array([*questions.postures, None], dtype=object)
    columns["posture"] = classes[np.concatenate(postures)]
    columns["failed"] = np.concatenate(failed)
    return pd.DataFrame(columns)


def schema_of(keep: tuple[str, ...]) -> pa.Schema:
    """Columns of a part: point, lever, run, outcomes [units of columns.csv], posture, failed."""
    fields = [("point", pa.int32()), ("lever", pa.string()), ("run", pa.int64())]
    return pa.schema([*fields, *((name, pa.float64()) for name in keep), ("posture", pa.string()), ("failed", pa.bool_())])


def sweep(
    scenario: Scenario, points: pd.DataFrame, out: str | Path, levers: Levers | None = None, runs: int = 1000, seed: int = 1,
    months: int | None = None, keep: list[str] | None = None, threads: int | None = None,
    progress: Callable[[int], Any] | None = None, tell: Callable[[str], Any] = lambda line: None,
) -> Sweep:  # fmt: skip
    """Run a design and store it in a folder; the same call goes on where it was stopped, and does nothing once it is finished.

    `points` has a row for each design point and a column for each path; `keep` names outcomes to store (all by default);
    `progress` is told the run-months done, `tell` what was found damaged. Raises DesignError, StoreError, ValueError.
    """
    from sim.results import check_request

    levers = NO_LEVER if levers is None else levers
    checked(points, levers)
    check_request(runs, seed, months, threads)
    months = scenario.case.time.months if months is None else months
    known = [outcome.name for outcome in Questions.of(lower(scenario, months)).outcomes]
    if unknown := [name for name in keep or [] if name not in known]:
        raise DesignError(f"no outcome '{unknown[0]}'; columns.csv of a run lists them")
    plan = Plan(scenario, points, levers, runs, seed, months, tuple(keep or known))
    store, programs = Store(Path(out), plan.identity), Programs(plan)
    with store.open(), ThreadPoolExecutor(threads or default_threads()) as pool:
        for line in store.damaged:
            tell(f"{line}; it is made again")
        for part in range(plan.parts):
            cells = plan.cells_of(part)
            if part not in store.done:
                found = dict(zip(cells, pool.map(lambda cell: cell_rows(plan, cell, programs), cells), strict=True))
                frames = [frame for frame in found.values() if isinstance(frame, pd.DataFrame)]
                tables = [pa.Table.from_pandas(frame, schema_of(plan.keep), preserve_index=False) for frame in frames]
                failures = {str(cell): reason for cell, reason in found.items() if isinstance(reason, str)}
                store.add(part, pa.concat_tables(tables) if tables else schema_of(plan.keep).empty_table(), failures)
            if progress is not None:
                progress(len(cells) * runs * months)
    return Sweep(Path(out))


@dataclass(frozen=True)
class Sweep:
    """A sweep in its folder, finished or not."""

    folder: Path

    @cached_property
    def plan(self) -> Plan:
        """What was to be run, from the manifest alone."""
        own = read_manifest(self.folder)["identity"]
        before = tuple(own["set"].items())
        scenario = parse(own["as_run"], str(self.folder / "manifest.json"), before=before, sourced=True)
        keep = tuple(own["outcomes"])
        return Plan(scenario, pd.DataFrame(own["points"]), own["levers"], own["runs_per_point"], own["seed"], own["months"], keep)

    @property
    def done(self) -> int:
        """Parts that are stored."""
        return sum(1 for _ in journal(self.folder))

    @property
    def cells(self) -> list[int]:
        """Cells whose rows are stored."""
        stored = {cell for line in journal(self.folder) for cell in self.plan.cells_of(line["part"])}
        return sorted(stored - set(self.failures))

    @property
    def failures(self) -> dict[int, str]:
        """Cells that could not be run, with the reason."""
        return {int(cell): reason for line in journal(self.folder) for cell, reason in line["failures"].items()}

    def rows(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Stored rows, all columns or some; only parts that count are read."""
        files = [str(self.folder / PARTS / f"part-{line['part']:06d}.parquet") for line in journal(self.folder)]
        return ds.dataset(files, schema=schema_of(self.plan.keep), format="parquet").to_table(columns=columns).to_pandas()

    def summary(self) -> pd.DataFrame:
        """One row per cell and outcome: probability that it happened (`first.`) or mean, with 95 % interval, runs and failures.

        Failed runs count nowhere but in `failed`; a cell that could not be run has no value and a `reason`.
        """
        plan, found = self.plan, []
        names = [name for name in plan.keep if not name.startswith(COUNT)]
        rows = self.rows(["point", "lever", "failed", *names])
        for (point, lever), cell in rows.groupby(["point", "lever"], sort=False):
            good = cell[~cell["failed"]]
            for name in names:
                entry = {"point": point, "lever": lever, "outcome": name, "runs": len(good), "failed": int(cell["failed"].sum())}
                found.append(entry | _interval(good[name], name.startswith(FIRST)))
        for cell_number, reason in self.failures.items():
            point, lever, _ = plan.changes(cell_number)
            found.append({"point": point, "lever": lever, "outcome": None, "runs": 0, "failed": plan.runs, "reason": reason})
        table = pd.DataFrame(found, columns=["point", "lever", "outcome", "value", "low", "high", "runs", "failed", "reason"])
        return table.join(plan.points, on="point")

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of cells again from the manifest alone; returns what differs, and parts that are damaged."""
        from sim.sweep.store import damage

        wrong = [problem for line in journal(self.folder) if (problem := damage(self.folder, line))]
        if wrong:
            return wrong
        plan, stored = self.plan, self.rows()
        programs = Programs(plan)
        chosen = np.random.default_rng(seed).permutation(self.cells)[:sample]
        for cell in sorted(chosen):
            point, lever, _ = plan.changes(int(cell))
            again = cell_rows(plan, int(cell), programs)
            before = stored[(stored["point"] == point) & (stored["lever"] == lever)].reset_index(drop=True)
            if isinstance(again, str) or not _same(before, again):
                wrong.append(f"point {point}, lever '{lever}': run again, it gives other rows")
        return wrong


def _same(before: pd.DataFrame, again: pd.DataFrame) -> bool:
    schema = pa.Schema.from_pandas(before, preserve_index=False)
    return pa.Table.from_pandas(again, schema, preserve_index=False).equals(
        pa.Table.from_pandas(before, schema, preserve_index=False)
    )


def _interval(values: pd.Series, happened: bool) -> dict[str, float]:
    """Probability of having happened with its Wilson interval, or the mean with its normal interval."""
    if values.empty:
        return {}
    if happened:
        count = int(values.notna().sum())
        low, high = wilson(np.array([count]), len(values))
        return {"value": count / len(values), "low": float(low[0]), "high": float(high[0])}
    half = Z95 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return {"value": float(values.mean()), "low": float(values.mean()) - half, "high": float(values.mean()) + half}
