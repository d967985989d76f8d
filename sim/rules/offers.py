"""An event from proposal to effect: the odds of each step, and what luck makes of them (ODD 7.10).

All odds are worked out at the state before any event; flags of what happened are 1 or 0.
"""

from __future__ import annotations

from dataclasses import replace

from sim.rules import seats
from sim.rules.bargain import at_terms, bargain, leverage, worth_of_waiting
from sim.rules.choice import Question, Values, execution_probability, no_deal, odds, proposal_logit
from sim.rules.decisions import THEORIES
from sim.rules.effects import collect
from sim.rules.expressions import value_of
from sim.rules.nodes import Node
from sim.rules.numbers import Number, as_number, less, logistic, maximum, minimum, where
from sim.rules.state import at
from sim.rules.structure import Event, Luck, Parts, State, Terms, Unit
from sim.rules.utility import Appraisal, appraise, speak

ACCEPT, EXECUTE, CANCEL = 0, 1, 2
"""Words of the draw that settles an event."""


def values_of(s: State, parts: Parts, event: Event, appraisal: Appraisal) -> Values:
    """What the endings of an event are worth to a decider; without a threat a refusal ends it.

    Of a deal with rivals a yes is worth less by what waiting for them promises; terms come on top.
    """
    refused = executed = appraisal.utility(event.refused)
    if event.is_threat:
        executed = appraisal.utility(event.executed)
    accepted = appraisal.utility(event.accepted)
    if event.terms is not None:
        accepted = accepted - worth_of_waiting(s, parts, event.terms, appraisal)
    return Values(accepted, refused, executed)


def shifted(s: State, base: float, shifts: tuple) -> Number:
    """Base logit plus shift coefficients times their drivers."""
    logit: Number = base
    for expression, coefficient in shifts:
        logit = logit + coefficient * value_of(s, expression)
    return logit


def consider_execution(s: State, parts: Parts, event: Event, initiator: Appraisal | None) -> None:
    """The initiator's values of all endings, and the odds that it would make good a threat."""
    if initiator is None:
        values = Values(0.0, 0.0, 0.0)
    else:
        values = values_of(s, parts, event, initiator)
    note(s, "initiator", event, values)
    if event.is_threat:
        execution = execution_probability(values, parts.settings.decision.precision, event.execution_logit)
    else:
        execution = 0.0
    s[at("execution", event.name)] = execution


ENDINGS = ("accepted", "refused", "executed")
"""How an offer may end, in the order of `Values`."""


def note(s: State, side: str, event: Event, values: Values) -> None:
    """Keep the values of one side where the other side and the reader of a trace find them."""
    for ending in ENDINGS:
        s[at(side, event.name, ending)] = getattr(values, ending)


def noted(s: State, side: str, event: Event) -> Values:
    """Values kept by `note`."""
    return Values(*(s[at(side, event.name, ending)] for ending in ENDINGS))


def consider_answer(s: State, parts: Parts, event: Event, responder: Appraisal | None) -> None:
    """The odds of a yes (an actor), of success (a contest), or certainty; and what the proposer believes."""
    acceptance: Number = 1.0
    belief: Number = 1.0
    if event.can_fail:
        base = shifted(s, event.response_logit, event.response_shifts)
        if responder is None:
            acceptance = belief = odds(base)
        else:
            note(s, "responder", event, values_of(s, parts, event, responder))
            if event.terms is not None:
                settle_terms(s, parts, event, event.terms)
            values = noted(s, "responder", event)
            question = Question(
                values, s[at("execution", event.name)], parts.settings.decision.precision, base,
                s[at("belief", event.name)], lambda: stakes_in(s, parts, event),
            )  # fmt: skip
            theory = THEORIES[parts.theory_of(event.responder)]
            acceptance = theory.answer(question)
            belief = THEORIES[parts.theory_of(event.principal)].belief(question, acceptance)
            if event.terms is not None and event.initiator_seated:
                offered = replace(
                    question, values=seats.offer_terms(s, parts, event, event.terms, values),
                    stakes=lambda: stakes_in(s, parts, event, "offered"),
                )  # fmt: skip
                s[at("acceptance.offered", event.name)] = theory.answer(offered)
    s[at("acceptance", event.name)], s[at("believed", event.name)] = acceptance, belief


