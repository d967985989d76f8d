"""No name of a scenario is a name of the model's own state, and no two things of a scenario have one name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.engine.luck import RunLuck
from sim.engine.seating import with_seats
from sim.engine.telling import telling, told_of
from sim.rules.state import STATE, Over, row_of
from sim.rules.timetable import month
from sim.scenario.index import deciders
from sim.scenario.load import Scenario, ScenarioError, load, parse
from sim.scenario.lower import lower
from sim.scenario.names import BLOC
from tests.support.scenarios import random_scenario, random_tables

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "cases" / "small.toml"
RULES = '\n[[provenance]]\nnumbers = "*"\nunit = "1"\nsource = "t"\nplus = [-9, 9]\n'


def told(folder: Path, *changes: tuple[str, str], more: str = "") -> list[str]:
    """What is said of the small case with some of its text replaced and more tables; nothing if it loads."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "case.toml"
    path.write_text(text + more + RULES, encoding="utf-8")
    try:
        load(path)
    except ScenarioError as refused:
        return [line.removeprefix(f"{path}: ") for line in refused.problems]
    return []


# -- the table of the state --------------------------------------------------------------------------


def state_of(scenario: Scenario) -> set[str]:
    """Every name of the state after a month, but the numbers kept as `start.NAME`."""
    world = lower(scenario)
    world = telling(world, told_of([world], world.parts.event))
    s = dict(world.start) | {name: float(path[0]) for name, path in world.series.items()}
    month(s, world.parts, RunLuck(1, 0))
    return {name for name in {*s, *world.series, *world.recorded} if not name.startswith("start.")}


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_every_name_of_the_state_is_of_a_kind_that_the_table_knows(seed):
    scenario = random_scenario(seed)
    for name in state_of(scenario):
        row, _ = row_of(name)
        assert row in STATE, name
        own = {**scenario.case.quantities, **scenario.case.aggregates}
        assert row.over is not Over.QUANTITY or name in own, name


def seated(scenario: Scenario) -> Scenario:
    """The scenario with a seat for everybody who decides."""
    return with_seats(scenario, deciders(scenario.case))


def test_every_kind_of_the_table_is_met_in_some_scenario():
    met = {row_of(name)[0] for seed in range(40) for name in state_of(seated(random_scenario(seed)))}
    # an aggregate is known by the case alone, and what tells of a known past by worlds that keep to one
    past = {"awaited.NAME", "done.NAME", "kept.EVENT", "log_odds", "opens.NAME", "part.NAME", "undone.NAME"}
    unmet = {row.pattern for row in STATE} - {row.pattern for row in met}
    assert unmet == {"start.NAME", "AGGREGATE"} | past


# -- names of the model ------------------------------------------------------------------------------

OF_THE_MODEL = (
    "goodwill.North", "clout.court", "credit.town", "share.North", "share.bloc.North",
    "bandwidth.North.trade", "wait.loan", "wait.group.g", "openness.North", "effort.North.trade",
    "effort_gain.North.trade", "influence.North", "autonomy_price.North", "start.war",
    "start.goodwill.North", "happened.loan", "hazard.raid", "unapproved.loan",
    "approval.loan", "belief.loan", "pending.loan", "due.loan",
    "forced.raid", "driver.x", "alignment.order", "drift.alignment.order", "closeness.North",
    "vulnerability.South", "domination.North", "dependence.North.trade", "attraction.North.trade",
    "record.loan", "proposal.loan", "value.North.autonomy", "calendar.x.0", "initiator.loan.accepted",
    "tilt.North", "payoff.North", "claim.court", "earns.effort.North.trade", "autonomy", "domination",
    "hedging", "health", "total_influence", "largest_vulnerability", "influence_share", "alignment",
    "goodwill_by_vulnerability", "payoff", "tilt", "goodwill", "bandwidth", "start", "change", "min", "max",
    "each", "size",
)  # fmt: skip


