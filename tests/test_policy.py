"""Policies: the search finds what was planted, tells it on fresh luck, and ends in the same after a kill."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.engine import Engine
from sim.engine.families import Family
from sim.engine.history import History
from sim.engine.uncertain import drawn
from sim.refusal import BadInput, ScenarioError
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import lower
from sim.statistics.robust import Estimate, mean_of, share_of, tail_of
from sim.studies.policy import ask
from sim.studies.policy.ask import policy
from sim.studies.policy.candidates import knobs_of
from sim.studies.policy.regret import regrets
from sim.studies.policy.search import front, spread_out
from sim.studies.policy.worlds import Performance
from tests.support.past import past
from tests.support.small import merged, small
from tests.support.toy import known, registered, toy

FEW: dict[str, Any] = {"theories": ["qre"], "draws": 40, "runs": 20, "seed": 3}


def number(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "1", "range": [0.0, 9.0], "source": "a test"}


def lever(sets: str, cost: float = 1.0, **more: Any) -> dict[str, Any]:
    own = {"label": sets, "actor": "Buffer", "sets": [sets], "ends": [0.0, 1.0], "cost": number(cost)}
    return own | more


def planted(levers: dict[str, Any], inputs: int = 3, **more: Any) -> Scenario:
    """A scenario whose outcome is a known function of stocks that levers hold."""
    base = toy(inputs, **more)
    rest = {"wealth": {"intercept": number(0.5)}}
    return parse(merged(base.raw, {"levers": levers, "quantities": rest}), "toy")


def test_the_search_finds_a_planted_optimum_and_the_regret_of_what_misses_it():
    with known(lambda x: 1 - (x[0] - 0.3) ** 2 - (x[1] - 0.8) ** 2 + x[2]):
        scenario = planted({"one": lever("x1", 0.0), "two": lever("x2", 0.0)}, sds={"x3": 0.1})
        found = policy(scenario, ["known"], candidates=200, **FEW)
    best = found.chosen[found.best]
    values = [pull.value for pull in found.field.knobs.pulls(best)]
    assert np.allclose(values, [0.3, 0.8], atol=0.051)
    # left alone both stocks stay at .5
    assert np.allclose(found.regrets[0].mean(), 0.04 + 0.09, atol=0.006)
    assert np.allclose(found.regrets[found.best].mean(), 0.0, atol=0.006)


def test_waiting_for_a_signal_beats_every_fixed_policy_where_worlds_want_opposite_things():
    pushed = lever("quantities.wealth.intercept", 0.001, when="x2", bars=[0.0, 1.0])

    def welcome(history: History) -> np.ndarray:
        return (history.last("wealth") - 0.5) * (history.last("x2") - 0.5)

    with registered(welcome):
        scenario = planted({"push": pushed}, inputs=2, sds={"x2": 0.15}, wealth={"x1": 0.0})
        found = policy(scenario, ["known"], candidates=150, **FEW | {"draws": 200})
    assert found.choice.rivals is not None
    waiting, fixed = found.choice.rivals
    means = found.performance.means[:, 0, 0].mean(axis=1)
    assert means[waiting] > 10 * abs(means[fixed]) and means[waiting] > 0.9 * means.max()
    table = found.table().set_index("policy")
    assert means[waiting] > 10 * table["known.2010-06.mean"][~table["waits"]].max()
    assert abs(float(table["bar.push"][found.names[waiting]]) - 0.5) <= 0.11
    assert not table["waits"][found.names[fixed]]


def test_a_search_that_was_killed_ends_in_the_same_bits_and_does_not_judge_again(tmp_path, monkeypatch):
    scenario, judged, asked = past(), list[int](), {"candidates": 90, **FEW}
    whole = policy(scenario, ["wealth"], **asked)
    own = ask.judged

    def killed_after_the_first(objectives, performance):
        if judged:
            raise KeyboardInterrupt
        judged.append(len(performance.cost))
        return own(objectives, performance)

    def counted(objectives, performance):
        judged.append(len(performance.cost))
        return own(objectives, performance)

    monkeypatch.setattr(ask, "judged", killed_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        policy(scenario, ["wealth"], folder=tmp_path / "o", **asked)
    (journal,) = tmp_path.iterdir()
    journal.write_bytes(journal.read_bytes() + b"[[1, 2")  # a line that the kill cut short
    monkeypatch.setattr(ask, "judged", counted)
    again = policy(scenario, ["wealth"], folder=tmp_path / "o", **asked)
    assert sum(judged) == len(whole.journal.known), "what was tried before the kill is not tried again"
    assert again.table().equals(whole.table()) and again.regret().equals(whole.regret())
    again.save(tmp_path / "o")
    assert [each.name for each in tmp_path.iterdir()] == ["o"], "the journal goes once results are stored"


def test_what_is_told_comes_from_draws_and_luck_that_the_search_has_not_seen():
    seen, fresh = policy(past(), ["wealth"], candidates=4, **FEW).luck
    assert set(seen.draws).isdisjoint(fresh.draws)
    last = seen.numbered(0, np.array([len(seen.draws) - 1]), np.array([seen.runs - 1], dtype=np.uint64))
    assert fresh.numbered(0, np.array([0]), np.array([0], dtype=np.uint64)) == last + 1


def test_numbers_that_interventions_and_triggers_set_are_points_of_one_program_bit_for_bit():
    base = small().intervene({"parameters.cost": 0.5, "war": 0.2}, "2010-04")
    waiting = {"late": {"if": "war", "above": 0.25, "changes": {"decision.precision": 1.0}}}
    base = base.override({"decision.precision": 1.0}).override({"interventions.when": waiting})
    paths = [path for path in base.numbers if path.startswith("interventions")]
    family = Family.of(base, dict.fromkeys(paths, (0.0, 2.0)), 12)
    assert family is not None and len(paths) == 4
    values = np.array([[base.numbers[path] * factor for factor in (1.0, 0.5, 1.3)] for path in paths])
    engine, holds = family.at(values)
    runs = np.arange(16, dtype=np.uint64)
    for point in np.flatnonzero(holds).tolist():
        own = base.override(dict(zip(paths, values[:, point].tolist(), strict=True)))
        alone = Engine.of(lower(own, 12)).page(1, runs)
        together = engine.page(1, runs, points=np.full(16, point))
        assert all(np.array_equal(together[name], alone[name]) for name in alone.world.recorded)
    assert holds.all()


def test_all_levers_left_alone_are_the_scenario_as_it_is_under_the_same_draw_on_the_same_luck():
    found = policy(past(), ["wealth"], candidates=1, **FEW)
    field, (_, fresh) = found.field, found.luck
    assert found.chosen == (field.knobs.status_quo,) and found.estimates[0][-1].value == 0.0
    scenario, draw = field.settings[0].scenario, fresh.draws[0]
    own = drawn(scenario, field.entries, {name: each[[draw]] for name, each in field.values.items()})
    lived = scenario.override({path: float(value[0]) for path, value in own.items()})
    runs = fresh.numbered(0, np.array([0]), np.arange(fresh.runs, dtype=np.uint64))
    history = Engine.of(lower(lived, field.months)).page(field.seed, runs)
    assert np.isclose(field.wants[0].of(history).mean(), found.performance.means[0, 0, 0, 0], rtol=1e-12)


def test_the_best_in_a_world_is_told_without_what_it_owes_to_luck():
    """By hand: the best of the means is .5, of either half 1.0 and .4, so without luck 2 x .5 - .7 = .3."""
    halves = np.array([[1.0, 0.2], [0.0, 0.4]]).reshape(2, 2, 1, 1, 1)
    performance = Performance(halves, np.zeros((2, 1, 1)))
    rises, falls = (type("Want", (), {"sign": sign})() for sign in (1, -1))
    assert np.allclose(regrets(performance, [rises]).reshape(-1), [0.3 - 0.5, 0.3 - 0.3])
    # where less is better: 2 x .3 + (.2 + 0) / -2 = .5
    assert np.allclose(regrets(performance, [falls]).reshape(-1), [0.5 - 0.5, 0.3 - 0.5])


def test_a_front_has_all_that_nothing_beats_and_is_told_by_its_ends_first():
    found = np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0], [2.0, 2.0], [1.0, 1.0]])
    assert front(found).tolist() == [True, True, True, False, True]
    assert spread_out(found[[0, 1, 2]], 2) == [0, 2] and spread_out(found[[0, 1, 4]], 9) == [0, 1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"actor": "Nobody"}, "actor: no actor or bloc 'Nobody'"),
        ({"sets": ["wealht"]}, "sets: wealht: "),
        ({"sets": ["quantities.wealth.start"]}, "only describes the start"),
        ({"sets": ["time.months"]}, "is nothing that happens in a run"),
        ({"sets": ["interventions.forbidden"]}, "give choices instead of ends"),
        ({"ends": [1.0, 0.0]}, "ends: [1.0, 0.0] must go from low to high"),
        ({"ends": None}, "needs either ends = [LOW, HIGH] or choices"),
        ({"ends": None, "choices": [1.0]}, "give ends instead"),
        ({"from": "2009-12"}, "from: lies before the first month, 2010-01"),
        ({"when": "war"}, "a signal needs both when and bars"),
        ({"when": "wra", "bars": [0.1, 0.2]}, "no 'wra' in this scenario"),
        ({"when": "war", "bars": [0.1, 0.2], "from": "2010-03"}, "has no month of its own"),
        ({"sets": ["war"], "when": "war", "bars": [0.1, 0.2]}, "war is a stock that is held"),
        ({"cost": -1.0}, "cost"),
    ],
)
def test_a_lever_that_nobody_can_pull_is_told_in_a_line(changes, told):
    own = {"label": "Dear", "actor": "Buffer", "sets": ["parameters.cost"], "ends": [0.0, 1.0], "cost": 1.0}
    with pytest.raises(ScenarioError) as error:
        small({"levers": {"dear": merged(own, changes)}})
    assert any(told in line and "dear" in line for line in error.value.problems)


def test_what_others_may_do_is_not_what_the_actor_sets():
    with pytest.raises(BadInput, match="is set by an intervention too"):
        policy(past(), ["wealth"], others=[{"quantities.wealth.relaxation": 0.2}], **FEW)


def test_two_levers_do_not_set_one_thing_and_none_sets_what_is_drawn_or_done():
    own = {"label": "Dear", "actor": "Buffer", "sets": ["parameters.cost"], "ends": [0.0, 1.0], "cost": 1.0}
    with pytest.raises(ScenarioError, match=r"is set by levers\.a too"):
        small({"levers": {"a": own, "b": own}})
    with pytest.raises(BadInput, match="is set by an intervention too"):
        knobs_of(small({"levers": {"a": own}}).intervene({"parameters.cost": 0.2}))
    drawn = {"cost": {"label": "Cost", "numbers": ["parameters.cost"], "times": 0.1}}
    with pytest.raises(BadInput, match=r"is set by uncertain\.cost too"):
        knobs_of(small({"levers": {"a": own}, "uncertain": drawn}))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"want": []}, "say what is wanted"),
        ({"want": "wealth"}, "is a list"),
        ({"want": ["wealth > war"]}, "not two outcomes"),
        ({"want": ["wealth", "wealth falls"]}, "is wanted twice"),
        ({"want": ["wealth"], "actor": "North"}, "'North' has no levers"),
        ({"want": ["wealth"], "summaries": ["share"]}, "a share needs a level"),
        ({"want": ["wealth"], "summaries": ["median"]}, "no summary 'median'"),
        ({"want": ["wealth"], "theories": []}, "no theory of choice is named"),
        ({"want": ["wealth"], "draws": 3}, "draws"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(asked, told):
    with pytest.raises(BadInput, match=told):
        policy(past(), **FEW | asked)


def test_each_theory_and_each_deed_of_others_is_a_world_of_its_own():
    asked = {**FEW, "theories": ["qre", "eub"], "others": [{"war": [["2010-02", 0.9]]}]}
    found = policy(
        past(), ["loan > 0.2", "wealth falls"], summaries=["mean", "worst", "share"], candidates=2, **asked
    )
    labels = [setting.label for setting in found.field.settings]
    assert labels == ["qre", "eub", "qre, war 0.9 from 2010-02", "eub, war 0.9 from 2010-02"]
    assert [each.summary for each in found.objectives] == ["mean", "worst", "share", "mean", "worst", "cost"]
    assert set(found.regret()["setting"]) == set(labels)


def worlds(kind: str, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Values of worlds (draws, settings): what draws share, what they do not, and what settings make."""
    shared, own = generator.normal(size=(draws, 1)), 0.3 * generator.normal(size=(draws, 6))
    apart = own + np.linspace(-0.3, 0.3, 6)
    found: dict[str, np.ndarray] = {
        "normal": shared + apart,
        "skewed": np.exp(0.5 * shared) + apart,
        "probability": 1 / (1 + np.exp(-(0.8 * shared + apart))),
        "rare": 1 / (1 + np.exp(-(shared + apart - 2.5))),
    }
    return found[kind]


