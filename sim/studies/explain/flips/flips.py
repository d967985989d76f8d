"""Which futures flip between two worlds, and the decision on which each hangs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.refusal import BadInput
from sim.statistics.intervals import wilson
from sim.statistics.paired import Difference
from sim.studies.explain.flips.hinges import Hinge, hinges
from sim.studies.explain.flips.made import Made
from sim.studies.explain.flips.pairs import Decision, Flipped, Pair, flipped_of
from sim.studies.explain.flips.tables import rows_of, table_of


@dataclass(frozen=True)
class Flips:
    """Futures in which an outcome comes in one of two worlds only, and what each hangs on.

    came (2, runs): whether it comes in either world, not a number where a run failed.
    """

    pair: Pair
    came: np.ndarray
    flipped: Flipped
    hinges: tuple[Hinge, ...]

    @property
    def runs(self) -> int:
        """Futures that count: those that failed in neither world."""
        return int(np.isfinite(self.came).all(axis=0).sum())

    @property
    def gained(self) -> int:
        """Flips in which it comes in the second world only."""
        return int(self.flipped.came[1].sum())

    @cached_property
    def by_decision(self) -> dict[Decision, list[Made]]:
        """The turns that flips hang on by what is decided, that with the most flips first."""
        found: dict[Decision, list[Made]] = defaultdict(list)
        for hinge in self.hinges:
            if hinge.decisive is not None:
                found[hinge.decisive.turn.decision].append(hinge.decisive)
        return dict(sorted(found.items(), key=lambda own: (-len(own[1]), own[0])))

    @property
    def on_one(self) -> Difference:
        """The share of flips that hang on a single decision, with its 95 % interval (Wilson)."""
        count = sum(map(len, self.by_decision.values()))
        low, high = wilson(count, len(self.hinges))
        return Difference(count / max(len(self.hinges), 1), float(low), float(high))

    def place_of(self, run: int) -> int:
        """The place among the flips of a run. Raises BadInput."""
        places = np.flatnonzero(self.flipped.runs == run)
        if not len(places):
            others = ", ".join(map(str, self.flipped.runs[:5].tolist())) or "none"
            raise BadInput(f"run {run} does not flip; the first that do: {others}", about="run")
        return int(places[0])

    def table(self) -> pd.DataFrame:
        """A row for each decision that flips hang on, those with the most first: columns `tables.COLUMNS`.

        `first`: share of them in which it is also the first that differs; `month`: the median one; odds and
        stakes [logits, second world less first]: means over its flips.
        """
        return table_of(self)

    def rows(self) -> pd.DataFrame:
        """A row for each flip, by the number of the run: columns `tables.ROWS`."""
        return rows_of(self)


def flips_of(pair: Pair, runs: int) -> Flips:
    """The flips among so many futures of two worlds."""
    came = pair.came(runs)
    flipped = flipped_of(came)
    return Flips(pair, came, flipped, tuple(hinges(pair, flipped)))
