"""How far do long sanctions and a long war together narrow Mongolia's room for manoeuvre, and do they keep
Russian guests away?

The pressure moves to a level in July 2024 and stays; the war keeps its intensity for some years, then falls
to what a ceasefire leaves of it and stays there. No event moves either. Both are decided by somebody, so
both are held by intervention. Six years, so that the anniversary of September 2029 lies inside.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.interventions import TABLE
from sim.statistics.contrasts import aligned, bonferroni, contrasts, paired, side_by_side, told
from sim.statistics.paired import Difference
from sim.studies.sweep.figures import maps
from sim.studies.sweep.figures.axes import Swept

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
PRESSURES, YEARS, MONTHS = (0.1, 0.3, 0.5, 0.7, 0.9), (1, 2, 4, 6), 72
OUTCOMES = {
    "mean.autonomy": ("Autonomy, mean of six years", "0 to 1"),
    "end.autonomy": ("Autonomy in May 2030", "0 to 1"),
    "end.dependence_on_china": ("Russia's dependence on China in May 2030", "share of Russian trade"),
    "count.russian_visit": ("Russian visits in six years", "visits a run"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}


def wars(base: sim.Scenario) -> dict[str, dict[str, object]]:
    """The war as it is held, by its length in years from June 2024."""
    full = base.numbers["quantities.war.start"]
    silent = full + base.numbers["events.ceasefire.effects.war"]
    found = {}
    for years in YEARS:
        end = []
        # a war that outlasts the simulated months has no end in them
        if 12 * years < MONTHS:
            end = [[f"{2024 + years}-06", silent]]
        found[f"War until June {2024 + years}"] = {"war": [["2024-06", full], *end]}
    return found


def together(values: np.ndarray, z: float) -> dict[str, Difference]:
    """What each cause does alone, both together, and both beyond the sum of each alone; values (pressures,
    wars, runs).
    """
    least, harsh, long, both = values[0, 0], values[-1, 0], values[0, -1], values[-1, -1]
    return {
        "with harsher sanctions alone": paired(least, harsh, False, z),
        "with a longer war alone": paired(least, long, False, z),
        "with both": paired(least, both, False, z),
        "with both beyond the sum of each alone": paired(harsh - least, both - long, False, z),
    }


def study(order: Order) -> Answer:
    """The map, and what its four corners say."""
    base = sim.load(SCENARIO)
    start = base.numbers["quantities.sanctions.start"]
    decided = [{"sanctions": [["2024-06", start], ["2024-07", pressure]]} for pressure in PRESSURES]
    rows = order.sweep(base, pd.DataFrame({TABLE: decided}), list(OUTCOMES), wars(base), MONTHS)
    table = contrasts(rows, LABELS, 0, f"War until June {2024 + YEARS[0]}")
    table["pressure"] = table["point"].map(dict(enumerate(PRESSURES)))
    z = bonferroni(4 * len(OUTCOMES))
    words = [
        f"Sanctions {PRESSURES[0]:g} to {PRESSURES[-1]:g}, war of {YEARS[0]} to {YEARS[-1]} years "
        "(95 % for all lines together):"
    ]
    for name, label in LABELS.items():
        words += [told(label, found, cause) for cause, found in together(aligned(rows, name), z).items()]
    drawn = curves.figure(
        "Sanctions and the length of the war", table, "pressure", "Sanctions pressure on Russia [0 to 1]",
        dict(OUTCOMES.values()), order.provenance(base, len(PRESSURES) * len(YEARS)),
        ["Dotted: pressure in June 2024."], start,
    )  # fmt: skip
    flat = table.assign(war=table["lever"].str.removeprefix("War until "), lever="")
    across = Swept("pressure", "Sanctions pressure on Russia [0 to 1]", PRESSURES, start)
    up = Swept("war", "The war lasts until", tuple(flat["war"].unique()))
    ends = {LABELS[name]: LABELS[name] for name in OUTCOMES if name.startswith("end.")}
    over = maps.means(flat, across, up, ends, [""], order.provenance(base, len(PRESSURES) * len(YEARS)))
    return Answer(
        table, words, {"curves": drawn, "map": over}, side_by_side(table, "pressure"), scenario=base
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "sanctions_and_war", study, runs=1000)
