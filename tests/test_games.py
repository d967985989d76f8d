"""A class of games: lines that are played again, a ledger of them, the debrief with fan and history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim.play
from sim.cli import app
from sim.play.game import Game
from sim.play.kept.folder import write_debrief
from sim.play.kept.lines import check_ledger, check_place, played_again, told_of, write_down
from sim.play.past import deeds_of, past_lines, past_of
from sim.play.scores import beside
from sim.play.terminal import play
from sim.play.words import debrief
from sim.refusal import BadInput
from sim.scenario.load import load
from sim.studies.ledger.chain import LedgerError
from sim.studies.ledger.entry import entries_of
from sim.studies.ledger.verify import verify_ledger

SMALL = Path(__file__).parent / "cases" / "small.toml"
MONTHS, FUTURES = 5, 8


def played(name="Ann", actor="North", yes=1.0, months=MONTHS):
    """A game in which everything that can be chosen is."""
    game = Game(load(SMALL), actor, 3, 1, months, name=name)
    while not game.is_over:
        game.take({each.name: yes for each in game.sight().options if each.choice.is_yes_or_no})
    return game


@pytest.fixture(scope="module")
def game():
    return played()


@pytest.fixture(scope="module")
def found(game):
    return beside(game, FUTURES)


def test_a_game_beside_the_rule_is_what_each_of_its_futures_comes_to(game, found):
    ruled = Game(load(SMALL), "North", 3, 1, MONTHS)
    ruled.choose([])
    assert (found.worth, found.rule) == (game.worth, ruled.worth) and found.gain == game.worth - ruled.worth
    other = Game(load(SMALL), "North", 5, 1, MONTHS)
    other.choose(game.choices)
    assert found.plan[5].mean() == other.worth
    match = sim.play.match(SMALL, {"North": sim.play.ByRule()}, runs=FUTURES, months=MONTHS)
    assert found.fan.mean(axis=1).tolist() == match.twin["North"].tolist()
    alike = beside(ruled, FUTURES)
    assert alike.gain == 0 and (alike.elsewhere.mean, alike.elsewhere.low) == (0, 0)


def test_public_names_are_what_they_are_called_however_often_they_are_asked_for():
    for name in sim.play.__all__:
        if name not in ("parallel_env", "vector_env"):
            assert getattr(sim.play, name) is getattr(sim.play, name) and callable(getattr(sim.play, name))


def test_a_line_is_played_again_and_one_that_was_changed_is_told(game, found, tmp_path):
    file = tmp_path / "class.jsonl"
    write_down(game, found, file)
    write_down(played("Ben", yes=0.0), beside(played("Ben", yes=0.0), FUTURES), file)
    whole = sim.play.games([file])
    assert not whole.wrong
    for line in whole.lines:
        assert played_again(line).choices == played(yes=float(line.name == "Ann")).choices
    table = whole.table()
    assert sorted(table["name"]) == ["Ann", "Ben"] and table["gain"].is_monotonic_decreasing
    assert len(verify_ledger(file).ledger.entries) == 2
    # by its hash where it stands, and by its game where the hash was made anew or left out
    lines = file.read_text(encoding="utf-8").splitlines()
    own = json.loads(lines[0])
    bad = tmp_path / "bad.jsonl"
    changed = lines[0].replace('"name": "Ann"', '"name": "Eve"')
    bare = {key: value for key, value in own.items() if key != "sha256"}
    better = [{**bare, "worth": own["worth"] + 0.01}, {**bare, "choices": own["choices"][1:]}]
    elsewhere = {**bare, "elsewhere": {**own["elsewhere"], "gain": 9.0}}
    other = {**bare, "scenario": {**own["scenario"], "as_run_sha256": "0" * 64}}
    illegal = {**bare, "choices": [[0, 1, {"chosen.answer.nothing": 1}]]}
    rest = [*better, elsewhere, other, illegal, bare, {"kind": "game"}]
    told = [changed, *map(json.dumps, rest), "nonsense"]
    bad.write_text("\n".join(told), encoding="utf-8")
    read = sim.play.games([bad])
    assert len(read.lines) == 1 and len(read.wrong) == len(told) - 1
    wrong = (
        "hash differs",
        "worth",
        "worth",
        "elsewhere.gain 9",
        "another small",
        "no choice",
        "name: ",
        "is none",
    )
    for line, words in zip(read.wrong, wrong, strict=True):
        assert line.startswith(f"{bad}: line ") and words in line
    with pytest.raises(LedgerError, match="hash differs"):
        verify_ledger(bad)
    with pytest.raises(BadInput, match="there is no such file"):
        sim.play.games([tmp_path / "none"])


def test_a_ledger_of_games_whose_worth_is_made_up_is_told_by_verify(game, found, tmp_path):
    from sim.studies.ledger.chain import add
    from sim.studies.ledger.clock import written

    file = tmp_path / "class.jsonl"
    add(file, lambda time: [{"made": written(time), **told_of(game, found), "worth": 9.0}])
    with pytest.raises(LedgerError, match=r"line 1: played again it comes to other numbers: .*worth 9"):
        check_ledger(verify_ledger(file).ledger)
    other = tmp_path / "forecasts.jsonl"
    add(other, lambda time: [{"made": written(time), "kind": "event"}])
    with pytest.raises(LedgerError, match="holds forecasts; choose another file"):
        check_place(other)
    with pytest.raises(LedgerError, match="line 1 tells of a game; steppe games reads those"):
        [*entries_of(verify_ledger(file).ledger)]


def test_commands_of_a_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    order = ["play", str(SMALL), "--as", "North", "--months", "3", "--results", "class.jsonl"]
    for name, words in (("Ann", "1\n" + "\n" * 9), ("=cmd|x", "rule\n" * 9)):
        done = CliRunner().invoke(app, [*order, "--name", name], input=words)
        assert done.exit_code == 0 and "a line was added" in done.stderr, done.output
    done = CliRunner().invoke(app, ["games", "class.jsonl", "--out", "class"])
    assert done.exit_code == 0 and "2 games; mean gain" in done.stdout, done.output
    assert "'=cmd|x" in Path("class/games.csv").read_text(encoding="utf-8")
    assert {"games.png", "games.svg", "games.jsonl"} <= {path.name for path in Path("class").iterdir()}
    for folder in ("class", "class.jsonl"):
        assert CliRunner().invoke(app, ["verify", folder]).exit_code == 0
    Path("bad.jsonl").write_text("nonsense\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["games", "class.jsonl", "bad.jsonl"])
    assert done.exit_code == 1 and "bad.jsonl: line 1: is none of a game" in done.stderr
    for wrong, words in ((order, "--results needs a --name"), (["games", "no.jsonl"], "no such file")):
        done = CliRunner().invoke(app, wrong)
        assert done.exit_code == 2 and words in done.stderr, done.output


def test_the_debrief_has_the_fan_in_the_terminal_and_as_a_figure(game, found, tmp_path):
    told = list(debrief(game, found))
    rows = [line for line in told if "*" in line and line.strip().startswith("20")]
    assert len(rows) == MONTHS and any("What decided it" in line for line in told)
    assert write_debrief(game, found, told, tmp_path / "out", False) == ()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"debrief.txt", "months.csv", "choices.csv", "fan.png", "fan.svg", "manifest.json"}
    months = (tmp_path / "out" / "months.csv").read_text(encoding="utf-8").splitlines()
    assert months[-1].split(",")[1] == repr(float(found.own[-1]))


def test_history_says_what_really_came_beside_the_game(tmp_path):
    assert deeds_of(load("mongolia-1995")).name == "mongolia-1995-deeds.csv" and deeds_of(load(SMALL)) is None
    game, facts = played(yes=0.0), tmp_path / "facts.csv"
    start = game.scenario.case.time.start
    offers = [event for event in game.table.games.world.parts.events if event.principal == "North"]
    name = offers[0].name
    head = "kind,target,when,value,source,provenance,note\n"
    facts.write_text(f"{head}event,{name},{start},1,invented,source,\n", encoding="utf-8")
    (own,) = past_of(game, facts)
    assert (own.dated.told, own.dated.real, own.own) == ((0,), ((0,),), ())
    assert any(f"really {start}; in your game never" in line for line in past_lines(game, [own], "facts.csv"))
    ruled = Game(load(SMALL), "North", 3, 1, MONTHS)
    ruled.choose([])
    (same,) = past_of(ruled, facts)
    assert same.own == same.ruled == own.ruled


def test_shares_hold_until_they_are_told_otherwise_and_are_taken_back_as_one():
    game, lines = Game(load(SMALL), "North", 3, 1, MONTHS), []
    channel = game.table.seat("North").groups[0][0].about
    words = iter([f"effort {channel}=1", "", "effort rule"])
    play(game, lambda prompt: next(words, "") if game.table.is_first_round else "", lines.append)
    shares = [own.chosen.get(f"chosen.effort.North.{channel}") for own in game.rounds if own.is_first]
    assert shares == [1.0, 1.0, -1.0, -1.0, -1.0] and game.is_over
    months = [own.month for own, choice, _ in game.decisive() if choice.kind == "effort"]
    assert sorted(months) == [0, 1]


def test_a_game_that_is_stopped_is_kept_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    order = ["play", str(SMALL), "--as", "North", "--months", "3"]
    done = CliRunner().invoke(app, order, input="")
    assert done.exit_code == 0 and "nothing was decided" in done.stderr and not list(tmp_path.iterdir())
    done = CliRunner().invoke(app, order, input="1\n")
    assert done.exit_code == 0 and "go on with: steppe play --go-on small-North.game.jsonl" in done.stderr
    assert Game.read(Path("small-North.game.jsonl")).rounds[0].chosen

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    done = CliRunner().invoke(app, ["play", "--go-on", "small-North.game.jsonl"])
    assert done.exit_code == 0 and "go on with: steppe play --go-on small-North.game.jsonl" in done.stderr
