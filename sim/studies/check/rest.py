"""Does a scenario stand still when nothing happens to it?

What drifts then, drifts because its author says so, or by mistake.
"""

from __future__ import annotations

from dataclasses import replace

from sim.engine.interpreter import history_of, rehearse
from sim.rules.health import HEALTH
from sim.rules.state import Over, at, row_of
from sim.rules.structure import Parts, Standing
from sim.scenario.load import Scenario
from sim.scenario.lower import lower


def drifts(scenario: Scenario) -> dict[str, float]:
    """Change of every recorded number from start to last month without shocks and events, largest first."""
    world = lower(scenario)
    # where nothing can happen nobody expects anything
    expected = {at("hazard", event.name): 0.0 for event in world.parts.events}
    calm = replace(world, parts=_calm(world.parts), start=world.start | expected, then=())
    # One run shows all: without shocks and events no luck is left.
    history = history_of(world, list(rehearse(calm, 1)))
    found = {}
    for name in world.recorded:
        # terms follow the odds of rivals, which are none here: that is no drift
        if name != HEALTH and name in world.start and row_of(name)[0].over is not Over.DEAL:
            found[name] = float(history.last(name)[0]) - world.start[name]
    return dict(sorted(found.items(), key=_largest_first))


def _calm(parts: Parts) -> Parts:
    """The same without shocks and events."""
    standings = {name: _still(standing) for name, standing in parts.standings.items()}
    stocks = [replace(stock, noise=0.0) for stock in parts.stocks]
    # An event that the scenario forces takes place whatever else is said of it.
    events = [replace(event, forbidden=True, forced=False) for event in parts.events]
    return replace(
        parts,
        standings=standings,
        stocks=tuple(stocks),
        events=tuple(events),
    )


def _still(standing: Standing) -> Standing:
    """The same without shocks."""
    return replace(standing, noise=(None,) * len(standing.axes), wander={})


def _largest_first(change: tuple[str, float]) -> float:
    return -abs(change[1])
