"""Who and what a scenario has, and so which numbers of the state there are: owners by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product

from sim.rules.state import AIMS, MEASURES, STAKES, STATE, Over, Variable, at
from sim.scenario.rows import flatten, principal, rows_called
from sim.scenario.schema import Case

Owner = tuple[str, ...]
"""What a number of the state belongs to: nothing, one name, or a supplier and a channel."""

ROOMS = (
    (Over.NOTHING,), (Over.AXIS,), (Over.POWER_AXIS,), (Over.AGGREGATE,), (Over.QUANTITY,),
    (Over.SUPPLIER, Over.POWER), (Over.PAIR,), (Over.TOWARDS,), (Over.LINK, Over.POWER_LINK), (Over.FACTION,),
    (Over.DECIDER,), (Over.STAKE,), (Over.EVENT,), (Over.DEAL,), (Over.DRIVER,), (Over.BLOC,),
)  # fmt: skip
"""Kinds of owners in the order in which names are listed; the first of a room has the owners of all."""


def with_role(case: Case, *roles: str) -> list[str]:
    """Names of the actors that have one of some roles, in the order of the file."""
    return [name for name, actor in case.actors.items() if actor.role in roles]


def powers(case: Case) -> list[str]:
    """Names of the powers, in the order of the file."""
    return with_role(case, "power")


def suppliers(case: Case) -> list[str]:
    """Powers, then the domestic supplier if there is one."""
    return powers(case) + with_role(case, "domestic")


def deciders(case: Case) -> list[str]:
    """The target and the powers, in the order of the file."""
    return with_role(case, "target", "power")


def factions(case: Case) -> list[str]:
    """Names of the factions of all actors."""
    return [faction for actor in case.actors.values() for faction in actor.factions]


def voices(case: Case, side: str | None) -> list[str]:
    """Factions of who decides for a side of an event, for a proxy its patron; luck and dates have none."""
    deciding = case.actors.get(principal(case, side or ""))
    if deciding is None:
        return []
    return list(deciding.factions)


def cells(case: Case) -> list[tuple[str, str]]:
    """(supplier, channel) pairs with a link: a bandwidth, and a share, be it 0; in the order of the file."""
    found = []
    for name in suppliers(case):
        shares, lines = case.shares.get(name, {}), case.bandwidths.get(name, {})
        linked = [channel for channel in case.channels if lines.get(channel, 0.0) > 0]
        found += [(name, channel) for channel in linked if channel in shares]
    return found


def axes(case: Case, actor: str) -> tuple[str, ...]:
    """Names in the state of an actor's place on each axis: of the target's and of a power's."""
    owner = [actor]
    if case.actors[actor].role == "target":
        owner = []
    return tuple(at("alignment", *owner, axis) for axis in case.alignment.axes)


def axes_in_use(case: Case, actor: str) -> tuple[str, ...]:
    """Those of the axes that are not switched off."""
    # One of two dimensions leaves out the second axis.
    return axes(case, actor)[: case.alignment.dimensions]


def place(case: Case, actor: str) -> list[float] | None:
    """Where an actor stands at the start: as given, else where its courses begin; None without either."""
    courses = [case.paths.get(axis, [("", 0.0)]) for axis in axes(case, actor)]
    given = case.actors[actor].position
    if given is None and not case.paths.keys().isdisjoint(axes(case, actor)):
        return [course[0][1] for course in courses]
    return given


def positions(case: Case) -> list[str]:
    """Names in the state of everybody's place on each axis that is in use."""
    return [name for actor in deciders(case) for name in axes_in_use(case, actor)]


def near(case: Case) -> list[tuple[str, str]]:
    """Pairs of powers whose nearness the file names."""
    own = powers(case)
    return [(one, other) for one, other in case.near if one != other and {one, other} <= {*own}]


def deals(case: Case) -> list[str]:
    """Names of the rows that have terms, their own or those of the event that they are the `same_as`."""
    found = []
    for name, event in case.events.items():
        other = case.events.get(event.same_as or "", event)
        if event.terms is not None or other.terms is not None:
            found += rows_called(case, name)
    return found


