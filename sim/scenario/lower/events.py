"""Event rows as the rules settle them."""

from __future__ import annotations

from itertools import chain

from sim.rules import structure as p
from sim.rules.expressions import ONE, Expression
from sim.rules.state import at
from sim.scenario.lower.drivers import NO_WORDS, Drivers, Words
from sim.scenario.lower.order import in_order
from sim.scenario.rows import Effect, Row, principal, rows_called
from sim.scenario.schema import CONTEST, NOBODY, Case

NEVER = float("-inf")
"""Log odds of what is proposed by an intervention alone."""


def event(row: Row, drivers: Drivers) -> p.Event:
    """A row with its expressions read; those of the proposal look ahead to the month of the event."""
    case = drivers.case
    cancel_logit, cancel_shifts = _cancel(row, drivers)
    return p.Event(
        name=row.name,
        label=row.label,
        initiator=row.initiator,
        kind=_kind(row),
        principal=principal(case, row.initiator),
        responder=_asked(case, row),
        answer=_answer(row),
        base_logit=row.base_logit,
        response_logit=row.response_logit,
        execution_logit=row.execution_logit,
        shifts=_shifts(drivers, row.shifts, row.lead),
        response_shifts=_shifts(drivers, row.response_shifts, row.lead),
        gate=_gate(drivers, row.gate),
        once=row.once,
        lead=row.lead,
        cooldown=row.cooldown,
        retry=row.retry,
        group=row.group,
        control=in_order(row.control),
        cancel_logit=cancel_logit,
        cancel_shifts=cancel_shifts,
        accepted=_accepted(drivers, row),
        refused=_increments(drivers, row.effects["refused"], 0),
        executed=_increments(drivers, row.effects["executed"], 0),
        cancelled=_increments(drivers, row.effects["cancelled"], 0),
        forced=bool(case.interventions.forced.get(row.name)),
        forbidden=row.name in case.interventions.forbidden,
        endings=(row.endings.accepted, row.endings.refused),
        terms=_terms(case, row),
        # what nobody ever proposes of himself is for interventions alone
        initiator_seated=_is_seated(case, principal(case, row.initiator)) and row.base_logit > NEVER,
        responder_seated=_is_seated(case, _asked(case, row)),
    )


def _is_seated(case: Case, side: str | None) -> bool:
    """Whether somebody else may decide for a side of an event; for a proxy, whoever does for its patron."""
    return side in case.actors and case.actors[side].seat


def _kind(row: Row) -> str:
    """Nature, the calendar, or an offer of somebody."""
    if row.initiator in NOBODY:
        return row.initiator
    return "offer"


def _asked(case: Case, row: Row) -> str | None:
    """The actor that answers; None where nobody or luck does."""
    if row.responder is None or row.responder == CONTEST:
        return None
    return principal(case, row.responder)


def _cancel(row: Row, drivers: Drivers) -> tuple[float | None, tuple[tuple[Expression, float], ...]]:
    """Log odds and shifts of being called off; none for what cannot be."""
    if row.cancel is None:
        return None, ()
    return row.cancel.base_logit, _shifts(drivers, row.cancel.shifts, 0)


def _answer(row: Row) -> str:
    """What answers: an actor, luck, or nothing."""
    if row.responder is None:
        return "nobody"
    if row.responder == CONTEST:
        return "contest"
    return "actor"


def _gate(drivers: Drivers, text: str | None) -> Expression | None:
    if text is None:
        return None
    return drivers.read(text)


def _shifts(drivers: Drivers, shifts: dict[str, float], lead: int) -> tuple[tuple[Expression, float], ...]:
    return tuple((drivers.read(text, lead), size) for text, size in in_order(shifts).items())


def _terms(case: Case, row: Row) -> p.Terms | None:
    """What a row's two sides bargain over, with the rows of every rival."""
    if row.terms is None:
        return None
    sides = [principal(case, side) for side in (row.initiator, row.responder) if side is not None]
    (power,) = (side for side in sides if case.actors[side].role == "power")
    rivals = chain.from_iterable(rows_called(case, name) for name in row.terms.rivals)
    # Nobody waits for the very deal that is on the table; sums must not hang on the order of the file.
    others = tuple(sorted({*rivals} - {row.name}))
    return p.Terms(power, row.terms.to_target, row.terms.to_power, others)


def _accepted(drivers: Drivers, row: Row) -> tuple[p.Increment, ...]:
    """Effects of a yes: at the terms that were agreed on, whose worth is told by the terms alone."""
    if row.terms is None:
        return _increments(drivers, row.effects["accepted"], row.lead)
    terms = at("terms", row.name)
    agreed = Expression("name", terms, name=at("agreed", row.name))
    unvalued = Expression("number", terms, value=0.0)
    return _increments(drivers, row.effects["accepted"], row.lead, {terms: agreed}, {terms: unvalued})


def _increments(
    drivers: Drivers, effects: tuple[Effect, ...], lead: int, now: Words = NO_WORDS, then: Words = NO_WORDS
) -> tuple[p.Increment, ...]:
    """Effects with their factors twice: as they are when it takes place, and as they are foreseen."""
    found = []
    # Sorting is stable: several effects on one key keep the order of the file.
    for effect in sorted(effects, key=lambda effect: effect.key):
        driver, foreseen = _factor(drivers, effect, 0, now), _factor(drivers, effect, lead, then)
        found.append(p.Increment(effect.key, effect.size, driver, foreseen))
    return tuple(found)


def _factor(drivers: Drivers, effect: Effect, lead: int, words: Words) -> Expression:
    """What an effect is multiplied by, as it is `lead` months ahead."""
    if effect.times is None:
        return ONE
    return drivers.read(effect.times, lead, words)
