"""Games: in a terminal, on file, looked back on, and as environments for learners."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from pettingzoo.test import parallel_api_test, parallel_seed_test
from typer.testing import CliRunner

import sim.play
from sim.cli import app
from sim.play.game import Game, GameError
from sim.play.scores import beside
from sim.play.table import Table
from sim.play.terminal import play
from sim.play.words import debrief
from sim.scenario.load import load
from tests.test_experiments import experiment

SMALL = Path(__file__).parent / "cases" / "small.toml"
MONTHS = 5


def played(file=None, words="", months=MONTHS):
    """A game of which the lines are given, and what was said; afterwards everything is left to the rule."""
    game, said = Game(load(SMALL), "North", 3, 1, months, file=file), []
    game.begin()
    lines = iter(words.split("\n"))
    play(game, lambda prompt: next(lines, "rule"), said.append)
    said += debrief(game, beside(game, 8))
    return game, said


def test_a_game_left_to_the_rule_is_the_run_of_the_model():
    game, said = played(words="rule")
    ensemble = sim.run(load(SMALL), 4, months=MONTHS)
    last = game.table.games.last
    assert ensemble.outcomes["end.wealth"].iloc[3] == float(last["wealth"][0])
    assert any("You did what the rule would have drawn" in line for line in said)


def test_what_cannot_be_typed_is_told_and_asked_for_again():
    game, said = played(words="99\nnonsense\neffort Nowhere=1\nhelp\nterms\n\n")
    told = "\n".join(said)
    for part in (
        "'99' is none of the numbers",
        "'nonsense' is none",
        "'Nowhere' is none of",
        "needs a number",
    ):
        assert part in told
    assert game.is_over and game.rounds[0].chosen


def test_a_game_is_kept_round_by_round_and_taken_up(tmp_path):
    file = tmp_path / "game.jsonl"
    game = Game(load(SMALL), "North", 3, 1, MONTHS, file=file)
    game.begin()
    for _ in range(3):
        game.take({each.name: 1.0 for each in game.sight().options if each.choice.is_yes_or_no})
    again = Game.read(file)
    assert [own.chosen for own in again.rounds] == [own.chosen for own in game.rounds]
    while not again.is_over:
        again.take({})
    assert Game.read(file).worth == again.worth
    lines = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["worth"] == again.worth
    file.write_text("\n".join([*lines[:-1], json.dumps({"over": True, "worth": 9.0})]), encoding="utf-8")
    with pytest.raises(GameError, match="played again it comes to"):
        Game.read(file)
    for text in ("", "nonsense", "[]", '{"kind": "steppe game"}', '{"kind": "steppe game", "format": 1}'):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(GameError):
            Game.read(file)


def test_decisive_choices_are_those_whose_taking_back_moves_the_worth():
    game, _ = played(words="1\n1\n\n1", months=8)
    moments = game.decisive()
    assert moments and [abs(gain) for *_, gain in moments] == sorted(
        (abs(gain) for *_, gain in moments), reverse=True
    )
    own, choice, gain = moments[0]
    place = game.rounds.index(own)
    assert game.worth - game.again({place: {choice.name: own.ruled[choice.name]}}) == gain
    assert game.again({}) == game.worth


def test_shares_are_taken_back_as_a_whole():
    game, said = played(words="effort trade=1\n\neffort politics=1", months=4)
    shares = [(own, choice) for own, choice, _ in game.decisive() if choice.kind == "effort"]
    # what is shared out holds, until it is told otherwise
    assert sorted(own.month for own, _ in shares) == [0, 1, 2]
    assert any("effort" in line for line in said)


def test_a_game_and_the_same_future_among_others_come_to_the_same_bits():
    game, _ = played(words="1", months=24)
    assert game.again({}) == game.worth == game.again({0: {}, 1: {}})
    rule, _ = played(months=24)
    assert beside(rule, 4).rule == beside(rule, 4).worth == rule.worth


def test_the_command_plays_saves_and_goes_on(tmp_path):
    file = tmp_path / "game.jsonl"
    order = ["play", str(SMALL), "--as", "North", "--months", "3", "--save", str(file)]
    done = CliRunner().invoke(app, order, input="rule\nstop\n")
    assert done.exit_code == 0 and "go on with: steppe play --go-on" in done.stderr, done.output
    again = CliRunner().invoke(app, order, input="")
    assert again.exit_code == 2 and "is there" in again.stderr
    on = CliRunner().invoke(app, ["play", "--go-on", str(file)], input="rule\n" * 9)
    assert on.exit_code == 0 and "It is over" in on.stdout, on.output
    for wrong, words in (
        (["play"], "name a scenario and a seat"), (["play", str(SMALL)], "name a scenario and a seat"),
        (["play", str(SMALL), "--as", "Bufer"], "did you mean 'Buffer'"),
        (["play", str(SMALL), "--go-on", str(file)], "leave out the scenario"),
    ):  # fmt: skip
        done = CliRunner().invoke(app, wrong)
        assert done.exit_code == 2 and words in done.stderr and len(done.stderr.splitlines()) == 1, (
            done.output
        )


def test_the_environment_of_several_seats_passes_the_tests_of_its_library():
    def made():
        return sim.play.parallel_env(SMALL, seats=["Buffer", "North"], months=6)

    parallel_api_test(made(), num_cycles=30)
    parallel_seed_test(made, num_cycles=15)


def test_futures_of_a_vector_environment_are_those_of_one_future_each():
    many = sim.play.vector_env(SMALL, "Buffer", 4, months=4)
    assert many.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    observed, _ = many.reset(seed=5)
    table = Table.of(SMALL, ["Buffer"], 4, 5, 4)
    np.testing.assert_array_equal(observed["observation"][:, 2:], table.seen("Buffer"))
    rewards, over = np.zeros(4), np.zeros(4, dtype=bool)
    many.action_space.seed(3)
    sampled = []
    while not over.all():
        actions = many.action_space.sample()
        sampled.append(actions)
        observed, reward, over, _, _ = many.step(actions)
        rewards += reward
    assert rewards == pytest.approx(many.table.mean_worth("Buffer"))
    single = sim.play.parallel_env(SMALL, seats=["Buffer"], months=4)
    single.reset(seed=5)
    single.reset()
    total = 0.0
    for actions in sampled:
        own = {name: values[1] for name, values in actions.items()}
        _, reward, _, _, _ = single.step({"Buffer": own})
        total += reward["Buffer"]
    assert total == pytest.approx(rewards[1])
    again, reward, over, _, _ = many.step(many.action_space.sample())
    assert not over.any() and not reward.any() and (again["observation"][:, 1] == 0).all()


def test_the_script_that_measures_speed_runs(capsys, monkeypatch):
    own = experiment("seats_speed")
    monkeypatch.setattr("sys.argv", ["seats_speed.py", "--futures", "4", "--months", "1", "--rounds", "1"])
    own.main()
    told = capsys.readouterr().out
    assert "4 futures together" in told and float(told.split()[-1].replace(",", "")) > 1


def test_a_match_against_itself_gains_nothing_and_standing_orders_gain_what_their_difference_is():
    alone = sim.play.match(SMALL, {"Buffer": sim.play.ByRule()}, runs=16, months=6)
    assert not alone.gain("Buffer").any()
    found = sim.play.match(SMALL, {"Buffer": sim.play.Standing(answer=1)}, runs=64, months=6)
    row = found.table().iloc[0]
    assert row["gain"] == pytest.approx(row["worth"] - row["rule"]) and row["low"] < row["gain"] < row["high"]
