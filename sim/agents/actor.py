"""The agents: who speaks, weighs, bids and answers, and when; the arithmetic is in sim.rules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

import mesa

from sim.rules import agency, offers
from sim.rules.advice import advise
from sim.rules.aggregates import add_up
from sim.rules.alignment import move_anchor, move_position
from sim.rules.allocation import learn_from_pay, shift_effort, shift_welcome, weigh_effort, weigh_welcome
from sim.rules.beyond import follow_paths
from sim.rules.clout import press_claim, settle_clout
from sim.rules.influence import move_bandwidths, move_dependences
from sim.rules.relaxation import relax_stocks
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State, Supplier, Unit
from sim.rules.utility import Appraisal, Voice, appraise, own_control, publish, speak

if TYPE_CHECKING:
    from sim.agents.model import Model


class Participant(mesa.Agent, ABC):
    """Anyone or anything in the model: a name of the scenario, with the state and parts of stages."""

    model: Model

    def __init__(self, model: Model, name: str, label: str) -> None:
        super().__init__(model)
        self.name, self.label = name, label

    @property
    def state(self) -> State:
        return self.model.state

    @property
    def parts(self) -> Parts:
        return self.model.parts

    def brief(self) -> None:
        """Take note of the parts that are its own: before the first month, and when somebody intervenes."""


class Faction(Participant):
    """A faction of an actor, or a unitary actor's only unit: it speaks, and presses its claim to power."""

    def __init__(self, model: Model, unit: Unit, label: str) -> None:
        super().__init__(model, unit.name, label)
        self.unit = unit

    @property
    def clout(self) -> float:
        """Share of power inside its actor [1]."""
        return self.state[self.unit.clout]

    def speak(self, control: dict[str, float]) -> Voice:
        """Its weight in a decision and what it stands for."""
        return speak(self.state, self.unit, control)

    def press_claim(self) -> None:
        if self.unit.is_faction:
            press_claim(self.state, self.unit, self.parts.settings)


class Initiator(Participant):
    """Whoever starts events: an actor, a proxy, nature or the calendar."""

    def __init__(self, model: Model, name: str, label: str) -> None:
        super().__init__(model, name, label)
        self.events: tuple[Event, ...] = ()
        self.judged: tuple[Event, ...] = ()

    def brief(self) -> None:
        self.events = tuple(event for event in self.parts.events if event.initiator == self.name)
        self.judged = tuple(event for event in self.parts.judged if event.initiator == self.name)

    @abstractmethod
    def wants(self, event: Event) -> Appraisal | None:
        """What the initiator wants in this event; None if it wants nothing."""

    def look_ahead(self) -> None:
        """Value every ending of its events, and whether it would make good its threats."""
        for event in self.events:
            offers.consider_execution(self.state, self.parts, event, self.wants(event))

    def bid(self) -> None:
        """Work out the odds that it starts each of its events this month."""
        for event in self.events:
            offers.consider_proposal(self.state, self.parts, event)

    def own_up(self) -> None:
        """Publish how far its events go beyond whom it acts for; by then everyone has weighed them."""
        for event in self.judged:
            agency.judge(self.state, event)

    def learn(self) -> None:
        """Remember how its offers were answered."""
        for event in self.events:
            offers.learn_answer(self.state, self.parts, event)

    @property
    def decision(self) -> str:
        """What it started this month, and what became of it; empty before the first step."""
        told = [outcome_of(self.state, event) for event in self.events]
        return "; ".join(filter(None, told))


class Actor(Initiator, ABC):
    """A state that decides: it pools the voices of its factions, bids, and answers the bids of others."""

    def __init__(self, model: Model, name: str, label: str) -> None:
        super().__init__(model, name, label)
        labels = {key: faction.label for key, faction in model.case.actors[name].factions.items()}
        self.factions = [
            Faction(model, unit, labels.get(unit.name, label)) for unit in model.parts.units[name]
        ]
        self.asked: tuple[Event, ...] = ()
        self._appraisals: dict[str, Appraisal] = {}

    def brief(self) -> None:
        super().brief()
        for faction, unit in zip(self.factions, self.parts.units[self.name], strict=True):
            faction.unit = unit
        answered = [event for event in self.parts.events if event.answers]
        self.asked = tuple(event for event in answered if event.responder == self.name)

    def appraise(self, control: dict[str, float]) -> Appraisal:
        """What its factions, heard with these control weights, want this month."""
        own = own_control(self.parts.units[self.name], control)
        key = repr(own)
        # most of its events are weighed by the same voices
        if key not in self._appraisals:
            voices = [faction.speak(own) for faction in self.factions]
            self._appraisals[key] = appraise(self.state, self.parts, self.name, voices)
        return self._appraisals[key]

    def take_counsel(self) -> None:
        """Hear the factions anew, and publish what steers effort and welcome next month."""
        # the state has moved since last month
        self._appraisals.clear()
        publish(self.state, self.appraise({}))

    def wants(self, event: Event) -> Appraisal:
        return self.appraise(event.control)

    def bid(self) -> None:
        super().bid()
        self.vouch(self.judged)

    def vouch(self, events: Iterable[Event]) -> None:
        """Say what it would have made of some events if nobody had control of them."""
        for event in events:
            agency.consult(self.state, self.parts, event, self.appraise({}))

    def answer(self) -> None:
        """Work out the odds of a yes to everything that it may be asked."""
        for event in self.asked:
            offers.consider_answer(self.state, self.parts, event, self.wants(event))

    def hear_advice(self) -> None:
        """Where somebody else may decide for it: what each of its factions would have it do."""
        if self.name in self.parts.seats:
            advise(self.state, self.parts, self.name)

    @property
    def position(self) -> tuple[float, ...]:
        """Its place on each axis [-1, 1]."""
        return tuple(self.state[axis] for axis in self.parts.standings[self.name].axes)

    def shift_position(self) -> None:
        """Move its position: anchored at home, wherever that wanders, drawn and repelled from abroad."""
        move_position(self.state, self.parts.standings[self.name], self.model.luck)
        move_anchor(self.state, self.parts, self.name, self.model.luck)

    def settle_clout(self) -> None:
        """Power shifts between its factions."""
        settle_clout(self.state, self.parts, self.name)


