"""All outcomes of the file beside each other, at the first and the last month that it asks about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.outcomes.baselines import BASELINES
from sim.statistics.nested import least_share
from sim.studies.report.findings import Findings
from sim.studies.report.outcome import SIMPLE
from sim.studies.report.pieces import Piece, Table
from sim.studies.report.words import between, month_name, of_hundred

NO_EFFECT = "no visible effect"
NOTHING = "–"
MOST = 12
"""Outcomes that are shown; all are saved."""

RANGE = "Uncertain: where 5 to 95 % of draws of the uncertain numbers put it"


def outcomes(found: Findings) -> Iterator[Piece]:
    """A table of shares of futures, a row for each outcome; nothing where the file asks about none."""
    table = found.table
    rows = table[table["kind"] == "outcome"]
    if rows.empty:
        return
    # The first and the last month tell the course; all months would take a page of paper.
    every = [own.iloc[[0, -1]].drop_duplicates() for _, own in rows.groupby("name", sort=False)]
    caption = "In how many of 100 futures it has come by the end of the first and the last month asked about"
    data = rows.assign(unit="share of runs [0 to 1]")
    shown = _shown(found, every[:MOST])
    yield Table("outcomes", caption, shown, data, found.run_command, tuple(_notes(found, every)))


def _shown(found: Findings, every: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Shares of both months beside each other, then what simple rules say of them."""
    both = range(max(map(len, every)))
    heads, cells = ["Outcome"], [[own["label"].iloc[0] for own in every]]
    for place in both:
        # an outcome that is asked about once has a last month only
        own = [rows.iloc[place - len(both)] if len(rows) >= len(both) - place else None for rows in every]
        dates = {row["date"] for row in own if row is not None}
        alike = len(dates) == 1
        heads.append(f"by {month_name(str(dates.pop()))}" if alike else ("first month", "last month")[place])
        cells.append([NOTHING if row is None else _level(row, not alike) for row in own])
        if found.ensemble.beliefs is not None:
            heads.append("uncertain")
            cells.append([NOTHING if row is None else _doubt(found, row) for row in own])
    for rule in SIMPLE:
        if any(rows[rule].notna().any() for rows in every):
            heads.append(BASELINES[rule].label)
            cells.append([_both(rows[rule]) for rows in every])
    return pd.DataFrame(zip(*cells, strict=True), columns=heads)


def _level(row: pd.Series, dated: bool) -> str:
    """A share, with its month where that does not stand above."""
    when = f" by {month_name(str(row['date']))}"
    return f"{of_hundred(row['value'])}{when * dated}"


def _notes(found: Findings, every: Sequence[pd.DataFrame]) -> Iterator[str]:
    """What the columns mean, how far luck goes, and how many outcomes are not shown."""
    rows = pd.concat(every)
    luck = max(100 * float((rows["high"] - rows["low"]).max()) / 2, 0.1)
    told = [f"Luck alone moves none of these by more than {luck:.1f} (95 %)."]
    if found.ensemble.beliefs is not None:
        told.append(f"{RANGE}; “{NO_EFFECT}”: they move it by no more than chance does.")
    if rows[list(SIMPLE)].notna().any(axis=None):
        told.append(f"Simple rules: what they say of both months, in 100; {NOTHING}: no such rule.")
    if len(every) > MOST:
        told.append(f"Shown: {MOST} of {len(every)} outcomes; all are in the CSV file.")
    yield " ".join(told)


def _doubt(found: Findings, row: pd.Series) -> str:
    """The interval over draws, where they differ beyond chance."""
    beliefs = found.ensemble.beliefs
    assert beliefs is not None
    if not row["parameters_share"] > least_share(beliefs.draws, found.runs // beliefs.draws):
        return NO_EFFECT
    return between(row["parameters_low"], row["parameters_high"])


def _both(shares: pd.Series) -> str:
    """What a simple rule says of both months."""
    told = [NOTHING if pd.isna(share) else of_hundred(share) for share in shares]
    return ", then ".join(dict.fromkeys(told))
