"""What the past taught of the numbers in doubt: how wide each was believed before, and how wide it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.engine.uncertain import Entry, Free

LEVELS = (0.05, 0.95)
COLUMNS = [
    "name", "label", "kind", "before_low", "before_high", "now_low", "now_high", "left", "learnt", "hardly",
]  # fmt: skip


def learnt_of(beliefs: Beliefs) -> pd.DataFrame:
    """A row for each number in doubt: where 90 % of its prior and of its draws lie; COLUMNS.

    left: the part of the width that is left, on the scale on which the prior is even (factors: their logs);
    learnt: whether it was learnt from observations; hardly: whether these told next to nothing of it, as
    `Beliefs.barely` has it, or left it as wide as it was.
    """
    table = pd.DataFrame([_row(entry, beliefs.values[entry.name]) for entry in beliefs.free])
    learnt, barely = (table["name"].isin(names) for names in (beliefs.learnt, beliefs.barely))
    hardly = learnt & (barely | (narrower(table["left"]) < 1))
    return table.assign(learnt=learnt, hardly=hardly)[COLUMNS]


def narrower(left: Any) -> Any:
    """By how much a band is narrower, in whole per cent: a number, or as many as there are of what is left.

    >>> [float(narrower(left)) for left in (0.75, 1.25)]
    [25.0, -25.0]
    """
    return np.round(100 * (1 - left))


def _row(entry: Entry, values: np.ndarray) -> dict[str, Any]:
    before, now = entry.quantile(np.array(LEVELS)), np.quantile(values, LEVELS)
    ends = {"before_low": before[0], "before_high": before[1], "now_low": now[0], "now_high": now[1]}
    return {
        "name": entry.name, "label": entry.label, "kind": entry.kind, **ends,
        "left": _left(entry, before, now),
    }  # fmt: skip


def _left(entry: Entry, before: np.ndarray, now: np.ndarray) -> float:
    """How wide a band is beside another."""
    # where a factor is halved or doubled it moves as far: on the scale of its prior, not its own
    if isinstance(entry, Free):
        before, now = entry.score(before), entry.score(now)
    return float(np.ptp(now) / np.ptp(before))


def taught(table: pd.DataFrame) -> Mapping[str, list[str]]:
    """Labels of numbers by what the past did to them: narrowed, hardly so, or not at all."""
    narrowed = table["learnt"] & ~table["hardly"]
    parts = {"narrowed": narrowed, "hardly": table["hardly"], "nothing": ~table["learnt"]}
    return {name: table.loc[rows, "label"].tolist() for name, rows in parts.items()}
