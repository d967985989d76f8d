"""Programs in a seat: hostile ones cannot stop a game or bring it where the rules forbid."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim.play.game import Game
from sim.play.program import TRIES, Program
from sim.refusal import BadInput
from sim.scenario.load import load

SMALL = load(Path(__file__).parent / "cases" / "small.toml")
MONTHS = 4

ANSWERS = (
    "import json, sys\nfor line in sys.stdin:\n    asked = json.loads(line)\n"
    "    if asked['type'] == 'choose':\n        {}"
)

SAYS = "print('{\"choose\": {\"%s\": VALUE}}' % asked['legal'][0]['name'], flush=True)"

HOSTILE = {
    "garbage": "import sys\nfor line in sys.stdin: print('\\x00 garbage {', flush=True)",
    "flood": "import sys\nwhile True: sys.stdout.write('x' * 100000)",
    "lines": "while True: print('{}')",
    "silence": "import time; time.sleep(100)",
    "ends": "",
    "no output": "import os, time; os.close(1); time.sleep(100)",
    "forks": "import os, time; os.fork(); time.sleep(100)",
    "nested": "import sys\nfor line in sys.stdin: print('[' * 100000, flush=True)",
    "not legal": ANSWERS.format("print(json.dumps({'choose': {'chosen.answer.nothing': 1}}), flush=True)"),
    "no number": ANSWERS.format(
        "print('{\"choose\": {\"%s\": NaN}}' % asked['legal'][0]['name'], flush=True)"
    ),
    "huge": ANSWERS.format(
        "print('{\"choose\": {\"%s\": 1%s}}' % (asked['legal'][0]['name'], '0' * 400), flush=True)"
    ),
    "true": ANSWERS.format("print(json.dumps({'choose': {asked['legal'][0]['name']: True}}), flush=True)"),
}


def played(tmp_path, text, seconds=0.25):
    """A game by a program of this text, and the program."""
    file = tmp_path / "occupant.py"
    file.write_text(text, encoding="utf-8")
    game = Game(SMALL, "North", 3, 1, MONTHS)
    with Program(f"{sys.executable} {file}", seconds) as program:
        while not game.is_over:
            game.take(program.decide(game.sight()))
    return game, program


@pytest.fixture(scope="module")
def ruled():
    game = Game(SMALL, "North", 3, 1, MONTHS)
    while not game.is_over:
        game.take({})
    return game.worth


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_program_leaves_the_game_to_the_rule(tmp_path, kind, ruled):
    game, program = played(tmp_path, HOSTILE[kind])
    assert game.worth == ruled and program.left_to_rule > 0 and program.faults


def test_an_illegal_move_is_told_with_the_legal_ones_and_asked_for_again(tmp_path, ruled):
    text = (
        "import json, sys\nwrong = True\nfor line in sys.stdin:\n    asked = json.loads(line)\n"
        "    if asked['type'] == 'illegal':\n        assert asked['legal'] and asked['why']\n"
        "        wrong = False\n"
        "    if asked['type'] in ('choose', 'illegal'):\n"
        "        print(json.dumps({'choose': {'nothing': 1} if wrong else {}}), flush=True)\n"
    )
    game, program = played(tmp_path, text, 5.0)
    assert game.worth == ruled and program.left_to_rule == 0 and TRIES > 1


def test_what_a_program_chooses_is_done(tmp_path, ruled):
    yes = "print(json.dumps({'choose': {e['name']: 1 for e in asked['legal'] if 'advice' in e}}), flush=True)"
    game, program = played(tmp_path, ANSWERS.format(yes), 5.0)
    assert program.left_to_rule == 0
    assert any(own.chosen for own in game.rounds)
    assert all(value == 1 for own in game.rounds for value in own.chosen.values())


def test_a_program_that_cannot_be_started_is_told():
    with pytest.raises(BadInput, match="cannot be started"):
        Program("/no/such/program")
