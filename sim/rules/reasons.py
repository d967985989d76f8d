"""Why something is decided: what each ending is worth to who decides, by its causes, and what else counts.

A cause is what an effect changes, or what a cost or gain grows by; of a deal also its terms, and the waiting
that a yes ends. They are asked for of some events only (`Parts.told`), and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.bargain import share_of, worth_of_waiting
from sim.rules.choice import odds
from sim.rules.expressions import Expression, value_of
from sim.rules.numbers import Number, total
from sim.rules.offers import ENDINGS, may_be_proposed, shifted
from sim.rules.state import Change, at
from sim.rules.structure import Event, Increment, Parts, State
from sim.rules.wants import judgement, wanted

TERMS, WAITING = "terms", "waiting"
"""Causes of a yes to a deal besides its effects: what is conceded, and what rivals would have offered."""

Shifts = tuple[tuple[Expression, float], ...]
"""What moves the odds of something, each with the logits that a unit of it adds."""


def cause_of(effect: Increment) -> str:
    """What an effect is weighed for: the number that it changes, or what a cost or gain grows by."""
    if effect.change is Change.FEEL:
        return f"{effect.key}.{effect.foreseen.text}"
    return effect.key


def weighed(s: State, parts: Parts, event: Event, actor: str) -> dict[tuple[str, str], Number]:
    """What every ending of an event is worth to one side [logits], by the ending and the cause.

    The worths of an ending sum to what the decision takes it for.
    """
    appraisal, found = judgement(s, parts, actor, event), dict[tuple[str, str], Number]()
    if event.terms is not None:
        whole = share_of(event.terms, actor, parts.target)
        found["accepted", TERMS] = whole * s[at("concession", event.name)]
        found["accepted", WAITING] = 0.0 - worth_of_waiting(s, parts, event.terms, appraisal)
    for ending in ENDINGS:
        for effect in getattr(event, ending):
            key, worth = (ending, cause_of(effect)), total(each for _, each in appraisal.terms([effect]))
            # several effects may touch one thing: their reasons are one
            if key in found:
                worth = found[key] + worth
            found[key] = worth
    return found


def moved(s: State, shifts: Shifts) -> dict[str, Number]:
    """What moves the odds besides what anybody gains by it [logits], by the text of the expression."""
    return {seen.text: size * value_of(s, seen) for seen, size in shifts}


MAY, PRECISION, BASE = "may", "precision", "base"
WANTED = "wanted"
PROPOSAL, ANSWER, EXECUTION, CALLING_OFF = "proposal", "answer", "execution", "calling_off"


def reason(event: str, *owners: str) -> str:
    """The name in the state of something that is told of an event."""
    return at("reason", ".".join((event, *owners)))


def _shifts(event: str, step: str, told: dict[str, Number]) -> Iterator[tuple[str, Number]]:
    for text, logits in told.items():
        yield reason(event, step, text), logits


def reasons_of(s: State, parts: Parts, event: Event) -> Iterator[tuple[str, Number]]:
    """What decides a proposal and its answer, by names in the state: reasons, and whether it may be."""
    name = event.name
    yield reason(name, MAY), may_be_proposed(s, event)
    yield reason(name, PRECISION), parts.settings.decision.precision
    bases = {PROPOSAL: event.base_logit, ANSWER: event.response_logit, EXECUTION: event.execution_logit}
    for step, base in bases.items():
        # what never is proposed has a base without end, which would not be a number in a sum
        if step != PROPOSAL or event.is_drawn:
            yield reason(name, BASE, step), base
    yield from _shifts(name, PROPOSAL, moved(s, event.shifts))
    yield from _shifts(name, ANSWER, moved(s, event.response_shifts))
    for side, actor in deciders(event).items():
        for (ending, cause), worth in weighed(s, parts, event, actor).items():
            yield reason(name, side, ending, cause), worth


def deciders(event: Event) -> dict[str, str]:
    """Who proposes an event and who answers it, as far as somebody does, by the side."""
    sides = {"initiator": event.principal if event.decides else None, "responder": event.responder}
    return {side: actor for side, actor in sides.items() if actor is not None}


def wants_of(s: State, parts: Parts, event: Event) -> Iterator[tuple[str, Number]]:
    """What each want of who decides makes of an event's endings [logits], and what else moves the odds."""
    yield reason(event.name, MAY), may_be_proposed(s, event)
    yield from _shifts(event.name, PROPOSAL, moved(s, event.shifts))
    yield from _shifts(event.name, ANSWER, moved(s, event.response_shifts))
    for side, actor in deciders(event).items():
        for (ending, want), worth in wanted(s, parts, event, actor).items():
            yield reason(event.name, WANTED, side, ending, want), worth


def calling_off(s: State, event: Event) -> Iterator[tuple[str, Number]]:
    """The odds that something announced is called off, and what moves them."""
    base = event.cancel_logit
    if base is not None and event.can_be_called_off:
        yield reason(event.name, BASE, CALLING_OFF), base
        yield reason(event.name, CALLING_OFF), odds(shifted(s, base, event.cancel_shifts))
        yield from _shifts(event.name, CALLING_OFF, moved(s, event.cancel_shifts))


def tell(s: State, parts: Parts) -> None:
    """Note why things are decided as they are, of the events of which it is asked."""
    for name, asked in parts.told.items():
        known = dict(reasons_of(s, parts, parts.event[name]))
        # split by wants only where that is asked for: it weighs every ending once for each of them
        if any(each.startswith(reason(name, WANTED)) for each in asked):
            known |= dict(wants_of(s, parts, parts.event[name]))
        for each in asked:
            # rules may change in the course of a run, and what does not count any more is worth nothing
            s[each] = known.get(each, 0.0)


def tell_calling_off(s: State, parts: Parts) -> None:
    """The same of what is called off, which is decided by what has become known since."""
    for name, asked in parts.told.items():
        known = dict(calling_off(s, parts.event[name]))
        s.update({each: known[each] for each in asked if each in known})
