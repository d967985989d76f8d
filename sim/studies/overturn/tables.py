"""What overturns a finding, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.ranged import Ranged
from sim.engine.uncertain import Entry
from sim.studies.overturn.margins import Reading
from sim.studies.overturn.search import Shift

if TYPE_CHECKING:
    from sim.studies.overturn.overturned import Overturned

COLUMNS = [
    "name", "label", "kind", "unit", "range_low", "range_high", "own", "nearest", "few", "two", "way", "part",
]  # fmt: skip

SHIFTS = [
    "shift", "numbers", "distance", "distance_low", "distance_high", "first", "second", "difference", "low",
    "high",
]  # fmt: skip


def table_of(found: Overturned) -> pd.DataFrame:
    """A row for each number that moves, those that move most first: columns COLUMNS."""
    shift = shown(found)
    rows = [_row(found, shift, place) for place in shift.moved]
    return pd.DataFrame(rows, columns=COLUMNS)


def shown(found: Overturned) -> Shift:
    """The nearest shift that overturns; where there is none, the one that comes closest to it."""
    shift = found.nearest or found.found.closest
    assert shift is not None
    return shift


def _row(found: Overturned, shift: Shift, place: int) -> dict[str, Any]:
    entry = found.asked.space.entries[place]
    low, high = entry.ends
    return {
        "name": entry.name,
        "label": entry.label,
        "kind": entry.kind,
        "unit": unit_of(entry),
        "range_low": low,
        "range_high": high,
        "own": entry.own,
        **{name: value_at(found, own, place) for name, own in shifts(found)},
        "way": shift.point[place],
        "part": shift.parts[place],
    }


def unit_of(entry: Entry) -> str:
    """The unit of a number; of a factor or shift of several there is none to tell."""
    if isinstance(entry, Ranged):
        return entry.unit
    return ""


def shifts(found: Overturned) -> Iterator[tuple[str, Shift | None]]:
    """All shifts by name."""
    yield from (("nearest", found.nearest), ("few", found.few), ("two", found.two))


def value_at(found: Overturned, shift: Shift | None, place: int) -> float:
    """The value of an entry in a shift; not a number where it stays that of the file."""
    if shift is None or shift.point[place] == 0:
        return np.nan
    space = found.asked.space
    return float(space.values(shift.point[None])[space.entries[place].name][0])


def shifts_of(found: Overturned) -> pd.DataFrame:
    """A row for the file and each shift: columns SHIFTS."""
    rows = [{"shift": "file", "numbers": 0, "distance": 0.0, **_said(found.base)}]
    for name, shift in (*shifts(found), ("closest", found.found.closest)):
        if shift is None:
            continue
        rows.append(
            {
                "shift": name,
                "numbers": len(shift.moved),
                "distance": shift.distance,
                "distance_low": shift.low,
                "distance_high": shift.high,
                **_said(shift.there),
            }
        )
    return pd.DataFrame(rows, columns=SHIFTS)


def _said(reading: Reading) -> dict[str, float]:
    apart = reading.apart
    return {
        "first": reading.first, "second": reading.second, "difference": apart.mean, "low": apart.low,
        "high": apart.high,
    }  # fmt: skip


def draws_of(found: Overturned) -> pd.DataFrame:
    """A row for each draw: by how much the finding holds, and whether it fails; empty where a draw makes no
    scenario.
    """
    margins = found.found.margins
    fails = pd.array(margins <= 0, dtype="boolean")
    fails[np.isnan(margins)] = pd.NA
    return pd.DataFrame({"draw": np.arange(len(margins)), "margin": margins, "fails": fails})
