"""What may be chosen in a seat, what is seen from it, and many futures side by side in which it is taken.

A month has two rounds. In the first a seat says what it proposes, on which terms, whether it would carry out
its threats, and where effort or welcome go; in the second it answers the offers that are on the table. Both
rounds look ahead by living the month and taking it back: luck has addresses, so that the month that is then
lived in earnest is the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.engine.engine import Engine
from sim.engine.families import watching
from sim.engine.history import NODES, History, month_label
from sim.refusal import BadInput, did_you_mean
from sim.rules.health import HEALTH
from sim.rules.seats import wants, worths
from sim.rules.state import at, row_of
from sim.rules.structure import Event, Parts
from sim.scenario.labels import state_label
from sim.scenario.load import Scenario
from sim.scenario.lower import World, lower
from sim.scenario.schema import month_number

PROPOSAL, EXECUTION, TERMS, ANSWER = "proposal", "execution", "terms", "answer"
EFFORT, WELCOME = "effort", "welcome"
FIRST, SECOND = (PROPOSAL, TERMS, EXECUTION, EFFORT, WELCOME), (ANSWER,)
"""What is chosen in the first round of a month, and in the second."""

PRIVATE = ("worth", "felt", "may", "advice", "offered", "concession", "ruled.effort", "ruled.welcome")
"""Kinds of numbers that are recorded for seats, and are nobody else's business."""

NODE_OF = {PROPOSAL: "proposed", ANSWER: "accepted", EXECUTION: "executed"}
"""What happens to an event where a choice is a yes."""

Choices = Mapping[str, np.ndarray]
"""What is chosen in each future (futures,), by the name of the choice in the state; below 0 by the rule."""


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen in a seat.

    name: in the state; kind: proposal, terms, execution, answer, effort or welcome; about: the event, channel
    or power that it is about; label: of that; most: the most that it may be.
    """

    name: str
    kind: str
    about: str
    label: str
    most: float = 1.0

    @property
    def is_yes_or_no(self) -> bool:
        return self.kind in (PROPOSAL, EXECUTION, ANSWER)


@dataclass(frozen=True)
class Seat:
    """The place of an actor in a world that has seats: what may be chosen there, and what is seen from it."""

    world: World
    actor: str

    @property
    def parts(self) -> Parts:
        return self.world.parts

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Everything that may ever be chosen, in the order of the state."""
        own = {name: self._choice(name) for name in self.parts.choices}
        return tuple(each for name, each in own.items() if self._is_mine(name))

    def _choice(self, name: str) -> Choice:
        row, owners = row_of(name)
        kind, about, case = row.kind.partition(".")[2], owners[-1], self.world.scenario.case
        if kind == EFFORT:
            return Choice(name, kind, about, case.channels[about].label)
        if kind == WELCOME:
            return Choice(name, kind, about, case.actors[about].label, float(len(self.parts.powers)))
        return Choice(name, kind, about, self.parts.event[about].label)

    def _is_mine(self, name: str) -> bool:
        row, owners = row_of(name)
        kind = row.kind.partition(".")[2]
        if kind == EFFORT:
            return owners[0] == self.actor
        if kind == WELCOME:
            return self.actor == self.parts.target
        event = self.parts.event[owners[0]]
        return self.actor == (event.responder if kind == ANSWER else event.principal)

    def of(self, kinds: Iterable[str]) -> tuple[Choice, ...]:
        """The choices of some kinds."""
        return tuple(each for each in self.choices if each.kind in kinds)

    @cached_property
    def groups(self) -> tuple[tuple[Choice, ...], ...]:
        """Choices that are shares of one whole: of effort 1, of welcome as many as there are powers."""
        return tuple(group for kind in (EFFORT, WELCOME) if (group := self.of((kind,))))

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """Numbers of the state that are known in this seat at the end of a month.

        What everybody can see, what is announced, and what it comes to for the actor itself.
        """
        own = {at("worth", self.actor, want) for want in wants(self.parts, self.actor)} | {
            at("felt", self.actor)
        }
        return tuple(name for name in self.world.recorded if name in own or _is_public(name))

    def label(self, name: str) -> str:
        """A number that is seen, in words."""
        row, owners = row_of(name)
        case = self.world.scenario.case
        if row.kind == "worth":
            return f"Worth to {case.actors[owners[0]].label} of {state_label(case, owners[1]).lower()}"
        if row.kind == "felt":
            return f"Felt by {case.actors[owners[0]].label} so far"
        if row.kind == "pending":
            return f"Months until it takes place: {self.parts.event[owners[0]].label}"
        return state_label(case, name)

    def unit(self, name: str) -> str:
        """The unit of a number that is seen."""
        return row_of(name)[0].unit

    def advice(self, choice: Choice) -> dict[str, str]:
        """By faction the name in the state of what it gains by a yes; nothing of shares and terms."""
        if not choice.is_yes_or_no:
            return {}
        names = {unit.name: at("advice", f"{choice.kind}.{choice.about}.{unit.name}") for unit in self._units}
        return {unit: name for unit, name in names.items() if name in self.world.recorded}

    @property
    def _units(self) -> Sequence:
        return self.parts.units.get(self.actor, ())


def _is_public(name: str) -> bool:
    kind = row_of(name)[0].kind
    return name != HEALTH and kind not in PRIVATE


def with_seats(scenario: Scenario, actors: Iterable[str]) -> Scenario:
    """The scenario with these seats, and no others. Raises BadInput for an actor that it does not have."""
    actors, case = list(actors), scenario.case
    for actor in actors:
        if actor not in case.actors:
            raise BadInput(f"no actor '{actor}'{did_you_mean(actor, case.actors)}")
    if not actors:
        raise BadInput(f"name a seat: one of {', '.join(case.actors)}")
    taken = {name: name in actors for name, actor in case.actors.items() if actor.seat or name in actors}
    return scenario.override({f"actors.{name}.seat": seat for name, seat in taken.items()})