@pytest.mark.parametrize("name", OF_THE_MODEL)
def test_a_quantity_cannot_be_called_as_the_models_own_state(name, tmp_path):
    lines = told(tmp_path, more=f'\n[quantities."{name}"]\nlabel = "clash"\nstart = 0.9\nrelaxation = 0.1\n')
    assert any(name in line and "quantities." in line for line in lines), lines


STRANGE = (
    "", " ", "../x", "a/b", "a.b", ".hidden", "-x", "--out", "a b", "x\\u0000",
    "x\\u001b[31m", "x\\u202e", "9lives", "a\\nb", "\\u200b", "ﬁsh", "class", "None",
    "x" * 61, "é\\u0301" * 40, "a#b", "*", "a=b",
)  # fmt: skip
TABLES = {
    "quantities": 'label = "x"\nstart = 0.5\nrelaxation = 0.1',
    "events": 'label = "x"\ninitiator = "nature"\nbase_logit = -3.0',
    "outcomes": 'label = "x"\nany_of = ["raid"]',
    "postures": "",
    "calendars": 'from = "2010-05"',
    "observations": (
        'label = "x"\nunit = "1"\nmeasure = "autonomy"\nerror = 0.1\ndefinition = "d"\nsource = "s"'
    ),
    "uncertain": 'label = "x"\nnumbers = ["decision.*"]\ntimes = 0.1',
}


@pytest.mark.parametrize("table", TABLES)
def test_a_name_is_a_plain_word(table, tmp_path):
    for name in STRANGE:
        lines = told(tmp_path, more=f'\n[{table}."{name}"]\n{TABLES[table]}\n')
        assert any(line.startswith(table) for line in lines), (name, lines)
    assert told(tmp_path, more=f'\n[{table}."Straße_9"]\n{TABLES[table]}\n') == []


def test_names_of_actors_factions_channels_blocs_and_groups_are_plain_words_too(tmp_path):
    for new in (
        "[actors.Buffer.factions.'a.b']",
        "[actors.Buffer.factions.'../x']",
        "[actors.Buffer.factions.'']",
    ):
        assert told(tmp_path, ("[actors.Buffer.factions.court]", new))
    assert any("blocs" in line for line in told(tmp_path, ('South = ["South"]', '"a/b" = ["South"]')))
    assert any("channels" in line for line in told(tmp_path, ("[channels.trade]", '[channels."tra de"]')))
    for group in ("", " ", "a/b", "wait.x"):
        lines = told(tmp_path, ('label = "A raid"', f'label = "A raid"\ngroup = "{group}"'))
        assert any(line.startswith("events.raid.group: ") for line in lines), group


# -- two things of one name --------------------------------------------------------------------------

