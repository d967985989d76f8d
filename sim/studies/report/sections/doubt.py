"""What to doubt: what not to believe, what is assumed, what the past did not teach, what is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.engine.beliefs import Beliefs, beliefs_in
from sim.scenario.provenance import tiers_of
from sim.statistics.intervals import wilson
from sim.studies.report import moved
from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings
from sim.studies.report.learnt import learnt_of, narrower, taught
from sim.studies.report.listed import Points
from sim.studies.report.outcome import Row
from sim.studies.report.pieces import Commands, Piece, Section, Table
from sim.studies.report.ranges import DRAWS, RUNS
from sim.studies.report.said import MEANING, Said, band, listed
from sim.studies.report.words import counted

MOST = 6
"""Numbers in doubt that are shown; the file that can be saved has them all."""

BEFORE, AFTER = "nine in ten, before the past", "nine in ten, after the past"

POINT = "Do not believe the number to the point."
TESTED = "Do not believe that its numbers are known."
LEFT_OUT = "Do not take it for the world."

NARROWED = {"narrowed": "narrowed {}", "hardly": "hardly narrowed {}", "nothing": "says nothing of {}"}


def doubt(found: Findings) -> Section:
    """Three sentences of what not to believe, then numbers in doubt, and commands that doubt on."""
    pieces: list[Piece] = [Points([*_not_to_believe(found)])]
    if found.ensemble.beliefs is not None and not found.ensemble.beliefs.from_ranges:
        pieces.append(_numbers(found, found.ensemble.beliefs))
    return Section("doubt", "What to doubt", [*pieces, Commands(tuple(_commands(found)))])


def _not_to_believe(found: Findings) -> Iterator[tuple[str, str]]:
    """What a reader should not take home."""
    yield POINT, " ".join(_bands(found))
    yield TESTED, " ".join(_founded(found))
    events, note = len(found.scenario.case.events), found.scenario.case.note or ""
    kinds = counted(events, "kind")
    told = f"Only what the scenario holds can happen here: {kinds} of event, and nothing else."
    yield LEFT_OUT, f"{told} The scenario itself says: “{note.strip()}”" if note.strip() else told


def _bands(found: Findings) -> Iterator[str]:
    """How wide the answer is, by chance, over the numbers in doubt, and over all ranges."""
    row = found.outcome[0]
    said = Said(found.target.is_share)
    if not found.counted:
        yield "There is none: every run failed."
        return
    yield f"Luck alone makes it {said.ends(*row.luck)}."
    if found.given is not None:
        yield from _pasts(row, said)
        return
    if row.doubt is not None and row.differs:
        yield f"Over the numbers called uncertain it is {said.ends(*row.doubt)}."
    beliefs, over = found.ensemble.beliefs, found.wide
    if isinstance(over, Untold) or (beliefs is not None and beliefs.from_ranges):
        return
    told = f"With all {over.numbers:,} numbers that have a range anywhere in it,"
    yield f"{told} {said.ends(over.low, over.high)}."


def _pasts(row: Row, said: Said) -> Iterator[str]:
    """How far it hangs on which of the pasts it was."""
    if row.doubt is not None and row.differs:
        yield f"From one or another past that keeps to the facts it is {said.ends(*row.doubt)}."
    yield "What is known is taken as certain: a fact that is wrong makes the answer wrong."


def _founded(found: Findings) -> Iterator[str]:
    """How many numbers are judgement, and what the past says of those in doubt."""
    known = found.scenario.provenance
    tiers = tiers_of(known.values())
    yield f"Of {len(known):,} numbers of the scenario {tiers.get('judgement', 0):,} are somebody's judgement."
    beliefs = found.ensemble.beliefs
    if found.given is not None:
        drawn = beliefs_in(found.given.past.setup)
        if drawn is not None:
            free = counted(len(drawn.free), "number")
            yield f"{free} differ from past to past, weighed by the facts; all others are as if known."
            return
    if beliefs is None:
        yield "The page holds them all as they are, as if they were known."
        return
    if not beliefs.learnt:
        yield "None of those in doubt was learnt from observations."
        return
    parts = taught(learnt_of(beliefs))
    told = listed([NARROWED[name].format(len(labels)) for name, labels in parts.items() if labels])
    if parts["nothing"]:
        told += f" ({listed(parts['nothing'])})"
    yield f"Of the {len(beliefs.free)} that are drawn, the past {told}."


def _numbers(found: Findings, beliefs: Beliefs) -> Table:
    """The numbers in doubt that drive the answer most: as believed before, and now."""
    table = learnt_of(beliefs)
    if not isinstance(found.drivers, Untold):
        share = table["name"].map(found.drivers.set_index("driver")["share"]).fillna(0.0)
        table = table.loc[share.sort_values(ascending=False, kind="stable").index]
    shown = pd.DataFrame([_row(row) for row in table.head(MOST).itertuples()])
    notes = [f"Nine in ten values that are believed lie between these ends. {MEANING}"]
    if len(table) > MOST:
        notes.append(f"The {MOST} that drive the answer most; the CSV file has all {len(table)}.")
    caption = "What is believed of the numbers in doubt"
    if beliefs.learnt:
        caption = f"What was learnt from {beliefs.source}"
    return Table("doubted", caption, shown, table, found.run_command, tuple(notes))


def _row(row: Any) -> dict[str, str]:
    told = f"{narrower(row.left):.0f} % narrower"
    if row.hardly:
        told = "hardly anything"
    elif not row.learnt:
        told = "nothing"
    return {
        "Number": row.label, BEFORE: band(row.kind, row.before_low, row.before_high),
        AFTER: band(row.kind, row.now_low, row.now_high), "The past taught": told,
    }  # fmt: skip


def _over_ranges(found: Findings) -> str:
    """The command of the widest band."""
    options = {"prior": "ranges", "draws": DRAWS, "runs": RUNS, "seed": found.seed}
    return found.command("run", **options, months=found.first.months)


def _side(low: float, high: float) -> str | None:
    """On which side of a half a chance lies; none where chance alone may take it to the other."""
    if high < 0.5:
        return "<"
    return ">" if low > 0.5 else None


def _alone(found: Findings) -> tuple[float, float]:
    """Between which ends the answer lies with the numbers of the file alone; not a number where unknown.

    Over draws it may lie on the other side of a half, and what begins from the file has nothing to turn.
    """
    if found.ensemble.beliefs is None:
        return found.outcome[0].luck
    if not isinstance(found.explained, Untold):
        whole = found.explained.main.whole
        return whole.low, whole.high
    if not isinstance(found.ends, Untold):
        own = float(found.ends["at_own"].iloc[0])
        low, high = wilson(own * moved.RUNS, moved.RUNS)
        return float(low), float(high)
    return math.nan, math.nan


def _commands(found: Findings) -> Iterator[tuple[str, str]]:
    """What doubts on where the page stops."""
    first = found.first
    if found.given is not None:
        yield found.plain_command, "the same where nothing is known of the past"
        return
    if not isinstance(found.wide, Untold):
        yield _over_ranges(found), "the widest band: every number anywhere in its range"
    sign = _side(*_alone(found)) if first.is_share and found.counted else None
    if sign is not None:
        finding = f"{first.name} by {first.dates[0]} {sign} 0.5"
        yield found.command("overturn", finding), "the smallest change of numbers that turns the answer round"
    yield found.command("sensitivity", of=first.name, by=first.dates[0]), "what it hangs on, over all ranges"
