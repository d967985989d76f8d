"""All outcomes of the file beside each other, at the first and the last month that it asks about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.outcomes.baselines import BASELINES
from sim.statistics.nested import least_share
from sim.studies.report.findings import Findings
from sim.studies.report.outcome import SIMPLE
from sim.studies.report.pieces import Piece, Table
from sim.studies.report.words import of_hundred
from sim.writing.text import percent

ONLY_CHANCE = "only chance"
MOST = 12
"""Outcomes that are shown; all are saved."""

LUCK = "Again with other luck: 95 % of what other futures of the same world would give."
DOUBT = (
    "Over what nobody knows: 5 to 95 % of draws of the uncertain numbers, chance taken out, or only chance, "
    "where they do not differ beyond it."
)


def outcomes(found: Findings) -> Iterator[Piece]:
    """A table of shares of futures with both intervals; nothing where the file asks about none."""
    table = found.ensemble.table()
    rows = table[table["kind"] == "outcome"]
    if rows.empty:
        return
    # The first and the last month tell the course; all months would take a page of paper.
    every = [own.iloc[[0, -1]].drop_duplicates() for _, own in rows.groupby("name", sort=False)]
    caption = "Of 100 futures, by the end of the first and the last month that the file asks about"
    shown = _shown(found, pd.concat(every[:MOST]))
    data = rows.assign(unit="share of runs [0 to 1]")
    yield Table("outcomes", caption, shown, data, found.run_command, tuple(_notes(found, len(every))))


def _notes(found: Findings, outcomes: int) -> Iterator[str]:
    """What the columns mean, and how many outcomes are not shown."""
    told = [LUCK]
    if found.ensemble.beliefs is not None:
        told.append(DOUBT)
    if outcomes > MOST:
        told.append(f"Shown: {MOST} of {outcomes} outcomes; all are in the CSV file.")
    yield " ".join(told)


def _shown(found: Findings, rows: pd.DataFrame) -> pd.DataFrame:
    """The table as it is read."""
    columns = {
        "Outcome": rows["label"],
        "by the end of": rows["date"],
        "in 100": rows["value"].map(of_hundred),
        "again with other luck": [_between(row.low, row.high) for row in rows.itertuples()],
    }
    beliefs = found.ensemble.beliefs
    if beliefs is not None:
        least = least_share(beliefs.draws, found.runs // beliefs.draws)
        columns["over what nobody knows"] = [_doubt(row, least) for row in rows.itertuples()]
    for rule in SIMPLE:
        if rows[rule].notna().any():
            columns[BASELINES[rule].label] = [_share(share) for share in rows[rule]]
    return pd.DataFrame(columns)


def _doubt(row: Any, least: float) -> str:
    """The interval over draws, where they differ beyond chance."""
    if not row.parameters_share > least:
        return ONLY_CHANCE
    return _between(row.parameters_low, row.parameters_high)


def _between(low: float, high: float) -> str:
    return f"{percent(low)} to {percent(high)}"


def _share(share: float) -> str:
    if pd.isna(share):
        return ""
    return of_hundred(share)
