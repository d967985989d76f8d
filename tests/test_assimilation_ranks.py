"""Truths that are simulated lie anywhere among the particles that know their past, as often as anywhere else.

Draws of uncertain numbers, a free run under each, and facts made of it: deeds month by month, series with a
discrepancy and fresh errors of a kind drawn from those that the filter weighs (simulation-based calibration:
Talts et al. 2018). What is ranked: the state at the end, the number that was drawn, and what is observed of
the year after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pytest

import sim.assimilation.discrepancy as discrepancies
from sim.assimilation.facts import EVENT, SERIES, Fact
from sim.assimilation.filter import Asked, Cloud, weights_of
from sim.assimilation.meter import Meter
from sim.engine.beliefs import prior_beliefs
from sim.engine.history import History
from sim.engine.pages import simulate
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from tests.support.hindcasts import START, past_case

YEARS, ERROR, PARTICLES, TRUTHS = 4, 0.04, 400, 120
MONTHS = 12 * (YEARS + 1)
SURPRISE = 4.5
"""Standard errors of the mean or the mean square of normal scores, of which there are a few."""

ROWS = ("loan", "raid")


def case() -> Scenario:
    """The small case with a past, its one uncertain number wide, and errors that count."""
    changes = {f"observations.{name}.error": ERROR for name in ("wealth", "lean")}
    return past_case().override(
        {**changes, "uncertain.wealth.times": 0.2, "quantities.wealth.relaxation": 0.1}
    )


@dataclass(frozen=True)
class Truth:
    """What came of a run: paths of series by year (years,), rows by month (months,), and what was drawn."""

    series: dict[str, np.ndarray]
    came: dict[str, np.ndarray]
    state: dict[str, float]
    drawn: float


def truths(scenario: Scenario, count: int) -> list[Truth]:
    """Free runs, each under a draw of its own."""
    beliefs = prior_beliefs(scenario, count, seed=77)
    world = lower(scenario, MONTHS)

    def work(history: History) -> list[Truth]:
        return [_truth(history, place) for place in range(len(history.runs))]

    found = [each for lot in simulate(beliefs.prepared(world, 78).all(count), 78, 2, work) for each in lot]
    return [replace(each, drawn=drawn) for each, drawn in zip(found, beliefs.values["wealth"], strict=True)]


def _truth(history: History, place: int) -> Truth:
    names = {"wealth": "wealth", "lean": "alignment.order"}
    series = {each: history[name][:, place].reshape(-1, 12).mean(axis=1) for each, name in names.items()}
    came = {row: history.happened(row)[:, place] for row in ROWS}
    end = 12 * YEARS - 1
    return Truth(
        series, came, {name: history[name][end, place] for name in ("wealth", "alignment.order")}, 0.0
    )


def observed(said: np.ndarray, rng: np.random.Generator, kinds: np.ndarray) -> np.ndarray:
    """Yearly observations of what a run says (years,), with errors of a kind that is drawn."""
    trust, persistence, innovation, fresh = kinds[rng.integers(len(kinds))]
    off, found = rng.normal() * ERROR, []
    for year, each in enumerate(said):
        span = 0.5 if year == 0 else 1.0
        grown = span if persistence == 1 else (1 - persistence ** (2 * span)) / (1 - persistence**2)
        off = persistence**span * off + innovation * ERROR * np.sqrt(grown) * rng.normal()
        found.append(said[0] + trust * (each - said[0]) + off + fresh * ERROR * rng.normal())
    return np.array(found)


def facts_of(truth: Truth, seed: int, kinds: np.ndarray) -> list[Fact]:
    """What was observed of a truth, the last year included, and what was done in all years but that."""
    rng, first = np.random.default_rng(seed), 12 * START
    values = {name: observed(path, rng, kinds) for name, path in sorted(truth.series.items())}
    series = [
        Fact(SERIES, name, first + 12 * year, first + 12 * year + 11, float(value))
        for name, path in values.items()
        for year, value in enumerate(path)
    ]
    return series + [
        Fact(EVENT, row, first + month, first + month, float(came))
        for row, path in truth.came.items()
        for month, came in enumerate(path[: 12 * YEARS])
    ]


def scores(real: np.ndarray, believed: np.ndarray) -> dict[str, np.ndarray]:
    """Normal scores of the ranks of truths (truths,), by what is ranked.

    real: the kinds of errors that their observations have, each as likely; believed: those that are filtered.
    """
    scenario = case()
    came = truths(scenario, TRUTHS)
    each = [facts_of(truth, seed, real) for seed, truth in enumerate(came)]
    begun: Cloud | None = None
    found: dict[str, list[float]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discrepancies, "KINDS", believed)
        # a filter that is wrong is to be seen by its ranks, before it has no particles left
        patch.setattr("sim.assimilation.filter.LEAST", 0.0)
        for seed, (truth, facts) in enumerate(zip(came, each, strict=True)):
            later = [fact for fact in facts if fact.first >= 12 * (START + YEARS)]
            known = tuple(fact for fact in facts if fact not in later)
            asked = Asked(prior_beliefs(scenario, PARTICLES, seed=5), known, MONTHS, PARTICLES, 1000 + seed)
            # the months' program is the same for all: only what is known of each month is not
            begun = begun or Cloud.of(asked)
            for name, rank in ranks(replace(begun.aside(), asked=asked), truth, later).items():
                found.setdefault(name, []).append(NormalDist().inv_cdf(rank))
    return {name: np.array(own) for name, own in found.items()}


def ranks(cloud: Cloud, truth: Truth, later: list[Fact]) -> dict[str, float]:
    """Weight of the particles below the truth, inside (0, 1), by what is ranked."""
    known = cloud.asked.known.series
    for year in range(YEARS):
        cloud.resample()
        cloud.live(range(12 * year, 12 * year + 12), known)
    weights = weights_of(cloud.log_weights)
    states = {
        name: np.concatenate([p.state[:, p.engine.program.slots[name]] for p in cloud.crowd.places])
        for name in truth.state
    }
    below = {name: weights[states[name] < truth.state[name]].sum() for name in states}
    below["drawn"] = weights[cloud.values["wealth"] < truth.drawn].sum()
    origin = cloud.at_origin(later, MONTHS, lambda months: None)
    for fact, said in zip(origin.asked, origin.said, strict=True):
        below[f"next {fact.target}"] = weights[said < fact.value].sum()
    return {name: float(np.clip(each, 0.5 / PARTICLES, 1 - 0.5 / PARTICLES)) for name, each in below.items()}


def surprise(own: np.ndarray) -> float:
    """How far normal scores are from those of even ranks, in standard errors."""
    return max(abs(own.mean()) * np.sqrt(len(own)), abs((own**2).mean() - 1.0) * np.sqrt(len(own) / 2))


@pytest.mark.slow
def test_ranks_of_truths_among_particles_are_even():
    kinds = discrepancies.KINDS
    for name, own in scores(kinds, kinds).items():
        assert surprise(own) < SURPRISE, name


@pytest.mark.slow
def test_halved_errors_of_observations_are_seen():
    one = np.array([[1.0, 0.9, 0.3, 1.0]])
    right, wrong = scores(one, one), scores(one, one * [1.0, 1.0, 1.0, 0.5])
    assert max(map(surprise, right.values())) < SURPRISE
    assert max(map(surprise, wrong.values())) > SURPRISE


def test_a_meter_says_of_a_year_what_truths_are_made_of():
    assert Meter.said(Fact(SERIES, "wealth", 0, 11, 0.0), np.array([6.0])) == 0.5
