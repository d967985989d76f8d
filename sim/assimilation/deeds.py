"""From dated facts to what runs keep to: which deeds came, and which did not, in which months."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.assimilation.facts import SERIES, Fact
from sim.engine.knowing import Known
from sim.outcomes.happenings import Happening, happenings_of
from sim.rules.known import kept, undone
from sim.rules.nodes import Node
from sim.rules.structure import Deed, Event, Parts
from sim.scenario.lower import World
from sim.scenario.schema import month_number

IMPOSED = (Node.TOOK_PLACE, Node.PROPOSED)
"""What luck can be bent to; all else that is known is kept to by letting go of runs that do otherwise."""


def known_of(world: World, facts: Iterable[Fact], until: int | None = None) -> Known:
    """What facts say of the months of a world, as far as luck can be bent to it.

    What a row does in a month is decided when it is announced, `lead` months before. Of something that came
    within a window of several months nobody knows in which: each run draws one of them. until: the first
    month [from year 0] of which nothing is known; what was to come in it says nothing of those before.
    """
    if until is None:
        until = month_number(world.scenario.case.time.start) + world.months
    told: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind != SERIES:
            told.setdefault(fact.target, []).append(fact)
    possible = [each for each in happenings_of(world.scenario) if each.name in told]
    possible = [each for each in possible if can_be_imposed(world.parts, each)]
    # of one row before of several: what came of the row is then known of them
    possible.sort(key=lambda each: len(each.events))
    deeds = {each.name: _deed(each, told[each.name]) for each in possible}
    plan = _Plan(world, deeds)
    for name, deed in deeds.items():
        for fact in told[name]:
            plan.undo(deed, range(fact.quiet.start, min(fact.quiet.stop, until)))
    for name, deed in deeds.items():
        for fact in told[name]:
            if fact.came.stop <= until:
                plan.do(deed, fact.came)
    return Known(tuple(deeds.values()), plan.series)


def _deed(happening: Happening, facts: Iterable[Fact]) -> Deed:
    by_windows = any(len(fact.came) > 1 for fact in facts)
    return Deed(happening.name, happening.events, Node(happening.node), by_windows)


def can_be_imposed(parts: Parts, happening: Happening) -> bool:
    """Whether it comes if, and only if, luck is bent for its rows."""
    if not happening.of_events_alone or happening.node not in IMPOSED:
        return False
    node = Node(happening.node)
    return all(_is_free(parts.event[row], node) for row in happening.events)


def _is_free(event: Event, node: Node) -> bool:
    """Whether a row that is kept from coming changes nothing for others of its group.

    A refusal does not; whom the queue would have let go ahead in its stead is not known. What somebody forces
    comes whatever luck says.
    """
    if event.forced:
        return False
    return event.group is None or (node is Node.TOOK_PLACE and event.can_fail)


def parting(known: Known, then: Known, until: int) -> int:
    """The first month [after the start] in which runs would know what was not known then, `until` at most.

    So much later has to be what is known of it: a deed is decided before it is done, and a window in which
    something came may begin long before it ends.
    """
    differ = [np.flatnonzero(path != then.series[name]) for name, path in known.series.items()]
    return min([until, *(int(months[0]) for months in differ if len(months))])


class _Plan:
    """Series of what is known, as they are gathered: by name of the state (months,)."""

    def __init__(self, world: World, deeds: dict[str, Deed]) -> None:
        self.event, self.deeds, self.months = world.parts.event, deeds, world.months
        self.start = month_number(world.scenario.case.time.start)
        names = dict.fromkeys(name for deed in deeds.values() for name in self._names(deed))
        self.series = {name: np.zeros(world.months) for name in names}

    def _names(self, deed: Deed) -> list[str]:
        called_off = [row for row in deed.rows if self._can_be_called_off(row, deed)]
        names = [deed.done, *(undone(row, deed.node) for row in deed.rows), *map(kept, called_off)]
        if deed.is_dated_by_windows:
            names += [deed.part, deed.opens]
        return names

    def _one_at_a_time(self, deed: Deed) -> bool:
        """Whether two of its rows are never under way together: what is, is what came."""
        groups = {self.event[row].group for row in deed.rows}
        return len(deed.rows) == 1 or (len(groups) == 1 and None not in groups)

    def _can_be_called_off(self, row: str, deed: Deed) -> bool:
        return deed.node is Node.TOOK_PLACE and self.event[row].can_be_called_off

    def _lead(self, row: str, node: Node) -> int:
        """Months from the decision to the deed."""
        if node is Node.TOOK_PLACE:
            return self.event[row].lead
        return 0

    def undo(self, deed: Deed, months: range) -> None:
        """None of its rows came in some months [from year 0].

        What can be called off may have been announced: of it the weights of runs tell.
        """
        for row in deed.rows:
            if self._can_be_called_off(row, deed):
                continue
            first = months.start - self.start - self._lead(row, deed.node)
            self.series[undone(row, deed.node)][max(first, 0) : max(first + len(months), 0)] = 1.0

    def do(self, deed: Deed, months: range) -> None:
        """One of its rows came in one of some months: it is known in which if there is but one."""
        leads = {self._lead(row, deed.node) for row in deed.rows}
        if not months or len(leads) != 1:
            return
        came = months.start - self.start
        decided = came - leads.pop()
        last = decided + len(months) - 1
        if decided < 0 or last >= self.months or self._is_done(deed, range(decided, last + 1)):
            return
        if last > decided:
            self._within(deed, range(decided, last + 1))
            return
        self.series[deed.done][decided] = 1.0
        for row in deed.rows:
            if self._can_be_called_off(row, deed) and self._one_at_a_time(deed):
                self.series[kept(row)][decided + 1 : came + 1] = 1.0

    def _within(self, deed: Deed, months: range) -> None:
        """It was decided in one of some months [after the start], in some of which it is known not to be.

        What can be called off may have been announced in others too: of it the weights of runs tell.
        """
        if any(self._can_be_called_off(row, deed) for row in deed.rows):
            return
        away = [self.series[undone(row, deed.node)] for row in deed.rows]
        possible = [month for month in months if not all(path[month] for path in away)]
        for left, month in enumerate(reversed(possible), start=1):
            self.series[deed.part][month] = 1.0 / left
        if possible:
            self.series[deed.opens][possible[0]] = 1.0

    def _is_done(self, deed: Deed, months: range) -> bool:
        """Whether what is known to come already is such a deed: to say so again tells nothing more."""
        # what takes place is proposed
        nodes = (deed.node, Node.TOOK_PLACE)
        such = [
            each for each in self.deeds.values() if each.node in nodes and set(each.rows) <= set(deed.rows)
        ]
        names = [name for each in such for name in (each.done, each.part)]
        within = slice(months.start, months.stop)
        return any(self.series[name][within].any() for name in names if name in self.series)
