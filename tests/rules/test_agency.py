"""How far a row goes beyond who decides: worked out by hand, and read when it should be."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.agents.model import Model
from sim.engine.record import record_month
from sim.refusal import ScenarioError
from sim.rules.agency import unapproved
from sim.scenario.load import Scenario
from sim.scenario.lower import lower
from sim.studies.trace.ask import story
from tests.support.small import small
from tests.test_parity import assert_same_bytes

HAWKS, DOVES = 10.0, -10.0
PRECISION, CONTROL = 0.5, 0.8
WAR = 0.2
"""What a strike adds to the war that hawks want and doves do not."""

FACTIONS = {
    "hawks": {"label": "Hawks", "clout": 0.25, "ideal": [-0.8, 0.2], "valuations": {"war": HAWKS}},
    "doves": {"label": "Doves", "clout": 0.75, "ideal": [-0.8, 0.2], "valuations": {"war": DOVES}},
}
ERRAND = {"label": "Errand", "role": "proxy", "patron": "North"}
BLAME = {"size": -0.5, "times": "unapproved.strike"}
STRIKE = {
    "label": "Hawks strike", "initiator": "North", "base_logit": 40.0, "control": {"hawks": CONTROL},
    "effects": {"war": WAR, "credit": {"hawks": BLAME}},
}  # fmt: skip


def governed(**changes: Any) -> Scenario:
    """The small case in which hawks have control of a strike that doves, by clout, would not make."""
    strike = {key: value for key, value in (STRIKE | changes).items() if value is not None}
    return small(
        {
            "actors": {"North": {"valuations": None, "factions": FACTIONS}, "Errand": ERRAND},
            "decision": {"precision": PRECISION},
            "quantities": {"war": {"relaxation": 0.0}},
            "interventions": {"forbidden": ["loan", "aid", "raid"]},
            "clout": {"channel": "politics", "speed": 0.0, "credit_decay": 0.0},
            "events": {"strike": strike},
        }
    )


def after(scenario: Scenario, months: int = 1) -> dict[str, float]:
    """The state after some months."""
    model = Model(scenario)
    for _ in range(months):
        model.step()
    return model.state


def share(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))


def by_clout(war: float) -> float:
    """What more war is worth to North's factions by clout alone."""
    return (0.25 * HAWKS + 0.75 * DOVES) * war


def test_what_the_principal_wants_much_is_approved_and_what_it_abhors_is_not():
    assert unapproved(0.0) == 0.5
    assert unapproved(3.0) == pytest.approx(1.0 - share(3.0)) and unapproved(3.0) < 0.05
    assert unapproved(-3.0) == pytest.approx(share(3.0))


def test_a_strike_is_judged_by_clout_alone_without_base_rate_and_control():
    s = after(governed())
    assert s["unapproved.strike"] == pytest.approx(share(-PRECISION * by_clout(WAR)))
    assert s["proposal.strike"] == pytest.approx(1.0)
    assert s["credit.hawks"] == pytest.approx(-0.5 * s["unapproved.strike"])


@pytest.mark.parametrize("control", [0.0, 0.3, 1.0])
def test_control_does_not_change_what_the_principal_would_have_done(control):
    found = after(governed(control={"hawks": control}, base_logit=-3.0))
    assert found["unapproved.strike"] == after(governed())["unapproved.strike"]


def test_without_control_weight_only_the_base_rate_stands_between_approval_and_proposal():
    s = after(governed(control={"hawks": 0.0}, base_logit=-3.0))
    assert s["unapproved.strike"] == pytest.approx(1.0 - share(s["logit.strike"] + 3.0))


def test_a_contest_is_judged_by_the_odds_of_success():
    s = after(
        governed(
            responder="contest", response_logit=-1.0, effects=None,
            accepted={"war": WAR, "credit": {"hawks": BLAME}}, refused={"war": -0.1},
        )
    )  # fmt: skip
    belief = share(-1.0)
    worth = belief * by_clout(WAR) + (1.0 - belief) * by_clout(-0.1)
    assert s["unapproved.strike"] == pytest.approx(share(-PRECISION * worth))


def test_a_threat_is_judged_by_what_refusal_leads_to():
    s = after(
        governed(
            responder="South", effects=None, accepted={"credit": {"hawks": BLAME}},
            refused={"war": -0.1}, executed={"war": WAR},
        )
    )  # fmt: skip
    execution, belief = s["execution.strike"], s["believed.strike"]
    refusal = by_clout(-0.1) + execution * (by_clout(WAR) - by_clout(-0.1))
    assert s["unapproved.strike"] == pytest.approx(share(-PRECISION * (1.0 - belief) * refusal))


def test_a_proxys_deed_is_judged_by_its_patron():
    s = after(governed(initiator="Errand"))
    assert s["unapproved.strike"] == pytest.approx(share(-PRECISION * by_clout(WAR)))


