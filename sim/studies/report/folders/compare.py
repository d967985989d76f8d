"""A page about a comparison: what differs between two scenarios on the same futures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import pandas as pd

from sim.scenario.load import Scenario
from sim.scenario.lookup import choice, labelled
from sim.studies.report.folders.columns import SHARE, column
from sim.studies.report.folders.opened import Folder, scenario_in
from sim.studies.report.folders.shape import (
    Columns,
    Form,
    Part,
    Picture,
    Shape,
    month_told,
    number,
    points,
    share,
    signed,
)
from sim.studies.report.pairs import Pairs
from sim.studies.report.pieces import Answer, Piece, Words
from sim.writing.text import percent


def _question(folder: Folder, of: str | None) -> Iterator[str]:
    """What the two are, and on how many futures."""
    manifest, other = folder.manifest, scenario_in(folder.manifest["other"]["scenario"])
    size = f"{manifest['runs']:,} futures of {manifest['months']} months"
    yield f"What differs between two scenarios, A and B, on the same {size}?"
    first, second = folder.scenario, other
    both = [change for change in first.changes if change in second.changes]
    if both:
        yield f"In both: {_told(first, both)}."
    for name, scenario in (("A", first), ("B", second)):
        own = [change for change in scenario.changes if change not in both]
        yield f"{name}: {scenario.name}, {_told(scenario, own) or 'as in the scenario'}."


def _told(scenario: Scenario, changes: Iterable[tuple[str, Any]]) -> str:
    """Changes of a scenario in the words of its file, with the paths that a command takes."""
    return "; ".join(f"{labelled(scenario.raw, path)} = {value} ({path})" for path, value in changes)


def _answer(folder: Folder, of: str | None) -> Iterator[Piece]:
    """What differs in the outcome that is asked about, how many futures turn, and what else differs."""
    table = folder.table("table.csv")
    shares = table[table["kind"].isin(["outcome", "event"]) & table["flipped"].notna()]
    outcomes, ends = shares[shares["kind"] == "outcome"], table[table["kind"] == "end"]
    others = [*_elsewhere(outcomes.drop_duplicates("name", keep="last"), ends)]
    if not len(shares):
        yield Words.of(*others)
        return
    own = shares[shares["name"] == _asked(shares, of)]
    # the first month that the file asks about is the one that the page of a scenario answers for
    first = own.iloc[0]
    asked = f"{first['label']}, by the end of {month_told(first['date'])}"
    yield Answer(asked, _differs(first), (_turns(first), *_later(own), *others), _pairs(first))


def _pairs(row: pd.Series) -> Pairs:
    """A hundred futures in both worlds."""
    gained, lost = _turned(row)
    return Pairs(float(row["first"]), gained, lost)


def _turned(row: pd.Series) -> tuple[float, float]:
    """The shares of futures in which it comes in B only, and in A only."""
    # what flips is gained or lost, and gained less lost is the difference
    flipped, apart = float(row["flipped"]), float(row["difference"])
    return max((flipped + apart) / 2, 0.0), max((flipped - apart) / 2, 0.0)


def _asked(shares: pd.DataFrame, of: str | None) -> str:
    """The name of the outcome that was named, else of the first. Raises Unknown."""
    labels = dict(zip(shares["name"], shares["label"], strict=True))
    if of is None:
        return str(shares["name"].iloc[0])
    return choice("outcome", of, labels)


def _differs(row: pd.Series) -> str:
    """One outcome by one month in both worlds."""
    both = f"{percent(row['first'])} in 100 futures in A, {percent(row['second'])} in B"
    return f"{both}: {_apart(row)}."


def _apart(row: pd.Series) -> str:
    """How far a share differs, or that it does not beyond chance."""
    ends = f"{100 * row['low']:+.1f} to {100 * row['high']:+.1f}, paired, 95 %"
    if _is_sure(row):
        return f"{abs(100 * row['difference']):.1f} {_more(row['difference'])} in 100 ({ends})"
    return f"no difference beyond chance ({ends})"


def _more(difference: float) -> str:
    if difference > 0:
        return "more"
    return "fewer"


def _is_sure(row: pd.Series) -> bool:
    """Whether an interval of a difference leaves out none at all."""
    return bool(row["low"] > 0 or row["high"] < 0)


def _turns(row: pd.Series) -> str:
    """In how many futures it turns from no to yes, and from yes to no."""
    if not row["flipped"]:
        return "In no future does it come in one of the two only."
    gained, lost = map(percent, _turned(row))
    only = f"In {percent(row['flipped'])} of 100 futures it comes in one of the two only"
    return f"{only}: in {gained} B brings it, in {lost} B prevents it; all others stay as they are."


def _later(own: pd.DataFrame) -> Iterator[str]:
    """The same by the last month that is asked about."""
    if len(own) > 1:
        last = own.iloc[-1]
        both = f"{percent(last['first'])} in 100 in A, {percent(last['second'])} in B"
        yield f"By the end of {month_told(last['date'])}: {both}, {_apart(last)}."


def _elsewhere(outcomes: pd.DataFrame, ends: pd.DataFrame) -> Iterator[str]:
    """How many other things differ beyond chance, and which of them most."""
    told = []
    if len(outcomes):
        told.append(_most(outcomes, "outcomes", lambda value: f"{points(value)} points"))
    if len(ends):
        told.append(_most(ends, "numbers in the last month", signed))
    if told:
        yield f"At the end, {'; '.join(told)}."


def _most(rows: pd.DataFrame, what: str, form: Form) -> str:
    """How many of some differ beyond chance, and the one that does most."""
    sure = rows[rows.apply(_is_sure, axis=1)]
    told = f"{len(sure)} of {len(rows)} {what} differ beyond chance"
    if not len(sure):
        return told
    most = sure.loc[sure["difference"].abs().idxmax()]
    return f"{told}, most “{most['label']}” ({form(most['difference'])})"


def _kind(table: pd.DataFrame, folder: Folder, of: str | None, kind: str) -> pd.DataFrame:
    """The rows of a kind."""
    return table[table["kind"] == kind]


def _events(table: pd.DataFrame, folder: Folder, of: str | None) -> pd.DataFrame:
    """Events, of which there are many: those that differ most first."""
    rows = _kind(table, folder, of, "event")
    return rows.sort_values("difference", key=abs, ascending=False, kind="stable")


_NAMED: Columns = {"label": ("What", None), "date": ("by the end of", None)}
_SHARES: Columns = {
    "first": ("A, %", share), "second": ("B, %", share), "difference": ("B less A, points", points),
    "low": ("from", points), "high": ("to", points), "flipped": ("flipped, %", share),
}  # fmt: skip
_MEANS: Columns = {
    "label": ("What", None), "date": ("month", None),
    "first": ("A", number), "second": ("B", number), "difference": ("B less A", signed),
    "low": ("from", signed), "high": ("to", signed),
}  # fmt: skip
_NUMBERS = ("first", "second", "difference", "low", "high")
_OF_SHARES = {name: column(name).of(SHARE) for name in _NUMBERS}
_OF_MEANS = {name: column(name).of("unit of the number") for name in _NUMBERS}
_NOTE = "from, to: the paired 95 % interval. flipped: futures in which it comes in one of the two only."

COMPARED = Shape(
    "Two scenarios on the same futures",
    _question,
    _answer,
    (
        Part(
            "table.csv", "outcomes", "How often it has come, by the months that are asked about",
            _NAMED | _SHARES, partial(_kind, kind="outcome"), _OF_SHARES, (_NOTE,),
        ),
        Part(
            "table.csv", "ends", "Means in the last month", _MEANS, partial(_kind, kind="end"),
            _OF_MEANS,
        ),
        Part(
            "table.csv", "terms", "What is conceded in deals that take place", _MEANS,
            partial(_kind, kind="terms"), _OF_MEANS,
        ),
        Part(
            "table.csv", "events", "Events by the end, those that differ most first", _NAMED | _SHARES,
            _events, _OF_SHARES,
        ),
    ),
    (
        Picture(
            "differences", "What differs",
            "Paired differences of outcomes and means, B less A, with 95 % intervals; tables hold all.",
        ),
        Picture(
            "months", "Month by month", "What differs in every month, B less A, with 95 % intervals."
        ),
    ),
    (
        "The intervals hold chance in the runs alone. Each of the two has one set of numbers: what nobody "
        "knows about these is not in the intervals.",
        "Of twenty intervals of 95 % one misses by chance, so that among many differences some are none.",
        "What differs is what the change does in the model, all else held as it is: no forecast of what it "
        "would do.",
    ),
    by_outcome=True,
)  # fmt: skip
