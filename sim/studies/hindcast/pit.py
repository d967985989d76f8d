"""Where what came lies among what was said: probability integral transforms, counted in tenths.

If what came is one more draw of what was said, it is as likely in any tenth: the histogram is flat. Heaps at
both ends say that what was said was too narrow, a heap in the middle that it was too wide, one at the right
that more came than was said, at the left that less did. Dawid 1984, JRSS A 147:278; Diebold, Gunther and
Tay 1998, International Economic Review 39:863. Where runs equal what came, as at the end of a scale or in an
event that comes or not, it lies anywhere among them (Czado, Gneiting and Held 2009, Biometrics 65:1254).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.assimilation.facts import KINDS, SERIES
from sim.engine.luck import uniform_of
from sim.statistics.scores import coverage_interval

BINS = 10

EVERY = "all"
"""The target of rows that are of all targets of a kind."""

COLUMNS = (
    "kind", "target", "label", "sample", "horizon", "facts", "years", "from", "to", "inside", "share", "low",
    "high",
)  # fmt: skip


def place_among(said: np.ndarray, value: float, stream: str) -> float:
    """The share of runs (runs,) below a value [0, 1]; anywhere among those that equal it (randomised PIT).

    stream: names the luck of that place, so that it does not depend on other facts.
    """
    below, equal = float((said < value).mean()), float((said == value).mean())
    return below + float(uniform_of(1, f"{stream}/pit", 1)[0]) * equal


def pits(scores: pd.DataFrame, rolling: pd.DataFrame | None = None) -> pd.DataFrame:
    """A row a tenth, for each series, for all series that count, all events and all first times.

    scores: the table of facts, by sample; rolling: that of forecasts, by years ahead (`horizon`, else
    missing). share: of facts that lay in the tenth, with a 95 % interval that allows for years that follow
    from each other.
    """
    rows = list(_of(scores, "sample"))
    if rolling is not None:
        rows += _of(rolling, "horizon")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of(table: pd.DataFrame, by: str) -> Iterator[dict[str, Any]]:
    """The tenths of each group of a table."""
    if "pit" not in table:
        return
    placed = table[table["pit"].notna()]
    for kind in KINDS:
        for group, own in placed[placed["kind"] == kind].groupby(by, sort=False):
            for target, label, rows in _targets(kind, own):
                named = {"kind": kind, "target": target, "label": label, by: group}
                yield from (named | tenth for tenth in _tenths(rows))


def _targets(kind: str, rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each series, and all that count; single events have too few windows that say something."""
    if kind == SERIES:
        for target, own in rows.groupby("target", sort=False):
            yield str(target), str(own["label"].iloc[0]), own
    pool = rows[rows["pooled"].astype(bool)]
    if pool["target"].nunique() > 1:
        yield EVERY, f"all {pool['target'].nunique()} targets", pool


def _tenths(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """How many facts lay in each tenth, and the interval of that share."""
    # In the order of time and target, whatever that of the table, so that sums have the same last bits.
    rows = rows.sort_values(["last", "target", "first"], kind="stable")
    years = rows["last"].str.slice(0, 4).astype(int).to_numpy()
    places = np.minimum((rows["pit"].to_numpy() * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        inside = (places == place).astype(float)
        low, high = coverage_interval(inside, years)
        ends = {"from": place / BINS, "to": (place + 1) / BINS}
        counts = {"facts": len(rows), "years": len(np.unique(years)), "inside": int(inside.sum())}
        yield counts | ends | {"share": float(inside.mean()), "low": low, "high": high}
