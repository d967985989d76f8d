"""Which numbers the reader of a page may move."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sim.engine.ranged import Ranged, ranged_numbers
from sim.engine.uncertain import free_numbers
from sim.refusal import BadInput, ScenarioError
from sim.scenario import index
from sim.scenario.doable import OF_THE_START
from sim.scenario.interventions import key_of
from sim.scenario.levers import sets_of
from sim.scenario.load import Scenario
from sim.scenario.lower import World
from sim.scenario.schema import NOBODY
from sim.scenario.wholes import wholes
from sim.studies.report.model.described import DO, SET, Number, number_at, stock_called
from sim.studies.report.model.named import done_by, read_by

MOST, IN_SIGHT, LISTED = 12, 6, 3
"""Numbers of a page at most; how many of what is done, and of what is assumed, always find room there; and
how many of those without are named.
"""


@dataclass
class Choice:
    """The numbers of a page; left_out gathers what cannot be moved there, each with a reason.

    drivers: names of entries of [uncertain], those first that explain most; all others follow as in the file.
    begun: whether runs have a past, which no number of the start changes any more.
    """

    world: World
    left_out: list[str] = field(default_factory=list)
    drivers: Sequence[str] = ()
    begun: bool = False

    @property
    def scenario(self) -> Scenario:
        return self.world.scenario

    def numbers(self) -> list[Number]:
        """At most MOST: what the file names, else what is done and doubted most plainly.

        Raises ScenarioError for a name that means nothing.
        """
        page = self.scenario.case.page
        does, assumes = page.does, page.assumes
        if does is None:
            does = list(self._doable())[:IN_SIGHT]
        if assumes is None:
            assumes = list(self._doubted())
        keys, paths = done_by(self.scenario, does), read_by(self.scenario, assumes)
        ranges = self._ranges([*keys, *paths])
        done = [self._done(key, ranges) for key in keys]
        read = [self._number(SET, path, ranges) for path in paths]
        return self._fitted(list(filter(None, done)), list(filter(None, read)))

    def _fitted(self, done: list[Number], read: list[Number]) -> list[Number]:
        """As many as a page has room for: neither kind takes the room of the other's first IN_SIGHT."""
        does = min(len(done), max(IN_SIGHT, MOST - len(read)))
        assumes = MOST - does
        for place, cut in (("does", done[does:]), ("assumes", read[assumes:])):
            if cut:
                self._leave(f"page.{place}", f"{shortened(cut)} (a page moves {MOST} numbers at most)")
        return [*done[:does], *read[:assumes]]

    def _ranges(self, paths: Iterable[str]) -> dict[str, Ranged]:
        """Between which values numbers may be, by path, as far as the scenario takes them."""
        known = [path for path in paths if path in self.scenario.numbers]
        try:
            return {entry.name: entry for entry in ranged_numbers(self.scenario, known)}
        except BadInput:  # none of them has a range
            return {}

    def _doable(self) -> Iterator[str]:
        """What levers set that set one thing, and stocks that nobody in the scenario moves."""
        raw, case = self.scenario.raw, self.scenario.case
        for lever in case.levers.values():
            sets = sets_of(raw, case, lever)
            is_plain = len(sets.all) == 1 and not sets.others
            if is_plain:
                yield sets.all[0]
        moved = set(case.couplings)
        for event in self.world.parts.events:
            if event.initiator not in NOBODY:
                moved |= {effect.key for effect in event.effects}
        yield from (name for name in case.quantities if name not in moved)

    def _doubted(self) -> Iterator[str]:
        """Entries of [uncertain] that are one number, the largest drivers first."""
        order = {name: place for place, name in enumerate(self.drivers)}
        for entry in sorted(free_numbers(self.scenario), key=lambda each: order.get(each.name, len(order))):
            if len(entry.paths) == 1:
                yield entry.paths[0]

    def _done(self, key: str, ranges: Mapping[str, Ranged]) -> Number | None:
        """A number of what somebody does; None if it cannot be done here."""
        if key in index.holdable(self.scenario.case):
            found = self._held(key)
        else:
            found = self._number(DO, key, ranges)
        if found is None:
            return None
        told = self._undoable(found)
        if told is not None:
            return self._leave(key, told)
        return found

    def _undoable(self, number: Number) -> str | None:
        """Why nobody can do it, or only the scenario itself; None if somebody can."""
        case, raw = self.scenario.case, self.scenario.raw
        if number.path in [key_of(raw, case, name) for name in case.interventions.changes]:
            return "the scenario itself says when it is done"
        # asked by doing it, as a command would
        try:
            self.scenario.intervene({number.path: number.value})
        except ScenarioError as error:
            return error.problems[0]
        return None

    def _held(self, name: str) -> Number | None:
        """A stock, if it may be held."""
        case = self.scenario.case
        members = case.aggregates.get(name, {})
        if not case.paths.keys().isdisjoint([name, *members]):
            return self._leave(name, "stands on a course of the scenario's own")
        return stock_called(self.world, name)

    def _number(self, kind: str, path: str, ranges: Mapping[str, Ranged]) -> Number | None:
        """A number of the file, if it may be moved alone."""
        if any(path in whole for whole in wholes(self.scenario)):
            return self._leave(path, "comes to one with others")
        if path not in ranges:
            return self._leave(path, "is no number of the months that has a range")
        if self.begun and any(fnmatch.fnmatchcase(path, each) for each in OF_THE_START):
            return self._leave(path, "is of the start, which is past")
        return number_at(self.scenario, kind, ranges[path])

    def _leave(self, name: str, why: str) -> Number | None:
        """Note that something is left out, and why; no number."""
        self.left_out.append(f"{name}: {why}")
        return None


def shortened(numbers: Sequence[Number]) -> str:
    """The first paths of some numbers, and how many more there are."""
    told = ", ".join(number.path for number in numbers[:LISTED])
    more = len(numbers) - LISTED
    return f"{told} and {more} more" if more > 0 else told
