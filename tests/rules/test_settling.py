"""ODD 7.10 to 7.13: what becomes of one event in one month, each number worked by hand from the luck that is
written down.
"""

from __future__ import annotations

import pytest

from sim.rules import offers
from sim.rules.choice import Question, Values
from sim.rules.decisions import eub
from sim.rules.expressions import ONE, Expression
from sim.rules.offers import ACCEPT, CANCEL, EXECUTE
from sim.rules.structure import Event, Increment
from sim.rules.utility import Voice, appraise
from tests.support.paired import changed, first_odds, shipped, state_after, world

PLAIN = {
    "name": "deal", "label": "A deal", "initiator": "North", "kind": "offer", "principal": "North",
    "responder": "Buffer", "answer": "actor", "base_logit": 0.0, "response_logit": 0.0,
    "execution_logit": 0.0, "shifts": (), "response_shifts": (), "gate": None, "once": False, "lead": 0,
    "cooldown": 0, "retry": 0, "group": None, "control": {}, "cancel_logit": None, "cancel_shifts": (),
    "accepted": (), "refused": (), "executed": (), "cancelled": (), "forced": False, "forbidden": False,
}  # fmt: skip
HARM = (Increment("wealth", -0.1, ONE, ONE),)


def deal(**changes) -> Event:
    return Event(**(PLAIN | changes))


class Drawn:
    """Luck with a number for each word; 1 where nothing is at stake, as the ensemble draws it."""

    def __init__(self, **words):
        self.words = {
            {"accept": ACCEPT, "execute": EXECUTE, "cancel": CANCEL}[name]: u for name, u in words.items()
        }

    def settle(self, event, word, needed):
        return self.words[word] if needed else 1.0


def settled(event: Event, luck: Drawn, **state: float) -> dict[str, float]:
    """The numbers of the event after the month, by the word before its name."""
    s = {
        f"{key}.deal": value
        for key, value in {
            "proposed": 1.0,
            "acceptance": 0.5,
            "execution": 0.25,
            "wait": 0.0,
            **state,
        }.items()
    }
    offers.settle(s, event, luck)
    return {key.removesuffix(".deal"): value for key, value in s.items()}


# -- settling --------------------------------------------------------------------------------------


def test_a_refused_threat_is_made_good_if_luck_is_below_its_odds():
    """Answer .6 against odds of .5: refused. Execution .2 against .25: carried out; .3: backed down."""
    threat = deal(executed=HARM)
    harsh, mild = (settled(threat, Drawn(accept=0.6, execute=u)) for u in (0.2, 0.3))
    assert (harsh["accepted"], harsh["refused"], harsh["executed"], harsh["took_place"]) == (
        0.0,
        1.0,
        1.0,
        0.0,
    )
    assert (mild["accepted"], mild["refused"], mild["executed"]) == (0.0, 1.0, 0.0)
    yes = settled(threat, Drawn(accept=0.4, execute=0.2))
    assert (yes["accepted"], yes["refused"], yes["executed"], yes["took_place"]) == (1.0, 0.0, 0.0, 1.0)


def test_what_nobody_answers_takes_place_whatever_the_draw():
    found = settled(deal(answer="nobody", kind="nature"), Drawn(accept=0.99), acceptance=1.0)
    assert (found["accepted"], found["refused"], found["took_place"]) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize("lead", [1, 3])
def test_an_announced_event_is_called_off_if_luck_is_below_its_hazard(lead):
    """Hazard L(-2) = .1192029. One month from its date: called off at .11 (not taking place), kept at .12."""
    event = deal(lead=lead, cancel_logit=-2.0)
    off, on = (settled(event, Drawn(cancel=u), proposed=0.0, pending=1.0) for u in (0.11, 0.12))
    assert off["cancellation"] == pytest.approx(0.1192029, abs=1e-7)
    assert (off["cancelled"], off["took_place"], off["pending"]) == (1.0, 0.0, 0.0)
    assert (on["cancelled"], on["took_place"], on["pending"]) == (0.0, 1.0, 0.0)


def test_without_a_hazard_an_announced_event_is_never_called_off():
    found = settled(deal(lead=2), Drawn(), proposed=0.0, pending=1.0)
    assert (found["cancelled"], found["took_place"]) == (0.0, 1.0)
    assert settled(deal(lead=2), Drawn(), proposed=0.0, pending=2.0)["pending"] == 1.0


