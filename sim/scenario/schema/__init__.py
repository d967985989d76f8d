"""The vocabulary of a scenario file: every section and key, its type and bounds, its unit and meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.schema.actors import Actor, Channel, Faction, Quantity, Similarity
from sim.scenario.schema.events import Calendar, Cancel, Endings, Event, Interventions, Terms
from sim.scenario.schema.kinds import (
    CONTEST,
    EACH,
    NOBODY,
    Month,
    Nested,
    Number,
    Section,
    Share,
    Text,
    key,
    month_number,
)
from sim.scenario.schema.levers import Lever
from sim.scenario.schema.page import Page
from sim.scenario.schema.questions import (
    SUPPORTS,
    Hindcast,
    Observation,
    Outcome,
    Posture,
    ProvenanceRule,
    Tier,
    Uncertain,
)
from sim.scenario.schema.settings import (
    LEARNINGS,
    THEORIES,
    Alignment,
    Clout,
    Decision,
    Effort,
    Goodwill,
    Influence,
    Openness,
    Time,
)
from sim.scenario.schema.templates import DriverTemplate, NumberByActor, StockTemplate

__all__ = [
    "CONTEST", "EACH", "FORMAT", "LEARNINGS", "NOBODY", "SUPPORTS", "THEORIES", "Actor", "Calendar", "Cancel",
    "Case", "DriverTemplate", "Endings", "Event", "Faction", "File", "Hindcast", "Lever", "Nested",
    "Observation", "Outcome", "Posture", "ProvenanceRule", "Quantity", "Section", "StockTemplate", "Terms",
    "Tier", "month_number",
]  # fmt: skip

FORMAT = 2
"""How a file is written: its key `format` says so, at the door, and is no key of the scenario."""

Course = Annotated[list[tuple[Month, Number]], Field(min_length=1)]


NEAR = re.compile(r"\bcloseness\.([A-Za-z]\w*)\.([A-Za-z]\w*)")
"""The nearness of two powers, in a text of the file."""


class File(Section):
    """A whole scenario file."""

    title: Text = key("what tables and figures call the scenario")
    question: Text = key("what is asked of it")
    note: str = key("what a reader should know before a number", "")
    headlines: list[str] = key("paths that tables and figures show first", [])
    keep_paths: list[str] = key("recorded paths and drivers that are kept run by run, month by month", [])
    time: Time = key("the months that are simulated")
    decision: Decision = key("how anyone decides", Decision())
    actors: dict[str, Actor] = key("who there is")
    blocs: dict[str, list[str]] = key("powers that tables and figures sum up; each power is in exactly one")
    channels: dict[str, Channel] = key("ways in which one state depends on another")
    shares: dict[str, dict[str, Share]] = key(
        "by supplier and channel: the part of the target's need that it covers; a channel's sum to 1",
        unit="1",
    )
    bandwidths: dict[str, dict[str, Share]] = key(
        "by supplier and channel: how dense the links are over which it makes itself felt", unit="1"
    )
    similarity: dict[str, Similarity] = key("powers that count together in what they take from autonomy", {})
    influence: Influence = key("what makes links denser and dependence shift", Influence())
    effort: Effort = key("how powers spread effort over channels", Effort())
    openness: Openness = key("how the target spreads its welcome over powers", Openness())
    alignment: Alignment = key("where the target stands, and what moves it")
    clout: Clout = key("how factions gain and lose weight at home")
    goodwill: Goodwill = key("goodwill towards the powers", Goodwill())
    quantities: Mapping[str, StockTemplate] = key("stocks", {})
    couplings: dict[str, dict[str, Number]] = key(
        "by stock: expressions that shift where it comes to rest", {}, "of the stock, per unit"
    )
    calendars: dict[str, Calendar] = key("numbers that time alone decides", {})
    parameters: Mapping[str, Number | NumberByActor] = key(
        "named numbers that expressions read; a table by actor is read as NAME.ACTOR", {}, "of each its own"
    )
    drivers: Mapping[str, Text | DriverTemplate] = key(
        "named expressions: + - * /, min, max, change(), start() of names", {}
    )
    events: dict[str, Event] = key("what can happen", {})
    paths: dict[str, Course] = key(
        "by stock: a course of [month, value], straight between them, that nothing moves", {}, "of the stock"
    )
    beyond: dict[str, Literal["held", "wander"]] = key(
        'by path: what it does after its last point, "held" (where none is said) or "wander", a random walk '
        "as wide as its own yearly changes so far",
        {},
    )
    interventions: Interventions = key("events that are forced or forbidden", Interventions())
    levers: dict[str, Lever] = key(
        "what single actors can set, of which steppe policy looks for the best", {}
    )
    page: Page = key("what the reader of a report may move", Page())
    outcomes: dict[str, Outcome] = key("what is asked of the runs", {})
    postures: dict[str, Posture] = key("classes of months, of which the first that fits counts", {})
    observations: dict[str, Observation] = key("how measured series follow from the model", {})
    hindcast: Hindcast | None = key("how history is divided", None)
    uncertain: dict[str, Uncertain] = key("numbers that are uncertain together", {})
    posterior: Text | None = key(
        "what was learnt of the uncertain numbers, from which runs draw them: a file of steppe calibrate, by "
        "its path from this file, or the name of a shipped one; what it does not know has its prior", None,
    )  # fmt: skip
    provenance: list[ProvenanceRule] = key("where numbers come from that are not written in place", [])


class Case(File):
    """A scenario file with its templates written out: a number, expression or stock for each name.

    aggregates: of each quantity that is a weighted mean, the weights of its members by their names [1];
    file: what was written.
    """

    quantities: dict[str, Quantity]  # type: ignore[assignment]
    parameters: dict[str, Number]
    drivers: dict[str, Text]
    aggregates: dict[str, dict[str, Number]]
    file: File

    @cached_property
    def near(self) -> tuple[tuple[str, str], ...]:
        """Pairs of names in `closeness.A.B`, wherever the file writes it, each once and in order."""
        found: Pairs = set()
        for event in self.events.values():
            found |= _written_for(event.each or [EACH], _near(event))
        # texts about where numbers come from read nothing, and are the longest part of a file
        for name in File.model_fields.keys() - {"events", "provenance", "levers", "page"}:
            found |= _near(getattr(self, name))
        return tuple(sorted(found))

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section with a name of its own, by its place in the file."""
        for name in File.model_fields:
            held = getattr(self, name)
            # A section of its own, or a table of sections by names of the author's.
            if isinstance(held, Section):
                yield name, held
            elif isinstance(held, dict):
                for key, one in held.items():
                    if isinstance(one, Section):
                        yield f"{name}.{key}", one


Pairs = set[tuple[str, str]]


def _near(held: Any) -> Pairs:
    """Pairs whose nearness some part of the file names, as they are written."""
    texts: list[str] = []
    _gather(held, "", texts)
    # no pair goes over the end of a line
    return set(NEAR.findall("\n".join(texts)))


def _written_for(names: list[str], pairs: Pairs) -> Pairs:
    """Pairs with each of some names in the place of the word `each`."""
    found: Pairs = set()
    for one, other in pairs:
        found.update((each if one == EACH else one, each if other == EACH else other) for each in names)
    return found


def _gather(held: Any, under: str, texts: list[str]) -> None:
    """Add every text in a part of the file; keys too, with those of the tables that they stand in."""
    # most of a file are numbers
    if isinstance(held, float):
        return
    if isinstance(held, str):
        texts.append(held)
    elif isinstance(held, Section):
        _gather(vars(held), "", texts)
    elif isinstance(held, dict):
        for key, value in held.items():
            texts.append(f"{under}{key}")
            _gather(value, f"{under}{key}.", texts)
    elif isinstance(held, list | tuple):
        for value in held:
            _gather(value, "", texts)
