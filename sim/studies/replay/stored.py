"""What `steppe run` left in a folder, and the same runs again from what its manifest tells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from pydantic import BaseModel, Field

from sim.assimilation.given import Given, given, past_in
from sim.engine.beliefs import Beliefs
from sim.engine.luck import MAX_SEED
from sim.engine.pages import Lots, Together
from sim.engine.ranged import ranged_numbers
from sim.engine.setups import Plain, Setup, branch
from sim.engine.uncertain import free_numbers
from sim.outcomes.questions import Questions
from sim.reading.source import Source, source_of
from sim.refusal import BadInput
from sim.registry import require
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import World, lower
from sim.studies.manifest import known
from sim.studies.replay.row import Replay, row_of
from sim.studies.replay.strange import STRANGE, ReplayError, reason_of
from sim.studies.run.draws import draws_read
from sim.studies.run.folder import DRAWS, FACTS, ROWS
from sim.studies.run.rows import frame
from sim.writing.manifest import MANIFEST, damage_of, files_of


class AsRun(BaseModel, strict=True):
    """A scenario in a manifest."""

    as_run: dict[str, Any]
    overrides: dict[str, Any] = {}
    registered: list[dict[str, Any]] = []


class Trunk(BaseModel, strict=True):
    """The past that runs share, in a manifest."""

    run: int = Field(ge=0, lt=2**63)
    month: str
    trunk_as_run: dict[str, Any]


class Drawn(BaseModel, strict=True):
    """What a manifest tells of draws of the uncertain numbers."""

    draws_sha256: str
    prior: Literal["file", "ranges"] = "file"


class Known(BaseModel, strict=True):
    """What a manifest tells of a past that runs keep to."""

    month: str = Field(alias="from")
    facts_sha256: str
    runs: int = Field(ge=1, le=2**40)
    seed: int = Field(ge=0, le=MAX_SEED)
    past_as_run: dict[str, Any]
    beliefs: Drawn | None


class Told(BaseModel, strict=True):
    """What the manifest of a run must tell for the run to be made again."""

    scenario: AsRun
    seed: int = Field(ge=0, le=MAX_SEED)
    runs: int = Field(ge=1, le=2**40)
    months: int = Field(ge=1, le=1200)
    branch: Trunk | None
    beliefs: Drawn | None = None
    known: Known | None = None


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
        own = self.told.scenario
        require(own.registered)
        scenario = self._scenario(own.as_run, tuple(own.overrides.items()))
        trunk, known = self.told.branch, self.told.known
        setup = self._under_draws(scenario, self.told.beliefs)
        if trunk is not None:
            setup = self._under_draws(self._scenario(trunk.trunk_as_run), None)
        if known is not None:
            setup = self._given(known).under(setup.scenario)
        if trunk is not None:
            return branch(scenario, trunk.run, trunk.month, trunk=setup)
        return setup

    def _given(self, told: Known) -> Given:
        """The past that runs keep to, made again. Raises ScenarioError, ReplayError, BadInput."""
        setup = self._under_draws(self._scenario(told.past_as_run), told.beliefs)
        facts = Source(FACTS, self._file(FACTS, told.facts_sha256).data)
        return given(setup, facts, told.month, told.runs, told.seed)

    def _scenario(self, raw: dict[str, Any], before: tuple[tuple[str, Any], ...] = ()) -> Scenario:
        return parse(raw, str(self.folder / MANIFEST), before=before, sourced=True)

    def _under_draws(self, scenario: Scenario, told: Drawn | None) -> Setup:
        """The scenario under the draws under which the runs lived. Raises ReplayError, BadInput."""
        if told is None:
            return Plain(scenario)
        file = self._file(DRAWS, told.draws_sha256)
        try:
            values = draws_read(file)
        except BadInput as error:
            raise self._unreadable(DRAWS, error) from None
        if told.prior == "ranges":
            return Beliefs(scenario, ranged_numbers(scenario, values), values)
        return Beliefs(scenario, free_numbers(scenario), values)

    def _file(self, name: str, sha256: str) -> Source:
        """A file that the runs hang on. Raises ReplayError if it is not the one that was written."""
        try:
            source = source_of(self.folder / name)
        except BadInput as error:
            raise self._unreadable(name, error) from None
        if source.sha256 != sha256:
            raise ReplayError(
                f"{self.folder / name} is not the one that was written with {MANIFEST}; "
                "the runs cannot be run again"
            )
        return source

    def _unreadable(self, name: str, error: BadInput) -> ReplayError:
        return ReplayError(f"{self.folder / name} cannot be read: {error}")

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
        return Replay(self.setup, lived, self.seed, run, before, again)

    def verify(self, sample: int, seed: int = 0) -> list[str]:
        """Run a sample of rows again, each with its page of runs; returns what differs."""
        stored = self._rows.count_rows()
        if stored != self.runs:
            return [f"{ROWS} holds {stored} rows instead of {self.runs}"]
        chosen = np.random.default_rng(seed).choice(self.runs, min(sample, self.runs), replace=False)
        seen, wrong = set[int](), self._known_otherwise()
        for run in sorted(chosen.tolist()):
            # A lot is run again whole, so that one with several chosen runs is run once.
            if run in seen:
                continue
            lot = self.lots.of(run, self.runs)
            seen |= set(lot.runs.tolist())
            wrong += self._differing(lot)
        return wrong

    def _known_otherwise(self) -> list[str]:
        """A line if something is told of a past that comes out otherwise when the past is made again."""
        past, told = past_in(self.setup), self.manifest.get("known")
        if past is None or told is None:
            return []
        # the file of facts had another name
        again = {**json.loads(json.dumps(known(past))), "facts": told.get("facts")}
        keys = ", ".join(key for key in again if again[key] != told.get(key))
        if keys:
            return [f"{MANIFEST} tells of a past that comes out otherwise when it is made again: {keys}"]
        return []

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
