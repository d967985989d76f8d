"""Shares of mechanisms and of changes: games worked by hand, scenarios with a known structure, and chance."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.engine import Engine
from sim.outcomes.target import target_of
from sim.refusal import BadInput
from sim.scenario.lower import lower
from sim.statistics.paired import Difference
from sim.studies.explain.changes import changed
from sim.studies.explain.division import MECHANISMS, Division
from sim.studies.explain.game import OneWorld
from sim.studies.explain.pairs import pair_told
from sim.studies.explain.players import Player, changes_of, mechanisms, switches
from sim.studies.explain.shapley import Plan, Shares, played
from sim.studies.explain.text import explained_told
from sim.studies.explain.unit import Unit
from sim.studies.verify.ask import verify
from sim.writing.manifest import pictures
from tests.support.small import small
from tests.support.toy import known, toy

SMALL = Path(__file__).parent / "cases" / "small.toml"
CARD = """
[cards.{name}]
claim = "{name} matters"
source = "a test"
numbers = ["*"]
off = {{ {off} }}
{more}
outcome = {{ path = "wealth" }}
least = 0.0
kind = "emergent"
group = "{name}"
"""
SWITCHES = {
    "cost": ('"parameters.cost" = 0.1', ""),
    "lean": ('"events.loan.base_logit" = { plus = -2.0 }', ""),
    "start": ('"quantities.wealth.start" = 0.2', 'as = "reading"'),
    "aid": ('"interventions.forbidden" = ["aid"]', ""),
    "raid": ('"interventions.forbidden" = ["raid"]', 'month = "2010-04"'),
    "war": ("war = 0.0", ""),
    "rest": ('"events.loan.cooldown" = 0', ""),
    "late": ('"couplings.wealth.war" = 0.0', 'month = "2010-06"'),
}
"""Cards by group: numbers and what is none, read and done, from the first month and later.