def test_an_effect_reads_its_own_month_and_a_valuation_the_month_before():
    """Doves mind a strike more if it is unapproved: by as much as it was last month."""
    effects = {"war": {"size": WAR, "times": "unapproved.strike"}, "credit": {"hawks": BLAME}}
    model = Model(governed(effects=effects))
    before, credit = model.state["unapproved.strike"], 0.0
    for _ in range(3):
        model.step()
        now = model.state["unapproved.strike"]
        assert now == pytest.approx(share(-PRECISION * by_clout(WAR * before)))
        credit += -0.5 * now
        assert model.state["credit.hawks"] == pytest.approx(credit)
        assert now != before
        before = now


def test_nobody_reads_this_months_value_before_all_have_weighed_their_rows():
    """Whichever row the file names first."""
    other = STRIKE | {"effects": {"war": {"size": WAR, "times": "unapproved.strike"}}, "base_logit": -40.0}
    for name in ("a_row", "z_row"):
        tables = governed().raw
        events = tables["events"] | {name: other, "watch": STRIKE | {"effects": {}, "base_logit": -40.0}}
        events["watch"] |= {"shifts": {f"unapproved.{name}": 1.0}}
        model = Model(small(tables | {"events": events}))
        for _ in range(2):
            before = dict(model.state)
            model.step()
            worth = by_clout(WAR * before["unapproved.strike"])
            assert model.state[f"unapproved.{name}"] == pytest.approx(share(-PRECISION * worth))
            base = model.state["logit.watch"] - before[f"unapproved.{name}"]
            assert base == pytest.approx(-40.0)


def test_it_has_a_value_before_the_first_month():
    world = lower(governed())
    assert 0.0 <= world.start["unapproved.strike"] == world.start["start.unapproved.strike"] <= 1.0


def test_what_nobody_asks_for_is_not_worked_out():
    silent = governed(effects={"war": WAR})
    world = lower(silent)
    assert world.parts.judged == () and not [name for name in world.start if "unapproved" in name]
    asked = lower(governed(effects={"war": WAR}, shifts={"change(unapproved.strike)": 1.0}))
    more = len(record_month(asked).operations) - len(record_month(world).operations)
    assert asked.parts.judged == (asked.parts.event["strike"],) and 0 < more < 40


def test_agents_and_ensemble_give_the_same_bytes():
    assert_same_bytes(lower(governed(base_logit=-1.0), 12), 5, [0, 3, 9])


def test_a_story_tells_how_far_a_deed_was_approved():
    model = Model(governed(), seed=1, run=0)
    model.step()
    told = f"unapproved: {model.state['unapproved.strike']:.2f}, the odds that North would not want it"
    lines = list(story(lower(governed(), 1), 1, 0))
    assert any(told in line for line in lines)
    quiet = list(story(lower(governed(effects={"war": WAR}), 1), 1, 0))
    assert any("Hawks strike" in line for line in quiet) and not any("unapproved" in line for line in quiet)


NO_NUMBER = "so unapproved.strike is no number; give it `control`, or do not read that"
REFUSED = (
    ({"control": None}, f"case: events.strike: no faction of North has `control` of it, {NO_NUMBER}"),
    (
        {"control": {"court": 0.5}, "responder": "Buffer", "effects": None, "accepted": STRIKE["effects"]},
        f"case: events.strike: no faction of North has `control` of it, {NO_NUMBER}",
    ),
    (
        {"initiator": "nature", "control": None},
        f"case: events.strike: no faction of nature has `control` of it, {NO_NUMBER}",
    ),
)


@pytest.mark.parametrize(("changes", "line"), REFUSED)
def test_a_row_that_nobody_controls_cannot_be_asked_for(changes, line):
    with pytest.raises(ScenarioError) as refused:
        governed(**changes)
    assert refused.value.problems == (line,)


def test_a_row_that_there_is_not_cannot_be_asked_for():
    with pytest.raises(ScenarioError) as refused:
        governed(shifts={"unapproved.strik": 1.0})
    (line,) = refused.value.problems
    assert "no 'unapproved.strik' in this scenario; did you mean 'strike'?" in line


def test_no_effect_sets_it():
    with pytest.raises(ScenarioError) as refused:
        governed(effects={"unapproved": {"strike": 0.5}})
    (line,) = refused.value.problems
    assert "unapproved is computed from the rest of the state" in line


def test_a_run_in_which_approval_is_no_number_fails():
    """Also where only a minimum reads it, which would make a number of it."""
    huge = 1e308
    effects = {"payoff": {"North": [{"size": huge}, {"size": huge}]}, "war": {"size": 0.1, "times": CAPPED}}
    model = Model(governed(effects=effects, base_logit=-math.inf))
    model.step()
    assert not math.isfinite(model.state["health"])


CAPPED = "min(1, unapproved.strike)"