def table_of(scenario: Scenario, months: int | None = None) -> World:
    """A scenario with seats, ready to be played: what is seen from them is recorded."""
    world = lower(scenario, months)
    return watching(world, tuple(watched_in(world.parts)))


def watched_in(parts: Parts) -> Iterator[str]:
    """Names of the state that are recorded for seats besides."""
    for name in parts.choices:
        row, owners = row_of(name)
        if row.kind in ("chosen.effort", "chosen.welcome"):
            yield at(row.kind.replace("chosen", "ruled"), *owners)
    for event in parts.events:
        if event.lead > 0:
            yield at("pending", event.name)
        if event.initiator_seated:
            yield at("may", event.name)
        if event.terms is not None and (event.responder_seated or event.initiator_seated):
            yield from dict.fromkeys((at("concession", event.name), table_of_terms(event)))
        yield from _advised(parts, event)


def table_of_terms(event: Event) -> str:
    """The number of the state that says which terms are on the table."""
    if event.initiator_seated:
        return at("offered", event.name)
    return at("concession", event.name)


def _advised(parts: Parts, event: Event) -> Iterator[str]:
    for unit in parts.units.get(event.principal, ()):
        if event.initiator_seated:
            yield at("advice", f"{PROPOSAL}.{event.name}.{unit.name}")
            if event.is_threat:
                yield at("advice", f"{EXECUTION}.{event.name}.{unit.name}")
    for unit in parts.units.get(event.responder or "", ()):
        if event.responder_seated:
            yield at("advice", f"{ANSWER}.{event.name}.{unit.name}")


@dataclass(frozen=True)
class Month:
    """A month of many futures, as it is lived or foreseen: numbers (futures,) by name, and what happened."""

    history: History

    def __getitem__(self, name: str) -> np.ndarray:
        return self.history[name][-1]

    def happened(self, event: str, node: str) -> np.ndarray:
        """Whether this happened to an event (futures,)."""
        return (self.history.codes(event)[-1] & NODES[node]) != 0

    def ruled(self, choice: Choice) -> np.ndarray:
        """What the rule makes of a choice (futures,): its aim, its terms, or what luck draws of its odds."""
        _, owners = row_of(choice.name)
        if choice.kind in (EFFORT, WELCOME):
            return self[at(f"ruled.{choice.kind}", *owners)]
        if choice.kind == TERMS:
            return self[at("concession", choice.about)]
        return self.happened(choice.about, NODE_OF[choice.kind]).astype(float)


@dataclass
class Games:
    """Futures of a world with seats, side by side, month by month in machine code.

    numbers (futures,): of the runs whose luck it is; month: how many have been lived; state (futures, slots):
    as the last one left it.
    """

    world: World
    seed: int
    numbers: np.ndarray
    month: int = 0
    state: np.ndarray | None = None
    last: Month | None = None

    @cached_property
    def engine(self) -> Engine:
        return Engine.of(self.world)

    @classmethod
    def of(cls, scenario: Scenario, runs: np.ndarray, seed: int, months: int | None = None) -> Games:
        """Before the first month. Raises ScenarioError."""
        return cls(table_of(scenario, months), seed, np.asarray(runs, dtype=np.uint64))

    def again(self, runs: np.ndarray) -> Games:
        """Other futures, from the start, of the same world."""
        fresh = Games(self.world, self.seed, np.asarray(runs, dtype=np.uint64))
        fresh.engine = self.engine
        return fresh

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def is_over(self) -> bool:
        return self.month >= self.world.months

    @property
    def date(self) -> str:
        """The month that comes, such as `2024-06`; after the last one, that."""
        first = month_number(self.world.scenario.case.time.start)
        return month_label(first + min(self.month, self.world.months - 1))

    def seat(self, actor: str) -> Seat:
        """The place of an actor, as things stand this month."""
        return Seat(self.world.at(min(self.month, self.world.months - 1)), actor)

    def number(self, name: str) -> np.ndarray:
        """A number that is recorded, at the end of the last month (futures,); at the start of the start."""
        if self.last is None:
            return np.full(len(self), self.at_start(name))
        return self.last[name]

    def at_start(self, name: str) -> float:
        """A number before the first month."""
        row, owners = row_of(name)
        if row.kind == "worth":
            return self.worths_at_start(owners[0])[owners[1]]
        return float(self.world.start.get(name, 0.0))

    def worths_at_start(self, actor: str) -> dict[str, float]:
        """What the start is worth to an actor in a seat [logits], by what it wants."""
        return {
            want: float(each)
            for want, each in worths(dict(self.world.start), self.world.parts, actor).items()
        }

    def foresee(self, choices: Choices) -> Month:
        """The month as it would be with these choices; nothing has moved."""
        return self._live(choices)[0]

    def live(self, choices: Choices) -> Month:
        """The month with these choices."""
        self.last, self.state = self._live(choices)
        self.month += 1
        return self.last

    def _live(self, choices: Choices) -> tuple[Month, np.ndarray]:
        points = np.zeros(len(self), dtype=np.intp)
        state = self.engine.begun(len(self)) if self.state is None else self.state.copy()
        slots = self.engine.slots(max(self.month - 1, 0))
        for name, values in choices.items():
            state[:, slots[name]] = values
        months = range(self.month, self.month + 1)
        history, after = self.engine.carry(self.seed, self.numbers, months, points, state)
        return Month(history), after
