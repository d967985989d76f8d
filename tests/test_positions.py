"""Everybody's position: on a path, held and freed, shifted by agents; what a file may say of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.agents.model import Model
from sim.engine.engine import Engine
from sim.engine.history import History
from sim.refusal import ScenarioError
from sim.rules.state import STATE, Over
from sim.scenario.formats import renamed
from sim.scenario.load import Scenario, parse
from sim.scenario.lower import lower
from tests.support.small import merged, small
from tests.test_parity import assert_same_bytes

EAST = {"role": "power", "label": "East", "position": [0.0, -0.6], "goodwill": 0.5}
TIES = {"North": {"South": "bond * war", "East": {"side": "0 - war"}}, "East": {"North": "war"}}
WORLD = {
    "alignment": {"ties": TIES},
    "actors": {"East": EAST, "North": {"noise": [0.02, 0.0], "valuations": {"buffer": 5}}},
    "parameters": {"bond": 2.0},
    "shares": {"East": {"trade": 0.0}},
    "bandwidths": {"East": {"trade": 0.3}},
    "blocs": {"North": ["North", "East"]},
    "drivers": {"near": "closeness.North.South"},
}  # fmt: skip
"""Three powers that move and are tied."""


def history(scenario: Scenario, runs: int = 16) -> History:
    world = lower(scenario, 18)
    return Engine.of(world).page(1, np.arange(runs, dtype=np.uint64))


# -- paths and interventions -------------------------------------------------------------------------


def test_a_position_on_a_path_is_where_the_path_says_whatever_draws_it():
    course = {"paths": {"alignment.North.order": [["2010-01", -0.8], ["2010-11", 0.2]]}}
    found = history(small(merged(WORLD, course)))
    assert np.allclose(found["alignment.North.order"][:11].T, np.linspace(-0.8, 0.2, 11))
    assert (found["alignment.North.order"][11:] == 0.2).all()
    free = history(small(WORLD))
    assert (free["alignment.North.side"][1:] == found["alignment.North.side"][1:]).all()
    # East is tied to North, and goes with it
    assert (found["alignment.East.order"][-1] > free["alignment.East.order"][-1]).all()


def test_a_position_on_a_path_is_not_moved_by_events_and_draws_no_shocks():
    course = {"paths": {"alignment.North.order": [["2010-01", -0.8]]}}
    push = {"events": {"raid": {"base_logit": 3.0, "effects": {"tilt.North.South": 0.3}}}}
    found = history(small(merged(merged(WORLD, course), push)))
    assert (found["alignment.North.order"] == -0.8).all()
    assert (found["alignment.North.side"][-1] < 0.19).all(), "on its other axis the raid tilts it"


@pytest.mark.parametrize("name", ["alignment.North.order", "alignment.order"])
def test_a_position_is_held_from_its_month_until_it_is_free_and_goes_on_from_there(name):
    base = small(WORLD)
    done = base.intervene({name: 0.4}, "2010-04").intervene({name: "free"}, "2010-09")
    found, plain = history(done), history(base)
    assert (found[name][:3] == plain[name][:3]).all()
    assert (found[name][3:8] == 0.4).all()
    assert (found[name][8] != 0.4).any() and np.abs(found[name][8] - 0.4).max() < 0.2


def test_the_start_of_a_position_is_read_and_never_done():
    base = small(WORLD)
    moved = base.override({"actors.North.position": [0.1, 0.2]})
    assert lower(moved).start["alignment.North.order"] == 0.1
    with pytest.raises(ScenarioError, match=r"actors\.North\.position"):
        base.intervene({"actors.North.position.0": 0.1})


# -- agents ------------------------------------------------------------------------------------------


def test_agents_shift_positions_as_the_ensemble_does_bit_for_bit():
    assert_same_bytes(lower(small(WORLD), months=14), 3, range(4))


def test_an_agent_that_shifts_moves_itself_alone_and_a_model_may_ask_one():
    model = Model(small(WORLD), seed=1)
    model.step()
    actors = {actor.name: actor for actor in model.actors}
    before = {name: actor.position for name, actor in actors.items()}
    model.state["drift.alignment.North.side"] += 1.0
    actors["North"].shift_position()
    after = {name: actor.position for name, actor in actors.items()}
    assert after["North"][1] > before["North"][1]
    assert {name for name in after if after[name] != before[name]} == {"North"}


def test_the_data_of_agents_tell_positions():
    model = Model(small(WORLD), seed=1)
    model.step()
    told = model.datacollector.get_agent_vars_dataframe()
    rows = told.dropna(subset=["position"])
    assert set(rows["name"]) == {"Buffer", "North", "South", "East"}
    (north,) = rows[rows["name"] == "North"]["position"]
    assert north == (model.state["alignment.North.order"], model.state["alignment.North.side"])


# -- what the file may say ---------------------------------------------------------------------------


def test_one_dimension_switches_the_second_axis_of_everybody_off():
    found = history(small(merged(WORLD, {"alignment": {"dimensions": 1}})))
    world = found.world
    axes = [standing.axes for standing in world.parts.standings.values()]
    assert axes == [
        ("alignment.order",),
        *((f"alignment.{name}.order",) for name in ("East", "North", "South")),
    ]
    assert not [name for name in world.recorded if name.endswith(".side")]
    assert {value for name, value in world.start.items() if name.endswith(".side")} == {0.0}
    # |(-.8) - .8| = 1.6; 1 - 1.6 / 2.2 = .2727
    assert world.start["closeness.North.South"] == pytest.approx(1 - 1.6 / 2.2)
    assert (found["alignment.North.order"][-1] != -0.8).all()


def test_what_a_file_leaves_out_of_a_point_is_zero():
    start = lower(small({"actors": {"North": {"position": [-0.7]}}})).start
    assert (start["alignment.North.order"], start["alignment.North.side"]) == (-0.7, 0.0)


def test_pairs_that_the_file_names_are_recorded_and_nothing_else():
    world = lower(small(WORLD))
    assert [name for name in world.recorded if name.count(".") == 2 and name.startswith("closeness")] == [
        "closeness.North.South"
    ]
    assert not [name for name in lower(small()).recorded if name.startswith("closeness.North.")]


@pytest.mark.parametrize(
    "place",
    [
        {"headlines": ["closeness.South.North"]},
        {"keep_paths": ["closeness.South.North"]},
        {"postures": {"leaning": {"above": {"closeness": {"South": {"North": 0.5}}}}}},
        {"couplings": {"wealth": {"closeness.South.North": 0.1}}},
        {"similarity": {"s": {"among": ["North", "South"], "strength": 1, "times": "closeness.South.North"}}},
        {"actors": {"North": {"salience": {"trade": "closeness.South.North"}}}},
        {"alignment": {"ties": {"North": {"South": "closeness.South.North"}}}},
        {"events": {"raid": {"shifts": {"closeness.South.North": 1.0}}}},
        {"interventions": {"when": {"w": {"if": "closeness.South.North", "changes": {"alignment.pull": 1}}}}},
    ],
    ids=lambda place: next(iter(place)),
)  # fmt: skip
def test_a_pair_is_known_wherever_the_file_names_it(place):
    world = lower(small(place), 3)
    assert world.parts.near == (("South", "North"),)
    assert world.start["closeness.South.North"] == pytest.approx(0.2670675, abs=1e-7)


def test_a_row_for_each_of_some_powers_may_read_how_near_each_is():
    event = {
        "label": "A pact", "initiator": "each", "responder": "Buffer", "each": ["North", "East"],
        "base_logit": -2.0, "response_logit": 0.0, "shifts": {"closeness.each.South": 1.0},
        "accepted": {"wealth": 0.01, "tilt.each.South": 0.1},
    }  # fmt: skip
    scenario = small(merged(WORLD, {"events": {"pact": event}}))
    assert lower(scenario).parts.near == (("East", "South"), ("North", "South"))
    assert not history(scenario).failed.any()


def test_means_follow_an_expression_as_they_follow_a_stock():
    """The name of a stock, as of old, is an expression like others: wealth, or wealth times one."""
    plain, product = (
        history(small({"actors": {"North": {"capability": text}}, "parameters": {"k": 1.0}}))
        for text in ("wealth", "k * wealth")
    )
    for name in plain.world.recorded:
        assert np.allclose(plain[name], product[name], rtol=1e-12, atol=1e-12), name
    assert (plain["share.North"] != history(small())["share.North"]).any()


def test_powers_are_alike_by_an_expression():
    """Strength .5 times 1 + war (.2): .6; two shares: 1 less their squares and twice .6 of their product."""
    alike = {"among": ["North", "South"], "strength": 0.5, "times": "1 + war"}
    start = lower(small({"similarity": {"both": alike}})).start
    north, south = 0.352 / 0.524, 0.172 / 0.524
    assert start["autonomy"] == pytest.approx(1 - north**2 - south**2 - 2 * 0.6 * north * south, abs=1e-12)


# -- what a file may not say -------------------------------------------------------------------------

VALUED = {"actors": {"North": {"valuations": {"gap": 1}}}}


def alike(times: str) -> dict[str, Any]:
    return {"similarity": {"both": {"among": ["North", "South"], "strength": 0.5, "times": times}}}


def ties(one: str, towards: Any) -> dict[str, Any]:
    return {"alignment": {"ties": {one: towards}}}


def salience(actor: str, **given: Any) -> dict[str, Any]:
    return {"actors": {actor: {"salience": given}}}


def sympathy(**given: Any) -> dict[str, Any]:
    return {"actors": {"Buffer": {"factions": {"court": {"sympathy": given}}}}}


HAWKS = {"label": "Hawks", "clout": 1.0, "ideal": [0.0], "sympathy": {"South": 0.4}}

HOSTILE = (
    (
        ties("North", {"Suoth": "war"}),
        "alignment.ties.North.Suoth: a tie binds two powers; no power 'Suoth'; did you mean 'South'?",
    ),
    (
        ties("Buffer", {"South": "war"}),
        "alignment.ties.Buffer.South: a tie binds two powers; no power 'Buffer'",
    ),
    (
        ties("North", {"North": "war"}),
        "alignment.ties.North.North: binds a power to itself; name another one",
    ),
    (
        ties("North", {"South": {"ordr": "war"}}),
        "alignment.ties.North.South.ordr: no axis of this name; did you mean 'order'?",
    ),
    (
        ties("North", {"South": 0.4}),
        "alignment.ties.North.South: must be text (found 0.4)",
    ),
    (
        ties("North", {"South": ["war"]}),
        "alignment.ties.North.South: must be text (found ['war'])",
    ),
    (
        ties("North", "war"),
        "alignment.ties.North: must be a table (found 'war')",
    ),
    (
        ties("North", {"South": "wra"}),
        "alignment.ties.North.South: no 'wra' in this scenario; did you mean 'war'?",
    ),
    (
        ties("North", {"South": "war +"}),
        "alignment.ties.North.South: cannot read the expression 'war +'",
    ),
    (
        sympathy(Nroth=0.4),
        "actors.Buffer.factions.court.sympathy.Nroth: no power or bloc of this name; did you mean 'North'?",
    ),
    (
        sympathy(North=1.4),
        "actors.Buffer.factions.court.sympathy.North: must be at most 1 (found 1.4)",
    ),
    (
        {"actors": {"North": {"factions": {"hawks": HAWKS}}}},
        "actors.North.factions.hawks.sympathy: powers lift factions of the target alone; leave it out",
    ),
    (
        salience("North", autonomy="war"),
        "actors.North.salience.autonomy: is neither a channel nor valued by the actor or its factions",
    ),
    (
        salience("North", influence_shar="war"),
        "actors.North.salience.influence_shar: is neither a channel nor valued by the actor or its "
        "factions; did you mean 'influence_share'?",
    ),
    (
        salience("North", trade=0.4),
        "actors.North.salience.trade: must be text (found 0.4)",
    ),
    (
        salience("North", trade="wra"),
        "actors.North.salience.trade: no 'wra' in this scenario; did you mean 'war'?",
    ),
    (
        {"actors": {"own": {"role": "domestic", "label": "Own", "salience": {"trade": "war"}}}},
        "actors.own.salience: only the target and powers weigh anything; leave it out",
    ),
    (
        merged(
            VALUED,
            {
                "drivers": {"trade": "war", "gap": "war"},
                "actors": {"North": {"valuations": {"trade": 1}, "salience": {"trade": "war"}}},
            },
        ),
        "actors.North.salience.trade: is a channel, and valued too; give the channel another name",
    ),
    (
        merged(VALUED, {"drivers": {"gap": "max(war, wealth)"}}),
        "drivers.gap: is valued, and max() in drivers.gap has no slope where it turns; use + - * /",
    ),
    (
        merged(VALUED, {"drivers": {"gap": "rest * war", "rest": "min(war, wealth)"}}),
        "drivers.gap: is valued, and min() in drivers.rest has no slope where it turns; use + - * /",
    ),
    (
        merged(VALUED, {"drivers": {"gap": "rest * war", "rest": "1 - closeness.North"}}),
        "drivers.gap: is valued, and no effect is weighed by way of closeness.North in drivers.rest; use "
        "stocks and dependences",
    ),
    (
        alike("autonomy * war"),
        "similarity.both.times: reads autonomy, which is measured after it; use stocks, links or positions",
    ),
    (
        merged(alike("gap"), {"drivers": {"gap": "share.North * war"}}),
        "similarity.both.times: reads share.North, which is measured after it; use stocks, links or "
        "positions",
    ),
    (
        alike("wra"),
        "similarity.both.times: no 'wra' in this scenario; did you mean 'war'?",
    ),
    (
        {"drivers": {"gap": "closeness.North.North"}},
        "drivers.gap: no 'closeness.North.North' in this scenario; did you mean 'closeness.North'?",
    ),
    (
        {"events": {"raid": {"effects": {"tilt.North.North": 0.1}}}},
        "events.raid.effects.tilt.North.North: nothing of this name to change; did you mean "
        "'tilt.North.South'?",
    ),
    (
        {"events": {"raid": {"effects": {"alignment.North.order": 0.1}}}},
        "events.raid.effects.alignment.North.order: alignment is computed from the rest of the state,"
        " so no effect can set it; change tilt.POWER.TOWARDS",
    ),
    (
        {"actors": {"North": {"capability": "wra"}}},
        "actors.North.capability: no 'wra' in this scenario; did you mean 'war'?",
    ),
    (
        {"actors": {"Buffer": {"valuations": {"buffer": 3}}}},
        "actors.Buffer.valuations.buffer: only a power has a buffer between itself and others; leave it out",
    ),
    (
        {"actors": {"Buffer": {"position": None}}},
        "actors.Buffer: needs a position, its own or a course under [paths]",
    ),
    (
        {"actors": {"North": {"noise": -0.1}}},
        "actors.North.noise: must be at least 0 or a list (found -0.1)",
    ),
    (
        {"paths": {"alignment.North.ordr": [["2010-01", 0.1]]}},
        "paths.alignment.North.ordr: no quantity or position of this name; did you mean "
        "'alignment.North.order'?",
    ),
    (
        {"paths": {"alignment.North.order": [["2010-01", 1.4]]}},
        "paths.alignment.North.order: 1.4 in 2010-01 lies outside -1 to 1",
    ),
    (
        {"blocs": {"Empty": []}},
        "blocs.Empty: has no member; name a power, or leave it out",
    ),
)


@pytest.mark.parametrize(("changes", "line"), HOSTILE, ids=[line.partition(": ")[0] for _, line in HOSTILE])
def test_what_does_not_fit_is_told_in_one_clear_line(changes, line):
    with pytest.raises(ScenarioError) as refused:
        small(changes)
    assert refused.value.problems == (f"case: {line}",)


READABLE = {
    Over.NOTHING: "", Over.QUANTITY: "war", Over.SUPPLIER: ".North", Over.POWER: ".North",
    Over.AXIS: ".order", Over.POWER_AXIS: ".North.order", Over.PAIR: ".North.South",
    Over.LINK: ".North.trade", Over.POWER_LINK: ".North.trade", Over.FACTION: ".court",
    Over.STAKE: ".North.influence_share", Over.EVENT: ".raid",
}  # fmt: skip
"""How a number of each kind is written for the small case."""

# nobody controls what nature does: that it is refused is tested where approval is
ROWS = [row for row in STATE if row.read and row.over in READABLE and row.kind != "unapproved"]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.kind}.{row.over.value}" for row in ROWS])
def test_what_powers_may_be_alike_by_is_there_before_it_is_needed_or_refused(row):
    name = f"{row.kind}{READABLE[row.over]}"
    try:
        scenario = small(alike(name))
    except ScenarioError as refused:
        told = f"reads {name}, which is measured after it; use stocks, links or positions"
        assert refused.problems == (f"case: similarity.both.times: {told}",)
    else:
        assert not history(scenario, 4).failed.any()


# -- files of the first format -----------------------------------------------------------------------


def test_a_file_of_the_first_format_is_told_what_to_write_one_line_a_key():
    raw = {
        "format": 1, "title": "Old", "alignment": {"start": [0, 0], "noise": 0.01, "axes": ["a", "b"]},
        "actors": {
            "Land": {"role": "target", "factions": {"court": {"ideal": [0, 0]}, "town": {"sympathy": {}}}},
            "North": {"role": "power"},
        },
    }  # fmt: skip
    with pytest.raises(ScenarioError) as refused:
        parse(raw, "old.toml")
    assert refused.value.problems == (
        "old.toml: format: 1 is an older one; write format = 2, and what these lines name",
        "old.toml: alignment.start: is actors.Land.position now, beside the positions of the powers",
        "old.toml: alignment.noise: is actors.Land.noise now; a power may have its own",
        "old.toml: actors.Land.factions.court.ideal: no longer says whom the faction sides with; "
        "add sympathy = { POWER or BLOC = -1 to 1 }",
    )


def test_old_keys_in_a_new_file_are_told_by_what_has_taken_their_place():
    with pytest.raises(ScenarioError) as refused:
        small({"alignment": {"start": [0.0, 0.0], "noise": 0.01}})
    assert refused.value.problems == (
        "case: alignment.start: is actors.Buffer.position now, beside the positions of the powers",
        "case: alignment.noise: is actors.Buffer.noise now; a power may have its own",
    )


ODD = ({}, {"actors": 3, "alignment": []}, {"actors": {"A": None}}, {"alignment": "start"})


@pytest.mark.parametrize("raw", ODD, ids=range(len(ODD)))
def test_old_keys_are_looked_for_in_any_tables(raw):
    assert list(renamed(raw)) == []
