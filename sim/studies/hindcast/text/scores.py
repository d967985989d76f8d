"""Scores of targets beside those of baselines, coverage, and skill: a line a target and sample."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.assimilation.facts import EVENT, SERIES, TIME
from sim.studies.hindcast.targets import BESIDE, EVERY
from sim.studies.hindcast.text.cells import HEADS, MARKS, get, number, right, said

FOLLOWS = "~"
"""Before a series that follows from another, and counts in no pool."""

ABREAST = 3
"""Baselines whose skills stand beside each other."""


def summary(table: pd.DataFrame) -> Iterator[str]:
    """Mean scores beside those of baselines, coverage with counts, and skill with its interval."""
    scores = {SERIES: _series_scores, EVENT: _event_scores, TIME: _time_scores}
    if table.empty:
        return
    for kind, heading in ((SERIES, "Series"), (EVENT, "Events"), (TIME, "First times")):
        rows = table[table["kind"] == kind]
        if len(rows):
            yield ""
            yield from scores[kind](rows, heading)
            yield from _skills(rows, heading)


def _label(row: object) -> str:
    """The target, sample and number of facts of a row."""
    name = get(row, "target")
    if name == EVERY:
        name = get(row, "label")
    if not get(row, "pooled"):
        name = f"{FOLLOWS}{name}"
    # Cut, so that the columns of numbers stand below each other whatever a target is called.
    return f"{name[:21]:<22}{MARKS[get(row, 'sample')]:<4}{get(row, 'facts'):>4}"


def _series_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    """Scores and errors in the unit of each series, and how often intervals held."""
    named = _scored(SERIES, rows)
    heads = right(["CRPS", *map(HEADS.__getitem__, named), "RMSE"], 8)
    yield f"{f'{heading}: mean scores':<26}{'n':>4}{heads}"
    for row in rows.itertuples():
        cells = (get(row, name) for name in ("score", *(f"score_{each}" for each in named), "rmse"))
        yield f"{_label(row)}{right(map(number, cells), 8)}"
    yield f"{f'{heading}: inside':<26}{'n':>4}{'years':>6} {'50 % (95 %)':<21}{'90 % (95 %)'}"
    for row in rows.itertuples():
        yield f"{_label(row)}{get(row, 'years'):>6} {_inside(row, '50'):<21}{_inside(row, '90')}"


def _inside(row: object, level: str) -> str:
    """How many facts lay inside an interval, and the interval of that share."""
    share = f"{get(row, f'within_{level}'):.0f}/{get(row, 'facts')}"
    low, high = get(row, f"within_{level}_low"), get(row, f"within_{level}_high")
    if pd.isna(low):  # too few years to say how far they follow from each other
        return share
    return f"{share} ({low:.2f}-{high:.2f})"


def _event_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    """Brier and log scores, with how many events came and their mean probability."""
    named = _scored(EVENT, rows)
    heads = right(map(HEADS.__getitem__, named), 15)
    yield f"{f'{heading}: Brier and log scores':<26}{'n':>4}{'came':>5}{'p':>6}{'runs':>12}{heads}"
    for row in rows.itertuples():
        beside = right([_two(row, f"_{name}") for name in named], 15)
        happened, chance = get(row, "happened"), get(row, "probability")
        yield f"{_label(row)}{happened:>5.0f}{chance:>6.2f}{_two(row, ''):>12}{beside}"


def _scored(kind: str, rows: pd.DataFrame) -> list[str]:
    """The baselines that have a score of a kind of observation."""
    return [name for name in BESIDE[kind] if f"score_{name}" in rows]


def _two(row: object, of: str) -> str:
    """Mean Brier and log score."""
    brier = get(row, "score" + of)
    if pd.isna(brier):
        return "-"
    return f"{brier:.3f} {get(row, 'log_score' + of):.2f}{_fewer(row, of)}"


def _fewer(row: object, of: str) -> str:
    """A star if a baseline has a score for some of the facts only."""
    if get(row, "facts" + of) < get(row, "facts"):
        return "*"
    return ""


def _time_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    """Ranked probability scores of first times."""
    named = _scored(TIME, rows)
    heads = right(map(HEADS.__getitem__, named), 11)
    yield f"{f'{heading}: mean RPS':<26}{'n':>4}{'runs':>10}{heads}"
    for row in rows.itertuples():
        beside = right([number(get(row, f"score_{name}")) + _fewer(row, f"_{name}") for name in named], 11)
        yield f"{_label(row)}{number(get(row, 'score')):>10}{beside}"


def _skills(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    """Skill against each baseline that has a score, with the years that it rests on."""
    named = [name for name in HEADS if said(rows, f"skill_{name}")]
    # As many beside each other as a page is wide.
    for some in (named[first : first + ABREAST] for first in range(0, len(named), ABREAST)):
        heads = "".join(f" {f'against {HEADS[name]}':<20}" for name in some)
        yield f"{f'{heading}: skill (95 %)':<26}{'n':>4}{'years':>6}{heads}".rstrip()
        for row in rows.itertuples():
            skills = "".join(f" {_skill(row, name):<20}" for name in some)
            yield f"{_label(row)}{get(row, 'years'):>6}{skills}".rstrip()


def _skill(row: object, name: str) -> str:
    """A skill with its interval, if there are years enough for one."""
    value, low, high = (get(row, f"skill_{name}{end}") for end in ("", "_low", "_high"))
    if pd.isna(value):
        return "-"
    skill = f"{_signed(value)}{_fewer(row, f'_{name}')}"
    if pd.isna(low):
        return skill
    return f"{skill} ({_signed(low)} {_signed(high)})"


def _signed(value: float) -> str:
    """A skill with about three digits."""
    if abs(value) < 10:
        return f"{value:+.2f}"
    return f"{value:+.0f}"