def seen(kind: str, draws: int, runs: int, generator: np.random.Generator) -> np.ndarray:
    """Means of either half of the runs of worlds (2, draws, settings)."""
    values, half = worlds(kind, draws, generator), runs // 2
    if kind in ("probability", "rare"):
        return generator.binomial(half, values, size=(2, *values.shape)) / half
    return values + 3.0 / half**0.5 * generator.normal(size=(2, *values.shape))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["normal", "skewed", "probability", "rare"])
def test_intervals_over_worlds_cover_what_endlessly_many_draws_would_show(kind):
    generator, levels = (
        np.random.default_rng(11),
        {"normal": -0.8, "skewed": 0.7, "probability": 0.4, "rare": 0.05},
    )

    def told(halves: np.ndarray) -> list[Estimate]:
        means = halves.mean(axis=0)
        tails = [tail_of(halves, sign) for sign in (1, -1)]
        return [mean_of(means), *tails, share_of(means, 1, levels[kind])]

    truth = [each.value for each in told(seen(kind, 200_000, 40, generator))]
    samples = [told(seen(kind, 200, 40, generator)) for _ in range(500)]
    covered = np.mean(
        [[own.low <= true <= own.high for own, true in zip(each, truth, strict=True)] for each in samples],
        axis=0,
    )
    assert (covered >= 0.90).all() and (covered <= 0.985).all(), covered


@pytest.mark.slow
def test_regret_is_told_without_the_luck_of_the_best_and_its_interval_covers():
    generator, hits = np.random.default_rng(5), []
    for _ in range(300):
        # eight policies, of which others are the best in other worlds; what luck does to all alike cancels
        own = 0.1 * generator.normal(size=(8, 1, 1, 200)) + 0.05 * np.arange(8)[:, None, None, None]
        runs = (
            own + 0.1 * generator.normal(size=(2, *own.shape)) + generator.normal(size=(2, 1, *own.shape[1:]))
        )
        found = regrets(Performance(runs, np.zeros((8, 1, 200))), [type("Want", (), {"sign": 1})()])
        told = [mean_of(each[0].T) for each in found]
        true = [own.max(axis=0).mean() - each.mean() for each in own]
        hits.append([each.low <= value <= each.high for each, value in zip(told, true, strict=True)])
    covered = np.mean(hits, axis=0)
    assert (covered >= 0.90).all(), covered
