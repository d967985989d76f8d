"""Writing down what runs of a scenario say of its questions, before it is known what comes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.request import check_held, check_request, check_work
from sim.engine.setups import Setup, setup_of
from sim.refusal import BadInput, Refusal, one_line
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.studies.ledger.chain import Ledger, add, begun
from sim.studies.ledger.clock import month_of, now, written
from sim.studies.ledger.entry import Entry
from sim.studies.ledger.known import known_to
from sim.studies.ledger.questions import Answers, Question, questions_of
from sim.studies.ledger.told import (
    beside_told,
    facts_told,
    fingerprint,
    program_told,
    question_told,
    said_told,
    setup_and_draws,
)
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting

PAST = (
    "every question is about months that are past by this machine's date, so nothing can be forecast; what "
    "is written down all the same is marked, and never counts as a forecast"
)


@dataclass(frozen=True)
class Forecast:
    """The entries that were added to a ledger; left_out: questions about months that were past.

    cut_off: bytes of a killed writer that were taken off its end before.
    """

    ledger: Ledger
    entries: tuple[Entry, ...]
    left_out: int
    cut_off: int = 0

    def __repr__(self) -> str:
        size = f"{len(self.entries)} entries of {len(self.ledger.entries)}"
        return f"<Forecast {one_line(f'{self.ledger.path}: {size}, hash {self.ledger.sha256[:12]}')}>"

    def _repr_html_(self) -> str:
        """What was written down, in a notebook."""
        return card(repr(self)[1:-1], self.table())

    def table(self) -> pd.DataFrame:
        """A row for each entry: the question, by when, probability or median with its interval, baselines."""
        return pd.DataFrame([_row(entry) for entry in self.entries])


def _row(entry: Entry) -> dict[str, Any]:
    value, low, high = entry.probability, entry.low, entry.high
    if entry.quantiles is not None:
        value, low, high = (entry.quantiles[level - 1] for level in (50, 5, 95))
    return {
        "kind": entry.kind, "target": entry.target, "label": entry.label, "unit": entry.unit,
        "from": entry.first, "by": entry.by, "value": value, "low": low, "high": high, "past": entry.past,
        **{name: said if isinstance(said, float) else said[0] for name, said in entry.baselines.items()},
    }  # fmt: skip


def forecast(
    scenario: Setup | Scenario | str | Path,
    ledger: str | Path,
    runs: int = 20_000,
    seed: int = 1,
    *,
    months: int | None = None,
    past: bool = False,
    threads: int | None = None,
    progress: Progress = None,
) -> Forecast:
    """Run a scenario and write down in a ledger what the runs say of its questions.

    Questions are each outcome that has a month, by each of its months; and, where the scenario says how
    numbers are observed, each of these in every simulated calendar year, and its headlines at the end. With
    each of them what baselines say that use no model. scenario, runs, seed, months, threads, progress: as
    `run` takes them. ledger: a file, which is begun if it is not there; nothing in it is ever changed.
    past: write down questions about months that are past, too, marked as such; else they are left out.

    What a setup keeps to until a month (`sim.given`) stands in each entry: its table by checksum and the last
    month of which it is used. Baselines know the same, and questions that it answers already are marked.

    Raises BadInput for a request that cannot be met, and where every question is about the past; LedgerError
    for a ledger that is not as it was written; Refusal if every run failed.

    >>> import sim, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = sim.forecast("mongolia-2024", f"{folder}/l.jsonl", runs=20, months=4, past=True)
    >>> found.table()["by"].unique().tolist()
    ['2024-09']
    """
    setup = setup_of(scenario)
    runs, seed, _, threads = check_request(runs, seed, months, threads)
    runs, world, known = setup.whole(runs, 2), lower(setup.scenario, months), known_to(setup)
    check_work(runs, world.months)
    before = begun(ledger)
    asked = questions_of(world)
    questions = tuple(each for each in asked if past or not _is_past(each, now()))
    _refuse_nothing(asked, questions)
    check_held(runs, len(questions), "ask for fewer runs")
    answers = Answers.of(world, questions)
    with reporting(progress, runs * world.months) as tell:
        numbers, said = _answered(setup, world, answers, runs, seed, threads, tell)
    usable = ~np.isnan(said).any(axis=0)
    if not usable.any():
        raise Refusal("no run could be used: every one had a number that is not finite")
    seen = np.ascontiguousarray(answers.disturb(said, seed, numbers)[:, usable])
    draw_of = None
    if setup.draws is not None:
        draw_of = (numbers[usable] % setup.draws).astype(int)
    shared = {
        "facts": facts_told(known), **setup_and_draws(setup, runs), "seed": seed, "runs": runs,
        "failed": int((~usable).sum()), "months": world.months, "fingerprint": fingerprint(said),
        "program": program_told(), "command": list(sys.argv),
    }  # fmt: skip
    told, starts = [], answers.starts(np.ascontiguousarray(said[:, usable]))
    for question, row in zip(questions, seen, strict=True):
        own = said_told(question, row, draw_of) | beside_told(world, question, known, starts)
        told.append(question_told(question) | own | shared)

    def make(time: datetime) -> list[dict[str, Any]]:
        pairs = zip(questions, told, strict=True)
        return [{"made": written(time), "past": _is_past(each, time), **own} for each, own in pairs]

    after = add(ledger, make)
    entries = tuple(Entry.model_validate(each) for each in after.entries[-len(told) :])
    return Forecast(after, entries, len(asked) - len(questions), len(before.unfinished))


def _is_past(question: Question, time: datetime) -> bool:
    """Whether a question ended before the month of a time."""
    return question.last < month_of(time)


def _refuse_nothing(asked: Sequence[Question], left: Sequence[Question]) -> None:
    """Raises BadInput where there is nothing to ask, or nothing that is not past."""
    if not asked:
        raise BadInput("the scenario asks no question that has a date: add a table [outcomes.NAME]")
    if not left:
        raise BadInput(PAST, about="past")


def _answered(
    setup: Setup, world: World, answers: Answers, runs: int, seed: int, threads: int | None,
    tell: Callable[[int], Any],
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Numbers of the runs (runs,), and what they answer (questions, runs), in their order."""

    def ask(history: History) -> tuple[np.ndarray, np.ndarray]:
        return history.runs, answers.ask(history)

    parts = []
    for part in simulate(setup.prepared(world, seed).all(runs), seed, threads, ask, _joined):
        parts.append(part)
        tell(len(part[0]) * world.months)
    numbers, said = _joined(parts)
    # draws have their runs together: whoever adds up does so in the order of the runs
    order = np.argsort(numbers)
    return numbers[order], said[:, order]


def _joined(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """What pieces answer, side by side."""
    numbers, said = zip(*parts, strict=True)
    return np.concatenate(numbers), np.concatenate(said, axis=1)
