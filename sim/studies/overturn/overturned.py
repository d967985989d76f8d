"""What overturns a finding: shifts of numbers, how plausible they are, their tables, folder and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.setups import Plain
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference
from sim.studies.finding import Finding
from sim.studies.manifest import setup_told, told
from sim.studies.overturn.margins import Asked, Reading
from sim.studies.overturn.search import Found, Shift
from sim.studies.overturn.tables import draws_of, shifts_of, table_of
from sim.writing.folders import replacing
from sim.writing.manifest import OVERTURN, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Overturned:
    """A finding of a scenario, or of what a second one changes, and the smallest changes that overturn it.

    base: what runs say at the numbers of the file; left_out: entries that the second scenario sets itself.
    """

    worlds: tuple[Scenario, ...]
    asked: Asked
    base: Reading
    found: Found
    runs: int
    seed: int
    left_out: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        return self.asked.finding

    @property
    def nearest(self) -> Shift | None:
        """The nearest numbers at which the finding fails; None if none within what is plausible was found."""
        return self.found.nearest

    @property
    def few(self) -> Shift | None:
        """The nearest for those numbers alone that make most of the squared distance of `nearest`."""
        return self.found.few

    @property
    def two(self) -> Shift | None:
        """The nearest for those two numbers alone that make most of it."""
        return self.found.two

    @cached_property
    def failing(self) -> Difference:
        """The share of draws of all numbers in which the finding fails, with its 95 % interval."""
        margins = self.found.margins[~np.isnan(self.found.margins)]
        low, high = wilson((margins <= 0).sum(), len(margins))
        share = float((margins <= 0).mean()) if len(margins) else np.nan
        return Difference(share, float(low), float(high))

    def table(self) -> pd.DataFrame:
        """A row for each number that moves, those that move most first: columns `tables.COLUMNS`.

        `part` is what a number makes of the squared distance, `way` how far it moves in units of what is
        plausible; nearest, few and two are its values in these shifts, empty where it stays.
        """
        return table_of(self)

    def shifts(self) -> pd.DataFrame:
        """A row for the file and each shift: its distance and what the finding is there, on other luck."""
        return shifts_of(self)

    def __repr__(self) -> str:
        away = "is not overturned"
        if self.nearest is not None:
            away = f"fails at a distance of {self.nearest.distance:.3g}"
        return f"<Overturned {one_line(f'{self.finding} {away}: {self.worlds[0]!r}')}>"

    def _repr_html_(self) -> str:
        """What moves, in a notebook."""
        return card(repr(self)[1:-1], self.table().drop(columns=["name", "kind"]), CAVEAT)

    def plot(self) -> Figure:
        """The margin over the two numbers that do most, the others being those of the file."""
        from sim.studies.overturn.figures import figure

        return figure(self)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, figure and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, OVERTURN, overwrite) as work:
            write_csv(self.table(), work / "table.csv")
            write_csv(self.shifts(), work / "shifts.csv")
            write_csv(draws_of(self), work / "draws.csv")
            undrawn = draw(lambda: {"plane": self.plot()}, into(work))
            seal(work, OVERTURN, self.manifest())
        return undrawn

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        # here, as the sentence is about this
        from sim.studies.overturn.text import sentence

        own = {
            "finding": str(self.finding),
            "answer": [sentence(self)],
            "varied": [entry.name for entry in self.asked.space.entries],
            "unit": self.asked.space.unit,
            "draws": len(self.found.margins),
        }
        for second in self.worlds[1:]:
            own |= {"other": setup_told(Plain(second), self.runs)}
        months = self.finding.months
        return told(Plain(self.worlds[0]), self.runs, 0, self.seed, months, own, self.command)
