"""What was foretold from rolling origins, as lines of text: skill and coverage by years ahead."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.assimilation.facts import EVENT, SERIES
from sim.studies.hindcast.ask import Hindcast
from sim.studies.hindcast.targets import EVERY
from sim.studies.hindcast.text.cells import number
from sim.writing.text import WIDTH

NOTE = (
    "From each origin runs know all that was dated before it and nothing later: deeds are imposed and "
    "weighed by the odds that runs gave them, series weigh runs beside a discrepancy that is filtered "
    "too, and inputs on paths end at the origin. Baselines know the same past. Draws come from the "
    "priors of the file, which its authors wrote knowing the years in sample. follows: how much of "
    "the runs' change a series was found to follow at the last origin, 0 to 1. Scores of neighbouring "
    "origins overlap, for which intervals allow. Pooled: without series that follow from others."
)


def rolled(found: Hindcast) -> Iterator[str]:
    """The block of forecasts; nothing if none were made."""
    if found.stopped is not None:
        yield ""
        yield from textwrap.wrap(f"Forecasts end early: {found.stopped}.", WIDTH)
    # Facts of no horizon that is summed up leave a table without a row, and so without columns.
    if not found.forecasts or found.horizons.empty:
        return
    origins = sorted(set(found.rolling["origin"]))
    yield ""
    span = f"{len(origins)} origins, {origins[0]} to {origins[-1]}"
    yield f"Foretold from {span}, by runs that know what came before"
    yield from _series(found)
    yield from _events(found.horizons)
    yield from _theories(found.theories)
    yield from textwrap.wrap(NOTE, WIDTH)


COLUMNS = f"{'ahead':>6}{'n':>4}{'skill':>8}{'':<18}{'50 %':>6}{'90 %':>6}{'follows':>9}"


def signed(value: float | None) -> str:
    """A skill with its sign; a dash for none."""
    if value is None or pd.isna(value):
        return "-"
    return f"{value:+.2f}"


def between(low: float, high: float) -> str:
    """An interval of a skill; nothing where there is none."""
    if pd.isna(low):
        return ""
    return f"({signed(low)} to {signed(high)})"


def _series(found: Hindcast) -> Iterator[str]:
    table = found.horizons
    rows = table[table["kind"] == SERIES]
    if rows.empty:
        return
    follows = found.discrepancies.groupby("target").last()["trust"].to_dict()
    yield f"{'Series: skill against hold-last (95 %)':<40}{COLUMNS}"
    for _, row in _ordered(rows).iterrows():
        yield _line(row, follows.get(row["target"]))


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """By target and years ahead: what follows from others first, all together last."""
    together = rows["target"] == EVERY
    place = rows.assign(last=together, first=rows["pooled"])
    return rows.loc[place.sort_values(["last", "first", "label", "horizon"], kind="stable").index]


def _line(row: pd.Series, follows: float | None) -> str:
    """A series at a horizon."""
    skill, ends = row["skill_hold_last"], (row["skill_hold_last_low"], row["skill_hold_last_high"])
    cells = f"{row['horizon']:>6}{row['facts']:>4}{signed(skill):>8} {between(*ends):<17}"
    for level in ("50", "90"):
        cells += f"{row[f'within_{level}'] / row['facts']:>6.0%}"
    if follows is not None:
        cells += f"{follows:>9.2f}"
    return f"{str(row['label'])[:39]:<40}{cells}".rstrip()


def _events(table: pd.DataFrame) -> Iterator[str]:
    """Events that may come in any year, a year ahead."""
    rows = table[(table["kind"] == EVENT) & (table["horizon"] == 1)]
    if rows.empty:
        return
    yield ""
    heads = f"{'n':>4}{'came':>6}{'p':>7}{'Brier':>8}{'skill against past rate':>26}"
    yield f"{'Events a year ahead':<40}{heads}"
    for _, row in rows.iterrows():
        shares = f"{row['happened']:>6.0f}{row['probability']:>7.2f}{number(row['score']):>8}"
        skill = signed(row.get("skill_climatology"))
        yield f"{str(row['label'])[:39]:<40}{row['facts']:>4}{shares}{skill:>26}"


def _theories(table: pd.DataFrame) -> Iterator[str]:
    """Shares of theories at the last origin, if there are several."""
    last = table[table["origin"] == table["origin"].max()]
    if len(last) < 2:
        return
    told = ", ".join(f"{row.theory} {row.share:.2f}" for row in last.itertuples())
    yield ""
    yield f"Theories of choice by what they foretold, at the last origin: {told}"
