"""What differs between two scenarios as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.history import month_label
from sim.refusal import cleaned
from sim.scenario.schema import month_number
from sim.studies.caveat import caveat
from sim.studies.compare.comparison import Comparison
from sim.studies.run.text import known
from sim.writing.failures import failures
from sim.writing.text import WIDTH, in_words, percent

HEADS = f"{'A':>8}{'B':>8}{'B - A':>9}  {'95 % MC interval':<18}"
NOTE = (
    "flipped: % of futures in which it happens in one scenario only. saving: how many times more futures "
    "independent draws would need. MC (Monte Carlo) intervals show chance in the runs alone."
)


def differences(found: Comparison, everything: bool = False) -> Iterator[str]:
    """What differs between two scenarios on the same futures, paired, and when their paths part."""
    table, kinds = found.table(), ["outcome"]
    if everything:
        kinds.append("event")
    yield from failures(int(found.failed.sum()), len(found.failed))
    yield from _heading(found)
    yield from _shortened(found)
    yield ""
    yield from _shares(table[table["kind"].isin(kinds)].itertuples())
    yield ""
    yield from _means(table[table["kind"] == "end"], f"Mean in {found.dates[-1]}")
    # of deals that hardly ever take place there is no mean
    terms = table[(table["kind"] == "terms") & table["difference"].notna()]
    if not terms.empty:
        yield ""
        yield from _means(terms, "Conceded in deals that take place")
    yield ""
    yield from textwrap.wrap(_parting(found), WIDTH)
    yield from textwrap.wrap(NOTE, WIDTH)
    yield from caveat(*(each.scenario for each in found.worlds))


def _heading(found: Comparison) -> Iterator[str]:
    """What is compared, and on how many futures."""
    title = found.worlds[0].scenario.title
    futures = f"Two scenarios on the same {found.runs:,} futures, seed {found.seed}"
    yield from textwrap.wrap(f"{title} {futures}", WIDTH)
    for name, each in zip("AB", found.worlds, strict=True):
        own = f"{name}: {each.scenario.name}, {in_words(each.scenario.changes)}"
        yield from textwrap.wrap(cleaned(own), WIDTH, subsequent_indent="   ")
    if found.past is not None:
        yield from textwrap.wrap(known(found.past), WIDTH)


def _shares(rows: Iterable[Any]) -> Iterator[str]:
    """Probabilities of both, how far they differ, and in how many futures."""
    yield f"{'Probability (%) by the end of':<32}{'month':>8}{HEADS}{'flipped':>8}{'saving':>7}"
    before = None
    for row in rows:
        lines, before = _label_after(before, row), row.name
        interval = f"{100 * row.low:+.2f} to {100 * row.high:+.2f}"
        both = f"{percent(row.first):>8}{percent(row.second):>8}"
        numbers = f"{both}{100 * row.difference:>+9.2f}  {interval:<18}"
        beside = f"{percent(row.flipped):>8}{_times(row.saving):>7}"
        yield f"{lines[0]:<32}{row.date:>8}{numbers}{beside}"
        yield from lines[1:]


def _label_after(before: str | None, row: Any) -> list[str]:
    """The label of a row in lines; an outcome that is asked about by several months is named once."""
    if row.name == before:
        return [""]
    return textwrap.wrap(row.label, 32)


def _means(rows: pd.DataFrame, head: str) -> Iterator[str]:
    """Means of both, and how far they differ."""
    yield f"{head:<38}{HEADS}{'':>8}{'saving':>7}"
    for row in rows.itertuples():
        interval = f"{row.low:+.4f} to {row.high:+.4f}"
        numbers = f"{row.first:>8.3f}{row.second:>8.3f}{row.difference:>+9.4f}  {interval:<18}"
        yield f"{row.label[:37]:<38}{numbers}{'':>8}{_times(row.saving):>7}"


def _shortened(found: Comparison) -> Iterator[str]:
    """That one scenario goes on for longer than the months that are compared, if one does."""
    first, second = (each.scenario.case.time.months for each in found.worlds)
    if first != second:
        compared = f"Compared over {found.worlds[0].months} months"
        yield f"{compared}; by their files, A {first} and B {second} months."


def _times(saving: float) -> str:
    """How many times more, with as many digits as matter; empty if unknown."""
    if pd.isna(saving):
        return ""
    if saving >= 10_000:
        return ">9999x"
    if saving >= 10:
        return f"{saving:.0f}x"
    return f"{saving:.1f}x"


def _parting(found: Comparison) -> str:
    parted = found.parted[~found.failed]
    known = parted[~np.isnan(parted)]
    if not len(known):
        return "The two never part: no recorded number differs in any future."
    first = month_number(found.worlds[0].scenario.case.time.start)
    # Months that occur: a quantile between two of them would name one in which no pair parts.
    quantiles = np.quantile(known, (0.05, 0.5, 0.95), method="inverted_cdf")
    early, middle, late = (month_label(first + int(month)) for month in quantiles)
    # Early and late are of those that part; how many do is said beside.
    share = percent(len(known) / len(parted))
    return f"Paths part in {share} % of futures, in half of those by {middle} (5 to 95 %: {early} to {late})."
