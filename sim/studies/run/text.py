"""What came of an ensemble as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.statistics.nested import least_share
from sim.studies.run.ensemble import Ensemble
from sim.writing.failures import failures
from sim.writing.text import CAVEAT, WIDTH, percent


def summary(ensemble: Ensemble, everything: bool = False) -> Iterator[str]:
    """What came of the runs: probabilities beside baselines, where the target ends up, and how far to trust
    it.
    """
    table = ensemble.table()
    yield from failures(ensemble.failed, ensemble.runs)
    yield from _heading(ensemble)
    if ensemble.beliefs is not None:
        yield from _under_beliefs(ensemble, everything)
        return
    yield from _outcomes(table[table["kind"] == "outcome"])
    yield from _distributions(table[table["kind"] == "distribution"], ensemble)
    yield from _postures(table[table["kind"] == "posture"], ensemble)
    if everything:
        yield from _events(table[table["kind"] == "event"], ensemble)
    yield ""
    yield "MC (Monte Carlo) intervals show chance in the runs alone, not doubt about the scenario's numbers."
    yield CAVEAT


def _heading(ensemble: Ensemble) -> Iterator[str]:
    yield from textwrap.wrap(ensemble.scenario.title, WIDTH)
    dates = ensemble.dates
    yield f"{ensemble.runs:,} runs of {ensemble.months} months, {dates[0]} to {dates[-1]}, seed {ensemble.seed}"
    for path, value in ensemble.scenario.overrides:
        yield f"  with {path} = {value}"
    if ensemble.beliefs is not None:
        yield from textwrap.wrap(_believed(ensemble.beliefs, ensemble.runs), WIDTH)
    if ensemble.branch is not None:
        yield f"  all of them run {ensemble.branch[0]} until {ensemble.branch[1]}, then each its own way"


def _outcomes(rows: pd.DataFrame) -> Iterator[str]:
    if rows.empty:
        return
    baselines = [name for name in OF_EVENTS if rows[name].notna().any()]
    yield ""
    heads = "".join(f"{BASELINES[name].heading:>10}" for name in baselines)
    yield f"{'Probability (%) by the end of':<37}{'month':>8} {'prob.':>6}  {'95 % MC interval':<16}{heads}"
    before = None
    for row in rows.itertuples():
        lines = [""] if row.name == before else textwrap.wrap(row.label, 36)
        before = row.name
        interval = f"{percent(row.low)} to {percent(row.high)}"
        beside = "".join(f"{percent(getattr(row, name)):>10}" for name in baselines)
        yield f"{lines[0]:<37}{row.date:>8} {percent(row.value):>6}  {interval:<16}{beside}".rstrip()
        yield from lines[1:]
    if baselines:
        notes = "; ".join(f"{BASELINES[name].heading} = {BASELINES[name].meaning}" for name in baselines)
        yield from textwrap.wrap(f"Baselines that use no model: {notes}.", WIDTH)


def _distributions(rows: pd.DataFrame, ensemble: Ensemble) -> Iterator[str]:
    yield ""
    yield f"{f'Where it stands in {ensemble.dates[-1]}':<58}{'start':>8}{'5 %':>9}{'50 %':>9}{'95 %':>9}"
    for row in rows.itertuples():
        start = "" if pd.isna(row.start) else f"{row.start:.3f}"
        yield f"{row.label:<58}{start:>8}{row.low:>9.3f}{row.value:>9.3f}{row.high:>9.3f}"


def _under_beliefs(ensemble: Ensemble, everything: bool) -> Iterator[str]:
    """The tables with what the draws of the uncertain numbers alone make of each line, and how the two are
    told apart.
    """
    table, last = ensemble.table(), ensemble.dates[-1]
    drawn = f"{'draws, 5 to 95 %':>18}{'share':>7}"
    shares = [("outcome", "Probability (%) by the end of"), ("posture", f"Posture, % of runs, {last}")]
    shares += [("event", f"Probability (%) that it takes place by {last}")] if everything else []
    for kind, heading in shares:
        yield from _parted(
            table[table["kind"] == kind], f"{heading:<52}{'all':>6}{'95 % interval':>16}{drawn}", kind
        )
        if kind == "outcome":
            yield ""
            yield f"{f'Where it stands in {last}':<44}{'start':>6}{'50 %':>7}{'5 to 95 % of runs':>18}{drawn}"
            for row in table[table["kind"] == "distribution"].itertuples():
                start = "" if pd.isna(row.start) else f"{row.start:.3f}"
                runs, means = _between(row.low, row.high), _between(row.parameters_low, row.parameters_high)
                name = row.label if len(row.label) < 44 else row.label[:42] + "."
                yield f"{name:<44}{start:>6}{row.value:>7.3f}{runs:>18}{means:>18}{percent(row.parameters_share):>7}".rstrip()
    yield ""
    assert ensemble.beliefs is not None
    draws = ensemble.beliefs.draws
    each = ensemble.runs // draws
    yield from textwrap.wrap(
        "all: share of all runs; its 95 % interval is from chance and from how few draws there are. draws: the probability (for "
        "where it stands, the mean) that 5 to 95 % of draws expect, with chance taken out. share: % of what makes single runs "
        f"differ that is due to the draws; the rest is chance. With {draws:,} draws of {each:,} runs, a share below "
        f"{percent(least_share(draws, each))} cannot be told from none. Simple baselines: table.csv. Doubt about numbers that "
        "the scenario does not call uncertain is in none of these.",
        WIDTH,
    )  # fmt: skip
    yield CAVEAT


def _parted(rows: pd.DataFrame, heading: str, kind: str) -> Iterator[str]:
    """Shares of runs with their interval, and what the draws expect."""
    if rows.empty:
        return
    yield ""
    yield heading
    before = None
    for row in rows.itertuples():
        lines = [""] if row.name == before else textwrap.wrap(row.label, 43)
        before, date = row.name, row.date if kind == "outcome" else ""
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
    prior = f"; from their priors: {', '.join(beliefs.prior_only)}" if beliefs.prior_only else ""
    barely = f" (next to nothing of {', '.join(beliefs.barely)})" if beliefs.barely else ""
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
    yield f"{f'Probability (%) that it takes place by {ensemble.dates[-1]}':<60} {'prob.':>6}  {'95 % MC interval':<16}"
    for row in rows.itertuples():
        yield f"{row.label:<60} {percent(row.value):>6}  {percent(row.low)} to {percent(row.high)}"