class Power(Actor):
    """A power with influence on the target through its channels."""

    @property
    def supplier(self) -> Supplier:
        """Its links."""
        return self.parts.by_name[self.name]

    @property
    def closeness(self) -> float:
        """How near the target stands to this power [0, 1]."""
        return self.state[at("closeness", self.name)]

    @property
    def openness(self) -> float:
        """The target's welcome to this power; the mean over powers is one."""
        return self.state[at("openness", self.name)]

    def allocate_effort(self) -> None:
        """Compare what channels promise and have paid, and shift effort between them."""
        weigh_effort(self.state, self.parts, self.supplier)
        learn_from_pay(self.state, self.supplier, self.parts.settings)
        shift_effort(self.state, self.supplier, self.parts.settings)

    def move_bandwidths(self) -> None:
        """Effort, welcome and goodwill build or wear down its links."""
        move_bandwidths(self.state, self.supplier, self.parts.settings)


class Target(Actor):
    """The buffer state between the powers."""

    def allocate_welcome(self) -> None:
        """Compare what opening to each power would bring, and shift the welcome between them."""
        weigh_welcome(self.state, self.name, self.parts.powers, self.parts.settings)
        seated = self.name in self.parts.seats
        shift_welcome(self.state, self.parts.powers, self.parts.settings, seated)

    def move_dependences(self) -> None:
        """In every channel its needs drift to the suppliers that attract most."""
        for channel in self.parts.channels:
            move_dependences(self.state, self.parts.cells_of[channel], self.parts.settings)


class Proxy(Initiator):
    """A stand-in that bids in its patron's interest and has no aims of its own."""

    def __init__(self, model: Model, name: str, label: str, patron: Actor) -> None:
        super().__init__(model, name, label)
        self.patron = patron

    def wants(self, event: Event) -> Appraisal:
        return self.patron.wants(event)

    def bid(self) -> None:
        super().bid()
        self.patron.vouch(self.judged)


class Nature(Initiator):
    """What nobody decides: stocks relax, hazards strike, contests are won or lost."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, "nature", "Nature")
        self.asked: tuple[Event, ...] = ()

    def brief(self) -> None:
        super().brief()
        # those too that actors start, and that a contest decides
        self.asked = tuple(event for event in self.parts.events if not event.answers)

    def wants(self, event: Event) -> None:
        return None

    def follow_paths(self) -> None:
        """Paths of which nothing more is given go on by themselves."""
        follow_paths(self.state, self.parts, self.model.luck)

    def relax_stocks(self) -> None:
        relax_stocks(self.state, self.parts.stocks, self.model.luck)
        add_up(self.state, self.parts.aggregates)

    def answer(self) -> None:
        """Odds of success where a contest decides; certainty where nobody is asked."""
        for event in self.asked:
            offers.consider_answer(self.state, self.parts, event, None)


class Calendar(Initiator):
    """What time alone decides: dates, anniversaries, given paths, and months to wait."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, "calendar", "Calendar")

    def wants(self, event: Event) -> None:
        return None

    def turn_page(self, month: int) -> None:
        """Set everything that the month alone decides."""
        self.state.update({name: float(values[month]) for name, values in self.model.now.series.items()})

    def count_down(self) -> None:
        """One month less to wait before an event may be tried again."""
        offers.count_down(self.state, self.parts)


def outcome_of(s: State, event: Event) -> str:
    """What became of an event this month, as words; empty if it was not started and did not take place."""
    nodes = ("proposed", "accepted", "refused", "executed", "took_place", "cancelled")
    found = [node.replace("_", " ") for node in nodes if s.get(f"{node}.{event.name}", 0.0) != 0.0]
    if found:
        return f"{event.name}: {', '.join(found)}"
    return ""
