"""The draws under which runs lived, as a table: every value in a row of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.reading.numbers import NotANumber, number, whole
from sim.reading.source import Source
from sim.reading.tables import read_table
from sim.refusal import BadInput

DRAW_COLUMNS = ["draw", "entry", "source", "kind", "value"]


def draws_table(beliefs: Beliefs) -> pd.DataFrame:
    """Every value of beliefs, draw by draw: columns DRAW_COLUMNS."""
    parts = [
        pd.DataFrame(
            {
                "draw": np.arange(beliefs.draws),
                "entry": entry.name,
                "source": "posterior" if entry.name in beliefs.learnt else "prior",
                "kind": "times" if entry.is_factor else "plus",
                "value": beliefs.values[entry.name],
            }
        )
        for entry in beliefs.free
    ]
    return pd.concat(parts).sort_values("draw", kind="stable", ignore_index=True)[DRAW_COLUMNS]


def draws_read(source: Source) -> dict[str, np.ndarray]:
    """The values (draws,) of each entry in a file that holds a `draws_table`. Raises BadInput."""
    found: dict[str, list[float]] = {}
    for line, row in read_table(source, DRAW_COLUMNS, DRAW_COLUMNS):
        values = found.setdefault(row["entry"], [])
        try:
            draw, value = whole(row["draw"]), float(number(row["value"]))
        except NotANumber as error:
            raise BadInput(f"{source.name}: line {line}: {error}") from None
        if draw != len(values):
            raise BadInput(
                f"{source.name}: line {line}: draw {draw} of {row['entry']} stands where {len(values)} belongs"
            )
        values.append(value)
    if len({len(values) for values in found.values()}) > 1:
        raise BadInput(f"{source.name}: its entries have different numbers of draws")
    return {name: np.array(values) for name, values in found.items()}
