"""One stored row lived again from the manifest alone: what was stored, what comes of it now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from sim.analysis.tally import Questions
from sim.ensemble.run import Engine, Trunk
from sim.output import ROWS
from sim.refusal import BadInput, Refusal
from sim.results import frame, shared_past
from sim.scenario.load import Scenario, ScenarioError, parse
from sim.scenario.lower import World, lower
from sim.sweep.run import Sweep, alone, cell_rows, page_of
from sim.sweep.store import any_manifest

KEYS = ("point", "lever", "run")


class ReplayError(Refusal):
    """Results that cannot be run again, in one line."""


@dataclass(frozen=True)
class Replay:
    """A row as it was `stored` and as it comes out `again`, outcome by outcome; `world` is that of its scenario."""

    world: World
    seed: int
    run: int
    stored: pd.Series
    again: pd.Series
    branch: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """A row for each outcome: outcome, stored, again, same."""
        names = list(dict.fromkeys([*self.stored.index, *self.again.index]))
        pairs = [(self.stored.get(name), self.again.get(name)) for name in names]
        same = [
            name in self.stored and name in self.again and (one == other or (pd.isna(one) and pd.isna(other)))
            for name, (one, other) in zip(names, pairs, strict=True)
        ]
        stored, again = zip(*pairs, strict=True)
        return pd.DataFrame({"outcome": names, "stored": stored, "again": again, "same": same}, dtype=object)

    @property
    def same(self) -> bool:
        """Whether every outcome is the same, bit by bit."""
        return all(self.table["same"])


def replay(folder: str | Path, run: int, point: int = 0, lever: str | None = None) -> Replay:
    """A row of results run again; point and lever say which of a sweep. Raises ReplayError, StoreError, BadInput."""
    found = opened(folder)
    if isinstance(found, Stored):
        if point != 0 or lever is not None:
            raise BadInput(f"{folder} holds the runs of one scenario; --point and --lever belong to a sweep")
        return found.replay(run)
    plan = found.plan
    name = next(iter(plan.levers)) if lever is None else lever
    if name not in plan.levers:
        raise BadInput(f"no lever '{name}'; there are {', '.join(plan.levers)}")
    if not 0 <= point < len(plan.points) or not 0 <= run < plan.runs:
        raise BadInput(f"{folder} holds points 0 to {len(plan.points) - 1}, each of runs 0 to {plan.runs - 1}")
    cell = point * len(plan.levers) + list(plan.levers).index(name)
    if cell in found.failures:
        raise ReplayError(f"point {point}, lever '{name}' could not be run: {found.failures[cell]}")
    before = found.page(cell, run)
    if before.empty:
        raise ReplayError(f"point {point}, lever '{name}' is not stored yet; the sweep is not finished")
    again = cell_rows(plan, cell, partial(alone, plan), *page_of(run, plan.runs))
    if isinstance(again, str):
        raise ReplayError(f"point {point}, lever '{name}' cannot be run any more: {again}")
    world = lower(plan.scenario.override(plan.changes(cell)[2]), plan.months)
    return Replay(world, plan.seed, run, _row(before, run), _row(again.to_pandas(), run))


def opened(folder: str | Path) -> Sweep | Stored:
    """The results in a folder. Raises StoreError, ReplayError."""
    folder = Path(folder)
    manifest = any_manifest(folder)
    if "kind" in manifest:
        raise ReplayError(f"{folder}: holds a {manifest['kind']}, no rows to run again; the command in its manifest makes it")
    try:  # whatever the manifest must tell is read here, once
        if "identity" in manifest:
            sweep = Sweep(folder)
            _ = sweep.plan, sweep.failures
            return sweep
        run = Stored(folder, manifest)
        _ = run.world, run.runs, run.seed, run.trunk
        return run
    except (KeyError, TypeError, AttributeError) as error:
        raise ReplayError(f"{folder}: manifest.json does not tell what was run ({type(error).__name__}: {error})") from None
    except ScenarioError as error:
        raise ReplayError(f"{folder}: what was run cannot be run any more: {error.problems[0]}") from None


def sound(found: Sweep | Stored, sample: int) -> str:
    """What a check that found nothing says."""
    if isinstance(found, Stored):
        return f"{min(sample, found.runs)} of {found.runs} rows run again, with their pages, are the same"
    rows = len(found.cells) * found.plan.runs
    again = f"{min(sample, rows)} of {rows} rows run again, with their pages, are the same"
    return f"{found.done} of {found.plan.parts} parts stored and whole; {again}"


@dataclass(frozen=True)
class Stored:
    """What `steppe run` left in a folder."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def runs(self) -> int:
        return int(self.manifest["runs"])

    @property
    def seed(self) -> int:
        return int(self.manifest["seed"])

    @cached_property
    def world(self) -> World:
        """The world as it was run."""
        own = self.manifest["scenario"]
        return lower(self._scenario(own["as_run"], tuple(own["overrides"].items())), self.manifest["months"])

    def _scenario(self, raw: dict[str, Any], before: tuple[tuple[str, Any], ...] = ()) -> Scenario:
        return parse(raw, str(self.folder / "manifest.json"), before=before, sourced=True)

    @cached_property
    def trunk(self) -> Trunk | None:
        """The past that the runs share, if they are branches."""
        branch = self.manifest["branch"]
        if branch is None:
            return None
        return shared_past(self._scenario(branch["trunk_as_run"]), self.world, self.seed, branch["run"], branch["month"])

    @cached_property
    def _engine(self) -> Engine:
        return Engine.of(self.world if self.trunk is None else self.trunk.resume(self.world))

    def _again(self, start: int, stop: int) -> pd.DataFrame:
        engine, questions = self._engine, Questions.of(self.world)
        history = engine.page(self.seed, np.arange(start, stop, dtype=np.uint64), self.trunk)
        return frame([questions.ask(history)], questions).reset_index()

    def _before(self, start: int, stop: int) -> pd.DataFrame:
        try:
            rows = ds.dataset(self.folder / ROWS, format="parquet")
            return rows.to_table(filter=(ds.field("run") >= start) & (ds.field("run") < stop)).to_pandas()
        except (OSError, pa.ArrowInvalid) as error:
            raise ReplayError(f"{self.folder / ROWS} cannot be read: {error}") from None

    def replay(self, run: int) -> Replay:
        """A row run again. Raises ReplayError, BadInput."""
        if not 0 <= run < self.runs:
            raise BadInput(f"{self.folder} holds runs 0 to {self.runs - 1}")
        start, stop = page_of(run, self.runs)
        again = _row(self._again(start, stop), run)
        before = _row(self._before(start, stop), run)
        return Replay(self.world, self.seed, run, before, again, self.trunk is not None)

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of rows again, each with its page of runs; returns what differs."""
        chosen = np.random.default_rng(seed).choice(self.runs, min(sample, self.runs), replace=False).tolist()
        wrong = []
        for start, stop in sorted({page_of(run, self.runs) for run in chosen}):
            before, again = self._before(start, stop), self._again(start, stop)
            if not before.astype({"posture": object}).equals(again.astype({"posture": object})):
                wrong.append(f"runs {start} to {stop - 1}: run again, they give other rows")
        return wrong


def _row(rows: pd.DataFrame, run: int) -> pd.Series:
    """The outcomes of a run, by name. Raises ReplayError if there is no such row."""
    found = rows[rows["run"] == run]
    if len(found) != 1:
        raise ReplayError(f"run {run} is stored {len(found)} times instead of once")
    return found.drop(columns=[key for key in KEYS if key in found]).iloc[0].astype(object)
