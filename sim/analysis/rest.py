"""Does a scenario stand still when nothing happens to it? What drifts then, drifts because its author says so, or by mistake."""

from __future__ import annotations

import numpy as np

from sim.analysis.rehearsal import history_of, rehearse
from sim.rules.timetable import HEALTH
from sim.scenario.load import Scenario
from sim.scenario.lower import lower


def drifts(scenario: Scenario) -> dict[str, float]:
    """Change of every recorded number from its start to the last month without shocks and events, the largest first."""
    still: dict[str, object] = {path: 0.0 for path in scenario.numbers if path.endswith(".noise")}
    calm = scenario.override(still | {"interventions.forbidden": list(scenario.rows), "interventions.forced": {}})
    world = lower(calm)
    history = history_of(world, list(rehearse(world, 1)))
    names = [name for name in world.recorded if name != HEALTH and name in world.start]
    found = {name: float(history.last(name)[0]) - world.start[name] for name in names}
    return dict(sorted(found.items(), key=lambda item: -np.abs(item[1])))
