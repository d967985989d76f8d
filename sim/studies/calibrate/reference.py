"""Data sets that a scenario makes when its uncertain numbers are drawn from their priors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.assimilation.facts import IN_SAMPLE, SERIES, Fact, sample_of
from sim.assimilation.instruments import Instruments
from sim.engine.history import History
from sim.engine.pages import simulate as run_all
from sim.engine.uncertain import free_numbers, prior_scores
from sim.engine.worlds import UnderDraws, Worlds
from sim.scenario.load import Scenario
from sim.studies.calibrate.errors import disturb, erring

EACH = 4
"""Runs of a draw: its numbers are prepared once for all of them."""


@dataclass(frozen=True)
class Reference:
    """Synthetic data sets (sets, facts) in their units, and the truth behind each.

    scores: the truth as standard normals of the prior (sets, free); errors: that of the errors of series
    (sets, errors), none by default.
    """

    scores: np.ndarray
    data: np.ndarray
    errors: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def truth(self) -> np.ndarray:
        """All that was drawn (sets, free + errors)."""
        if self.errors is None:
            return self.scores
        return np.concatenate([self.scores, self.errors], axis=1)


def fitted_facts(scenario: Scenario, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts that may be learnt from: in-sample ones, without series that only repeat another."""
    return tuple(fact for fact in facts if _is_fitted(fact, scenario))


def _is_fitted(fact: Fact, scenario: Scenario) -> bool:
    if sample_of(fact, scenario) != IN_SAMPLE:
        return False
    # Learning twice from one thing would make posteriors too narrow.
    return fact.kind != SERIES or scenario.case.observations[fact.target].fitted


def simulate(
    scenario: Scenario,
    facts: tuple[Fact, ...],
    months: int,
    draws: int,
    seed: int,
    each: int = EACH,
    threads: int | None = None,
    progress: Callable[[int], Any] = lambda done: None,
) -> Reference:
    """Draw from the priors, run each draw and observe it with error; runs that failed are left out.

    `progress` is told draws. Raises ScenarioError. Luck of the model and of measurement, and the draws, are
    drawn by address (seed; run or draw; what for), so that no other fact and no other uncertain entry moves
    what is observed of one.
    """
    free = free_numbers(scenario)
    scores = prior_scores(free, draws, seed)
    worlds = Worlds(scenario, free, months)
    instruments = Instruments.of(worlds.world, facts)
    values = {entry.name: entry.value(scores[:, place]) for place, entry in enumerate(free)}
    data = np.empty((draws, each, len(facts)), dtype=np.float32)

    # In place, page by page: histories of 100,000 draws would not fit into memory.
    def measure(history: History) -> int:
        each_run, draw = np.divmod(history.runs.astype(np.intp), draws)
        data[draw, each_run] = instruments.measure(history).T
        return len(history.runs)

    lots = UnderDraws(worlds, values).all(draws * each)
    for runs in run_all(lots, seed, threads, measure):
        progress(runs // each)
    # Noise is laid on at once, by the number of each run, as a run on its own would have it.
    flat, truth = data.reshape(draws * each, len(facts)), np.repeat(scores, each, axis=0)
    numbers = np.arange(draws * each, dtype=np.uint64).reshape(each, draws).T.reshape(-1)
    errors = disturb(erring(scenario, facts), instruments, flat.T, seed, numbers)
    good = ~np.isnan(flat).any(axis=1)
    return Reference(truth[good], flat[good], errors[good])
