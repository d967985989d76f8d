"""What came of a sensitivity analysis as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.engine.doubts import FILE, RANGES
from sim.refusal import cleaned
from sim.statistics.paired import Difference
from sim.studies.caveat import caveat
from sim.studies.sensitivity.found import Sensitivity
from sim.studies.sensitivity.indices import REST
from sim.studies.sensitivity.words import sentences
from sim.writing.text import WIDTH, in_words

MOST_ROWS, MOST_PARTS = 10, 6
"""Numbers and parts of the file that are printed; the rest stands in the tables."""

MUCH_LUCK = 0.1
"""A share of luck between points that is worth a warning."""

NOTE = (
    "first: share of the doubt that is gone once the number is known; total: share that stays if all others "
    "are known. They add up to more than the first ones where numbers act together. Intervals are 95 %; all "
    "points share their luck, so that chance is in none of it but for the share named above."
)
NAMES = {RANGES: "each drawn from its plausible range", FILE: "each drawn from its prior in the file"}


def summary(found: Sensitivity) -> Iterator[str]:
    """What an outcome hangs on: a sentence, shares of the doubt, both ends of ranges, parts of the file."""
    yield from _heading(found)
    yield ""
    for sentence in sentences(found):
        yield from textwrap.wrap(cleaned(sentence), WIDTH, subsequent_indent="  ")
    yield ""
    yield from _spread(found)
    last = found.target.dates[-1]
    yield ""
    yield from _shares(found, last)
    yield ""
    yield from _ends(found, last)
    yield ""
    yield from _parts(found, last)
    yield ""
    yield from textwrap.wrap(NOTE, WIDTH)
    yield from caveat(found.scenario)


def _heading(found: Sensitivity) -> Iterator[str]:
    yield from textwrap.wrap(cleaned(found.scenario.title), WIDTH)
    what = f"{len(found.entries):,} entries in doubt, {NAMES[found.prior]}"
    sizes = f"{found.trajectories} trajectories, {found.samples:,} base points of {found.runs} runs"
    asked = f"What “{found.target.label}” hangs on"
    yield from textwrap.wrap(f"{asked}: {what}; {sizes}, seed {found.seed}", WIDTH)
    if found.scenario.changes:
        yield from textwrap.wrap(cleaned(f"  {in_words(found.scenario.changes)}"), WIDTH)
    if found.left_out:
        yield f"{found.left_out} points and trajectories make no scenario, and are left out."


def _spread(found: Sensitivity) -> Iterator[str]:
    """Where the target lies over all that is in doubt."""
    yield f"{'Over all that is in doubt, by':<38}{'mean':>8}{'5 %':>8}{'50 %':>8}{'95 %':>8}{'luck left':>12}"
    for row in found.spread().itertuples():
        numbers = "".join(f"{value:>8.3f}" for value in (row.mean, row.q05, row.q50, row.q95))
        yield f"  {row.date:<36}{numbers}{100 * row.chance:>10.1f} %"
    if found.chance.max() > MUCH_LUCK:
        yield "Luck that is left makes indices unsure, and the total ones too large: ask for more runs."


def _shares(found: Sensitivity, date: str) -> Iterator[str]:
    """Indices by the last date, the largest total first; all other numbers last."""
    rows = found.indices()
    own = rows[rows["date"] == date].sort_values("total", ascending=False, kind="stable")
    yield f"{f'Share of the doubt (%) by {date}':<56}{'first':>6}{'95 %':>14}{'total':>8}{'95 %':>14}"
    singles = own[own["name"] != REST]
    for row in pd.concat([singles[:MOST_ROWS], own[own["name"] == REST]]).to_dict("records"):
        first = _between(row["first_low"], row["first_high"])
        total = _between(row["total_low"], row["total_high"])
        numbers = f"{100 * row['first']:>6.1f}{first:>14}{100 * row['total']:>8.1f}{total:>14}"
        yield f"{_cut(row['label'], 55):<56}{numbers}"
    yield from _not_shown(len(singles), "indices.csv")


def _between(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"


def _ends(found: Sensitivity, date: str) -> Iterator[str]:
    """The tornado by the last date, the widest first."""
    rows = found.tornado()
    own = rows[rows["date"] == date]
    width = (own["at_high"] - own["at_low"]).abs()
    order = own.assign(width=width).sort_values("width", ascending=False, kind="stable")
    at_own = own["at_own"].iloc[0]
    head = f"One at a time (in the file: {at_own:.3f})"
    yield f"{head:<52}{'low end':>10}{'high end':>10}{'at low':>9}{'at high':>9}"
    for row in order[:MOST_ROWS].itertuples():
        ends = f"{row.low:>10.4g}{row.high:>10.4g}{row.at_low:>9.3f}{row.at_high:>9.3f}"
        yield f"{_cut(row.label, 51):<52}{ends}  {_way(row)}"
    yield from _not_shown(len(order), "tornado.csv")
    if found.prior == FILE:
        yield "Ends are factors and shifts of their numbers, three standard deviations to either side."


def _way(row: Any) -> str:
    """Which way the target goes as a number rises; nothing where the ends differ no more than by luck."""
    low = Difference(row.low_change, row.low_change_low, row.low_change_high)
    high = Difference(row.high_change, row.high_change_low, row.high_change_high)
    if low.sign == high.sign == 0:
        return ""
    if row.at_high > row.at_low:
        return "up"
    return "down"


def _parts(found: Sensitivity, date: str) -> Iterator[str]:
    """The parts of the file that move the target most."""
    rows = found.parts()
    own = rows[rows["date"] == date].sort_values("mu_star", ascending=False, kind="stable")
    yield f"{'Parts of the file, all their numbers at once':<56}{'moves it by':>12}{'95 %':>18}"
    for row in own[:MOST_PARTS].itertuples():
        interval = f"{row.mu_star_low:.3f} to {row.mu_star_high:.3f}"
        yield f"{_cut(row.label, 55):<56}{row.mu_star:>12.3f}{interval:>18}"
    yield from _not_shown(len(own), "parts.csv", MOST_PARTS)


def _not_shown(rows: int, file: str, most: int = MOST_ROWS) -> Iterator[str]:
    if rows > most:
        yield f"{rows - most} more: {file}"


def _cut(label: str, width: int) -> str:
    """A label that leaves the columns of numbers under their heads."""
    if len(label) <= width:
        return label
    return f"{label[: width - 1]}."
