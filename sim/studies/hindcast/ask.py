"""Running a scenario over its past and laying the runs beside a table of what came: a Hindcast of tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.beliefs import Beliefs
from sim.engine.engine import pages
from sim.engine.history import History
from sim.engine.request import check_held, check_request
from sim.engine.worlds import Worlds, runs_of
from sim.refusal import BadInput, Refusal
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number
from sim.statistics.scores import scoringrules
from sim.studies.hindcast import scores as judge
from sim.studies.hindcast import targets as summed
from sim.studies.hindcast.contradictions import contradictions
from sim.studies.hindcast.instruments import Instruments
from sim.studies.hindcast.observations import IN_SAMPLE, SERIES, Fact, sample_of
from sim.studies.hindcast.predictive import LEVELS, QUANTILES, Predictive


@dataclass(frozen=True)
class Hindcast:
    """What runs of a scenario say of dated observations.

    facts: those that were compared; left_out: those that end after the simulated months. `failed` of `runs`
    runs had a number that is not finite and count nowhere. fans: quantiles by series and year, free-running
    and told (see `Predictive`).
    """

    scenario: Scenario
    facts: tuple[Fact, ...]
    left_out: tuple[Fact, ...]
    trial: judge.Trial
    fans: pd.DataFrame
    seed: int
    runs: int
    failed: int
    months: int
    beliefs: Beliefs | None = None
    command: tuple[str, ...] = ()

    @property
    def draws(self) -> int:
        """Draws of the uncertain numbers; 0 if the runs have the numbers of the file."""
        return 0 if self.beliefs is None else self.beliefs.draws

    @cached_property
    def scores(self) -> pd.DataFrame:
        """A row a fact: observed, predicted, score, baselines and their scores."""
        return judge.scores(self.trial)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """A row a target and sample, and one for all targets of a kind: mean scores, skill, coverage."""
        return summed.targets(self.scores)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """A row a sample and bin of the probabilities of events: how often they happened."""
        return summed.reliability(self.scores)


def hindcast(
    scenario: Scenario,
    facts: tuple[Fact, ...],
    runs: int = 2000,
    seed: int = 1,
    beliefs: Beliefs | None = None,
    months: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Hindcast:
    """Simulate a scenario and score the runs against dated observations (`table.facts_of`).

    With beliefs, runs are spread evenly over their draws, rounded up to whole runs a draw. Months reach to
    the last observation if not given; observations beyond them are left out. `progress` is told the
    run-months done since it was last called. Raises BadInput for a request that cannot be met or without
    scoringrules, ScenarioError for facts that contradict each other, Refusal if every run failed.
    """
    scoringrules()
    if wrong := contradictions(facts, scenario):
        raise ScenarioError(wrong)
    start = month_number(scenario.case.time.start)
    months = months_needed(scenario, facts) if months is None else months
    runs, seed, _, threads = check_request(runs, seed, months, threads)
    kept = tuple(fact for fact in facts if fact.last < start + months)
    if not kept:
        raise BadInput(
            f"no observation ends within the {months} simulated months"
            if facts
            else "the table has no observations"
        )
    if beliefs is not None and runs < beliefs.draws:
        raise BadInput(
            f"{runs} runs cannot be spread over {beliefs.draws} draws; ask for more runs or fewer draws"
        )
    shown = (*kept, *_years(kept, start, months))
    check_held(runs, len(shown), "ask for fewer runs")
    measured = list(_measured(scenario, shown, runs, seed, beliefs, months, threads, progress))
    world = lower(scenario, months)
    said = np.concatenate(measured, axis=1)
    usable = ~np.isnan(said).any(axis=0)
    if not usable.any():
        raise Refusal("no run could be used: every one had a number that is not finite")
    instruments = Instruments.of(world, shown)
    samples = tuple(sample_of(fact, scenario) for fact in shown)
    numbers, draw_of = np.arange(said.shape[1]), None
    if beliefs is not None:
        each = measured[0].shape[1]
        numbers = np.concatenate([runs_of(draw, beliefs.draws, 0, each) for draw in range(beliefs.draws)])
        draw_of = np.repeat(np.arange(beliefs.draws), each)[usable]
    observed = np.ascontiguousarray(instruments.observed(said, seed, numbers)[:, usable])
    known = len(kept)
    predictive = Predictive.of(observed, shown, samples, known)
    instruments.limit(predictive.told)
    trial = judge.Trial(scenario.case, kept, samples[:known], predictive.of_first(known), draw_of)
    fans = _fans(shown[known:], samples[known:], predictive, known)
    return Hindcast(
        scenario, kept, tuple(fact for fact in facts if fact.last >= start + months), trial, fans, seed,
        said.shape[1], int((~usable).sum()), months, beliefs, tuple(sys.argv),
    )  # fmt: skip


def months_needed(scenario: Scenario, facts: tuple[Fact, ...]) -> int:
    """Months from the start of a scenario to the end of the last observation, at least one."""
    start = month_number(scenario.case.time.start)
    return max((fact.last for fact in facts), default=start) - start + 1


def _measured(
    scenario: Scenario, shown: tuple[Fact, ...], runs: int, seed: int, beliefs: Beliefs | None, months: int,
    threads: int | None, progress: Callable[[int], Any] | None,
) -> Iterator[np.ndarray]:  # fmt: skip
    """What runs say of facts (facts, some runs), page by page or draw by draw."""
    for said in _pages(scenario, shown, runs, seed, beliefs, months, threads):
        if progress is not None:
            progress(said.shape[1] * months)
        yield said


def _pages(
    scenario: Scenario,
    shown: tuple[Fact, ...],
    runs: int,
    seed: int,
    beliefs: Beliefs | None,
    months: int,
    threads: int | None,
) -> Iterator[np.ndarray]:
    def of(world: World) -> Instruments:
        return Instruments.of(world, shown)

    if beliefs is None:
        world = lower(scenario, months)
        return pages(
            world, runs, seed, threads, of(world).measure, join=lambda found: np.concatenate([*found], axis=1)
        )
    worlds = Worlds(scenario, beliefs.free, months)
    instruments = of(worlds.world)

    def say(draw: int, history: History) -> np.ndarray:
        return instruments.measure(history)

    return worlds.pages(beliefs.values, -(-runs // beliefs.draws), seed, say, threads)


def _years(facts: tuple[Fact, ...], start: int, months: int) -> list[Fact]:
    """Every simulated calendar year of every series that is observed, to be drawn; what came is not looked
    at.
    """
    names = dict.fromkeys(fact.target for fact in facts if fact.kind == SERIES)
    end = start + months - 1
    return [
        Fact(SERIES, name, max(12 * year, start), min(12 * year + 11, end), np.nan)
        for name in names
        for year in range(start // 12, end // 12 + 1)
    ]


def _fans(
    years: tuple[Fact, ...], samples: tuple[str, ...], predictive: Predictive, first: int
) -> pd.DataFrame:
    """Quantiles by target and year; `told` rows are what runs predict once told the last in-sample value."""
    rows = []
    for place, (fact, sample) in enumerate(zip(years, samples, strict=True), start=first):
        for told, said in ((False, predictive.free), (True, predictive.told)):
            if not told or sample != IN_SAMPLE:
                levels = dict(zip(QUANTILES, np.quantile(said[place], LEVELS), strict=True))
                rows.append(
                    {"target": fact.target, "first": fact.first, "last": fact.last, "told": told} | levels
                )
    return pd.DataFrame(rows, columns=["target", "first", "last", "told", *QUANTILES])
