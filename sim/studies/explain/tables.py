"""What a number is made of, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.statistics.paired import Difference
from sim.studies.explain.shapley import FIRST, SECOND, Pair

if TYPE_CHECKING:
    from sim.studies.explain.division import Division

COLUMNS = ["name", "label", "kind", "value", "low", "high", "runs"]

PAIRS = [
    "of", "first", "second", "interaction", "low", "high", "first_with_second", "first_without_second",
    "second_with_first", "second_without_first", "runs",
]  # fmt: skip

BASE, WHOLE = "base", "whole"


def table_of(division: Division) -> pd.DataFrame:
    """A row for the base, each player and the whole: columns COLUMNS."""
    rows = [_row(BASE, f"with {division.kind.none}", BASE, division.base)]
    for player, part in zip(division.players, division.parts, strict=True):
        rows.append(_row(player.name, player.label, "part", part))
    rows.append(_row(WHOLE, f"with {division.kind.every}", WHOLE, division.whole))
    return pd.DataFrame(rows).assign(runs=len(division.shares.base))[COLUMNS]


def _row(name: str, label: str, kind: str, found: Difference) -> dict[str, Any]:
    return {
        "name": name, "label": label, "kind": kind, "value": found.mean, "low": found.low, "high": found.high,
    }  # fmt: skip


def interactions_of(division: Division) -> pd.DataFrame:
    """A row for each pair of players, the strongest first: columns PAIRS.

    Intervals hold at 95 % for all pairs together (Bonferroni).
    """
    rows = pd.DataFrame([*_rows(division)], columns=PAIRS)
    order = np.argsort(-rows["interaction"].abs().to_numpy(dtype=float), kind="stable")
    return rows.iloc[order].reset_index(drop=True)


def _rows(division: Division) -> Iterator[dict[str, Any]]:
    names = [player.name for player in division.players]
    for pair in division.shares.pairs:
        found = division.interaction(pair)
        yield {
            "of": division.kind.players, "first": names[pair.first], "second": names[pair.second],
            "interaction": found.mean, "low": found.low, "high": found.high, **_added(pair),
            "runs": pair.corners.shape[1],
        }  # fmt: skip


def _added(pair: Pair) -> dict[str, float]:
    """What each of two adds with the other on and off."""
    return {
        f"{one}_{how}_{other}": float(pair.added(who, beside).mean())
        for who, one, other in ((FIRST, "first", "second"), (SECOND, "second", "first"))
        for how, beside in (("with", True), ("without", False))
    }
