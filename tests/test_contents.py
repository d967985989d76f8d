"""What no scenario may hold is refused in one line with file and key: numbers that are none, signs, endless
or empty texts.
"""

from __future__ import annotations

import math
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import LONGEST, BadInput, ScenarioError, cleaned, one_line
from sim.scenario.load import load, parse

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
TEXT = SMALL.read_text(encoding="utf-8")
OTHER_SIGNS = (
    "\x1b",
    "\x07",
    "\x00",
    "\x7f",
    "\x85",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u2028",
    "\u2029",
    "\r",
    "\b",
)


def told(folder: Path, text: str | bytes) -> list[str]:
    """What is said of a file, without its name."""
    path = folder / "case.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert all(line.startswith(f"{path}: ") and len(line) <= LONGEST for line in refused.value.problems)
    return [line.removeprefix(f"{path}: ") for line in refused.value.problems]


# -- numbers -----------------------------------------------------------------------------------------

NUMBERS = (
    "1" + "0" * 400, "-1" + "0" * 309, "1e400", "-1e999", "nan", "-nan", "inf", "+inf", "-inf", "true",
    "2010-01-01", '"0.5"', "[0.5]", "{ size = 0.5 }", "9" * 5000, "0x" + "f" * 400, "07:32:00", '""',
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_what_is_no_number_is_refused_wherever_a_number_stands(number, tmp_path):
    places = {
        "cost = 0.5": "parameters.cost",
        "war = -0.3": "couplings.wealth.war",
        "relaxation = 0.1": "quantities.wealth.relaxation",
        "wealth = 12": "actors.Buffer.factions.court.valuations.wealth",
        "goodwill.North = -0.05": "events.loan.refused.goodwill.North",
        "alignment.order = -0.05": "postures.leaning.below.alignment.order",
        "range = [6, 48]": "provenance.0.range.1",
    }
    for old, place in places.items():
        new = old.replace("48", number) if "range" in old else f"{old.split(' = ')[0]} = {number}"
        if place.startswith("events") and number in ("[0.5]", "{ size = 0.5 }"):
            continue  # an effect may be a list of several, or a table with its driver
        found = told(tmp_path, TEXT.replace(old, new, 1))
        key = place.split(".")[-1] if "digits; write fewer" in found[0] else place
        named = [line for line in found if key in line or line.startswith(place.removesuffix(".1"))]
        assert len(named) == 1 and len(found) == 1, (old, found)


def test_a_number_in_place_is_finite_with_its_range():
    for broken in (
        {"value": math.inf},
        {"range": [0.0, math.inf]},
        {"range": [math.nan, 1.0]},
        {"value": 10**400},
        {"range": [0, 10**400]},
    ):
        raw = tomllib.loads(TEXT)
        raw["parameters"]["cost"] = {"value": 0.5, "unit": "1", "range": [0.1, 0.9], "source": "x"} | broken
        with pytest.raises(ScenarioError, match=r"case: parameters\.cost"):
            parse(raw, "case")


def test_an_event_that_nobody_would_start_has_odds_of_nothing():
    assert (
        load(SMALL).override({"events.raid.base_logit": -math.inf}).case.events["raid"].base_logit
        == -math.inf
    )
    with pytest.raises(ScenarioError, match=r"events\.loan\.response_logit: must be a finite number"):
        load(SMALL).override({"events.loan.response_logit": -math.inf})


def test_a_rule_about_numbers_is_written_plainly(tmp_path):
    for broken in (
        "times = { value = 0.5, unit = '1', range = [0, 1], source = 'x' }",
        "times = [{ value = 0.5, unit = '1', range = [0, 1], source = 'x' }, 1.5]",
    ):
        found = told(tmp_path, TEXT.replace("times = [0.5, 1.5]", broken))
        assert any(line.startswith("provenance.4.times") for line in found), found


# -- texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", OTHER_SIGNS, ids=[f"{ord(sign):04x}" for sign in OTHER_SIGNS])
def test_signs_that_act_on_a_terminal_are_refused_in_texts_and_keys(sign, tmp_path):
    code = f"\\u{ord(sign):04x}"
    places = {
        'title = "A small buffer"': f'title = "x{code}y"',
        'question = "': f'question = "{code}',
        'label = "Trade"': f'label = "Trade{code}"',
        "[actors.North]": f'[actors.North]\n"x{code}" = 1',
        'unit = "month"': f'unit = "{code}"',
        'initiator = "nature"': f'initiator = "nature{code}"',
        "war = -0.3": f'"war{code}" = -0.3',
        'any_of = ["loan"]': f'any_of = ["loan", "{code}"]',
    }
    for old, new in places.items():
        found = told(tmp_path, TEXT.replace(old, new, 1))
        assert len(found) == 1 and "holds a control character" in found[0], (old, found)
        assert all(cleaned(line) == line for line in found)


def test_notes_may_have_several_lines_and_labels_may_not(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(
        TEXT.replace('title = "A small', 'note = """two\nlines"""\ntitle = "A small', 1), encoding="utf-8"
    )
    assert load(path).case.note == "two\nlines"
    for sign in ("\\n", "\\t"):
        assert (
            "holds a control character"
            in told(tmp_path, TEXT.replace('label = "Trade"', f'label = "a{sign}b"', 1))[0]
        )


def test_texts_and_keys_are_not_endless_and_keys_not_empty(tmp_path):
    long = "x" * 30_000
    for old, new in (
        ('title = "A small buffer"', f'title = "{long}"'),
        ("cost = 0.5", f"cost = 0.5\n{long} = 1"),
        ("war = -0.3", f'"{"war + " * 900}war" = -0.3'),
        ('unit = "month"', f'unit = "{long}"'),
    ):
        assert "characters; at most" in told(tmp_path, TEXT.replace(old, new, 1))[0]
    assert told(tmp_path, TEXT.replace("cost = 0.5", '"" = 0.5', 1)) == [
        'parameters."": a key may not be empty; give it a name'
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('initiator = "nature"', 'initiator = ""', "events.raid.initiator"),
        ('title = "A small buffer"', 'title = ""', "title"),
        ('label = "Trade"', 'label = ""', "channels.trade.label"),
        ('channel = "politics"', 'channel = ""', "clout.channel"),
        ('base_logit = -3.0', 'base_logit = -3.0\ngroup = ""', "events.raid.group"),
        ('base_logit = -3.0', 'base_logit = -3.0\ngate = ""', "events.raid.gate"),
        ('base_logit = -3.0', 'base_logit = -3.0\nsame_as = ""', "events.raid.same_as"),
        ('base_logit = -3.0', 'base_logit = -3.0\nresponder = ""', "events.raid.responder"),
        ('any_of = ["loan"]', 'any_of = [""]', "outcomes.loan.any_of"),
        ('South = ["South"]', 'South = [""]', "blocs.South"),
        ("goodwill = 0.6", 'goodwill = 0.6\ncapability = ""', "actors.North.capability"),
    ],
)  # fmt: skip
def test_what_names_something_is_not_empty(old, new, place, tmp_path):
    assert any(line.startswith(place) for line in told(tmp_path, TEXT.replace(old, new, 1)))


# -- files -------------------------------------------------------------------------------------------


def test_a_byte_order_mark_and_other_line_ends_are_taken(tmp_path):
    path = tmp_path / "case.toml"
    for data in (b"\xef\xbb\xbf" + TEXT.encode(), TEXT.replace("\n", "\r\n").encode()):
        path.write_bytes(data)
        assert load(path).raw == load(SMALL).raw


FILES: dict[str, tuple[bytes, str]] = {
    "UTF-16 with its mark": (TEXT.encode("utf-16"), "save it as UTF-8"),
    "UTF-16 without": (TEXT.encode("utf-16-le"), "save it as UTF-8"),
    "a NUL": (TEXT.encode() + b"\0", "save it as UTF-8"),
    "Latin-1": (TEXT.encode() + b'note = "\xe9"', "line 15"),
    "brackets": (b"x = " + b"[" * 5000, "too deep to be read"),
    "tables": (b"x = " + b"{a=" * 5000, "too deep to be read"),
    "dotted keys": (b".".join([b"a"] * 3000) + b" = 1", "at most 20 are read"),
    "lists in lists": (b"x = " + b"[" * 200 + b"]" * 200, "at most 20 are read"),
    "a mere value": (TEXT.encode() .replace(b"title", b"value = 1\ntitle", 1), "unknown key 'value'"),
    "too much": (b"#" * (5 << 20), "is larger than 4 MiB"),
    "nothing": (b"", "title: missing; add it"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_scenario_is_refused_clearly(case, tmp_path):
    data, line = FILES[case]
    assert any(line in each for each in told(tmp_path, data))


def test_a_thousand_problems_end_after_a_hundred(tmp_path):
    many = "".join(f"x{place} = 1\n" for place in range(1000))
    assert len(told(tmp_path, TEXT.replace("cost = 0.5", f"cost = 0.5\n[blocs2]\n{many}", 1))) <= 100
    rows = "".join(
        f'[events.e{place}]\nlabel = "x"\ninitiator = "nobody"\nbase_logit = 1.0\n' for place in range(300)
    )
    assert len(told(tmp_path, TEXT + rows)) == 100


# -- what is told ------------------------------------------------------------------------------------


def test_a_refusal_is_fit_for_a_terminal_and_never_endless():
    for error in (BadInput("x\x1b[31my"), BadInput("\u202eabc"), ScenarioError(["a\x9bb", "c\nd"])):
        assert all(cleaned(line) == line for line in str(error).split("\n")) and "\x1b" not in str(error)
    assert ScenarioError(["c\nd"]).problems == ("c d",)
    assert len(one_line("x" * 10**6)) <= LONGEST and one_line("x" * 10**6 + "the end").endswith("the end")
    assert cleaned("Улан-Батор, 烏蘭巴托") == "Улан-Батор, 烏蘭巴托"


def test_a_refusal_survives_the_way_between_processes():
    import pickle

    error = pickle.loads(pickle.dumps(ScenarioError(["one: a", "two: b"])))
    assert error.problems == ("one: a", "two: b") and error.exit_code == 2


def test_options_reach_the_terminal_as_codes(tmp_path):
    for arguments in (
        ["show", "\x1b[31mx.toml"],
        ["show", str(SMALL), "--set", "\x1b[31m=1"],
        ["show", str(SMALL), "--event", "\x1b[2J"],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 2 and "\x1b" not in done.output and len(done.stderr.splitlines()) == 1


def test_keys_of_tables_are_told_with_their_place():
    raw: dict[str, Any] = tomllib.loads(TEXT)
    raw["events"]["raid"]["x" * 90] = 1
    with pytest.raises(ScenarioError) as refused:
        parse(raw, "case")
    assert refused.value.problems[0].startswith('case: events.raid."xxx')


# -- sizes -------------------------------------------------------------------------------------------


def test_more_than_can_be_run_is_refused_with_the_limit():
    began = time.perf_counter()
    raid = {"label": "x", "initiator": "nature", "base_logit": -3.0}
    rows = {f"e{place}": raid for place in range(1_001)}
    crowd = {
        f"P{place}": {"label": "x", "role": "power", "position": [0, 0], "goodwill": 0.5}
        for place in range(3_000)
    }
    many = {f"q{place}": {"label": "x", "start": 0.5, "relaxation": 0.1} for place in range(1_001)}
    shares = {name: {f"c{place}": 0.1 for place in range(1, 300)} for name in "ABCDE"}
    for section, more, line in (
        ("events", rows, "is one row of events too many; at most 1,000 can be run"),
        (
            "events",
            {"e": raid | {"each": list(crowd)}},
            "events.e: is one row of events too many; at most 1,000 can be run",
        ),
        ("actors", crowd, "at most 100 can be run"),
        ("quantities", many, "at most 1,000 can be run"),
        ("shares", shares, "shares: 1,499 links of suppliers with channels; at most 1,000 can be run"),
    ):
        raw = tomllib.loads(TEXT)
        raw[section] |= more
        with pytest.raises(ScenarioError, match=line):
            parse(raw, "case")
    assert time.perf_counter() - began < 5.0
