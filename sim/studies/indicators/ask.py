"""Which observable, watched until when, tells best whether something comes; the signposts worth watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.engine.request import MOST_RUNS, check_request, check_work
from sim.engine.setups import Setup, setup_of
from sim.reading.numbers import whole_of
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.studies.indicators.choice import Choice
from sim.studies.indicators.half import Half
from sim.studies.indicators.indicators import Indicators
from sim.studies.indicators.outcome import Outcome, outcome_of
from sim.studies.indicators.seen import Seen, Watched
from sim.studies.indicators.signposts import signposts
from sim.writing.progress import Progress, reporting


@dataclass(frozen=True)
class Asked:
    """What is worth watching, asked for in a way that can be answered."""

    setup: Setup
    world: World
    outcome: Outcome
    watched: Watched
    runs: int
    seed: int
    threads: int | None

    @classmethod
    def of(
        cls, scenario: Setup | Scenario | str | Path, outcome: str | None, by: str | None,
        without: Sequence[str], runs: int, seed: int, threads: int | None,
    ) -> Asked:  # fmt: skip
        """Check a request. Raises ScenarioError, BadInput."""
        setup = setup_of(scenario)
        runs, seed, _, threads = check_request(runs, seed, None, threads)
        runs = setup.whole(whole_of("runs", runs, 2, MOST_RUNS))
        asked = outcome_of(setup.scenario, outcome, by)
        world = lower(setup.scenario, asked.months)
        check_work(runs, world.months)
        return cls(setup, world, asked, Watched.of(world, asked, without), runs, seed, threads)

    @property
    def run_months(self) -> int:
        return self.runs * self.world.months

    def done(self, tell: Callable[[int], Any]) -> Indicators:
        """Run it all, choose with one half of the runs, tell with the other. Raises BadInput."""
        seen = Seen.of(self.setup, self.world, self.watched, self.runs, self.seed, self.threads, tell)
        choosing, telling = Half.both(seen)
        choice = Choice(choosing)
        found = tuple(signposts(choice, telling))
        return Indicators(self.setup, self.outcome, choice, telling, found, self.seed, tuple(sys.argv))


def indicators(
    scenario: Setup | Scenario | str | Path,
    outcome: str | None = None,
    by: str | None = None,
    *,
    without: Sequence[str] = (),
    runs: int = 20_000,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
) -> Indicators:
    """Which observables tell best whether an outcome comes, before it does, and which are worth watching.

    scenario: as `sim.run` takes it; `sim.own_beliefs(scenario)` draws the numbers that nobody knows, which is
    what `steppe indicators` does. outcome: something that happens or not, or a path and a level such as
    `"autonomy < 0.5"`; the scenario's first outcome if None. by: a month such as `2024-12`; the last by which
    the scenario asks about it if None. without: names, labels or patterns of what is not watched.

    Half of the runs choose what to watch, the other half tells how well that does. Raises ScenarioError, and
    BadInput for what cannot be asked.

    >>> import sim
    >>> drawn = sim.own_beliefs("mongolia-2024", draws=100)
    >>> found = sim.indicators(drawn, "russian_visit", "2024-09", runs=2_000)
    >>> found.signposts().loc[0, "label"]
    'Rumour of a Russian visit'
    """
    asked = Asked.of(scenario, outcome, by, without, runs, seed, threads)
    with reporting(progress, asked.run_months) as tell:
        return asked.done(tell)
