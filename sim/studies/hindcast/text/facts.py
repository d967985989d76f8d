"""What runs say of each observation of a target: a block of lines, one a fact."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.assimilation.facts import EVENT, SERIES, TIME
from sim.studies.hindcast.targets import BESIDE
from sim.studies.hindcast.text.cells import HEADS, MARKS, date, get, interval, number, right, said
from sim.writing.text import WIDTH

HELD = "hold_last"
"""The baseline that stands beside each observation of a series; of the others the means are told."""


def block(kind: str, rows: pd.DataFrame) -> Iterator[str]:
    """The rows of scores of one target of a kind."""
    return {SERIES: _series, EVENT: _events, TIME: _times}[kind](rows)


def _series(rows: pd.DataFrame) -> Iterator[str]:
    """Of a series: what was observed, what runs say, and scores."""
    head = rows.iloc[0]
    yield from textwrap.wrap(f"{head.label} [{head.unit}] ({head.target})", WIDTH)
    runs = f"{'observed':>9}{'median':>8}  {'50 %':<16} {'90 %':<16}{'in':>3}{'CRPS':>8}"
    yield f"{'when':<16}{'':<4}{runs}{HEADS[HELD]:>8}"
    for row in rows.itertuples():
        scores = right([number(get(row, name)) for name in ("score", f"score_{HELD}")], 8)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{number(row.observed):>9}{number(row.q50):>8}  "
            f"{interval(row.q25, row.q75):<16} {interval(row.q05, row.q95):<16}{_inside(row):>3}{scores}"
        )


def _inside(row: object) -> str:
    """The narrower of the intervals that the observation lies in."""
    if get(row, "within_50"):
        return "50"
    if get(row, "within_90"):
        return "90"
    return "-"


def _events(rows: pd.DataFrame) -> Iterator[str]:
    """Of an event: whether it came, its probability, and scores."""
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): at least once", WIDTH)
    # Baselines that know nothing of this target have no column.
    named = [name for name in BESIDE[EVENT] if said(rows, name)]
    heads = right(map(HEADS.__getitem__, named), 12)
    yield f"{'when':<16}{'':<4}{'came':>5}{'prob.':>7}  {'95 % MC':<15}{'Brier  log':>12}{heads}"
    for row in rows.itertuples():
        came, chance = _yes(row.observed), interval(row.probability_low, row.probability_high)
        beside = right([_pair(row, name) for name in named], 12)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{came:>5}{number(row.probability):>7}  {chance:<15}"
            f"{row.score:>6.3f}{row.log_score:>6.2f}{beside}"
        )


def _yes(value: float) -> str:
    if value:
        return "yes"
    return "no"


def _pair(row: object, name: str) -> str:
    """A baseline's probability with its Brier score."""
    chance, brier = get(row, name), get(row, f"score_{name}")
    if pd.isna(chance):
        return "-"
    return f"{chance:.2f} {brier:.3f}"


def _times(rows: pd.DataFrame) -> Iterator[str]:
    """Of a first time: when it came, when it does in runs, and scores."""
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): first time", WIDTH)
    named = [name for name in BESIDE[TIME] if said(rows, f"score_{name}")]
    heads = right(map(HEADS.__getitem__, named), 10)
    yield f"{'window':<16}{'':<4}{'came':>8}{'median':>8}  {'5 to 95 %':<20}{'within':>7}{'RPS':>7}{heads}"
    for row in rows.itertuples():
        beside = right([number(get(row, f"score_{name}")) for name in named], 10)
        span, chance = f"{date(row.q05)} to {date(row.q95)}", number(row.probability)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{date(row.observed):>8}{date(row.q50):>8}  "
            f"{span:<20}{chance:>7}{number(row.score):>7}{beside}"
        )
