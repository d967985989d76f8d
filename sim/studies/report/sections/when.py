"""When it comes: the chance by date, fifty dots, and the other outcomes beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.outcomes.baselines import BASELINES
from sim.outcomes.columns import Kind
from sim.studies.report.charts import DOTS, Band, Chart, Dots, Mark, quantile_months, sign_of
from sim.studies.report.findings import Findings
from sim.studies.report.pieces import Piece, Section, Words
from sim.studies.report.sections.leads import KEY, fan, known_key, leads
from sim.studies.report.sections.outcomes import outcomes
from sim.studies.report.words import month_name, of_hundred

PERCENT = tuple((share, f"{100 * share:.0f}") for share in (0.0, 0.25, 0.5, 0.75, 1.0))
DOTS_TOLD = (
    "Each dot stands for 2 of 100 futures, in the month in which it comes for the first time; rings stand "
    "for those in which it does not."
)


def when(found: Findings) -> Section | None:
    """The course of the outcome; of one that has no month nothing but the others."""
    pieces: list[Piece] = []
    if found.counted:
        pieces = [*_course(found), *outcomes(found), *leads(found)]
    if not pieces:
        return None
    return Section("when", "When", pieces)


def _course(found: Findings) -> Iterator[Piece]:
    """What the outcome does over time; nothing of what has one number for the whole of a run."""
    happening = found.target.column.happening
    if happening is not None and found.target.column.kind is Kind.DATE:
        events = found.events
        own = events[events["event"] == happening.name]
        by = own["probability"].tolist()
        yield Words.of(_seen(found, by))
        yield _chance(found, own)
        yield _dots(found, by)
    elif found.target.has_course:
        yield fan(found, found.target.name, key=(*KEY, *known_key(found)))


def _seen(found: Findings, by: Sequence[float]) -> str:
    """When it comes, if it does, in a sentence."""
    last, end = by[-1], month_name(found.dates[-1])
    if last == 0:
        return f"It comes in none of these futures by {end}."
    first = found.dates.index(found.outcome[0].date)
    if not 0 < by[first] < last:
        # Of futures in which it comes: with those in which it never does there may be no middle.
        first = next(month for month, share in enumerate(by) if share >= last / 2)
    told = f"It comes in {of_hundred(last)} of 100 futures by {end}"
    if by[first] == last:
        return f"{told}, if it comes always by {month_name(found.dates[first])}."
    return f"{told}, and in {of_hundred(by[first])} of these by {month_name(found.dates[first])}."


def _chance(found: Findings, own: pd.DataFrame) -> Chart:
    """The chance by date with what is in doubt, and simple rules beside it."""
    by = own["probability"].tolist()
    bands, key = [], [("line", "share of futures in which it has come")]
    # draws that differ by chance alone would show chance a second time
    if found.ensemble.beliefs is not None and any(row.differs for row in found.outcome):
        bands.append(Band("doubt", own["parameters_low"].tolist(), own["parameters_high"].tolist()))
        key.append(("doubt", "over the uncertain numbers, 5 to 95 %"))
    bands.append(Band("luck", own["low"].tolist(), own["high"].tolist()))
    key.append(("luck", "again with other luck, 95 %"))
    first = found.outcome[0]
    asked = Mark("dot", found.dates.index(first.date), first.value)
    key.append(("dot", f"the answer, by the end of {month_name(first.date)}"))
    key += [(sign_of(name), f"{BASELINES[name].label} alone") for name in dict.fromkeys(_rules(found))]
    key += known_key(found)
    return Chart(
        "chance",
        _alt(found),
        "In how many of 100 futures it has come by each month.",
        found.dates,
        bands,
        (0.0, 1.0),
        PERCENT,
        (by[-1], of_hundred(by[-1])),
        key,
        by,
        [asked, *_simple(found)],
        command=found.run_command,
        known=found.free,
    )


def _simple(found: Findings) -> Iterator[Mark]:
    """What simple rules say of the months that the file asks about."""
    for row in found.outcome:
        month = found.dates.index(row.date)
        yield from (Mark(sign_of(name), month, share) for name, share in row.simple.items())


def _rules(found: Findings) -> Iterator[str]:
    """The rules that say something of some month."""
    for row in found.outcome:
        yield from row.simple


def _alt(found: Findings) -> str:
    """The chart in numbers."""
    said = [f"{of_hundred(row.value)} by {month_name(row.date)}" for row in found.outcome]
    return f"Chance by date in 100 futures: {'; '.join(said)}."


def _dots(found: Findings, by: Sequence[float]) -> Dots:
    """Fifty futures in even steps of all."""
    months = quantile_months(by)
    never = months.count(None)
    end = month_name(found.dates[-1])
    alt = f"Fifty futures: in {DOTS - never} it comes by {end}, in {never} it does not."
    return Dots("when", alt, DOTS_TOLD, found.dates, months, f"not by {end}: {never} of {DOTS}")
