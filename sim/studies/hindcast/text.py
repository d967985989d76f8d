"""A hindcast as lines of text: numbers and what they are about, without a word of judgement."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.history import month_label
from sim.outcomes.baselines import BASELINES
from sim.scenario.schema import month_number
from sim.statistics.scores import FLOOR
from sim.statistics.serial import FEWEST_YEARS
from sim.studies.hindcast.ask import Hindcast
from sim.studies.hindcast.facts import EVENT, IN_SAMPLE, OUT_OF_SAMPLE, SERIES, TIME, VALIDATION
from sim.studies.hindcast.targets import BESIDE, EVERY
from sim.writing.failures import failures
from sim.writing.text import CAVEAT, WIDTH

MARKS = {IN_SAMPLE: "in", VALIDATION: "val", OUT_OF_SAMPLE: "out"}
HEADS = {name: baseline.heading for name, baseline in BASELINES.items()}
"""Heading of each baseline's column."""

SERIES_SCORES = ("score", *(f"score_{name}" for name in BESIDE[SERIES]))


def lines(found: Hindcast, everything: bool = True) -> Iterator[str]:
    """The whole report: a block for each target, scores by target and sample, what the columns mean.

    Unless `everything` is shown, blocks hold the last in-sample observation and those after it.
    """
    yield from failures(found.failed, found.runs)
    yield from _heading(found)
    if not everything:
        yield "In-sample observations but the last of each target stand in scores.csv alone."
    blocks = {SERIES: _series, EVENT: _events, TIME: _times}
    for (kind, _), rows in found.scores.groupby(["kind", "target"], sort=False):
        yield ""
        yield from blocks[str(kind)](rows if everything else _since_known(rows))
    yield from _summary(found.targets)
    yield ""
    yield from _notes(found)


def _since_known(rows: pd.DataFrame) -> pd.DataFrame:
    """The last in-sample observation of a target and those after it."""
    fitted = rows["sample"] == IN_SAMPLE
    return rows[~fitted | (rows.index == rows.index[fitted].max())]


def number(value: float) -> str:
    """A number with about three digits; a dash for none.

    >>> number(0.12345), number(12.345), number(12345.6), number(float("nan"))
    ('0.123', '12.35', '12,346', '-')
    """
    if pd.isna(value):
        return "-"
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    digits = 3 - sum(abs(value) >= size for size in (10, 100, 1000))
    return f"{value:,.{digits}f}"


def _heading(found: Hindcast) -> Iterator[str]:
    yield from textwrap.wrap(found.scenario.title, WIDTH)
    start = month_number(found.scenario.case.time.start)
    span = f"{found.months} months, {month_label(start)} to {month_label(start + found.months - 1)}"
    drawn = ""
    if found.beliefs is not None:
        whence = "the posterior" if found.beliefs.learnt else "the prior"
        drawn = f", over {found.draws:,} draws from {whence}"
    yield f"{found.runs:,} runs of {span}, seed {found.seed}{drawn}"
    for path, value in found.scenario.overrides:
        yield f"  with {path} = {value}"
    counts = found.scores["sample"].value_counts()
    told = ", ".join(f"{counts.get(sample, 0)} {sample} ({mark})" for sample, mark in MARKS.items())
    yield f"{len(found.facts)} observations: {told}"
    split = found.scenario.case.hindcast
    if split is None:
        yield "The scenario has no [hindcast]: every observation counts as out-of-sample."
    else:
        first, second = split.fitted_until, split.validated_until
        yield f"In-sample until {first}, validation until {second}, out-of-sample after."
    if found.left_out:
        yield f"{len(found.left_out)} observations end after the simulated months and are left out."


def _interval(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def _series(rows: pd.DataFrame) -> Iterator[str]:
    head = rows.iloc[0]
    yield from textwrap.wrap(f"{head.label} [{head.unit}] ({head.target})", WIDTH)
    heads = "".join(f"{HEADS[name]:>8}" for name in BESIDE[SERIES])
    runs = f"{'observed':>9}{'median':>8}  {'50 %':<16} {'90 %':<16}{'in':>3}{'CRPS':>8}"
    yield f"{'when':<16}{'':<4}{runs}{heads}"
    for row in rows.itertuples():
        outer = "90" if row.within_90 else "-"
        inside = "50" if row.within_50 else outer
        scores = "".join(f"{number(_get(row, name)):>8}" for name in SERIES_SCORES)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{number(row.observed):>9}{number(row.q50):>8}  "
            f"{_interval(row.q25, row.q75):<16} {_interval(row.q05, row.q95):<16}{inside:>3}{scores}"
        )