def settle_terms(s: State, parts: Parts, event: Event, terms: Terms) -> None:
    """The two sides settle on this month's concession, and note what a yes is worth to them with it."""
    surplus, values = {}, {}
    for side, actor in (("initiator", event.principal), ("responder", event.responder)):
        values[actor] = noted(s, side, event)
        surplus[actor] = values[actor].accepted - no_deal(values[actor], s[at("execution", event.name)])
    at_stake = surplus[parts.target], surplus[terms.partner], terms.to_target, terms.to_power
    s[at("concession", event.name)] = bargain(*at_stake, leverage(s, parts, terms.partner))
    note(s, "initiator", event, at_terms(s, parts, event, event.principal, values[event.principal]))
    note(s, "responder", event, at_terms(s, parts, event, event.responder, values[event.responder]))


def stakes_in(s: State, parts: Parts, event: Event, table: str = "concession") -> list[tuple[Number, Values]]:
    """Clout and values of everyone with a stake in an event, at the terms that are on the table."""
    stakes = []
    for actor, units in parts.units.items():
        for unit in units:
            # heard alone: in its actor's decisions a faction counts by its clout
            alone = appraise(s, parts, actor, [speak(s, unit, {unit.name: 1.0})])
            values = at_terms(s, parts, event, actor, values_of(s, parts, event, alone), table)
            stakes.append((_clout_in(s, parts, actor, unit), values))
    return stakes


def _clout_in(s: State, parts: Parts, actor: str, unit: Unit) -> Number:
    """Weight in a contest [1]: by clout at home, abroad by the power's share of influence too."""
    if actor == parts.target:
        return s[unit.clout]
    share = s[at("share", actor)]
    if unit.is_faction:
        return share * s[unit.clout]
    return share


def may_be_proposed(s: State, event: Event) -> Number:
    """1 if the event may be proposed, else 0: gate open, no waiting, not under way, not used up."""
    if event.forbidden:
        return 0.0
    free: Number = 1.0
    if event.gate is not None:
        s[at("gate", event.name)] = value_of(s, event.gate)
        free = free * less(0.0, s[at("gate", event.name)])
    if event.waits:
        free = free * less(s[event.wait], 1.0)
    if event.once:
        free = free * less(s[at("happened", event.name)], 1.0)
    return free


def wish_of(s: State, parts: Parts, event: Event) -> Number:
    """Odds that an actor wants to propose it, that nature strikes, or 1 on a date of the calendar."""
    name, precision = event.name, parts.settings.decision.precision
    if event.is_dated:
        return s[at("due", name)]
    if not event.is_drawn:
        return 0.0
    base = shifted(s, event.base_logit, event.shifts)
    values, belief = noted(s, "initiator", event), s[at("believed", name)]
    s[at("logit", name)] = proposal_logit(values, belief, s[at("execution", name)], precision, base)
    return logistic(s[at("logit", name)])


def consider_proposal(s: State, parts: Parts, event: Event) -> None:
    """Odds that the event is proposed, and what the public expects of it."""
    wish = wish_of(s, parts, event)
    may = may_be_proposed(s, event)
    proposal = wish * may
    s[at("proposal", event.name)] = proposal
    if event.initiator_seated:
        s[at("may", event.name)] = may
    under_way: Number = 0.0
    if event.lead > 0:
        under_way = less(0.0, s[at("pending", event.name)])
    s[at("outlook", event.name)] = maximum(proposal * s[at("acceptance", event.name)], under_way)


def draw_proposals(s: State, parts: Parts, luck: Luck) -> None:
    """Which events are proposed; of several in one group the first in a fair queue goes ahead."""
    queue = {}
    for event in parts.events:
        proposal, u = s[at("proposal", event.name)], luck.proposal(event.name)
        proposed = less(u, proposal)
        if event.initiator_seated:
            proposed = seats.proposes(s, event, proposed)
        if event.group is None:
            s[at("proposed", event.name)] = proposed
        else:
            queue[event.name] = where(proposed, _place(event, u, proposal), 1.0)
    for events in parts.groups.values():
        for event in events:
            first: Number = 1.0
            for other in events:
                if other is not event:
                    first = minimum(first, queue[other.name])
            s[at("proposed", event.name)] = less(queue[event.name], first)


