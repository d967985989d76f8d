"""A match: occupants of seats against the model in the same seats, on the same luck.

What an occupant gains over the rule is the rule's regret in that seat; futures are paired, so that luck is in
both and drops out of the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim.play.occupants import ByRule, Occupant
from sim.play.table import Table
from sim.scenario.load import Scenario
from sim.statistics.paired import difference
from sim.writing.progress import Progress, reporting


@dataclass(frozen=True)
class Match:
    """What came of a match.

    worth: by actor, the mean over months of what the future was worth to it beyond the start (futures,)
    [logits]; twin: the same where the rule decided in all seats.
    """

    table_: Table = field(repr=False)
    worth: Mapping[str, np.ndarray] = field(repr=False)
    twin: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def runs(self) -> int:
        """How many futures were played."""
        return len(self.table_)

    def gain(self, actor: str) -> np.ndarray:
        """What an actor gained by what was chosen in the seats (futures,) [logits]."""
        return self.worth[actor] - self.twin[actor]

    def table(self) -> pd.DataFrame:
        """A row for each seat: mean worth, the rule's, and the mean gain with its 95 % interval [logits]."""
        rows = []
        for actor in self.worth:
            found = difference(self.twin[actor], self.worth[actor])
            rows.append(
                {
                    "actor": actor, "worth": self.worth[actor].mean(), "rule": self.twin[actor].mean(),
                    "gain": found.mean, "low": found.low, "high": found.high,
                }
            )  # fmt: skip
        return pd.DataFrame(rows)


def match(
    scenario: Scenario | str | Path,
    occupants: Mapping[str, Occupant],
    runs: int = 200,
    seed: int = 1,
    *,
    months: int | None = None,
    progress: Progress = None,
) -> Match:
    """Let occupants play in their seats through many futures, and the model through the same ones.

    occupants: by the name of the actor. Raises ScenarioError, BadInput, IllegalMove.

    >>> import sim.play
    >>> found = sim.play.match("mongolia-2024", {"Mongolia": sim.play.ByRule()}, runs=8, months=6)
    >>> float(abs(found.gain("Mongolia")).max())
    0.0
    """
    table = Table.of(scenario, occupants, runs, seed, months)
    twin = table.again(range(runs))
    with reporting(progress, 2 * runs * table.games.world.months) as tell:
        for each, own in ((table, occupants), (twin, dict.fromkeys(occupants, ByRule()))):
            while not each.is_over:
                play_month(each, own)
                tell(runs)
    return Match(table, *({actor: each.mean_worth(actor) for actor in occupants} for each in (table, twin)))


def play_month(table: Table, occupants: Mapping[str, Occupant]) -> None:
    """Both rounds of a month."""
    for _ in range(2):
        table.take({actor: own.decide_all(table, actor) for actor, own in occupants.items()})
