"""Seats: what somebody else decides in the place of an actor (ODD 7.25).

A choice takes the place of what luck, or the rule, would have made of an actor's odds this month; the odds
stay those of the rule, so that others expect of it what they ever did. Without a choice the rule decides, and
the numbers are those of a scenario without seats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sim.rules.bargain import share_of
from sim.rules.choice import Values
from sim.rules.expressions import value_of
from sim.rules.numbers import Number, clip, less, maximum, total, where
from sim.rules.state import Change, at, start_of
from sim.rules.structure import Event, Increment, Parts, State, Terms, Unit
from sim.rules.utility import emphasised

BY_RULE = -1.0
"""A choice that is left to the rule; any that is made is 0 or more."""


def chosen(s: State, name: str, ruled: Number) -> Number:
    """What is chosen; what the rule says where nothing is."""
    return where(less(s[name], 0.0), ruled, s[name])


def aimed(s: State, kind: str, owners: list[tuple[str, ...]], ruled: list[Number]) -> list[Number]:
    """Where a seat's effort or welcome goes, of which where the rule would aim is noted."""
    s.update({at(f"ruled.{kind}", *owner): target for owner, target in zip(owners, ruled, strict=True)})
    return [chosen(s, at(f"chosen.{kind}", *own), target) for own, target in zip(owners, ruled, strict=True)]


def proposes(s: State, event: Event, ruled: Number) -> Number:
    """1 if a seated initiator proposes, 0 if not; what may not be proposed is not, whatever is chosen."""
    choice = s[at("chosen.proposal", event.name)]
    return where(less(choice, 0.0), ruled, choice * s[at("may", event.name)])


def place_in_queue(u: Number, odds: Number) -> Number:
    """Where in the queue of its group a seated initiator's proposal stands, in [0, 1).

    By the same luck that the rule would have had, which is uniform both where it would have proposed and
    where not.
    """
    ruled, beyond = u / maximum(odds, 1e-300), (u - odds) / maximum(1.0 - odds, 1e-300)
    return where(less(u, odds), ruled, beyond)


def answers(s: State, kind: str, event: Event, asked: Number, ruled: Number) -> Number:
    """1 if a seat says yes to what it is asked (1 or 0), be it an offer or whether to carry out a threat."""
    choice = s[at(kind, event.name)]
    return where(less(choice, 0.0), ruled, choice * asked)


def offer_terms(s: State, parts: Parts, event: Event, terms: Terms, values: Values) -> Values:
    """Note what a seated initiator offers, and what a yes is worth with it to who is asked.

    values: of the endings to who is asked, at the terms of the rule.
    """
    ruled, share = s[at("concession", event.name)], share_of(terms, event.responder, parts.target)
    offered = clip(chosen(s, at("chosen.terms", event.name), ruled), 0.0, 1.0)
    s[at("offered", event.name)] = offered
    return replace(values, accepted=values.accepted + share * (offered - ruled))


def leave(s: State, parts: Parts) -> None:
    """The month is over, and with it what was chosen for it."""
    for name in parts.choices:
        s[name] = BY_RULE


# -- what it comes to


def feel(s: State, parts: Parts, event: Event) -> None:
    """Add what actors in seats feel of an event this month [logits]."""
    for actor in parts.seats:
        felt, found = at("felt", actor), list(_felt(s, event, actor))
        if found:
            s[felt] = s[felt] + total(found)


def _felt(s: State, event: Event, actor: str) -> Iterator[Number]:
    name = event.name
    happening = (
        (event.accepted, s[at("took_place", name)]),
        (event.refused, s[at("refused", name)] - s[at("executed", name)]),
        (event.executed, s[at("executed", name)]),
        (event.cancelled, s[at("cancelled", name)]),
    )
    for effects, happens in happening:
        for effect in effects:
            if _is_felt_by(effect, actor):
                yield happens * (effect.size * value_of(s, effect.driver))


def _is_felt_by(effect: Increment, actor: str) -> bool:
    return effect.change is Change.FEEL and effect.key == at("payoff", actor)


def wants(parts: Parts, actor: str) -> tuple[str, ...]:
    """What an actor cares for, by the names of its valuations, in their order."""
    return tuple(dict.fromkeys(key for unit in parts.units[actor] for key in unit.values))


def worths(s: State, parts: Parts, actor: str) -> dict[str, Number]:
    """What the state is worth to an actor [logits], by what it wants: it may move on, its voices do not.

    The margins by which it decides (`sim.rules.utility`) are the slopes of this worth: its factions have the
    clout of the start, since an actor gains nothing by wanting something else.
    """
    units = parts.units[actor]
    return {
        want: emphasised(s, parts, actor, want, _worth(s, parts, actor, units, want))
        for want in wants(parts, actor)
    }


def _worth(s: State, parts: Parts, actor: str, units: Iterable[Unit], want: str) -> Number:
    if want == "alignment":
        return total(_nearness(s, parts, unit) for unit in units)
    value = total(_clout(s, unit) * unit.values.get(want, 0.0) for unit in units)
    return value * level(s, parts, actor, want)


def _clout(s: State, unit: Unit) -> Number:
    if unit.is_faction:
        return s[start_of(unit.clout)]
    return 1.0


def _nearness(s: State, parts: Parts, unit: Unit) -> Number:
    """The quadratic loss of where the target stands beside where a unit wants it."""
    weight = unit.values.get("alignment", 0.0)
    off = [s[axis] - place for axis, place in zip(parts.axes, unit.ideal, strict=True)]
    return 0.0 - _clout(s, unit) * weight * total(each * each for each in off)


def level(s: State, parts: Parts, actor: str, want: str) -> Number:
    """How much there is of what an actor wants; of stocks that are dearer where scarce, weighed so."""
    if want == "influence_share":
        return s[at("share", actor)]
    if want == "buffer":
        return s[at("buffer", actor)]
    if want == "goodwill_by_vulnerability":
        powers = [power.name for power in parts.powers]
        return total(s[at("goodwill", power)] * s[at("vulnerability", power)] for power in powers)
    if want in parts.stakes:
        return value_of(s, parts.drivers[parts.stakes[want].driver])
    stock = parts.stock.get(want)
    if stock is None or stock.curvature is None:
        return s[want]
    return s[want] * (1.0 + stock.curvature * (1.0 - s[want]))


def count_worth(s: State, parts: Parts) -> None:
    """Note what the state is worth to actors in seats, by what they want."""
    for actor in parts.seats:
        for want, worth in worths(s, parts, actor).items():
            s[at("worth", actor, want)] = worth


def told(parts: Parts) -> tuple[str, ...]:
    """Numbers of the state that tell who sits there what it came to."""
    found = [at("worth", actor, want) for actor in parts.seats for want in wants(parts, actor)]
    return (*found, *(at("felt", actor) for actor in parts.seats))
