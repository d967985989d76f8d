"""What drives an outcome over the draws, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.studies.run.ensemble import Ensemble
from sim.writing.text import WIDTH, percent

MOST = 5
"""Drivers that are told."""

HEAD = "% of the differences between draws that each number explains by itself"
UNTOLD = "What drives it cannot be told: draws do not differ beyond chance, or no number stands out."
DIRECTIONS = {1: "raises it", -1: "lowers it"}


def drivers_told(ensemble: Ensemble, of: str | None = None) -> Iterator[str]:
    """The largest drivers of an outcome, the first if None, by its first date, and what they leave."""
    table = ensemble.table()
    asked = table[table["kind"] == "outcome"]
    if of is not None:
        asked = table[table["name"] == of]
    if asked.empty:
        return
    first = asked.iloc[0]
    found = ensemble.drivers(first["name"], first["date"])
    each = found[found["driver"] != ""]
    told = each[each["told"].astype(bool)].sort_values("share", ascending=False, kind="stable")[:MOST]
    yield ""
    yield from textwrap.wrap(f"What drives it: {first['label']}, by {first['date']}", WIDTH)
    if told.empty:
        yield from textwrap.wrap(UNTOLD, WIDTH)
        return
    yield f"{HEAD:<77}{'%':>7}{'95 %':>16}"
    for row in told.itertuples():
        interval = f"{percent(row.low)} to {percent(row.high)}"
        yield _line(f"{row.driver_label}", row.share, interval, DIRECTIONS[row.direction])
    rest = f"all else: {len(each) - len(told)} others, several together, no straight lines"
    yield _line(rest, all_else(told["share"]))


def all_else(shares: pd.Series) -> float:
    """What drivers that are told leave, those of the others among it; estimates may add up to more than all.

    >>> all_else(pd.Series([0.5, 0.25])), all_else(pd.Series([0.75, 0.5]))
    (0.25, 0.0)
    """
    return max(1.0 - float(shares.sum()), 0.0)


def _line(name: str, share: float, interval: str = "", direction: str = "") -> str:
    return f"{name[:64]:<66}{direction:<11}{percent(share):>7}{interval:>16}".rstrip()
