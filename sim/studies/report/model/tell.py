"""What is told of events in one future: where odds and reasons stand in the state, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.engine.record import Program
from sim.engine.telling import ODDS
from sim.rules.reasons import ANSWER, PROPOSAL
from sim.rules.reasons import reason as name_of
from sim.rules.state import at
from sim.rules.structure import Event
from sim.scenario.labels import actor_label
from sim.scenario.lower import World
from sim.studies.trace.words import causes, said


def tell_of(world: World, told: Mapping[str, tuple[str, ...]], program: Program) -> list[dict[str, Any]]:
    """Of each event, in the order of records: slots of its record, its odds, and each reason, with words."""
    return [_event(world, event, told[event.name], program.slots) for event in world.parts.events]


def _event(world: World, event: Event, told: tuple[str, ...], slots: Mapping[str, int]) -> dict[str, Any]:
    odds = {kind: slots[at(kind, event.name)] for kind in ODDS if at(kind, event.name) in slots}
    reasons = [each | {"slot": slots[name]} for name, each in _reasons(world, event) if name in told]
    return {
        "name": event.name, "label": event.label, "dated": event.is_dated, "answers": event.can_fail,
        "record": slots[at("record", event.name)], "odds": odds, "reasons": reasons,
    }  # fmt: skip


def _reasons(world: World, event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names in the state of what weighs in a proposal or an answer [logits], with the words for each."""
    case = world.scenario.case
    words, sides = causes(case, event), {"initiator": event.principal, "responder": event.responder}
    for step, shifts in ((PROPOSAL, event.shifts), (ANSWER, event.response_shifts)):
        for seen, _ in shifts:
            yield (
                name_of(event.name, step, seen.text),
                {"step": step, "actor": None, "label": said(case, seen)},
            )
    for side, step in (("initiator", PROPOSAL), ("responder", ANSWER)):
        actor = sides[side]
        if actor is None:
            continue
        for cause, label in words.items():
            name = name_of(event.name, side, "accepted", cause)
            yield name, {"step": step, "actor": actor_label(case, actor), "label": label}
