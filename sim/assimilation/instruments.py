"""What runs say of each observation: the model measured as the world was, run by run.

Sums over months are taken month by month and noise is drawn by address, so that what a run says of an
observation has the same bytes whatever the other observations, their order, the number of runs and the
library of linear algebra.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.assimilation.facts import SERIES, TIME, Fact
from sim.engine.history import History
from sim.engine.luck import normals
from sim.outcomes.happenings import Findings, Happening, happenings_of
from sim.scenario.lower import World, state_name
from sim.scenario.schema import month_number


@dataclass(frozen=True)
class Instrument:
    """One target's observations over windows of one length, and how they follow from a run's path.

    places: (facts,); months: (facts, length), the months of each window from the first simulated one;
    measure: the recorded number of a series, or what happens; error: standard deviation of measurement
    [unit]; ends: the lowest and highest value that can be observed [unit]; times: (facts,) true where the
    value is a first month.
    """

    places: np.ndarray
    months: np.ndarray
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
        start = month_number(world.scenario.case.time.start)
        # Windows of one length make a table of months, so that a target is measured in one go.
        alike: dict[tuple[bool, str, int], list[int]] = {}
        for place, fact in enumerate(facts):
            key = (fact.kind == SERIES, fact.target, fact.last - fact.first + 1)
            alike.setdefault(key, []).append(place)
        parts = []
        for (series, target, length), places in alike.items():
            measure, error, ends = _measure(world, target, series)
            first = np.array([facts[place].first - start for place in places])
            times = np.array([facts[place].kind == TIME for place in places])
            months = first[:, None] + np.arange(length)
            parts.append(Instrument(np.array(places), months, measure, error, ends, times))
        return cls(facts, start, tuple(parts))

    def measure(self, history: History) -> np.ndarray:
        """What each run says (facts, runs), without error of measurement; not a number if it failed."""
        found, findings = np.empty((len(self.facts), len(history.runs))), Findings(history)
        for part in self.parts:
            if isinstance(part.measure, str):
                found[part.places] = _mean(history[part.measure], part.months)
                continue
            happened = findings.occurred(part.measure)[part.months]
            found[part.places] = happened.any(axis=1)
            # The first true month; of a window without any it is the first one, which is put right below.
            within = happened[part.times]
            first = self.first_month + part.months[part.times, :1] + within.argmax(axis=1)
            found[part.places[part.times]] = np.where(within.any(axis=1), first, np.inf)
        found[:, history.failed] = np.nan
        return found

    def observed(self, said: np.ndarray, seed: int, runs: np.ndarray) -> np.ndarray:
        """What would be observed of runs of these numbers (runs,), who say (facts, runs): `disturb`."""
        found = np.array(said, dtype=float)
        self.disturb(found, seed, runs)
        return found

    def disturb(self, said: np.ndarray, seed: int, runs: np.ndarray) -> None:
        """Add error of measurement, in place, to what runs of these numbers (runs,) say (facts, runs).

        The error of a run is the normal at the address (seed, run, TARGET/error/WINDOW): that of an
        observation is its own, whatever else is observed. What it carries beyond the support of a series lies
        at its end.
        """
        count = int(runs.max()) + 1
        for part in self.parts:
            if not part.error > 0:
                continue
            for place in part.places:
                fact = self.facts[place]
                said[place] += part.error * normals(seed, f"{fact.target}/error/{fact.when}", count)[runs]
        self.limit(said)

    def limit(self, said: np.ndarray) -> None:
        """Put values (facts, runs) beyond the support of their series at its end, in place.

        No share above 100 % is observed.
        """
        for part in self.parts:
            for place in part.places:
                np.clip(said[place], *part.ends, out=said[place])


def _measure(world: World, target: str, series: bool) -> tuple[str | Happening, float, tuple[float, float]]:
    """What is measured of a target, with its error [unit] and its ends [unit]."""
    if not series:
        happenings = {happening.name: happening for happening in happenings_of(world.scenario)}
        return happenings[target], 0.0, (-np.inf, np.inf)
    case = world.scenario.case
    observation = case.observations[target]
    return state_name(case, observation.measure), observation.error, observation.ends


def _mean(path: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Mean of a path (months, runs) over windows (facts, length), month after month (facts, runs)."""
    # Not `mean`, whose order of adding up depends on the shape of what it is given.
    total = path[months[:, 0]]
    for month in months.T[1:]:
        total = total + path[month]
    return total / months.shape[1]
