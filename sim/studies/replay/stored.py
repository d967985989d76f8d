"""What `steppe run` left in a folder, and the same runs again from what its manifest tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from pydantic import BaseModel, Field

from sim.engine.beliefs import Beliefs
from sim.engine.luck import MAX_SEED
from sim.engine.pages import Lots, Together
from sim.engine.ranged import ranged_numbers
from sim.engine.setups import Branch, Plain, Setup, branch
from sim.engine.uncertain import free_numbers
from sim.outcomes.questions import Questions
from sim.reading.source import source_of
from sim.refusal import BadInput
from sim.registry import require
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import World, lower
from sim.studies.replay.row import Replay, row_of
from sim.studies.replay.strange import STRANGE, ReplayError, reason_of
from sim.studies.run.draws import draws_read
from sim.studies.run.folder import DRAWS, ROWS
from sim.studies.run.rows import frame
from sim.writing.manifest import MANIFEST, damage_of, files_of


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
    prior: Literal["file", "ranges"] = "file"


class Told(BaseModel, strict=True):
    """What the manifest of a run must tell for the run to be made again."""

    scenario: AsRun
    seed: int = Field(ge=0, le=MAX_SEED)
    runs: int = Field(ge=1, le=2**40)
    months: int = Field(ge=1, le=1200)
    branch: Past | None
    beliefs: Drawn | None = None
    known: dict[str, Any] | None = None


@dataclass(frozen=True)
class Stored:
    """The runs of one scenario in a folder, and what they were made of."""

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
        # What a scenario names must be registered before the scenario is read.
        if self.told.known is not None:
            raise ReplayError(
                f"{self.folder}: its runs keep to known facts, and are not run again from a folder yet; "
                "run the command in its manifest again"
            )
        own = self.told.scenario
        require(own.registered)
        scenario = self._scenario(own.as_run, tuple(own.overrides.items()))
        past = self.told.branch
        if self.told.beliefs is not None:
            return self._beliefs(scenario, self.told.beliefs)
        if past is not None:
            return branch(scenario, past.run, past.month, trunk=self._scenario(past.trunk_as_run))
        return Plain(scenario)

    def _scenario(self, raw: dict[str, Any], before: tuple[tuple[str, Any], ...] = ()) -> Scenario:
        return parse(raw, str(self.folder / MANIFEST), before=before, sourced=True)

    def _beliefs(self, scenario: Scenario, told: Drawn) -> Beliefs:
        """The scenario under the draws under which the runs lived. Raises ReplayError, BadInput."""
        values = self._draws(told.draws_sha256)
        if told.prior == "ranges":
            return Beliefs(scenario, ranged_numbers(scenario, values), values)
        return Beliefs(scenario, free_numbers(scenario), values)

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

    def _again(self, lot: Together) -> pd.DataFrame:
        """Rows of a lot of runs, run again."""
        questions = Questions.of(self.world)
        found = [questions.ask(history) for history in lot.pieces(self.seed)]
        return frame(found, questions, self.setup.draws).reset_index()

    @cached_property
    def _rows(self) -> ds.Dataset:
        """The stored rows. Raises ReplayError if they are not those that were written with the manifest."""
        file, listed, fault = self.folder / ROWS, files_of(self.manifest), None
        if listed is not None:
            fault = damage_of(file, listed.get(ROWS, ""))
        if fault:
            raise ReplayError(f"{self.folder}: {fault}")
        return ds.dataset(file, format="parquet")

    def _before(self, runs: np.ndarray) -> pd.DataFrame:
        try:
            return self._rows.to_table(filter=ds.field("run").isin(runs.astype(np.int64))).to_pandas()
        except STRANGE as error:
            raise ReplayError(f"{self.folder / ROWS} cannot be read: {reason_of(error)}") from None

    def replay(self, run: int) -> Replay:
        """A row run again. Raises ReplayError, BadInput."""
        if not 0 <= run < self.runs:
            raise BadInput(f"{self.folder} holds runs 0 to {self.runs - 1}")
        lot = self.lots.of(run, self.runs)
        again, before = row_of(self._again(lot), run), row_of(self._before(lot.runs), run)
        lived = lower(self.setup.lived(run), self.told.months)
        return Replay(lived, self.seed, run, before, again, isinstance(self.setup, Branch))

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of rows again, each with its page of runs; returns what differs."""
        stored = self._rows.count_rows()
        if stored != self.runs:
            return [f"{ROWS} holds {stored} rows instead of {self.runs}"]
        chosen = np.random.default_rng(seed).choice(self.runs, min(sample, self.runs), replace=False)
        seen, wrong = set[int](), list[str]()
        for run in sorted(chosen.tolist()):
            # A lot is run again whole, so that one with several chosen runs is run once.
            if run in seen:
                continue
            lot = self.lots.of(run, self.runs)
            seen |= set(lot.runs.tolist())
            wrong += self._differing(lot)
        return wrong

    def _differing(self, lot: Together) -> list[str]:
        """A line if the rows of a lot come out otherwise than they were stored."""
        before, again = self._before(lot.runs), self._again(lot)
        # Postures as words: the order of the categories is no part of a row.
        if before.astype({"posture": object}).equals(again.astype({"posture": object})):
            return []
        first, last = lot.runs[0], lot.runs[-1]
        of = ""
        if self.setup.draws is not None:
            of = f" of draw {first % self.setup.draws}"
        return [f"runs {first} to {last}{of}: run again, they give other rows"]
