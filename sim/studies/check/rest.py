"""Does a scenario stand still when nothing happens to it?

What drifts then, drifts because its author says so, or by mistake.
"""

from __future__ import annotations

from dataclasses import replace

from sim.engine.interpreter import history_of, rehearse
from sim.rules.health import HEALTH
from sim.scenario.load import Scenario
from sim.scenario.lower import lower


def drifts(scenario: Scenario) -> dict[str, float]:
    """Change of every recorded number from start to last month without shocks and events, largest first."""
    world = lower(scenario)
    parts = world.parts
    calm = replace(
        parts,
        settings=replace(parts.settings, alignment=replace(parts.settings.alignment, noise=0.0)),
        stocks=tuple(replace(stock, noise=0.0) for stock in parts.stocks),
        events=tuple(replace(event, forbidden=True, forced=False) for event in parts.events),
    )
    history = history_of(world, list(rehearse(replace(world, parts=calm), 1)))
    names = [name for name in world.recorded if name != HEALTH and name in world.start]
    found = {name: float(history.last(name)[0]) - world.start[name] for name in names}
    return dict(sorted(found.items(), key=lambda item: -abs(item[1])))
