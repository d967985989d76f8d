"""What is believed of uncertain numbers, as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from sim.engine.uncertain import Entry

LEVELS = {"low": 0.05, "median": 0.5, "high": 0.95}
"""Columns that tell where the draws lie: shares of them that lie below."""


def table_of(
    entries: Iterable[Entry], values: Mapping[str, np.ndarray], learnt: Collection[str]
) -> pd.DataFrame:
    """A row for each entry: `name`, `label`, `kind` (a factor: `times`; a shift: `plus`; a `value`), `low`,
    `median` and `high` (5, 50 and 95 % of its draws lie below; in units of the kind), and whether it is
    `learnt` from observations.

    values: draws by name (draws,).

    >>> import sim
    >>> sim.prior_beliefs("mongolia-1995", draws=50).table()["kind"].unique().tolist()
    ['times', 'plus']
    """
    rows = [
        (entry.name, entry.label, entry.kind, *_ends(values[entry.name]), entry.name in learnt)
        for entry in entries
    ]
    return pd.DataFrame(rows, columns=["name", "label", "kind", *LEVELS, "learnt"])


def _ends(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(each) for each in np.quantile(values, list(LEVELS.values())))
