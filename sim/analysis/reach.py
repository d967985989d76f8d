"""Can everything that a scenario speaks of happen? Every event, every ending of an event, every posture, and where it was met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from sim.analysis.rehearsal import history_of, rehearse
from sim.history import NODES, History
from sim.outcomes import posture, posture_names
from sim.scenario.load import Scenario, ScenarioError
from sim.scenario.lower import World, lower
from sim.scenario.rows import Row

AS_SHIPPED = "as the scenario stands"
BASE_RUNS, STRESS_RUNS = 512, 64
RAISED, CERTAIN = 6.0, 12.0
"""Logits by which a stress variant raises a base rate, and by which it forces an answer."""

Variant = tuple[str, dict[str, Any]]


def endings(world: World) -> Iterator[tuple[str, str]]:
    """(event, node) for everything that could be recorded of the events."""
    for event in world.parts.events:
        if event.forbidden:
            continue
        nodes = ["took_place"]
        if event.answer != "nobody":
            nodes += ["accepted", "refused"]
        if event.is_threat:
            nodes += ["executed", "backed_down"]
        if event.cancel_logit is not None:
            nodes.append("cancelled")
        yield from ((event.name, node) for node in nodes)


def base_logit_path(scenario: Scenario, row: Row) -> tuple[str, float] | None:
    """Where the file gives the base logit of a row, and its value; None for events of the calendar."""
    if row.initiator == "calendar":
        return None
    path = f"events.{row.template}.base_logit"
    if path not in scenario.numbers:
        path += "." + row.name.removeprefix(f"{row.template}_")
    return path, row.base_logit


def stress_event(scenario: Scenario, row: Row, node: str) -> dict[str, Any]:
    """A row proposed far more often, and answered so that the node is likely."""
    changes: dict[str, Any] = {}
    base = base_logit_path(scenario, row)
    if base is not None and np.isfinite(base[1]):
        changes[base[0]] = min(base[1] + RAISED, 49.0)
    if row.responder is not None:
        yes = node in ("took_place", "accepted", "cancelled")
        changes[f"events.{row.template}.response_logit"] = row.response_logit + (CERTAIN if yes else -CERTAIN)
    if row.effects["executed"]:
        changes[f"events.{row.template}.execution_logit"] = row.execution_logit + (CERTAIN if node == "executed" else -CERTAIN)
    if node == "cancelled" and row.cancel is not None:
        owner = row.template if scenario.case.events[row.template].cancel is not None else scenario.case.events[row.template].same_as
        changes[f"events.{owner}.cancel.base_logit"] = row.cancel.base_logit + RAISED
    return changes


def stress_variants(scenario: Scenario) -> Iterator[Variant]:
    """Corners of the scenario's own ranges: stocks at their ends, blocs strong and weak, factions in charge, both together."""
    case, ranges = scenario.case, scenario.provenance

    def ends(paths: list[str], high: bool) -> dict[str, Any]:
        return {path: (ranges[path].high if high else ranges[path].low) for path in paths if path in ranges}

    for name, quantity in case.quantities.items():
        path = f"quantities.{name}.start"
        if path in ranges and quantity.start != "rest":
            yield f"{name} low", {path: max(ranges[path].low, quantity.low)}
            yield f"{name} high", {path: min(ranges[path].high, quantity.high)}
    alike = ends([f"similarity.{name}.strength" for name in case.similarity], True)
    loose = ends(["alignment.anchor"], False) | ends(["alignment.pull"], True) | ends(["alignment.backlash"], False)
    pressed = {
        f"quantities.{name}.start": min(ranges[f"quantities.{name}.start"].high, quantity.high)
        for name, quantity in case.quantities.items()
        if f"quantities.{name}.start" in ranges and quantity.start != "rest" and name in _outside(scenario)
    }
    blocs: list[Variant] = []
    for bloc, members in case.blocs.items():
        strong = ends([f"actors.{name}.budget" for name in members], True)
        weak = ends([f"actors.{name}.budget" for other, names in case.blocs.items() if other != bloc for name in names], False)
        only_weak = ends([f"actors.{name}.budget" for name in members], False)
        blocs += [(f"{bloc} strong", strong), (f"{bloc} weak", only_weak), (f"{bloc} strong, others weak", strong | weak)]
    factions: list[Variant] = []
    target = next(name for name, actor in case.actors.items() if actor.role == "target")
    for name in case.actors[target].factions:
        factions.append((f"{name} in charge", _in_charge(scenario, target, name, 0.9)))
    yield from blocs
    yield from factions
    for label, changes in blocs:
        yield f"{label}, powers alike, position loose", changes | alike | loose
        yield f"{label}, powers alike, position loose, stocks high", changes | alike | loose | pressed
        for other, more in factions:
            yield f"{label}, {other}, position loose", changes | more | loose


def _outside(scenario: Scenario) -> set[str]:
    """Stocks that no coupling moves and that move others: the world outside."""
    texts = " ".join(text for sources in scenario.case.couplings.values() for text in sources)
    return {name for name in scenario.case.quantities if name not in scenario.case.couplings and name in texts}


def _in_charge(scenario: Scenario, actor: str, faction: str, clout: float) -> dict[str, Any]:
    factions = scenario.case.actors[actor].factions
    others = 1.0 - factions[faction].clout
    shares = {name: clout if name == faction else each.clout * (1 - clout) / (others or 1.0) for name, each in factions.items()}
    return {f"actors.{actor}.factions.{name}.clout": share for name, share in shares.items()}


class Reach:
    """Where each ending and each posture was met first, filled in while variants are rehearsed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        world = lower(scenario)
        self.endings: dict[tuple[str, str], str | None] = dict.fromkeys(endings(world))
        self.postures: dict[str, str | None] = dict.fromkeys(posture_names(scenario.case)[:-1])
        self.histories: list[History] = []

    def rehearse(self, label: str, changes: dict[str, Any], runs: int) -> None:
        """Run one variant and note what is met there for the first time; a variant that is no valid scenario is skipped."""
        try:
            world = lower(self.scenario.override(changes))
        except ScenarioError:
            return
        history = history_of(world, list(rehearse(world, runs)))
        for (event, node), met in self.endings.items():
            if met is None and (history.codes(event) & NODES[node]).any():
                self.endings[event, node] = label
        names = posture_names(world.scenario.case)
        for place in np.unique(posture(history)):
            name = names[place]
            if name in self.postures and self.postures[name] is None:
                self.postures[name] = label
                self.histories.append(history)

    @property
    def missing(self) -> list[str]:
        """What no variant has met."""
        lost = [f"event {event}: never {node.replace('_', ' ')}" for (event, node), met in self.endings.items() if met is None]
        return lost + [f"posture {name}: never met" for name, met in self.postures.items() if met is None]


def reach(scenario: Scenario, progress: Callable[[str], None] | None = None) -> Reach:
    """Rehearse the scenario as it stands, then stress variants until everything has been met or they are used up."""
    found = Reach(scenario)
    tell = progress or (lambda line: None)
    tell(AS_SHIPPED)
    found.rehearse(AS_SHIPPED, {}, BASE_RUNS)
    for event, node in list(found.endings):
        if found.endings[event, node] is None:
            label = f"{event} pressed to be {node.replace('_', ' ')}"
            tell(label)
            found.rehearse(label, stress_event(scenario, scenario.rows[event], node), STRESS_RUNS)
    for label, changes in stress_variants(scenario):
        if all(found.postures.values()):
            break
        tell(label)
        found.rehearse(label, changes, STRESS_RUNS)
    return found


