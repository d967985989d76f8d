"""Forecasts of the past: from one origin after another, by runs that know what had come and no more.

Each fact is foretold from every origin that lies so many years before it, by runs that know no later fact and
no later input. Theories of choice foretell side by side, and count by how well they did at earlier origins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.assimilation.facts import Fact
from sim.assimilation.filter import Asked, Origin, drawn, filtered, weights_of
from sim.engine.beliefs import prior_beliefs
from sim.engine.setups import Plain, Setup
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number
from sim.statistics.stacking import stacked

YEAR = 12

HORIZON = 3
"""Years ahead that are foretold from an origin."""

MIDDLE = 0.5


@dataclass(frozen=True)
class Forecast:
    """What is foretold of facts at one origin.

    month: the first that is not known [from year 0]; facts: later ones; said (facts, runs): what would be
    observed of them, equally likely; foretold (theories, facts): log densities or odds of what came; shares:
    of the theories, by name; effective: as many equal particles tell as much, by theory; learnt: of the
    discrepancy of each series, by name; values: of the uncertain entries (runs,), by name.
    """

    month: int
    facts: tuple[Fact, ...]
    said: np.ndarray
    foretold: np.ndarray
    shares: Mapping[str, float]
    effective: Mapping[str, float]
    learnt: Mapping[str, Mapping[str, float]]
    values: Mapping[str, np.ndarray]

    def horizon(self, fact: Fact) -> int:
        """Years from the origin to the end of a fact's window, begun ones counted."""
        return -(-(fact.last + 1 - self.month) // YEAR)


def years_of(scenario: Scenario, facts: Sequence[Fact], first: int | None, last: int | None) -> list[int]:
    """The years at whose ends forecasts are made: from ten years after the start to the last one whose
    next year is observed, unless others are asked for."""
    start = month_number(scenario.case.time.start)
    end = max((fact.last for fact in facts), default=start) // YEAR
    if first is None:
        first = start // YEAR + 10
    if last is None:
        last = end - 1
    return list(range(first, last + 1))


def forecasts(
    scenario: Scenario,
    known: Sequence[Fact],
    later: Sequence[Fact],
    origins: Sequence[int],
    theories: Sequence[str],
    particles: int,
    seed: int,
    threads: int | None,
    tell: Callable[[int], Any] = lambda months: None,
) -> Iterator[Forecast]:
    """Forecasts at origins [months from year 0], in order. Raises Refusal.

    known: what runs may be conditioned on, as far as it lies before an origin; later: what is foretold;
    theories: of choice, of which several count by their scores at earlier origins.
    """
    start = month_number(scenario.case.time.start)
    months = max(origins) - start + HORIZON * YEAR
    each = []
    for theory in theories:
        setup = setup_under(scenario, theory, particles, seed)
        asked = Asked(setup, tuple(known), months, particles, seed, threads)
        own = [origin - start for origin in origins]
        each.append(filtered(asked, own, later, HORIZON * YEAR, tell))
    past: list[np.ndarray] = []
    for origin, found in zip(origins, zip(*each, strict=True), strict=True):
        shares = stacked(past, len(theories))
        forecast = _together(origin, theories, found, shares)
        yield forecast
        next_year = [place for place, fact in enumerate(forecast.facts) if forecast.horizon(fact) == 1]
        past.append(forecast.foretold[:, next_year])


def setup_under(scenario: Scenario, theory: str, draws: int, seed: int) -> Setup:
    """The scenario under a theory of choice, each particle under a draw of its own from the priors."""
    own = scenario.override({"decision.theory": theory})
    if own.case.uncertain:
        return prior_beliefs(own, draws, seed)
    return Plain(own)


def _together(month: int, theories: Sequence[str], found: Sequence[Origin], shares: np.ndarray) -> Forecast:
    """What theories foretell together, each by its share of the runs."""
    runs = len(found[0].log_weights)
    counts = np.diff(np.round(np.cumsum([0.0, *shares]) * runs).astype(int))
    said, values = [], dict[str, list[np.ndarray]]()
    for origin, count in zip(found, counts, strict=True):
        chosen = drawn(weights_of(origin.log_weights), MIDDLE)
        chosen = chosen[np.linspace(0, runs - 1, count).round().astype(int)]
        said.append(origin.said[:, chosen])
        for name, own in origin.values.items():
            values.setdefault(name, []).append(own[chosen])
    named = zip(theories, found, strict=True)
    best = found[int(np.argmax(shares))]
    return Forecast(
        month,
        found[0].asked,
        np.concatenate(said, axis=1),
        np.array([origin.foretold for origin in found]),
        dict(zip(theories, map(float, shares), strict=True)),
        {theory: origin.effective for theory, origin in named},
        {name: error.learnt(best.weights) for name, error in best.errors.items()},
        {name: np.concatenate(own) for name, own in values.items()},
    )
