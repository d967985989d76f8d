"""Which numbers the reader of a page may move, and what the page says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.engine.ranged import Ranged, ranged_numbers
from sim.engine.uncertain import free_numbers
from sim.refusal import BadInput, ScenarioError
from sim.rules.state import row_of
from sim.scenario import index
from sim.scenario.interventions import key_of
from sim.scenario.labels import actor_label, sentence, state_label
from sim.scenario.levers import sets_of
from sim.scenario.load import Scenario
from sim.scenario.lookup import labelled, path_of
from sim.scenario.lower import World
from sim.scenario.schema import NOBODY
from sim.scenario.wholes import wholes

DO, SET = "do", "set"
"""What somebody does from a month on, and what is read otherwise from the start."""

MOST, IN_SIGHT = 12, 6
"""Numbers of a page at most, and of what somebody does where the file does not choose."""

URL = re.compile(r"https?://[^\s,;]+")


@dataclass(frozen=True)
class Number:
    """A number that moves: what it is, between which values, and where its own value comes from.

    kind: DO or SET; path: as interventions or readings name it; stock: whether it is a stock that is held.
    """

    kind: str
    path: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    plausible: tuple[float, float]
    tier: str
    source: str
    actor: str | None
    stock: bool

    def told(self) -> dict[str, Any]:
        """What the page is told of it."""
        found = URL.search(self.source)
        return {
            "key": f"{self.kind}:{self.path}", "kind": self.kind, "path": self.path, "label": self.label,
            "unit": self.unit, "value": self.value, "low": self.low, "high": self.high,
            "plausible": list(self.plausible), "tier": self.tier, "source": self.source,
            "url": found.group() if found else None, "actor": self.actor, "stock": self.stock,
        }  # fmt: skip


@dataclass
class Choice:
    """The numbers of a page; left_out gathers what cannot be moved there, each with a reason."""

    world: World
    left_out: list[str] = field(default_factory=list)

    @property
    def scenario(self) -> Scenario:
        return self.world.scenario

    def numbers(self) -> list[Number]:
        """At most MOST: what the file names, else what is done and doubted most plainly. Raises BadPath."""
        does, assumes = self._meant()
        ranges = self._ranges([*does, *assumes])
        found = [number for key in does for number in self._done(key, ranges)]
        found += [number for path in assumes for number in self._number(SET, path, ranges)]
        return found[:MOST]

    def _meant(self) -> tuple[list[str], list[str]]:
        """What somebody does, and what is assumed, by their keys."""
        page, raw = self.scenario.case.page, self.scenario.raw
        does, assumes = page.does, page.assumes
        if does is None:
            does = list(self._doable())[:IN_SIGHT]
        if assumes is None:
            assumes = list(self._doubted())
        return [key_of(raw, self.scenario.case, name) for name in does], [
            path_of(raw, path) for path in assumes
        ]

    def _ranges(self, paths: list[str]) -> dict[str, Ranged]:
        """Between which values numbers may be, by path, as far as the scenario takes them."""
        known = [path for path in paths if path in self.scenario.numbers]
        try:
            return {entry.name: entry for entry in ranged_numbers(self.scenario, known)}
        except BadInput:  # none of them has a range
            return {}

    def _doable(self) -> Iterator[str]:
        """Numbers and stocks of levers that set one thing, and stocks that nobody in the scenario moves."""
        raw, case = self.scenario.raw, self.scenario.case
        for lever in case.levers.values():
            sets = sets_of(raw, case, lever)
            if len(sets.all) == 1 and not sets.others:
                yield sets.all[0]
        moved = {
            effect.key
            for event in self.world.parts.events
            if event.initiator not in NOBODY
            for effect in event.effects
        }
        yield from (name for name in case.quantities if name not in moved and name not in case.couplings)

    def _doubted(self) -> Iterator[str]:
        """Entries of [uncertain] that are one number."""
        for entry in free_numbers(self.scenario):
            if len(entry.paths) == 1:
                yield entry.paths[0]

    def _done(self, key: str, ranges: Mapping[str, Ranged]) -> Iterator[Number]:
        """A number of what somebody does; none if it cannot be moved here."""
        found = self._held(key) if self._is_stock(key) else self._number(DO, key, ranges)
        for number in found:
            if told := self._undoable(number):
                self._leave(key, told)
            else:
                yield number

    def _is_stock(self, key: str) -> bool:
        return key in index.holdable(self.scenario.case)

    def _undoable(self, number: Number) -> str | None:
        """Why nobody can do it, or only the scenario itself; None if somebody can."""
        case, raw = self.scenario.case, self.scenario.raw
        if any(key_of(raw, case, each) == number.path for each in case.interventions.changes):
            return "the scenario itself says when it is done"
        try:
            self.scenario.intervene({number.path: number.value})
        except ScenarioError as error:
            return error.problems[0]
        return None

    def _held(self, name: str) -> Iterator[Number]:
        """A stock that is held."""
        case, world = self.scenario.case, self.world
        given = [key for key in (name, *self._members(name)) if key in case.paths]
        if given:
            self._leave(name, "stands on a course of the scenario's own")
            return
        row, _ = row_of(name)
        quantity = case.quantities.get(name) or case.file.quantities.get(name)
        low, high = row.bounds if quantity is None else (_least(quantity.low), _most(quantity.high))
        known = self.scenario.provenance.get(f"quantities.{name}.start")
        yield Number(
            DO, name, self._label(name, state_label(case, name)), known.unit if known else row.unit,
            float(world.start[name]), low, high, (known.low, known.high) if known else (low, high),
            known.tier if known else "judgement", known.source if known else "", None, True,
        )  # fmt: skip

    def _members(self, name: str) -> list[str]:
        return list(self.scenario.case.aggregates.get(name, {}))

    def _number(self, kind: str, path: str, ranges: Mapping[str, Ranged]) -> Iterator[Number]:
        """A number of the file."""
        scenario, entry = self.scenario, ranges.get(path)
        if any(path in whole for whole in wholes(scenario)):
            self._leave(path, "comes to one with others")
            return
        if entry is None:
            self._leave(path, "is no number of the months with a range")
            return
        known = scenario.provenance[path]
        yield Number(
            kind, path, self._label(path, sentence(labelled(scenario.raw, path))), known.unit, entry.own,
            min(entry.low, entry.own), max(entry.high, entry.own), (known.low, known.high), known.tier,
            known.source, self._actor(path), False,
        )  # fmt: skip

    def _actor(self, path: str) -> str | None:
        """Whose number it is, in words."""
        section, *rest = path.split(".")
        case = self.scenario.case
        if section == "actors":
            return actor_label(case, rest[0])
        if section == "events" and case.events[rest[0]].initiator in case.actors:
            return actor_label(case, case.events[rest[0]].initiator)
        return None

    def _label(self, name: str, usual: str) -> str:
        return self.scenario.case.page.labels.get(name, usual)

    def _leave(self, name: str, why: str) -> None:
        self.left_out.append(f"{name}: {why}")


def _least(low: Any) -> float:
    """A lower end; of a table by actor the lowest."""
    return float(min(low.values()) if isinstance(low, dict) else low)


def _most(high: Any) -> float:
    return float(max(high.values()) if isinstance(high, dict) else high)
