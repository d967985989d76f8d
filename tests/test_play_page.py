"""A game in a page: what the page finds of a game is what the program finds, bit for bit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.outcomes.happenings import happenings_of
from sim.play.game import Game
from sim.play.kept.ask import games
from sim.play.kept.lines import played_again
from sim.play.page.pack import pack
from sim.play.past import past_lines, past_of
from sim.play.scores import beside
from sim.play.sight import date_of
from sim.play.words import MOST_MOMENTS, debrief, menu, standing
from sim.play.words import said as said_of
from sim.refusal import ScenarioError
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
    games_ = [Game(scenario, actor, future, seed, months) for future in futures]
    seen = [at_random(game, Random(place)) for place, game in enumerate(games_)]
    packed = pack(Game(scenario, actor, futures[0], seed, months))
    told = played(
        packed, [{"future": game.future, "rounds": [own.chosen for own in game.rounds]} for game in games_]
    )
    assert told["hash"] == packed["check"]["hash"]
    for game, sights, found in zip(games_, seen, told["games"], strict=True):
        check_sights(sights, found["sights"])
        assert found["worth"] == game.worth
        last = game.table.games.last
        assert found["last"] == [float(last[name][0]) for name in game.table.games.world.recorded]
        decisive = [[own.month, choice.name, gain] for own, choice, gain in game.decisive()]
        assert found["decisive"] == decisive
        assert [own["ruled"] for own in found["rounds"]] == [own.ruled for own in game.rounds]
        own = beside(game)
        assert np.array_equal(np.array(found["fanMonths"]).T, [own.ruled, *own.fan])
        assert found["elsewhere"] == [sum(each) / months for each in own.plan.tolist()]
        assert found["again"] == {"game": game.worth, "who": "Ada"}
    return games_, told["games"]


def check_sights(sights, found):
    """That the page shows what is seen, and offers what is legal."""
    for sight, own in zip(sights, found, strict=True):
        assert own["worth"] == sight.worth and own["news"] == list(sight.news)
        assert own["numbers"] == {name: sight.numbers[name] for name in own["numbers"]}
        options = {each.name: each for each in sight.options}
        assert [each["name"] for each in own["options"]] == list(options)
        for each in own["options"]:
            assert dict(each["gains"]) == dict(options[each["name"]].advice)
            assert each["concession"] == options[each["name"]].terms


@needs_node
@pytest.mark.parametrize("actor", ["North", "Buffer"])
def test_a_game_in_the_page_gives_the_bits_of_the_program(actor):
    check_bits(load(SMALL), actor, 8)


@needs_node
def test_the_line_that_is_copied_is_read_and_played_again_by_the_program(tmp_path):
    (game, _), (found, _) = check_bits(load(SMALL), "North", 6, seed=2**60 + 1)
    file = tmp_path / "class.jsonl"
    file.write_text(found["line"] + "\n", encoding="utf-8")
    read = games([file])
    (line,) = read.lines
    assert not read.wrong and (line.name, line.worth, line.seed) == ("Ada", game.worth, 2**60 + 1)
    again = played_again(line)
    assert again.worth == game.worth and again.choices == game.choices
    file.write_text(json.dumps(json.loads(found["line"]) | {"worth": 9.0}) + "\n", encoding="utf-8")
    assert "played again it comes to other numbers" in games([file]).wrong[0]


@needs_node
@pytest.mark.parametrize("actor", ["North", "Buffer"])
def test_the_words_are_those_of_the_terminal(actor):
    scenario = load(SMALL)
    (game, _), (found, _) = check_bits(scenario, actor, 8)
    again, before = Game(scenario, actor, 0, 1, 8), {}
    for own, sight in zip(game.rounds, found["sights"], strict=True):
        seen = again.sight()
        said = squeezed(menu(seen, [each for each in seen.options if each.choice.is_yes_or_no]))
        for option, (asked, advice) in zip(seen.options, sight["menu"], strict=True):
            if option.choice.is_yes_or_no:
                told = "; ".join(f"{side}: {who}" for side, who in advice)
                assert f"{asked} {told or 'nobody at home gains or loses much by it'}" in said
        if own.is_first:
            if own.month:
                assert sight["standing"] in squeezed(standing(again, seen, before))
            before = dict(seen.numbers)
        again.take(own.chosen)
    told, ended = found["debrief"], squeezed(debrief(game, beside(game)))
    for sentence in ("over", "ending", "fan", "heading", "more"):
        assert told[sentence] in ended
    moments = [said_of(choice, own) for own, choice, _ in game.decisive()[:MOST_MOMENTS]]
    assert [each["said"] for each in told["moments"]] == moments


@needs_node
@pytest.mark.parametrize("actor", ["North", "Buffer"])
def test_history_stands_in_the_page_in_the_words_of_the_terminal(actor, tmp_path):
    game, facts = Game(load(SMALL), actor, 3, 1, 8), tmp_path / "facts.csv"
    at_random(game, Random(3))
    rows = [
        f"event,{each.name},{game.scenario.case.time.start},{place % 2},invented,source,"
        for place, each in enumerate(happenings_of(game.scenario))
        if each.of_events_alone
    ]
    facts.write_text(
        "\n".join(["kind,target,when,value,source,provenance,note", *rows, ""]), encoding="utf-8"
    )
    packed = pack(game, facts=facts)
    rounds = [own.chosen for own in game.rounds]
    (found,) = played(packed, [{"future": 3, "rounds": rounds}])["games"]
    told = squeezed(past_lines(game, past_of(game, facts), "facts.csv"))
    for month, name in enumerate(packed["dates"]):
        told = told.replace(date_of(game.table, month), name)
    heading = packed["said"]["history"].format(name="facts.csv")
    assert told == squeezed([heading, *found["debrief"]["history"]])
    assert "January 2010" in told and "in your game" in told and "by the rule" in told
    assert pack(game)["history"] == {"name": "", "told": []}


def squeezed(lines):
    return " ".join(" ".join(lines).split())


@needs_node
def test_what_is_no_game_of_this_page_is_refused_in_a_sentence():
    scenario = load(SMALL)
    packed = pack(Game(scenario, "North", 0, 1, 4))
    whole = played(packed, [{"future": 0, "rounds": [{}] * 8}])["games"][0]["short"]
    other = pack(Game(scenario, "Buffer", 0, 1, 4))
    lines = [whole, "", "steppe-game-1", whole[:-1] + "x", whole.replace("future:0", "future:1")]
    found = played(packed, [{"line": line} for line in lines])["games"]
    assert "game" in found[0] and all("refused" in each for each in found[1:])
    (foreign,) = played(other, [{"line": whole}])["games"]
    assert "of another page" in foreign["refused"]
    # what was sealed is played only if it may be: nothing that rules forbid
    for rounds in ("99", "0=7", "0=1e999", "play", "1,1=0.9_r", "r_r_r_r_r_r_r_r_r", "n0=-3", "__proto__"):
        (each,) = played(packed, [{"line": sealed(whole, rounds)}])["games"]
        assert each == {"refused": "The game in this address cannot be played again."}


def test_the_command_writes_the_page_once(tmp_path):
    file, order = tmp_path / "game.html", ["play", str(SMALL), "--as", "Buffer", "--months", "3"]
    for words, code, told in (
        (["--page", str(file)], 0, "saved in"),
        (["--page", str(file)], 1, "choose another file (options --page and --overwrite)"),
        (["--page", str(file), "--overwrite"], 0, "saved in"),
        (["--page", str(file), "--save", "game.jsonl"], 2, "leave out --save"),
    ):
        done = CliRunner().invoke(app, [*order, *words])
        assert done.exit_code == code and told in done.stderr, done.output
        assert len(done.stderr.splitlines()) == 1
    html = file.read_text(encoding="utf-8")
    assert 'content="steppe report ' in html and "--as Buffer --months 3 --seed 1 --future 0" in html
    assert len(html) < 300_000 and "://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_who_waits_for_something_is_in_no_page():
    waiting = {"seen": {"if": "war", "above": 0.7, "changes": {"decision.precision": 2.0}}}
    scenario = load(SMALL).override({"interventions.when": waiting})
    with pytest.raises(ScenarioError, match="waits for something"):
        pack(Game(scenario, "Buffer", 0, 1, 3))


def sealed(line, rounds):
    """The line with other rounds, and the check that fits them."""
    parts = [*line.split("~")[:-2], f"play:{rounds}"]
    found = 0x811C9DC5
    for sign in "~".join(parts):
        found = (found ^ ord(sign)) * 0x01000193 % 2**32
    return f"{'~'.join(parts)}~{found:08x}"


@needs_node
def test_so_it_does_where_the_scenario_changes_its_rules_on_the_way():
    later = load(SMALL).intervene({"wealth": 0.9, "decision.precision": 2.0}, "2010-04")
    check_bits(later, "Buffer", 6, futures=(2,), seed=5)


@needs_node
@pytest.mark.slow
@pytest.mark.parametrize(
    "name, actor",
    [("mongolia-2024", "Mongolia"), ("mongolia-2024", "Russia"), ("khalkhin-gol-1939", "Japan")],
)
def test_so_it_does_in_shipped_scenarios(name, actor):
    check_bits(load(name), actor, 12, futures=(0, 2**40))
