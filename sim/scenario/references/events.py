"""Events: whom they name, and what fits who starts and who answers them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sim.refusal import did_you_mean
from sim.rules.numbers import total
from sim.rules.state import at
from sim.scenario.agency import delegated
from sim.scenario.hints import unchangeable
from sim.scenario.index import changeable_names, voices, with_role
from sim.scenario.references.told import SUM_TOLERANCE, no_such
from sim.scenario.rows import Row, principal
from sim.scenario.schema import CONTEST, NOBODY, Case, Endings, Event


def event_problems(case: Case, rows: dict[str, Row]) -> Iterator[str]:
    """One line for each thing that does not fit in [events]."""
    for name, event in case.events.items():
        where = f"events.{name}"
        yield from no_such(f"{where}.each", "actor", event.each or (), case.actors)
        yield from no_such(f"{where}.same_as", "event", [event.same_as], case.events)
        yield from no_such(f"{where}.calendar", "calendar", [event.calendar], case.calendars)
        if event.initiator == "calendar" and not _dates(case, event):
            yield f"{where}: a calendar event needs `dates`, or a `calendar` that has dates"
    known, asked = changeable_names(case), delegated(case, rows)
    for row in rows.values():
        yield from _row(case, row, known, asked)
        if row.terms is not None:
            rivals = row.terms.rivals
            yield from no_such(f"events.{row.template}.terms.rivals", "event", rivals, [*case.events, *rows])


def _dates(case: Case, event: Event) -> list[str] | None:
    """The months of a calendar event, if there are any."""
    if event.dates or event.calendar not in case.calendars:
        return event.dates
    return case.calendars[event.calendar].dates


def _row(case: Case, row: Row, known: list[str], asked: frozenset[str]) -> Iterator[str]:
    """What is wrong with a row; the rest is not looked at if its actors are none.

    known: what effects may change; asked: rows of which the file asks how far they are approved.
    """
    where = f"events.{row.template}"
    able = with_role(case, "target", "power", "proxy")
    # One line is enough: whoever mistakes a name often gives it to both sides.
    if wrong := [*_strangers(where, row, able)]:
        yield wrong[0]
        return
    yield from _endings(case, where, row)
    yield from _control(case, where, row)
    if row.name in asked:
        yield from _approval(case, where, row)
    computed = [*case.drivers, *case.parameters, *case.calendars]
    for effect in chain.from_iterable(row.effects.values()):
        if effect.key in case.aggregates:
            told = f"is the mean of {', '.join(case.aggregates[effect.key])}; change these"
            yield f"{effect.path}: {effect.key} {told}"
        elif effect.key not in known:
            yield f"{effect.path}: {unchangeable(effect.key, known, computed)}"


def _strangers(where: str, row: Row, able: list[str]) -> Iterator[str]:
    """Who starts or answers it and can do neither."""
    yield from no_such(f"{where}.initiator", "actor", [row.initiator], [*NOBODY, *able])
    yield from no_such(f"{where}.responder", "actor", [row.responder], [CONTEST, *able])


def _endings(case: Case, where: str, row: Row) -> Iterator[str]:
    """Endings that the row cannot have."""
    if row.responder is None:
        yield from _unanswered(where, row)
    if row.effects["executed"] and not _is_between_actors(row):
        yield f"{where}.executed: a threat needs an actor that makes it and an actor that answers"
    if row.endings != Endings() and row.responder != CONTEST:
        yield f"{where}.endings: only what a contest decides has endings with names"
    if row.terms is not None and not _is_at_the_table(case, row):
        yield f"{where}.terms: they are bargained over between the target and a power, one of whom answers"
    has_hazard = row.cancel is not None
    can_be_cancelled = has_hazard and row.lead > 0
    if row.effects["cancelled"] and not can_be_cancelled:
        yield f"{where}.cancelled: only an event with a lead and a [cancel] hazard can be called off"
    if has_hazard and not can_be_cancelled:
        yield f"{where}.cancel: an event without a lead cannot be called off"


def _is_between_actors(row: Row) -> bool:
    """Whether an actor starts it and an actor answers, and neither luck nor the calendar."""
    return row.initiator not in NOBODY and row.responder not in (None, CONTEST)


def _is_at_the_table(case: Case, row: Row) -> bool:
    """Whether one side is the target and the other one a power, itself or by a proxy."""
    if not _is_between_actors(row):
        return False
    sides = [principal(case, side) for side in (row.initiator, row.responder) if side is not None]
    return sorted(case.actors[side].role for side in sides if side in case.actors) == ["power", "target"]


def _unanswered(where: str, row: Row) -> Iterator[str]:
    """What only an answer could bring."""
    if row.effects["refused"]:
        yield f"{where}.refused: nobody can refuse; add a responder"
    if row.response_logit or row.response_shifts:
        yield f"{where}.response_logit: nobody answers; add a responder"


def _approval(case: Case, where: str, row: Row) -> Iterator[str]:
    """Only factions with control of what their own actor starts go beyond it."""
    if row.control.keys().isdisjoint(voices(case, row.initiator)):
        told = f"no faction of {row.initiator} has `control` of it, so {at('unapproved', row.name)}"
        yield f"{where}: {told} is no number; give it `control`, or do not read that"


def _control(case: Case, where: str, row: Row) -> Iterator[str]:
    """Fixed weights are of factions of who decides, of a proxy's patron too."""
    known = [*voices(case, row.initiator), *voices(case, row.responder)]
    for faction in row.control:
        if faction not in known:
            whom = f"{row.initiator} or {row.responder}"
            yield f"{where}.control.{faction}: not a faction of {whom}{did_you_mean(faction, known)}"
    if total(row.control.values()) > 1 + SUM_TOLERANCE:
        yield f"{where}.control: the weights sum to {total(row.control.values()):.6g}, at most 1"
