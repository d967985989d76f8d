"""Why an outcome is as likely as it is: the shares of mechanisms, their tables, folder and manifest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.assimilation.given import Given
from sim.assimilation.past import Past
from sim.drawing.saving import draw, into
from sim.engine.setups import Plain, Setup
from sim.outcomes.target import Target
from sim.refusal import one_line
from sim.scenario.load import Scenario
from sim.statistics.paired import Difference
from sim.studies.explain.division import Division, level_of
from sim.studies.explain.flips.flips import Flips
from sim.studies.explain.tables import interactions_of, table_of
from sim.studies.explain.unit import Unit
from sim.studies.manifest import setup_told, told
from sim.studies.run.folder import write_known
from sim.writing.folders import replacing
from sim.writing.manifest import EXPLAIN, seal
from sim.writing.notebook import card
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT, in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Explained:
    """An outcome of a scenario, or its difference between two, divided among mechanisms and changes.

    divisions: among mechanisms, if the scenario has cards; among the changes that make the second world of
    the first, if there are several, or no cards. values (worlds, runs): the outcome in each run, not a number
    where it failed. flips: futures in which it comes in one of two worlds only; if there are two and none are
    told, `why_no_flips` says why. past: what runs of all worlds keep to until a month, if anything.
    """

    worlds: tuple[Scenario, ...]
    target: Target
    runs: int
    seed: int
    values: np.ndarray
    divisions: tuple[Division, ...]
    command: tuple[str, ...] = ()
    flips: Flips | None = None
    why_no_flips: str = ""
    past: Past | None = None

    @property
    def main(self) -> Division:
        """The division among mechanisms, else that among changes."""
        return self.divisions[0]

    @property
    def setups(self) -> list[Setup]:
        """The worlds with the past from which they go on."""
        plain = map(Plain, self.worlds)
        if self.past is None:
            return [*plain]
        return [Given(each, self.past) for each in plain]

    @property
    def title(self) -> str:
        """What figures call the worlds."""
        return " and ".join(dict.fromkeys(world.title for world in self.worlds))

    @property
    def worlds_told(self) -> list[str]:
        """What two worlds are, a line each; none of one."""
        if len(self.worlds) == 1:
            return []
        named = zip("AB", self.worlds, strict=True)
        return [f"{name}: {world.title}, {in_words(world.changes)}." for name, world in named]

    @property
    def unit(self) -> Unit:
        return Unit(self.target.is_share)

    @property
    def failed(self) -> int:
        """Runs that failed in some world, and count nowhere."""
        return int((~self.main.shares.ok).sum())

    @cached_property
    def levels(self) -> tuple[Difference, ...]:
        """The mean of the outcome in each world, with its interval."""
        ok = self.main.shares.ok
        return tuple(level_of(values[ok], self.target.is_share) for values in self.values)

    def table(self) -> pd.DataFrame:
        """A row for the base, each player and the whole: columns `tables.COLUMNS`."""
        return table_of(self.main)

    def interactions(self) -> pd.DataFrame:
        """A row for each pair of mechanisms, and of changes, the strongest first: columns `tables.PAIRS`."""
        return pd.concat([interactions_of(division) for division in self.divisions], ignore_index=True)

    def __repr__(self) -> str:
        what = f"{self.target.label} by {self.target.dates[0]}"
        size = f"{self.runs - self.failed:,} futures, seed {self.seed}"
        return f"<Explained {one_line(f'{what}: {self.worlds[0]!r}: {size}')}>"

    def _repr_html_(self) -> str:
        """What adds what, in a notebook."""
        return card(repr(self)[1:-1], self.table(), CAVEAT)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, figure and manifest to a folder, all or nothing; a line for a figure not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, EXPLAIN, overwrite) as work:
            for division in self.divisions:
                write_csv(table_of(division), work / f"{division.kind.players}.csv")
            write_csv(self.interactions(), work / "interactions.csv")
            if self.flips is not None:
                write_csv(self.flips.table(), work / "decisions.csv")
                write_csv(self.flips.rows(), work / "flips.csv")
            if self.past is not None:
                write_known(self.past, work)
            undrawn = draw(self._figures, into(work))
            seal(work, EXPLAIN, self.manifest())
        return undrawn

    def _figures(self) -> dict[str, Figure]:
        # drawing is imported when it is needed: matplotlib takes its time to load
        from sim.studies.explain.figures import figures_of

        return figures_of(self)

    def plot(self) -> Figure:
        """From the number with no player on to that with all of them, one step each."""
        from sim.studies.explain.figures.waterfall import figure

        return figure(self, self.main)

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        # here, as the sentence is about this
        from sim.studies.explain.text import sentence

        own: dict[str, Any] = {"of": self.target.name, "by": self.target.dates[0]}
        own["answer"] = [sentence(self)]
        for division in self.divisions:
            own[division.kind.players] = [player.name for player in division.players]
        first, *others = self.setups
        for second in others:
            own |= {"other": setup_told(second, self.runs)}
        if self.flips is not None:
            own |= {"futures": self.flips.runs, "above": self.flips.pair.question.level}
        return told(first, self.runs, self.failed, self.seed, self.target.months, own, self.command)
