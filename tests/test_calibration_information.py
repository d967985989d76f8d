"""Information: what an inference loses is seen beside ranks, and what acts on spreads alone is learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.engine.uncertain import Free
from sim.studies.calibrate import checks, ridges, yardstick
from sim.studies.calibrate.features import features, moments
from sim.studies.calibrate.inference import Learner
from sim.studies.calibrate.reference import Reference

MONTHS = 12
FACTS = tuple(Fact(SERIES, "x", month, month, 0.0) for month in range(MONTHS))


@dataclass(frozen=True)
class Deaf:
    """An inference that ignores the data: its draws are those of the prior."""

    def summarise(self, data):
        return np.zeros((len(data), 1))

    def posterior(self, summary, draws, generator):
        return generator.standard_normal((draws, 1))

    def neighbours(self, summary):
        return np.array([0]), np.ones(1), 0.0


def reference(sets: int, make, free: int = 1, seed: int = 1) -> Reference:
    """Data sets (sets, MONTHS) that `make` makes of truths (sets, free) and luck."""
    generator = np.random.default_rng(seed)
    truth = np.clip(generator.standard_normal((sets, free)), -3, 3)
    return Reference(truth, make(truth, generator))


def level(truth, generator):
    return truth[:, :1] + generator.standard_normal((len(truth), MONTHS))


def scaled(truth, generator):
    """A number that enters squared: shocks of unseen sign have it as their size."""
    return truth[:, :1] * generator.standard_normal((len(truth), MONTHS))


@pytest.fixture(scope="module", autouse=True)
def one_network():
    """Averages of networks cost time that no test here needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
        yield


@pytest.fixture(scope="module")
def squared(one_network):
    learner = Learner.of(reference(5_000, scaled), FACTS, seed=1)
    return learner, checks.check(learner, reference(200, scaled, seed=2), seed=1)


def test_an_inference_that_ignores_the_data_ranks_evenly_and_is_flagged_by_contraction():
    known, held_out = reference(800, level), reference(800, level, seed=2)
    checked = checks.check(Deaf(), held_out, seed=1)
    assert checks.evenness(checked.ranks)[0] > 0.01
    assert checks.width(checked.ranks)[0][0] == pytest.approx(1, abs=0.08)
    assert abs(checks.contraction(checked)[0]) < 0.1
    assert yardstick.linear(known, held_out, FACTS)[0] > 0.8


def test_what_acts_on_the_spread_alone_is_learnt_by_size_and_not_by_sign(squared):
    learner, checked = squared
    assert learner.squared.tolist() == [0]
    assert checks.contraction(checked)[0] < 0.25
    assert checks.contraction_of_size(checked)[0] > 0.6
    assert checks.evenness(checked.ranks)[0] > 0.001


def test_a_posterior_of_what_enters_squared_lies_on_both_sides_at_the_true_size(squared):
    learner, _ = squared
    data = scaled(np.full((1, 1), 1.5), np.random.default_rng(5))
    data *= 1.5 / data.std()
    draws = learner.posterior(learner.summarise(data)[0], 1_000, np.random.default_rng(1))[:, 0]
    assert 0.4 < (draws > 0).mean() < 0.6
    assert np.median(np.abs(draws)) == pytest.approx(1.5, abs=0.25)
    assert (np.abs(draws) < 0.5).mean() < 0.05


def test_where_means_say_it_all_no_second_moment_is_a_summary():
    assert Learner.of(reference(3_000, level), FACTS, seed=1).squared.tolist() == []


def test_lag_one_correlations_tell_fresh_noise_from_that_which_persists():
    generator = np.random.default_rng(1)
    fresh = generator.standard_normal((4_000, 24))
    walk = np.cumsum(fresh, axis=1)
    # Of changes: -1/2 of fresh noise, 0 of a random walk (of a short series a little less).
    assert moments(fresh)[:, 3].mean() == pytest.approx(-0.5, abs=0.05)
    assert moments(walk)[:, 3].mean() == pytest.approx(-1 / 23, abs=0.03)
    assert moments(walk)[:, 4].mean() > moments(fresh)[:, 4].mean() + 0.5


def test_a_series_that_does_not_move_and_what_never_comes_have_features():
    facts = (*FACTS, Fact(EVENT, "a", 0, 5, 0.0), Fact(TIME, "b", 0, 5, 0.0))
    still = np.column_stack([np.ones((3, MONTHS)), np.zeros(3), np.full(3, np.inf)])
    assert np.isfinite(features(still, facts)).all()


def entry(name: str, is_factor: bool, sd: float) -> Free:
    return Free(name, name, (name,), is_factor, sd, 1.0 if is_factor else 0.0)


def test_a_planted_ridge_is_reported_as_what_is_known_and_what_is_left_open():
    """Of two factors only the product is seen: log f + log g with noise of sd .1."""

    def product(truth, generator):
        seen = truth @ [0.5, 0.25]
        return seen[:, None] + 0.35 * generator.standard_normal((len(truth), MONTHS))

    free = (entry("speed", True, 0.5), entry("pull", True, 0.25))
    learner = Learner.of(reference(4_000, product, 2), FACTS, seed=1)
    data = np.full((1, MONTHS), 0.2) + 0.35 * np.tile([-1.0, 1.0], MONTHS // 2)
    scores = learner.posterior(learner.summarise(data)[0], 1_000, np.random.default_rng(1))
    (ridge,) = ridges.ridges(free, scores)
    assert ridge.correlation < -0.5
    known, left = ridges.table([ridge]).to_dict("records")
    assert known["contraction"] > 0.85 and abs(left["contraction"]) < 0.25
    assert known["combination"] == ridge.expression(0)
    # The main axes are those of the data: log speed + log pull, whose exponents are equal.
    assert ridges.powers(ridge.pair, ridge.weights[0]) == pytest.approx([1.0, 1.0], rel=0.2)
    assert known["posterior_low"] < np.exp(0.2) < known["posterior_high"]
    assert left["posterior_high"] / left["posterior_low"] > 2


def test_combinations_are_in_the_units_of_the_entries():
    shift, other, factor = entry("a", False, 2.0), entry("b", False, 1.0), entry("f", True, 0.5)
    assert ridges.expression((shift, other), np.array([1.0, -2.0])) == "a + -2 b"
    assert ridges.expression((factor, shift), np.array([1.0, 0.5])) == "f x e^(0.5 a)"
    assert ridges.expression((factor, factor), np.array([1.0, -0.5])) == "f x f^-0.5"


def test_entries_that_go_their_own_ways_make_no_ridge():
    scores = np.random.default_rng(1).standard_normal((1_000, 3))
    assert ridges.ridges([entry(name, True, 1.0) for name in "abc"], scores) == ()
    assert ridges.ridges([entry("a", True, 1.0)], scores[:, :1]) == ()
    still = np.column_stack([scores[:, 0], np.zeros(1_000)])
    assert ridges.ridges([entry(name, True, 1.0) for name in "ab"], still) == ()
