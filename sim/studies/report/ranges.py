"""The answer with every number anywhere in its plausible range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.engine.beliefs import Beliefs, range_beliefs
from sim.engine.history import History
from sim.engine.pages import simulate
from sim.outcomes.target import Target
from sim.refusal import Refusal
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, parameter_interval
from sim.studies.report.because import Untold
from sim.studies.report.study import Tell

DRAWS, RUNS = 100, 2_000


@dataclass(frozen=True)
class Wide:
    """What 5 to 95 % of draws from the ranges of so many numbers expect, chance taken out."""

    numbers: int
    low: float
    high: float


def wide_of(scenario: Scenario, target: Target, seed: int, threads: int | None, tell: Tell) -> Wide | Untold:
    """The target by its month over the ranges of all numbers; why that cannot be told, else."""
    # draws that make no scenario are replaced, which may be given up
    try:
        beliefs = range_beliefs(scenario, DRAWS, seed)
    except Refusal as error:
        return Untold(str(error))
    numbers, values = _lived(beliefs, target, seed, threads, tell)
    usable = ~np.isnan(values)
    if not usable.any():
        return Untold("every run failed")
    interval = probability_interval if target.is_share else parameter_interval
    low, high = interval(_by_draw(numbers[usable] % DRAWS, values[usable]))
    return Wide(len(beliefs.free), float(low[0]), float(high[0]))


def _lived(
    beliefs: Beliefs, target: Target, seed: int, threads: int | None, tell: Tell
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the runs (runs,), and what the target is in each (runs,)."""

    def asked(history: History) -> tuple[np.ndarray, np.ndarray]:
        return history.runs, target.of(history)[0]

    lots, parts = beliefs.prepared(lower(beliefs.scenario, target.months), seed).all(RUNS), []
    for part in simulate(lots, seed, threads, asked, _joined):
        parts.append(part)
        tell(len(part[0]) * target.months)
    return _joined(parts)


def _joined(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    numbers, values = zip(*parts, strict=True)
    return np.concatenate(numbers), np.concatenate(values)


def _by_draw(draws: np.ndarray, values: np.ndarray) -> Groups:
    """Values (runs,) gathered by the draw under which each run lived."""
    groups = Groups.empty(DRAWS, 1)
    for draw in np.unique(draws).tolist():
        groups.add(draw, values[None, draws == draw])
    return groups
