"""What is told of events in one future: where odds and reasons stand in the state, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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

STEPS = (PROPOSAL, ANSWER)
"""What a reason may weigh in."""


@dataclass
class Telling:
    """Words of a page, each once, and tables of what is told by them."""

    words: list[str] = field(default_factory=list)
    tables: list[list[dict[str, Any]]] = field(default_factory=list)

    def table(self, world: World, told: Mapping[str, tuple[str, ...]], program: Program) -> int:
        """The place of a table: of each event, in the order of records, slots of its record and its odds; of
        each reason its slot, step, and places of who weighs it (-1: nobody) and of what it is called.
        """
        found = [self._event(world, event, told[event.name], program.slots) for event in world.parts.events]
        if found not in self.tables:
            self.tables.append(found)
        return self.tables.index(found)

    def _event(
        self, world: World, event: Event, told: tuple[str, ...], slots: Mapping[str, int]
    ) -> dict[str, Any]:
        odds = {kind: slots[at(kind, event.name)] for kind in ODDS if at(kind, event.name) in slots}
        reasons = [[slots[name], *weighs] for name, weighs in self._reasons(world, event) if name in told]
        return {
            "name": event.name, "label": event.label, "dated": event.is_dated, "answers": event.can_fail,
            "record": slots[at("record", event.name)], "odds": odds, "reasons": reasons,
        }  # fmt: skip

    def _reasons(self, world: World, event: Event) -> Iterator[tuple[str, list[int]]]:
        """Names in the state of what weighs in a proposal or an answer [logits], with what is told of it."""
        case, words = world.scenario.case, causes(world.scenario.case, event)
        shifts = event.shifts, event.response_shifts
        for place, (step, own) in enumerate(zip(STEPS, shifts, strict=True)):
            for seen, _ in own:
                yield name_of(event.name, step, seen.text), [place, -1, self._word(said(case, seen))]
        sides = {"initiator": event.principal if event.decides else None, "responder": event.responder}
        for place, (side, actor) in enumerate(sides.items()):
            if actor is None:
                continue
            for cause, label in words.items():
                name = name_of(event.name, side, "accepted", cause)
                yield name, [place, self._word(actor_label(case, actor)), self._word(label)]

    def _word(self, text: str) -> int:
        if text not in self.words:
            self.words.append(text)
        return self.words.index(text)
