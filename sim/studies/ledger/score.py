"""Scoring what a ledger holds that has come due."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.assimilation.facts import SERIES, Fact
from sim.assimilation.observations import Data, observations_of
from sim.reading.source import Source
from sim.refusal import BadInput, ScenarioError, listed, one_line
from sim.statistics.scores import scoringrules
from sim.studies.ledger.chain import Ledger, open_ledger
from sim.studies.ledger.clock import now, written
from sim.studies.ledger.entry import Entry, entries_of
from sim.studies.ledger.known import Facts
from sim.studies.ledger.scores import Standing, scores
from sim.studies.ledger.summary import pits, reliability, summary
from sim.writing.notebook import card


@dataclass(frozen=True)
class Score:
    """The entries of a ledger beside facts, as on a day: `today`.

    unasked: facts that are about nothing that the ledger asks.
    """

    ledger: Ledger
    asked: tuple[Entry, ...]
    facts: Facts
    unasked: tuple[Fact, ...]
    today: datetime
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        size = f"{len(self.asked)} entries, {self.count(Standing.SCORED)} scored"
        return f"<Score {one_line(f'{self.ledger.path}: {size}, as on {written(self.today)[:10]}')}>"

    def _repr_html_(self) -> str:
        """The mean scores in a notebook."""
        return card(repr(self)[1:-1], self.summary)

    def save(self, folder: str | Path, overwrite: bool = False) -> None:
        """Write tables, ledger, facts and a manifest to a folder, all or nothing.

        Raises FileExistsError (`PlaceError`).
        """
        from sim.studies.ledger.folder import write

        write(self, Path(folder), overwrite)

    def count(self, standing: Standing) -> int:
        """How many entries stand so."""
        return int((self.entries["standing"] == standing).sum())

    @cached_property
    def entries(self) -> pd.DataFrame:
        """A row an entry: what was said, how it stands, what came, and the scores."""
        return scores(self.asked, self.facts, self.today)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Mean scores, skill and calibration, of all entries that count, by lead time and by target."""
        return summary(self.entries)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """How often events came of whose probability lies in a bin."""
        return reliability(self.entries)

    @cached_property
    def pits(self) -> pd.DataFrame:
        """How often what came of series lay in each tenth of what was said of it."""
        return pits(self.entries)


def score(ledger: str | Path, facts: Data, *, case: str | None = None, today: date | None = None) -> Score:
    """Score the entries of a ledger that have come due against dated facts, beside the baselines in it.

    facts: a table of observations (kind, target, when, value; source, provenance, note), as a file or a
    DataFrame. What it does not say is unknown, never a no. case: the scenario whose facts they are, by the
    name of its file without ending, where a ledger holds forecasts of several. today: the day on which an
    entry is due or not, this machine's date if None.

    Raises LedgerError for a ledger that is not as it was written, with the line; ScenarioError for facts that
    are not understood or contradict each other; BadInput without scoringrules, for a case that there is not.
    """
    scoringrules()  # if it is not installed, say so before anything else
    found = open_ledger(ledger)
    asked = _of_case(found, tuple(entries_of(found)), case)
    table, source = observations_of(facts, None)
    _check_support(asked, table, source)
    targets = {(entry.kind == SERIES, entry.target) for entry in asked}
    unasked = tuple(fact for fact in table if (fact.kind == SERIES, fact.target) not in targets)
    return Score(found, asked, Facts.of(table, source), unasked, _time(today), tuple(sys.argv))


def _time(today: date | None) -> datetime:
    if today is None:
        return now()
    return datetime(today.year, today.month, today.day, tzinfo=UTC)


def _of_case(ledger: Ledger, entries: tuple[Entry, ...], case: str | None) -> tuple[Entry, ...]:
    """The entries of a scenario. Raises BadInput where there is none of it, or where it has to be named."""
    cases = list(dict.fromkeys(entry.scenario.case for entry in entries))
    if not entries:
        raise BadInput(f"{ledger.path}: has no entries yet")
    if case is None and len(cases) > 1:
        told = f"{ledger.path}: holds forecasts of {len(cases)} scenarios, {listed(cases, {})}"
        raise BadInput(f"{told}; say whose facts these are", about="case")
    if case is not None and case not in cases:
        raise BadInput(f"{ledger.path}: holds no forecast of '{case}', but of {listed(cases, {})}")
    return tuple(entry for entry in entries if entry.scenario.case == (case or cases[0]))


def _check_support(entries: Sequence[Entry], facts: Sequence[Fact], source: Source) -> None:
    """Raises ScenarioError for values that a series cannot have."""
    ends = {entry.target: entry.ends for entry in entries if entry.kind == SERIES}
    wrong = []
    for fact in facts:
        low, high = ends.get(fact.target, (fact.value, fact.value))
        if fact.kind == SERIES and not low <= fact.value <= high:
            told = f"value {fact.value:g} of {fact.target} cannot be: it lies within {low:g} and {high:g}"
            wrong.append(f"{source.name}: line {fact.line}: {told}")
    if wrong:
        raise ScenarioError(wrong)
