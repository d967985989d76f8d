"""What an event is worth to whom, split by what it is valued for: worths are linear in valuations."""

from __future__ import annotations

from collections.abc import Iterable

from sim.rules.numbers import Number, total
from sim.rules.offers import ENDINGS
from sim.rules.state import Change
from sim.rules.structure import Event, Increment, Parts, State
from sim.rules.utility import Appraisal, appraise, own_control, speak

FELT = "payoff"
"""The want of what costs and gains outside the state, which are felt as they are written."""


def judgement(s: State, parts: Parts, actor: str, event: Event) -> Appraisal:
    """What an actor wants in this event, at the state on the eve of the events."""
    # a row may say how much some factions count in it; the rest is by clout
    own = own_control(parts.units[actor], event.control)
    return appraise(s, parts, actor, [speak(s, unit, own) for unit in parts.units[actor]])


def wanted(s: State, parts: Parts, event: Event, actor: str) -> dict[tuple[str, str], Number]:
    """What every ending of an event is worth to one side [logits], by the ending and what it is valued for.

    The worths of an ending sum to what the decision takes it for, but for the terms of a deal.
    """
    whole, found = judgement(s, parts, actor, event), dict[tuple[str, str], Number]()
    alone = {want: whole.alone(want) for want in whole.pooled}
    for ending in ENDINGS:
        effects = getattr(event, ending)
        moving = [effect for effect in effects if effect.change is not Change.FEEL]
        split = {want: _worths(own, moving) for want, own in alone.items()}
        split[FELT] = _worths(whole, [effect for effect in effects if effect not in moving])
        found |= {(ending, want): total(worths) for want, worths in split.items() if worths}
    return found


def _worths(appraisal: Appraisal, effects: Iterable[Increment]) -> list[Number]:
    """What each effect is worth that the decider cares for [logits]."""
    return [worth for _, worth in appraisal.terms(effects)]
