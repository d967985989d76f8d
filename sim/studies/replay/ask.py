"""One stored row lived again from the manifest alone: what was stored, what comes of it now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
from pydantic import BaseModel, Field, ValidationError

from sim.engine.beliefs import Beliefs
from sim.engine.luck import MAX_SEED
from sim.engine.pages import Lot, Lots, page_of
from sim.engine.request import MOST_RUNS, check_run
from sim.engine.setups import Plain, Setup, branch
from sim.engine.uncertain import free_numbers
from sim.outcomes.questions import Questions
from sim.reading.numbers import whole_of
from sim.reading.source import source_of
from sim.refusal import BadInput, Refusal
from sim.registry import RuleError, require
from sim.scenario.load import Scenario, ScenarioError, parse
from sim.scenario.lower import World, lower
from sim.studies.run.draws import draws_read
from sim.studies.run.folder import DRAWS, ROWS
from sim.studies.run.rows import frame
from sim.studies.sweep.programs import alone
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.rows import cell_rows
from sim.writing.manifest import MANIFEST, RUN, SWEEP, damage_of, files_of, kind_of, read_manifest

KEYS = ("point", "lever", "run")


class ReplayError(Refusal):
    """Results that cannot be run again, in one line."""


@dataclass(frozen=True)
class Replay:
    """A row as it was `stored` and as it comes out `again`, outcome by outcome; `world` is that of its
    scenario.
    """

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
    """A row of results run again; point and lever say which of a sweep.

    Raises ManifestError, ReplayError, StoreError, BadInput.
    """
    run, point = check_run(run), whole_of("the number of a point", point, 0, MOST_RUNS)
    found = opened(folder)
    with understood(found.folder):
        return _again(found, run, point, lever)


def _again(found: Sweep | Stored, run: int, point: int, lever: str | None) -> Replay:
    folder = found.folder
    if isinstance(found, Stored):
        if point != 0 or lever is not None:
            raise BadInput(f"{folder} holds the runs of one scenario; a point and a lever belong to a sweep")
        return found.replay(run)
    plan = found.plan
    name = next(iter(plan.levers)) if lever is None else lever
    if name not in plan.levers:
        raise BadInput(f"no lever '{name}'; there are {', '.join(plan.levers)}")
    if not 0 <= point < len(plan.points) or not 0 <= run < plan.runs:
        raise BadInput(
            f"{folder} holds points 0 to {len(plan.points) - 1}, each of runs 0 to {plan.runs - 1}"
        )
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
    """The rows in a folder, and what they were made of. Raises ManifestError, StoreError, ReplayError."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    kind = kind_of(manifest)
    if kind is None:
        raise ReplayError(f"{folder}: {MANIFEST} is none that this version of steppe knows")
    if kind not in (RUN, SWEEP):
        raise ReplayError(
            f"{folder}: holds a {kind}, no rows to run again; the command in its manifest makes it"
        )
    with understood(folder):  # whatever the manifest must tell is read here, once
        if kind == SWEEP:
            sweep = Sweep(folder)
            _ = sweep.plan, sweep.failures
            return sweep
        run = Stored(folder, manifest)
        _ = run.told, run.lots
        return run


@contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Whatever is strange about a folder from somewhere else, as one line. Raises ReplayError."""
    try:
        yield
    except ScenarioError as error:
        raise ReplayError(f"{folder}: what was run cannot be run any more: {error.problems[0]}") from None
    except RuleError as error:
        raise ReplayError(f"{folder}: {error}") from None
    except Refusal:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ReplayError(
            f"{folder}: {MANIFEST} does not tell what was run ({place}: {first['msg']})"
        ) from None
    except STRANGE as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:MOST]
        raise ReplayError(f"{folder}: is not as steppe writes it ({reason})") from None


STRANGE = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError,
    pa.ArrowException,
)  # fmt: skip
"""What reading results that were damaged, or made up, can raise."""

MOST = 200
"""Characters of a reason that are told."""


class AsRun(BaseModel, strict=True):
    """A scenario in a manifest."""

    as_run: dict[str, Any]
    overrides: dict[str, Any] = {}
    registered: list[dict[str, Any]] = []


class Past(BaseModel, strict=True):
    """The past that runs share, in a manifest."""

    run: int = Field(ge=0, lt=2**63)
    month: str
    trunk_as_run: dict[str, Any]


class Drawn(BaseModel, strict=True):
    """What a manifest tells of draws of the uncertain numbers."""

    draws_sha256: str


class Told(BaseModel, strict=True):
    """What the manifest of a run must tell for the run to be made again."""

    scenario: AsRun
    seed: int = Field(ge=0, le=MAX_SEED)
    runs: int = Field(ge=1, le=2**40)
    months: int = Field(ge=1, le=1200)
    branch: Past | None
    beliefs: Drawn | None = None


@dataclass(frozen=True)
class Stored:
    """What `steppe run` left in a folder."""

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def told(self) -> Told:
        """What the manifest tells. Raises ValidationError."""
        return Told.model_validate(self.manifest)

    @property
    def runs(self) -> int:
        return self.told.runs

    @property
    def seed(self) -> int:
        return self.told.seed

    @cached_property
    def setup(self) -> Setup:
        """What was run. Raises ScenarioError, ReplayError, BadInput."""
        own = self.told.scenario
        require(own.registered)
        scenario = self._scenario(own.as_run, tuple(own.overrides.items()))
        past = self.told.branch
        if self.told.beliefs is not None:
            return Beliefs(scenario, free_numbers(scenario), self._draws(self.told.beliefs.draws_sha256))
        if past is not None:
            return branch(scenario, past.run, past.month, trunk=self._scenario(past.trunk_as_run))
        return Plain(scenario)

    def _scenario(self, raw: dict[str, Any], before: tuple[tuple[str, Any], ...] = ()) -> Scenario:
        return parse(raw, str(self.folder / MANIFEST), before=before, sourced=True)

    def _draws(self, sha256: str) -> dict[str, np.ndarray]:
        """The values of the uncertain entries under which the runs lived (draws,). Raises ReplayError."""
        file = self.folder / DRAWS
        try:
            source = source_of(file)
            if source.sha256 != sha256:
                raise ReplayError(
                    f"{file} is not the one that was written with {MANIFEST}; the runs cannot be run again"
                )
            return draws_read(source)
        except BadInput as error:
            raise ReplayError(f"{file} cannot be read: {error}") from None

    @cached_property
    def world(self) -> World:
        """The world as it was run, with the numbers of the file."""
        return lower(self.setup.scenario, self.told.months)

    @cached_property
    def lots(self) -> Lots:
        """What it takes to run it again."""
        return self.setup.prepared(self.world, self.seed)

    def _again(self, lot: Lot) -> pd.DataFrame:
        """Rows of a lot of runs, run again."""
        questions = Questions.of(self.world)
        found = [questions.ask(history) for history in lot.pieces(self.seed)]
        return frame(found, questions, self.setup.draws).reset_index()

    @cached_property
    def _rows(self) -> ds.Dataset:
        """The stored rows. Raises ReplayError if they are not those that were written with the manifest."""
        file, listed = self.folder / ROWS, files_of(self.manifest)
        if listed is not None and (fault := damage_of(file, listed.get(ROWS, ""))):
            raise ReplayError(f"{self.folder}: {fault}")
        return ds.dataset(file, format="parquet")

    def _before(self, runs: np.ndarray) -> pd.DataFrame:
        try:
            return self._rows.to_table(filter=ds.field("run").isin(runs.astype(np.int64))).to_pandas()
        except STRANGE as error:
            raise ReplayError(
                f"{self.folder / ROWS} cannot be read: {' '.join(str(error).split())[:MOST]}"
            ) from None

    def replay(self, run: int) -> Replay:
        """A row run again. Raises ReplayError, BadInput."""
        if not 0 <= run < self.runs:
            raise BadInput(f"{self.folder} holds runs 0 to {self.runs - 1}")
        lot = self.lots.of(run, self.runs)
        again, before = _row(self._again(lot), run), _row(self._before(lot.runs), run)
        world = lower(self.setup.lived(run), self.told.months)
        return Replay(world, self.seed, run, before, again, lot.trunk is not None)

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of rows again, each with its page of runs; returns what differs."""
        stored = self._rows.count_rows()
        if stored != self.runs:
            return [f"{ROWS} holds {stored} rows instead of {self.runs}"]
        chosen = np.random.default_rng(seed).choice(self.runs, min(sample, self.runs), replace=False)
        seen, wrong = set[int](), list[str]()
        for run in sorted(chosen.tolist()):
            if run not in seen:
                lot = self.lots.of(run, self.runs)
                seen |= set(lot.runs.tolist())
                wrong += self._differing(lot)
        return wrong

    def _differing(self, lot: Lot) -> list[str]:
        """A line if the rows of a lot come out otherwise than they were stored."""
        before, again = self._before(lot.runs), self._again(lot)
        if before.astype({"posture": object}).equals(again.astype({"posture": object})):
            return []
        first, last = lot.runs[0], lot.runs[-1]
        of = "" if self.setup.draws is None else f" of draw {first % self.setup.draws}"
        return [f"runs {first} to {last}{of}: run again, they give other rows"]


def _row(rows: pd.DataFrame, run: int) -> pd.Series:
    """The outcomes of a run, by name. Raises ReplayError if there is no such row."""
    found = rows[rows["run"] == run]
    if len(found) != 1:
        raise ReplayError(f"run {run} is stored {len(found)} times instead of once")
    return found.drop(columns=[key for key in KEYS if key in found]).iloc[0].astype(object)
