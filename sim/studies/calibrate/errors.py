"""What series have beyond the model, drawn for each synthetic data set: an error that lasts, and a fresh one.

A series is y = h + d + e: h is what a run says, d lasts (d' = p d + s w over a year, w standard normal) and e
is fresh each time, with standard deviation r. These are the discrepancies of `sim.assimilation.discrepancy`,
whose filter keeps a few values of p, s and r side by side; here they are drawn from priors over the same
ranges, so that no error that lasts is taken for many fresh ones. The series follows the model all the way
(the filter's c is one): numbers are asked for under which the model is about the world. s and r, multiples of
the observation's `error`, are learnt with the other numbers; p, of which some twenty years tell next to
nothing, is drawn and left at that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.assimilation.discrepancy import FRESH, INNOVATION, PERSISTENCE
from sim.assimilation.facts import SERIES, Fact
from sim.assimilation.instruments import Instruments
from sim.engine.luck import normals, uniform_of
from sim.engine.uncertain import Free
from sim.scenario.load import Scenario
from sim.scenario.schema import Observation

YEAR = 12
"""Months."""

WITHIN = 4.0
"""Standard deviations of the log from one end of the filter's range to the other: 95 % lie within."""


@dataclass(frozen=True)
class Erring:
    """A series that is observed with error: the `error` of its observation, in its unit.

    lasting, fresh: s and r as factors of `scales`, their prior medians [unit of the series].
    """

    target: str
    error: float
    unit: str
    lasting: Free
    fresh: Free
    scales: tuple[float, float]

    @property
    def entries(self) -> tuple[Free, Free]:
        """What is learnt of it."""
        return self.lasting, self.fresh

    def sizes(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """s and r (runs,) [unit] that standard normals (runs, 2) are."""
        lasting, fresh = (
            scale * entry.value(own)
            for scale, entry, own in zip(self.scales, self.entries, scores.T, strict=True)
        )
        return lasting, fresh

    def drawn(self, seed: int, runs: np.ndarray) -> np.ndarray:
        """The standard normals of s and r of runs of these numbers (runs, 2)."""
        count = int(runs.max()) + 1
        return np.stack([entry.scores(count, seed)[runs] for entry in self.entries], axis=1)

    def laid_on(
        self, instruments: Instruments, said: np.ndarray, scores: np.ndarray, seed: int, runs: np.ndarray
    ) -> None:
        """Lay errors on what runs of these numbers (runs,) say of all facts (facts, runs), in place.

        scores: the standard normals of s and r (runs, 2). All luck has an address: a year's is at (seed, run,
        TARGET/lasting/YEAR), a fact's at (seed, run, TARGET/error/WINDOW), so that no other fact moves what
        is observed of one.
        """
        lasting, fresh = self.sizes(scores)
        places = self.by_year(instruments)
        start, count = instruments.first_month // YEAR, int(runs.max()) + 1
        lowest, highest = min(PERSISTENCE), max(PERSISTENCE)
        kept = lowest + (highest - lowest) * uniform_of(seed, f"{self.target}/persistence", count)[runs]
        # At the start the series may lie off by its error already.
        off = self.error * normals(seed, f"{self.target}/lasting/{start}", count)[runs]
        for year in range(start, max(places) + 1):
            if year > start:
                off = kept * off + lasting * normals(seed, f"{self.target}/lasting/{year}", count)[runs]
            for place in places.get(year, ()):
                when = instruments.facts[place].when
                said[place] += off + fresh * normals(seed, f"{self.target}/error/{when}", count)[runs]

    def by_year(self, instruments: Instruments) -> dict[int, list[int]]:
        """Places of its facts by the calendar year in which the middles of their windows lie."""
        found: dict[int, list[int]] = {}
        for place, fact in enumerate(instruments.facts):
            if fact.kind == SERIES and fact.target == self.target:
                found.setdefault((fact.first + fact.last) // (2 * YEAR), []).append(place)
        return found


def erring(scenario: Scenario, facts: Sequence[Fact]) -> tuple[Erring, ...]:
    """The series among some facts that are observed with error, by name."""
    names = sorted({fact.target for fact in facts if fact.kind == SERIES})
    observations = scenario.case.observations
    return tuple(_erring(name, observations[name]) for name in names if observations[name].error > 0)


def _erring(name: str, observation: Observation) -> Erring:
    lasting = Free(f"{name}.lasting", f"Lasting error: {observation.label}", (), True, _sd(INNOVATION), 1.0)
    fresh = Free(f"{name}.fresh", f"Fresh error: {observation.label}", (), True, _sd(FRESH), 1.0)
    scales = (observation.error * _middle(INNOVATION), observation.error * _middle(FRESH))
    return Erring(name, observation.error, observation.unit, lasting, fresh, scales)


def _sd(values: Sequence[float]) -> float:
    """Of the log of a lognormal factor with 95 % between the least and the largest of the filter's values."""
    return float(np.log(max(values) / min(values))) / WITHIN


def _middle(values: Sequence[float]) -> float:
    """The median of that factor."""
    return float((max(values) * min(values)) ** 0.5)


def disturb(
    series: Sequence[Erring], instruments: Instruments, said: np.ndarray, seed: int, runs: np.ndarray
) -> np.ndarray:
    """Lay errors on what runs of these numbers (runs,) say (facts, runs), in place.

    Gives the standard normals that s and r of each series were (runs, 2 series).
    """
    scores = drawn_of(series, seed, runs)
    lay(series, instruments, said, scores, seed, runs)
    return scores


def drawn_of(series: Sequence[Erring], seed: int, runs: np.ndarray) -> np.ndarray:
    """The standard normals of s and r of each series (runs, 2 series), drawn for runs of these numbers."""
    return np.concatenate([np.empty((len(runs), 0)), *(each.drawn(seed, runs) for each in series)], axis=1)


def lay(
    series: Sequence[Erring],
    instruments: Instruments,
    said: np.ndarray,
    scores: np.ndarray,
    seed: int,
    runs: np.ndarray,
) -> None:
    """Lay errors of these sizes (runs, 2 series) on what runs say (facts, runs), in place."""
    for place, each in enumerate(series):
        each.laid_on(instruments, said, scores[:, 2 * place : 2 * place + 2], seed, runs)
    instruments.limit(said)
