"""Mechanism cards: what is refused, how a size is found, and that a card which does not move enough fails."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.engine import Engine
from sim.engine.families import ANYWHERE, Family, as_done
from sim.reading.shipped import shipped
from sim.refusal import BadInput
from sim.scenario.cards.read import deck_of
from sim.scenario.load import Scenario, ScenarioError, load
from sim.scenario.lower import lower
from sim.scenario.schema.cards import Card
from sim.statistics.paired import difference
from sim.studies.check.ask import Check
from sim.studies.check.mechanisms.arms import Arm, arm
from sim.studies.check.mechanisms.bench import Bench
from sim.studies.check.mechanisms.measures import value
from sim.studies.check.mechanisms.sizes import excess, size_of
from sim.studies.check.mechanisms.trial import Cards, Tried
from tests.support.mechanism_page import PAGE, page

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
MONGOLIA = load(ROOT / "configs" / "mongolia-2024.toml")

CARD = {
    "claim": '"War makes poor"', "source": '"the file"', "numbers": '["couplings.wealth.war"]',
    "off": '{ "couplings.wealth.war" = 0.0 }', "outcome": '{ path = "wealth" }', "sign": '"+"',
    "least": "0.02", "kind": '"by_construction"',
}  # fmt: skip
"""A card of the small case that passes: its wealth rests lower, the fiercer the war."""


def written(folder: Path, *cards: dict[str, str], before: str = "") -> Scenario:
    """The small case with cards beside it; keys that are given take the place of those of CARD."""
    shutil.copy(SMALL, folder / "small.toml")
    lines = [before]
    for number, changes in enumerate(cards):
        lines.append(f"[cards.C{number}]")
        lines += [f"{key} = {text}" for key, text in {**CARD, **changes}.items() if text]
    (folder / "small.mechanisms.toml").write_text("\n".join(lines), encoding="utf-8")
    return load(folder / "small.toml")


def tried(folder: Path, *cards: dict[str, str]) -> list[Tried]:
    return list(Cards(written(folder, *cards)).tried())


REFUSED = {
    "a key": ({"leest": "0.1"}, "cards.C0.leest: unknown key 'leest'; did you mean 'least'?"),
    "no size": ({"least": ""}, "cards.C0.least: needs either least"),
    "two sizes": ({"within": "[0.0, 1.0]"}, "cards.C0.least: needs either least"),
    "no change": ({"off": ""}, "cards.C0.off: missing; say what is changed"),
    "half a pair": ({"off": "", "low": "{ war = 0.1 }"}, "cards.C0.low: goes with `high`"),
    "both ways": ({"low": "{ war = 0.1 }", "high": "{ war = 0.2 }"}, "C0.off: changes the world as"),
    "two effects": ({"against": "{ war = 0.1 }", "without": "{ war = 0.2 }"}, "C0.against: is a second"),
    "a number": ({"numbers": '["couplings.*.peace"]'}, "cards.C0.numbers: no such number: couplings.*.peace"),
    "a change": ({"off": '{ "couplings.wealth.peace" = 0.0 }'}, "C0.off: no such number"),
    "a path": ({"outcome": '{ path = "welth" }'}, "C0.outcome: no such path: 'welth'; did you"),
    "an event": ({"outcome": '{ happened = "lone" }'}, "no such event or outcome: 'lone'; did you mean"),
    "nothing": ({"outcome": "{ }"}, "cards.C0.outcome: needs exactly one of happened, count, path"),
    "a month": ({"outcome": '{ path = "wealth", at = "2031-01" }'}, "outcome.at: 2031-01 lies outside"),
    "no month": ({"month": '"soon"'}, "cards.C0.month: must be a month such as 2024-06"),
    "a reading dated": ({"as": '"reading"', "month": '"2010-05"'}, "C0.month: is when somebody"),
    "a sign": ({"sign": '"up"'}, "cards.C0.sign: must be '+', '-' or 'any'"),
    "below 0": ({"least": "-0.1"}, "cards.C0.least: must be at least 0"),
    "order": ({"outcome": '{ count = ["loan"], since = "2011-01", by = "2010-02" }'}, "since: lies after"),
    "by of a path": ({"outcome": '{ path = "wealth", by = "2010-02" }'}, "outcome.by: is of what happens"),
    "a list": ({"off": "[1, 2]"}, "cards.C0.off: must be a table"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), REFUSED.values(), ids=REFUSED)
def test_a_card_that_is_none_is_refused_in_one_line_with_file_and_key(tmp_path, changes, told):
    scenario = written(tmp_path, changes)
    with pytest.raises(ScenarioError) as error:
        deck_of(scenario)
    assert len(error.value.problems) == 1 and told in error.value.problems[0], error.value.problems
    assert error.value.problems[0].startswith("small.mechanisms.toml: ")


@pytest.mark.parametrize(
    "text",
    ["cards = 3", "[cards", "[cards.A]\nclaim = 1979-05-27", "\xff\0", "cards = { A = [[[]]] }", "x = 1"],
)
def test_hostile_files_are_refused_in_lines_and_never_with_a_traceback(tmp_path, text):
    scenario = written(tmp_path, {})
    (tmp_path / "small.mechanisms.toml").write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match=r"small\.mechanisms\.toml"):
        deck_of(scenario)


@pytest.mark.parametrize(
    "given", ['{ "couplings.wealth.war" = 1999-01-01 }', '{ war = "hot" }', "{ war = nan }"]
)
def test_a_value_that_nobody_can_set_is_refused_with_the_card(tmp_path, given):
    done = CliRunner().invoke(
        app, ["check", str(write_and_name(tmp_path, {"off": given})), "--only", "mechanisms"]
    )
    assert done.exit_code == 2 and "small.mechanisms.toml: cards.C0: " in done.stderr
    assert "Traceback" not in done.output


def write_and_name(folder: Path, *cards: dict[str, str]) -> Path:
    written(folder, *cards)
    return folder / "small.toml"


def test_a_scenario_without_cards_says_where_to_write_them(tmp_path):
    shutil.copy(SMALL, tmp_path / "small.toml")
    with pytest.raises(BadInput, match=r"has no mechanism cards; write them in small\.mechanisms\.toml"):
        deck_of(load(tmp_path / "small.toml"))


def test_two_groups_that_switch_off_one_number_are_refused(tmp_path):
    cards = [{"group": '"war"'}, {"group": '"peace"'}]
    with pytest.raises(ScenarioError, match=r"C1\.group: couplings\.wealth\.war is switched off by"):
        deck_of(written(tmp_path, *cards))


def test_one_group_cannot_set_a_number_twice(tmp_path):
    cards = [{"group": '"war"'}, {"group": '"war"', "off": '{ "couplings.*.war" = 0.1 }'}]
    with pytest.raises(ScenarioError, match=r"C1\.off: sets couplings\.wealth\.war otherwise than cards\.C0"):
        deck_of(written(tmp_path, *cards))


def test_cards_of_one_group_and_cards_without_one_may_share_numbers(tmp_path):
    cards = [{"group": '"war"'}, {"group": '"war"'}, {"off": '{ "couplings.wealth.war" = { times = 2 } }'}]
    assert len(deck_of(written(tmp_path, *cards)).cards) == 3


def test_a_card_that_moves_what_it_claims_passes(tmp_path):
    (one,) = tried(tmp_path, {})
    assert one.passes and one.runs == 512
    base = load(tmp_path / "small.toml")
    done = base.intervene({"couplings.wealth.war": 0.0})
    first, second = sim.compare(base, done, runs=512, seed=1).pair("end.wealth")
    assert one.size.mean == pytest.approx(float((second - first).mean()), abs=1e-12)
    assert one.size.low < one.size.mean < one.size.high


def test_a_card_that_cannot_pass_fails_and_the_command_exits_with_1(tmp_path):
    file = write_and_name(tmp_path, {}, {"least": "0.5"}, {"sign": '"-"'})
    done = CliRunner().invoke(app, ["check", str(file), "--only", "mechanisms"])
    assert done.exit_code == 1, done.output
    assert "card C1: does not move enough" in done.stdout and "card C2: does not move enough" in done.stdout
    assert "card C0" not in done.stdout and "1 of 3 cards pass" in done.stdout
    assert re.search(r"FAILS +C1 .*asks for \+0\.5 or more", done.stdout)


@pytest.mark.parametrize(
    "given", ['{ "couplings.wealth.war" = { times = 1.0 } }', '{ "interventions.forbidden" = [] }']
)
@pytest.mark.parametrize("how", ['"do"', '"reading"'])
def test_switching_off_nothing_has_a_size_of_exactly_0(tmp_path, given, how):
    (one,) = tried(tmp_path, {"off": given, "as": how, "least": "0.0"})
    assert one.passes and (one.size.mean, one.size.low, one.size.high) == (0.0, 0.0, 0.0)


def test_what_the_model_does_not_have_yet_fails_and_says_so(tmp_path):
    new = {"off": '{ "parameters.rivalry" = 0.0 }', "numbers": '["parameters.rivalry"]', "needs": '"part II"'}
    (one,) = tried(tmp_path, new)
    assert not one.passes and one.why == "no such number: parameters.rivalry"
    done = CliRunner().invoke(app, ["check", str(tmp_path / "small.toml"), "--only", "mechanisms"])
    assert done.exit_code == 1 and "cannot be run yet (part II): no such number" in done.stdout


def test_a_level_is_asked_for_within_ends(tmp_path):
    level = {"off": "", "least": "", "within": "[0.4, 0.6]"}
    inside, outside = tried(tmp_path, level, {**level, "within": "[0.9, 1.0]"})
    assert inside.passes and not outside.passes


# -- sizes ---------------------------------------------------------------------------------------------


def card(**changes) -> Card:
    given = {"claim": "c", "source": "s", "numbers": ["*"], "off": {"a": 0.0}, "kind": "emergent"}
    return Card(**{**given, "outcome": {"path": "a"}, "least": 0.1, "sign": "+", **changes})


def test_the_interval_of_a_difference_is_the_paired_one():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 6400))
    found, plain = size_of(card(), np.stack([one, other])[:, None]), difference(one, other)
    assert found.mean == pytest.approx(plain.mean)
    # of 64 blocks the error is known to about a tenth
    assert found.high - found.low == pytest.approx(plain.high - plain.low, rel=0.3)


def test_a_difference_of_shares_has_a_width_where_no_run_differs_and_one_of_paths_has_none():
    same = np.zeros((2, 1, 100))
    assert size_of(card(), same).low == 0.0
    assert size_of(card(outcome={"happened": "a"}), same).low == pytest.approx(-0.019, abs=1e-3)


def test_a_ratio_is_by_how_much_more_and_a_second_effect_is_taken_off():
    worlds = np.array([[[2.0] * 4], [[3.0] * 4], [[2.0] * 4], [[2.2] * 4]])
    assert size_of(card(scale="ratio"), worlds[:2]).mean == pytest.approx(0.5)
    assert size_of(card(against={"b": 0.0}), worlds).mean == pytest.approx(0.8)
    assert size_of(card(against={"b": 0.0}, scale="ratio"), worlds).mean == pytest.approx(4.0)


def test_one_measure_divides_another_mean_by_mean():
    rates = np.array([[[1.0, 0.0], [2.0, 2.0]], [[1.0, 2.0], [2.0, 1.0]]])
    assert size_of(card(), rates).mean == pytest.approx(1.0 - 0.25)


def test_failed_runs_are_left_out_of_both_worlds_and_a_ratio_of_nothing_fails():
    worlds = np.array([[[1.0, np.nan, 1.0]], [[2.0, 7.0, 2.0]]])
    assert size_of(card(), worlds).mean == 1.0
    nothing = size_of(card(scale="ratio"), np.zeros((2, 1, 4)))
    assert np.isnan(nothing.mean) and not excess(card(), nothing.mean) >= 0


@pytest.mark.parametrize(
    ("sign", "size", "enough"),
    [("+", 0.1, True), ("+", 0.09, False), ("+", -0.2, False), ("-", -0.1, True), ("any", -0.2, True)],
)
def test_the_sign_says_which_way_it_has_to_move(sign, size, enough):
    assert (excess(card(sign=sign), size) >= 0) is enough


# -- worlds that are points of one program -------------------------------------------------------------

WANTS = [path for path in MONGOLIA.numbers if path.endswith("valuations.autonomy")]


def changed_to(scenario: Scenario, given: dict, how: str, month: str | None) -> Scenario:
    if how == "reading":
        return scenario.override(given)
    return scenario.intervene(given, month)


@pytest.mark.parametrize(
    ("given", "how", "month"),
    [
        (dict.fromkeys(WANTS, 0.0), "do", None), (dict.fromkeys(WANTS, 0.0), "do", "2024-09"),
        (dict.fromkeys(WANTS, 3.0), "reading", None), ({"war": 0.2}, "do", None),
        ({"war": 0.2}, "do", "2024-10"), ({"war": 0.2, WANTS[0]: 1.0}, "do", None),
        ({"interventions.forced.visit_russia": ["2024-09"]}, "do", None),
        ({"events.visit_russia.base_logit": -1.0}, "do", "2024-06"),
        ({"calendars.khalkhin_gol.weights.fifth": 0.0}, "do", None),
    ],
    ids=str,
)  # fmt: skip
def test_a_world_among_many_is_bit_for_bit_the_scenario_by_itself(given, how, month):
    asked = Card(
        claim="c", source="s", numbers=["*"], off=given, month=month, outcome={"path": "autonomy"}, least=0,
        kind="emergent", **{"as": how},
    )  # fmt: skip
    worlds = [arm(MONGOLIA, asked, given), Arm()]
    drawn = {"actors.Russia.valuations.status": np.array([85.0, 60.0])}
    bench = Bench(MONGOLIA, worlds, drawn, [])
    found = bench.values(worlds[0], [asked.outcome], range(16), drawn)
    for point, status in enumerate((85.0, 60.0)):
        own = changed_to(MONGOLIA.override({"actors.Russia.valuations.status": status}), given, how, month)
        history = Engine.of(lower(own)).page(1, np.arange(16, dtype=np.uint64))
        assert found[0, point].tobytes() == value(history, asked.outcome).tobytes()


def test_a_number_read_and_the_same_number_done_are_two_numbers_of_a_family():
    """What is read moves the start with it, what is done does not; an intervention hides what is read."""
    path = WANTS[0]
    family = Family.of(MONGOLIA, {path: ANYWHERE, as_done(path): ANYWHERE}, months=2)
    engine, holds = family.at(np.array([[8.0, 8.0, 2.0], [8.0, 2.0, 2.0]]))
    assert holds.all()
    runs = np.arange(8, dtype=np.uint64)
    histories = [engine.page(1, runs, points=np.full(8, point)) for point in range(3)]
    for history, scenario in zip(
        histories, (MONGOLIA, MONGOLIA.intervene({path: 2.0}), MONGOLIA.override({path: 2.0})), strict=True
    ):
        own = Engine.of(lower(scenario, 2)).page(1, runs)
        assert all(history[name].tobytes() == own[name].tobytes() for name in own.world.recorded)


def test_a_family_of_a_scenario_with_an_intervention_keeps_what_is_done():
    path = "actors.Russia.valuations.status"
    done = MONGOLIA.intervene({path: 40.0})
    engine, _ = Family.of(done, {path: ANYWHERE}, months=2).at(np.array([[60.0]]))
    runs = np.arange(8, dtype=np.uint64)
    own = Engine.of(lower(done.override({path: 60.0}), 2)).page(1, runs)
    assert engine.page(1, runs)["status"].tobytes() == own["status"].tobytes()


# -- the shipped cards ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped(".toml"))
def test_every_shipped_scenario_has_cards_that_can_be_read_and_shown(name):
    deck = deck_of(load(Path(name)))
    shown = CliRunner().invoke(app, ["show", name, "--mechanisms"]).stdout
    assert deck.cards and all(re.search(rf"^{re.escape(card)}  ", shown, re.M) for card in deck.cards)


def test_every_row_of_the_source_text_has_a_card():
    rows = {name.split(".")[0] for name in deck_of(MONGOLIA).cards}
    assert rows == {*(f"S{number}" for number in range(1, 17)), "home", "sanctions", "future"}


def test_the_cards_of_a_teaching_case_can_be_tried_and_the_check_says_what_fails():
    check = Check(load(Path("armenia-2024")))
    lines = list(check.report(only="mechanisms"))
    deck = deck_of(check.scenario)
    assert sum(line.startswith(("passes ", "FAILS ")) for line in lines) == len(deck.cards)
    assert len(check.faults) == sum(line.startswith("FAILS ") for line in lines)


def test_cards_go_with_no_other_view_of_a_scenario():
    done = CliRunner().invoke(app, ["show", "armenia-2024", "--mechanisms", "--numbers"])
    assert done.exit_code == 2 and "leave out --numbers" in done.stderr


def without_results(page: str) -> str:
    """The page without what depends on runs."""
    rows = [re.sub(r"\| [^|]* \|$", "|", line) for line in page.splitlines()]
    return "\n".join(re.sub(r"^\d+ of", "some of", row) for row in rows)


def test_the_page_of_mechanisms_tells_the_cards_that_there_are():
    nothing = {name: dict.fromkeys(deck_of(load(Path(name))).cards, "x") for name in shipped(".toml")}
    found = PAGE.read_text(encoding="utf-8")
    again = "write it anew: python -m tests.support.mechanism_page"
    assert without_results(found) == without_results(page(nothing)), again
