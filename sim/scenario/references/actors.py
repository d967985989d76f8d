"""Actors: the roles that must be filled, and what each role needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sim.refusal import did_you_mean
from sim.scenario.blocs import written_out
from sim.scenario.hints import unknown
from sim.scenario.index import cells, deciders, place, powers, stocks, valued_names, with_role
from sim.scenario.references.told import no_such, not_one
from sim.scenario.rows import flatten, is_finite, written_twice
from sim.scenario.schema import Actor, Case, Nested

OF_POWERS = {"influence_share": "a share of influence", "buffer": "a buffer between itself and others"}
"""What only a power can value, in words."""


def actor_problems(case: Case) -> Iterator[str]:
    """One line for each thing that does not fit in [actors] and [blocs]."""
    yield from _roles(case)
    known, scalar = valued_names(case), stocks(case)
    for name, actor in case.actors.items():
        where = f"actors.{name}"
        yield from _needed(case, name, actor)
        yield from _means(case, name, actor)
        yield from _factions(where, actor)
        yield from _valuations(case, where, actor, known)
        yield from _moved_by(where, actor, scalar)
    yield from _blocs(case)


def _roles(case: Case) -> Iterator[str]:
    """How many actors there must be of each role."""
    targets = with_role(case, "target")
    if len(targets) != 1:
        yield f'actors: exactly one actor must have role = "target", found {len(targets)}'
    if len(with_role(case, "domestic")) > 1:
        yield 'actors: at most one actor may have role = "domestic"'
    if not powers(case):
        yield 'actors: at least one actor must have role = "power"'


def _needed(case: Case, name: str, actor: Actor) -> Iterator[str]:
    """What a role cannot do without."""
    where = f"actors.{name}"
    # Zero is a value: whether one is there is asked by None alone.
    if actor.role in ("target", "power") and place(case, name) is None:
        yield f"{where}: needs a position, its own or a course under [paths]"
    if actor.role == "power" and actor.goodwill is None and case.goodwill.start is None:
        yield f"{where}: needs goodwill, its own or that of goodwill.start"
    patrons = deciders(case)
    if actor.role == "proxy" and actor.patron not in patrons:
        hint = did_you_mean(actor.patron or "", patrons)
        yield f"{where}.patron: a proxy needs the name of the target or of a power{hint}"
    if actor.theory is not None and name not in patrons:
        yield f"{where}.theory: only the target and powers decide by a theory of their own; leave it out"
    if actor.seat and name not in patrons:
        yield f"{where}.seat: only the target and powers have seats; leave it out"


def _means(case: Case, name: str, actor: Actor) -> Iterator[str]:
    """Capability and effort."""
    where = f"actors.{name}"
    if not actor.effort:
        return
    links = cells(case)
    for channel in actor.effort:
        if (name, channel) not in links:
            yield f"{where}.effort.{channel}: {name} has no link in this channel"
    yield from not_one(f"{where}.effort", "sums", actor.effort.values())


def _factions(where: str, actor: Actor) -> Iterator[str]:
    """What factions need together, and what an actor cannot have beside them."""
    if actor.factions:
        clouts = [faction.clout for faction in actor.factions.values()]
        yield from not_one(f"{where}.factions", "clout sums", clouts)
    if actor.role == "target" and not actor.factions:
        yield f"{where}: the target needs at least one faction"


def _valuations(case: Case, where: str, actor: Actor, known: list[str]) -> Iterator[str]:
    """What an actor, or a faction of it, values."""
    is_power = actor.role == "power"
    yield from _valued(case, f"{where}.valuations", actor.valuations, known, is_power)
    for name, faction in actor.factions.items():
        place = f"{where}.factions.{name}.valuations"
        yield from _valued(case, place, faction.valuations, known, is_power)


def _moved_by(where: str, actor: Actor, scalar: list[str]) -> Iterator[str]:
    """What moves a faction."""
    for name, faction in actor.factions.items():
        for key in faction.moved_by:
            if key not in scalar:
                place = f"{where}.factions.{name}.moved_by.{key}"
                yield f"{place}: no quantity of this name{did_you_mean(key, scalar)}"


def _valued(case: Case, place: str, table: Nested, known: list[str], is_power: bool) -> Iterator[str]:
    # In flatten() one spelling would silently replace the other.
    if twice := written_twice(table):
        yield f"{place}.{twice}: is written twice, in two spellings; write it once"
    for key, value in written_out(case, flatten(table)).items():
        if key not in known:
            hint = unknown(key, known) or "; add a quantity of this name, or leave it out"
            yield f"{place}.{key}: nothing of this name to value{hint}"
        # Share and buffer are those of whoever values them.
        elif key in OF_POWERS and not is_power:
            yield f"{place}.{key}: only a power has {OF_POWERS[key]}; leave it out"
        elif not is_finite(value):
            yield f"{place}.{key}: must be a finite number, not {value!r}"


def _blocs(case: Case) -> Iterator[str]:
    """Every power is in exactly one bloc, and nobody else is in any: so that shares of blocs sum to one."""
    known = powers(case)
    for bloc, names in case.blocs.items():
        if not names:
            yield f"blocs.{bloc}: has no member; name a power, or leave it out"
        yield from no_such(f"blocs.{bloc}", "power", names, known)
    members = list(chain.from_iterable(case.blocs.values()))
    for power in known:
        if members.count(power) != 1:
            yield f"blocs: {power} must be in exactly one bloc, is in {members.count(power)}"
