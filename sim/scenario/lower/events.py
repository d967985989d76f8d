"""Event rows as the rules settle them."""

from __future__ import annotations

from sim.rules import structure as p
from sim.rules.expressions import ONE, Expression
from sim.scenario.lower.drivers import Drivers
from sim.scenario.lower.order import in_order
from sim.scenario.rows import Effect, Row
from sim.scenario.schema import CONTEST, NOBODY, Case


def event(row: Row, drivers: Drivers) -> p.Event:
    """A row with its expressions read; those of the proposal look ahead to the month of the event."""
    case, cancel = drivers.case, row.cancel
    asked = None if row.responder in (None, CONTEST) else row.responder
    return p.Event(
        name=row.name,
        label=row.label,
        initiator=row.initiator,
        kind=row.initiator if row.initiator in NOBODY else "offer",
        principal=_principal(case, row.initiator),
        responder=None if asked is None else _principal(case, asked),
        answer=_answer(row),
        base_logit=row.base_logit,
        response_logit=row.response_logit,
        execution_logit=row.execution_logit,
        shifts=_shifts(drivers, row.shifts, row.lead),
        response_shifts=_shifts(drivers, row.response_shifts, row.lead),
        gate=None if row.gate is None else drivers.read(row.gate),
        once=row.once,
        lead=row.lead,
        cooldown=row.cooldown,
        retry=row.retry,
        group=row.group,
        control=in_order(row.control),
        cancel_logit=None if cancel is None else cancel.base_logit,
        cancel_shifts=() if cancel is None else _shifts(drivers, cancel.shifts, 0),
        accepted=_increments(drivers, row.effects["accepted"], row.lead),
        refused=_increments(drivers, row.effects["refused"], 0),
        executed=_increments(drivers, row.effects["executed"], 0),
        cancelled=_increments(drivers, row.effects["cancelled"], 0),
        forced=bool(case.interventions.forced.get(row.name)),
        forbidden=row.name in case.interventions.forbidden,
    )


def _answer(row: Row) -> str:
    if row.responder is None:
        return "nobody"
    if row.responder == CONTEST:
        return "contest"
    return "actor"


def _principal(case: Case, name: str) -> str:
    """Whose interests an initiator serves: a proxy's are its patron's."""
    if name in NOBODY:
        return name
    actor = case.actors[name]
    if actor.role == "proxy" and actor.patron is not None:
        return actor.patron
    return name


def _shifts(drivers: Drivers, shifts: dict[str, float], lead: int) -> tuple[tuple[Expression, float], ...]:
    return tuple((drivers.read(text, lead), size) for text, size in in_order(shifts).items())


def _increments(drivers: Drivers, effects: tuple[Effect, ...], lead: int) -> tuple[p.Increment, ...]:
    found = []
    for effect in sorted(effects, key=lambda effect: effect.key):
        now = ONE if effect.times is None else drivers.read(effect.times)
        then = ONE if effect.times is None else drivers.read(effect.times, lead)
        found.append(p.Increment(effect.key, effect.size, now, then))
    return tuple(found)
