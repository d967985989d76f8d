"""What came of a sensitivity analysis: tables, the largest causes of doubt, and a folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engine.uncertain import Entry
from sim.outcomes.target import Target
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.studies.sensitivity.indices import MEASURES, REST
from sim.studies.sensitivity.screening import SCREENED, part_label, part_of
from sim.studies.sensitivity.tornado import COLUMNS as ENDS
from sim.writing.notebook import card
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TIDY = ["stage", "name", "label", "date", "measure", "value", "low", "high"]

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Sensitivity:
    """What an outcome hangs on, by each date that is asked about.

    prior: what the entries were drawn from. worlds (dates, draws): the target at independent draws of all
    entries. together (dates, 3): the share of the doubt that shows only where several move, with interval.
    chance (dates,): the share of what the indices divide up that other luck would change. left_out:
    trajectories and points that make no scenario. runs, ends_runs: at each point, and at ends of ranges;
    trajectories, samples, seed: of the designs.
    """

    scenario: Scenario
    target: Target
    entries: tuple[Entry, ...]
    prior: str
    _screened: pd.DataFrame
    _by_part: pd.DataFrame
    _indices: pd.DataFrame
    _ends: pd.DataFrame
    together: np.ndarray
    worlds: np.ndarray
    chance: np.ndarray
    left_out: int
    runs: int
    ends_runs: int
    trajectories: int
    samples: int
    seed: int
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        dates = ", ".join(self.target.dates)
        size = f"{len(self.entries):,} entries in doubt, seed {self.seed}"
        return f"<Sensitivity {one_line(f'{self.scenario.name}: {self.target.label} by {dates}: {size}')}>"

    def _repr_html_(self) -> str:
        """The indices by the last date, in a notebook."""
        rows = self.indices()
        shown = rows.loc[rows["date"] == self.target.dates[-1]].sort_values("total", ascending=False)
        return card(repr(self)[1:-1], shown.drop(columns=["name", "date"]), CAVEAT)

    @cached_property
    def labels(self) -> dict[str, str]:
        """What tables and figures call each entry, and the group of all others."""
        return {entry.name: entry.label for entry in self.entries} | {REST: REST.capitalize()}

    def screening(self) -> pd.DataFrame:
        """Elementary effects of each entry over its whole range: columns SCREENED, in units of the target.

        mu: the mean effect; mu_star: the mean of its size, with a 95 % bootstrap interval; sigma: the spread
        of effects, large where a number acts otherwise in other company.
        """
        parts = {entry.name: part_of(entry) for entry in self.entries}
        labelled = self._screened["name"].map(self.labels)
        return self._screened.assign(label=labelled, group=self._screened["name"].map(parts))[SCREENED]

    def parts(self) -> pd.DataFrame:
        """The same for the parts of the file, all numbers of a part moving at once."""
        labels = {part: part_label(self.scenario, part) for part in self._by_part["name"].unique()}
        columns = [name for name in SCREENED if name not in ("group", "mu", "sigma")]
        return self._by_part.assign(label=self._by_part["name"].map(labels))[columns]

    def indices(self) -> pd.DataFrame:
        """Shares of the variance of the target over all entries, one row an entry and date.

        first: what is gone once the entry is known; total: what is left if all others are known; low and high
        bound 95 %. The last row of a date is for all entries without a row of their own.
        """
        return self._indices.assign(label=self._indices["name"].map(self.labels))[
            ["name", "label", "date", *(f"{each}{end}" for each in MEASURES for end in ("", "_low", "_high"))]
        ]

    def tornado(self) -> pd.DataFrame:
        """The target with each entry at its ends, others as in the file: see `tornado.tornado`."""
        return self._ends.assign(label=self._ends["name"].map(self.labels))[[*ENDS[:1], "label", *ENDS[1:]]]

    def spread(self) -> pd.DataFrame:
        """Where the target lies over all entries: columns date, mean, sd, q05, q50, q95, chance.

        And together, together_low, together_high: the share of the doubt that shows only where several move.
        """
        quantiles = np.quantile(self.worlds, LEVELS, axis=1)
        columns = {"date": self.target.dates, "mean": self.worlds.mean(axis=1), "sd": self.worlds.std(axis=1)}
        names = ("q05", "q50", "q95")
        columns |= dict(zip(names, quantiles, strict=True)) | {"chance": self.chance}
        columns |= dict(zip(("together", "together_low", "together_high"), self.together.T, strict=True))
        return pd.DataFrame(columns)

    def table(self) -> pd.DataFrame:
        """Everything in one tidy table: columns TIDY, a row for each measure of each entry or part."""
        parts = [
            _tidy("screening", self.screening(), {"mu": "", "mu_star": "mu_star", "sigma": ""}),
            _tidy("parts", self.parts(), {"mu_star": "mu_star"}),
            _tidy("indices", self.indices(), {each: each for each in MEASURES}),
            _tidy("tornado", self.tornado(), {"at_low": "", "at_high": ""}),
        ]
        return pd.concat(parts, ignore_index=True)

    def figures(self) -> dict[str, Figure]:
        """The figures by name: tornado, indices."""
        # Here and not above: who draws nothing does not wait for matplotlib to load.
        from sim.studies.sensitivity.figures import figures

        return figures(self)

    def save(self, folder: str | Path, overwrite: bool = False, figures: bool = True) -> tuple[str, ...]:
        """Write tables, figures and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.sensitivity.folder import write

        return write(self, Path(folder), overwrite, figures)


def _tidy(stage: str, table: pd.DataFrame, measures: dict[str, str]) -> pd.DataFrame:
    """A row for each measure, with the interval whose columns begin with a word, if there is one."""
    parts = []
    for measure, interval in measures.items():
        part = table[["name", "label", "date"]].assign(stage=stage, measure=measure, value=table[measure])
        for end in ("low", "high"):
            part[end] = table[f"{interval}_{end}"] if interval else np.nan
        parts.append(part)
    return pd.concat(parts, ignore_index=True)[TIDY]
