"""A page about a sweep: what was varied, where it tips, and what comes at which values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.outcomes.columns import SHARES, Column, Kind, columns_of, date_column
from sim.scenario.lookup import choice, labelled
from sim.scenario.lower import lower
from sim.studies.report.folders.opened import Folder
from sim.studies.report.folders.shape import Columns, Part, Picture, Shape, month_told, number, share
from sim.studies.report.pieces import Answer, Piece, Words
from sim.studies.sweep.design import NO_LEVER
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.tables import latest, summed
from sim.studies.sweep.text import TIPPING, turning
from sim.writing.text import percent


def _plan(folder: Folder) -> Plan:
    """What was run, checked as it is before a sweep goes on. Raises StoreError."""
    return Sweep(folder.path).plan


def _question(folder: Folder, of: str | None) -> Iterator[str]:
    """Which numbers were varied over which values, under which choices."""
    plan = _plan(folder)
    varied = [_spread(plan, path) for path in plan.points.columns]
    yield f"What comes as numbers are varied: {'; '.join(varied)}?"
    size = f"{len(plan.points):,} points with {plan.runs:,} futures each, the same at all of them"
    if plan.levers != NO_LEVER:
        size += f", under {len(plan.levers)} choices: {', '.join(plan.levers)}"
    yield f"{size}; {plan.months} months, seed {plan.seed}."


def _spread(plan: Plan, path: str) -> str:
    """The values of a varied number, by its label and path."""
    values = plan.points[path]
    named = f"{labelled(plan.scenario.raw, path)} ({path})"
    if values.dtype.kind in "fiu":
        return f"{named} at {values.nunique():,} values from {values.min():.4g} to {values.max():.4g}"
    return f"{named}: {', '.join(map(str, values.astype(str).unique()[:5]))}"


def _answer(folder: Folder, of: str | None) -> Iterator[Piece]:
    """Between which shares the outcome that is asked about lies, and where outcomes tip."""
    plan, rows = _plan(folder), _of_outcome(folder.table("summary.csv"), folder, of)
    rows = latest(plan, rows).dropna(subset="value")
    turns: list[str] = []
    if "tipping.csv" in folder.files:
        turns = [*turning(latest(plan, folder.table("tipping.csv")))]
    if not len(rows):
        yield Words.of("No point could be run.", *turns)
        return
    low, high = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]
    is_share = _column(folder, of).kind in SHARES
    unit = "in 100 futures" if is_share else "on the mean"
    ends = [f"{_value(each, is_share)} at {_where(plan, each)}" for each in (low, high)]
    form = percent if is_share else number
    sentence = f"From {form(low['value'])} to {form(high['value'])} {unit}."
    asked = f"{low['label']}, {_WHEN[is_share]} {month_told(low['date'])}"
    yield Answer(asked, sentence, (f"The least is {ends[0]}; the most is {ends[1]}.", *turns))


def _value(row: pd.Series, is_share: bool) -> str:
    """The value of a cell with its interval."""
    form = percent if is_share else number
    return f"{form(row['value'])} ({form(row['low'])} to {form(row['high'])})"


def _where(plan: Plan, row: pd.Series) -> str:
    """The point of a cell, and its choice if there are several."""
    at = [f"{labelled(plan.scenario.raw, path)} = {_shown_value(row[path])}" for path in plan.points]
    if len(plan.levers) > 1:
        at.append(f"choice {row['lever']}")
    return ", ".join(at)


def _shown_value(value: Any) -> str:
    """A value of the design: a number, or a choice such as a theory."""
    if isinstance(value, float | int):
        return f"{value:.4g}"
    return str(value)


def _column(folder: Folder, of: str | None) -> Column:
    """The stored outcome that is asked about: the one that was named, else the first. Raises Unknown."""
    plan = _plan(folder)
    known = {each.name: each for each in _known(plan)}
    if of is None:
        return next(iter(known.values()))
    labels = {name: each.label for name, each in known.items()}
    # an outcome is named as in all commands; a column of stored rows by its full name
    named = {each.happening.name: each.happening.label for each in known.values() if each.happening}
    if of in named or of.casefold() in {label.casefold() for label in named.values()}:
        return known[date_column(choice("outcome", of, named))]
    return known[choice("outcome", of, labels)]


def _known(plan: Plan) -> Iterator[Column]:
    """The outcomes of which a summary tells."""
    names = summed(plan)
    return (each for each in columns_of(lower(plan.scenario, plan.months)) if each.name in names)


def _of_outcome(table: pd.DataFrame, folder: Folder, of: str | None) -> pd.DataFrame:
    """The rows of one outcome, with its label and unit."""
    column = _column(folder, of)
    label, unit = column.label, column.unit
    if column.kind is Kind.DATE and column.happening is not None:
        label, unit = column.happening.label, "share of futures"
    return table[table["outcome"] == column.name].assign(label=label, unit=unit)


def _shown(folder: Folder, of: str | None) -> Columns:
    """The columns of a summary: the point, then what came."""
    plan = _plan(folder)
    found: Columns = {path: (labelled(plan.scenario.raw, path), number) for path in plan.points.columns}
    if len(plan.levers) > 1:
        found["lever"] = ("choice", None)
    head, form, is_share = "mean", number, _column(folder, of).kind in SHARES
    if is_share:
        head, form = "comes in, %", share
    ends = {"value": (head, form), "low": ("from", form), "high": ("to", form)}
    return found | {"date": (_WHEN[is_share], None)} | ends


def _tipping(folder: Folder, of: str | None) -> Columns:
    """The columns of the table of tipping points."""
    found: Columns = {"label": ("What", None), "date": ("by the end of", None)}
    if len(_plan(folder).levers) > 1:
        found["lever"] = ("choice", None)
    return found | _PASSAGE


_WHEN = ("in", "by the end of")
"""What stands before a month: a number is there in it, a share of futures has seen it come by its end."""

_PASSAGE: Columns = {
    "change": ("half of the futures", None), "at": ("at", number), "low": ("from", number),
    "high": ("to", number), "least": ("least share, %", share), "most": ("largest share, %", share),
}  # fmt: skip

SWEPT = Shape(
    "Numbers varied over their ranges, on the same futures",
    _question,
    _answer,
    (
        Part(
            "summary.csv", "summary", "What comes at each point", _shown, _of_outcome,
            notes=("from, to: the 95 % interval for chance in the runs.",),
        ),
        Part("tipping.csv", "tipping", "Where more than half of the futures begin to see it", _tipping),
    ),
    (
        Picture(
            "sweep", "Along the number",
            "Shares of futures in which outcomes have come, along the number that is varied.",
        ),
        Picture(
            "distributions", "Distributions",
            "Where numbers of the state end, along the number that is varied, as quantiles of futures.",
        ),
        Picture(
            "maps", "Maps",
            "Shares of futures over two numbers, with the boundary of one half and where it is in doubt.",
        ),
        Picture("means", "Means", "Means of numbers of the state over the two numbers that are varied."),
        Picture("postures", "Postures", "The commonest posture over the two numbers that are varied."),
    ),
    (
        TIPPING,
        "The least and the largest of many values are so by chance too: new luck brings both nearer to the "
        "middle.",
        "Points are what was asked for, not how likely they are: a share over all points is no probability.",
    ),
    by_outcome=True,
)  # fmt: skip
