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

    def laid_on(
        self, said: np.ndarray, places: Sequence[tuple[int, Fact]], start: int, seed: int, runs: np.ndarray
    ) -> np.ndarray:
        """Lay errors on what runs of these numbers (runs,) say of its facts (facts, runs), in place.

        places: of its facts; start: the first year. Gives the standard normals that s and r were (runs, 2).
        All luck has an address: a year's is at (seed, run, TARGET/lasting/YEAR), a fact's at (seed, run,
        TARGET/error/WINDOW), so that no other fact moves what is observed of one.
        """
        count = int(runs.max()) + 1
        drawn = np.stack([entry.scores(count, seed)[runs] for entry in self.entries], axis=1)
        lasting, fresh = (
            scale * entry.value(z) for scale, entry, z in zip(self.scales, self.entries, drawn.T, strict=True)
        )
        lowest, highest = min(PERSISTENCE), max(PERSISTENCE)
        kept = lowest + (highest - lowest) * uniform_of(seed, f"{self.target}/persistence", count)[runs]
        # At the start the series may lie off by its error already.
        off = self.error * normals(seed, f"{self.target}/lasting/{start}", count)[runs]
        by_year: dict[int, list[tuple[int, Fact]]] = {}
        for place, fact in places:
            by_year.setdefault(_year(fact), []).append((place, fact))
        for year in range(start, max(by_year) + 1):
            if year > start:
                off = kept * off + lasting * normals(seed, f"{self.target}/lasting/{year}", count)[runs]
            for place, fact in by_year.get(year, ()):
                said[place] += off + fresh * normals(seed, f"{self.target}/error/{fact.when}", count)[runs]
        return drawn


def _year(fact: Fact) -> int:
    """The calendar year in which the middle of a fact's window lies."""
    return (fact.first + fact.last) // (2 * YEAR)


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
    start = instruments.first_month // YEAR
    found = [np.empty((len(runs), 0))]
    for each in series:
        places = [(place, fact) for place, fact in enumerate(instruments.facts) if _of(fact, each)]
        found.append(each.laid_on(said, places, start, seed, runs))
    instruments.limit(said)
    return np.concatenate(found, axis=1)


def _of(fact: Fact, series: Erring) -> bool:
    return fact.kind == SERIES and fact.target == series.target
