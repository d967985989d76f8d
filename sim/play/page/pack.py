"""The data of a game in a page: the months as WebAssembly, what may be chosen in them, and all labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine import wasm
from sim.engine.engine import Engine, text_of
from sim.engine.families import Stage
from sim.engine.fingerprint import fingerprint
from sim.engine.history import NODES
from sim.engine.seating import (
    ANSWER,
    EFFORT,
    FIRST,
    NODE_OF,
    TERMS,
    WELCOME,
    Choice,
    Games,
    Seat,
    table_of_terms,
)
from sim.play.game import Game
from sim.play.page.words import SAID
from sim.play.past import dated_of
from sim.play.sight import words_of
from sim.play.words import (
    AIMS,
    APART,
    ASKS,
    DID,
    MOST_MOMENTS,
    MOST_REASONS,
    NOTABLE,
    SLIGHT,
    about_of,
    headlines_of,
    worths_of,
)  # fmt: skip
from sim.refusal import ScenarioError
from sim.rules.seats import wants
from sim.rules.state import at, row_of
from sim.scenario.asked import simulated
from sim.scenario.labels import faction_label
from sim.scenario.lower import World
from sim.studies.ledger.told import case_told, program_told
from sim.studies.report.model.blob import Blob
from sim.studies.report.model.encode import stage_of
from sim.studies.report.model.pack import hash_of
from sim.studies.report.model.programs import module_of
from sim.studies.report.words import month_name

CHECKED = 32
"""Futures under the rule whose hash travels: what a page checks itself by."""


def pack(game: Game, command: str = "", facts: Path | None = None) -> dict[str, Any]:
    """The data of a page in which a game is played from its start, as JSON takes them.

    command: what makes the page; facts: a dated table that its end lays beside the game. Raises
    ScenarioError for a scenario that cannot travel, and for a table that cannot be read.

    >>> import sim
    >>> made = pack(Game(sim.load("armenia-2024"), "Armenia", 0, 1, 3))
    >>> made["dates"], made["actor"]
    (['June 2024', 'July 2024', 'August 2024'], 'Armenia')
    """
    return _Packer(game, command, facts).packed()


@dataclass
class _Packer:
    """Gathers the data of one page."""

    game: Game
    command: str
    facts: Path | None
    blob: Blob = field(default_factory=Blob)
    modules: list[Any] = field(default_factory=list)

    @property
    def games(self) -> Games:
        return self.game.table.games

    @property
    def world(self) -> World:
        return self.games.world

    def packed(self) -> dict[str, Any]:
        """Everything. Raises ScenarioError."""
        scenario = self.game.scenario
        if self.world.parts.triggers:
            why = "somebody waits for something (interventions.when), which a page cannot"
            raise ScenarioError([f"{scenario.name}: {why}"])
        told = self._about() | self._said() | self._machine()
        # last, as whatever comes before may put something there
        return told | {"blob": self.blob.text()}

    def _about(self) -> dict[str, Any]:
        """What is played, and by what the page can check itself."""
        game = self.game
        runs = np.arange(CHECKED, dtype=np.uint64)
        return {
            "results": {"scenario": case_told(game.scenario), "program": program_told()},
            "name": Path(game.scenario.name).stem, "hash": hash_of(game.scenario), "actor": game.actor,
            "seed": str(game.seed), "future": game.future, "months": game.months, "command": self.command,
            "dates": self._dates(), "history": self._history(),
            "check": {"count": CHECKED, "hash": fingerprint([self.games.engine.page(game.seed, runs)])},
        }  # fmt: skip

    def _dates(self) -> list[str]:
        return [month_name(date) for date in simulated(self.game.scenario.case, self.game.months)]

    def _history(self) -> dict[str, Any]:
        """What really came in the months of the game; empty without facts."""
        if self.facts is None:
            return {"name": "", "told": []}
        date = self._dates().__getitem__
        told = [
            {
                "label": each.label, "rows": each.happening.events, "node": each.happening.node,
                "is_real": bool(each.real), "real": each.in_words(self.game.months, date),
            }
            for each in dated_of(self.game, self.facts)
        ]  # fmt: skip
        return {"name": self.facts.name, "told": told}

    def _said(self) -> dict[str, Any]:
        """What is said of it: words, labels, and what a reader is told of the state."""
        case, sight = self.game.scenario.case, self.game.sight()
        headlines, worths = list(headlines_of(sight)), list(worths_of(sight))
        known = {each.name: each.label for each in worths}
        names = [at("worth", self.game.actor, want) for want in wants(self.world.parts, self.game.actor)]
        felt = at("felt", self.game.actor)
        return {
            "label": case.actors[self.game.actor].label, "title": case.title,
            "said": SAID, "asks": ASKS, "did": DID, "aims": AIMS, "apart": [APART[False], APART[True]],
            "nodes": NODES, "node_of": NODE_OF, "slight": SLIGHT, "notable": NOTABLE, "moments": MOST_MOMENTS,
            "reasons": MOST_REASONS, "first": FIRST,
            "headlines": [{"name": each.name, "label": each.label} for each in headlines],
            "worth": {
                "felt": felt, "names": names, "labels": known,
                "start": sum(self.games.worths_at_start(self.game.actor).values()),
            },
            "start": {each.name: float(self.games.number(each.name)[0]) for each in (*headlines, *worths)},
        }  # fmt: skip

    def _machine(self) -> dict[str, Any]:
        """What runs, stage by stage, and how to read it."""
        stages = list(self._stages())
        events = [
            {"name": event.name, "label": event.label, "words": words_of(event)}
            for event in self.world.parts.events
        ]
        return {
            "stages": stages, "modules": self.modules, "events": events, "lanes": wasm.LANES,
            "recorded": len(self.world.recorded), "names": list(self.world.recorded), "free": 0,
        }  # fmt: skip

    def _stages(self) -> Iterator[dict[str, Any]]:
        before = None
        for (since, engine), (_, world) in zip(self.games.engine.stages, self.world.stages, strict=True):
            stage = Stage(engine, {}, {}, {})
            choices = Seat(world, self.game.actor).choices
            slots = {name: engine.program.slots[name] for name in world.parts.choices}
            yield stage_of(self.blob, since, stage, before) | {
                "module": self._module(engine),
                "choices": [self._choice(world, each) for each in choices],
                "slots": {each.name: slots[each.name] for each in choices},
            }
            before = stage

    def _module(self, engine: Engine) -> int:
        """The place of a stage's module among those of the page."""
        text = text_of(engine.world, engine.program, wasm.LANES)
        place = self.blob.put("u1", module_of(text, self.game.scenario.name))
        if place not in self.modules:
            self.modules.append(place)
        return self.modules.index(place)

    def _choice(self, world: World, choice: Choice) -> dict[str, Any]:
        """A choice: when it is legal, what the rule makes of it, who advises what, the terms on the table."""
        case, seat = self.game.scenario.case, Seat(world, self.game.actor)
        shared = choice.kind in (EFFORT, WELCOME)
        told = asdict(choice) | {"shared": shared, "may": None, "ruled": None, "terms": None}
        if shared:
            told["ruled"] = at(f"ruled.{choice.kind}", *row_of(choice.name)[1])
        elif choice.kind == TERMS:
            told["ruled"] = at("concession", choice.about)
        if choice.kind == ANSWER:
            event = world.parts.event[choice.about]
            told["terms"] = None if event.terms is None else table_of_terms(event)
        elif not shared:
            told["may"] = at("may", choice.about)
        advice = [[faction_label(case, unit), name] for unit, name in seat.advice(choice).items()]
        return told | {"advice": advice, "told": [*about_of(choice, seat)]}
