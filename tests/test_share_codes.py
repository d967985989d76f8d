"""Settings as a line and as a command: they come back as they were, and mean the same to Python."""

from __future__ import annotations

import random
import shlex

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.support.scripts import run

SCRIPTS = ("live-words.js", "live-settings.js", "live-share.js")
DATES = [f"{2024 + (5 + month) // 12}-{(5 + month) % 12 + 1:02d}" for month in range(60)]


def pack(**changes):
    """What the codes need to know of a scenario; one path is as odd as a file may have it."""
    does = ("sanctions", "decision.precision", 'quantities."~a=b@c d\'é".start')
    assumes = ("decision.precision", "parameters.offence_scale", "actors.Mongolia.position.0")
    numbers = [{"key": f"do:{path}", "kind": "do", "path": path, "value": 0.5} for path in does]
    numbers += [{"key": f"set:{path}", "kind": "set", "path": path, "value": 0.5} for path in assumes]
    theories = [{"name": name, "label": name, "says": ""} for name in ("logit", "heuristic")]
    at = {"dates": DATES, "free": 0, "past": None}
    known = {"name": "mongolia-2024", "hash": "3fa9c2d1" * 8, "seed": 1, **at}
    return {**known, "numbers": numbers, "theories": theories, **changes}


def random_settings(draw):
    """Settings such as a reader may come to."""
    known, value = (
        pack()["numbers"],
        lambda: draw.choice([draw.uniform(-2, 2), 1e-9, 0, -0.25, 123456789.125]),
    )
    chosen = [number for number in known if draw.random() < 0.5]
    deeds = [
        {"path": each["path"], "value": value(), "month": draw.randrange(60)}
        for each in chosen
        if each["kind"] == "do"
    ]
    read = {each["path"]: value() for each in chosen if each["kind"] == "set"}
    return {"set": read, "do": deeds, "theory": draw.choice([None, "logit", "heuristic"])}


def test_two_hundred_settings_come_back_from_their_codes_as_they_were():
    draw = random.Random(17)
    asked = [[random_settings(draw), draw.choice([512, 1024, 4096])] for _ in range(200)]
    back = run(
        SCRIPTS,
        {"pack": pack(), "asked": asked},
        """return given.asked.map(([settings, runs]) => {
          const want = settled(settings.set, settings.do, settings.theory);
          const read = readCode(given.pack, codeOf(given.pack, want, runs));
          return read.refused ?? (same(read.settings, want) && read.runs === runs);
        });""",
    )
    assert back == [True] * 200


def codes():
    """A good code, and others that are foreign or damaged."""
    return run(
        SCRIPTS,
        {"pack": pack()},
        """
        const deeds = [{ path: "sanctions", value: 0.9, month: 7 }];
        const at = (pack) => codeOf(pack, settled({ "decision.precision": 1.25 }, deeds, null), 1024);
        const good = at(given.pack), again = (text) => sealed(text.split("~"));
        const body = good.slice(0, good.lastIndexOf("~")), other = { ...given.pack, hash: "0".repeat(64) };
        return [good, [
          "", "hello", "https://example.org/#here", good.replace("0.9", "0.8"), good.slice(0, -1),
          good.slice(3), good + good, good.replace("steppe-1", "steppe-2"), at(other),
          at({ ...given.pack, seed: 2 }), again(body.replace("~seed:1", "")),
          again(body.replace("decision.precision", "decision.outside")),
          again(body.replace("2025-01", "2035-01")), again(body.replace("=1.25", "=NaN")),
          again(body.replace("=1.25", "=1e999")), again(body + "~theory:none"),
          again(body + "~set:__proto__=1"), again(body + "~constructor:1"),
          again(body + "~runs:100000"), again(body + "~set:decision.precision=2"),
        ]];""",
    )


def test_foreign_and_damaged_codes_are_refused_with_one_line():
    _, bad = codes()
    told = run(
        SCRIPTS,
        {"pack": pack(), "bad": bad},
        "return given.bad.map((code) => readCode(given.pack, code).refused ?? null);",
    )
    assert [code for code, said in zip(bad, told, strict=True) if said is None] == []
    assert all("\n" not in said and said.endswith(".") for said in told)


