"""What deeds say of wants: tables, figure, folder and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.setups import Setup
from sim.reading.source import Source
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.studies.manifest import told
from sim.studies.wants.deeds import Deed
from sim.studies.wants.entries import Entries
from sim.studies.wants.posterior import Posterior
from sim.studies.wants.recovered import Recovered
from sim.studies.wants.tables import deeds_of, ranks_of, ridges_of, table_of
from sim.writing.folders import replacing
from sim.writing.manifest import WANTS, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ["label", "low", "median", "high", "contraction", "verdict"]
"""Columns that a notebook shows."""


@dataclass(frozen=True)
class Wants:
    """Scales of what actors want, learnt from deeds.

    deeds: that told of wants; left_out: the reason by target for those that did not; recovered: what was
    learnt of known truths, None if that was not asked for; counted: how many of the runs carry the mean.
    """

    setup: Setup
    data: Source
    deeds: tuple[Deed, ...]
    left_out: dict[str, str]
    entries: Entries
    posterior: Posterior
    recovered: Recovered | None
    counted: float
    seed: int
    runs: int
    failed: int
    months: int
    command: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario whose wants these are."""
        return self.setup.scenario

    @property
    def values(self) -> dict[str, np.ndarray]:
        """Draws of the posterior (draws,) by the name of the entry: factors, or shifts in logits."""
        pairs = zip(self.entries.all, self.posterior.scores.T, strict=True)
        return {entry.name: entry.value(z) for entry, z in pairs}

    @cached_property
    def _table(self) -> pd.DataFrame:
        return table_of(self)

    def table(self) -> pd.DataFrame:
        """A row for each want, then for each base rate: columns `tables.COLUMNS`; intervals hold 90 %."""
        return self._table.copy()

    def ridges(self) -> pd.DataFrame:
        """Pairs that deeds do not tell apart, |correlation| > .5: columns `tables.RIDGES`."""
        return ridges_of(self)

    def __repr__(self) -> str:
        came = sum(len(deed.came) for deed in self.deeds)
        size = f"{len(self.entries.scales)} wants from {came} deeds, seed {self.seed}"
        return f"<Wants {one_line(f'{self.scenario.name}: {size}')}>"

    def _repr_html_(self) -> str:
        """The scales in a notebook."""
        return card(repr(self)[1:-1], self._table[self._table["kind"] == "scale"][SHOWN], CAVEAT)

    def plot(self) -> Figure:
        """Intervals of all scales against the prior."""
        from sim.studies.wants.figures import figure

        return figure(self)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, figure and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, WANTS, overwrite) as work:
            write_csv(self.table(), work / "wants.csv")
            write_csv(self.ridges(), work / "ridges.csv")
            write_csv(deeds_of(self), work / "deeds.csv")
            if self.recovered is not None:
                write_csv(ranks_of(self), work / "ranks.csv")
            (work / "facts.csv").write_bytes(self.data.data)
            undrawn = draw(lambda: {"wants": self.plot()}, into(work))
            seal(work, WANTS, self.manifest())
        return undrawn

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        own = {
            "deeds": {"file": self.data.name, "sha256": self.data.sha256},
            "came": sum(len(deed.came) for deed in self.deeds),
            "left_out": self.left_out,
            "sd": float(next(iter(self.entries.scales.values())).sd),
            "draws": len(self.posterior.scores),
            "mixing": float(np.max(self.posterior.mixing)),
            "effective_draws": self.posterior.effective,
            "effective_runs": self.counted,
            "tests": 0 if self.recovered is None else len(self.recovered.truth),
        }
        setup, months = self.setup, self.months
        return told(setup, self.runs, self.failed, self.seed, months, own, self.command, ["scipy"])
