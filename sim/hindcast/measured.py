"""What runs say of each observation: the model measured as the world was, run by run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.hindcast.table import SERIES, TIME, Fact
from sim.history import History
from sim.outcomes import Happening, happenings_of, occurred
from sim.scenario.lower import World, state_name
from sim.scenario.schema import month_number


@dataclass(frozen=True)
class Instrument:
    """One target's observations: their places in the table, and how they follow from the path of a run.

    places: (facts,); weights: (facts, months), which months count in each; times: (facts,) true where the value is a first month;
    ends: the lowest and highest value that can be observed [unit].
    """

    places: np.ndarray
    weights: np.ndarray
    measure: str | Happening
    error: float
    ends: tuple[float, float]
    times: np.ndarray


@dataclass(frozen=True)
class Instruments:
    """All observations of a table, ready to measure runs of a world with."""

    facts: tuple[Fact, ...]
    first_month: int
    parts: tuple[Instrument, ...]

    @classmethod
    def of(cls, world: World, facts: tuple[Fact, ...]) -> Instruments:
        """Ready for pages of this world, which must reach to the last fact."""
        case = world.scenario.case
        start = month_number(case.time.start)
        happenings = {happening.name: happening for happening in happenings_of(world)}
        parts = []
        for series, target in dict.fromkeys((fact.kind == SERIES, fact.target) for fact in facts):
            places = [i for i, fact in enumerate(facts) if (fact.kind == SERIES) is series and fact.target == target]
            weights = np.zeros((len(places), world.months))
            for row, place in zip(weights, places, strict=True):
                row[facts[place].first - start : facts[place].last - start + 1] = 1.0
            measure: str | Happening
            if series:
                observation = case.observations[target]
                measure, error, ends = state_name(case, observation.measure), observation.error, observation.ends
                weights /= weights.sum(axis=1, keepdims=True)
            else:
                measure, error, ends = happenings[target], 0.0, (-np.inf, np.inf)
            times = np.array([facts[place].kind == TIME for place in places])
            parts.append(Instrument(np.array(places), weights, measure, error, ends, times))
        return cls(facts, start, tuple(parts))

    @property
    def errors(self) -> np.ndarray:
        """Standard deviation of each observation about the model (facts,) [unit]; 0 for events and times."""
        found = np.zeros(len(self.facts))
        for part in self.parts:
            found[part.places] = part.error
        return found

    def measure(self, history: History) -> np.ndarray:
        """What each run says (facts, runs), without error of measurement; runs that failed say nothing (not a number)."""
        found = np.empty((len(self.facts), len(history.runs)))
        for part in self.parts:
            if isinstance(part.measure, str):
                found[part.places] = part.weights @ history[part.measure]
                continue
            happened = occurred(history, part.measure)
            found[part.places] = (part.weights @ happened) > 0
            for place, weights in zip(part.places[part.times], part.weights[part.times], strict=True):
                within = happened & (weights > 0)[:, None]
                first = self.first_month + within.argmax(axis=0)
                found[place] = np.where(within.any(axis=0), first, np.inf)
        found[:, history.failed] = np.nan
        return found

    def noisy(self, said: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """What would be observed of runs (facts, runs): what they say, with error of measurement, within the series' support."""
        errors = self.errors
        noisy = said.copy()
        noisy[errors > 0] += errors[errors > 0, None] * generator.standard_normal((int((errors > 0).sum()), said.shape[1]))
        return self.possible(noisy)

    def possible(self, said: np.ndarray) -> np.ndarray:
        """Values (facts, runs), those beyond the support of their series at its end: no share above 100 % is observed."""
        found = said.copy()
        for part in self.parts:
            found[part.places] = np.clip(said[part.places], *part.ends)
        return found
