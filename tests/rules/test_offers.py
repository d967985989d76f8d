"""An event from proposal to effect: waiting, announcing, calling off, queueing, forcing; with luck written by
hand.
"""

import math

import pytest

from sim.rules import offers
from sim.rules.nodes import Node
from sim.rules.timetable import month
from tests.support.paired import changed, first_odds, world


class Script:
    """Luck that proposes only the named events, and settles them as written: ACCEPT, EXECUTE and CANCEL draws
    by event.
    """

    def __init__(self, proposals, settling=None):
        self.proposals, self.settling = proposals, settling or {}

    def proposal(self, event):
        return self.proposals.get(event, 1.0)

    def settle(self, event, word, needed):
        return self.settling.get((event, word), 0.0 if word == offers.ACCEPT else 1.0) if needed else 1.0

    def shock(self, name):
        return 0.0


def play(w, months, script):
    """The record of each month: {event: bits} of everything that happened."""
    s, story = dict(w.start), []
    for t in range(months):
        s.update({name: float(values[t]) for name, values in w.series.items()})
        month(s, w.parts, script)
        story.append({e.name: int(s[f"record.{e.name}"]) for e in w.parts.events if s[f"record.{e.name}"]})
    return s, story


def months_of(story, event, bit):
    return [t for t, happened in enumerate(story) if happened.get(event, 0) & bit]


def quiet(extra=None, months=60):
    return changed(
        {"events.condemn_vote.dates": ["2029-05"], "calendars.elections.dates": ["2029-05"]} | (extra or {}),
        months,
    )


def test_a_visit_is_agreed_then_takes_place_after_its_lead_and_can_be_offered_again_after_its_cooldown():
    _, story = play(quiet(), 60, Script({"visit_china": 1e-12}))
    assert months_of(story, "visit_china", Node.ACCEPTED.bit) == [0, 38]
    assert months_of(story, "visit_china", Node.TOOK_PLACE.bit) == [2, 40]


def test_effects_of_a_visit_come_when_it_takes_place_not_when_it_is_agreed():
    w = quiet()
    before, after = (play(w, n, Script({"visit_china": 1e-12}))[0] for n in (2, 3))
    assert before["bandwidth.China.politics"] == pytest.approx(0.5, abs=1e-3)
    assert after["bandwidth.China.politics"] == pytest.approx(0.5 + 0.2 * 0.5, abs=1e-3)


def test_an_announced_visit_can_be_called_off_and_be_offered_again():
    script = Script({"visit_russia": 1e-12}, {("visit_russia", offers.CANCEL): 1e-12})
    _, story = play(quiet(), 12, script)
    assert months_of(story, "visit_russia", Node.CANCELLED.bit) == [1, 3, 5, 7, 9, 11]
    assert months_of(story, "visit_russia", Node.ACCEPTED.bit) == [0, 2, 4, 6, 8, 10]
    assert months_of(story, "visit_russia", Node.TOOK_PLACE.bit) == []


def test_a_refused_offer_costs_what_it_says_and_waits_for_the_retry():
    script = Script({"coerce_russia": 1e-12}, {("coerce_russia", offers.ACCEPT): 1.0})
    _, story = play(quiet(), 60, script)
    assert months_of(story, "coerce_russia", Node.REFUSED.bit) == [0, 24, 48]
    assert months_of(story, "coerce_russia", Node.BACKED_DOWN.bit) == [0, 24, 48]
    one, _ = play(quiet(), 1, script)
    assert one["coercion_memory"] == pytest.approx(0.10) and one["goodwill.Russia"] == pytest.approx(
        0.57, abs=1e-6
    )


def test_an_executed_threat_replaces_the_costs_of_backing_down():
    script = Script(
        {"coerce_russia": 1e-12},
        {("coerce_russia", offers.ACCEPT): 1.0, ("coerce_russia", offers.EXECUTE): 1e-12},
    )
    s, story = play(quiet(), 1, script)
    code = story[0]["coerce_russia"]
    assert code == Node.PROPOSED.bit | Node.REFUSED.bit | Node.EXECUTED.bit
    assert s["goodwill.Russia"] == pytest.approx(0.47, abs=1e-6) and s["coercion_memory"] == 0.0
    assert s["energy_security"] == pytest.approx(0.70 - 0.35 * 0.93, abs=1e-4)


def test_what_happens_once_happens_once_and_what_needs_it_must_wait():
    _, story = play(quiet(), 30, Script({"eaeu_interim": 1e-12, "eaeu_full": 1e-12}))
    assert months_of(story, "eaeu_interim", Node.TOOK_PLACE.bit) == [0]
    assert months_of(story, "eaeu_full", Node.TOOK_PLACE.bit) == [1]


def test_of_two_offers_of_one_group_only_the_first_in_a_fair_queue_goes_ahead():
    w = quiet()
    s = first_odds(w)
    both = {
        "visit_russia": s["proposal.visit_russia"] * 0.3,
        "invite_russia": s["proposal.invite_russia"] * 0.2,
    }
    _, story = play(w, 20, Script(both))
    assert months_of(story, "invite_russia", Node.PROPOSED.bit)[0] == 0
    assert 0 not in months_of(story, "visit_russia", Node.PROPOSED.bit)
    assert months_of(story[:16], "visit_russia", Node.PROPOSED.bit) == [], "the whole group waits"
    _, alone = play(w, 20, Script({"visit_russia": both["visit_russia"]}))
    assert months_of(alone, "visit_russia", Node.PROPOSED.bit)[0] == 0


