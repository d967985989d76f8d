"""The particle filter against what is exactly known of a linear past of normal errors (Kalman), and of series
beside events; facts that cannot be; and luck that is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import sim.assimilation.discrepancy as discrepancies
from sim.assimilation.discrepancy import Discrepancy, exponential
from sim.assimilation.facts import Fact
from sim.assimilation.filter import Asked, Cloud, filtered, weights_of
from sim.engine.setups import Plain
from sim.refusal import BadInput
from tests.support.brute import busy, event, first_time
from tests.support.linear import BEGIN, ERROR, MONTHS, START, exact, linear, yearly

OBSERVED = (0.56, 0.47, 0.55, 0.62, 0.6)
"""Values of five years, made up."""

ONE_KIND = np.array([[1.0, 0.9, 0.8, 1.0]])
"""A discrepancy of which all is known: trust, persistence, innovation, fresh."""

REPLICATES, PARTICLES = 12, 600
SURPRISE = 5.0
"""Standard errors: less than one of ten thousand tests goes so far by chance."""


@pytest.fixture(scope="module")
def line():
    return linear()


def carried(cloud: Cloud, until: int) -> Cloud:
    """Particles at a month, resampled year by year where it is needed."""
    for month in range(0, until, 12):
        cloud.resample()
        cloud.live(range(month, min(month + 12, until)))
    return cloud


def moments(cloud: Cloud) -> tuple[float, np.ndarray]:
    """Log evidence, and means: of the stock and its square, the discrepancy and its square, and of kinds."""
    carried(cloud, MONTHS)
    weights, error = weights_of(cloud.log_weights), cloud.errors["wealth"]
    slots = cloud.crowd.makers.plain.program.slots
    stock = np.concatenate([place.state[:, slots["wealth"]] for place in cloud.crowd.places])
    share = weights * exponential(error.log_weights)
    squares = error.mean**2 + error.variance[:, None]
    of_stock = [(weights * stock).sum(), (weights * stock**2).sum()]
    of_error = [(share * error.mean).sum(), (share * squares).sum()]
    return cloud.evidence, np.array([*of_stock, *of_error, *share.sum(axis=1)])


def surprise(scenario, facts: Sequence[Fact], kinds: np.ndarray) -> float:
    """How far the filter lies from what is exactly known, at most, in standard errors over replicates."""
    asked = Asked(Plain(scenario), tuple(facts), MONTHS, PARTICLES)
    begun = Cloud.of(asked)
    clouds = (replace(begun.aside(), asked=replace(asked, seed=seed)) for seed in range(REPLICATES))
    logs, found = zip(*map(moments, clouds), strict=True)
    known = exact(facts, kinds, MONTHS)
    mean, off = known.mean, known.off
    truth = np.array([mean, mean**2 + known.variance, off, off**2 + known.spread, *known.kinds])
    # replicates count by their evidence, of which the mean is without bias
    evidence = np.exp(np.array(logs) - known.log_density)
    gaps = (np.array(found) - truth) * evidence[:, None]
    gaps = np.column_stack([gaps, evidence - 1.0])
    errors = gaps.std(axis=0, ddof=1) / np.sqrt(len(gaps))
    # the odds of kinds that a few particles alone speak for have no errors that these replicates could tell
    told = np.array([True] * 4 + [*(known.kinds > 0.01)] + [True])
    return float((np.abs(gaps.mean(axis=0)) / np.maximum(errors, 1e-12))[told].max())


@pytest.mark.parametrize("window", [12, pytest.param(1, marks=pytest.mark.slow)], ids=["years", "months"])
def test_mean_variance_and_evidence_are_those_of_a_kalman_filter(line, monkeypatch, window):
    monkeypatch.setattr(discrepancies, "KINDS", ONE_KIND)
    assert surprise(line, yearly(OBSERVED, window), ONE_KIND) < SURPRISE


@pytest.mark.slow
def test_weights_of_kinds_of_errors_are_those_of_their_densities(line):
    assert surprise(line, yearly(OBSERVED), discrepancies.KINDS) < SURPRISE


def test_halved_noise_of_observations_is_seen(line, monkeypatch):
    halved = ONE_KIND * [1.0, 1.0, 1.0, 0.5]
    monkeypatch.setattr(discrepancies, "KINDS", halved)
    assert surprise(line, yearly(OBSERVED), ONE_KIND) > 2 * SURPRISE


def test_beside_a_run_that_stays_the_discrepancy_is_that_of_its_density():
    # windows of a year, of a month, and one that ends with another
    facts = (*yearly(OBSERVED[:3], 12), *yearly(OBSERVED, 1)[3:])
    error, density = Discrepancy.of(ERROR, 1, START / 12), 0.0
    for fact in facts:
        error, told = error.at((fact.first + fact.last + 1) / 24).told(np.full(1, BEGIN), fact.value)
        density += told[0]
    known = exact(facts, discrepancies.KINDS, MONTHS, noise=0.0)
    weights = exponential(error.log_weights)[:, 0]
    assert density == pytest.approx(known.log_density, abs=1e-9)
    assert weights == pytest.approx(known.kinds, abs=1e-9)
    assert (weights * error.mean[:, 0]).sum() == pytest.approx(known.off, abs=1e-9)
    assert error.learnt(np.ones(1))["trust"] == pytest.approx(known.kinds @ discrepancies.KINDS[:, 0])


IMPOSSIBLE = {
    "a forbidden row": (
        {"interventions.forbidden": ["loan"]}, (event("loan", 2),), "event loan 2010-03 is 1",
    ),
    "a date without its event": ({}, (event("fair", 3, False),), "event fair 2010-04 is 0"),
    "one that denies another": ({}, (event("loan", 2), event("deal", 2, False)), "event deal 2010-03 is 0"),
}  # fmt: skip
"""Facts that cannot be, and the one that is named."""

MORE = {
    "once, twice": ({}, (event("aid", 1), event("aid", 5)), "event aid 2010-06 is 1"),
    "while it has to wait": (
        {"events.loan.cooldown": 4}, (event("loan", 1), event("loan", 3)), "event loan 2010-04 is 1",
    ),
    "two of a group in a month": ({}, (event("first", 2), event("second", 2)), "event first 2010-03 is 1"),
    "a date of another event": ({}, (event("vote", 3),), "event vote 2010-04 is 1"),
    "before its first time": ({}, (event("loan", 2), first_time("loan", 5, 8)), "time loan 2010-01/2010-08"),
}  # fmt: skip


@pytest.mark.parametrize(
    "what", [*IMPOSSIBLE, *(pytest.param(each, marks=pytest.mark.slow) for each in MORE)]
)
def test_facts_that_cannot_be_are_named(what):
    changes, facts, named = (IMPOSSIBLE | MORE)[what]
    with pytest.raises(BadInput) as refused:
        carried(Cloud.of(Asked(Plain(busy(changes)), facts, 8, 64)), 8)
    assert named in str(refused.value)
    assert "none of 64 runs" in str(refused.value)


def test_a_series_without_error_is_refused():
    line = linear(error=0.0)
    with pytest.raises(BadInput, match=r"observations\.wealth\.error is 0"):
        Asked(Plain(line), yearly(OBSERVED), MONTHS, 64)


def test_an_origin_knows_nothing_of_what_came_after_it():
    # announced before the origin, or in a window that ends after it: neither was known there
    before = (event("raid", 2, False), event("talked", 3), event("summit", 4, False, 2))
    after = (event("visit", 6), event("loan", 3, True, 5), event("summit", 4, False, 4), event("threat", 6))
    both = [
        next(iter(filtered(Asked(Plain(busy()), facts, 8, 400), {6: 8})))
        for facts in (before, before + after)
    ]
    # a part of a quiet window that lies before the origin is known there
    assert both[0].evidence == pytest.approx(both[1].evidence, abs=1e-12)
    assert both[0].weights == pytest.approx(both[1].weights, abs=1e-12)
    assert 0 < both[0].effective < 400
