"""How it scored against history: the same rules over the past, beside what came and beside simple rules."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.assimilation.facts import EVENT, IN_SAMPLE, SERIES, TIME
from sim.outcomes.baselines import BASELINES, OF_EVENTS
from sim.statistics.scores import pooled_skill, skill
from sim.statistics.serial import FEWEST_YEARS
from sim.studies.hindcast.ask import Hindcast
from sim.studies.report.because import Untold
from sim.studies.report.findings import Findings, command_of
from sim.studies.report.listed import Points
from sim.studies.report.pieces import Commands, Section, Words
from sim.studies.report.said import listed
from sim.studies.report.words import counted, month_name

KINDS = {
    SERIES: ("measured value",),
    EVENT: ("window in which an event may come", "windows in which an event may come"),
    TIME: ("month in which something first came", "months in which something first came or did not"),
}
"""What was observed, in words for one and for several."""

LITTLE = 0.05
"""By which part of the larger error two errors are told apart."""

WIDE = 0.9
"""What the band of a series should hold."""


def history(found: Findings) -> Section:
    """What was observed after the numbers were learnt, and how the rules did."""
    past = found.past
    if isinstance(past, Untold):
        return Section("history", "How it scored against history", [Words.of(_sentence(past.why))])
    scored, drawn = past.found, past.found.draws
    command = command_of(
        "hindcast", past.world, **past.files, draws=drawn, runs=scored.runs, seed=scored.seed
    )
    points = Points([*_series(scored), *_events(scored), *_own(scored, found.target.name)])
    pieces = [Words.of(_what(scored, past.fitted_until)), points, Commands(((command, "scores it again"),))]
    return Section("history", "How it scored against history", pieces)


def _sentence(why: str) -> str:
    """A reason as a sentence; what stands in it, such as names of files, stays as it is.

    >>> _sentence("no file NORTH.toml")
    'No file NORTH.toml.'
    """
    return f"{why[:1].upper()}{why[1:]}."


def _what(scored: Hindcast, fitted_until: str) -> str:
    """What was laid beside what."""
    later = scored.scores.loc[scored.scores["sample"] != IN_SAMPLE, "kind"].value_counts()
    learnt = f"; those up to {month_name(fitted_until)} taught its numbers" if fitted_until else ""
    told = f"The same rules were run over the past (“{scored.scenario.title}”) and laid beside "
    told += f"{counted(len(scored.facts), 'observation')} of it{learnt}. Only the {later.sum():,} after that "
    kinds = [counted(int(later[kind]), *words) for kind, words in KINDS.items() if kind in later]
    told += f"are a test ({', '.join(kinds)})"
    years = scored.scores.loc[scored.scores["sample"] != IN_SAMPLE, "last"].str.slice(0, 4).nunique()
    if years < FEWEST_YEARS:
        return f"{told}; they are of {counted(years, 'year')}, too few to tell skill from luck."
    return f"{told}."


def _later(scored: Hindcast, kind: str) -> pd.DataFrame:
    """Scored observations of a kind after those that taught the numbers."""
    table = scored.scores
    return table[(table["kind"] == kind) & (table["sample"] != IN_SAMPLE) & table["scored"]]


def _series(scored: Hindcast) -> Iterator[tuple[str, str]]:
    """How many later values lay where they were expected."""
    rows = _later(scored, SERIES)
    # A series that follows from another is the same evidence a second time.
    rows = rows[rows["pooled"]]
    if rows.empty:
        return
    inside, every = int(rows["within_90"].sum()), len(rows)
    told = f"The bands that should hold {WIDE * every:.0f} of {every} later values held {inside}."
    held = rows[rows["score_hold_last"].notna()]
    if len(held):
        gained, *_ = pooled_skill(*_costs(held, "hold_last"), held["target"].to_numpy(), _years(held))
        told += f" {_beside(gained, 'hold_last')}."
    yield "What is measured.", told


def _events(scored: Hindcast) -> Iterator[tuple[str, str]]:
    """How the chances of later events did."""
    rows = _later(scored, EVENT)
    if rows.empty:
        return
    came, expected = int(rows["observed"].sum()), rows["probability"].sum()
    told = f"In {len(rows)} later windows {came} events came, {expected:.0f} were expected."
    yield "What happens.", " ".join([told, *_simple(rows)])


def _windows(scored: Hindcast, name: str) -> pd.DataFrame:
    """All scored windows of an outcome, those among them that taught the numbers."""
    rows = scored.scores
    return rows[(rows["kind"] == EVENT) & (rows["target"] == name) & rows["scored"]]


def _own(scored: Hindcast, name: str) -> Iterator[tuple[str, str]]:
    """How the outcome of the page did, over the whole past."""
    rows = _windows(scored, name)
    if rows.empty:
        return
    came, others = rows[rows["observed"] == 1], rows.loc[rows["observed"] == 0, "probability"]
    told, taught = f"It came in {len(came)} of {len(rows)} windows", int((rows["sample"] == IN_SAMPLE).sum())
    if taught:
        tests = len(rows) - taught
        told += f"; {taught} of these windows had taught the numbers, only {tests} are a test"
    chances = [f"{100 * row.probability:.0f} ({row.when})" for row in came.itertuples()]
    if chances:
        told += f". To those in which it came the rules gave chances in 100 of {listed(chances)}"
    if len(others):
        told += f"; to the others {100 * others.mean():.0f} in the mean and {100 * others.max():.0f} at most"
    yield f"{rows['label'].iloc[0]}.", " ".join([f"{told}.", *_simple(rows)])


def _simple(rows: pd.DataFrame) -> Iterator[str]:
    """How simple rules would have done on the same windows."""
    for name, gained in _gains(rows):
        yield f"{_beside(gained, name)}."


def _gains(rows: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Simple rules, and by which part the errors of the model are smaller than theirs."""
    for name in OF_EVENTS:
        column = f"score_{name}"
        if BASELINES[name].constant or column not in rows:
            continue
        known = rows[rows[column].notna()]
        # a rule that knows little of what came says little
        if 2 * len(known) > len(rows):
            yield name, skill(*_costs(known, name))


def rivals(found: Findings) -> dict[str, str]:
    """Simple rules that foretold what the page is about no worse in the past, and how they did."""
    past = found.past
    if isinstance(past, Untold):
        return {}
    gains = dict(_gains(_windows(past.found, found.target.name)))
    return {name: _did(gained) for name, gained in gains.items() if not gained >= LITTLE}


def _did(gained: float) -> str:
    if np.isfinite(gained) and gained <= -LITTLE:
        return "better"
    return "as good"


def _costs(rows: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the rules and of a baseline, fact by fact."""
    return rows["score"].to_numpy(dtype=float), rows[f"score_{name}"].to_numpy(dtype=float)


def _years(rows: pd.DataFrame) -> np.ndarray:
    return rows["last"].str.slice(0, 4).astype(int).to_numpy()


def _beside(gained: float, name: str) -> str:
    """The error of the rules beside that of a baseline; gained: by which part it is smaller."""
    rule = f"the simple rule “{BASELINES[name].label}”"
    if not np.isfinite(gained) or abs(gained) < LITTLE:
        return f"{rule[:1].upper()}{rule[1:]} does as well"
    if gained > 0:
        return f"Errors are {100 * gained:.0f} % smaller than with {rule}"
    return f"{rule[:1].upper()}{rule[1:]} does better: its errors are {_smaller(gained)} smaller"


def _smaller(gained: float) -> str:
    """By which part the error of a baseline is smaller than that of the rules."""
    return f"{100 * -gained / (1 - gained):.0f} %"
