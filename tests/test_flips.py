"""Why futures flip: the first decision that differs, what the flip hangs on, its stakes and its luck."""

from __future__ import annotations

import re

import numpy as np
import pytest

import sim
from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.luck import RunLuck
from sim.engine.switched import Switch, drawn, switched
from sim.outcomes.target import target_of
from sim.refusal import BadInput
from sim.rules.nodes import Node
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.explain.flips.example import example_of, typical
from sim.studies.explain.flips.flips import Flips, flips_of
from sim.studies.explain.flips.made import made
from sim.studies.explain.flips.pairs import IN_ORDER, Pair
from sim.studies.explain.flips.question import question_of
from sim.studies.explain.flips.text import flip_told, flips_told, sentence
from sim.studies.explain.flips.words import cause_words
from sim.studies.explain.text import explained_told
from tests.support.scenarios import random_scenario
from tests.support.small import quiet, small

CHAIN = {
    "events": {
        "spark": {
            "label": "A spark", "initiator": "North", "responder": "Buffer", "base_logit": -2.0,
            "response_logit": 0.5, "response_shifts": {"war": 6.0, "wealth": 1.0}, "once": True,
        },
        "fire": {
            "label": "A fire", "initiator": "nature", "base_logit": 0.5, "gate": "happened.spark",
            "effects": {"wealth": -0.2},
        },
    },
    "outcomes": {"fire": {"label": "A fire", "any_of": ["fire"], "by": ["2010-12"]}},
}  # fmt: skip
"""North proposes a spark, Buffer says yes the likelier the more war there is; only then fires break out."""


def pair(first: Scenario, second: Scenario, of: str, by: str, level: float | None = None) -> Pair:
    question = question_of(target_of(first, of, by), level)
    worlds = lower(first, question.months), lower(second, question.months)
    return Pair(worlds, question, 1)


@pytest.fixture(scope="module")
def chain() -> Flips:
    base = small(quiet(CHAIN))
    other = base.override({"quantities.war.start": 0.5, "quantities.wealth.start": 0.6})
    return flips_of(pair(base, other, "fire", "2010-12"), 4000)


@pytest.fixture(scope="module")
def visits() -> Flips:
    base = sim.load("mongolia-2024")
    tighter = base.override({"quantities.sanctions.start": 0.9})
    return flips_of(pair(base, tighter, "russian_visit", "2024-10"), 20_000)


def test_a_planted_chain_is_found(chain: Flips):
    """Only Buffer's answer depends on what differs: all flips begin with it, and all but those in which it
    says yes twice hang on it alone.
    """
    (row,) = chain.table().itertuples()
    assert (row.event, row.node, row.actor, row.only_in) == ("spark", "accepted", "Buffer", "B")
    assert 0.9 < row.share < 1.0 and row.first == 1.0 and len(chain.hinges) > 100
    assert {hinge.first.turn.decision.event for hinge in chain.hinges if hinge.first} == {"spark"}
    assert row.stake == "War" and row.stake_logits == pytest.approx(6.0 * 0.3, abs=0.01)
    assert row.second_stake == "Wealth" and row.second_stake_logits == pytest.approx(1.0 * 0.1, abs=0.03)


@pytest.mark.slow
def test_odds_stand_on_both_sides_of_the_luck_that_decides(visits: Flips, chain: Flips):
    for flips in (visits, chain):
        for hinge in flips.hinges:
            assert hinge.first is not None and hinge.first.is_between


def test_what_a_flip_hangs_on_undoes_it_and_is_mostly_what_differs_first(visits: Flips):
    hangs = visits.rows()["hangs_on"].value_counts(normalize=True)
    assert hangs["the first decision"] > 0.7
    assert visits.on_one.mean > 0.95


