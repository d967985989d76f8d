"""The answer in three sentences: how likely, how sure, and what simple rules would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.assimilation.given import Given
from sim.engine.beliefs import beliefs_in
from sim.outcomes.baselines import BASELINES
from sim.studies.report.charts import HUNDRED, Grid, Strip, sign_of
from sim.studies.report.findings import Findings
from sim.studies.report.outcome import Row
from sim.studies.report.pieces import Answer, Section
from sim.studies.report.sections.besides import besides
from sim.studies.report.sections.history import rivals
from sim.studies.report.words import (
    between,
    counted,
    in_hundred,
    measured,
    month_name,
    of_hundred,
    term_for,
    whole,
)

EVERY_RUN_FAILED = "There is no answer: every run failed."
ONE_SET = (
    "All futures share one set of numbers: what nobody knows of these is left out, and it is often far wider "
    "than chance."
)
NEVER = "It came in none of these futures, which does not make it impossible."
ALWAYS = "It came in all of these futures, which does not make it certain."


def answer(found: Findings) -> Section:
    """The outcome by its first month."""
    row = found.outcome[0]
    over = "over the uncertain numbers" if found.given is None else "from one past or another"
    asked = asked_of(found, row)
    if np.isnan(row.value):
        told = Answer(asked, EVERY_RUN_FAILED, ())
    elif found.target.is_share:
        told = Answer(
            asked, said_of(row, found.counted), tuple(_of_share(found, row)), grid_of(row), _strip(row, over)
        )
    else:
        told = Answer(asked, _number(row), tuple(_of_number(found, row)))
    return Section("answer", "The answer", [told, *besides(found)])


def asked_of(found: Findings, row: Row) -> str:
    """What was asked, and by when."""
    if found.target.is_share:
        return f"{found.target.label}, by the end of {month_name(row.date)}"
    if found.target.has_course:
        return f"{found.target.label}, in {month_name(row.date)}"
    return f"{found.target.label}, {month_name(found.dates[0])} to {month_name(found.dates[-1])}"


def said_of(row: Row, runs: int) -> str:
    """So many in 100 futures, and the term for all that this may be; runs: those that did not fail."""
    # One set of numbers has no band of doubt: the term holds for what luck does, and only if they are right.
    said = f"{in_hundred(row.value, runs)}: {term_for(*row.band)}"
    if row.doubt is None:
        return f"{said}, if the numbers of the scenario are right."
    return f"{said}."


def _of_share(found: Findings, row: Row) -> Iterator[str]:
    """How sure a chance is, and what could be said without the model."""
    yield from _failed(found)
    yield from _without(found, row)
    luck = f"Run again with other luck, it would be {between(*row.luck)} in 100"
    yield f"{luck}{_unsure(found, row, between)}"
    if row.simple:
        known = rivals(found)
        said = [_rule(name, share, known.get(name)) for name, share in row.simple.items()]
        yield f"Simple rules without a model: {', '.join(said)}."
    # Futures that were not simulated may differ: a count of all of them proves nothing.
    if row.value in (0, 1):
        yield (NEVER, ALWAYS)[int(row.value)]


def _without(found: Findings, row: Row) -> Iterator[str]:
    """The chance where nothing is known of the past; nothing of a page without facts."""
    happening = found.target.column.happening
    if found.given is None or happening is None:
        return
    events = found.plain.events()
    own = events[(events["event"] == happening.name) & (events["date"] == row.date)].iloc[0]
    luck = between(own["low"], own["high"])
    before = events_before(found, happening.name)
    if 0 < before < 1:
        when = f"before {month_name(found.given.month)}"
        yield f"In {of_hundred(before)} of 100 pasts it has come {when}: no fact says that it has not."
    yield f"Without the facts: {in_hundred(own['probability'], found.plain.runs)} ({luck} with other luck)."


def _number(row: Row) -> str:
    """Where runs end up, without a mean: none of them need be near it."""
    low, _, middle, _, high = map(measured, row.quantiles)
    return f"{middle} in the middle future; in nine of ten {low} to {high}."


def _of_number(found: Findings, row: Row) -> Iterator[str]:
    """How sure the mean of a number is, and where it came from."""
    yield from _failed(found)
    luck = f"The mean over futures is {measured(row.value)}; run again with other luck, it would be "
    yield f"{luck}{_span(*row.luck)}{_unsure(found, row, _span)}"
    if found.start is not None:
        yield f"It is {measured(found.start)} before the first month."


def _unsure(found: Findings, row: Row, ends: Callable[[float, float], str]) -> str:
    """What else it may be: over the numbers that are drawn, and over all that have a range."""
    over, more = found.beyond, ""
    if found.given is not None:
        return _from_pasts(found.given, row, ends)
    if row.doubt is None:
        if over is not None:
            said = ends(over.low, over.high)
            more = f" With each of {counted(over.numbers, 'number')} anywhere in its range: {said}."
        return f". {ONE_SET}{more}"
    if over is not None:
        more = f"; of all {over.numbers:,} that have a range, {ends(over.low, over.high)}"
    if row.differs:
        return f"; under other plausible values of {_doubtful(found)}, {ends(*row.doubt)}{more}."
    return f"; other plausible values of {_doubtful(found)} change it by no more than chance does{more}."


def events_before(found: Findings, name: str) -> float:
    """In what share of pasts something has come."""
    rows = found.events[found.events["event"] == name]
    return float(rows["probability"].iloc[found.free - 1])


def _from_pasts(given: Given, row: Row, ends: Callable[[float, float], str]) -> str:
    """What else it may be: from one or another of the pasts that keep to what is known."""
    alone = beliefs_in(given.past.setup) is None
    more = f" {ONE_SET}" if alone else ""
    if row.doubt is None:
        return f".{more}"
    which = "from one or another past that keeps to the facts"
    if not alone:
        which += ", with the numbers of each"
    if row.differs:
        return f"; {which}, {ends(*row.doubt)}.{more}"
    return f"; {which}, it differs by no more than chance.{more}"


def _rule(name: str, share: float, did: str | None) -> str:
    """What a simple rule says, and how it did in the past beside the model, if it did no worse."""
    if did is None:
        return f"{BASELINES[name].label} {of_hundred(share)}"
    return f"{BASELINES[name].label} {of_hundred(share)} ({did} in the past)"


def _span(low: float, high: float) -> str:
    return f"{measured(low)} to {measured(high)}"


def _failed(found: Findings) -> Iterator[str]:
    """How many runs are in none of the numbers; nothing where all are."""
    failed = found.ensemble.failed
    if failed:
        yield f"{failed:,} of {found.runs:,} runs failed and count nowhere."


def _doubtful(found: Findings) -> str:
    """The numbers that are drawn, in words."""
    beliefs = found.ensemble.beliefs
    assert beliefs is not None
    if beliefs.from_ranges:
        return f"the {counted(len(beliefs.free), 'number')} that have a range"
    return f"the {counted(len(beliefs.free), 'number')} called uncertain"


def grid_of(row: Row) -> Grid:
    """As many of a hundred as the sentence says."""
    yes = whole(row.value)
    alt = f"A hundred futures: it happens in {yes}, and does not in {HUNDRED - yes}."
    return Grid(yes, alt)


def _strip(row: Row, over: str) -> Strip:
    """The same sentences on a scale; over: what is in doubt."""
    bands, key = [("luck", row.luck)], [("luck", f"again with other luck {between(*row.luck)}")]
    # Draws that differ by chance alone would show chance a second time, under another name.
    if row.doubt is not None and row.differs:
        bands.insert(0, ("doubt", row.doubt))
        key.append(("doubt", f"{over} {between(*row.doubt)}"))
    marks = [(sign_of(name), share) for name, share in row.simple.items()]
    key += [(sign_of(name), f"{BASELINES[name].label} {of_hundred(row.simple[name])}") for name in row.simple]
    alt = f"{of_hundred(row.value)} in 100; {'; '.join(said for _, said in key)}."
    return Strip(alt, row.value, bands, marks, key)
