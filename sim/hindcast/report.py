"""A hindcast as lines of text, at most 100 columns wide: numbers and what they are about, without a word of judgement."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.hindcast.run import Hindcast
from sim.hindcast.summed import BASELINES
from sim.hindcast.table import EVENT, IN_SAMPLE, OUT_OF_SAMPLE, SERIES, TIME, VALIDATION
from sim.history import month_label
from sim.results import CONDITIONAL
from sim.scenario.schema import month_number

WIDTH = 100
MARKS = {IN_SAMPLE: "in", VALIDATION: "val", OUT_OF_SAMPLE: "out"}
HEADS = {
    "hold_last": "hold", "drift": "drift",
    "climatology": "past rate", "anniversary_rule": "jubilees", "status_quo": "no event",
}  # fmt: skip
"""Heading of each baseline's column."""


def lines(found: Hindcast) -> Iterator[str]:
    """The whole report: a block for each target, then scores by target and sample, then what the columns mean."""
    yield from _heading(found)
    for (kind, _), rows in found.scores.groupby(["kind", "target"], sort=False):
        yield ""
        yield from {SERIES: _series, EVENT: _events, TIME: _times}[str(kind)](rows)
    yield from _summary(found.targets)
    yield ""
    yield from _notes(found)


def number(value: float) -> str:
    """A number with about three digits; a dash for none."""
    if pd.isna(value):
        return "-"
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{value:,.{digits}f}"


def _heading(found: Hindcast) -> Iterator[str]:
    yield from textwrap.wrap(found.scenario.title, WIDTH)
    first = month_number(found.scenario.case.time.start)
    span = f"{found.months} months, {month_label(first)} to {month_label(first + found.months - 1)}"
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
        yield f"In-sample until {split.fitted_until}, validation until {split.validated_until}, out-of-sample after."
    if found.left_out:
        yield f"{len(found.left_out)} observations end after the simulated months and are left out."
    if found.failed:
        yield f"{found.failed:,} of {found.runs:,} runs had a number that is not finite; no line counts them."


def _interval(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def _series(rows: pd.DataFrame) -> Iterator[str]:
    head = rows.iloc[0]
    yield from textwrap.wrap(f"{head.label} [{head.unit}] ({head.target})", WIDTH)
    yield f"{'when':<16}{'':<4}{'observed':>9}{'median':>8}  {'50 %':<16} {'90 %':<16}{'in':>3}{'CRPS':>8}{'hold':>8}{'drift':>8}"
    for row in rows.itertuples():
        inside = "50" if row.within_50 else "90" if row.within_90 else "-"
        scores = "".join(f"{number(_get(row, name)):>8}" for name in ("score", "score_hold_last", "score_drift"))
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{number(row.observed):>9}{number(row.q50):>8}  "
            f"{_interval(row.q25, row.q75):<16} {_interval(row.q05, row.q95):<16}{inside:>3}{scores}"
        )


def _get(row: object, name: str) -> float:
    """A cell, or not a number where no row has such a column."""
    return getattr(row, name, float("nan"))


def _events(rows: pd.DataFrame) -> Iterator[str]:
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): at least once", WIDTH)
    named = [name for name in BASELINES[EVENT] if name in rows and rows[name].notna().any()]
    heads = "".join(f"{HEADS[name]:>17}" for name in named)
    yield f"{'when':<16}{'':<4}{'came':>5}{'prob.':>7}  {'95 % MC':<15}{'Brier  log':>12}{heads}"
    for row in rows.itertuples():
        came, interval = "yes" if row.observed else "no", _interval(row.probability_low, row.probability_high)
        beside = "".join(f"{_pair(row, name):>17}" for name in named)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{came:>5}{number(row.probability):>7}  {interval:<15}"
            f"{row.score:>6.3f}{row.log_score:>6.2f}{beside}"
        )


def _pair(row: object, name: str) -> str:
    """A baseline's probability with its Brier and log score."""
    chance, brier, log = (_get(row, column) for column in (name, f"score_{name}", f"log_score_{name}"))
    return "-" if pd.isna(chance) else f"{chance:.2f} {brier:.3f} {log:.2f}"


def _times(rows: pd.DataFrame) -> Iterator[str]:
    yield from textwrap.wrap(f"{rows.iloc[0].label} ({rows.iloc[0].target}): first time", WIDTH)
    named = [name for name in BASELINES[TIME] if f"score_{name}" in rows and rows[f"score_{name}"].notna().any()]
    heads = "".join(f"{HEADS[name]:>10}" for name in named)
    yield f"{'window':<16}{'':<4}{'came':>8}{'median':>8}  {'5 to 95 %':<20}{'within':>7}{'RPS':>7}{heads}"
    for row in rows.itertuples():
        beside = "".join(f"{number(_get(row, f'score_{name}')):>10}" for name in named)
        yield (
            f"{row.when:<16}{MARKS[row.sample]:<4}{_date(row.observed):>8}{_date(row.q50):>8}  "
            f"{f'{_date(row.q05)} to {_date(row.q95)}':<20}{number(row.probability):>7}{number(row.score):>7}{beside}"
        )


