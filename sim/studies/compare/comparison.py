"""What came of two scenarios on the same futures: a Comparison, its table, its folder and its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.assimilation.given import past_in
from sim.assimilation.past import Past
from sim.drawing.saving import draw, into
from sim.engine.setups import Setup
from sim.outcomes.questions import Questions
from sim.refusal import one_line
from sim.scenario.asked import simulated
from sim.scenario.lower import World
from sim.scenario.schema import Case
from sim.studies.compare.months import Paths, by_month
from sim.studies.compare.tables import table_of
from sim.studies.manifest import setup_told, told
from sim.studies.run.folder import write_known
from sim.writing.folders import replacing
from sim.writing.manifest import COMPARE, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Comparison:
    """Two worlds run by run on the same luck.

    outcomes: (2, outcomes, runs); failed: (runs,) if either run failed; parted: (runs,) the first month
    [month after the start] in which any recorded number differs, not a number if none does; paths: sums of
    headline paths by month.
    """

    setups: tuple[Setup, ...]
    worlds: tuple[World, ...]
    questions: Questions
    seed: int
    outcomes: np.ndarray
    failed: np.ndarray
    parted: np.ndarray
    paths: Paths
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        first, second = (each.scenario for each in self.setups)
        size = f"{len(self.failed):,} futures of {self.worlds[0].months} months, seed {self.seed}"
        return f"<Comparison {one_line(f'{first!r} with {second!r}: {size}')}>"

    def _repr_html_(self) -> str:
        """What differs, in a notebook: outcomes and where the two end up."""
        rows = self.table()
        shown = ["label", "date", "first", "second", "difference", "low", "high", "flipped"]
        return card(repr(self)[1:-1], rows.loc[rows["kind"] != "event", shown], CAVEAT)

    @property
    def runs(self) -> int:
        """Futures that count: those that failed in neither world."""
        return int((~self.failed).sum())

    @property
    def past(self) -> Past | None:
        """What runs of both keep to until a month, if anything."""
        return past_in(self.setups[0])

    @property
    def case(self) -> Case:
        """What the first scenario says, which asks."""
        return self.worlds[0].scenario.case

    @property
    def dates(self) -> list[str]:
        """The compared months, such as `2024-06`."""
        return simulated(self.case, self.worlds[0].months)

    def pair(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """An outcome in both worlds (runs,), without failed futures. Raises ValueError if unknown."""
        place = [column.name for column in self.questions.columns].index(name)
        first, second = self.outcomes[:, place, ~self.failed]
        return first, second

    def table(self) -> pd.DataFrame:
        """Outcomes: probability of having happened by each month asked about; events by the end; headlines:
        mean at the end.

        Second less first, paired, 95 %. `flipped` is the share of futures in which an event happens in one
        world only; `saving` how many times more futures independent draws would need for the same interval.
        """
        return table_of(self)

    def by_month(self) -> pd.DataFrame:
        """What differs month by month, second less first, paired, 95 %: columns `months.COLUMNS`.

        Outcomes and events: probability of having happened by the end of the month; headline paths: mean in
        it. `flipped` is the share of futures in which it has happened by then in one world only.

        >>> import sim
        >>> base = sim.load("mongolia-2024")
        >>> found = sim.compare(base, base.override({"sanctions": 0.9}), runs=16, months=6)
        >>> found.by_month().query("name == 'autonomy'")["date"].tolist()[-1]
        '2024-11'
        """
        return by_month(self)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write table, figure and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, COMPARE, overwrite) as work:
            write_csv(self.table(), work / "table.csv")
            write_csv(self.by_month(), work / "months.csv")
            if self.past is not None:
                write_known(self.past, work)
            undrawn = draw(self.figures, into(work))
            seal(work, COMPARE, self.manifest())
        return undrawn

    def figures(self) -> dict[str, Figure]:
        """The figures by name: differences, months."""
        # Drawing is imported when it is needed: matplotlib takes longer to load than a small comparison.
        from sim.studies.compare.figures import figures_of

        return figures_of(self)

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        first, second = self.setups
        runs, failed = len(self.failed), int(self.failed.sum())
        other = {"other": setup_told(second, runs)}
        return told(first, runs, failed, self.seed, self.worlds[0].months, other, self.command)
