"""An event in words: how it begins, how it is answered, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.rules.state import Change, row_of
from sim.scenario.labels import actor_label, faction_label, plain, state_label
from sim.scenario.rows import Effect, Row
from sim.scenario.schema import CONTEST, Case, Terms
from sim.studies.show.layout import wrapped
from sim.studies.show.words import monthly, percent, term

STEPS = {
    "accepted": "If it takes place",
    "refused": "If it is refused",
    "executed": "If the threat is carried out",
    "cancelled": "If it is called off",
}


def event_in_words(case: Case, row: Row, full: bool) -> Iterator[str]:
    """Lines of an event row; unless they are `full`, one row stands for all of its template."""
    event = case.events[row.template]
    stands_for_all = event.each is not None and not full
    if stands_for_all:
        label = f"{event.label} [{row.template}]"
    else:
        label = f"{row.label} [{row.name}]"
    course = [*_beginning(case, row), *_answer(case, row), *_limits(row), *_deciders(case, row)]
    yield from wrapped(f"{label}. {' '.join(course)}", hang="    ")
    if stands_for_all:
        powers = [actor_label(case, power) for power in event.each or ()]
        yield from wrapped(f"One row each for {', '.join(powers)}; shown: {powers[0]}.", indent="    ")
    yield from _consequences(case, row)


def _consequences(case: Case, row: Row) -> Iterator[str]:
    """Lines of what comes of the event, by how it goes."""
    steps = STEPS
    if row.responder == CONTEST:
        steps = {"accepted": f"If {row.endings.accepted}", "refused": f"If {row.endings.refused}"}
    for which, effects in row.effects.items():
        if effects:
            changes = "; ".join(_effect(case, effect) for effect in effects)
            yield from wrapped(f"{steps[which]}: {changes}", indent="    ", hang="      ")


def _beginning(case: Case, row: Row) -> Iterator[str]:
    """How the event begins, in sentences."""
    if row.initiator == "calendar":
        yield f"On set dates: {', '.join(row.dates)}."
    elif row.initiator == "nature":
        yield f"Strikes by chance, {monthly(row.base_logit)}."
    else:
        yield f"{actor_label(case, row.initiator)} may start it, {monthly(row.base_logit)}."
    yield from _shift(case, "More likely with", row.shifts)


def _answer(case: Case, row: Row) -> Iterator[str]:
    """How the event is answered, in sentences."""
    if row.responder == CONTEST:
        yield f"A contest decides, {percent(row.response_logit)} that {row.endings.accepted}."
    elif row.responder is not None:
        yield f"{actor_label(case, row.responder)} answers, {percent(row.response_logit)} yes."
    yield from _shift(case, "The answer shifts with", row.response_shifts)
    if row.effects["executed"]:
        yield f"A refused threat is carried out, {percent(row.execution_logit)}."
    if row.terms is not None:
        yield from _terms(row.terms)


def _terms(terms: Terms) -> Iterator[str]:
    """What the target and a power bargain over, in sentences."""
    worths = f"{terms.to_target:+g} logits to the target, {terms.to_power:+g} to the power"
    yield f"Bargained: terms worth up to {worths}."
    if terms.rivals:
        yield f"Either may wait for {', '.join(terms.rivals)} instead."


def _limits(row: Row) -> Iterator[str]:
    """When the event can happen, and when again, in sentences."""
    if row.gate is not None:
        yield f"Only while {row.gate} > 0."
    if row.lead:
        yield f"Takes place {row.lead} months after the yes."
    if row.cancel is not None:
        yield f"May be called off until then, {monthly(row.cancel.base_logit)}."
    if row.once:
        yield "Once only."
    elif row.cooldown:
        yield f"Then not for {row.cooldown} months."
    if row.retry:
        lost = "failure" if row.responder == CONTEST else "no"
        yield f"After a {lost} not for {row.retry} months."
    if row.group is not None:
        yield f"Shares its turn with the group {plain(row.group)}."


def _deciders(case: Case, row: Row) -> Iterator[str]:
    """Which factions decide, in a sentence."""
    if row.control:
        shares = [f"{faction_label(case, key)} ({value:g})" for key, value in row.control.items()]
        yield f"Decided by {', '.join(shares)}, the rest by clout."


def _shift(case: Case, words: str, shifts: Mapping[str, float]) -> Iterator[str]:
    """What shifts a chance, in a sentence [logits per unit]."""
    if shifts:
        terms = [f"{term(case, text)} ({size:+g})" for text, size in shifts.items()]
        yield f"{words} {', '.join(terms)}."


def _effect(case: Case, effect: Effect) -> str:
    """What an effect adds, and to what."""
    told = state_label(case, effect.key)
    is_felt = row_of(effect.key)[0].change is Change.FEEL
    if is_felt:  # all else is told in its own unit
        told += " (logits)"
    told += f" {effect.size:+g}"
    if effect.times is not None:
        told += f" x {effect.times}"
    return told