def _date(month: float) -> str:
    return "never" if np.isinf(month) else month_label(int(month))


def _summary(table: pd.DataFrame) -> Iterator[str]:
    """Mean scores, then skill and coverage or counts."""
    for kind, heading in ((SERIES, "Series"), (EVENT, "Events"), (TIME, "First times")):
        rows = table[table["kind"] == kind] if len(table) else table
        if rows.empty:
            continue
        name = rows.iloc[0].score_name
        yield ""
        yield f"{f'{heading}: mean scores':<34}{'':<4}{'n':>4}{'years':>6}{name:>8}{'RMSE' if kind == SERIES else '':>8}"
        for row in rows.itertuples():
            rmse = number(_get(row, "rmse")) if kind == SERIES else ""
            counts = f"{MARKS[row.sample]:<4}{row.facts:>4}{row.years:>6}"
            yield f"{row.label[:33]:<34}{counts}{number(_get(row, 'score')):>8}{rmse:>8}"
            yield from _skills(row, kind)


def _skills(row: object, kind: str) -> Iterator[str]:
    """A line for each baseline, and one for coverage (series) or counts (events)."""
    for name in BASELINES[kind]:
        value = _get(row, f"skill_{name}")
        if not pd.isna(value):
            low, high = _get(row, f"skill_{name}_low"), _get(row, f"skill_{name}_high")
            interval = "no interval" if pd.isna(low) else f"95 %: {low:+.2f} to {high:+.2f}"
            own = _get(row, f"score_{name}")
            score = f"its score {number(own)}, " if not pd.isna(own) else ""
            yield f"    skill against {HEADS[name]:<10} {value:+.3f} ({interval}); {score}n = {int(_get(row, f'facts_{name}'))}"
    if kind == SERIES:
        told = []
        for level in ("50", "90"):
            low, high = _get(row, f"within_{level}_low"), _get(row, f"within_{level}_high")
            told.append(f"{level} %: {int(_get(row, f'within_{level}'))} of {_get(row, 'facts')} ({low:.2f} to {high:.2f})")
        yield f"    inside the interval of {'; of '.join(told)}"
    if kind == EVENT:
        logs = [f"{HEADS[name]} {number(_get(row, f'log_score_{name}'))}" for name in BASELINES[kind]]
        happened = f"happened {_get(row, 'happened')} of {_get(row, 'facts')}, mean probability {_get(row, 'probability'):.3f}"
        yield f"    {happened}; log score {number(_get(row, 'log_score'))} ({', '.join(x for x in logs if x[-1] != '-')})"


def _notes(found: Hindcast) -> Iterator[str]:
    kinds = {fact.kind for fact in found.facts}
    notes = []
    if SERIES in kinds:
        notes.append(
            "Intervals of a series are of the runs with error of measurement. In-sample rows are free-running from the "
            "scenario's start; their baselines start from the target's first observation, which is shown and not scored. Later "
            "rows are told the last in-sample observation, as hold-last is. CRPS, hold and drift: score of the runs, of a "
            "random walk from the last known value, and of the same with the mean yearly change; in: inside the 50 or 90 % "
            "interval."
        )
        if (~found.scores.loc[found.scores["kind"] == SERIES, "sample"].eq(IN_SAMPLE)).all():
            notes.append("No series has an in-sample observation: hold-last and drift know nothing and have no score.")
    if EVENT in kinds:
        notes.append(
            "Each baseline of an event: its probability, Brier and log score. Past rate: the scenario's, else (k + 1) / (n + 2) "
            "of the in-sample windows. Log scores take probabilities no nearer to 0 or 1 than half a run. MC (Monte Carlo) "
            "intervals show chance in the runs and draws."
        )
    if TIME in kinds:
        notes.append('RPS is summed over the years of the window; "not within the window" counts as a last one.')
    notes.append(
        "Scores are costs, 0 is least. Skill is 1 - score / score of the baseline, negative where the baseline costs less; its "
        "interval draws years again, and there are as many of them as it says; those of coverage take rows as independent."
    )
    for note in notes:
        yield from textwrap.wrap(note, WIDTH)
    yield CONDITIONAL[0].upper() + CONDITIONAL[1:] + "."
