"""Running a scenario many times, and what comes of it: an Ensemble of tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.pages import simulate
from sim.engine.request import check_held, check_request, check_work
from sim.engine.setups import Setup, setup_of
from sim.outcomes.questions import Page, Questions
from sim.outcomes.tally import Tally
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.studies.run.ensemble import Ensemble
from sim.studies.run.kept import HeldPaths, Kept, check_kept
from sim.studies.run.rows import Held, Rows, frame
from sim.studies.run.tables import Tables
from sim.writing.progress import Progress, reporting

LEAST = 2
"""Runs under each draw, and draws, from which chance and parameters can be told apart."""


def run(
    scenario: Setup | Scenario | str | Path,
    runs: int = 20_000,
    seed: int = 1,
    *,
    months: int | None = None,
    threads: int | None = None,
    progress: Progress = None,
) -> Ensemble:
    """Simulate runs 0 to `runs` - 1 of a scenario, with all rows in memory.

    scenario: a Scenario, its file or the name of a shipped one, whose runs all have the numbers of the file;
    or a scenario with more to it, such as `branch` (all runs share a past), or `own_beliefs`, which `steppe
    run` takes, `prior_beliefs`, `learnt_beliefs` or `range_beliefs` (runs live under draws of its uncertain
    numbers in turn, as many under each: `runs` is rounded up). seed: of all luck; the same one
    gives the same futures. months: the scenario's own if None. threads: as many as processors if None.
    progress: True for a bar, or a function that is told the run-months done since it was last called.

    Raises ScenarioError for a scenario that cannot be used, BadInput (a ValueError) for anything else that
    cannot be asked for.

    >>> import sim
    >>> ensemble = sim.run("mongolia-2024", runs=16, months=12)
    >>> ensemble.outcomes["end.autonomy"].shape
    (16,)
    """
    asked = Asked.of(scenario, runs, seed, months, threads)
    columns, kept = asked.questions.columns, asked.questions.kept
    numbers = len(columns) + len(kept) * asked.world.months
    check_held(asked.runs, numbers, "stream the rows to a folder (sim.run_into), or ask for fewer runs")
    with reporting(progress, asked.run_months) as tell:
        pages = tuple(asked.pages(tell))
    held = Held(frame(list(pages), asked.questions, asked.setup.draws), columns)
    # Without kept paths the pages hold nothing that the frame does not: they are let go.
    if not kept:
        pages = ()
    return asked.ensemble(held, HeldPaths(kept, asked.dates, pages))


@dataclass(frozen=True)
class Asked:
    """Runs that were asked for and can be made: the request once it is checked."""

    setup: Setup
    world: World
    runs: int
    seed: int
    threads: int | None
    questions: Questions
    tally: Tally

    @classmethod
    def of(
        cls, scenario: Setup | Scenario | str | Path, runs: int, seed: int, months: int | None,
        threads: int | None,
    ) -> Asked:  # fmt: skip
        """Check a request. Raises ScenarioError, BadInput."""
        setup = setup_of(scenario)
        runs, seed, months, threads = check_request(runs, seed, months, threads)
        # As many runs under each draw: else the share of the variance due to draws would be off.
        runs = setup.whole(runs, LEAST)
        world = lower(setup.scenario, months)
        check_work(runs, world.months)
        questions = Questions.of(world)
        check_kept(questions.kept, world.months, runs)
        return cls(setup, world, runs, seed, threads, questions, Tally.of(world, questions, setup.draws))

    @property
    def run_months(self) -> int:
        return self.runs * self.world.months

    def pages(self, tell: Callable[[int], Any]) -> Iterator[Page]:
        """Run it all: pages in order without their paths, which the tally keeps."""
        # Pages are made by threads and come in order, so that results do not depend on how many there are.
        lots = self.setup.prepared(self.world, self.seed).all(self.runs)
        for page in simulate(lots, self.seed, self.threads, self.questions.ask, Page.joined):
            self.tally.add(page)
            tell(len(page.runs) * self.world.months)
            yield page.without_paths()

    @property
    def dates(self) -> list[str]:
        """The simulated months, such as `2024-06`."""
        return Tables(self.world, self.tally).dates

    def ensemble(self, rows: Rows, kept: Kept) -> Ensemble:
        """The ensemble, once its pages have gone by."""
        return Ensemble(self.setup, self.world, self.seed, self.tally, rows, kept, tuple(sys.argv))