def test_reasons_sum_to_the_log_odds_in_both_worlds(visits: Flips):
    """Over several pages of flips, of proposals, answers and cancellations."""
    turns = list(visits.pair.turns(visits.flipped))
    told = [each for each in made(visits.pair, visits.flipped, turns) if each.parts]
    compared = {node: 0 for node in IN_ORDER}
    for each in told:
        for place, odds in enumerate(each.odds):
            if 0.0 < odds < 1.0 and each.may[place]:
                logit = sum(part[place] for part in each.parts.values())
                assert logit == pytest.approx(np.log(odds / (1.0 - odds)), abs=1e-9)
                compared[each.turn.decision.node] += 1
    assert min(compared[node] for node in (Node.PROPOSED, Node.ACCEPTED, Node.CANCELLED)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_reasons_sum_to_the_log_odds_of_threats_and_deals_too(number: int):
    base = random_scenario(number)
    if base.case.decision.theory in ("eub", "level1", "level2", "heuristic"):
        base = base.override({"decision.theory": "qre"})
    both = pair(base, base.override({"decision.precision": 1.3}), "autonomy", None, 0.5)
    flips = flips_of(both, 100)
    turns = list(both.turns(flips.flipped))
    for each in made(both, flips.flipped, turns):
        for place, odds in enumerate(each.odds):
            if each.parts and 1e-12 < odds < 1.0 - 1e-12 and each.may[place]:
                logit = sum(part[place] for part in each.parts.values())
                assert logit == pytest.approx(np.log(odds / (1.0 - odds)), abs=1e-6)


def lived(model: Model) -> dict[str, list[str]]:
    """What happens to each event in one month of the agents, by what luck decides of it."""
    model.step()
    nodes = [node.value for node in IN_ORDER]
    return {
        event.name: [node for node in nodes if model.state.get(f"{node}.{event.name}", 0.0) != 0.0]
        for event in model.parts.events
    }


def differs_first(pair: Pair, run: int) -> tuple[int, list[tuple[str, str]]]:
    """The first month in which the agents of two worlds do something else, and what they do otherwise."""
    models = [Model(world, run=run) for world in pair.worlds]
    while models[0].running:
        first, second = map(lived, models)
        otherwise = []
        for event in first:
            apart = set(first[event]) ^ set(second[event])
            otherwise += [(event, each.value) for each in IN_ORDER if each.value in apart][:1]
        if otherwise:
            return models[0].month, otherwise
    return -1, []


def test_the_first_decision_that_differs_is_that_of_both_traces(chain: Flips):
    """Of twenty flips, read off the agents of either world month by month."""
    for place in range(20):
        first = chain.hinges[place].first
        assert first is not None
        month, otherwise = differs_first(chain.pair, int(chain.flipped.runs[place]))
        assert month == first.turn.month
        assert (first.turn.decision.event, first.turn.decision.node.value) in otherwise


@pytest.mark.slow
def test_the_same_of_twenty_flips_of_a_shipped_case(visits: Flips):
    for place in range(20):
        first = visits.hinges[place].first
        assert first is not None
        month, otherwise = differs_first(visits.pair, int(visits.flipped.runs[place]))
        assert month == first.turn.month
        assert (first.turn.decision.event, first.turn.decision.node.value) in otherwise


class Bent(RunLuck):
    """The luck of a run with one number in the place of another."""

    def __init__(self, run: int, switch: Switch) -> None:
        super().__init__(1, run)
        self.switch = switch

    def proposal(self, event: str) -> float:
        is_it = (event, Node.PROPOSED, self.month) == (self.switch.event, self.switch.node, self.switch.month)
        return 0.0 if is_it and self.switch.happens else super().proposal(event)


def test_a_run_with_one_decision_switched_is_that_of_agents_with_that_luck():
    world = lower(sim.load("mongolia-2024"), 4)
    switch, runs = Switch("visit_russia", Node.PROPOSED, 1, happens=True), np.array([3, 900])
    history = switched(world, 1, runs, [switch, None])
    model = Model(world, run=3)
    model.luck = Bent(3, switch)
    while model.running:
        model.step()
        for name in world.recorded[:-1]:
            assert float(history[name][model.month, 0]).hex() == model.state[name].hex(), name
    assert history.codes("visit_russia")[1, 0] & Node.PROPOSED.bit
    plain = Engine.of(world).page(1, runs.astype(np.uint64))
    assert all((plain[name][:, 1] == history[name][:, 1]).all() for name in world.recorded[:-1])


@pytest.mark.parametrize("node", [Node.PROPOSED, Node.ACCEPTED, Node.EXECUTED, Node.CANCELLED])
def test_the_luck_of_a_decision_is_that_of_its_run(node: Node):
    runs, words = np.array([0, 7, 70_000]), {Node.ACCEPTED: 0, Node.EXECUTED: 1, Node.CANCELLED: 2}
    found = drawn(5, runs, "deal", node, 6)
    for run, luck in zip(runs.tolist(), found, strict=True):
        own = RunLuck(5, run)
        own.month = 6
        expected = own.proposal("deal") if node is Node.PROPOSED else own.settle("deal", words[node], 1.0)
        assert luck == expected


def test_a_flip_is_told_in_twelve_lines_with_month_actor_decision_stakes_and_luck(visits: Flips):
    for place in (typical(visits), 0, 5, 11):
        assert place is not None
        lines = list(flip_told(visits, example_of(visits, place)))
        told = "\n".join(lines)
        assert len(lines) <= 12
        hinge = visits.hinges[place].decisive
        assert hinge is not None and f"luck {hinge.luck:.3f}" in told
        words = cause_words(visits.pair.worlds[0], hinge.turn.decision.event)
        assert words[next(iter(hinge.stakes))] in " ".join(told.split())
        assert re.search(r"20\d\d-\d\d  only in [AB]: .*: \w+", told)


def test_two_worlds_that_are_one_do_not_flip():
    base = small(CHAIN)
    flips = flips_of(pair(base, base, "fire", "2010-12"), 64)
    assert not flips.hinges and flips.table().empty and flips.rows().empty
    assert "in all 64 futures" in sentence(flips) and list(flips_told(flips)) == sentence(flips).splitlines()


def test_numbers_that_move_apart_without_any_decision_are_told_as_such():
    base = small(quiet({}))
    richer = base.override({"quantities.wealth.start": 0.6})
    flips = flips_of(pair(base, richer, "wealth", "2010-03", 0.55), 32)
    assert set(flips.rows()["hangs_on"]) == {"numbers alone"} and len(flips.hinges) == 32
    assert any("numbers alone" in line for line in flips_told(flips))


def test_what_is_forced_is_told_without_odds():
    base = small(CHAIN)
    forced = base.override({"interventions.forced.loan": ["2010-03"]})
    flips = flips_of(pair(base, forced, "loan", "2010-04"), 64)
    told = "\n".join(flips_told(flips))
    assert "A loan from North takes place" in told and "nan" not in told
    assert set(flips.rows()["hangs_on"]) == {"a rule"}


def test_what_is_forbidden_in_one_world_is_told_as_a_rule_of_it():
    base = small(CHAIN)
    forbidden = base.override({"interventions.forbidden": ["loan"]})
    flips = flips_of(pair(base, forbidden, "loan", "2010-04"), 64)
    assert set(flips.rows()["hangs_on"]) == {"a rule"}
    assert "it cannot be proposed in B" in " ".join("\n".join(flips_told(flips)).split())


@pytest.mark.parametrize("how", ["from a month on", "once something is seen"])
def test_what_somebody_does_later_flips_by_decisions_made_since(how: str):
    base = small(quiet(CHAIN))
    if how == "from a month on":
        done = base.intervene({"wealth": 1.0}, "2010-04")
    else:
        when = {"alarm": {"if": "happened.spark", "changes": {"events.fire.base_logit": 3.0}}}
        done = base.override({"interventions.when": when})
    flips = flips_of(pair(base, done, "fire", "2010-12"), 1500)
    assert len(flips.hinges) > 10
    assert all(hinge.first is not None and hinge.first.is_between for hinge in flips.hinges)
    events = {made.event for made in flips.by_decision}
    assert events == ({"spark"} if how == "from a month on" else {"fire"})


def test_a_number_is_asked_about_by_a_level():
    base = sim.load("mongolia-2024")
    with pytest.raises(BadInput, match="autonomy: is a number; name a level"):
        question_of(target_of(base, "autonomy", "2024-12"))
    with pytest.raises(BadInput, match="russian_visit: comes or does not"):
        question_of(target_of(base, "russian_visit", "2024-12"), 0.5)


def test_flips_come_in_one_world_only(visits: Flips):
    rows = visits.rows()
    came = visits.came[:, rows["run"].to_numpy()]
    assert (came[0] != came[1]).all() and len(rows) == np.sum(visits.came[0] != visits.came[1])
    assert ((came[1] == 1.0) == (rows["came_in"] == "B")).all()


def test_explain_tells_flips_of_two_worlds_and_writes_them_down(tmp_path):
    base = small(CHAIN)
    other = base.override({"quantities.war.start": 0.5})
    found = sim.explain(base, "fire", "2010-12", other, runs=8, futures=800)
    assert found.flips is not None and len(found.flips.hinges) > 0
    found.save(tmp_path / "o")
    names = {path.name for path in (tmp_path / "o").iterdir()}
    assert {"flips.csv", "decisions.csv", "flips.png"} <= names
    run = int(found.flips.flipped.runs[-1])
    assert any(f"run {run} of seed 1" in line for line in explained_told(found, run))
    with pytest.raises(BadInput, match="run 801 does not flip; the first that do: "):
        list(explained_told(found, 801))


def test_no_flips_are_told_of_a_number_without_a_level_nor_of_one_world_with_one():
    base = small(CHAIN)
    other = base.override({"quantities.war.start": 0.5})
    found = sim.explain(base, "wealth", "2010-12", other, runs=8, futures=64)
    assert found.flips is None and "Flips are not told: of a number" in "\n".join(explained_told(found))
    assert sim.explain(base, "wealth", "2010-12", other, above=0.5, runs=8, futures=64).flips is not None
    with pytest.raises(BadInput, match="name a second one"):
        sim.explain("mongolia-2024", "autonomy", "2024-08", above=0.5, groups=["rumour"], runs=8)
