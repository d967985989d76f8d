"""The month as it is expected: odds in the place of draws, and no shocks (ODD 3).

Every event counts by its odds times its effects. What may be proposed is settled at the start: gates and
waits stay as they are there. What is announced counts as if it fell due at once, so that a loop is as strong
as its odds and effects, however long it takes. Dates of the calendar are inputs of time, and nobody
intervenes.

Source: a mean-field map; its spectral radius says whether a rest point is stable (textbook). What is held,
and that leads are left out, are our assumptions.
"""

from __future__ import annotations

from dataclasses import replace

from sim.rules.expressions import Expression, value_of
from sim.rules.numbers import Number, total
from sim.rules.offers import agree
from sim.rules.state import at
from sim.rules.structure import Event, Parts, State
from sim.rules.timetable import consider, move, take_effect, take_stock, weigh_factions


class _Calm:
    """Luck that brings neither shocks nor draws."""

    def shock(self, name: str) -> Number:
        return 0.0

    def proposal(self, event: str) -> Number:
        raise AssertionError("odds take the place of draws")

    def settle(self, event: str, word: int, needed: Number) -> Number:
        raise AssertionError("odds take the place of draws")


CALM = _Calm()


def expected_month(s: State, parts: Parts) -> None:
    """One month on average, of parts and a state that `hold` has prepared."""
    move(s, parts, CALM)
    consider(s, parts)
    share_proposals(s, parts)
    take_effect(s, parts, expect)
    weigh_factions(s, parts)
    take_stock(s, parts)


def hold(s: State, parts: Parts) -> Parts:
    """The parts of an expected month; gates are noted in the state as they are in it."""
    for event in parts.events:
        if event.gate is not None:
            s[at("gate", event.name)] = value_of(s, event.gate)
    return replace(parts, events=tuple(map(_held, parts.events)), triggers=())


def _held(event: Event) -> Event:
    """An event whose gate is what the state notes of it, and which takes place when it is accepted."""
    gate = event.gate
    if gate is not None:
        gate = Expression("name", gate.text, name=at("gate", event.name))
    # a date comes whatever moves what, and a deed of somebody's is none of the model's
    forbidden = event.forbidden or event.is_dated
    return replace(event, gate=gate, lead=0, cancel_logit=None, forced=False, forbidden=forbidden)


def share_proposals(s: State, parts: Parts) -> None:
    """Odds that each event is proposed; in a group, that it is and goes ahead of the others."""
    for event in parts.events:
        own, rivals = s[at("proposal", event.name)], parts.groups.get(event.group or "", ())
        others = [s[at("proposal", rival.name)] for rival in rivals if rival is not event]
        s[at("proposed", event.name)] = own * ahead_of(others)


def ahead_of(others: list[Number]) -> Number:
    """Odds that what is proposed goes ahead of others, each proposed with some odds, in a fair queue.

    The queue orders those that are proposed by a uniform u each, so another one is behind u with odds
    1 - odds x u: the mean over u of the product of these.

    >>> round(ahead_of([1.0, 1.0]), 3), ahead_of([0.5])
    (0.333, 0.75)
    """
    # the product as a polynomial of u, lowest power first
    product: list[Number] = [1.0]
    for odds in others:
        raised = [0.0, *(odds * each for each in product)]
        product = [one - other for one, other in zip([*product, 0.0], raised, strict=True)]
    return total(each / float(power + 1) for power, each in enumerate(product))


def expect(s: State, event: Event) -> None:
    """The odds of what may become of an event this month, in the place of flags."""
    name = event.name
    proposed = s[at("proposed", name)]
    accepted = proposed * s[at("acceptance", name)]
    refused = proposed - accepted
    s[at("accepted", name)], s[at("refused", name)] = accepted, refused
    s[at("executed", name)] = refused * s[at("execution", name)]
    s[at("took_place", name)], s[at("cancelled", name)] = accepted, 0.0
    if event.terms is not None:
        agree(s, event, accepted)
