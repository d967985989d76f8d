"""Two scenarios on the same futures: paired differences, how many futures flip, and when their paths part."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.drawing.saving import draw, into
from sim.engine.engine import runs_at_once
from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.request import check_held, check_request
from sim.engine.setups import Setup, setup_of
from sim.outcomes.columns import Kind, date_column, end_column
from sim.outcomes.questions import Questions
from sim.refusal import BadInput, one_line
from sim.rules.health import HEALTH
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.statistics.paired import difference, matched
from sim.studies.manifest import setup_told, told
from sim.writing.folders import replacing
from sim.writing.manifest import COMPARE, seal
from sim.writing.notebook import card
from sim.writing.progress import Progress, reporting
from sim.writing.tables import write_csv
from sim.writing.text import CAVEAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = [
    "kind",
    "name",
    "label",
    "first",
    "second",
    "difference",
    "low",
    "high",
    "flipped",
    "saving",
    "runs",
    "failed",
]


@dataclass(frozen=True)
class Comparison:
    """Two worlds run by run on the same luck.

    outcomes: (2, outcomes, runs); failed: (runs,) if either run failed; parted: (runs,) the first month
    [month after the start] in which any recorded number differs, not a number if none does.
    """

    setups: tuple[Setup, ...]
    worlds: tuple[World, ...]
    questions: Questions
    seed: int
    outcomes: np.ndarray
    failed: np.ndarray
    parted: np.ndarray
    command: tuple[str, ...] = ()

    def __repr__(self) -> str:
        first, second = (each.scenario for each in self.setups)
        size = f"{len(self.failed):,} futures of {self.worlds[0].months} months, seed {self.seed}"
        return f"<Comparison {one_line(f'{first!r} with {second!r}: {size}')}>"

    def _repr_html_(self) -> str:
        """What differs, in a notebook: outcomes and where the two end up."""
        rows = self.table()
        shown = ["label", "first", "second", "difference", "low", "high", "flipped"]
        return card(repr(self)[1:-1], rows.loc[rows["kind"] != "event", shown], CAVEAT)

    @property
    def runs(self) -> int:
        """Futures that count: those that failed in neither world."""
        return int((~self.failed).sum())

    def pair(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """An outcome in both worlds (runs,), failed futures left out. Raises ValueError for a name that is
        none.
        """
        place = [column.name for column in self.questions.columns].index(name)
        first, second = self.outcomes[:, place, ~self.failed]
        return first, second

    def table(self) -> pd.DataFrame:
        """Events: probability of having happened by the end; headlines: mean at the end; second less first,
        paired, 95 %.

        `flipped` is the share of futures in which an event happens in one world only; `saving` how many times
        more futures independent draws would need for the same interval.
        """
        case, rows = self.worlds[0].scenario.case, []
        for happening in self.questions.happenings:
            happened = [np.isfinite(each).astype(float) for each in self.pair(date_column(happening.name))]
            kind = "outcome" if happening.name in case.outcomes else "event"
            found = _contrast(happened[0], happened[1], flips=True)
            rows.append({"kind": kind, "name": happening.name, "label": happening.label, **found})
        for column in self.questions.columns:
            if column.own is not None:
                first, second = self.pair(column.name)
                found = _contrast(first, second, flips=column.kind is Kind.YES_NO)
                rows.append({"kind": "outcome", "name": column.own, "label": column.label, **found})
        known = {column.name for column in self.questions.columns}
        for name in case.headlines or case.quantities:
            if end_column(name) in known:
                first, second = self.pair(end_column(name))
                found = _contrast(first, second, flips=False)
                rows.append({"kind": "end", "name": name, "label": state_label(case, name), **found})
        return pd.DataFrame(rows, columns=COLUMNS).assign(failed=int(self.failed.sum()))

    def save(self, folder: str | Path, overwrite: bool = False) -> tuple[str, ...]:
        """Write the table, the figure and a manifest to a folder, all or nothing. A line for a figure that
        could not be drawn.

        Raises FileExistsError (`PlaceError`).
        """
        with replacing(folder, COMPARE, overwrite) as work:
            write_csv(self.table(), work / "table.csv")
            undrawn = draw(self._figures, into(work))
            seal(work, COMPARE, self.manifest())
        return undrawn

    def _figures(self) -> dict[str, Figure]:
        from sim.studies.compare.figures import figure

        return {"differences": figure(self)}

    def manifest(self) -> dict[str, Any]:
        """What it takes to do this again, and with what it was done."""
        first, second = self.setups
        runs, failed = len(self.failed), int(self.failed.sum())
        other = {"other": setup_told(second, runs)}
        return told(first, runs, failed, self.seed, self.worlds[0].months, other, self.command)


def _contrast(first: np.ndarray, second: np.ndarray, flips: bool) -> dict[str, Any]:
    if not len(first):
        return {"runs": 0}
    found = matched(first, second) if flips else difference(first, second)
    alone, paired = first.var() + second.var(), (second - first).var()
    return {
        "first": first.mean(), "second": second.mean(), "difference": found.mean, "low": found.low,
        "high": found.high, "flipped": float((first != second).mean()) if flips else np.nan,
        "saving": alone / paired if paired > 0 else np.nan, "runs": len(first),
    }  # fmt: skip


def compare(
    first: Setup | Scenario | str | Path,
    second: Setup | Scenario | str | Path,
    runs: int = 20_000,
    seed: int = 1,
    *,
    months: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Comparison:
    """Run two scenarios (their files, shipped names, or branches) on the same futures.

    months: as many as both have if None; the rest as in `run`. Raises ScenarioError if their outcomes differ,
    BadInput for draws of uncertain numbers, and as `run` does.

    >>> import sim
    >>> base = sim.load("mongolia-2024")
    >>> tighter = base.override({"quantities.sanctions.start": 0.9})
    >>> sim.compare(base, tighter, runs=16, months=12).pair("end.autonomy")[0].shape
    (16,)
    """
    both = _both(first, second)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    if months is None:
        span = min(each.scenario.case.time.months for each in both)
    else:
        span = months
    worlds = tuple(lower(each.scenario, span) for each in both)
    questions = tuple(Questions.of(world) for world in worlds)
    _check_alike(worlds, questions)
    check_held(2 * runs, len(questions[0].columns), "ask for fewer runs")
    page = min(map(runs_at_once, worlds))
    histories = [
        simulate(each.prepared(world, seed).all(runs, page), seed, threads)
        for each, world in zip(both, worlds, strict=True)
    ]
    outcomes, failed, parted = [], [], []
    with reporting(progress, 2 * runs * span) as tell:
        for pair in zip(*histories, strict=True):
            answers = [asked.ask(history) for asked, history in zip(questions, pair, strict=True)]
            outcomes.append(np.stack([answer.rows for answer in answers]))
            failed.append(~(answers[0].ok & answers[1].ok))
            parted.append(_parted(*pair))
            tell(2 * len(pair[0].runs) * span)
    return Comparison(
        both, worlds, questions[0], seed, np.concatenate(outcomes, axis=2), np.concatenate(failed),
        np.concatenate(parted), tuple(sys.argv),
    )  # fmt: skip


def _both(*given: Setup | Scenario | str | Path) -> tuple[Setup, ...]:
    """What is to be compared. Raises ScenarioError, BadInput."""
    both = tuple(map(setup_of, given))
    if any(each.draws is not None for each in both):
        raise BadInput(
            "draws of uncertain numbers are not compared: paired intervals need runs that do not share one"
        )
    return both


def _check_alike(worlds: tuple[World, ...], questions: tuple[Questions, ...]) -> None:
    """Raises ScenarioError for two scenarios that are not asked the same."""
    first, second = (world.scenario for world in worlds)
    names = [[column.name for column in each.columns] for each in questions]
    if names[0] != names[1] or first.case.time.start != second.case.time.start:
        raise ScenarioError(
            [f"{second.name}: cannot be compared with {first.name}: other events, quantities or first month"]
        )


def _parted(one: History, other: History) -> np.ndarray:
    """The first month (runs,) in which a number that both record differs, or an event; not a number if none
    does.
    """
    differs = np.zeros((one.months, len(one.runs)), dtype=bool)
    for name in one.world.recorded:
        if name != HEALTH and name in other.world.recorded:
            differs |= one[name] != other[name]
    for event in one.world.parts.events:
        differs |= one.codes(event.name) != other.codes(event.name)
    return np.where(differs.any(axis=0), differs.argmax(axis=0), np.nan)
