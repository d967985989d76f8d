"""Can everything that a scenario speaks of happen? Every ending of an event, every posture, and where."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import TypeVar

import numpy as np

from sim.engine.history import NODES, History
from sim.outcomes.postures import posture, posture_names
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.rows import Row
from sim.scenario.templates import members
from sim.scenario.wholes import wholes
from sim.studies.check.trials import Changes, Trials

AS_SHIPPED = "as the scenario stands"
BASE_RUNS, PRESSED_RUNS, CORNER_RUNS = 512, 64, 8
RAISED, CERTAIN = 6.0, 12.0
"""Logits by which a pressed event's base rate is raised, and by which its answer is forced."""

CORNERS = 200
"""Corners of the scenario's ranges that are tried for a posture before it counts as out of reach."""

LEVERS = (
    "actors.*.budget", "quantities.*.start", "couplings.*", "parameters.*", "similarity.*", "influence.*",
    "openness.*", "alignment.anchor", "alignment.pull", "alignment.backlash", "alignment.threshold",
)  # fmt: skip
"""Numbers that a corner moves to an end of their range: spending, stocks, how they act on each other."""

NODE_VERBS = {
    "took_place": "take place",
    "accepted": "be accepted",
    "refused": "be refused",
    "executed": "be executed",
    "backed_down": "be a bluff",
    "cancelled": "be cancelled",
}
"""What an event does at a node, after `to`."""


def endings(world: World) -> Iterator[tuple[str, str]]:
    """(event, node) for everything that could be recorded of the events."""
    for name in world.scenario.rows:
        event = world.parts.event[name]
        if event.forbidden:
            continue
        nodes = ["took_place"]
        if event.can_fail:
            nodes += ["accepted", "refused"]
        if event.is_threat:
            nodes += ["executed", "backed_down"]
        if event.cancel_logit is not None:
            nodes.append("cancelled")
        for node in nodes:
            yield event.name, node


def pressed(scenario: Scenario, row: Row, node: str) -> Changes:
    """A row proposed far more often, and answered so that the node is likely."""
    changes: Changes = {}
    path = f"events.{row.template}.base_logit"
    if path not in scenario.numbers:
        path += "." + row.name.removeprefix(f"{row.template}_")
    if path in scenario.numbers and np.isfinite(row.base_logit):
        changes[path] = min(row.base_logit + RAISED, 49.0)  # logits of 50 and more are refused
    if row.responder is not None:
        # What is to be called off must have been agreed to before.
        yes = node in ("took_place", "accepted", "cancelled")
        changes[f"events.{row.template}.response_logit"] = row.response_logit + _push(yes)
    if row.effects["executed"]:
        changes[f"events.{row.template}.execution_logit"] = row.execution_logit + _push(node == "executed")
    if node == "cancelled" and row.cancel is not None:
        path = f"events.{_owner_of_cancel(scenario, row)}.cancel.base_logit"
        changes[path] = row.cancel.base_logit + RAISED
    return changes


def _push(yes: bool) -> float:
    """Logits that all but force a yes, or a no."""
    if yes:
        return CERTAIN
    return -CERTAIN


def _owner_of_cancel(scenario: Scenario, row: Row) -> str | None:
    """The event whose table says how a row is called off: its own, or the one that it is the same as."""
    event = scenario.case.events[row.template]
    if event.cancel is not None:
        return row.template
    return event.same_as


def corner(scenario: Scenario, number: int) -> Changes:
    """A random corner of the scenario's ranges: each lever stays, or goes to one end of its range."""
    # Seeded by its number, so that a report can be had again.
    rng = np.random.default_rng(number)
    case, changes = scenario.case, {}
    # parts of a whole, such as weights, go nowhere alone
    parts = set(chain.from_iterable(wholes(scenario)))
    known = [path for path in scenario.numbers if path in scenario.provenance and path not in parts]
    for path in filter(_is_lever, known):
        ends = (None, scenario.provenance[path].low, scenario.provenance[path].high)
        end = ends[rng.integers(len(ends))]
        if end is None:
            continue
        if path.startswith("quantities."):
            stocks = members(case, path.split(".")[1])
            # A range may reach beyond what the stock itself may be.
            end = min(max(end, *(stock.low for stock in stocks)), *(stock.high for stock in stocks))
        changes[path] = end
    return changes


