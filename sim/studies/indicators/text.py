"""What is worth watching, as lines of text: one sentence first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sim.studies.caveat import caveat
from sim.studies.indicators.half import LEAST, Share
from sim.studies.indicators.indicators import Indicators
from sim.studies.indicators.seen import Kind
from sim.studies.indicators.signposts import WORTH, Interval, Signpost
from sim.studies.indicators.tables import side_of
from sim.writing.text import WIDTH, percent

ROOM = 36
"""Signs of a label in the table."""

MOST_SHOWN = 4
"""Observables that are told besides the signposts."""

NOTE = (
    "Half of the futures chose what to watch, these numbers are of the other half. A future counts in a "
    "month while the outcome is still open{0}. All intervals are 95 %. "
    "This is association, not effect: a signpost tells which future one is in, and need not cause it."
)
ANNOUNCED = ": neither there nor announced, as an announcement has been seen by everybody"


def indicators_told(found: Indicators) -> Iterator[str]:
    """The signposts, what else tells, and how it is meant."""
    yield from _wrapped(sentence(found))
    yield ""
    if found.found:
        yield f"{'Watch':<{ROOM}}{'in':<9}{'':<15}{'it comes (%)':>20}{'else (%)':>20}"
        for each in found.found:
            yield from _signpost(found, each)
        yield ""
    yield from _wrapped(_others(found))
    if found.left_out:
        names = ", ".join(each.label for each in found.left_out)
        yield from _wrapped(f"Not watched, as they are the outcome by another name: {names}.")
    yield from _wrapped(NOTE.format(ANNOUNCED if found.outcome.happening is not None else ""))
    yield from caveat(found.setup.scenario)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def sentence(found: Indicators) -> str:
    """The answer in a sentence of plain words."""
    if not found.share.runs:
        return f"{found.outcome}: no future is left to tell it from."
    base = f"{found.outcome}: comes in {_share(found.share)} of {found.share.runs:,} futures"
    if not found.found:
        return f"{base}, and {_nothing(found)}."
    first = found.found[0]
    told = f"{base}. Watch {_named(found, first)}: {_side(found, first)} it comes in {_share(first.on)}"
    return f"{told}, else in {_share(first.off)}."


def _nothing(found: Indicators) -> str:
    """Why there is no signpost."""
    came = round(found.share.mean * found.share.runs)
    if min(came, found.share.runs - came) < LEAST:
        return f"with fewer than {LEAST} that differ nothing can be told; ask for more runs or another month"
    worth = f"{100 * WORTH:g} % of its entropy"
    return f"nothing that can be watched before tells {worth} beyond chance"


def _named(found: Indicators, each: Signpost) -> str:
    if each.observable.kind is Kind.CHANGE:
        return f"{each.observable.label}, change since {found.dates[0]}"
    return each.observable.label


def _share(share: Share) -> str:
    return f"{percent(share.mean)} % ({percent(share.low)} to {percent(share.high)})"


def _side(found: Indicators, each: Signpost) -> str:
    """The side of a signpost as a clause: `above 0.4 in 2024-07`."""
    date = found.dates[each.sign.month]
    if each.observable.kind is Kind.EVENT:
        return f"if it {side_of(each)} by {date}"
    return f"{_level(each)} in {date}"


def _level(each: Signpost) -> str:
    if each.observable.kind is Kind.EVENT:
        return side_of(each)
    if each.observable.kind is Kind.CHANGE:
        return f"{side_of(each)} {each.sign.level:+.3g}"
    return f"{side_of(each)} {each.sign.level:.3g}"


def _signpost(found: Indicators, each: Signpost) -> Iterator[str]:
    """A signpost in two lines or more."""
    first, *rest = textwrap.wrap(_named(found, each), ROOM - 1)
    shares = f"{_short(each.on):>20}{_short(each.off):>20}"
    yield f"{first:<{ROOM}}{found.dates[each.sign.month]:<9}{_level(each):<15}{shares}"
    yield from rest
    still_open = each.on.runs + each.off.runs
    told = f"{percent(each.on.runs / still_open)} % of the {still_open:,} futures still open then"
    told += f"; tells {_interval(each.tells)} of the entropy"
    if each.adds is not each.tells:
        told += f", adds {_interval(each.adds)}"
    told += f"; {each.ahead:.1f} months ahead"
    if each.sign.best != each.sign.month:
        told += f"; at its best, in {found.dates[each.sign.best]}, {percent(each.best.mean)} %"
    yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _short(share: Share) -> str:
    return f"{percent(share.mean)} ({percent(share.low)} to {percent(share.high)})"


def _interval(each: Interval) -> str:
    return f"{percent(each.mean)} % ({percent(each.low)} to {percent(each.high)})"


def _others(found: Indicators) -> str:
    """What else tells, and that it says the same."""
    low, high = found.tells.interval
    said = []
    for place, month in found.best(len(found.found) + MOST_SHOWN)[len(found.found) :]:
        if low[month, place] > 0:
            told = Interval(float(found.tells.mean[month, place]), low[month, place], high[month, place])
            said.append(f"{found.observables[place].label} {_interval(told)} in {found.dates[month]}")
    if not said:
        return "Nothing else tells of it beyond chance." if found.found else ""
    head = "Of what else can be watched, these tell most of the entropy"
    if found.found:
        head += ", and not enough that is not told above"
    return f"{head}: {'; '.join(said)}."
