"""A chance in words is a number: read as log odds, named, varied, ranged, and told in words again."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.refusal import ScenarioError
from sim.scenario.chances import in_words, logit_of
from sim.scenario.load import load, parse
from sim.scenario.reference import json_schema

pytestmark = pytest.mark.smoke

SMALL = Path(__file__).parent / "cases" / "small.toml"
RAID = "events.raid.base_logit"


def log_odds(chance: float) -> float:
    return math.log(chance / (1.0 - chance))


def tables(about: object, event: str = "raid", **more: object) -> dict:
    """The small case with a chance in words in the place of one of its log odds."""
    found = tomllib.loads(SMALL.read_text(encoding="utf-8"))
    row = found["events"][event]
    del row["base_logit"]
    row |= {"about": about, **more}
    return found


def told(raw: dict) -> tuple[str, ...]:
    with pytest.raises(ScenarioError) as refused:
        parse(raw, "case")
    return refused.value.problems


CHANCES = {
    "once in 24 months": 1 / 24, "once in 2 years": 1 / 24, "Once  in 1.5 years": 1 / 18,
    "twice in 10 years": 2 / 120, "3 times in 10 years": 3 / 120, "1 time in 7 months": 1 / 7,
    "once a year": 1 / 12, "2.5 times a year": 2.5 / 12, "4 % a month": 0.04, "4% a month": 0.04,
    "30 % a year": 1 - 0.7 ** (1 / 12),
}  # fmt: skip


@pytest.mark.parametrize("text", CHANCES)
def test_words_are_the_chance_in_a_month(text):
    assert logit_of(text) == pytest.approx(log_odds(CHANCES[text]), rel=1e-12)


def test_never_is_minus_infinity_and_cannot_start():
    assert logit_of("never") == -math.inf
    assert parse(tables("never"), "case").rows["raid"].base_logit == -math.inf


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("one in 24 months", "once in 24 months"),
        ("every 2 years", "once in 2 years"),
        ("1 in 4 years", "once in 4 years"),
        ("3 in 10 years", "3 times in 10 years"),
        ("once in 24 mnths", "once in 24 months"),
        ("5 percent a month", "5 % a month"),
        ("nevr", "never"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is_and_the_nearest_form(text, meant):
    (line,) = told(tables(text))
    assert line.startswith('case: events.raid.about: is written "once in 24 months"')
    assert f'did you mean "{meant}"?' in line
    logit_of(meant)


@pytest.mark.parametrize(
    "text", ["once a month", "12 times a year", "3 times in 0 years", "0 % a year", "100 % a month"]
)
def test_a_chance_of_none_or_all_is_refused(text):
    (line,) = told(tables(text))
    assert "below once a month" in line and '"never"' in line


@pytest.mark.parametrize("about", [24, 0.02, "", "x" * 9_000, "once in 9999999 years", ["never"], True])
def test_what_is_no_chance_gets_one_line(about):
    (line,) = told(tables(about))
    assert "events.raid.about" in line and len(line) <= 400


def test_words_and_log_odds_together_are_refused():
    (line,) = told(tables("once a year", base_logit=-3.0))
    assert line == "case: events.raid.about: says what base_logit says; leave one of them out"


def test_the_number_has_the_path_and_the_rules_of_log_odds():
    scenario = parse(tables("once in 24 months"), "case")
    assert scenario.numbers[RAID] == pytest.approx(log_odds(1 / 24))
    known = scenario.provenance[RAID]
    assert known.low < scenario.numbers[RAID] < known.high
    assert set(scenario.numbers) == set(load(SMALL).numbers)
    assert "about" not in scenario.raw["events"]["raid"]


def test_it_runs_as_the_log_odds_do():
    odds = tables("never")
    del odds["events"]["raid"]["about"]
    odds["events"]["raid"]["base_logit"] = logit_of("once in 24 months")
    assert parse(tables("once in 24 months"), "case").raw == parse(odds, "case").raw


def test_a_chance_has_its_range_and_source_in_place_in_words():
    about = {"value": "twice in 10 years", "range": ["once in 10 years", "once a year"], "source": "counted"}
    known = parse(tables(about | {"tier": "measured"}), "case").provenance[RAID]
    assert (known.unit, known.source, known.tier) == ("logits", "counted", "measured")
    assert (known.low, known.high) == pytest.approx((log_odds(1 / 120), log_odds(1 / 12)))
    for broken in ({"range": "once"}, {"range": ["once a year", "ons a year"]}, {"source": 1}):
        (line,) = told(tables(about | broken))
        assert "events.raid.base_logit: " in line
    del about["source"]
    (line,) = told(tables(about))
    assert "needs source" in line


def test_each_actor_may_have_words_of_its_own():
    about = {"North": "once a year", "South": "never"}
    row = {"each": ["North", "South"], "initiator": "each"}
    rows = parse(tables(about, "aid", **row), "case").rows
    assert rows["aid_North"].base_logit == pytest.approx(log_odds(1 / 12))
    assert rows["aid_South"].base_logit == -math.inf
    assert "no number for South" in told(tables({"North": "never"}, "aid", **row))[0]


@pytest.mark.parametrize("path", ["events.raid.about", RAID, "raid"])
def test_words_set_the_number_by_either_key(path):
    changed = load(SMALL, {path: "once in 12 months"})
    assert changed.numbers[RAID] == pytest.approx(log_odds(1 / 12))
    assert changed.overrides == ((RAID, "once in 12 months"),)
    done = load(SMALL).intervene({path: "once in 12 months"}, "2010-05")
    assert done.segments[0][1].numbers[RAID] == pytest.approx(log_odds(1 / 12))


def test_both_keys_are_one_setting():
    with pytest.raises(ScenarioError, match="is set twice"):
        load(SMALL, {"events.raid.about": "once a year", RAID: -3.0})
    with pytest.raises(ScenarioError, match="did you mean"):
        load(SMALL, {"events.raid.about": "ons a year"})


def test_the_command_line_sets_shows_and_varies_it():
    done = CliRunner().invoke(app, ["show", str(SMALL), "--event", "raid", "--set", "raid=once in 24 months"])
    assert done.exit_code == 0, done.output
    assert "4.2 % a month, about once in 24 months (log odds -3.135)" in " ".join(done.stdout.split())


def test_log_odds_are_told_in_words():
    assert in_words(-1.0) == "about once in 3.7 months"
    assert in_words(9.0) == "about every month" and in_words(-math.inf) == "never"
    for text in ("once in 24 months", "once in 5 years", "once in 300 years"):
        assert in_words(logit_of(text)) == f"about {text}"


def test_editors_accept_words_and_words_in_place():
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json_schema())
    in_place = {"value": "never", "range": ["once a year", "never"], "source": "x"}
    for about in ("once a year", in_place, {"North": "never", "South": in_place}):
        assert not list(validator.iter_errors(json.loads(json.dumps(tables(about)))))
    assert list(validator.iter_errors(tables(3)))
