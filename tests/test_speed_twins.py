"""What the engine's speed is compared with does the same month: plain Mesa, plain Python and numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.luck import RunLuck
from sim.scenario.load import Scenario, load
from sim.scenario.lower import World, lower
from tests.support.plain_mesa import PlainModel
from tests.support.small import small
from tests.support.statements import ARRAYS, PLAIN, ArrayLuck, PlainLuck, Statements

SHIPPED = Path(__file__).parents[1] / "configs" / "mongolia-2024.toml"
RUNS, MONTHS = 6, 14


class Addressed:
    """The ensemble's own draws of some runs, as statements ask for them; `first` as floats of one run."""

    def __init__(self, runs: int, as_float: bool = False) -> None:
        self.lucks, self.as_float = [RunLuck(3, run) for run in range(runs)], as_float

    @property
    def month(self) -> int:
        return self.lucks[0].month

    @month.setter
    def month(self, month: int) -> None:
        for luck in self.lucks:
            luck.month = month

    def _all(self, drawn: list[float]):
        return drawn[0] if self.as_float else np.array(drawn)

    def uniform(self, stream: str):
        return self._all([luck.proposal(stream.removesuffix("/propose")) for luck in self.lucks])

    def normal(self, stream: str):
        return self._all([luck.shock(stream.removesuffix("/noise")) for luck in self.lucks])

    def draw(self, needed, stream: str, word: int):
        asked = zip(self.lucks, np.broadcast_to(needed, len(self.lucks)), strict=True)
        return self._all([luck.settle(stream.removesuffix("/settle"), word, each) for luck, each in asked])


@pytest.fixture(scope="module")
def world() -> World:
    return lower(load(SHIPPED), MONTHS)


@pytest.mark.parametrize(("meanings", "runs"), [(PLAIN, None), (ARRAYS, RUNS)])
def test_statements_give_the_paths_of_the_engine(world: World, meanings: dict[str, str], runs: int | None):
    """But for the last digits of exponentials."""
    luck = Addressed(runs or 1, as_float=runs is None)
    found = Statements(world, meanings).run(luck, runs)
    history = Engine.of(world).page(3, np.arange(runs or 1, dtype=np.uint64))
    for place, name in enumerate(world.recorded):
        path = np.array([np.broadcast_to(month[place], runs or 1) for month in found])
        np.testing.assert_allclose(path, history[name], rtol=1e-9, atol=1e-11)


def test_statements_draw_their_own_luck_where_none_is_given(world: World):
    place = world.recorded.index("autonomy")
    one = Statements(world, PLAIN).run(PlainLuck(1))
    many = Statements(world, ARRAYS).run(ArrayLuck(1, 500), 500)
    expected = Engine.of(world).page(3, np.arange(2000, dtype=np.uint64)).last("autonomy")
    assert abs(one[-1][place] - expected.mean()) < 5 * expected.std()
    assert abs(many[-1][place].mean() - expected.mean()) < 4 * expected.std() * (1 / 500 + 1 / 2000) ** 0.5


def bargains() -> Scenario:
    """The small case with terms on both of its deals, one of them announced, on which other numbers hang."""
    terms = {"to_target": 2.0, "to_power": -3.0, "rivals": ["aid"]}
    by_terms = [0.05, {"size": 0.2, "times": "terms"}]
    loan = {"lead": 2, "terms": terms, "accepted": {"wealth": by_terms, "payoff.North": None}}
    loan["accepted"]["payoff"] = {"North": {"size": 4.0, "times": "wealth"}}
    aid = {"terms": {"to_target": -1.0, "to_power": 1.0, "rivals": ["loan"]}, "accepted": {"wealth": 0.1}}
    raid = {"shifts": {"terms.loan - cost * conceded.aid": 0.5}}
    return small({"events": {"loan": loan, "aid": aid, "raid": raid}, "decision": {"outside": 0.7}})


CASES = {"shipped": lambda: load(SHIPPED), "bargains": bargains}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_plain_mesa_twin_works_out_the_same_odds(case):
    """Without noise the first month is the same up to the moment when luck decides."""
    base = case()
    noise = {path: 0.0 for path in base.numbers if "noise" in path.split(".")}
    world = lower(base.override(noise), 1)
    ours, twin = Model(world), PlainModel(world, seed=1)
    ours.step()
    twin.step()
    for name, offer in twin.offers.items():
        assert offer.hazard == pytest.approx(ours.state[f"hazard.{name}"], rel=1e-9)
        assert offer.acceptance == pytest.approx(ours.state[f"acceptance.{name}"], rel=1e-9)
        assert offer.execution == pytest.approx(ours.state[f"execution.{name}"], rel=1e-9)
        if offer.row.terms is not None:
            assert offer.concession == pytest.approx(ours.state[f"concession.{name}"], rel=1e-9)
    for name in set(world.recorded) & {"autonomy", "domination", "share.Russia", "vulnerability.North"}:
        assert twin.datacollector.model_vars[name] == [pytest.approx(ours.state[name], rel=1e-9)]


@pytest.mark.slow
def test_the_plain_mesa_twin_has_the_ensembles_distribution():
    """Means of paths and of what happened within four standard errors of their difference."""
    world, runs = lower(load(SHIPPED), 36), 240
    history = Engine.of(world).page(3, np.arange(4096, dtype=np.uint64))
    twins = [PlainModel(world, seed) for seed in range(runs)]
    for twin in twins:
        twin.run_model()
    kept = [twin.datacollector.model_vars for twin in twins]
    for name in (
        "autonomy",
        "hedging",
        "goodwill.Russia",
        "alignment.order",
        "alignment.Russia.order",
        "closeness.Russia.China",
        "sanctions",
        "clout.leader",
        "clout.hawks",
        "driver.offence",
    ):
        near([each[name][-1] for each in kept], history.last(name))
    for event in (
        "visit_russia",
        "invest_Japan",
        "eaeu_interim",
        "election",
        "tighten_European_Union",
        "china_deal",
    ):
        counts = [sum(event in news for news in each["news"]) for each in kept]
        near(counts, history.happened(event).sum(axis=0))


def test_the_plain_mesa_twin_bargains_as_the_ensemble_does():
    world, runs = lower(bargains()), 300
    history = Engine.of(world).page(3, np.arange(4096, dtype=np.uint64))
    twins = [PlainModel(world, seed) for seed in range(runs)]
    for twin in twins:
        twin.run_model()
    kept = [twin.datacollector.model_vars for twin in twins]
    for name in ("conceded.loan", "conceded.aid", "terms.loan", "wealth", "autonomy"):
        assert history.last(name).std() > 0.0
        near([each[name][-1] for each in kept], history.last(name))


def near(few: list[float], many: np.ndarray) -> None:
    error = np.sqrt(np.var(few) / len(few) + many.var() / len(many))
    assert abs(np.mean(few) - many.mean()) < 4 * error
