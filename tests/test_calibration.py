"""Calibration: what is learnt is what is there, and an inference that were wrong would be seen."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.assimilation.observations import NEVER
from sim.cli import app
from sim.engine.beliefs import learnt_beliefs
from sim.engine.history import month_label
from sim.refusal import BadInput
from sim.studies.calibrate import checks
from sim.studies.calibrate.ask import calibrate
from sim.studies.calibrate.features import features
from sim.studies.calibrate.inference import Learner
from sim.studies.calibrate.reference import Reference, fitted_facts, simulate
from sim.writing.manifest import pictures
from tests.support.past import TEXT, past, yearbook

TRUTH = {"raids": 1.2, "loans": 1.2, "shocks": math.exp(0.9), "cost": 1.0}
NAMES = list(TRUTH)


@pytest.fixture(scope="module", autouse=True)
def few_networks():
    """Averages of eight networks cost time that nothing here needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.calibrate.inference.NETWORKS", 2)
        yield


@pytest.fixture(scope="module")
def world():
    return past()


@pytest.fixture(scope="module")
def facts(world):
    """What was observed in a world whose uncertain numbers are far from those of the file."""
    numbers, free = {}, world.case.uncertain
    for name, value in TRUTH.items():
        for path in free[name].numbers:
            own = world.numbers[path]
            numbers[path] = own * value if free[name].times else own + value
    asked = yearbook()
    truth = simulate(
        world.override(numbers | {f"uncertain.{n}.{k}": 1e-9 for n, k in KINDS.items()}),
        asked,
        48,
        1,
        5,
        each=4,
    )
    return tuple(replace(fact, value=float(value)) for fact, value in zip(asked, truth.data[2], strict=True))


KINDS = {"raids": "plus", "loans": "plus", "shocks": "times", "cost": "times"}


@pytest.fixture(scope="module")
def found(world, facts):
    return calibrate(world, facts, simulations=2_500, tests=600, draws=400, seed=1)


@pytest.mark.slow
def test_known_truth_is_recovered_and_its_neighbourhood_narrower_than_the_prior(found):
    table = found.table().set_index("name")
    for name in ("raids", "loans", "shocks"):
        draws = found.beliefs.values[name]
        assert np.quantile(draws, 0.005) < TRUTH[name] < np.quantile(draws, 0.995), name
        assert table.loc[name, "contraction"] > 0.3
        assert table.loc[name, "recovery"] > 0.5
    assert (table["posterior_median"][["loans", "shocks"]] > [0.2, 1.2]).all()


def test_truths_rank_evenly_and_posteriors_are_as_wide_as_they_should_be(found):
    assert found.faults == []
    assert checks.evenness(found.checked.ranks).min() > 0.01 / 4
    wide, low, high = checks.width(found.checked.ranks)
    assert ((wide > 0.9) & (wide < 1.1)).all()
    assert ((low < wide) & (wide < high)).all()
    assert np.abs(checks.lean(found.checked.ranks)).max() < 0.15
    assert np.allclose(checks.covered(found.checked.ranks, 0.9), 0.9, atol=0.04)


def test_a_planted_error_is_found_and_told_in_size(found):
    assert checks.evenness(found.checked.planted).min() < 0.01 / 4
    assert np.allclose(
        checks.width(found.checked.planted)[0] / checks.width(found.checked.ranks)[0],
        checks.PLANTED,
        rtol=0.03,
    )


@pytest.mark.parametrize("error", [0.8, 1.25])
def test_a_check_on_wrong_posteriors_says_so(found, error):
    """Normal posteriors whose spread is wrong by a factor, against truths drawn from the right ones."""
    generator = np.random.default_rng(1)
    truth = generator.standard_normal((2_000, 1))
    ranks = (generator.standard_normal((checks.DRAWS, 2_000, 1)) * error < truth).sum(axis=0)
    assert checks.evenness(ranks)[0] < 1e-3
    assert checks.width(ranks)[0][0] == pytest.approx(error, rel=0.05)
    wrong = replace(found, checked=replace(found.checked, ranks=np.repeat(ranks, 4, axis=1)))
    assert len(wrong.faults) == 4


def test_inference_gives_the_posterior_that_is_known_in_closed_form():
    """A normal mean with a normal prior: ten observations with sd 1 give mean 10/11 of their mean and
    variance 1/11.
    """
    generator = np.random.default_rng(3)
    scores = generator.standard_normal((20_000, 1))
    data = scores + generator.standard_normal((20_000, 10))
    facts = tuple(Fact(SERIES, "x", month, month, 0.0) for month in range(10))
    learner = Learner.of(Reference(scores, data), facts, seed=1)
    for shift in (-1.0, 0.3, 1.5):
        observed = generator.standard_normal((1, 10)) + shift
        draws = learner.posterior(learner.summarise(observed)[0], 4_000, np.random.default_rng(1))
        assert draws.mean() == pytest.approx(observed.mean() * 10 / 11, abs=0.06)
        assert draws.std() == pytest.approx((1 / 11) ** 0.5, rel=0.1)


