"""A game in a page: what the page finds of a game is what the program finds, bit for bit."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from sim.play.game import Game
from sim.play.page.pack import pack
from sim.play.table import Table
from sim.rules.seats import BY_RULE
from sim.scenario.load import load
from tests.support.game_node import played

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

SMALL = Path(__file__).parent / "cases" / "small.toml"


def at_random(game, rng):
    """Play a game to its end by any legal choices; its sights."""
    seen = []
    while not game.is_over:
        sight = game.sight()
        seen.append(sight)
        game.take(_any(sight, rng))
    return seen


def _any(sight, rng):
    found, shared = {}, {}
    for each in sight.options:
        kind = each.choice.kind
        if kind in ("effort", "welcome"):
            shared.setdefault(kind, []).append(each.choice)
        elif rng.random() < 0.8:
            found[each.name] = rng.random() if kind == "terms" else float(rng.choice((0, 1, 1, BY_RULE)))
    for group in shared.values():
        if rng.random() < 0.5:
            weights = [rng.random() for _ in group]
            found |= {
                each.name: each.most * own / sum(weights) for each, own in zip(group, weights, strict=True)
            }
    return found


def check_bits(scenario, actor, months, futures=(0, 3), seed=1):
    """Play in both; what was played, and what the page says of it."""
    games = [Game(scenario, actor, future, seed, months) for future in futures]
    seen = [at_random(game, Random(place)) for place, game in enumerate(games)]
    packed = pack(Game(scenario, actor, futures[0], seed, months))
    asked = [{"future": game.future, "rounds": [own.chosen for own in game.rounds]} for game in games]
    told = played(packed, asked)
    assert told["hash"] == packed["check"]["hash"]
    for game, sights, found in zip(games, seen, told["games"], strict=True):
        assert found["worth"] == game.worth
        last = game.table.games.last
        assert found["last"] == [float(last[name][0]) for name in game.table.games.world.recorded]
        for sight, own in zip(sights, found["sights"], strict=True):
            assert own["worth"] == sight.worth and own["news"] == list(sight.news)
            assert own["numbers"] == {name: sight.numbers[name] for name in own["numbers"]}
            options = {each.name: each for each in sight.options}
            assert [each["name"] for each in own["options"]] == list(options)
            for each in own["options"]:
                assert dict(each["gains"]) == dict(options[each["name"]].advice)
                assert each["concession"] == options[each["name"]].terms
        assert found["decisive"] == [
            [own.month, choice.name, gain] for own, choice, gain in game.decisive()
        ]
        assert [own["ruled"] for own in found["rounds"]] == [own.ruled for own in game.rounds]
        fan = Table.of(scenario, [actor], [game.future, *_others(game.future)], seed, months)
        while not fan.is_over:
            fan.take({})
        assert found["fan"] == fan.mean_worth(actor).tolist()
    return games, told["games"]


def _others(future, many=200):
    return [number for number in range(many + 1) if number != future][:many]


@needs_node
@pytest.mark.parametrize("actor", ["North", "Buffer"])
def test_a_game_in_the_page_gives_the_bits_of_the_program(actor):
    check_bits(load(SMALL), actor, 8)


@needs_node
def test_so_it_does_where_the_scenario_changes_its_rules_on_the_way():
    later = load(SMALL).intervene({"wealth": 0.9, "decision.precision": 2.0}, "2010-04")
    check_bits(later, "Buffer", 6, futures=(2,), seed=5)


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize(
    "name, actor", [("mongolia-2024", "Mongolia"), ("mongolia-2024", "Russia"), ("khalkhin-gol-1939", "Japan")]
)
def test_so_it_does_in_shipped_scenarios(name, actor):
    check_bits(load(name), actor, 12, futures=(0, 2**40))