def _get(row: object, name: str) -> Any:
    """A cell, or not a number where no row has such a column."""
    return getattr(row, name, float("nan"))


def _events(rows: pd.DataFrame) -> Iterator[str]:
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): at least once", WIDTH)
    named = [name for name in BESIDE[EVENT] if _said(rows, name)]
    heads = "".join(f"{HEADS[name]:>12}" for name in named)
    yield f"{'when':<16}{'':<4}{'came':>5}{'prob.':>7}  {'95 % MC':<15}{'Brier  log':>12}{heads}"
    for row in rows.itertuples():
        came, interval = "yes" if row.observed else "no", _interval(row.probability_low, row.probability_high)
        beside = "".join(f"{_pair(row, name):>12}" for name in named)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{came:>5}{number(row.probability):>7}  {interval:<15}"
            f"{row.score:>6.3f}{row.log_score:>6.2f}{beside}"
        )


def _said(rows: pd.DataFrame, column: str) -> bool:
    """Whether a column holds anything."""
    return column in rows and bool(rows[column].notna().any())


def _pair(row: object, name: str) -> str:
    """A baseline's probability with its Brier score."""
    chance, brier = _get(row, name), _get(row, f"score_{name}")
    return "-" if pd.isna(chance) else f"{chance:.2f} {brier:.3f}"


def _times(rows: pd.DataFrame) -> Iterator[str]:
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): first time", WIDTH)
    named = [name for name in BESIDE[TIME] if _said(rows, f"score_{name}")]
    heads = "".join(f"{HEADS[name]:>10}" for name in named)
    yield f"{'window':<16}{'':<4}{'came':>8}{'median':>8}  {'5 to 95 %':<20}{'within':>7}{'RPS':>7}{heads}"
    for row in rows.itertuples():
        beside = "".join(f"{number(_get(row, f'score_{name}')):>10}" for name in named)
        interval, chance = f"{_date(row.q05)} to {_date(row.q95)}", number(row.probability)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{_date(row.observed):>8}{_date(row.q50):>8}  "
            f"{interval:<20}{chance:>7}{number(row.score):>7}{beside}"
        )


def _date(month: float) -> str:
    return "never" if np.isinf(month) else month_label(int(month))


def _summary(table: pd.DataFrame) -> Iterator[str]:
    """Mean scores beside those of baselines, coverage with counts, and skill with its interval."""
    scores = {SERIES: _series_scores, EVENT: _event_scores, TIME: _time_scores}
    for kind, heading in ((SERIES, "Series"), (EVENT, "Events"), (TIME, "First times")):
        rows = table[table["kind"] == kind] if len(table) else table
        if len(rows):
            yield ""
            yield from scores[kind](rows, heading)
            yield from _skills(rows, heading)


def _label(row: object) -> str:
    """The target, sample and number of facts of a row."""
    name = _get(row, "label") if _get(row, "target") == EVERY else _get(row, "target")
    return f"{name[:21]:<22}{MARKS[_get(row, 'sample')]:<4}{_get(row, 'facts'):>4}"


def _series_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    heads = "".join(f"{name:>7}" for name in ("CRPS", *map(HEADS.get, BESIDE[SERIES]), "RMSE"))
    yield f"{f'{heading}: mean scores':<26}{'n':>4} {heads}  {'in 50 % (95 %)':<21}{'in 90 % (95 %)'}"
    for row in rows.itertuples():
        numbers = "".join(f"{number(_get(row, name)):>7}" for name in (*SERIES_SCORES, "rmse"))
        yield f"{_label(row)} {numbers}  {_inside(row, '50'):<21}{_inside(row, '90')}"


def _inside(row: object, level: str) -> str:
    """How many facts lay inside an interval, and the interval of that share."""
    low, high = (_get(row, f"within_{level}_{end}") for end in ("low", "high"))
    interval = "" if pd.isna(low) else f" ({low:.2f}-{high:.2f})"
    return f"{_get(row, f'within_{level}'):.0f}/{_get(row, 'facts')}{interval}"


def _event_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    named = [name for name in BESIDE[EVENT] if f"score_{name}" in rows]
    heads = "".join(f"{HEADS[name]:>15}" for name in named)
    yield f"{f'{heading}: Brier and log scores':<26}{'n':>4}{'came':>5}{'p':>6}{'runs':>12}{heads}"
    for row in rows.itertuples():
        beside = "".join(f"{_two(row, f'_{name}'):>15}" for name in named)
        happened, chance = _get(row, "happened"), _get(row, "probability")
        yield f"{_label(row)}{happened:>5.0f}{chance:>6.2f}{_two(row, ''):>12}{beside}"


