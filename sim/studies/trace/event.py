"""What is told of one event in one month: who proposed what, at which odds, why, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from sim.agents.model import Model
from sim.rules import offers
from sim.rules.known import imposed
from sim.rules.nodes import Node
from sim.rules.numbers import total
from sim.rules.reasons import Shifts, moved, weighed
from sim.rules.state import at
from sim.rules.structure import Event, Increment
from sim.scenario.labels import state_label
from sim.studies.trace.bargain import Bargain
from sim.studies.trace.words import FAINT, causes, months_later, odds_and_luck, said, since_when, who

REASONS = 5
"""Terms of a utility that are told; the rest is summed up."""

Ending = tuple[str, str]
"""How an event may end, in words, and the name of its list of effects."""


class EventInMonth:
    """What is told of one event in one month."""

    def __init__(self, model: Model, event: Event, announced: dict[str, str]) -> None:
        self.model, self.event, self.announced = model, event, announced
        self.s, self.eve, self.case = model.state, model.eve, model.case
        self.bargain = None
        if event.terms is not None:
            self.bargain = Bargain(model.eve, model.parts, event, event.terms)

    def flag(self, node: str) -> bool:
        """Whether this happened to the event this month."""
        return self.s[f"{node}.{self.event.name}"] != 0.0

    def lines(self) -> Iterator[str]:
        """Proposal, answer, execution, announcement, cancellation, effect: whatever came to pass."""
        if self.flag("proposed"):
            yield from self.offer()
        yield from self.withheld()
        if self.flag("cancelled"):
            yield from self.cancellation()
        if self.flag("took_place"):
            yield from self.arrival()
        if self.flag("accepted") and self.event.lead > 0:
            self.announced[self.event.name] = self.model.date
            date = months_later(self.model.date, self.event.lead)
            yield f"    Announced for {date}{self.at_terms('concession')}."
        yield from self.changes()

    def offer(self) -> Iterator[str]:
        """A proposal with what follows from it in the same month."""
        yield from self.proposal()
        if self.event.can_fail:
            yield from self.answer()
        # That a threat was not made good is told, too.
        if self.flag("executed") or (self.event.is_threat and self.flag("refused")):
            yield from self.execution()

    @property
    def came_as_known(self) -> bool:
        """Whether what is known had it come to pass in this month."""
        drawn, name = self.model.drawn, self.event.name
        return any(imposed(drawn, name, node) for node in (Node.PROPOSED, Node.ACCEPTED))

    def decided(self, node: Node, odds: float, drawn: float) -> str:
        """The odds of a thing, and what decided: luck, or what is known."""
        if imposed(self.model.drawn, self.event.name, node) is None:
            return odds_and_luck(odds, drawn)
        return f"Odds {odds:.3f}, known."

    def withheld(self) -> Iterator[str]:
        """What luck would have brought about, and is known not to have come."""
        name, luck, found = self.event.name, self.model.luck, self.model.drawn
        odds, drawn = self.eve[at("proposal", name)], luck.proposal(name)
        if imposed(found, name, Node.PROPOSED) is False and drawn < odds:
            yield f"  {self.event.label}: known not to come. {odds_and_luck(odds, drawn)}"
        if imposed(found, name, Node.CANCELLED) is False and self.eve[at("pending", name)] > 0.0:
            odds, drawn = self.s[at("cancellation", name)], luck.settle(name, offers.CANCEL, 1.0)
            if drawn < odds:
                yield f"  {self.event.label}: known not to be called off. {odds_and_luck(odds, drawn)}"

    def proposal(self) -> Iterator[str]:
        """Who proposes it, at which odds and for which reasons; what is due by its date has neither."""
        event = self.event
        if event.is_dated:
            yield f"  {event.label}: due this month."
            return
        odds, drawn = self.eve[at("proposal", event.name)], self.model.luck.proposal(event.name)
        yield f"  {event.label}: {self.opening()}. {self.decided(Node.PROPOSED, odds, drawn)}"
        yield from self.wish(event.shifts)
        yield from self.table()
        if event.decides:
            yield from self.reasons(event.principal, self.hopes())
        if event in self.model.parts.judged:
            yield f"      unapproved: {self.s[at('unapproved', event.name)]:.2f}, {self.without()}"

    def wish(self, shifts: Shifts) -> Iterator[str]:
        """What moves the odds besides what anybody gains by it."""
        told, terms = moved(self.eve, shifts), Counter[str]()
        for seen, _ in shifts:
            terms[said(self.case, seen)] = told[seen.text]
        words = self.in_words(terms)
        if words:
            yield f"      Its odds are moved by {', '.join(words)}."

    def table(self) -> Iterator[str]:
        """What is bargained for, and what either side could wait for instead."""
        bargain = self.bargain
        if bargain is None:
            return
        sides, conceded = bargain.sides, f"{self.name(bargain.sides[0])} concedes {bargain.concession:.2f}"
        gains = " and ".join(f"{bargain.worth(side):+.2f} to {self.name(side)}" for side in sides)
        whose = f"leverage of {self.name(self.model.parts.target)} {bargain.leverage:.2f}"
        yield f"      Its terms: {conceded}, worth {gains}; {whose}."
        for side in sides:
            yield from self.weighed(side, "waiting", bargain.outside(side))

    def at_terms(self, kind: str) -> str:
        """The terms of a deal in words: this month's `concession`, or what was `agreed` on before."""
        if self.bargain is None:
            return ""
        return f", at terms of {self.eve[at(kind, self.event.name)]:.2f}"

    def without(self) -> str:
        """What an unapproved event is, in words."""
        return f"the odds that {self.name(self.event.principal)} would not want it without this control"

    def hopes(self) -> list[Ending]:
        """What the side that proposes may come to."""
        event = self.event
        best = {"actor": "a yes", "contest": "success", "nobody": "doing it"}[event.answer]
        worst = "a no"
        if event.answer == "contest":
            worst = "failure"
        endings: list[Ending] = [(best, "accepted")]
        if event.refused:
            endings.append((worst, "refused"))
        if event.is_threat:
            endings.append(("making good the threat", "executed"))
        return endings

    def opening(self) -> str:
        """Who does what, in words."""
        event, who, whom = self.event, self.name(self.event.initiator), self.name(self.event.responder)
        asked = event.answers
        if event.kind == "nature":
            if asked:
                return f"comes up; {whom} must answer"
            return "comes to pass"
        if asked:
            if event.is_threat:
                return f"{who} threatens {whom}"
            return f"{who} proposes it to {whom}"
        if event.answer == "contest":
            return f"{who} ventures it"
        return f"{who} decides on it"

    def answer(self) -> Iterator[str]:
        """A yes or no with its odds and reasons; a contest or nature has odds alone."""
        event, accepted = self.event, self.flag("accepted")
        drawn = self.model.luck.settle(event.name, offers.ACCEPT, 1.0)
        luck = self.decided(Node.ACCEPTED, self.eve[at("acceptance", event.name)], drawn)
        if event.answer == "contest" or event.responder is None:
            outcome = event.endings[not accepted]
            yield f"    {outcome[0].upper()}{outcome[1:]}. {luck}"
            yield from self.wish(event.response_shifts)
            return
        word = "yes" if accepted else "no"
        yield f"    {self.name(event.responder)} says {word}. {luck}"
        yield from self.wish(event.response_shifts)
        endings: list[Ending] = [("a yes", "accepted"), ("a no", "refused")]
        if event.is_threat:
            endings.append(("the threat made good", "executed"))
        yield from self.reasons(event.responder, endings)

    def execution(self) -> Iterator[str]:
        """What became of a threat that was refused."""
        odds = self.eve[at("execution", self.event.name)]
        drawn = self.model.luck.settle(self.event.name, offers.EXECUTE, 1.0)
        deed = "makes good the threat" if self.flag("executed") else "backs down"
        yield f"    {self.name(self.event.principal)} {deed}. {odds_and_luck(odds, drawn)}"

    def cancellation(self) -> Iterator[str]:
        """That something announced does not take place."""
        odds = self.s[at("cancellation", self.event.name)]
        since = self.announced.pop(self.event.name, "before")
        drawn = self.model.luck.settle(self.event.name, offers.CANCEL, 1.0)
        yield f"  {self.event.label}: called off (announced {since}). {odds_and_luck(odds, drawn)}"

    def arrival(self) -> Iterator[str]:
        """That something announced takes place, or what the scenario forces."""
        since = self.announced.pop(self.event.name, None)
        if self.event.forced and self.s[at("forced", self.event.name)] != 0.0:
            yield f"  {self.event.label}: takes place, forced by the scenario{self.at_terms('concession')}."
            return
        # Without a lead it takes place with the yes, which was told above.
        if self.event.lead > 0:
            yield f"  {self.event.label}: takes place{since_when(since)}{self.at_terms('agreed')}."

    def reasons(self, actor: str, endings: list[Ending]) -> Iterator[str]:
        """What every ending is worth to one side, term by term."""
        worths = weighed(self.eve, self.model.parts, self.event, actor)
        words = causes(self.case, self.event)
        for ending, listed in endings:
            terms: Counter[str] = Counter()
            for (of, cause), worth in worths.items():
                if of == listed:
                    terms[words[cause]] += worth
            yield from self.weighed(actor, ending, terms)

    def weighed(self, actor: str, what: str, terms: Counter[str]) -> Iterator[str]:
        """What something is worth to one side [logits], term by term; nothing if no term is told."""
        words = self.in_words(terms)
        if words:
            worth = f"{total(terms.values()):+.2f} = {', '.join(words)}"
            yield f"      {self.name(actor)} weighs {what}: {worth}"

    def in_words(self, terms: Counter[str]) -> list[str]:
        """The terms of a utility [logits] that are told, the largest first, and the sum of the rest."""
        told = [(key, amount) for key, amount in terms.items() if abs(amount) >= FAINT]
        told.sort(key=lambda term: -abs(term[1]))
        words = [f"{reason} {amount:+.2f}" for reason, amount in told[:REASONS]]
        if len(told) > REASONS:
            rest = total(amount for _, amount in told[REASONS:])
            words.append(f"{len(told) - REASONS} more {rest:+.2f}")
        return words

    def changes(self) -> Iterator[str]:
        """The numbers that the event had a hand in, before and after all events of the month."""
        # Several effects may act on one number, which is told once; equal changes in the effects' order.
        keys = dict.fromkeys(chain.from_iterable(map(self.model.parts.keys_of, self.effects())))
        changed = {key: abs(self.s[key] - self.eve[key]) for key in keys}
        moved = [key for key in keys if changed[key] >= FAINT]
        moved.sort(key=changed.__getitem__, reverse=True)
        words = [f"{state_label(self.case, key)} {self.eve[key]:.2f} -> {self.s[key]:.2f}" for key in moved]
        if words:
            yield f"    Changed: {'; '.join(words)}."

    def effects(self) -> list[Increment]:
        """What the event did this month."""
        event, found = self.event, list[Increment]()
        nodes = {"took_place": event.accepted, "executed": event.executed, "cancelled": event.cancelled}
        for node, increments in nodes.items():
            if self.flag(node):
                found += increments
        if self.flag("refused") and not self.flag("executed"):
            found += event.refused
        return found

    def name(self, actor: str | None) -> str:
        """An actor in words."""
        return who(self.case, actor)
