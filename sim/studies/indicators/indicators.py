"""What is worth watching: tables, figure, folder and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.setups import Setup
from sim.refusal import one_line
from sim.statistics.information import Estimate
from sim.studies.indicators.choice import Choice
from sim.studies.indicators.half import Half, Share
from sim.studies.indicators.outcome import Outcome
from sim.studies.indicators.seen import Observable
from sim.studies.indicators.signposts import Signpost
from sim.studies.indicators.tables import signposts_of, table_of
from sim.studies.manifest import told
from sim.writing.folders import replacing
from sim.writing.manifest import INDICATORS, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ["label", "date", "side", "level", "comes", "comes_low", "comes_high", "else", "tells", "adds"]
"""Columns of the signposts that a notebook shows."""


@dataclass(frozen=True)
class Indicators:
    """An outcome, what tells of it month by month, and the signposts worth watching, the best first.

    Numbers are of the half of the runs that the choice has not seen.
    """

    setup: Setup
    outcome: Outcome
    choice: Choice
    telling: Half
    found: tuple[Signpost, ...]
    seed: int
    command: tuple[str, ...] = ()

    @property
    def runs(self) -> int:
        """All runs that were made."""
        return len(self.telling.seen.draw) + self.failed

    @property
    def failed(self) -> int:
        """Runs with a number that is not finite; they count nowhere."""
        return self.telling.seen.failed

    @property
    def dates(self) -> list[str]:
        """The months that can be watched: all before that by which the outcome is asked about."""
        return self.telling.seen.dates

    @property
    def observables(self) -> tuple[Observable, ...]:
        """What is watched."""
        return self.choice.observables

    @property
    def left_out(self) -> tuple[Observable, ...]:
        """Paths that are the outcome by another name, and are not watched."""
        return self.telling.seen.other_names

    @cached_property
    def share(self) -> Share:
        """In how many runs the outcome comes at all."""
        return self.telling.came_at_all

    @cached_property
    def tells(self) -> Estimate:
        """What each observable tells in each month (months, observables), a share of the entropy [1]."""
        return self.choice.told_by(self.telling)

    def table(self) -> pd.DataFrame:
        """A row for each observable and month: columns `tables.COLUMNS`.

        `tells` is the share of the outcome's entropy, with a 95 % interval: over all runs, those in which it
        has been seen by then learning nothing; empty where too few are left. `futures`: those in which it has
        not been seen, out of as many as the half has.
        """
        return table_of(self)

    def signposts(self) -> pd.DataFrame:
        """A row for each signpost, the best first: columns `tables.SIGNPOSTS`; none where nothing tells."""
        return signposts_of(self)

    def __repr__(self) -> str:
        watched = ", ".join(each.observable.label for each in self.found) or "nothing that tells of it"
        return f"<Indicators {one_line(f'{self.outcome}: {watched}')}>"

    def _repr_html_(self) -> str:
        """The signposts in a notebook."""
        return card(repr(self)[1:-1], self.signposts()[SHOWN], CAVEAT)

    def plot(self) -> Figure:
        """What the best few observables tell by month."""
        from sim.studies.indicators.figures import figure

        return figure(self)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, figure and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, INDICATORS, overwrite) as work:
            write_csv(self.table(), work / "indicators.csv")
            write_csv(self.signposts(), work / "signposts.csv")
            undrawn = draw(lambda: {"indicators": self.plot()}, into(work))
            seal(work, INDICATORS, self.manifest())
        return undrawn

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        # here, as the sentence is about this
        from sim.studies.indicators.text import sentence

        own = {
            "outcome": str(self.outcome),
            "answer": [sentence(self)],
            "watched": list(dict.fromkeys(each.name for each in self.observables)),
            "left_out": [each.name for each in self.left_out],
        }
        months = self.outcome.months
        return told(self.setup, self.runs, self.failed, self.seed, months, own, self.command)

    def best(self, most: int) -> list[tuple[int, int]]:
        """Places of observables that tell most, each with the month in which it does: signposts first.

        Which these are the choosing half says. What says the same in other words is passed over.
        """
        return self.choice.best([each.sign for each in self.found], most)
