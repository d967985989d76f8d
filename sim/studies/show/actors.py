"""Actors in words: where they stand, what they and their factions want, with whom they side, ties."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.index import ties
from sim.scenario.labels import actor_label, plain
from sim.scenario.schema import Actor, Case, Faction
from sim.studies.show.layout import heading, wrapped
from sim.studies.show.words import point, stake, valued

ROLES = {"target": "the target", "power": "a power", "proxy": "a proxy", "domestic": "the domestic supplier"}


def actors_in_words(case: Case) -> Iterator[str]:
    """Who takes part, and what they and their factions want."""
    yield from heading(
        "Who, and what they value (logits per unit; what is not named is worth nothing to them)"
    )
    for name, actor in case.actors.items():
        yield from wrapped(_actor(case, name, actor), hang="    ")
        if actor.valuations:
            yield from wrapped(valued(case, actor.valuations), indent="    ")
        for what, text in actor.salience.items():
            yield from wrapped(f"{_salient(case, what)} times {text}", indent="    ", hang="      ")
        for key, faction in actor.factions.items():
            yield from wrapped(_faction(case, key, faction), indent="  - ", hang="    ")


def ties_in_words(case: Case) -> Iterator[str]:
    """Who draws whom, if powers are tied to one another."""
    bound = list(ties(case))
    if bound:
        yield from heading("What draws powers to others, or repels them where it is negative")
    for one, other, axis, text in bound:
        on = ""
        if axis is not None:
            on = f" on {plain(axis)}"
        yield from wrapped(f"{actor_label(case, one)} to {actor_label(case, other)}{on}: {text}", hang="    ")


def _actor(case: Case, name: str, actor: Actor) -> str:
    """Who an actor is and where it stands at the start."""
    told = f"{actor.label} [{name}], {ROLES[actor.role]}"
    if actor.patron is not None:
        told += f" of {actor_label(case, actor.patron)}"
    if actor.position is not None:
        told += f", position {point(case, actor.position)}"
    if actor.goodwill is not None:
        told += f", goodwill {actor.goodwill:g} at the start"
    return told


def _faction(case: Case, name: str, faction: Faction) -> str:
    """A faction: how much it counts, what it wants, and with whom it sides."""
    told = f"{faction.label} [{name}], clout {faction.clout:g}, ideal {point(case, faction.ideal)}"
    sides = [f"{_side(case, whom)} {how_far:+g}" for whom, how_far in faction.sympathy.items()]
    if sides:
        told += f", sides with {', '.join(sides)}"
    return f"{told}: {valued(case, faction.valuations)}"


def _side(case: Case, name: str) -> str:
    """A power or a bloc by its label."""
    if name in case.actors:
        return actor_label(case, name)
    return plain(name)


def _salient(case: Case, what: str) -> str:
    """What matters more or less to an actor, as the beginning of a sentence."""
    # a stake comes to matter as it is, the links of a channel as what they bring
    if what in case.channels:
        return f"Links in {case.channels[what].label} count"
    return f"{stake(case, what)} counts"
