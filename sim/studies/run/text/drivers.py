"""What drives an outcome over the draws, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

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
    each, left = found[found["driver"] != ""], found[found["driver"] == ""]
    told = each[each["told"].astype(bool)].sort_values("share", ascending=False, kind="stable")[:MOST]
    yield ""
    yield from textwrap.wrap(f"What drives it: {first['label']}, by {first['date']}", WIDTH)
    if told.empty:
        yield from textwrap.wrap(UNTOLD, WIDTH)
        return
    yield f"{HEAD:<77}{'%':>7}{'95 %':>16}"
    for row in told.itertuples():
        yield _line(f"{row.driver_label}", row, DIRECTIONS[row.direction])
    rest = f"all else: {len(each) - len(told)} others, several together, no straight lines"
    yield _line(rest, left.iloc[0])


def _line(name: str, row: Any, direction: str = "") -> str:
    interval = f"{percent(row.low)} to {percent(row.high)}"
    return f"{name[:64]:<66}{direction:<11}{percent(row.share):>7}{interval:>16}"
