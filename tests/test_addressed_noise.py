"""What is said of an observation is its own: no other row, order of rows, number of runs or library moves a
bit of it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.assimilation.facts import EVENT, SERIES, TIME, Fact
from sim.assimilation.instruments import Instruments
from sim.engine.beliefs import prior_beliefs
from sim.engine.luck import RunLuck, normals, uniforms
from sim.rules.numbers import normal_pair
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.calibrate.ask import calibrate
from sim.studies.calibrate.errors import erring
from sim.studies.calibrate.reference import simulate
from sim.studies.hindcast.ask import Hindcast, hindcast
from tests.support.hindcasts import ERROR, YEARS, asked, came, past_case, table_of, yearly
from tests.support.past import past, yearbook

CASE = past_case()
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def facts() -> tuple[Fact, ...]:
    return came(CASE, 3)


@pytest.fixture(scope="module")
def own(facts) -> Hindcast:
    return hindcast(CASE, facts, 300)


def of(found: Hindcast, facts: tuple[Fact, ...]) -> pd.DataFrame:
    """The rows of these facts in the table of scores, in this order."""
    place = {(fact.kind, fact.target, fact.when): at for at, fact in enumerate(found.facts)}
    return found.scores.iloc[[place[fact.kind, fact.target, fact.when] for fact in facts]].reset_index(
        drop=True
    )


def by_name(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return table.sort_values(list(names)).reset_index(drop=True)[sorted(table.columns)]


# -- luck ------------------------------------------------------------------------------------------


def test_a_normal_of_many_runs_is_the_one_at_its_address():
    """Run 6 is the third of the four that share the words at (seed, 1, stream, step): the first of the second
    pair.
    """
    found = normals(9, "wealth/error/2011", 7, step=2)
    u = uniforms(9, 1, "wealth/error/2011", 2)
    assert found[6] == normal_pair(u[2], u[3])[0] and found[5] == normal_pair(u[0], u[1])[1]
    assert found[0] == normals(9, "wealth/error/2011", 1, step=2)[0]


def test_normals_are_the_same_however_many_runs_there_are_beyond_one_block_too():
    many = normals(1, "a", 20_001)
    for count in (0, 1, 3, 4, 5, 8_191, 8_192, 8_193):
        assert np.array_equal(normals(1, "a", count), many[:count])
    assert abs(many.mean()) < 0.03 and many.std() == pytest.approx(1, abs=0.02)
    assert abs(np.corrcoef(many[:-1], many[1:])[0, 1]) < 0.03
    assert not (many == normals(2, "a", 20_001)).any() and not (many == normals(1, "b", 20_001)).any()


def test_shocks_of_a_run_are_drawn_by_the_same_rule():
    luck = RunLuck(4, 0)
    luck.month = 3
    u = uniforms(4, 0, "wealth/noise", 0)
    assert luck.shock("wealth") == normal_pair(u[2], u[3])[1] == normals(4, "wealth/noise", 4)[3]


# -- hindcasts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["reversed", 1, 2])
def test_the_order_of_rows_moves_no_score(facts, own, order):
    shuffled = (
        facts[::-1]
        if order == "reversed"
        else tuple(facts[i] for i in np.random.default_rng(order).permutation(len(facts)))
    )
    found = hindcast(CASE, shuffled, 300)
    assert list(found.scores.columns) == list(own.scores.columns) and list(found.targets.columns) == list(
        own.targets.columns
    )
    pd.testing.assert_frame_equal(of(found, facts), own.scores, check_exact=True)
    ours, theirs = (by_name(each.targets, "kind", "target", "sample") for each in (own, found))
    pd.testing.assert_frame_equal(theirs, ours, check_exact=True)
    pd.testing.assert_frame_equal(found.reliability, own.reliability, check_exact=True)
    pd.testing.assert_frame_equal(
        *(by_name(each.fans, "target", "first", "told") for each in (found, own)), check_exact=True
    )


def test_ties_in_time_are_broken_by_the_facts_and_not_by_the_table():
    """Two in-sample windows with one middle: which change comes first decides the spread of the baselines."""
    middle = Fact(SERIES, "wealth", 12 * 2012 + 5, 12 * 2012 + 6, 0.9)
    table = (*yearly(SERIES, "wealth", [0.5, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6]), middle)
    first, second = hindcast(CASE, table, 40), hindcast(CASE, table[::-1], 40)
    pd.testing.assert_frame_equal(
        of(second, table)[list(first.scores.columns)], first.scores, check_exact=True
    )


@pytest.mark.parametrize(
    "kept",
    [
        lambda fact: fact.target == "wealth",
        lambda fact: fact.target == "lean",
        lambda fact: fact.kind != SERIES,
        lambda fact: fact.target == "lean" or fact.kind == TIME,
        lambda fact: fact.kind == SERIES and (fact.first < 12 * 2018 or fact.first >= 12 * 2021),
    ],
    ids=["one series", "the other", "no series", "a series and a time", "a series without two late years"],
)
def test_further_rows_move_no_score(facts, own, kept):
    few = tuple(fact for fact in facts if kept(fact))
    found = hindcast(CASE, few, 300).scores
    full = of(own, few)[list(found.columns)]
    # what is told the other rows learns from them: of series after the sample free runs alone say the same
    told = full["told"] if "told" in full else full["kind"] == SERIES
    free = ~told.fillna(False).astype(bool)
    pd.testing.assert_frame_equal(found[free], full[free], check_exact=True, check_dtype=False)
    alone = [name for name in found if name.startswith("free_")]
    pd.testing.assert_frame_equal(found[alone], full[alone], check_exact=True)


def test_windows_of_another_length_move_no_score(facts, own):
    more = tuple(
        Fact(SERIES, "wealth", first, first + length, 0.5)
        for first in (24230, 24240)
        for length in (0, 1, 6, 18)
    )
    found = hindcast(CASE, (*more, *facts), 300)
    pd.testing.assert_frame_equal(of(found, facts)[list(own.scores.columns)], own.scores, check_exact=True)


def test_noise_of_a_run_is_that_of_its_number_also_under_draws(facts):
    """Runs of 3 draws, 2 each: draw 1 has runs 1 and 4. Without own spread, wealth shows noise alone."""
    still = past_case().override({"quantities.wealth.noise": 0.0, "uncertain.wealth.times": 1e-12})
    for event in ("loan", "aid", "raid"):
        still = still.override({f"events.{event}.base_logit": -40})
    few = yearly(SERIES, "wealth", [0.5])
    found = hindcast(prior_beliefs(still, 3, 1), few, 6).trial.predictive.free[0]
    drawn = ERROR * normals(1, "wealth/error/2010", 6)
    np.testing.assert_allclose(found - found.mean(), (drawn - drawn.mean())[[0, 3, 1, 4, 2, 5]], atol=1e-12)


@pytest.mark.parametrize("months", [1, 3, 12, 17])
def test_a_window_is_averaged_month_after_month_whatever_runs_and_facts_are_beside_it(months):
    """By hand: ((a + b) + c + ...) / n, also of a single run, whose sum numpy would take in another order."""
    from sim.engine.engine import Engine

    world = lower(CASE, 36)
    facts = (Fact(SERIES, "wealth", 24120, 24120 + months - 1, 0.0), *yearly(SERIES, "wealth", [0.0, 0.0]))
    for runs in (1, 3, 9):
        history = Engine.of(world).page(1, np.arange(runs, dtype=np.uint64))
        said = Instruments.of(world, facts).measure(history)
        for run in range(runs):
            total = 0.0
            for value in history["wealth"][:months, run].tolist():
                total = total + value
            assert said[0, run] == total / months


def test_one_seed_gives_one_hindcast_and_another_seed_another(facts, own):
    pd.testing.assert_frame_equal(hindcast(CASE, facts, 300).scores, own.scores, check_exact=True)
    other = hindcast(CASE, facts, 300, seed=2).scores
    assert (other["q50"] != own.scores["q50"])[own.scores["kind"] == SERIES].all()


@pytest.mark.slow
def test_no_kernel_of_linear_algebra_moves_a_byte(facts, tmp_path):
    """OpenBLAS picks its kernel by processor; here it is told which. Elsewhere the variable is not read and
    nothing differs.
    """
    data = table_of(facts, tmp_path / "t.csv")
    code = (
        "import sys; from pathlib import Path; from tests.support.hindcasts import past_case;"
        "from sim.studies.hindcast.ask import hindcast;"
        "from sim.assimilation.observations import facts_of; case = past_case();"
        "found = hindcast(case, facts_of(Path(sys.argv[1]), case), 60);"
        "print(found.scores.to_csv() + found.targets.to_csv() + "
        "found.fans.to_csv() + found.reliability.to_csv())"
    )

    def told(**more: str) -> str:
        asked = [sys.executable, "-c", code, str(data)]
        done = subprocess.run(
            asked, cwd=ROOT, env={**os.environ, **more}, capture_output=True, text=True, check=True
        )
        return hashlib.sha256(done.stdout.encode()).hexdigest()

    assert told(OPENBLAS_CORETYPE="Nehalem") == told(OPENBLAS_CORETYPE="Haswell")


# -- synthetic data and what is learnt -------------------------------------------------------------


def entries_reversed(scenario: Scenario) -> Scenario:
    """The same scenario with its uncertain entries the other way round."""
    case = scenario.case
    return replace(
        scenario, case=case.model_copy(update={"uncertain": dict(reversed(case.uncertain.items()))})
    )


def test_synthetic_data_of_an_observation_are_its_own():
    facts, world = yearbook(), past()
    full = simulate(world, facts, 48, 30, 5)
    order = np.random.default_rng(1).permutation(len(facts))
    shuffled = simulate(world, tuple(facts[i] for i in order), 48, 30, 5)
    assert np.array_equal(shuffled.data, full.data[:, order]) and np.array_equal(shuffled.scores, full.scores)
    few = simulate(world, facts[3:20:4], 48, 30, 5)
    assert np.array_equal(few.data, full.data[:, 3:20:4])
    turned = simulate(entries_reversed(world), facts, 48, 30, 5)
    assert np.array_equal(turned.scores, full.scores[:, ::-1]) and np.array_equal(turned.data, full.data)


def test_synthetic_data_have_the_noise_of_their_run():
    """Run 2 of draw 1 of 5 is run 1 + 2 x 5 = 11 of all: its errors are the normals of that number."""
    world, (fact, *_) = past(), yearbook()
    found = simulate(world, (fact,), 48, 5, 8)
    still = simulate(world.override({"observations.income.error": 0.0}), (fact,), 48, 5, 8).data
    assert found.errors is not None
    (series,), apart = erring(world, (fact,)), (found.data - still)[6, 0]
    fresh = series.scales[1] * series.fresh.value(found.errors[6, 1])
    at_start = 0.01 * normals(8, f"income/lasting/{fact.first // 12}", 12)[11]
    drawn = at_start + fresh * normals(8, f"income/error/{fact.when}", 12)[11]
    assert apart == pytest.approx(drawn, abs=1e-6) != 0.0


def test_what_is_learnt_does_not_depend_on_the_order_of_the_table(monkeypatch):
    monkeypatch.setattr("sim.studies.calibrate.inference.NETWORKS", 1)
    world, facts = past(), yearbook()
    truth = simulate(world, facts, 48, 1, 5).data[0]
    table = tuple(replace(fact, value=float(value)) for fact, value in zip(facts, truth, strict=True))
    shuffled = tuple(table[i] for i in np.random.default_rng(1).permutation(len(table)))
    first, second = (
        calibrate(world, each, simulations=400, tests=40, draws=50) for each in (table, shuffled)
    )
    assert np.array_equal(first.scores, second.scores) and np.array_equal(
        first.checked.ranks, second.checked.ranks
    )


def test_facts_of_no_error_have_no_noise():
    kinds = {fact.kind for fact in asked()}
    assert kinds == {SERIES, EVENT, TIME}
    world = lower(CASE, 12 * YEARS)
    instruments = Instruments.of(world, asked())
    said = np.full((len(asked()), 9), 0.5)
    found = instruments.observed(said, 1, np.arange(9))
    assert [not np.array_equal(row, said[0]) for row in found] == [fact.kind == SERIES for fact in asked()]