def ties(case: Case) -> Iterator[tuple[str, str, str | None, str]]:
    """Who is drawn, towards whom, on which axis (None: on all), and the expression for how strongly."""
    for one, others in case.alignment.ties.items():
        for other, held in others.items():
            if isinstance(held, str):
                yield one, other, None, held
                continue
            for axis, text in held.items():
                yield one, other, axis, text


def owners(case: Case, events: Iterable[str] = ()) -> dict[Over, list[Owner]]:
    """What there is a number of each kind for, in the order of the file."""
    links = cells(case)
    own = powers(case)
    named = {
        Over.QUANTITY: case.quantities, Over.SUPPLIER: suppliers(case), Over.POWER: powers(case),
        Over.FACTION: factions(case), Over.DECIDER: deciders(case), Over.AXIS: case.alignment.axes,
        Over.AGGREGATE: case.aggregates, Over.BLOC: case.blocs, Over.EVENT: events,
        Over.DEAL: deals(case), Over.DRIVER: case.drivers,
    }  # fmt: skip
    found: dict[Over, list[Owner]] = {
        Over.NOTHING: [()],
        Over.LINK: [*links],
        Over.POWER_LINK: [link for link in links if link[0] in own],
        Over.POWER_AXIS: list(product(own, case.alignment.axes)),
        Over.STAKE: list(product(deciders(case), [*STAKES, *sorted(valuations(case) & case.drivers.keys())])),
        Over.PAIR: [*near(case)],
        Over.TOWARDS: [pair for pair in product(deciders(case), own) if pair[0] != pair[1]],
    }
    for over, names in named.items():
        found[over] = [(name,) for name in names]
    return found


def names_of(
    case: Case,
    asked: Callable[[Variable], object],
    table: Collection[Variable] = STATE,
    events: Iterable[str] = (),
) -> list[str]:
    """Names of the rows of a table that are asked for, owner by owner."""
    found = owners(case, events)
    held = {over: frozenset(own) for over, own in found.items()}
    wanted = list(filter(asked, table))
    names = []
    for room in ROOMS:
        rows = [row for row in wanted if row.over in room]
        # Owners in the outer loop: all numbers of one power stand together, then those of the next.
        for owner in found[room[0]]:
            names += [row.of(*owner) for row in rows if owner in held[row.over]]
    return names


def holdable(case: Case) -> list[str]:
    """What can be held, or given a course: every stock, a mean by its members, and everybody's place."""
    return [*stocks(case), *case.aggregates, *positions(case)]


def wandering(case: Case) -> list[str]:
    """Paths that go on by themselves after their last point, in the order of names."""
    return sorted(name for name, then in case.beyond.items() if then == "wander")


def stocks(case: Case) -> list[str]:
    """Every scalar stock: those of the file, goodwill toward each power, and each faction's credit."""
    return names_of(case, lambda row: row.stock)


def state_names(case: Case, events: Iterable[str]) -> list[str]:
    """Names of state that an expression may read."""
    return names_of(case, lambda row: row.read, events=events)


def expression_names(case: Case, events: Iterable[str]) -> list[str]:
    """Names that an expression may read."""
    return [*case.parameters, *case.calendars, *case.drivers, *state_names(case, events)]


def kept_names(case: Case) -> list[str]:
    """Names of the state that every run records, in the order of the file, without axes that are off."""
    every = [name for actor in deciders(case) for name in axes(case, actor)]
    off = set(every).difference(positions(case))
    return [name for name in names_of(case, lambda row: row.kept) if name not in off]


def path_names(case: Case) -> list[str]:
    """Paths that every ensemble keeps: recorded numbers, and what is computed of them."""
    return [*kept_names(case), *names_of(case, lambda row: True, MEASURES)]


def changeable_names(case: Case) -> list[str]:
    """Every key that an effect may have."""
    return names_of(case, lambda row: row.change, (*STATE, *AIMS))


def valued_names(case: Case) -> list[str]:
    """Everything that an actor may value."""
    return [*STAKES, *names_of(case, lambda row: row.valued), *case.drivers]


def valuations(case: Case) -> set[str]:
    """Everything that some actor or faction values."""
    found = set[str]()
    for actor in case.actors.values():
        found.update(flatten(actor.valuations))
        for faction in actor.factions.values():
            found.update(flatten(faction.valuations))
    return found
