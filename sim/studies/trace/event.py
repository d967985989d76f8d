"""What is told of one event in one month: who proposed what, at which odds, why, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from sim.agents.model import Model
from sim.engine.history import month_label
from sim.rules import offers
from sim.rules.expressions import Expression, value_of
from sim.rules.numbers import total
from sim.rules.state import at
from sim.rules.structure import Event, Increment, Parts, State
from sim.rules.utility import Appraisal, appraise, own_control, speak
from sim.scenario.labels import state_label
from sim.scenario.schema import Case, month_number

REASONS = 5
"""Terms of a utility that are told; the rest is summed up."""

FAINT = 0.005
"""Changes of the state [units of the state] and terms [logits] below this are not told."""

Ending = tuple[str, tuple[Increment, ...]]
"""How an event may end, in words, and what that does."""

Shifts = tuple[tuple[Expression, float], ...]
"""What moves the odds of something, each with the logits that a unit of it adds."""


class EventInMonth:
    """What is told of one event in one month."""

    def __init__(self, model: Model, event: Event, announced: dict[str, str]) -> None:
        self.model, self.event, self.announced = model, event, announced
        self.s, self.eve, self.case = model.state, model.eve, model.case

    def flag(self, node: str) -> bool:
        """Whether this happened to the event this month."""
        return self.s[f"{node}.{self.event.name}"] != 0.0

    def lines(self) -> Iterator[str]:
        """Proposal, answer, execution, announcement, cancellation, effect: whatever came to pass."""
        if self.flag("proposed"):
            yield from self.offer()
        if self.flag("cancelled"):
            yield from self.cancellation()
        if self.flag("took_place"):
            yield from self.arrival()
        if self.flag("accepted") and self.event.lead > 0:
            self.announced[self.event.name] = self.model.date
            yield f"    Announced for {_later(self.model.date, self.event.lead)}."
        yield from self.changes()

    def offer(self) -> Iterator[str]:
        """A proposal with what follows from it in the same month."""
        yield from self.proposal()
        if self.event.can_fail:
            yield from self.answer()
        # That a threat was not made good is told, too.
        if self.flag("executed") or (self.event.is_threat and self.flag("refused")):
            yield from self.execution()

    def proposal(self) -> Iterator[str]:
        """Who proposes it, at which odds and for which reasons; what is due by its date has neither."""
        event, odds = self.event, self.eve[at("proposal", self.event.name)]
        if event.is_dated:
            yield f"  {event.label}: due this month."
            return
        yield f"  {event.label}: {self.opening()}. {_luck(odds, self.model.luck.proposal(event.name))}"
        yield from self.wish(event.shifts)
        if event.decides:
            yield from self.reasons(event.principal, self.hopes())
        if event in self.model.parts.judged:
            yield f"      unapproved: {self.eve[at('unapproved', event.name)]:.2f}, {self.without()}"

    def wish(self, shifts: Shifts) -> Iterator[str]:
        """What moves the odds besides what anybody gains by it."""
        terms = {_words(self.case, seen): size * value_of(self.eve, seen) for seen, size in shifts}
        words = self.in_words(Counter(terms))
        if words:
            yield f"      Its odds are moved by {', '.join(words)}."

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
        endings: list[Ending] = [(best, event.accepted)]
        if event.refused:
            endings.append((worst, event.refused))
        if event.is_threat:
            endings.append(("making good the threat", event.executed))
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
        luck = _luck(self.eve[at("acceptance", event.name)], drawn)
        if event.answer == "contest" or event.responder is None:
            outcome = "succeeds" if accepted else "fails"
            yield f"    It {outcome}. {luck}"
            yield from self.wish(event.response_shifts)
            return
        word = "yes" if accepted else "no"
        yield f"    {self.name(event.responder)} says {word}. {luck}"
        yield from self.wish(event.response_shifts)
        endings: list[Ending] = [("a yes", event.accepted), ("a no", event.refused)]
        if event.is_threat:
            endings.append(("the threat made good", event.executed))
        yield from self.reasons(event.responder, endings)

    def execution(self) -> Iterator[str]:
        """What became of a threat that was refused."""
        odds = self.eve[at("execution", self.event.name)]
        drawn = self.model.luck.settle(self.event.name, offers.EXECUTE, 1.0)
        deed = "makes good the threat" if self.flag("executed") else "backs down"
        yield f"    {self.name(self.event.principal)} {deed}. {_luck(odds, drawn)}"

    def cancellation(self) -> Iterator[str]:
        """That something announced does not take place."""
        odds = self.s[at("cancellation", self.event.name)]
        since = self.announced.pop(self.event.name, "before")
        drawn = self.model.luck.settle(self.event.name, offers.CANCEL, 1.0)
        yield f"  {self.event.label}: called off (announced {since}). {_luck(odds, drawn)}"

    def arrival(self) -> Iterator[str]:
        """That something announced takes place, or what the scenario forces."""
        since = self.announced.pop(self.event.name, None)
        if self.event.forced and self.s[at("forced", self.event.name)] != 0.0:
            yield f"  {self.event.label}: takes place, forced by the scenario."
            return
        # Without a lead it takes place with the yes, which was told above.
        if self.event.lead > 0:
            yield f"  {self.event.label}: takes place{_announced(since)}."

    def reasons(self, actor: str, endings: list[Ending]) -> Iterator[str]:
        """What every ending is worth to one side, term by term."""
        appraisal = judgement(self.eve, self.model.parts, actor, self.event)
        for ending, effects in endings:
            # Several effects may touch one thing: their reasons are one.
            terms: Counter[str] = Counter()
            for effect in effects:
                terms[self.reason(effect)] += total(amount for _, amount in appraisal.terms([effect]))
            words = self.in_words(terms)
            if words:
                worth = f"{total(terms.values()):+.2f} = {', '.join(words)}"
                yield f"      {self.name(actor)} weighs {ending}: {worth}"

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
        if actor in self.case.actors:
            return self.case.actors[actor].label
        return str(actor).title()

    def reason(self, effect: Increment) -> str:
        """What an effect is weighed for, in words."""
        kind, _, rest = effect.key.partition(".")
        if kind == "payoff":
            return _felt(self.case, effect.foreseen)
        if kind == "tilt":
            return f"moving toward {self.name(rest)}"
        return _label(self.case, effect.key)


def _felt(case: Case, driver: Expression) -> str:
    """A cost or gain that is felt at once: by what it grows, if by anything."""
    if driver.kind == "number" and driver.text == "1":
        return "its own cost or gain"
    return _words(case, driver)


def _words(case: Case, seen: Expression) -> str:
    """An expression as it stands in the file; a number of the state alone by its label."""
    if seen.kind == "name":
        return _label(case, seen.name)
    return seen.text


def _label(case: Case, key: str) -> str:
    """A number of the state in words, in the middle of a sentence."""
    label = state_label(case, key)
    if key in case.quantities:
        return label
    return label[:1].lower() + label[1:]


def judgement(eve: State, parts: Parts, actor: str, event: Event) -> Appraisal:
    """What an actor wanted in this event, at the state on the eve of the events."""
    # A row may say how much some factions count in it; the rest is by clout.
    own = own_control(parts.units[actor], event.control)
    return appraise(eve, parts, actor, [speak(eve, unit, own) for unit in parts.units[actor]])


def _announced(since: str | None) -> str:
    """When it was; nothing if that was before the first month."""
    if since is None:
        return ""
    return f" (announced {since})"


def _luck(odds: float, drawn: float) -> str:
    """The probability of a thing, and the uniform number that decided: below it, the thing happened."""
    return f"Odds {odds:.3f}, luck {drawn:.3f}."


def _later(date: str, months: int) -> str:
    """The date so many months later."""
    return month_label(month_number(date) + months)
