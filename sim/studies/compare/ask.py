"""Two scenarios on the same futures: paired differences, how many futures flip, and when their paths part."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sim.assimilation.shared import shared_past
from sim.engine.engine import runs_at_once
from sim.engine.history import History
from sim.engine.pages import simulate
from sim.engine.request import check_held, check_request
from sim.engine.setups import Setup, setup_of
from sim.outcomes.questions import Questions
from sim.refusal import BadInput
from sim.rules.health import HEALTH
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.studies.compare.comparison import Comparison
from sim.studies.compare.months import Paths, headlines
from sim.writing.progress import Progress, reporting


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

    Two may also go on from one past (`known = sim.given(...)` and `known.under(other)`): what is known was
    filtered once, and run by run both begin at its month in one state, by one luck, and under one draw.

    months: as many as both have if None; the rest as in `run`. Raises ScenarioError if their outcomes differ,
    BadInput for draws of uncertain numbers that several runs share, for two pasts, and as `run` does.

    >>> import sim
    >>> base = sim.load("mongolia-2024")
    >>> tighter = base.override({"quantities.sanctions.start": 0.9})
    >>> sim.compare(base, tighter, runs=16, months=12).pair("end.autonomy")[0].shape
    (16,)
    """
    both = _both(first, second)
    runs, seed, months, threads = check_request(runs, seed, months, threads)
    runs = both[0].whole(runs)
    if months is None:
        months = min(each.scenario.case.time.months for each in both)
    worlds = tuple(lower(each.scenario, months) for each in both)
    questions = tuple(Questions.of(world) for world in worlds)
    _check_alike(worlds, questions)
    # Rows of both are held in memory; asked before any work is done.
    check_held(2 * runs, len(questions[0].columns), "ask for fewer runs")
    # Pages of one size, so that the same futures of both come by together.
    page = min(map(runs_at_once, worlds))
    histories = [
        simulate(each.prepared(world, seed).all(runs, page), seed, threads)
        for each, world in zip(both, worlds, strict=True)
    ]
    outcomes, failed, apart = [], [], []
    paths = Paths.of(headlines(worlds[0], questions[0]), months)
    with reporting(progress, 2 * runs * months) as tell:
        for pair in zip(*histories, strict=True):
            answers = [asked.ask(history) for asked, history in zip(questions, pair, strict=True)]
            outcomes.append(np.stack([answer.rows for answer in answers]))
            ok = answers[0].ok & answers[1].ok
            failed.append(~ok)
            paths.add(pair, ok)
            apart.append(parted(*pair))
            tell(2 * len(pair[0].runs) * months)
    return Comparison(
        both, worlds, questions[0], seed, np.concatenate(outcomes, axis=2), np.concatenate(failed),
        np.concatenate(apart), paths, tuple(sys.argv),
    )  # fmt: skip


def _both(*given: Setup | Scenario | str | Path) -> tuple[Setup, ...]:
    """What is to be compared. Raises ScenarioError, BadInput."""
    both = tuple(map(setup_of, given))
    for each in both:
        if each.draws is not None:
            raise BadInput(
                "draws of uncertain numbers are not compared: paired intervals need runs "
                "that do not share one"
            )
    shared_past(*both)
    return both


def _check_alike(worlds: tuple[World, ...], questions: tuple[Questions, ...]) -> None:
    """Raises ScenarioError for two scenarios that are not asked the same."""
    first, second = (world.scenario for world in worlds)
    one, other = ([column.name for column in each.columns] for each in questions)
    if one != other or first.case.time.start != second.case.time.start:
        raise ScenarioError(
            [f"{second.name}: cannot be compared with {first.name}: other events, quantities or first month"]
        )


def parted(one: History, other: History) -> np.ndarray:
    """The first month (runs,) in which a recorded number or an event differs; not a number if none does."""
    differs = np.zeros((one.months, len(one.runs)), dtype=bool)
    # Health is left out: it is not a number in a run that failed, and so would differ from itself.
    shared = set(one.world.recorded) & set(other.world.recorded) - {HEALTH}
    for name in shared:
        differs |= one[name] != other[name]
    for event in one.world.parts.events:
        differs |= one.codes(event.name) != other.codes(event.name)
    return np.where(differs.any(axis=0), differs.argmax(axis=0), np.nan)