EVENT = '\n[events.{}]\nlabel = "x"\ninitiator = "{}"\nbase_logit = -3.0\n{}\n'
TWICE = {
    "a parameter and a quantity": (
        "\n[drivers]\nwar = 'autonomy'\n", "drivers.war: the name 'war' is taken by quantities.war",
    ),
    "a driver and a parameter": (
        "\n[drivers]\ncost = 'autonomy'\n", "drivers.cost: the name 'cost' is taken by parameters.cost",
    ),
    "a calendar and a driver": (
        "\n[drivers]\nseason = 'autonomy'\n[calendars.season]\nfrom = '2010-02'\n",
        "calendars.season: the name 'season' is taken by drivers.season",
    ),
    "a driver and a scalar": (
        "\n[drivers]\nautonomy = '1'\n", "drivers.autonomy: 'autonomy' is a word of the model's own",
    ),
    "a posture and what is no posture": ("\n[postures.unclassified]\n", "postures.unclassified: "),
    "rows of each and an event": (
        EVENT.format("buy", "each", "each = ['North']") + EVENT.format("buy_North", "North", ""),
        "events.buy_North: makes the row 'buy_North', which events.buy makes too",
    ),
    "an event and rows of each": (
        EVENT.format("buy_North", "North", "") + EVENT.format("buy", "each", "each = ['South', 'North']"),
        "events.buy: makes the row 'buy_North', which events.buy_North makes too",
    ),
    "rows of two templates": (
        EVENT.format("a_North", "each", "each = ['South']")
        + EVENT.format("a", "each", "each = ['North_South']"),
        "events.a: makes the row 'a_North_South', which events.a_North makes too",
    ),
    "a row and another template": (
        EVENT.format("a", "each", "each = ['North']") + EVENT.format("a_North", "each", "each = ['South']"),
        "events.a: makes the row 'a_North', but events.a_North is another event",
    ),
    "an actor twice in each": (
        EVENT.format("buy", "each", "each = ['North', 'North']"), "events.buy: makes the row 'buy_North'",
    ),
    "an outcome and a row that it does not ask for": (
        EVENT.format("buy", "each", "each = ['North', 'South']")
        + "\n[outcomes.buy_North]\nlabel = 'x'\nany_of = ['buy']\n",
        "outcomes.buy_North: is also the name of an event, but asks for something else",
    ),
    "shifts that become one": (
        EVENT.format(
            "buy", "each", "each = ['North']\nshifts = { 'goodwill.each' = 1.0, 'goodwill.North' = 2.0 }",
        ),
        "events.buy.shifts: two of its keys are one for North",
    ),
    "a power twice among the similar": (
        "\n[similarity.a]\namong = ['North', 'North']\nstrength = 0.5\n",
        "similarity.a.among: names 'North' twice",
    ),
    "an event twice": ("\n[outcomes.x]\nlabel = 'x'\nany_of = ['raid', 'raid']\n", "outcomes.x.any_of: "),
    "a month twice": (
        "\n[interventions.forced]\nraid = ['2010-05', '2010-05']\n", "interventions.forced.raid: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TWICE)
def test_two_things_of_one_name_are_refused_and_told(case, tmp_path):
    more, line = TWICE[case]
    lines = told(tmp_path, more=more)
    assert any(each.startswith(line) for each in lines), lines


def test_factions_are_called_neither_as_each_other_nor_as_actors(tmp_path):
    for name in ("North", "Buffer", "town", "nature", BLOC, "each", "contest"):
        lines = told(tmp_path, ("[actors.Buffer.factions.court]", f"[actors.Buffer.factions.{name}]"))
        assert lines, name
    for name in ("nature", "calendar", "contest", "each", BLOC):
        raw: dict[str, Any] = random_tables(1)
        raw["actors"][name] = {"role": "domestic", "label": "x"}
        with pytest.raises(ScenarioError, match=rf"actors\.{name}: '{name}' is a word of the model's own"):
            parse(raw, "case")


def test_an_axis_is_not_called_as_the_other(tmp_path):
    lines = told(tmp_path, ('axes = ["order", "side"]', 'axes = ["order", "order"]'))
    assert "alignment.axes.1: the name 'order' is taken by alignment.axes.0; choose another" in lines


SPELT_TWICE = {
    "an effect": (
        "goodwill.North = -0.05",
        '"goodwill.North" = -0.05\ngoodwill.North = -0.1',
        "events.loan.refused.goodwill.North",
    ),
    "a valuation": (
        "valuations = { wealth = 6, alignment = 4 }",
        'valuations = { "goodwill.North" = 6, goodwill = { North = 4 } }',
        "actors.Buffer.factions.town.valuations.goodwill.North",
    ),
    "a bound of a posture": (
        "below = { alignment.order = -0.05 }",
        'below = { "alignment.order" = -0.05, alignment = { order = 0.1 } }',
        "postures.leaning.below.alignment.order",
    ),
    "a coupling": ("war = -0.3", 'war = -0.3\n" war" = 0.1', 'couplings.wealth."war": is'),
    "a shift": (
        "base_logit = -3.0",
        'base_logit = -3.0\nshifts = { "war + 1" = 1.0, "war+1" = 2.0 }',
        "events.raid.shifts",
    ),
}


@pytest.mark.parametrize("case", SPELT_TWICE)
def test_one_number_in_two_spellings_is_refused(case, tmp_path):
    old, new, where = SPELT_TWICE[case]
    lines = told(tmp_path, (old, new))
    assert any(line.startswith(where) for line in lines), lines
