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
from sim.engine.history import month_label
from sim.engine.setups import Plain, Setup
from sim.refusal import BadInput, Refusal
from sim.scenario.load import Scenario
from sim.scenario.schema import month_number
from sim.statistics.stacking import stacked

YEAR = 12

HORIZON = 3
"""Years ahead that are foretold from an origin."""

SETTLED = 10
"""Years from the start to the first origin, where none is asked for."""

FEWEST = 2_000
"""Particles at least: fewer carry nothing through a long past."""

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


@dataclass(frozen=True)
class Rolling:
    """Forecasts of the past that are asked for.

    known: what runs may be conditioned on, as far as it lies before an origin; later: what is foretold;
    origins: the first months that are not known [from year 0], in order; fit: that after all that is in
    sample; theories: of choice, of which several count by their scores at earlier origins.
    """

    scenario: Scenario
    known: tuple[Fact, ...]
    later: tuple[Fact, ...]
    origins: tuple[int, ...]
    fit: int | None
    theories: tuple[str, ...]
    particles: int
    months: int

    @classmethod
    def of(
        cls, scenario: Scenario, known: Sequence[Fact], later: Sequence[Fact], years: tuple[int, int] | None,
        theories: Sequence[str], runs: int, months: int,
    ) -> Rolling:  # fmt: skip
        """Those of a scenario that is simulated for some months; years: at whose ends the first and the last
        origin lie. Raises BadInput for years outside of these months."""
        start, fit = month_number(scenario.case.time.start), None
        if scenario.case.hindcast is not None:
            fit = month_number(scenario.case.hindcast.fitted_until) + 1
        asked = years or (start // YEAR + SETTLED, (fit or start) // YEAR - 1)
        origins = {YEAR * (year + 1) for year in range(asked[0], asked[1] + 1)}
        inside = sorted(month for month in origins if start < month < start + months)
        if years is not None and len(inside) < len(origins):
            span = f"{month_label(start)} to {month_label(start + months - 1)}"
            raise BadInput(f"origins {years[0]}-{years[1]}: not all of these years end within {span}")
        if fit is not None and start < fit < start + months:
            inside = sorted({*inside, fit})
        named = tuple(theories) or tuple(own_theories(scenario))
        particles = max(runs, FEWEST)
        return cls(scenario, tuple(known), tuple(later), tuple(inside), fit, named, particles, months)

    @property
    def run_months(self) -> int:
        """Months of all particles together, about."""
        if not self.origins:
            return 0
        start = month_number(self.scenario.case.time.start)
        lived = self.origins[-1] - start + len(self.origins) * HORIZON * YEAR
        return lived * self.particles * len(self.theories)

    def _end(self, origin: int) -> int:
        """The month [from year 0] before which what is foretold from an origin ends: of the fit, all."""
        if origin == self.fit:
            return month_number(self.scenario.case.time.start) + self.months
        return origin + HORIZON * YEAR

    def fitted(self, forecasts: Sequence[Forecast]) -> Forecast | None:
        """The forecast from the end of what is in sample."""
        return next((each for each in forecasts if each.month == self.fit), None)

    def made(
        self, seed: int, threads: int | None, tell: Callable[[int], Any] = lambda months: None
    ) -> tuple[tuple[Forecast, ...], str | None]:
        """Forecasts as far as they can be made, and why there are no more."""
        found: list[Forecast] = []
        try:
            # one by one: those before the last are kept
            for forecast in self.forecasts(seed, threads, tell):
                found.append(forecast)
        except Refusal as error:
            return tuple(found), str(error)
        return tuple(found), None

    def forecasts(
        self, seed: int, threads: int | None, tell: Callable[[int], Any] = lambda months: None
    ) -> Iterator[Forecast]:
        """Forecasts at all origins, in order. Raises Refusal where what came leaves no runs over."""
        start, each = month_number(self.scenario.case.time.start), []
        for theory in self.theories:
            setup = setup_under(self.scenario, theory, self.particles, seed)
            asked = Asked(setup, self.known, self.months, self.particles, seed, threads)
            ends = {origin - start: self._end(origin) - start for origin in self.origins}
            each.append(filtered(asked, ends, self.later, tell))
        past: list[np.ndarray] = []
        for origin, found in zip(self.origins, zip(*each, strict=True), strict=False):
            forecast = _together(origin, self.theories, found, stacked(past, len(self.theories)))
            yield forecast
            next_year = [place for place, fact in enumerate(forecast.facts) if forecast.horizon(fact) == 1]
            past.append(forecast.foretold[:, next_year])


def own_theories(scenario: Scenario) -> tuple[str, ...]:
    """The theories of choice that foretell together by the scenario: its own one if it names none."""
    named = scenario.case.hindcast
    if named is not None and named.theories:
        return tuple(named.theories)
    return (scenario.case.decision.theory,)


def setup_under(scenario: Scenario, theory: str, draws: int, seed: int) -> Setup:
    """The scenario under a theory of choice, each particle under a draw of its own from the priors."""
    own = scenario
    if theory != scenario.case.decision.theory:
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