def _is_lever(path: str) -> bool:
    return any(fnmatch.fnmatchcase(path, lever) for lever in LEVERS)


def fewest(changes: Changes, does: Callable[[Changes], bool]) -> Changes:
    """Leave out of `changes` what is not needed for `does`: halves first, then ever smaller parts."""
    # Halves first: most of many changes go in a few tries (delta debugging).
    size = len(changes) // 2
    while size:
        paths = list(changes)
        for first in range(0, len(paths), size):
            left_out = paths[first : first + size]
            fewer = {path: value for path, value in changes.items() if path not in left_out}
            if does(fewer):
                changes = fewer
        size //= 2
    return changes


Name = TypeVar("Name")


def _unmet(where: dict[Name, Changes | None]) -> list[Name]:
    """What was not met yet, of what maps to the changes under which it was."""
    return [name for name, met in where.items() if met is None]


class Reach:
    """Where each ending and each posture was met, as the changes of the scenario under which it was."""

    def __init__(self, scenario: Scenario, tell: Callable[[str], None]) -> None:
        self.scenario, self.tell, self.trials = scenario, tell, Trials(scenario)
        self.endings: dict[tuple[str, str], Changes | None] = dict.fromkeys(endings(lower(scenario)))
        # The last name is that of runs which fit no posture: a scenario need not reach it.
        self.postures: dict[str, Changes | None] = dict.fromkeys(posture_names(scenario.case)[:-1])

    def history(self, changes: Changes, runs: int) -> History | None:
        """What happens under some changes; None if they make no valid scenario."""
        try:
            changed = self.scenario.override(changes)
        except ScenarioError:
            return None
        (found,) = self.trials.histories([changes], runs)
        if found is None:
            return self.trials.interpreted(changed, runs)
        return found

    def note(self, changes: Changes, history: History) -> list[str]:
        """Note what is met here for the first time; returns the postures among it."""
        for event, node in _unmet(self.endings):
            if (history.codes(event) & NODES[node]).any():
                self.endings[event, node] = changes
        unmet = _unmet(self.postures)
        new = [name for name in self._postures(history) if name in unmet]
        self.postures.update(dict.fromkeys(new, changes))
        return new

    def _postures(self, history: History) -> list[str]:
        names = posture_names(self.scenario.case)
        return [names[place] for place in np.unique(posture(history)[:, ~history.failed])]

    def search(self) -> None:
        """Try the scenario as it stands, then press what was not met, then try corners of the ranges."""
        self.tell(AS_SHIPPED)
        base = self.history({}, BASE_RUNS)
        assert base is not None
        self.note({}, base)
        self._press()
        for number in range(CORNERS):
            if not _unmet(self.postures):
                break
            self._try_corner(number)

    def _press(self) -> None:
        """Press each ending that was not met."""
        for event, node in _unmet(self.endings):
            self.tell(f"pressing {event} to {NODE_VERBS[node]}")
            changes = pressed(self.scenario, self.scenario.rows[event], node)
            history = self.history(changes, PRESSED_RUNS)
            if history is not None:
                self.note(changes, history)

    def _try_corner(self, number: int) -> None:
        """Try a corner, and leave out of it what the postures that are met there do not need."""
        self.tell(f"corner {number} of the ranges")
        changes = corner(self.scenario, number)
        history = self.history(changes, CORNER_RUNS)
        if history is None:
            return
        for name in self.note(changes, history):
            self.tell(f"what {name} needs")
            self.postures[name] = fewest(changes, partial(self._meets, name))

    def _meets(self, name: str, changes: Changes) -> bool:
        history = self.history(changes, CORNER_RUNS)
        if history is None:
            return False
        return name in self._postures(history)

    @property
    def missing(self) -> list[str]:
        """What was never met."""
        lost = [f"event {event}: never met to {NODE_VERBS[node]}" for event, node in _unmet(self.endings)]
        return lost + [f"posture {name}: never met" for name in _unmet(self.postures)]


def reach(scenario: Scenario, tell: Callable[[str], None] = lambda line: None) -> Reach:
    """Search for everything that the scenario speaks of; `tell` hears what is being tried."""
    found = Reach(scenario, tell)
    found.search()
    return found