def _place(event: Event, u: Number, odds: Number) -> Number:
    """Where in the queue of its group a proposal stands, in [0, 1]."""
    if event.initiator_seated:
        return seats.place_in_queue(u, odds)
    # u / odds is uniform among those that are proposed: no place in the file comes first;
    # the bound is for odds of 0, of which both ways of the choice are computed
    return u / maximum(odds, 1e-300)


def count_down(s: State, parts: Parts) -> None:
    """One month less to wait."""
    # a wait that a group shares is counted down once
    for wait in dict.fromkeys(event.wait for event in parts.events if event.waits):
        s[wait] = maximum(s[wait] - 1.0, 0.0)


def settle(s: State, event: Event, luck: Luck) -> None:
    """What becomes of the event this month: answer, execution, cancellation, effect."""
    name = event.name
    proposed = s[at("proposed", name)]
    accepted, executed = proposed, 0.0
    if event.can_fail:
        # a draw is made in the lanes alone that need it: elsewhere it is 1, which no odds exceed
        accepted = less(luck.settle(name, ACCEPT, proposed), s[_odds_of_yes(event)])
        if event.responder_seated:
            accepted = seats.answers(s, "chosen.answer", event, proposed, accepted)
    refused = proposed - accepted
    if event.is_threat:
        executed = less(luck.settle(name, EXECUTE, refused), s[at("execution", name)])
        if event.initiator_seated:
            executed = seats.answers(s, "chosen.execution", event, refused, executed)
    took_place, cancelled = accepted, 0.0
    if event.lead > 0:
        took_place, cancelled = advance(s, event, luck, accepted)
    if event.forced:
        took_place, cancelled = force(s, event, took_place, cancelled)
    s[at("accepted", name)], s[at("refused", name)], s[at("executed", name)] = accepted, refused, executed
    s[at("took_place", name)], s[at("cancelled", name)] = took_place, cancelled
    if event.waits:
        wait(s, event, accepted, refused, cancelled)
    if event.terms is not None:
        # what is forced has the terms of its month, whatever was announced
        if event.lead == 0:
            agree(s, event, took_place)
        elif event.forced:
            agree(s, event, s[at("forced", name)])


def _odds_of_yes(event: Event) -> str:
    """The number of the state by which an offer is accepted."""
    if event.terms is not None and event.initiator_seated:
        return at("acceptance.offered", event.name)
    return at("acceptance", event.name)


def agree(s: State, event: Event, struck: Number) -> None:
    """Keep the terms of this month if a deal is struck, 1 or 0; else those of before stay."""
    agreed, table = at("agreed", event.name), at("concession", event.name)
    if event.initiator_seated:
        table = at("offered", event.name)
    s[agreed] = where(struck, s[table], s[agreed])


def force(s: State, event: Event, took_place: Number, cancelled: Number) -> tuple[Number, Number]:
    """An intervention has its way in its month, whatever was announced: (took place, cancelled)."""
    forced, pending = at("forced", event.name), at("pending", event.name)
    took_place = maximum(took_place, s[forced])
    cancelled = cancelled * (1.0 - s[forced])
    # else it would take place once more, on the date that was announced
    if event.lead > 0:
        s[pending] = s[pending] * (1.0 - s[forced])
    return took_place, cancelled


def wait(s: State, event: Event, accepted: Number, refused: Number, cancelled: Number) -> None:
    """How long the event, or its group, has to wait after what became of it."""
    months = accepted * as_number(event.lead + event.cooldown) + refused * as_number(event.retry)
    if event.forced:
        months = maximum(months, s[at("forced", event.name)] * as_number(event.cooldown))
    # what is called off ends its wait, and begins the one before it may be tried again
    waiting = s[event.wait] * (1.0 - cancelled)
    s[event.wait] = maximum(waiting, months) + cancelled * as_number(event.retry)