def test_the_queue_is_fair_to_offers_of_unequal_odds():
    """Given that both would be proposed, u / odds is uniform for each: the likelier offer does not jump the
    queue.
    """
    import numpy as np

    rng, first = np.random.default_rng(5), 0
    w = quiet()
    s = first_odds(w)
    n = 2000
    for _ in range(n):
        s |= {"proposal.visit_russia": 0.9, "proposal.invite_russia": 0.1}
        u = {"visit_russia": rng.uniform(0, 0.9), "invite_russia": rng.uniform(0, 0.1)}
        offers.draw_proposals(s, w.parts, Script(u))
        assert s["proposed.visit_russia"] + s["proposed.invite_russia"] == 1.0
        first += s["proposed.visit_russia"]
    assert abs(first / n - 0.5) < 4 * math.sqrt(0.25 / n)


def test_a_forced_event_takes_place_on_its_date_and_a_forbidden_one_never():
    w = quiet({"interventions.forced.visit_russia": ["2024-09"], "interventions.forbidden": ["fuel_deal"]})
    _, story = play(w, 24, Script({"fuel_deal": 1e-12, "visit_russia": 1.0}))
    assert months_of(story, "visit_russia", Node.TOOK_PLACE.bit) == [3]
    assert months_of(story, "fuel_deal", Node.PROPOSED.bit) == []


def test_a_forced_date_replaces_an_announced_visit():
    w = quiet({"interventions.forced.visit_russia": ["2024-07"]})
    _, story = play(w, 12, Script({"visit_russia": 1e-12}))
    assert months_of(story, "visit_russia", Node.ACCEPTED.bit)[0] == 0
    assert months_of(story, "visit_russia", Node.TOOK_PLACE.bit) == [1]


def test_a_date_to_come_leaves_a_visit_that_was_announced_before_it_alone():
    """Agreed in June with a lead of two months, it takes place in August; November is a forced date."""
    w = quiet({"interventions.forced.visit_russia": ["2024-11"]})
    _, story = play(w, 12, Script({"visit_russia": 1e-12}))
    assert months_of(story, "visit_russia", Node.ACCEPTED.bit)[0] == 0
    assert months_of(story, "visit_russia", Node.TOOK_PLACE.bit) == [2, 5]


def test_what_nobody_answers_is_as_good_as_accepted():
    """A scandal at -3.6: the public expects it with 1 / (1 + e^3.6) = .0265970, all of its odds."""
    s = first_odds(world())
    assert s["acceptance.scandal"] == 1.0 and s["believed.scandal"] == 1.0
    assert s["outlook.scandal"] == pytest.approx(0.0265970, abs=1e-7)


def test_a_calendar_event_is_due_on_its_dates_only():
    w = changed({"events.condemn_vote.dates": ["2024-08", "2025-01"]}, 24)
    _, story = play(w, 24, Script({"condemn_vote": 0.5}, {("condemn_vote", offers.ACCEPT): 1.0}))
    assert months_of(story, "condemn_vote", Node.REFUSED.bit) == [2, 7]


def test_without_precision_hazards_are_the_base_logits():
    """lambda = 0: every open row of an actor is proposed and answered at Lambda(b) with its shifts only."""
    w = changed({"decision.precision": 0.0})
    s = first_odds(w)
    for event in w.parts.events:
        base = offers.shifted(s, event.base_logit, event.shifts)
        if event.decides and event.gate is None:
            assert s[f"proposal.{event.name}"] == pytest.approx(1 / (1 + math.exp(-base)), rel=1e-12), (
                event.name
            )
        if event.answers:
            answer = offers.shifted(s, event.response_logit, event.response_shifts)
            assert s[f"acceptance.{event.name}"] == pytest.approx(1 / (1 + math.exp(-answer)), rel=1e-12), (
                event.name
            )


def test_with_great_precision_everyone_does_what_pays():
    w = changed({"decision.precision": 1e7})
    s = first_odds(w)
    for event in w.parts.events:
        if event.answers:
            no = s[f"responder.{event.name}.refused"]
            no += s[f"execution.{event.name}"] * (s[f"responder.{event.name}.executed"] - no)
            assert s[f"acceptance.{event.name}"] == pytest.approx(
                float(s[f"responder.{event.name}.accepted"] > no), abs=1e-9
            ), event.name


def test_nature_asks_nobody():
    s = first_odds(world())
    assert s["proposal.scandal"] == pytest.approx(1 / (1 + math.exp(3.6)), rel=1e-12)
    assert s["proposal.refinery"] == 0.0, "not before January 2028"
    assert first_odds(world(), 43)["proposal.refinery"] == pytest.approx(1 / (1 + math.exp(2.0)), rel=1e-12)
    assert first_odds(world(), 42)["proposal.refinery"] == 0.0
