"""What tells of an outcome, and the signposts, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.studies.indicators.seen import Kind
from sim.studies.indicators.signposts import Signpost

if TYPE_CHECKING:
    from sim.studies.indicators.indicators import Indicators

COLUMNS = ["name", "label", "kind", "date", "tells", "low", "high", "futures"]

SIGNPOSTS = [
    "name", "label", "kind", "date", "side", "level", "comes", "comes_low", "comes_high", "futures", "else",
    "else_low", "else_high", "else_futures", "tells", "tells_low", "tells_high", "adds", "adds_low",
    "adds_high", "ahead", "best_date", "best_tells",
]  # fmt: skip

SIDES = {True: "above", False: "up to"}


def table_of(found: Indicators) -> pd.DataFrame:
    """A row for each observable and month: columns COLUMNS."""
    months, rows = range(len(found.dates)), len(found.observables)
    low, high = found.tells.interval
    open_runs = [int(found.telling.open(month).sum()) for month in months]
    table = {
        name: np.repeat([str(getattr(each, name)) for each in found.observables], len(months))
        for name in ("name", "label", "kind")
    }
    table |= {"date": np.tile(found.dates, rows), "futures": np.tile(open_runs, rows)}
    for name, values in (("tells", found.tells.mean), ("low", low), ("high", high)):
        # information is not below 0
        table[name] = np.maximum(values, 0.0).T.ravel()
    return pd.DataFrame(table)[COLUMNS]


def signposts_of(found: Indicators) -> pd.DataFrame:
    """A row for each signpost: columns SIGNPOSTS."""
    return pd.DataFrame([_row(found, each) for each in found.found], columns=SIGNPOSTS)


def _row(found: Indicators, each: Signpost) -> dict[str, Any]:
    observable, sign, on, off = each.observable, each.sign, each.on, each.off
    return {
        "name": observable.name, "label": observable.label, "kind": str(observable.kind),
        "date": found.dates[sign.month], "side": side_of(each), "level": level_of(each),
        "comes": on.mean, "comes_low": on.low, "comes_high": on.high, "futures": on.runs,
        "else": off.mean, "else_low": off.low, "else_high": off.high, "else_futures": off.runs,
        "tells": each.tells.mean, "tells_low": each.tells.low, "tells_high": each.tells.high,
        "adds": each.adds.mean, "adds_low": each.adds.low, "adds_high": each.adds.high,
        "ahead": each.ahead, "best_date": found.dates[sign.best], "best_tells": each.best.mean,
    }  # fmt: skip


def side_of(each: Signpost) -> str:
    """The side on which the outcome is likelier, in words that the level follows."""
    if each.observable.kind is not Kind.EVENT:
        return SIDES[each.sign.above]
    return {True: "has happened", False: "has not happened"}[each.sign.above]


def level_of(each: Signpost) -> float:
    """The level that parts the runs; not a number for an event."""
    if each.observable.kind is Kind.EVENT:
        return np.nan
    return each.sign.level