@pytest.mark.parametrize("lead", [1, 3])
def test_a_forced_date_comes_first_whatever_was_announced_or_called_off(lead):
    """In the forced month a visit that luck would call off takes place, and nothing stays announced; in
    others luck rules.
    """
    event = deal(lead=lead, cancel_logit=0.0, forced=True, cooldown=6, retry=4)
    now = settled(event, Drawn(cancel=0.1), proposed=0.0, pending=3.0, forced=1.0, wait=9.0)
    assert (now["took_place"], now["cancelled"], now["pending"], now["wait"]) == (1.0, 0.0, 0.0, 9.0)
    off = settled(event, Drawn(cancel=0.1), proposed=0.0, pending=3.0, forced=0.0, wait=9.0)
    assert (off["took_place"], off["cancelled"], off["pending"], off["wait"]) == (0.0, 1.0, 0.0, 4.0)
    on = settled(event, Drawn(cancel=0.9), proposed=0.0, pending=3.0, forced=0.0, wait=9.0)
    assert (on["took_place"], on["cancelled"], on["pending"], on["wait"]) == (0.0, 0.0, 2.0, 9.0)


def test_waiting_counts_lead_and_cooldown_after_a_yes_and_retry_after_a_no():
    """Lead 2 and cooldown 6 make 8 months after a yes; 4 after a no; 6 after a forced date."""
    event = deal(lead=2, cooldown=6, retry=4, forced=True)
    for luck, forced, months in ((0.4, 0.0, 8.0), (0.6, 0.0, 4.0), (0.6, 1.0, 6.0)):
        found = settled(event, Drawn(accept=luck), pending=0.0, forced=forced, wait=0.0)
        assert found["wait"] == months
    agreed = settled(deal(lead=2), Drawn(accept=0.4), pending=0.0, wait=0.0)
    assert (agreed["pending"], agreed["took_place"], agreed["accepted"]) == (2.0, 0.0, 1.0)


# -- what it leaves --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "happened", "code"),
    [
        (deal(), "proposed accepted took_place", 1 + 2 + 8),
        (deal(), "proposed refused", 1 + 4),
        (deal(forced=True), "took_place", 8),
        (deal(answer="nobody"), "proposed accepted took_place", 1 + 8),
        (deal(answer="nobody", lead=1), "proposed accepted", 1 + 2),
        (deal(executed=HARM), "proposed refused executed", 1 + 4 + 16),
        (deal(executed=HARM), "proposed refused", 1 + 4 + 32),
        (deal(lead=1, cancel_logit=-2.0), "cancelled", 64),
        (deal(lead=3, cancel_logit=-2.0), "proposed accepted cancelled", 1 + 2 + 64),
    ],
)  # fmt: skip
def test_the_record_of_a_month_is_the_sum_of_what_happened(event, happened, code):
    s = {
        f"{key}.deal": 0.0
        for key in ("proposed", "accepted", "refused", "took_place", "executed", "cancelled")
    }
    s |= {f"{key}.deal": 1.0 for key in happened.split()}
    assert offers.record(s, event) == code


def test_each_ending_has_its_own_effects_and_an_executed_threat_not_those_of_backing_down():
    """Wealth: .3 when it takes place, -.05 refused, -.2 executed, -.01 called off."""
    sizes = {"accepted": 0.3, "refused": -0.05, "executed": -0.2, "cancelled": -0.01}
    event = deal(lead=1, **{name: (Increment("wealth", size, ONE, ONE),) for name, size in sizes.items()})
    for happened, change in (
        ("took_place", 0.3),
        ("refused", -0.05),
        ("refused executed", -0.2),
        ("cancelled", -0.01),
    ):
        s = {f"{key}.deal": 0.0 for key in ("took_place", "refused", "executed", "cancelled")}
        s |= {f"{key}.deal": 1.0 for key in happened.split()}
        changes = {"wealth": 0.0}
        offers.gather(s, world().parts, event, changes)
        assert changes["wealth"] == pytest.approx(change), happened


