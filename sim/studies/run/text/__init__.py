"""What came of an ensemble as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.assimilation.given import Given, past_in
from sim.assimilation.past import Past
from sim.engine.beliefs import beliefs_in
from sim.engine.history import month_label
from sim.engine.setups import Setup
from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.studies.caveat import caveat
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.text.columns import start
from sim.studies.run.text.draws import believed, under_draws
from sim.studies.run.text.terms import terms_told
from sim.writing.failures import failures
from sim.writing.text import WIDTH, percent

ONE_SET = (
    "One set of numbers: intervals (MC, Monte Carlo) show chance in the runs alone. The range over what "
    "nobody knows, which is often far wider, is left out."
)

LEARNT = (
    "Numbers differ from run to run, as what is known leaves them; intervals (MC, Monte Carlo) show chance "
    "in the choice of runs alone."
)
ONE_OF_MANY = (
    "One set of numbers, that of the run whose past all share: intervals (MC, Monte Carlo) show chance in "
    "the runs alone."
)


def summary(ensemble: Ensemble, everything: bool = False, of: str | None = None) -> Iterator[str]:
    """What came of the runs: probabilities beside baselines, where they end up, how far to trust it."""
    table = ensemble.table()
    # First of all, since every number below leaves failed runs out.
    yield from failures(ensemble.failed, ensemble.runs)
    yield from _heading(ensemble)
    if ensemble.beliefs is not None:
        yield from under_draws(ensemble, ensemble.beliefs, everything, of)
        yield from caveat(ensemble.scenario)
        return
    yield from _outcomes(table[table["kind"] == "outcome"])
    yield from _distributions(table[table["kind"] == "distribution"], ensemble)
    yield from terms_told(table[table["kind"] == "terms"])
    yield from _postures(table[table["kind"] == "posture"], ensemble)
    if everything:
        yield from _events(table[table["kind"] == "event"], ensemble)
    yield ""
    yield from textwrap.wrap(_numbers_told(ensemble.setup), WIDTH)
    yield from caveat(ensemble.scenario)


def _numbers_told(setup: Setup) -> str:
    """What the intervals show of what nobody knows."""
    past = past_in(setup)
    if past is not None and beliefs_in(past.setup) is not None:
        if isinstance(setup, Given):
            return LEARNT
        return ONE_OF_MANY
    return ONE_SET


def _heading(ensemble: Ensemble) -> Iterator[str]:
    yield from textwrap.wrap(ensemble.scenario.title, WIDTH)
    span = f"{ensemble.dates[0]} to {ensemble.dates[-1]}"
    yield f"{ensemble.runs:,} runs of {ensemble.months} months, {span}, seed {ensemble.seed}"
    for path, value in ensemble.scenario.changes:
        yield f"  with {path} = {value}"
    if ensemble.beliefs is not None:
        yield from textwrap.wrap(believed(ensemble.beliefs, ensemble.runs), WIDTH)
    if ensemble.branch is not None:
        yield f"  all of them run {ensemble.branch[0]} until {ensemble.branch[1]}, then each its own way"
    past = past_in(ensemble.setup)
    if past is not None:
        yield from textwrap.wrap(known(past), WIDTH)


def known(past: Past) -> str:
    """What runs keep to, how many of them carry it, and what is not used of the table."""
    facts = f"Free from {month_label(past.month)}; until then they keep to {counted(len(past.used))}"
    count = f"as much as {past.effective:,.0f} independent runs of {past.particles:,} would tell"
    origin = f"they descend from {past.parents:,} in the last month and {past.ancestors:,} at the start"
    told = f"{facts}: {count}; {origin}; log evidence {past.evidence:.2f}."
    wider = "Intervals count runs as independent; those that share a past are not."
    return " ".join([told, *_not_used(past), wider])


def counted(facts: int) -> str:
    """So many facts, in words.

    >>> counted(1), counted(2000)
    ('1 fact', '2,000 facts')
    """
    return f"{facts:,} fact{'s' * (facts != 1)}"


def _not_used(past: Past) -> Iterator[str]:
    """How many facts runs do not keep to, and why."""
    reasons = {
        f"that reach into {month_label(past.month)} or lie after it": past.later,
        "of outcomes that ask for more than events, which no run is kept to": past.passed_over,
    }
    told = [f"{len(facts):,} {why} ({facts[0]}, ...)" for why, facts in reasons.items() if facts]
    if told:
        yield f"Not used: {'; '.join(told)}."


def _outcomes(rows: pd.DataFrame) -> Iterator[str]:
    if rows.empty:
        return
    # A column for a rule of which the file says nothing would be empty from top to bottom.
    baselines = [name for name in OF_EVENTS if rows[name].notna().any()]
    yield ""
    heads = "".join(f"{BASELINES[name].heading:>10}" for name in baselines)
    yield f"{'Probability (%) by the end of':<37}{'month':>8} {'prob.':>6}  {'95 % MC interval':<16}{heads}"
    before = None
    for row in rows.itertuples():
        lines, before = _label_after(before, row, 36), row.name
        interval = f"{percent(row.low)} to {percent(row.high)}"
        beside = "".join(f"{percent(getattr(row, name)):>10}" for name in baselines)
        yield f"{lines[0]:<37}{row.date:>8} {percent(row.value):>6}  {interval:<16}{beside}".rstrip()
        yield from lines[1:]
    if baselines:
        notes = "; ".join(f"{BASELINES[name].heading} = {BASELINES[name].meaning}" for name in baselines)
        yield from textwrap.wrap(f"Baselines that use no model: {notes}.", WIDTH)


def _label_after(before: str | None, row: Any, width: int) -> list[str]:
    """The label of a row in lines; an outcome that is asked about by several dates is named once."""
    if row.name == before:
        return [""]
    return textwrap.wrap(row.label, width)


def _distributions(rows: pd.DataFrame, ensemble: Ensemble) -> Iterator[str]:
    yield ""
    yield f"{f'Where it stands in {ensemble.dates[-1]}':<58}{'start':>8}{'5 %':>9}{'50 %':>9}{'95 %':>9}"
    for row in rows.itertuples():
        yield f"{row.label:<58}{start(row):>8}{row.low:>9.3f}{row.value:>9.3f}{row.high:>9.3f}"


def _postures(rows: pd.DataFrame, ensemble: Ensemble) -> Iterator[str]:
    if rows.empty:
        return
    yield ""
    yield f"{f'Posture in {ensemble.dates[-1]}':<45} {'% runs':>6}  {'95 % MC interval':<16}"
    for row in rows.itertuples():
        yield f"{row.label:<45} {percent(row.value):>6}  {percent(row.low)} to {percent(row.high)}"


def _events(rows: pd.DataFrame, ensemble: Ensemble) -> Iterator[str]:
    yield ""
    head = f"Probability (%) that it takes place by {ensemble.dates[-1]}"
    yield f"{head:<60} {'prob.':>6}  {'95 % MC interval':<16}"
    for row in rows.itertuples():
        yield f"{row.label:<60} {percent(row.value):>6}  {percent(row.low)} to {percent(row.high)}"
