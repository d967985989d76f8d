"""What conditions were found: boxes, the trajectory they are from, a tree; their tables and folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.refusal import one_line
from sim.statistics.clusters import Share
from sim.studies.discover.cases import Cases
from sim.studies.discover.peeling import Step
from sim.studies.discover.search import Told
from sim.studies.discover.statement import Statement
from sim.studies.discover.tables import boxes_of, conditions_of, leaves_of, limits_of, trajectory_of
from sim.studies.discover.tree import Grown
from sim.studies.sweep.results import Sweep
from sim.writing.notebook import card
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Discovered:
    """Under which conditions of a sweep a statement holds.

    boxes: those that do better than chance in cells held out, none where no condition was found; steps: the
    trajectory that the first is from; restricted (conditions,): the share of resamples in which the first box
    has a limit of each condition; tree: that of CART; resamples, seed: of the search.
    """

    sweep: Sweep
    statement: Statement
    cases: Cases
    boxes: tuple[Told, ...]
    steps: tuple[Step, ...]
    restricted: np.ndarray
    tree: Grown
    resamples: int
    seed: int
    command: tuple[str, ...] = ()

    @property
    def share(self) -> Share:
        """The share of the futures of all cells in which it holds, with its interval."""
        return self.cases.futures.density(np.ones(self.cases.count))

    def table(self) -> pd.DataFrame:
        """A row for each box: its limits in words, density, coverage and mass; columns `tables.BOXES`.

        density, coverage: with their intervals, corrected for the optimism of the cells that found the box;
        density_found, coverage_found: in these cells.
        """
        return boxes_of(self)

    def limits(self) -> pd.DataFrame:
        """A row for each limit of each box: columns `tables.LIMITS`."""
        return limits_of(self)

    def conditions(self) -> pd.DataFrame:
        """A row for all that was varied: how many resamples restrict it, and the tree's place for it."""
        return conditions_of(self)

    def trajectory(self) -> pd.DataFrame:
        """A row for each box of the trajectory of the first, in the cells that found it."""
        return trajectory_of(self)

    def leaves(self) -> pd.DataFrame:
        """A row for each leaf of the tree, the densest first, in the cells that grew it."""
        return leaves_of(self)

    def __repr__(self) -> str:
        size = f"{len(self.boxes)} box(es) in {self.cases.count:,} cells of {self.sweep.folder}"
        return f"<Discovered {one_line(f'{self.statement}: {size}')}>"

    def _repr_html_(self) -> str:
        """The boxes in a notebook."""
        return card(repr(self)[1:-1], self.table(), CAVEAT)

    def figures(self) -> dict[str, Figure]:
        """The figures by name: tradeoff, boxes."""
        # Here and not above: who draws nothing does not wait for matplotlib to load.
        from sim.studies.discover.figures import figures

        return figures(self)

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write tables, tree, figures and manifest to a folder, all or nothing; a line for each not drawn.

        Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.discover.folder import write

        return write(self, Path(folder), overwrite)
