"""What each voice at home would have an actor do whose seat somebody else may take (ODD 7.25).

The gain of a proposal, an answer or a threat made good as each faction would weigh it alone [logits]: above 0
it is for it, below 0 against. Advice is given before anything is drawn, by what everybody knows then.
"""

from __future__ import annotations

from sim.rules.bargain import at_terms
from sim.rules.choice import Values, no_deal
from sim.rules.numbers import Number
from sim.rules.offers import values_of
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State, Unit
from sim.rules.utility import appraise, speak


def advice_on(kind: str, event: str, unit: str) -> str:
    """The name in the state of what a faction thinks of a choice."""
    return at("advice", ".".join((kind, event, unit)))


def _weighed(s: State, parts: Parts, event: Event, actor: str, unit: Unit) -> Values:
    """The endings of an event as one faction would weigh them alone."""
    alone = appraise(s, parts, actor, [speak(s, unit, {unit.name: 1.0})])
    return at_terms(s, parts, event, actor, values_of(s, parts, event, alone))


def gain_of_proposal(values: Values, belief: Number, execution: Number) -> Number:
    """What it promises to propose, against not to [logits]."""
    no = no_deal(values, execution)
    return no + belief * (values.accepted - no)


def advise(s: State, parts: Parts, actor: str) -> None:
    """Note what each faction of an actor in a seat thinks of what it may propose, answer or carry out."""
    for event in parts.events:
        execution = s[at("execution", event.name)]
        for unit in parts.units[actor]:
            if event.principal == actor and event.initiator_seated:
                values = _weighed(s, parts, event, actor, unit)
                gain = gain_of_proposal(values, s[at("believed", event.name)], execution)
                s[advice_on("proposal", event.name, unit.name)] = gain
                if event.is_threat:
                    s[advice_on("execution", event.name, unit.name)] = values.executed - values.refused
            if event.responder == actor:
                values = _weighed(s, parts, event, actor, unit)
                s[advice_on("answer", event.name, unit.name)] = values.accepted - no_deal(values, execution)
