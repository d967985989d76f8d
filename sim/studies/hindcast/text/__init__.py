"""A hindcast as lines of text: numbers and what they are about, without a word of judgement."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.assimilation.facts import EVENT, IN_SAMPLE, SERIES, TIME
from sim.engine.history import month_label
from sim.scenario.schema import month_number
from sim.statistics.scores import FLOOR
from sim.statistics.serial import FEWEST_YEARS
from sim.studies.caveat import caveat
from sim.studies.hindcast.ask import Hindcast
from sim.studies.hindcast.text.cells import MARKS
from sim.studies.hindcast.text.facts import block
from sim.studies.hindcast.text.rolling import rolled
from sim.studies.hindcast.text.scores import FOLLOWS, summary
from sim.writing.failures import failures
from sim.writing.text import WIDTH

SERIES_NOTE = (
    "Intervals of a series are of the runs with error of measurement. In-sample rows are free-running from "
    "the scenario's start; their baselines start from the target's first observation, which is shown and not "
    "scored. Later rows of series are foretold by runs that know all in sample. CRPS, hold and drift: "
    "score of the runs, of a random walk from the last known value, and of the same with the mean yearly "
    "change; level and damped: of a local level, and of one with a slope that dies away, estimated on what "
    "was known; inputs: of the last known value moved by the inputs that runs are given too; in: inside the "
    "50 or 90 % interval."
)
FOLLOWS_NOTE = f"{FOLLOWS}: follows from another series and its inputs, and so counts in no pool."
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
    f"however persistent they may be; they are left out below {FEWEST_YEARS} years."
)


def lines(found: Hindcast, everything: bool = True) -> Iterator[str]:
    """The whole report: a block for each target, scores by target and sample, what the columns mean.

    Unless `everything` is shown, blocks hold the last in-sample observation and those after it.
    """
    yield from failures(found.failed, found.runs)
    yield from _heading(found)
    if not everything:
        yield "In-sample observations but the last of each target stand in scores.csv alone."
    for (kind, _), rows in found.scores.groupby(["kind", "target"], sort=False):
        yield ""
        if not everything:
            rows = _since_known(rows)
        yield from block(str(kind), rows)
    yield from summary(found.targets)
    yield from rolled(found)
    yield ""
    yield from _notes(found)


def _since_known(rows: pd.DataFrame) -> pd.DataFrame:
    """The last in-sample observation of a target and those after it."""
    # Without an in-sample one the largest place is not a number, which no row has.
    fitted = rows["sample"] == IN_SAMPLE
    return rows[~fitted | (rows.index == rows.index[fitted].max())]


def _heading(found: Hindcast) -> Iterator[str]:
    """What was run, with which changes, and how the observations fall into samples."""
    yield from textwrap.wrap(found.scenario.title, WIDTH)
    start = month_number(found.scenario.case.time.start)
    span = f"{found.months} months, {month_label(start)} to {month_label(start + found.months - 1)}"
    drawn = ""
    if found.beliefs is not None:
        whence = "the prior"
        if found.beliefs.from_ranges:
            whence = "the ranges of all numbers"
        if found.beliefs.learnt:
            whence = "the posterior"
        drawn = f", over {found.draws:,} draws from {whence}"
    yield f"{found.runs:,} runs of {span}, seed {found.seed}{drawn}"
    for path, value in found.scenario.changes:
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


def _notes(found: Hindcast) -> Iterator[str]:
    """What the columns mean that the report has."""
    kinds = {fact.kind for fact in found.facts}
    notes = []
    if SERIES in kinds:
        notes.append(SERIES_NOTE)
        samples = found.scores.loc[found.scores["kind"] == SERIES, "sample"]
        if IN_SAMPLE not in set(samples):
            notes.append(NO_ORIGIN_NOTE)
        if not found.scores["pooled"].all():
            notes.append(FOLLOWS_NOTE)
    if EVENT in kinds:
        notes.append(EVENT_NOTE)
    if TIME in kinds:
        notes.append(TIME_NOTE)
    for note in (*notes, SCORES_NOTE):
        yield from textwrap.wrap(note, WIDTH)
    yield from caveat(found.scenario)
