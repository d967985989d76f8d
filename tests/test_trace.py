"""A story tells what moved a position, why a power sanctions, and what else moves the odds of an offer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.agents.model import Model
from sim.scenario.load import load
from sim.scenario.lower import lower
from sim.studies.trace import positions
from sim.studies.trace.ask import story
from sim.studies.trace.positions import CHANCE, EVENTS, HOME, Moves
from tests.support.scenarios import random_scenario

MONGOLIA = load(Path(__file__).parents[1] / "configs" / "mongolia-2024.toml")
CALM = {f"actors.{power}.noise": [0.0] for power in ("Russia", "China", "United_States")}


def told(changes: dict, done: dict | None = None, months: int = 60) -> list[str]:
    """The lines of a future of the shipped scenario."""
    return list(story(lower(MONGOLIA.override(changes).intervene(done or {}), months), 1, 0))


def moves(lines: list[str], actor: str) -> list[str]:
    """Lines that tell of an actor's position."""
    return [line for line in lines if line.startswith(f"  {actor} moves ")]


@pytest.mark.parametrize("number", [None, 0, 5, 9])
def test_causes_of_a_move_sum_to_the_move(monkeypatch, number):
    """Whatever is told, home, ties, events and chance are all that moves a position."""
    monkeypatch.setattr(positions, "FAR", 9.0)
    scenario = MONGOLIA if number is None else random_scenario(number)
    model = Model(scenario, months=12, run=2)
    account = Moves(model)
    while model.running:
        before = dict(model.state)
        model.step()
        assert not list(account.lines(before))
    for standing in model.parts.standings.values():
        for place, axis in enumerate(standing.axes):
            moved = model.state[axis] - model.world.start[axis]
            assert sum(account.causes[axis].values()) == pytest.approx(moved, abs=1e-12), (axis, place)


def test_without_luck_chance_moves_nobody(monkeypatch):
    """All that moves Russia, which has no noise here, is its home, its ties and events."""
    monkeypatch.setattr(positions, "FAR", 9.0)
    model = Model(MONGOLIA.override(CALM), months=24)
    account = Moves(model)
    while model.running:
        before = dict(model.state)
        model.step()
        list(account.lines(before))
    causes = account.causes["alignment.Russia.order"]
    assert causes[CHANCE] == pytest.approx(0.0, abs=1e-12) and causes[EVENTS] == 0.0
    assert causes[HOME] != 0.0 and any(cause.startswith("tie to China (turn * dep") for cause in causes)


def test_dependence_is_told_to_draw_russia_to_china():
    lines = moves(told(CALM, {"dependence_on_china": 0.9}), "Russia")
    assert lines and all("towards China" in line for line in lines)
    assert all("tie to China (turn * dependence_on_china) -" in line for line in lines)


def test_a_power_that_is_held_moves_by_the_course_that_is_given():
    lines = moves(told({}, {"alignment.Russia.order": [["2024-06", -0.163], ["2025-01", 0.4]]}, 12), "Russia")
    assert len(lines) == 1 and "from -0.16 to +0.40" in lines[0] and positions.COURSE in lines[0]


def test_a_power_is_told_to_sanction_for_what_it_punishes_and_against_what_it_costs():
    lines = [line for line in told({}) if "European Union weighs doing it" in line]
    assert lines
    for line in lines:
        for reason in (
            r"punish\.European_Union \* war \* \(1 - closeness\.European_Union\.Russia\) [+-]",
            r"exposure\.European_Union [+-]",
            r"Weariness of sanctions \(European Union\) [+-]",
        ):
            assert re.search(reason, line), line
        worth, terms = line.split(" = ", 1)
        parts = [float(each.rsplit(" ", 1)[1]) for each in terms.split(", ")]
        assert sum(parts) == pytest.approx(float(worth.rsplit(" ", 1)[1]), abs=0.03)


def test_what_moves_the_odds_of_courting_is_told():
    lines = told({}, {"rivalry": 1.0})
    asked = [place for place, line in enumerate(lines) if line.startswith("  Mongolia courts")]
    wished = [lines[place + 1] for place in asked]
    assert asked and all(
        "Its odds are moved by change(value.Mongolia.autonomy) +0." in line for line in wished[1:]
    )
