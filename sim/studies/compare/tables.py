"""What differs between two scenarios as a table: shares and means of both, paired, with their intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.outcomes.columns import Kind, date_column, end_column, weighed
from sim.scenario.asked import asked
from sim.scenario.labels import state_label
from sim.statistics.contrasts import portion, portions_apart
from sim.statistics.paired import difference, matched

if TYPE_CHECKING:
    from sim.studies.compare.comparison import Comparison

COLUMNS = [
    "kind",
    "name",
    "label",
    "date",
    "first",
    "second",
    "difference",
    "low",
    "high",
    "flipped",
    "saving",
    "runs",
    "failed",
]


def table_of(found: Comparison) -> pd.DataFrame:
    """A row for each thing that both scenarios are asked: columns COLUMNS."""
    rows = [*_happenings(found), *_own_columns(found), *_ends(found), *_terms(found)]
    table = pd.DataFrame(rows, columns=COLUMNS).assign(failed=int(found.failed.sum()))
    # What has no date of its own is that of the end.
    return table.fillna({"date": found.dates[-1]})


def _happenings(found: Comparison) -> Iterator[dict[str, Any]]:
    """Events and outcomes with a month: whether they have happened by the months that are asked about."""
    case = found.case
    for happening in found.questions.happenings:
        kind = "event"
        if happening.name in case.outcomes:
            kind = "outcome"
        told = {"kind": kind, "name": happening.name, "label": happening.label}
        firsts = found.pair(date_column(happening.name))
        for month in asked(case, happening.name, len(found.dates)):
            # What never comes, not a number, is at no month or before it.
            first, second = ((each <= month).astype(float) for each in firsts)
            yield told | {"date": found.dates[month], **contrast(first, second, flips=True)}


def _own_columns(found: Comparison) -> Iterator[dict[str, Any]]:
    """Outcomes of registered functions that have no month."""
    for column in found.questions.columns:
        if column.own is None:
            continue
        first, second = found.pair(column.name)
        paired = contrast(first, second, flips=column.kind is Kind.YES_NO)
        yield {"kind": "outcome", "name": column.own, "label": column.label, **paired}


def _ends(found: Comparison) -> Iterator[dict[str, Any]]:
    """Headlines in the last month; the scenario's quantities where it names none."""
    for name in found.paths.names:
        first, second = found.pair(end_column(name))
        paired = contrast(first, second, flips=False)
        yield {"kind": "end", "name": name, "label": state_label(found.case, name), **paired}


def _terms(found: Comparison) -> Iterator[dict[str, Any]]:
    """At which terms deals took place, in the mean over all deals of all runs."""
    for column in found.questions.averages:
        average, often = found.pair(column.name), found.pair(found.questions.over(column).name)
        one, other = (weighed(*each) for each in zip(average, often, strict=True))
        told: dict[str, Any] = {"runs": len(often[0])}
        if len(often[0]):
            apart, first, second = portions_apart(one, other), portion(*one).mean, portion(*other).mean
            told |= {"first": first, "second": second, "flipped": np.nan, "saving": np.nan}
            told |= {"difference": apart.mean, "low": apart.low, "high": apart.high}
        yield {"kind": "terms", "name": column.name, "label": column.label, **told}


def contrast(first: np.ndarray, second: np.ndarray, flips: bool) -> dict[str, Any]:
    """Second less first (runs,), paired, with its 95 % interval; flips: whether both are 0 or 1.

    >>> found = contrast(np.array([0.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 1.0, 0.0]), flips=True)
    >>> float(found["difference"]), found["flipped"], found["runs"]
    (0.25, 0.25, 4)
    """
    if not len(first):
        return {"runs": 0}
    if flips:
        found, flipped = matched(first, second), float((first != second).mean())
    else:
        found, flipped = difference(first, second), np.nan
    return {
        "first": first.mean(), "second": second.mean(), "difference": found.mean, "low": found.low,
        "high": found.high, "flipped": flipped, "saving": saving(first, second), "runs": len(first),
    }  # fmt: skip


def saving(first: np.ndarray, second: np.ndarray) -> float:
    """How many times more futures independent draws need for the same interval; not a number if unknown.

    The variance of a difference without and with common random numbers.
    """
    alone, paired = first.var() + second.var(), (second - first).var()
    # Where no future differs there is nothing that more futures would narrow.
    if paired > 0:
        return alone / paired
    return np.nan
