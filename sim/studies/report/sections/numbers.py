"""What is assumed: the numbers that matter most with their sources, and how well founded all of them are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.scenario.provenance import tiers_of
from sim.studies.report.findings import Findings
from sim.studies.report.listed import Fold
from sim.studies.report.pieces import Commands, Download, Piece, Section, Table, Words
from sim.studies.report.words import counted
from sim.studies.show.ask import COLUMNS, Number, numbers_of, rows_of

FOUNDED = {
    "measured": "measured",
    "literature": "from the literature",
    "calibrated": "fitted to the past",
    "judgement": "somebody's judgement",
}
"""What each tier says of a number."""

SOUND = ("measured", "literature")
"""Tiers of numbers whose sources a reader can look up."""

MOST_FOLDED = 60
"""Numbers of a table that is folded away, at most: all are saved."""

HEADS = ("Number", "value", "plausible range", "unit", "how well founded", "source")
TEXTS = HEADS[3:]


def numbers(found: Findings) -> Section:
    """Counts by tier, the numbers behind what drives the answer, sources, and all numbers to be saved."""
    every = numbers_of(found.scenario)
    pieces = [Words.of(_counts(found)), *_most(found, every), *_sound(found, every), _saved(found, every)]
    return Section("numbers", "Numbers and sources", pieces)


def _counts(found: Findings) -> str:
    """How well founded the numbers are, in a sentence."""
    known = found.scenario.provenance
    told = [f"{count:,} {FOUNDED[tier]}" for tier, count in tiers_of(known.values()).items()]
    return f"The model rests on {counted(len(known), 'number')} of the scenario: {', '.join(told)}."


def _most(found: Findings, every: Sequence[Number]) -> Iterator[Piece]:
    """The numbers behind the entries that explain most of what is in doubt.

    Without draws the command that looks for them: all numbers over their ranges take minutes.
    """
    if found.given is not None:
        return
    entries = found.large if found.counted else ()
    if not entries:
        command = found.command("sensitivity", of=found.of)
        yield Commands(((command, "finds the numbers that the answer hangs on most"),))
        return
    by_path = {number.path: number for number in every}
    own = [[by_path[path] for path in entry.paths] for entry in entries]
    rows = [_row(_named(entry.label, group), group[0]) for entry, group in zip(entries, own, strict=True)]
    caption = "The numbers in doubt that the answer hangs on most"
    yield _table(found, "sources", caption, rows, [number for group in own for number in group])


def _named(label: str, group: Sequence[Number]) -> str:
    """An entry by its label; of several numbers that move together the first is shown."""
    if len(group) == 1:
        return label
    return f"{label}, the first of {len(group)}"


def _sound(found: Findings, every: Sequence[Number]) -> Iterator[Piece]:
    """What is measured or from the literature, with sources that open; folded away."""
    own = [number for number in every if number.tier in SOUND]
    if own:
        rows = [_row(number.label, number) for number in own[:MOST_FOLDED]]
        title = f"{counted(len(own), 'number')} measured or from the literature, with sources"
        yield Fold(title, [_table(found, "measured", title, rows, own)])


def _row(label: str, number: Number) -> tuple[str, ...]:
    """A number as a row of HEADS."""
    plausible = f"{number.low:.4g} to {number.high:.4g}"
    return label, f"{number.value:.4g}", plausible, number.unit, FOUNDED[number.tier], number.source


def _table(
    found: Findings, name: str, caption: str, rows: Sequence[tuple[str, ...]], own: Sequence[Number]
) -> Table:
    """Rows of numbers, and all that belong to them to be saved."""
    data = pd.DataFrame(rows_of(list(own))[1:], columns=list(COLUMNS))
    shown = pd.DataFrame(rows, columns=list(HEADS))
    return Table(name, caption, shown, data, found.command("show", numbers=True), texts=TEXTS)


def _saved(found: Findings, every: Sequence[Number]) -> Download:
    """All numbers: hundreds, which nobody reads in a page."""
    data = pd.DataFrame(rows_of(list(every))[1:], columns=list(COLUMNS))
    command = found.command("show", numbers=True, csv=True)
    return Download("numbers", "Save all numbers with unit, range, tier and source as CSV", data, command)
