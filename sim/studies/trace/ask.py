"""One future as a dated story: who proposed what, at which odds, for which reasons, what luck decided, what
changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sim.agents.model import Model
from sim.engine.history import month_label
from sim.rules import offers
from sim.rules.numbers import total
from sim.rules.state import at
from sim.rules.structure import Event, Increment, Parts, State
from sim.rules.utility import Appraisal, appraise, own_control, speak
from sim.scenario.labels import state_label
from sim.scenario.lower import World
from sim.scenario.schema import month_number

REASONS = 5
"""Terms of a utility that are told; the rest is summed up."""

FAINT = 0.005
"""Changes of the state [units of the state] and terms [logits] below this are not told."""

NOTABLE = 0.02
"""Changes since the start [units of the state] from which on the summary tells them."""

HEADLINES = ("autonomy", "domination", "hedging")


def story(world: World, seed: int, run: int) -> Iterator[str]:
    """The lines of one future, lived by the Mesa model: the same bytes as run `run` of the ensemble with this
    seed.
    """
    model = Model(world, seed=seed, run=run)
    yield from _header(model)
    counts: Counter[tuple[str, str]] = Counter()
    firsts: dict[tuple[str, str], str] = {}
    announced: dict[str, str] = {}
    quiet: list[str] = []
    events = [model.parts.event[name] for name in world.scenario.rows]
    while model.running:
        model.step()
        lines = [line for event in events for line in _Telling(model, event, announced).lines()]
        _count(model, counts, firsts)
        quiet += [] if lines else [model.date]
        if quiet and (lines or not model.running):
            yield from ("", f"{quiet[0]}{f' to {quiet[-1]}' if len(quiet) > 1 else ''}: nothing happened.")
            quiet = []
        if lines:
            yield from ("", model.date, *lines)
    yield from _summary(model, counts, firsts)


def _header(model: Model) -> Iterator[str]:
    case = model.case
    last = month_label(month_number(case.time.start) + model.world.months - 1)
    yield case.title
    rules = f"theory {case.decision.theory}, learning {case.decision.learning}"
    yield f"Run {model.run} of seed {model.seed}, {model.date} to {last}, {rules}."
    changes = ", ".join(f"{path} = {value}" for path, value in model.world.scenario.overrides)
    name = model.world.scenario.name + (f" with {changes}" if changes else "")
    yield f"Scenario {name}. One of many futures of it, not a forecast."
    yield "Reasons are in logits, the largest first; luck draws between 0 and 1, and below the odds it happens."


class _Telling:
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
            yield from self.proposal()
            if self.event.answer != "nobody":
                yield from self.answer()
            if self.flag("executed") or (self.event.is_threat and self.flag("refused")):
                yield from self.execution()
        if self.flag("cancelled"):
            yield from self.cancellation()
        if self.flag("took_place"):
            yield from self.arrival()
        if self.flag("accepted") and self.event.lead > 0:
            self.announced[self.event.name] = self.model.date
            yield f"    Announced for {_later(self.model.date, self.event.lead)}."
        yield from self.changes()

    def proposal(self) -> Iterator[str]:
        event, odds = self.event, self.eve[at("proposal", self.event.name)]
        if event.kind == "calendar":
            yield f"  {event.label}: due this month."
            return
        yield f"  {event.label}: {self.opening()}. {_luck(odds, self.model.luck.proposal(event.name))}"
        if event.kind == "offer":
            best = {"actor": "a yes", "contest": "success", "nobody": "doing it"}[event.answer]
            endings = [(best, event.accepted)]
            worst = "failure" if event.answer == "contest" else "a no"
            endings += [(worst, event.refused)] if event.refused else []
            endings += [("making good the threat", event.executed)] if event.is_threat else []
            yield from self.reasons(event.principal, endings)

    def opening(self) -> str:
        """Who does what, in words."""
        event, who, whom = self.event, self.name(self.event.initiator), self.name(self.event.responder)
        if event.kind == "nature":
            return f"comes up; {whom} must answer" if event.answer == "actor" else "comes to pass"
        if event.answer == "actor":
            return f"{who} threatens {whom}" if event.is_threat else f"{who} proposes it to {whom}"
        return f"{who} ventures it" if event.answer == "contest" else f"{who} decides on it"

    def answer(self) -> Iterator[str]:
        event, accepted = self.event, self.flag("accepted")
        odds, drawn = (
            self.eve[at("acceptance", event.name)],
            self.model.luck.settle(event.name, offers.ACCEPT, 1.0),
        )
        if event.answer == "contest" or event.responder is None:
            yield f"    It {'succeeds' if accepted else 'fails'}. {_luck(odds, drawn)}"
            return
        yield f"    {self.name(event.responder)} says {'yes' if accepted else 'no'}. {_luck(odds, drawn)}"
        endings = [("a yes", event.accepted), ("a no", event.refused)]
        endings += [("the threat made good", event.executed)] if event.is_threat else []
        yield from self.reasons(event.responder, endings)

    def execution(self) -> Iterator[str]:
        odds, drawn = (
            self.eve[at("execution", self.event.name)],
            self.model.luck.settle(self.event.name, offers.EXECUTE, 1.0),
        )
        deed = "makes good the threat" if self.flag("executed") else "backs down"
        yield f"    {self.name(self.event.principal)} {deed}. {_luck(odds, drawn)}"

    def cancellation(self) -> Iterator[str]:
        odds = self.s[at("cancellation", self.event.name)]
        since = self.announced.pop(self.event.name, "before")
        drawn = self.model.luck.settle(self.event.name, offers.CANCEL, 1.0)
        yield f"  {self.event.label}: called off (announced {since}). {_luck(odds, drawn)}"

    def arrival(self) -> Iterator[str]:
        since = self.announced.pop(self.event.name, None)
        if self.event.forced and self.s[at("forced", self.event.name)] != 0.0:
            yield f"  {self.event.label}: takes place, forced by the scenario."
        elif self.event.lead > 0:
            yield f"  {self.event.label}: takes place{f' (announced {since})' if since else ''}."

    def reasons(self, actor: str, endings: Iterable[tuple[str, tuple[Increment, ...]]]) -> Iterator[str]:
        """What every ending is worth to one side, term by term."""
        appraisal = judgement(self.eve, self.model.parts, actor, self.event)
        for ending, effects in endings:
            terms: Counter[str] = Counter()
            for key, amount in appraisal.terms(effects):
                terms[key] += amount
            told = sorted(
                (term for term in terms.items() if abs(term[1]) >= FAINT), key=lambda term: -abs(term[1])
            )
            words = [f"{self.effect(key)} {amount:+.2f}" for key, amount in told[:REASONS]]
            rest = total(amount for _, amount in told[REASONS:])
            words += [f"{len(told) - REASONS} more {rest:+.2f}"] if len(told) > REASONS else []
            if words:
                yield f"      {self.name(actor)} weighs {ending}: {total(terms.values()):+.2f} = {', '.join(words)}"

    def changes(self) -> Iterator[str]:
        """The numbers that the event had a hand in, before and after all events of the month."""
        event, parts = self.event, self.model.parts
        lists = {"took_place": event.accepted, "executed": event.executed, "cancelled": event.cancelled}
        effects = [effect for node, increments in lists.items() if self.flag(node) for effect in increments]
        if self.flag("refused") and not self.flag("executed"):
            effects += event.refused
        keys = dict.fromkeys(key for effect in effects for key in parts.keys_of(effect))
        moved = [
            (key, self.eve[key], self.s[key]) for key in keys if abs(self.s[key] - self.eve[key]) >= FAINT
        ]
        moved.sort(key=lambda change: -abs(change[2] - change[1]))
        if moved:
            words = [f"{state_label(self.case, key)} {old:.2f} -> {new:.2f}" for key, old, new in moved]
            yield f"    Changed: {'; '.join(words)}."

    def name(self, actor: str | None) -> str:
        return self.case.actors[actor].label if actor in self.case.actors else str(actor).title()

    def effect(self, key: str) -> str:
        """An effect key in words."""
        kind, _, rest = key.partition(".")
        if kind == "payoff":
            return "its own cost or gain"
        if kind == "tilt":
            return f"moving toward {self.name(rest)}"
        label = state_label(self.case, key)
        return label if key in self.case.quantities else label[:1].lower() + label[1:]


def judgement(eve: State, parts: Parts, actor: str, event: Event) -> Appraisal:
    """What an actor wanted in this event, at the state on the eve of the events."""
    own = own_control(parts.units[actor], event.control)
    return appraise(eve, parts, actor, [speak(eve, unit, own) for unit in parts.units[actor]])


def _luck(odds: float, drawn: float) -> str:
    return f"Odds {odds:.3f}, luck {drawn:.3f}."


def _later(date: str, months: int) -> str:
    return month_label(month_number(date) + months)


def _count(model: Model, counts: Counter[tuple[str, str]], firsts: dict[tuple[str, str], str]) -> None:
    for event in model.parts.events:
        for node in ("proposed", "accepted", "refused", "took_place", "executed", "cancelled"):
            if model.state[f"{node}.{event.name}"] != 0.0:
                counts[event.name, node] += 1
                firsts.setdefault((event.name, node), model.date)


def _summary(
    model: Model, counts: Counter[tuple[str, str]], firsts: dict[tuple[str, str], str]
) -> Iterator[str]:
    """What came of the questions of the scenario, and where the target ended."""
    case, rows = model.case, model.world.scenario.rows
    yield from ("", f"In the end ({model.date})")
    for group in case.outcomes.values():
        names = [name for name, row in rows.items() if {name, row.template} & set(group.any_of)]
        dates = sorted(firsts[name, group.node] for name in names if (name, group.node) in firsts)
        times = total(counts[name, group.node] for name in names)
        yield f"  {group.label}: {f'{dates[0]} for the first time, {times} in all' if dates else 'never'}."
    closeness = [name for name in model.world.recorded if name.startswith("closeness.")]
    names = [*HEADLINES, *model.parts.axes, *closeness, *case.quantities]
    moved = [(name, model.world.start[name], model.state[name]) for name in names]
    lines = [
        f"{state_label(case, name)} {old:.2f} -> {new:.2f}"
        for name, old, new in moved
        if abs(new - old) >= NOTABLE
    ]
    yield f"  Since the start: {'; '.join(lines) or 'nothing moved by as much as ' + str(NOTABLE)}."
