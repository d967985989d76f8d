"""Histories written by hand: what every path and event of a few runs is, month by month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.engine.history import NODES, History
from sim.engine.machine import LANES
from sim.rules.health import HEALTH
from sim.scenario.lower import World

Marks = Mapping[tuple[str, str, int], object]


def history(world: World, runs: int, values: Mapping[str, object], events: Marks | None = None) -> History:
    """A history in which paths are `values[name]`, broadcast to (months, runs), else 0; events {(event, node,
    month): runs}.
    """
    groups = -(-runs // LANES)
    raw = np.zeros((groups, world.months, len(world.recorded), LANES))
    codes = np.zeros((groups, world.months, len(world.parts.events), LANES), dtype=np.uint8)
    names = [event.name for event in world.parts.events]
    for name, path in {HEALTH: 0.0, **values}.items():
        spread = np.broadcast_to(np.asarray(path, dtype=float), (world.months, runs))
        for run in range(runs):
            raw[run // LANES, :, world.recorded.index(name), run % LANES] = spread[:, run]
    for (event, node, month), affected in (events or {}).items():
        for run in np.atleast_1d(affected):
            codes[run // LANES, month, names.index(event), run % LANES] |= NODES[node]
    return History(world, np.arange(runs, dtype=np.uint64), raw, codes)
