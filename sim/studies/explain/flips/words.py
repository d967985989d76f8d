"""Decisions and their causes in words."""

from __future__ import annotations

from collections.abc import Mapping

from sim.engine.history import month_label
from sim.rules.nodes import Node
from sim.rules.structure import Event
from sim.scenario.lower import World
from sim.scenario.schema import month_number
from sim.studies.explain.flips.made import Made
from sim.studies.explain.flips.pairs import Decision
from sim.studies.explain.flips.weights import BASES
from sim.studies.trace.words import FAINT, causes, said, who

WORLDS = "AB"
"""What the two worlds are called, as in a comparison."""

MOST_STAKES = 2


def date_of(world: World, month: int) -> str:
    """A month [after the start] as a date."""
    return month_label(month_number(world.scenario.case.time.start) + month)


def decided(world: World, decision: Decision) -> str:
    """What is decided, by whom."""
    event = world.parts.event[decision.event]
    return f"{event.label}: {_deed(world, event, decision.node)}"


def actor_of(world: World, decision: Decision) -> str | None:
    """Who decides, by name; None where nobody does."""
    event = world.parts.event[decision.event]
    if decision.node is Node.ACCEPTED:
        return event.responder
    if decision.node in (Node.PROPOSED, Node.EXECUTED) and event.decides:
        return event.initiator
    return None


def _deed(world: World, event: Event, node: Node) -> str:
    case = world.scenario.case
    if node is Node.PROPOSED:
        return _started(who(case, event.initiator), event)
    if node is Node.ACCEPTED and event.responder is not None:
        return f"{who(case, event.responder)} says yes"
    if node is Node.EXECUTED:
        return f"{who(case, event.principal)} makes good the threat"
    return {Node.ACCEPTED: "it succeeds", Node.CANCELLED: "it is called off"}.get(node, "it takes place")


def _started(initiator: str, event: Event) -> str:
    if event.is_dated:
        return "it is due"
    if not event.decides:
        return "it comes up"
    if event.is_threat and event.answers:
        return f"{initiator} threatens"
    return f"{initiator} proposes it" if event.answers else f"{initiator} decides on it"


def cause_words(world: World, event: str) -> dict[str, str]:
    """What moves the odds of an event in words, by cause."""
    case, own = world.scenario.case, world.parts.event[event]
    shifts = [*own.shifts, *own.response_shifts, *own.cancel_shifts]
    told = {seen.text: said(case, seen) for seen, _ in shifts}
    return {BASES: BASES} | told | causes(case, own)


def stakes_told(world: World, made: Made) -> str:
    """The largest parts of what moved the odds apart [logits, second world less first]."""
    if not all(made.may):
        shut = " and ".join(WORLDS[place] for place, may in enumerate(made.may) if not may)
        return f"it cannot be proposed in {shut}: forbidden, behind a gate that is shut, or made to wait"
    return largest(world, made.turn.decision.event, made.stakes)


def largest(world: World, event: str, stakes: Mapping[str, float]) -> str:
    """The largest stakes of a decision about an event, those that count [logits]."""
    words = cause_words(world, event)
    told = [(cause, amount) for cause, amount in stakes.items() if abs(amount) >= FAINT]
    return ", ".join(f"{words.get(cause, cause)} {amount:+.2f}" for cause, amount in told[:MOST_STAKES])
