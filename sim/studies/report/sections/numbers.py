"""What is assumed: the numbers that matter most with their sources, and how well founded all of them are."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.scenario.provenance import tiers_of
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Download, Piece, Section, Table, Words
from sim.studies.report.words import counted
from sim.studies.show.ask import COLUMNS, Number, numbers_of, rows_of

MOST = 6
"""Numbers that are shown: the others are saved."""

FOUNDED = {
    "measured": "measured",
    "literature": "from the literature",
    "calibrated": "fitted to the past",
    "judgement": "somebody's judgement",
}
"""What each tier says of a number."""


def numbers(found: Findings) -> Section:
    """Counts by tier, the numbers behind what drives the answer, and all of them to be saved."""
    every = numbers_of(found.scenario)
    pieces: list[Piece] = [Words.of(_counts(found)), *_most(found, every)]
    head, *rows = rows_of(every)
    data = pd.DataFrame(rows, columns=list(head))
    caption = "Save all numbers with unit, range, tier and source as CSV"
    pieces.append(Download("numbers", caption, data, found.command("show", numbers=True, csv=True)))
    return Section("numbers", "Numbers and sources", pieces)


def _counts(found: Findings) -> str:
    """How well founded the numbers are, in a sentence."""
    known = found.scenario.provenance
    told = [f"{count:,} {FOUNDED[tier]}" for tier, count in tiers_of(known.values()).items()]
    return f"The model rests on {counted(len(known), 'number')} of the file: {', '.join(told)}."


def _most(found: Findings, every: list[Number]) -> Iterator[Piece]:
    """The numbers behind the entries that explain most of what is in doubt; none without draws."""
    entries = _entries(found)
    by_path = {number.path: number for number in every}
    rows = [_row(label, [by_path[path] for path in paths if path in by_path]) for label, paths in entries]
    if not rows:
        return
    shown = pd.DataFrame(rows, columns=["Number", "value", "plausible", "unit", "how well founded", "source"])
    own = [by_path[path] for _, paths in entries for path in paths if path in by_path]
    data = pd.DataFrame(rows_of(own)[1:], columns=list(COLUMNS))
    caption = "The numbers in doubt that the answer hangs on most"
    command = found.command("show", numbers=True)
    yield Table("sources", caption, shown, data, command, texts=("unit", "how well founded", "source"))


def _entries(found: Findings) -> list[tuple[str, tuple[str, ...]]]:
    """Label and paths of the uncertain entries by what they explain of the answer, the most first."""
    beliefs = found.ensemble.beliefs
    if beliefs is None or not found.counted:
        return []
    # Of columns such as counts nobody has told yet what drives them.
    known = found.ensemble.table()["name"]
    if found.target.name not in set(known):
        return []
    table = found.ensemble.drivers(found.target.name, found.outcome[0].date)
    told = table[table["told"].astype(bool)].sort_values("share", ascending=False, kind="stable")
    by_name = {entry.name: entry for entry in beliefs.free}
    return [(by_name[name].label, by_name[name].paths) for name in told["driver"].head(MOST)]


def _row(label: str, own: list[Number]) -> tuple[str, ...]:
    """One entry: its number, or the first of several."""
    first = own[0]
    more = "" if len(own) == 1 else f", the first of {len(own)}"
    plausible = f"{first.low:.4g} to {first.high:.4g}"
    return f"{label}{more}", f"{first.value:.4g}", plausible, first.unit, FOUNDED[first.tier], first.source
