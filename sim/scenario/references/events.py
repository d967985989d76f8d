"""Events: whom they name, and what fits who starts and who answers them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.refusal import did_you_mean
from sim.rules.numbers import total
from sim.scenario.hints import unchangeable
from sim.scenario.index import changeable_names
from sim.scenario.references.told import SUM_TOLERANCE, no_such
from sim.scenario.rows import Row
from sim.scenario.schema import CONTEST, NOBODY, Case, Event


def event_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each thing that does not fit in [events]."""
    for name, event in case.events.items():
        where = f"events.{name}"
        yield from no_such(f"{where}.each", "actor", event.each or (), case.actors)
        yield from no_such(f"{where}.same_as", "event", [event.same_as], case.events)
        yield from no_such(f"{where}.calendar", "calendar", [event.calendar], case.calendars)
        if event.initiator == "calendar" and not _dates(case, event):
            yield f"{where}: a calendar event needs `dates`, or a `calendar` that has dates"
    known = changeable_names(case)
    for row in rows.values():
        yield from _row(case, row, known)


def _dates(case: Case, event: Event) -> list[str] | None:
    calendar = case.calendars.get(event.calendar or "")
    return event.dates or (None if calendar is None else calendar.dates)


def _row(case: Case, row: Row, known: list[str]) -> Iterator[str]:
    """What is wrong with a row; the rest is not looked at if its actors are none."""
    where = f"events.{row.template}"
    able = [name for name, actor in case.actors.items() if actor.role != "domestic"]
    if wrong := [*_strangers(where, row, able)]:
        yield wrong[0]
        return
    yield from _endings(where, row)
    yield from _control(case, where, row)
    computed = [*case.drivers, *case.parameters, *case.calendars]
    for effect in (each for effects in row.effects.values() for each in effects):
        if effect.key not in known:
            yield f"{effect.path}: {unchangeable(effect.key, known, computed)}"


def _strangers(where: str, row: Row, able: list[str]) -> Iterator[str]:
    """Who starts or answers it and can do neither."""
    yield from no_such(f"{where}.initiator", "actor", [row.initiator], [*NOBODY, *able])
    yield from no_such(f"{where}.responder", "actor", [row.responder], [CONTEST, *able])


def _endings(where: str, row: Row) -> Iterator[str]:
    """Endings that the row cannot have."""
    if row.responder is None:
        yield from _unanswered(where, row)
    two_actors = row.initiator not in NOBODY and row.responder not in (None, CONTEST)
    if row.effects["executed"] and not two_actors:
        yield f"{where}.executed: a threat needs an actor that makes it and an actor that answers"
    if row.effects["cancelled"] and (row.lead == 0 or row.cancel is None):
        yield f"{where}.cancelled: only an event with a lead and a [cancel] hazard can be called off"
    if row.cancel is not None and row.lead == 0:
        yield f"{where}.cancel: an event without a lead cannot be called off"


def _unanswered(where: str, row: Row) -> Iterator[str]:
    """What only an answer could bring."""
    if row.effects["refused"]:
        yield f"{where}.refused: nobody can refuse; add a responder"
    if row.response_logit or row.response_shifts:
        yield f"{where}.response_logit: nobody answers; add a responder"


def _control(case: Case, where: str, row: Row) -> Iterator[str]:
    """Fixed weights are of factions of who decides, of a proxy's patron too."""
    sides = [case.actors[name] for name in (row.initiator, row.responder) if name in case.actors]
    deciding = [case.actors.get(actor.patron or "", actor) for actor in sides]
    voices = {name for actor in deciding for name in actor.factions}
    for faction in row.control:
        if faction not in voices:
            whom = f"{row.initiator} or {row.responder}"
            yield f"{where}.control.{faction}: not a faction of {whom}{did_you_mean(faction, voices)}"
    if total(row.control.values()) > 1 + SUM_TOLERANCE:
        yield f"{where}.control: the weights sum to {total(row.control.values()):.6g}, at most 1"
