"""What a file says once for several powers, channels or offers, and what one of them says of its own."""

import pytest

from sim.refusal import ScenarioError
from sim.scenario.lower import lower
from tests.support.small import small

TWO = {
    "blocs": {"North": None, "South": None, "Both": ["North", "South"]},
    "parameters": {"grudge": {"North": 0.5, "South": 2.0}},
}


def effects(scenario, event, which):
    return {each.key: (each.size, each.times) for each in scenario.rows[event].effects[which]}


def test_any_no_costs_goodwill_of_the_power_whose_offer_it_was_unless_the_event_says_more():
    scenario = small({"goodwill": {"refusal": -0.03}})
    assert effects(scenario, "aid", "refused") == {"goodwill.South": (-0.03, None)}
    assert effects(scenario, "loan", "refused") == {"goodwill.North": (-0.05, None)}
    # nobody offers a raid, and nobody says no to it
    assert effects(scenario, "raid", "refused") == {}
    assert effects(small(), "aid", "refused") == {}


def test_a_no_to_the_target_or_to_nobody_costs_nothing():
    asked = {"initiator": "Buffer", "responder": "South", "base_logit": -2.0, "label": "A plea"}
    scenario = small(
        {"goodwill": {"refusal": -0.03}, "events": {"plea": {**asked, "accepted": {"wealth": 0.1}}}}
    )
    assert effects(scenario, "plea", "refused") == {}


def test_a_no_to_a_proxy_costs_goodwill_of_its_patron():
    errand = {"role": "proxy", "label": "Errand boy", "patron": "North"}
    scenario = small({
        "goodwill": {"refusal": -0.03}, "actors": {"Boy": errand}, "events": {"aid": {"initiator": "Boy"}},
    })  # fmt: skip
    assert effects(scenario, "aid", "refused") == {"goodwill.North": (-0.03, None)}


def test_goodwill_of_powers_that_give_none_is_said_once():
    start = lower(small({"goodwill": {"start": 0.4}, "actors": {"North": {"goodwill": None}}})).start
    assert (start["goodwill.North"], start["goodwill.South"]) == (0.4, 0.6)
    with pytest.raises(ScenarioError, match="needs goodwill, its own or that of"):
        small({"actors": {"North": {"goodwill": None}}})


def test_the_speed_of_shares_is_that_of_the_channel_or_of_all():
    shared = {"influence": {"share_speed": 0.07}, "channels": {"trade": {"share_speed": None}}}
    speeds = {cell.channel: cell.share_speed for cell in lower(small(shared)).parts.cell.values()}
    assert speeds == {"trade": 0.07, "politics": 0.03}


def test_an_effect_on_a_bloc_is_one_on_each_member_with_its_own_factor():
    raid = {
        "effects": {
            "wealth": None,
            "war": 0.2,
            "goodwill": {"Both": {"size": -0.1, "times": "grudge.each * war"}},
        }
    }
    found = effects(small(TWO | {"events": {"raid": raid}}), "raid", "accepted")
    assert found == {
        "war": (0.2, None),
        "goodwill.North": (-0.1, "grudge.North * war"), "goodwill.South": (-0.1, "grudge.South * war"),
    }  # fmt: skip


def test_a_valuation_of_a_bloc_is_one_of_each_member_and_a_power_has_the_last_word():
    wants = {"goodwill": {"Both": 4.0, "South": 9.0}}
    case = small(TWO | {"actors": {"Buffer": {"factions": {"court": {"valuations": wants}}}}})
    court, _ = lower(case).parts.units["Buffer"]
    assert {key: court.values[key] for key in ("goodwill.North", "goodwill.South")} == {
        "goodwill.North": 4.0, "goodwill.South": 9.0,
    }  # fmt: skip
    assert "goodwill.Both" not in court.values


def test_what_an_actor_values_all_its_factions_value_unless_they_say_otherwise():
    shared = {"Buffer": {"valuations": {"wealth": 5.0, "autonomy": 3.0}}}
    court, town = lower(small({"actors": shared})).parts.units["Buffer"]
    assert (court.values["autonomy"], town.values["autonomy"]) == (8.0, 3.0)
    assert (court.values["wealth"], town.values["wealth"]) == (12.0, 6.0)