def _two(row: object, of: str) -> str:
    """Mean Brier and log score."""
    brier = _get(row, "score" + of)
    return "-" if pd.isna(brier) else f"{brier:.3f} {_get(row, 'log_score' + of):.2f}{_fewer(row, of)}"


def _fewer(row: object, of: str) -> str:
    """A star if a baseline has a score for some of the facts only."""
    return "*" if _get(row, "facts" + of) < _get(row, "facts") else ""


def _time_scores(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    named = [name for name in BESIDE[TIME] if f"score_{name}" in rows]
    heads = "".join(f"{HEADS[name]:>11}" for name in named)
    yield f"{f'{heading}: mean RPS':<26}{'n':>4}{'runs':>10}{heads}"
    for row in rows.itertuples():
        scores = [number(_get(row, f"score_{name}")) + _fewer(row, f"_{name}") for name in named]
        beside = "".join(f"{score:>11}" for score in scores)
        yield f"{_label(row)}{number(_get(row, 'score')):>10}{beside}"


def _skills(rows: pd.DataFrame, heading: str) -> Iterator[str]:
    named = [name for name in HEADS if _said(rows, f"skill_{name}")]
    if not named:
        return
    heads = "".join(f" {f'against {HEADS[name]}':<20}" for name in named)
    yield f"{f'{heading}: skill (95 %)':<26}{'n':>4}{'years':>6}{heads}".rstrip()
    for row in rows.itertuples():
        skills = "".join(f" {_skill(row, name):<20}" for name in named)
        yield f"{_label(row)}{_get(row, 'years'):>6}{skills}".rstrip()


def _skill(row: object, name: str) -> str:
    value, low, high = (_get(row, f"skill_{name}{end}") for end in ("", "_low", "_high"))
    if pd.isna(value):
        return "-"
    interval = "" if pd.isna(low) else f" ({_signed(low)} {_signed(high)})"
    return f"{_signed(value)}{_fewer(row, f'_{name}')}{interval}"


def _signed(value: float) -> str:
    """A skill with about three digits."""
    return f"{value:+.2f}" if abs(value) < 10 else f"{value:+.0f}"


SERIES_NOTE = (
    "Intervals of a series are of the runs with error of measurement. In-sample rows are free-running from "
    "the scenario's start; their baselines start from the target's first observation, which is shown and not "
    "scored. Later rows are told the last in-sample observation, as hold-last is. CRPS, hold and drift: "
    "score of the runs, of a random walk from the last known value, and of the same with the mean yearly "
    "change; in: inside the 50 or 90 % interval."
)
NO_ORIGIN_NOTE = "No series has an in-sample observation: hold-last and drift know nothing and have no score."
EVENT_NOTE = (
    "Each baseline of an event: its probability and Brier score. Past rate: the scenario's, else (k + 1) / "
    "(n + 2) of the in-sample windows; p: mean probability. "
    f"Log scores take probabilities no nearer to 0 or 1 than {FLOOR:g}. MC (Monte Carlo) intervals show "
    "chance in the runs and draws."
)
TIME_NOTE = 'RPS is summed over the years of the window; "not within the window" counts as a last one.'
SCORES_NOTE = (
    "Scores are costs, 0 is least. Skill is 1 - score / score of the baseline, negative where the baseline "
    "costs less; all series together: 1 - geometric mean of the ratios; *: over the facts for which the "
    "baseline has a score. Its interval and those of coverage allow for years that follow from each other, "
    f"as far as slow waves over the years show it; they are left out below {FEWEST_YEARS} years, and too narrow "
    "where scores drift more slowly than that."
)


def _notes(found: Hindcast) -> Iterator[str]:
    """What the columns mean that the report has."""
    kinds = {fact.kind for fact in found.facts}
    notes = []
    if SERIES in kinds:
        notes.append(SERIES_NOTE)
        samples = found.scores.loc[found.scores["kind"] == SERIES, "sample"]
        if IN_SAMPLE not in set(samples):
            notes.append(NO_ORIGIN_NOTE)
    if EVENT in kinds:
        notes.append(EVENT_NOTE)
    if TIME in kinds:
        notes.append(TIME_NOTE)
    for note in (*notes, SCORES_NOTE):
        yield from textwrap.wrap(note, WIDTH)
    yield CAVEAT