def advance(s: State, event: Event, luck: Luck, accepted: Number) -> tuple[Number, Number]:
    """An announced event comes nearer, or is called off; a new one is announced: (took place, cancelled)."""
    pending = at("pending", event.name)
    under_way = less(0.0, s[pending])
    cancelled: Number = 0.0
    if event.cancel_logit is not None:
        s[at("cancellation", event.name)] = odds(shifted(s, event.cancel_logit, event.cancel_shifts))
        cancelled = less(luck.settle(event.name, CANCEL, under_way), s[at("cancellation", event.name)])
    left = maximum(s[pending] - 1.0, 0.0) * (1.0 - cancelled)
    took_place = under_way * less(left, 1.0) * (1.0 - cancelled)
    s[pending] = maximum(left, accepted * float(event.lead))
    return took_place, cancelled


def gather(s: State, parts: Parts, event: Event, changes: dict[str, Number]) -> None:
    """Collect what the event changes; the state moves only when all events have been collected."""
    name = event.name
    collect(s, parts, event.accepted, s[at("took_place", name)], changes)
    # a refusal that is answered by the deed has the effects of the deed alone
    collect(s, parts, event.refused, s[at("refused", name)] - s[at("executed", name)], changes)
    collect(s, parts, event.executed, s[at("executed", name)], changes)
    collect(s, parts, event.cancelled, s[at("cancelled", name)], changes)


def decisive(event: Event) -> list[str]:
    """Names in the state of what decides an event by a comparison, which takes not a number for a no."""
    decides = {
        "logit": event.is_drawn,
        "gate": event.gate is not None and not event.forbidden,
        "acceptance": event.can_fail,
        "execution": event.is_threat,
        "cancellation": event.can_be_called_off,
    }
    return [at(kind, event.name) for kind, holds in decides.items() if holds]


def remember(s: State, event: Event) -> None:
    """What others may know of the event from now on: its odds, and whether it has ever taken place."""
    s[at("hazard", event.name)] = s[at("outlook", event.name)]
    if event.terms is not None:
        s[at("terms", event.name)] = s[at("concession", event.name)]
        conceded = at("conceded", event.name)
        s[conceded] = s[conceded] + s[at("took_place", event.name)] * s[at("agreed", event.name)]
        # only now: what was announced before took place at its own terms
        if event.lead > 0:
            agree(s, event, s[at("accepted", event.name)])
    s[at("happened", event.name)] = maximum(s[at("happened", event.name)], s[at("took_place", event.name)])


def record(s: State, event: Event) -> Number:
    """What happened to the event this month, as a sum of bits of `Node`."""

    def flag(node: Node) -> Number:
        return s[at(node.value, event.name)]

    def bit(node: Node) -> float:
        return float(node.bit)

    # only of nodes that the event can reach: all others would be operations for nothing
    code = flag(Node.PROPOSED) * bit(Node.PROPOSED) + flag(Node.TOOK_PLACE) * bit(Node.TOOK_PLACE)
    if event.can_fail or event.lead > 0:
        code = code + flag(Node.ACCEPTED) * bit(Node.ACCEPTED) + flag(Node.REFUSED) * bit(Node.REFUSED)
    if event.is_threat:
        executed = flag(Node.EXECUTED)
        backed_down = flag(Node.REFUSED) - executed
        code = code + executed * bit(Node.EXECUTED) + backed_down * bit(Node.BACKED_DOWN)
    if event.can_be_called_off:
        code = code + flag(Node.CANCELLED) * bit(Node.CANCELLED)
    return code


def learn_answer(s: State, parts: Parts, event: Event) -> None:
    """Under a theory that learns: what this month's answer adds to the proposer's belief."""
    theory = THEORIES[parts.theory_of(event.principal)]
    if not event.answers or not hasattr(theory, "remembered"):
        return
    accepted, answered = s[at("accepted", event.name)], s[at("proposed", event.name)]
    belief, memory = at("belief", event.name), parts.settings.decision.belief_memory
    s[belief] = theory.remembered(s[belief], answered, accepted, memory)
