"""What drives it: of the numbers that nobody knows, those that make most of the difference."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.studies.report.bars import CUT, Bar, Bars, floor_of
from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings
from sim.studies.report.moved import MOST
from sim.studies.report.pieces import Commands, Piece, Section, Words
from sim.studies.report.said import MEANING, Said, band, listed
from sim.studies.report.words import of_hundred
from sim.studies.run.text.drivers import DIRECTIONS, UNTOLD, all_else

SHARES = (
    "How much of the spread of the answer over the uncertain numbers each makes by itself, in per cent. Thin "
    "lines: 95 % intervals."
)
ENDS = (
    "The answer with one number as far down and as far up as was thought possible, all others as in the "
    "scenario, on the same futures. Upright line: the answer as in the scenario,"
)
WHOLE = "The scale goes from 0 to 100."


def drivers(found: Findings) -> Section:
    """The largest drivers, what each explains, and the answer with each at either end."""
    pieces = [*_shares(found), *_ends(found)]
    command = found.command("sensitivity", of=found.first.name, by=found.first.dates[0])
    more = Commands(((command, "does more: all numbers over their ranges, one by one and together"),))
    return Section("drivers", "What drives it", [*pieces, more])


def _shares(found: Findings) -> Iterator[Piece]:
    table = found.drivers
    if isinstance(table, Untold):
        yield Words.of(f"What drives it is not told here: {table.why}.")
        return
    told = table[table["told"].astype(bool)].head(MOST)
    if told.empty:
        yield Words.of(UNTOLD)
        return
    yield Words.of(_sentence(found, told))
    rows = [*_bars(table, told)]
    yield Bars("drivers", SHARES, rows, found.run_command)


def _sentence(found: Findings, told: pd.DataFrame) -> str:
    """The drivers in words."""
    first, *rest = told.itertuples()
    told = f"Of the uncertain numbers “{first.driver_label}” matters most: "
    told += (
        f"{_more(found, first.direction)}. By itself it makes {100 * first.share:.0f} % of how far plausible "
    )
    told += "values pull the answer apart"
    others = [f"“{row.driver_label}” ({DIRECTIONS[row.direction]})" for row in rest]
    if others:
        told += f"; next come {listed(others)}"
    return f"{told}."


def _more(found: Findings, direction: int) -> str:
    """Which way the answer goes with it."""
    if found.target.is_share:
        return f"the higher it is, the {('less', 'more')[direction > 0]} likely"
    return f"the higher it is, the {('lower', 'higher')[direction > 0]} the answer"


def _bars(table: pd.DataFrame, told: pd.DataFrame) -> Iterator[Bar]:
    for row in told.itertuples():
        yield _bar(f"{row.driver_label} ({DIRECTIONS[row.direction]})", row.share, (row.low, row.high))
    yield _bar("everything else, and what several do together", all_else(told["share"]))


def _bar(name: str, share: float, interval: tuple[float, float] | None = None) -> Bar:
    return Bar(name, 0.0, share, f"{of_hundred(share)} %", interval)


def _ends(found: Findings) -> Iterator[Piece]:
    """The answer with one number at either end."""
    table = found.ends
    if isinstance(table, Untold):
        return
    said, entries = Said(found.target.is_share), {entry.name: entry for entry in found.large}
    rows, own = [], float(table["at_own"].iloc[0])
    for row in table.itertuples():
        entry, told = entries[row.name], f"{said.level(row.at_low)} to {said.level(row.at_high)}"
        name = f"{entry.label}: {band(entry.kind, row.low, row.high)}"
        rows.append(Bar(name, row.at_low, row.at_high, told))
    options = {"of": found.first.name, "by": found.first.dates[0], "prior": _prior(found), "seed": found.seed}
    command = found.command("sensitivity", **options, vary=tuple(entries))
    floor = floor_of([own, *table["at_low"], *table["at_high"]])
    whole = found.target.is_share and floor == 0
    scale = WHOLE if whole else CUT * (floor != 0)
    caption = f"{ENDS} {said.level(own)}{said.unit}. {MEANING} {scale}".strip()
    yield from from_here(found, own)
    yield Bars("ends", caption, rows, command, own, floor, float(whole))


def from_here(found: Findings, own: float) -> Iterator[Words]:
    """That numbers stand as in the file from here on; nothing where they did so from the start."""
    said, drawn = Said(found.target.is_share), found.outcome[0].value
    if found.ensemble.beliefs is None:
        return
    one, other = said.level(own), said.level(drawn)
    told = f"the answer is then {one}, not {other}" if one != other else f"the answer is {one}, as before"
    yield Words.of(f"From here on each number stands as in the scenario; {told}.")


def _prior(found: Findings) -> str:
    """What the numbers in doubt are, as a command takes it."""
    beliefs = found.ensemble.beliefs
    return "ranges" if beliefs is not None and beliefs.from_ranges else "file"
