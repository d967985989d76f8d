"""What came of an ensemble as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.statistics.nested import least_share
from sim.studies.caveat import caveat
from sim.studies.run.ensemble import Ensemble
from sim.writing.failures import failures
from sim.writing.text import WIDTH, percent

OF_DRAWS = f"{'draws, 5 to 95 %':>18}{'share':>7}"
UNDER_DRAWS = (
    "all: share of all runs; its 95 % interval is from chance and from how few draws there are. draws: the "
    "probability (for where it stands, the mean) that 5 to 95 % of draws expect, with chance taken out. "
    "share: % of what makes single runs differ that is due to the draws; the rest is chance. {least} cannot "
    "be told from none. Simple baselines: table.csv. Doubt about numbers that the scenario does not call "
    "uncertain is in none of these."
)


def summary(ensemble: Ensemble, everything: bool = False) -> Iterator[str]:
    """What came of the runs: probabilities beside baselines, where they end up, how far to trust it."""
    table = ensemble.table()
    # First of all, since every number below leaves failed runs out.
    yield from failures(ensemble.failed, ensemble.runs)
    yield from _heading(ensemble)
    if ensemble.beliefs is not None:
        yield from _under_beliefs(ensemble, ensemble.beliefs, everything)
        return
    yield from _outcomes(table[table["kind"] == "outcome"])
    yield from _distributions(table[table["kind"] == "distribution"], ensemble)
    yield from _terms(table[table["kind"] == "terms"])
    yield from _postures(table[table["kind"] == "posture"], ensemble)
    if everything:
        yield from _events(table[table["kind"] == "event"], ensemble)
    yield ""
    yield "MC (Monte Carlo) intervals show chance in the runs alone, not doubt about the scenario's numbers."
    yield from caveat(ensemble.scenario)


def _heading(ensemble: Ensemble) -> Iterator[str]:
    yield from textwrap.wrap(ensemble.scenario.title, WIDTH)
    span = f"{ensemble.dates[0]} to {ensemble.dates[-1]}"
    yield f"{ensemble.runs:,} runs of {ensemble.months} months, {span}, seed {ensemble.seed}"
    for path, value in ensemble.scenario.changes:
        yield f"  with {path} = {value}"
    if ensemble.beliefs is not None:
        yield from textwrap.wrap(_believed(ensemble.beliefs, ensemble.runs), WIDTH)
    if ensemble.branch is not None:
        yield f"  all of them run {ensemble.branch[0]} until {ensemble.branch[1]}, then each its own way"


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


def _start(row: Any) -> str:
    """Where a path started; nothing for one that has no start, such as that of a registered function."""
    if pd.isna(row.start):
        return ""
    return f"{row.start:.3f}"


def _distributions(rows: pd.DataFrame, ensemble: Ensemble) -> Iterator[str]:
    yield ""
    yield f"{f'Where it stands in {ensemble.dates[-1]}':<58}{'start':>8}{'5 %':>9}{'50 %':>9}{'95 %':>9}"
    for row in rows.itertuples():
        yield f"{row.label:<58}{_start(row):>8}{row.low:>9.3f}{row.value:>9.3f}{row.high:>9.3f}"


def _terms(rows: pd.DataFrame) -> Iterator[str]:
    """At which terms deals took place, in the mean over all deals of all runs."""
    # of what hardly ever takes place there is no mean
    rows = rows.dropna(subset="value")
    if rows.empty:
        return
    yield ""
    yield f"{'What is conceded in a deal that takes place':<58}{'mean':>8}  {'95 % MC interval':<16}"
    for row in rows.itertuples():
        yield f"{row.label:<58}{row.value:>8.3f}  {_between(row.low, row.high)}"


def _under_beliefs(ensemble: Ensemble, beliefs: Beliefs, everything: bool) -> Iterator[str]:
    """The tables with what the draws alone make of each line, and how draws and chance are told apart."""
    table, last = ensemble.table(), ensemble.dates[-1]
    heads = {"outcome": "Probability (%) by the end of", "posture": f"Posture, % of runs, {last}"}
    if everything:
        heads["event"] = f"Probability (%) that it takes place by {last}"
    for kind, head in heads.items():
        yield from _parted(table[table["kind"] == kind], head, kind)
        if kind == "outcome":
            yield from _ends_parted(table[table["kind"] == "distribution"], last)
            yield from _terms(table[table["kind"] == "terms"])
    draws, each = beliefs.draws, ensemble.runs // beliefs.draws
    least = f"With {draws:,} draws of {each:,} runs, a share below {percent(least_share(draws, each))}"
    yield ""
    yield from textwrap.wrap(UNDER_DRAWS.format(least=least), WIDTH)
    yield from caveat(ensemble.scenario)


def _ends_parted(rows: pd.DataFrame, last: str) -> Iterator[str]:
    """Where runs end up, and the means that the draws expect."""
    yield ""
    yield f"{f'Where it stands in {last}':<44}{'start':>6}{'50 %':>7}{'5 to 95 % of runs':>18}{OF_DRAWS}"
    for row in rows.itertuples():
        name = row.label
        # The columns of numbers must stay under their heads.
        if len(name) >= 44:
            name = f"{name[:42]}."
        runs = f"{row.value:>7.3f}{_between(row.low, row.high):>18}"
        means = _between(row.parameters_low, row.parameters_high)
        yield f"{name:<44}{_start(row):>6}{runs}{means:>18}{percent(row.parameters_share):>7}".rstrip()


def _parted(rows: pd.DataFrame, heading: str, kind: str) -> Iterator[str]:
    """Shares of runs with their interval, and what the draws expect."""
    if rows.empty:
        return
    yield ""
    yield f"{heading:<52}{'all':>6}{'95 % interval':>16}{OF_DRAWS}"
    before, date = None, ""
    for row in rows.itertuples():
        lines, before = _label_after(before, row, 43), row.name
        # Only outcomes are asked about by dates of their own; the heading of the others names the month.
        if kind == "outcome":
            date = row.date
        interval = f"{percent(row.low)} to {percent(row.high)}"
        means = f"{percent(row.parameters_low)} to {percent(row.parameters_high)}"
        numbers = f"{percent(row.value):>6}{interval:>16}{means:>18}{percent(row.parameters_share):>7}"
        yield f"{lines[0]:<44}{date:>8}{numbers}".rstrip()
        yield from lines[1:]


def _between(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"


def _believed(beliefs: Beliefs, runs: int) -> str:
    """One sentence: how many draws, learnt from what, and which entries keep their priors."""
    each = f"{beliefs.draws:,} draws of the uncertain numbers, {runs // beliefs.draws:,} runs under each"
    if not beliefs.learnt:
        return f"{each}; from the scenario's priors alone: {', '.join(beliefs.prior_only)}."
    prior = barely = ""
    if beliefs.prior_only:
        prior = f"; from their priors: {', '.join(beliefs.prior_only)}"
    if beliefs.barely:
        barely = f" (next to nothing of {', '.join(beliefs.barely)})"
    return f"{each}; learnt from {beliefs.source}: {', '.join(beliefs.learnt)}{barely}{prior}."


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