def test_only_the_adaptive_theory_learns_and_only_from_actors():
    """Memory .8: a yes moves a belief of .5 to .6, a no to .4; a month without an offer leaves it."""
    adaptive, knowing = (
        changed({"decision.theory": theory, "decision.belief_memory": 0.8}).parts
        for theory in ("adaptive", "qre")
    )
    for parts, event, proposed, accepted, belief in (
        (adaptive, deal(), 1.0, 1.0, 0.6),
        (adaptive, deal(), 1.0, 0.0, 0.4),
        (adaptive, deal(), 0.0, 0.0, 0.5),
        (adaptive, deal(answer="nobody"), 1.0, 1.0, 0.5),
        (adaptive, deal(answer="contest"), 1.0, 1.0, 0.5),
        (knowing, deal(), 1.0, 1.0, 0.5),
    ):
        s = {"belief.deal": 0.5, "proposed.deal": proposed, "accepted.deal": accepted}
        offers.learn_answer(s, parts, event)
        assert s["belief.deal"] == pytest.approx(belief), (event.answer, accepted)


def test_everyone_with_a_stake_throws_in_clout_or_share_of_influence_and_its_own_worths_of_the_endings():
    """In the case of 1939 a power has factions too: theirs is the power's share times their clout in it."""
    w = shipped("khalkhin-gol-1939")
    s, parts = first_odds(w), w.parts
    asked = [event for event in parts.events if event.answers]
    for event in asked:
        expected = []
        for actor, units in parts.units.items():
            for unit in units:
                clout = 1.0 if actor == parts.target else s[f"share.{actor}"]
                clout *= s[f"clout.{unit.name}"] if unit.is_faction else 1.0
                expected.append(
                    (clout, offers.values_of(s, parts, event, appraise(s, parts, actor, [Voice(unit, 1.0)])))
                )
        found = offers.stakes_in(s, parts, event)
        assert len(found) == len(expected) > len(parts.units), (
            "some power has factions, or the test says too little"
        )
        for (clout, values), (mine, own) in zip(found, expected, strict=True):
            assert clout == pytest.approx(mine, rel=1e-12) and values == own
        assert len({values for _, values in found}) > 1
    assert asked


def test_a_driver_shifts_a_logit_by_its_coefficient():
    """-2 + 1.5 * .4 - .5 * .2 = -1.5."""
    war, debt = (Expression("name", name, name=name) for name in ("war", "debt"))
    assert offers.shifted({"war": 0.4, "debt": 0.2}, -2.0, ((war, 1.5), (debt, -0.5))) == pytest.approx(-1.5)


def test_under_bargaining_the_answer_to_an_offer_is_the_contest_of_its_own_stakes():
    w = changed({"decision.theory": "eub"})
    s = first_odds(w)
    for event in w.parts.events:
        if event.answers:
            stakes = offers.stakes_in(s, w.parts, event)
            base = offers.shifted(s, event.response_logit, event.response_shifts)
            q = Question(
                Values(0.0, 0.0, 0.0),
                s[f"execution.{event.name}"],
                1.0,
                base,
                0.5,
                lambda stakes=stakes: stakes,
            )
            assert s[f"acceptance.{event.name}"] == pytest.approx(eub.answer(q), rel=1e-12), event.name


def test_answers_are_learnt_within_the_month():
    """Memory .8: a first yes moves a belief from .5 to .6, a first no to .4, in the month of the answer."""
    w = changed({"decision.theory": "adaptive", "decision.belief_memory": 0.8})
    s = state_after(w, 1)
    for event in w.parts.events:
        if event.answers and s[f"proposed.{event.name}"] == 1.0:
            assert s[f"belief.{event.name}"] == pytest.approx(0.6 if s[f"accepted.{event.name}"] else 0.4), (
                event.name
            )
    later = state_after(w, 12)
    assert any(later[f"belief.{event.name}"] != 0.5 for event in w.parts.events)


def test_what_decides_an_event_is_what_luck_is_compared_with():
    hazard = {"lead": 2, "cancel_logit": -2.0}
    assert offers.decisive(deal()) == ["logit.deal", "acceptance.deal"]
    assert offers.decisive(deal(answer="nobody", kind="nature")) == ["logit.deal"]
    assert offers.decisive(deal(executed=HARM, gate=ONE, **hazard)) == [
        "logit.deal", "gate.deal", "acceptance.deal", "execution.deal", "cancellation.deal",
    ]  # fmt: skip
    assert offers.decisive(deal(gate=ONE, forbidden=True)) == ["logit.deal", "acceptance.deal"]
    for never in (
        {"kind": "calendar", "answer": "nobody"},
        {"base_logit": float("-inf"), "answer": "nobody"},
    ):
        assert offers.decisive(deal(**never)) == []
    assert offers.decisive(deal(lead=2, answer="nobody")) == ["logit.deal"]