Of the rest between loans a program makes an exception where there is none.
"""


def write_cards(name: str, cards: dict[str, tuple[str, str]]) -> None:
    """The cards of a scenario of this name, in the folder where a test works."""
    text = "\n".join(CARD.format(name=group, off=off, more=more) for group, (off, more) in cards.items())
    Path(f"{name}.mechanisms.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, with cards of the small case, of one named `case` and of toys of three inputs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_bytes(SMALL.read_bytes())
    for name in ("small", "case"):
        write_cards(name, SWITCHES)
    inputs = {f"x{place}": (f'"quantities.x{place}.start" = 0.0', 'as = "reading"') for place in (1, 2, 3)}
    write_cards("toy", inputs)
    return tmp_path


class ByHand:
    """A game whose values are a function of who is on (values, players) and of the luck of runs (values,)."""

    months = 1

    def __init__(self, count, of, luck=None):
        self.players = tuple(Player(f"p{place}", f"player {place}", ()) for place in range(count))
        self._of, self._luck = of, np.zeros(10**5) if luck is None else luck

    def values(self, on, runs, tell):
        return np.asarray(self._of(on.T, self._luck[runs]), dtype=float)


def division(game, plan, is_share=False) -> Division:
    return Division(MECHANISMS, game.players, plan, played(game, plan), is_share, False)


# --- values of games ----------------------------------------------------------------------------------------


def test_the_right_glove_gets_two_thirds():
    # Shapley 1953, the game of two left gloves and a right one
    shares = played(ByHand(3, lambda on, luck: (on[0] | on[1]) & on[2]), Plan(3, 1))
    np.testing.assert_allclose(shares.parts[:, 0], [1 / 6, 1 / 6, 2 / 3], rtol=1e-14)


def test_along_every_order_once_values_and_pairs_are_those_of_all_coalitions():
    table = np.random.default_rng(3).normal(size=16)
    game = ByHand(4, lambda on, luck: table[(on * [[1], [2], [4], [8]]).sum(axis=0)])
    orders = np.array(list(permutations(range(4))))
    every, along = played(game, Plan(4, 1)), played(game, Plan(4, len(orders), orders))
    np.testing.assert_allclose(along.parts.mean(axis=1), every.parts[:, 0], atol=1e-14)
    for one, other in zip(every.pairs, along.pairs, strict=True):
        assert (one.first, one.second) == (other.first, other.second)
        np.testing.assert_allclose(other.corners.mean(axis=1), one.corners[:, 0], atol=1e-14)


@pytest.mark.parametrize("players", [1, 2, 7, 13])
def test_in_each_run_values_add_up_to_the_whole_less_the_base(players):
    luck, weights = np.random.default_rng(players).normal(size=40), np.linspace(-1, 2, players)[:, None]
    game = ByHand(players, lambda on, luck: np.sin((on * weights).sum(axis=0) + luck), luck)
    shares = played(game, Plan.of(players, 40, seed=1))
    apart = shares.parts.sum(axis=0) - (shares.whole - shares.base)
    assert np.abs(apart).max() < 1e-14


def test_who_adds_nothing_gets_nothing_and_equals_get_the_same():
    luck = np.random.default_rng(1).normal(size=30)
    shares = played(ByHand(4, lambda on, luck: np.exp(luck) * (on[0] + on[1] > 0) * (1 + on[2])), Plan(4, 30))
    values = [*_by_run(ByHand(4, lambda on, luck: luck * (on[0] | on[1])), Plan(4, 30), luck)]
    assert (values[2] == 0).all() and (values[3] == 0).all()
    np.testing.assert_allclose(values[0], luck / 2)
    np.testing.assert_allclose(shares.parts[0], shares.parts[1])


def _by_run(game: ByHand, plan: Plan, luck: np.ndarray) -> np.ndarray:
    game._luck = luck
    return played(game, plan).parts


def test_many_runs_are_played_in_parts_and_come_out_the_same(monkeypatch):
    luck = np.random.default_rng(5).normal(size=50)
    game = ByHand(11, lambda on, luck: on.sum(axis=0) ** 2 * luck, luck)
    whole = played(game, Plan.of(11, 50, 2))
    monkeypatch.setattr("sim.studies.explain.shapley.AT_ONCE", 100)
    _same(whole, played(game, Plan.of(11, 50, 2)))


def _same(one: Shares, other: Shares) -> None:
    for name in ("base", "whole", "parts", "ok"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for first, second in zip(one.pairs, other.pairs, strict=True):
        np.testing.assert_array_equal(np.sort(first.together), np.sort(second.together))


@pytest.mark.parametrize("players", [3, 12])
def test_runs_that_fail_in_any_world_are_left_out(players):
    luck = np.arange(20.0)
    of = lambda on, luck: np.where((luck < 5) & on[0] & ~on[1], np.nan, on[0] + luck)  # noqa: E731
    shares = played(ByHand(players, of, luck), Plan.of(players, 20, 1))
    assert not shares.ok[:5].all() and shares.ok[5:].all()
    assert shares.parts.shape[1] == shares.ok.sum() and np.isfinite(shares.parts).all()


# --- pairs in words -----------------------------------------------------------------------------------------

WORDS = {
    "matter only together: +1.0000": lambda on: on[0] * on[1],
    "p0 matters only while p1 is on: +1.0000": lambda on: on[0] * on[1] + 3.0 * on[1],
    "p0 matters only while p1 is off": lambda on: on[0] * (1 - on[1]) + 3.0 * on[1],
    "turns around with": lambda on: on[0] * (1.0 - 2.5 * on[1]),
    "does more while": lambda on: on[0] * (1.0 + on[1]) + on[1],
    "does less while": lambda on: 1.0 - (1 - 0.6 * on[0]) * (1 - 0.5 * on[1]),
}


@pytest.mark.parametrize("told", WORDS)
def test_what_a_pair_does_together_is_said_in_words(told):
    found = division(ByHand(3, lambda on, luck: WORDS[told](1.0 * on) + on[2] + luck), Plan(3, 10))
    ((_, pair),) = found.known_pairs
    assert told in pair_told(found, pair, Unit(is_share=False))


def test_players_who_only_add_up_do_nothing_together():
    luck = np.random.default_rng(1).normal(size=100)
    found = division(ByHand(4, lambda on, luck: 0.3 * on[0] - 0.1 * on[1] + luck * on[2], luck), Plan(4, 100))
    assert found.known_pairs == []
    assert {round(part.mean, 12) for part in found.parts[:2]} == {0.3, -0.1}


# --- chance -------------------------------------------------------------------------------------------------


def _lucky(players: int, rare: float, luck: np.ndarray) -> ByHand:
    """A yes or no that comes where what is on, and luck, exceed 0."""
    weights = np.array([0.6, -0.4, 0.2, *np.linspace(0.1, 0.3, players - 3)])[:, None]

    def of(on, luck):
        return (on * weights).sum(axis=0) - 0.5 * (on[0] & on[1]) + luck > rare

    return ByHand(players, of, luck)


def holds(found: Difference, true: np.ndarray) -> bool:
    return found.low <= true.mean() <= found.high


def covered(players: int, rare: float, runs: int, times: int) -> tuple[np.ndarray, float]:
    """Shares of simulated samples whose intervals hold the true values (players,), and all pairs at once."""
    draw = np.random.default_rng(7).normal
    true = played(_lucky(players, rare, draw(size=20_000)), Plan.of(players, 20_000, 1))
    hits, pairs = np.zeros(players), 0
    for time in range(times):
        found = division(_lucky(players, rare, draw(size=runs)), Plan.of(players, runs, time), is_share=True)
        hits += [holds(part, own) for part, own in zip(found.parts, true.parts, strict=True)]
        both = zip(found.shares.pairs, true.pairs, strict=True)
        pairs += all(holds(found.interaction(own), other.together) for own, other in both)
    return hits / times, pairs / times


def test_intervals_cover_what_they_should():
    for rare, runs in ((0.0, 150), (2.0, 400)):
        values, pairs = covered(3, rare, runs, 250)
        assert (values > 0.9).all() and (values < 0.985).all(), (rare, values)
        assert pairs > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("players", "rare", "runs"), [(4, 0.0, 40), (4, 2.3, 2000), (12, 1.0, 300), (12, 3.0, 800)]
)
def test_intervals_cover_with_all_coalitions_and_with_orders(players, rare, runs):
    values, pairs = covered(players, rare, runs, 600)
    assert (values > 0.9).all() and (values < 0.985).all(), values
    assert pairs > 0.9, pairs


# --- worlds -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_coalition_is_the_world_prepared_by_itself_bit_for_bit(here):
    scenario = sim.load("small.toml")
    players = switches(scenario, mechanisms(scenario))
    game = OneWorld(scenario, players, target_of(scenario, "wealth", "2010-07"), 1)
    on = np.random.default_rng(2).random((8, len(players))) < 0.5
    runs = np.arange(8) % 5
    found = game.values(on, runs, lambda done: None)
    for own, run, value in zip(on, runs, found, strict=True):
        made = [change for place in np.flatnonzero(~own) for change in players[place].changes]
        history = Engine.of(lower(changed(scenario, made), 7)).page(1, np.array([run], dtype=np.uint64))
        assert history["wealth"][-1, 0] == value
    assert len(set(found.tolist())) > 5
    apart = {players[place].name for place in game._programs.apart}
    assert apart == {"aid", "raid", "war", "rest", "late"}


def test_all_on_is_the_scenario_and_values_add_up_to_it(here):
    found = sim.explain("small.toml", "wealth", "2010-10", groups=["start", "aid", "raid"], runs=30)
    rows = found.table().set_index("name")["value"]
    own = sim.run("small.toml", runs=30, months=10).outcomes["end.wealth"].mean()
    assert rows["whole"] == pytest.approx(own, rel=1e-14)
    assert rows.drop("whole").sum() == pytest.approx(rows["whole"], abs=1e-14)
    assert rows["start"] > 0.01 and rows["aid"] > 0 > rows["raid"]


def test_a_known_sum_gives_known_shares_and_a_planted_product_is_said(here):
    # inputs of one half; off they are nothing
    with known(lambda x: 0.1 + 0.4 * x[0] + 0.8 * x[1] * x[2]):
        found = sim.explain(toy(3), "known", runs=10)
    assert found.table()["value"].tolist() == pytest.approx([0.1, 0.2, 0.1, 0.1, 0.5], abs=1e-12)
    text = "\n".join(explained_told(found))
    assert "x2 and x3 matter only together: +0.2000" in text and text.count("interaction") == 1
    assert text.startswith("A known function by 2010-06: 0.5000; with none of 3 mechanisms on")


def test_a_list_that_is_switched_off_stands_beside_what_the_world_forbids(here):
    scenario = small({"interventions": {"forbidden": ["loan"]}})
    aid, raid = switches(scenario, mechanisms(scenario, ["aid", "raid"]))
    later = changed(scenario, [*raid.changes, *aid.changes])
    forbidden = later.case.interventions.changes["interventions.forbidden"]
    assert [(month, set(events)) for month, events in forbidden] == [
        ("2010-01", {"loan", "aid"}),
        ("2010-04", {"loan", "aid", "raid"}),
    ]


def test_what_is_off_stays_off_though_the_world_sets_it_later(here):
    scenario = small().intervene({"parameters.cost": 0.9}, "2010-05")
    (cost,) = switches(scenario, mechanisms(scenario, ["cost"]))
    months = changed(scenario, cost.changes).case.interventions.changes["parameters.cost"]
    assert months == [["2010-01", 0.1], ["2010-05", 0.1]]


# --- two worlds ---------------------------------------------------------------------------------------------


def test_what_a_second_world_has_switched_off_itself_is_the_difference(here):
    base = sim.load("small.toml")
    alone = sim.explain(base, "wealth", "2010-06", runs=40, groups=["cost", "start", "war"])
    apart = sim.explain(
        base, "wealth", "2010-06", base.intervene({"war": 0.0}), runs=40, groups=["cost", "start", "war"]
    )
    own, other = (found.table().set_index("name")["value"] for found in (alone, apart))
    assert other["war"] == pytest.approx(-own["war"], abs=1e-14) and own["war"] < 0
    assert other["base"] == pytest.approx(0, abs=1e-14)


def test_shares_of_changes_lead_from_the_first_world_to_the_second(here):
    base = sim.load("small.toml")
    second = base.override({"quantities.wealth.start": 0.2}).intervene({"parameters.cost": 0.1}, "2010-03")
    found = sim.explain(base, "wealth", "2010-06", second, runs=40, groups=["war"])
    _, among = found.divisions
    names = [player.name for player in among.players]
    assert names == ["quantities.wealth.start", "parameters.cost"]
    levels = [sim.run(each, runs=40, months=6).outcomes["end.wealth"].mean() for each in (base, second)]
    assert [among.base.mean, among.whole.mean] == pytest.approx(levels, rel=1e-14)
    assert among.shares.parts.mean(axis=1).sum() == pytest.approx(levels[1] - levels[0], abs=1e-14)
    assert found.main.whole.mean == pytest.approx(levels[1] - levels[0], abs=1e-14)


def test_a_scenario_without_cards_is_asked_about_changes(here):
    base = small()
    Path("case.mechanisms.toml").unlink()
    second = base.override({"parameters.cost": 0.1, "quantities.wealth.start": 0.3})
    found = sim.explain(base, "wealth", "2010-04", second, runs=20)
    assert len(found.divisions) == 1 and len(found.main.players) == 2
    with pytest.raises(BadInput, match=r"has no mechanism cards .* write them in case.mechanisms.toml"):
        sim.explain(base, "wealth", runs=20)


def test_another_file_is_no_sum_of_changes(here):
    assert changes_of(small(), small({"time": {"months": 12}})) == ()
    assert changes_of(small(), small().override({"parameters.cost": 0.5})) == ()


# --- the command --------------------------------------------------------------------------------------------


def steppe(*words: str):
    return CliRunner().invoke(app, ["explain", "small.toml", *words], prog_name="steppe")


WRONG = {
    "x: no such group of mechanism cards": ["--groups", "x,cost"],
    "name at least one group": ["--groups", ","],
    "lies outside": ["--by", "2031-01"],
    "is written such as 2024-09": ["--by", "soon"],
    "no outcome, event or path 'happiness'": ["--of", "happiness"],
    "must be between 2 and": ["--runs", "1"],
    "with aid off: small.toml: interventions.changes from 2010-01": [
        "--b",
        'interventions.forced.aid=["2010-03"]',
        "--groups",
        "aid",
    ],
}  # fmt: skip


@pytest.mark.parametrize("told", WRONG)
def test_what_cannot_be_asked_is_said_in_a_line(here, told):
    done = steppe(*WRONG[told])
    assert done.exit_code == 2 and told in done.stderr, done.output
    assert "Traceback" not in done.output


def test_a_group_that_the_second_world_does_not_have_is_named(here):
    text = SMALL.read_text(encoding="utf-8").replace("cost = 0.5", "price = 0.5").replace('"cost"', '"price"')
    Path("other.toml").write_text(text, encoding="utf-8")
    done = steppe("other.toml", "--groups", "cost,war")
    assert done.exit_code == 2 and "cost: cannot be switched off in other.toml" in done.stderr, done.output
    assert steppe("other.toml", "--groups", "war", "--runs", "4").exit_code == 0


def test_failed_runs_are_counted_and_end_the_command(here):
    # runs in which a raid has taken place fail
    text = SMALL.read_text(encoding="utf-8")
    Path("small.toml").write_text(f'{text}\n[drivers]\nd = "1 / (1 - happened.raid)"\n', encoding="utf-8")
    done = steppe("--runs", "64", "--of", "wealth", "--groups", "war,cost", "--by", "2010-09")
    assert done.exit_code == 1 and "of 64 runs could not be used" in done.stderr, done.output
    assert "of 64 runs had a number that is not finite" in done.stdout.splitlines()[0]


def test_an_outcome_that_never_comes_is_told_so(here):
    done = steppe("--set", 'interventions.forbidden=["loan"]', "--groups", "cost,war", "--runs", "20")
    assert done.exit_code == 0
    assert "0.0 %; with none of 2 mechanisms on it would be 0.0 %" in done.stdout
    assert "No mechanism changes anything in any future." in done.stdout.replace("\n", " ")


def test_the_answer_fits_a_screen_and_the_folder_holds_what_it_says(here):
    done = steppe("--of", "wealth", "--runs", "60", "--groups", "war,cost,start", "--out", "found")
    lines = done.stdout.splitlines()
    assert done.exit_code == 0 and len(lines) < 30 and max(map(len, lines)) <= 100
    held = {path.name for path in Path("found").iterdir()}
    assert held == {"mechanisms.csv", "interactions.csv", *pictures("waterfall"), "manifest.json"}
    manifest = json.loads(Path("found/manifest.json").read_text(encoding="utf-8"))
    assert manifest["mechanisms"] == ["cost", "start", "war"] and manifest["of"] == "wealth"
    assert verify(Path("found")).wrong == []


def test_the_same_question_has_the_same_answer_whatever_the_threads(here):
    found = [
        sim.explain("small.toml", "loan", "2010-06", groups=["war", "aid"], runs=30, threads=each)
        for each in (1, 2)
    ]
    assert found[0].table().equals(found[1].table())
    assert found[0].interactions().equals(found[1].interactions())


# --- time ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_groups_of_two_thousand_futures_take_less_than_a_minute_of_two_processors():
    import time

    groups = [*mechanisms(sim.load("mongolia-2024"))][:10]
    began = time.process_time()
    found = sim.explain("mongolia-2024", "russian_visit", "2025-05", groups=groups, runs=2000)
    assert time.process_time() - began < 120
    assert found.main.shares.parts.sum(axis=0) == pytest.approx(
        found.main.shares.whole - found.main.shares.base, abs=1e-12
    )
