"""What dated facts say of event rows, month by month, and which of them tell nothing of anybody's wants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sim.assimilation.facts import SERIES, Fact
from sim.engine.record import unknown_state
from sim.outcomes.happenings import Happening, happenings_of
from sim.rules.nodes import Node
from sim.rules.reasons import deciders
from sim.rules.structure import Event
from sim.rules.wants import wanted
from sim.scenario.lower import World
from sim.scenario.schema import month_number

NODES = (Node.TOOK_PLACE, Node.PROPOSED, Node.ACCEPTED, Node.REFUSED, Node.EXECUTED, Node.BACKED_DOWN)
"""What can be known of an event of which the odds follow from what it is worth."""

AT_ONCE = (Node.TOOK_PLACE, Node.ACCEPTED)


@dataclass(frozen=True)
class Deed:
    """What is known of something that may happen: months are counted from the first simulated one.

    rows: the event rows of which one happens; node: what happens to it; quiet: months in which it did not;
    came: windows in each of which it did, most of them of one month.
    """

    target: str
    label: str
    rows: tuple[str, ...]
    node: str
    quiet: tuple[int, ...]
    came: tuple[tuple[int, ...], ...]

    @property
    def dated(self) -> tuple[int, ...]:
        """The months of which it is known that it came in them."""
        return tuple(months[0] for months in self.came if len(months) == 1)


@dataclass(frozen=True)
class Known:
    """The deeds that tell of wants, and what is left out, with the reason, by target."""

    deeds: tuple[Deed, ...]
    left_out: dict[str, str]

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of which something is known, each once."""
        return tuple(dict.fromkeys(row for deed in self.deeds for row in deed.rows))

    @property
    def came(self) -> int:
        """How many deeds came."""
        return sum(len(deed.came) for deed in self.deeds)


def known(facts: Iterable[Fact], world: World) -> Known:
    """What facts say of the event rows of a world within its months."""
    happenings = {each.name: each for each in happenings_of(world.scenario)}
    told: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind != SERIES:
            told.setdefault(fact.target, []).append(fact)
    left_out, deeds = dict[str, str](), list[Deed]()
    # what is known of one row says more than what is known of several together
    for target in sorted(told, key=lambda target: (len(happenings[target].events), target)):
        deed = _deed(happenings[target], told[target], world)
        at_once = not any(world.parts.event[row].lead for row in deed.rows)
        deed = _without(deed, deeds, at_once)
        reason = _not_asked(happenings[target], world) or _untold(deed)
        if reason is None:
            deeds.append(deed)
        else:
            left_out[target] = reason
    return Known(tuple(deeds), left_out)


def _not_asked(happening: Happening, world: World) -> str | None:
    """Why a happening tells nothing of wants, whatever is known of it."""
    if not happening.of_events_alone:
        return "asks for more than events"
    if happening.node not in NODES:
        return f"asks whether it was {happening.node}, of which nobody's worth decides"
    rows = [world.parts.event[row] for row in happening.events]
    if any(row.terms is not None for row in rows):
        return "has bargained terms, which hide what it is worth"
    if any(row.answer == "contest" for row in rows):
        return "is decided in a contest of all"
    if not all(deciders(row) for row in rows):
        return "nobody decides it"
    if not any(_wanted(row, world) for row in rows):
        return "changes nothing that who decides it values"
    return None


def _wanted(row: Event, world: World) -> bool:
    """Whether anybody who decides a row cares for what it does."""
    return any(wanted(unknown_state(), world.parts, row, actor) for actor in deciders(row).values())


def _untold(deed: Deed) -> str | None:
    """Why what is known of a deed cannot be used."""
    if not deed.quiet and not deed.came:
        return "nothing is known of it within these months that other rows of the table do not say"
    if not deed.quiet:
        return "only dates on which it came are known: add windows in which it did not"
    return None


def _deed(happening: Happening, facts: Sequence[Fact], world: World) -> Deed:
    start = month_number(world.scenario.case.time.start)
    within = range(start, start + world.months)
    quiet = {month for fact in facts for month in fact.quiet if month in within}
    came = {tuple(m for m in fact.came if m in within and m not in quiet) for fact in facts if fact.came}
    windows = sorted(filter(None, came), key=lambda months: (len(months), months))
    # a year in which it came says nothing more where the month is known
    narrow = [each for place, each in enumerate(windows) if not _holds(each, windows[:place])]
    return Deed(
        happening.name, happening.label, happening.events, happening.node,
        tuple(month - start for month in sorted(quiet)),
        tuple(tuple(month - start for month in months) for months in sorted(narrow)),
    )  # fmt: skip


def _holds(window: Sequence[int], others: Iterable[Sequence[int]]) -> bool:
    return any(set(other) <= set(window) for other in others)


def _without(deed: Deed, others: Iterable[Deed], at_once: bool) -> Deed:
    """A deed without the months in which something is known already of one of its rows."""
    said, same = set[int](), {deed.node}
    # what is not announced takes place as it is accepted
    if at_once and deed.node in AT_ONCE:
        same = set(AT_ONCE)
    for other in others:
        if {other.node, deed.node} <= same and set(other.rows) & set(deed.rows):
            said |= {*other.quiet, *(month for months in other.came for month in months)}
    quiet = tuple(month for month in deed.quiet if month not in said)
    return replace(deed, quiet=quiet, came=tuple(each for each in deed.came if not set(each) & said))