def test_only_in_sample_facts_that_do_not_repeat_others_are_learnt_from(world, facts):
    fitted = fitted_facts(world, facts)
    assert {month_label(fact.last) for fact in fitted} <= {
        month_label(m) for m in range(2010 * 12, 2013 * 12)
    }
    assert len(fitted) == 12 * 2 + 6 * 3 + 1
    repeats = past(TEXT.replace('unit = "position"', 'unit = "position"\nfitted = false'))
    assert {fact.target for fact in fitted_facts(repeats, facts)} == {"income", "loan", "aid", "raid"}


def test_facts_after_the_fit_change_nothing(world, facts, monkeypatch):
    monkeypatch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
    first = next(place for place, fact in enumerate(facts) if fact.kind == SERIES)
    changed = tuple(
        replace(fact, value=fact.value + 0.01 * (place == first)) for place, fact in enumerate(facts)
    )
    later = tuple(
        replace(fact, value=9.0) if fact.kind == SERIES and fact.first >= 2013 * 12 else fact
        for fact in facts
    )
    once, again, other = (
        calibrate(world, each, simulations=400, tests=40, draws=50, seed=1)
        for each in (facts, later, changed)
    )
    assert np.array_equal(again.scores, once.scores)
    assert not np.array_equal(other.scores, once.scores), "as one before the end of the fit does"


def test_more_free_numbers_than_observations_are_refused_with_both_counts(world, facts):
    with pytest.raises(BadInput, match=r"4 uncertain entries and 4 observations to fit: hopeless"):
        calibrate(world, facts[:4], simulations=500, tests=100)
    with pytest.raises(BadInput, match="in-sample"):
        calibrate(world, facts[14:16], simulations=500, tests=100)


def test_without_the_package_that_learns_it_is_refused_before_anything_is_simulated(
    world, facts, monkeypatch
):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    monkeypatch.setattr("sim.studies.calibrate.ask.simulate", None)
    with pytest.raises(BadInput, match=r"pip install 'steppe-sim\[calibrate\]'"):
        calibrate(world, facts)


@pytest.mark.slow
def test_an_entry_that_nothing_observed_depends_on_keeps_its_prior(facts):
    """Nobody ever gains credit in this scenario, so that its decay changes nothing."""
    text = TEXT.replace('channel = "politics"', 'channel = "politics"\ncredit_decay = 0.05')
    blind = 'blind = { label = "Unseen", numbers = ["clout.credit_decay"], times = 0.3 }'
    unseen = past(text.replace("[uncertain]\n", f"[uncertain]\n{blind}\n"))
    found = calibrate(unseen, facts, simulations=1_500, tests=800, draws=400)
    row = found.table().set_index("name").loc["blind"]
    assert "blind" in [entry.name for entry in found.kept]
    assert abs(row["contraction"]) < 0.1
    assert row["posterior_high"] / row["posterior_low"] == pytest.approx(
        row["prior_high"] / row["prior_low"], rel=0.15
    )


def test_data_that_the_model_cannot_make_are_told(world, facts, monkeypatch):
    monkeypatch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
    strange = tuple(replace(fact, value=3.0) if fact.target == "income" else fact for fact in facts)
    found = calibrate(world, strange, simulations=800, tests=200, draws=200)
    assert len(found.outside) == 12
    assert {fact.target for fact in found.outside} == {"income"}


def test_a_time_that_was_not_reached_counts_as_the_month_after_its_window():
    facts = (Fact(TIME, "a", 5, 14, 0.0), Fact(EVENT, "b", 5, 14, 0.0))
    shown = features(np.array([[7.0, 1.0], [np.inf, 0.0]]), facts)
    assert shown.tolist() == [[2.0, 1.0], [10.0, 0.0]]


@pytest.mark.slow
def test_the_command_writes_a_posterior_that_a_run_can_read(tmp_path, facts):
    scenario, table, out = tmp_path / "past.toml", tmp_path / "facts.csv", tmp_path / "out"
    scenario.write_text(TEXT, encoding="utf-8")
    rows = [f"{fact.kind},{fact.target},{fact.when},{_told(fact)}" for fact in facts]
    table.write_text("\n".join(["kind,target,when,value", *rows]), encoding="utf-8")
    order = ["calibrate", str(scenario), "--data", str(table), "--out", str(out)]
    done = CliRunner().invoke(app, [*order, "--simulations", "2500", "--tests", "600", "--draws", "150"])
    assert done.exit_code == 0, done.output
    assert "4 uncertain entries (5 numbers); 43 observations to fit" in done.output
    assert {path.name for path in out.iterdir()} == {
        "posterior.json", "manifest.json", "calibration.csv", "ranks.csv", "errors.csv", "ridges.csv",
        *pictures("learnt", "ranks", "told"),
    }  # fmt: skip
    beliefs = learnt_beliefs(past(), out / "posterior.json", 150, 1)
    assert beliefs.learnt == tuple(NAMES)
    assert beliefs.manifest is not None and beliefs.manifest["facts"] == 43
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["free"] == 4 and len(manifest["linear_algebra"]) > 0, (
        "posteriors depend on the kernel, which is named"
    )
    assert CliRunner().invoke(app, order).exit_code == 1


def _told(fact: Fact) -> str:
    if fact.kind == TIME:
        return month_label(int(fact.value)) if math.isfinite(fact.value) else NEVER
    return f"{fact.value:g}" if fact.kind == EVENT else f"{fact.value:.6f}"
