"""The draws under which runs lived, as a table: every value in a row of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.engine.uncertain import Entry
from sim.reading.numbers import NotANumber, number, whole
from sim.reading.source import Source
from sim.reading.tables import read_table
from sim.refusal import BadInput

DRAW_COLUMNS = ["draw", "entry", "source", "kind", "value"]


def draws_table(beliefs: Beliefs) -> pd.DataFrame:
    """Every value of beliefs, draw by draw: columns DRAW_COLUMNS."""
    parts = [_draws_of(entry, beliefs) for entry in beliefs.free]
    # A stable sort keeps the entries of a draw in the order of the scenario: the same bytes every time.
    return pd.concat(parts).sort_values("draw", kind="stable", ignore_index=True)[DRAW_COLUMNS]


def _draws_of(entry: Entry, beliefs: Beliefs) -> pd.DataFrame:
    """The values of one uncertain entry, a row a draw."""
    source = "prior"
    if entry.name in beliefs.learnt:
        source = "posterior"
    return pd.DataFrame(
        {
            "draw": np.arange(beliefs.draws),
            "entry": entry.name,
            "source": source,
            "kind": entry.kind,
            "value": beliefs.values[entry.name],
        }
    )


def draws_read(source: Source) -> dict[str, np.ndarray]:
    """The values (draws,) of each entry in a file that holds a `draws_table`. Raises BadInput."""
    found: dict[str, list[float]] = {}
    for line, row in read_table(source, DRAW_COLUMNS, DRAW_COLUMNS):
        values, place = found.setdefault(row["entry"], []), f"{source.name}: line {line}"
        try:
            draw, value = whole(row["draw"]), float(number(row["value"]))
        except NotANumber as error:
            raise BadInput(f"{place}: {error}") from None
        # Run k lives under draw k modulo their number, so the order of the rows is part of what they say.
        if draw != len(values):
            raise BadInput(f"{place}: draw {draw} of {row['entry']} stands where {len(values)} belongs")
        values.append(value)
    sizes = {len(values) for values in found.values()}
    if len(sizes) > 1:
        raise BadInput(f"{source.name}: its entries have different numbers of draws")
    return {name: np.array(values) for name, values in found.items()}
