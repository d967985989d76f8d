"""When does hedging end: what if the third neighbours withdraw while a Russia at war and under sanctions
leans wholly on China?

Three shocks from June 2024, alone and together, for ten years: war and sanctions held at their most; Russia's
trade turning to China as far under a given pressure as the range of the scenario allows, which draws Russia's
position after it and makes the two more alike to Mongolia; and the budgets of the third neighbours cut to a
tenth. In between, the map. All three come about in the course of events (interventions): June 2024 is as it
was, and everybody answers to what has changed since.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.experiment import Answer, Order, conduct
from sim.outcomes.postures import posture_names
from sim.scenario.interventions import TABLE
from sim.scenario.labels import posture_label
from sim.statistics.cells import modal
from sim.statistics.contrasts import aligned, bonferroni, contrasts, side_by_side
from sim.statistics.intervals import wilson
from sim.statistics.paired import difference
from sim.studies.sweep.figures import maps
from sim.studies.sweep.figures.axes import Swept

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
TURN, MONTHS = "couplings.dependence_on_china.sanctions", 120
TURNS, BUDGETS = (0.3, 0.375, 0.45, 0.525, 0.6), (1.0, 0.7, 0.4, 0.2, 0.1)
CALM, HELD = "War and sanctions on their course", "War and sanctions at their most"
LEVERS: dict[str, dict[str, object]] = {
    CALM: {},
    HELD: {"war": 1.0, "sanctions": 1.0},
}
ROOM = "Autonomy in May 2034"
POSTURES = {"hedging": "Hedging", "vassal": "Vassal", "west_leaning": "West leaning"}
LABELS = {name: f"{label} in May 2034" for name, label in POSTURES.items()} | {"end.autonomy": ROOM}
SHOCKS = ("war and sanctions", "Russia's turn to China", "third neighbours' withdrawal")


def answer(rows: pd.DataFrame) -> list[str]:
    """What each combination of shocks does to hedging and to autonomy, and how many of them it takes."""
    hedging, vassal, west, autonomy = (
        aligned(rows, name).reshape(len(TURNS), len(BUDGETS), 2, -1) for name in LABELS
    )
    z, ended = bonferroni(8), []
    lines = [
        "Hedging ends where surely fewer than half of the runs hedge (95 % for all eight lines together)."
    ]
    for turned, withdrawn, held in sorted(product((0, 1), repeat=3), key=sum):
        # 0 is the first value, calm, and -1 the last, the shock at its most; its lever is 1
        cell = -turned, -withdrawn, held
        room = difference(np.zeros(hedging.shape[-1]), autonomy[cell], z)
        shocks = [name for name, on in zip(SHOCKS, (held, turned, withdrawn), strict=True) if on]
        low, high = wilson(int(hedging[cell].sum()), hedging.shape[-1], z)
        verdict = verdict_of(low, high)
        if verdict == "ends":
            ended.append(len(shocks))
        named = " + ".join(shocks) or "No shock"
        lines.append(
            f"{named}: hedging {verdict}, "
            f"{hedging[cell].mean():.3f} of the runs ({low:.3f} to {high:.3f}); "
            f"vassals {vassal[cell].mean():.3f}; west leaning {west[cell].mean():.3f}; "
            f"autonomy {autonomy[cell].mean():.3f} ({room.low:.3f} to {room.high:.3f})."
        )
    if not ended:
        return [*lines, "No combination of them ends hedging."]
    return [*lines, f"It takes at least {min(ended)} of the three shocks."]


def verdict_of(low: float, high: float) -> str:
    """What an interval of the share of runs that hedge says: it ends or lasts only where that is sure."""
    if high < 0.5:
        return "ends"
    return "lasts" if low > 0.5 else "is open"


def withdrawn(base: sim.Scenario, factor: float) -> dict[str, float]:
    """The budgets of the third neighbours, multiplied."""
    paths = [f"actors.{power}.budget" for power in base.case.blocs["West"]]
    return {path: base.numbers[path] * factor for path in paths}


def study(order: Order) -> Answer:
    """The map and its corners."""
    base = sim.load(SCENARIO)
    points = pd.DataFrame(list(product(TURNS, BUDGETS)), columns=["turn", "budget"])
    shocks = [{TURN: turn} | withdrawn(base, factor) for turn, factor in product(TURNS, BUDGETS)]
    rows = order.sweep(base, pd.DataFrame({TABLE: shocks}), ["end.autonomy"], LEVERS, MONTHS)
    for name in POSTURES:
        rows[name] = rows["posture"] == name
    table = contrasts(rows, LABELS, 0, CALM).join(points, on="point")
    across = Swept("budget", "Budgets of the third neighbours [multiple of June 2024]", BUDGETS[::-1], 1.0)
    up = Swept(
        "turn", "Russian trade turning to China [share per unit of pressure]", TURNS, base.numbers[TURN]
    )
    known = posture_names(base.case)
    commonest = modal(rows, len(known)).join(points, on="point")
    names = {name: posture_label(base.case, name) for name in known}
    provenance = order.provenance(base, 2 * len(points))
    figures = {
        "postures": maps.postures(
            commonest, commonest[commonest["runs"] == 0], across, up, names, list(LEVERS), provenance
        ),
        "autonomy": maps.means(table, across, up, {ROOM: ROOM}, list(LEVERS), provenance),
    }
    return Answer(
        table, answer(rows), figures, side_by_side(table, "point").join(points, on="point"), scenario=base
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "end_of_hedging", study, runs=400)