def test_a_code_can_be_read_and_survives_mail_and_an_address():
    good, _ = codes()
    assert good.startswith(
        "steppe-1~mongolia-2024~3fa9c2d1~do:sanctions=0.9@2025-01~set:decision.precision=1.25~"
        "runs:1024~seed:1~"
    )
    folded = f" {good[:40]}\n {good[40:]}\n"
    written = [folded, f"file:///somewhere/page.html#{good}"]
    read = run(
        SCRIPTS,
        {"pack": pack(), "all": written},
        "return given.all.map((code) => readCode(given.pack, code).runs ?? null);",
    )
    assert read == [1024, 1024]


def test_an_answer_of_a_class_is_a_line_that_comes_back():
    back = run(
        SCRIPTS,
        pack(),
        """const settings = settled({"decision.precision": 1.25}, [], "logit");
        return readAnswer(given, answerOf(given, settings, "Бат ~ <b>", 47));""",
    )
    assert (back["student"], back["foretold"], back["settings"]["theory"]) == ("Бат ~ <b>", 47, "logit")


def command_of(settings):
    return run(
        SCRIPTS,
        {"pack": pack(), "settings": settings},
        """const { set, do: deeds, theory } = given.settings;
        return commandOf(given.pack, settled(set, deeds, theory), 8);""",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"set": {}, "do": [], "theory": None},
        {
            "set": {"decision.precision": 1.25, "actors.Mongolia.position.0": -0.1},
            "do": [{"path": "sanctions", "value": 0.9, "month": 7}],
            "theory": "heuristic",
        },
    ],
)
def test_the_command_runs(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command_of(settings))
    done = CliRunner().invoke(
        app, [*words[1:], "--months", "9", *(["--no-figures"] if words[1] == "run" else [])]
    )
    assert done.exit_code == 0, done.output


def test_the_command_says_in_two_worlds_what_is_read_and_what_is_done():
    deed = {"path": "sanctions", "value": 0.9, "month": 7}
    told = command_of({"set": {"decision.precision": 1.25}, "do": [deed], "theory": "logit"})
    assert told == (
        "steppe compare mongolia-2024 --b-do sanctions=0.9@2025-01 --b decision.precision=1.25 "
        "--b decision.theory=logit --runs 8 --seed 1"
    )


def test_a_path_with_odd_marks_is_one_argument_of_a_shell():
    odd = 'quantities."~a=b@c d\'é".start'
    told = command_of({"set": {}, "do": [{"path": odd, "value": 1, "month": 0}], "theory": None})
    assert shlex.split(told)[4] == f"{odd}=1@2024-06"


def held(number, steps):
    """What settings are after such steps with a number: a reading, a value from a month, back."""
    program = """
      let now = AS_IT_STANDS;
      for (const [what, value] of given.steps) {
        if (what === "read") now = settled({ [given.number.path]: value }, now.do, now.theory);
        if (what === "to") now = withNumber(now, given.number, value, 2);
        if (what === "back") now = withoutNumber(now, given.number);
      }
      return [now.do.map((deed) => deed.value), isChanged(now, given.number)];"""
    return run(SCRIPTS, {"number": number, "steps": steps}, program)


def test_a_stock_at_its_start_is_held_until_it_is_let_go():
    stock = {"kind": "do", "path": "threat", "value": 0.8, "stock": True}
    assert held(stock, [["to", 0.9], ["to", 0.8]]) == [[0.8], True]
    assert held(stock, [["to", 0.9], ["to", 0.8], ["back", None]]) == [[], False]
    assert held({**stock, "stock": False}, [["to", 0.9], ["to", 0.8]]) == [[], False]


def test_a_deed_may_take_back_what_a_reading_of_the_same_path_has_changed():
    number = {"kind": "do", "path": "decision.precision", "value": 0.5, "stock": False}
    assert held(number, [["read", 2.0], ["to", 0.5]]) == [[0.5], True]


def test_a_slider_of_a_stock_snaps_to_nothing():
    program = "return [true, false].map((stock) => snapped({ value: 0.8, stock }, 0, 1, 0.791));"
    assert run(("live-sliders.js",), None, program) == [0.79, 0.8]
