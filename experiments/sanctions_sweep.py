"""Do sanctions make a Russian visit by December 2024 less likely at once, and more likely once Russia has
adapted to them?

Short run: somebody holds the pressure from June 2024 on (an intervention), and Russia's own state (means,
dependence on China, standing) stays where it is, so that pressure acts on everything but that. Long run: a
world in which the pressure was there all along (a reading), so that this state starts at rest under it. All
points share the same luck.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.experiment import Answer, Order, conduct
from sim.scenario.lower import lower
from sim.statistics.paired import Shape, in_words, levels, shape
from sim.studies.sweep.figures import lines as sweep

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
RUSSIA = ("capability", "dependence_on_china", "status")
OFFENCES = "parameters.offence_scale"
HAPPENED, START, MONTHS = "first.russian_visit", "2024-06", 7
GRID = np.linspace(0.0, 1.0, 11).round(6)
SHORT, LONG = "short run", "long run"
OFFENCE = {"Offence as in the scenario": 1.0, "Offence ×1.5": 1.5}
NOTES = [
    "Sanctions pressure is held. Short run: from June 2024 on (an intervention), "
    "with Russia's means, dependence on China and standing frozen. "
    "Long run: all along (a reading), so that all three start at rest under it."
]


def world(base: sim.Scenario, horizon: str, pressure: float, scale: float) -> sim.Scenario:
    """The scenario with sanctions held at a pressure [0, 1] and third neighbours' offence scaled [1]."""
    read = base.override({OFFENCES: scale * base.numbers[OFFENCES]})
    if horizon == LONG:
        return read.override({"paths.sanctions": [[START, pressure]]})
    begin = lower(read, MONTHS).start
    return read.intervene({"sanctions": pressure} | {name: begin[name] for name in RUSSIA})


def visits(points: list[sim.Scenario], runs: int, seed: int, bar: tqdm) -> np.ndarray:
    """Whether a Russian president visits within the months (points, runs), without runs that failed at any
    point.
    """
    outcomes = [sim.run(point, runs, seed, months=MONTHS, progress=bar.update).outcomes for point in points]
    failed = np.any([frame["failed"] for frame in outcomes], axis=0)
    return np.array([frame[HAPPENED].notna() for frame in outcomes])[:, ~failed]


def answer(found: dict[tuple[str, str], Shape]) -> list[str]:
    """What the shapes say about the reversal and the inverted U."""
    plain, more = OFFENCE
    turned = found[plain, SHORT].whole.sign < 0 < found[plain, LONG].whole.sign
    lines = [
        "The reversal (falls in the short run, rises in the long run) "
        f"{'appears' if turned else 'does not appear'}."
    ]
    bent = found[more, LONG]
    where = f"does not appear: {bent.kind}"
    if bent.kind == "inverted U":
        where = f"appears, highest at a pressure of {bent.turn:g}"
    return [*lines, f"The inverted U with offence ×1.5 in the long run {where}."]


def study(order: Order) -> Answer:
    """The two curves of each offence, their shapes, and what the shapes say."""
    base = sim.load(SCENARIO)
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    shapes, words = dict[tuple[str, str], Shape](), list[str]()
    with order.progress(4 * len(GRID) * order.runs * MONTHS) as bar:
        for variant, scale in OFFENCE.items():
            for horizon in (SHORT, LONG):
                points = [world(base, horizon, float(pressure), scale) for pressure in GRID]
                happened = visits(points, order.runs, order.seed, bar)
                tables.setdefault(variant, {})[horizon] = levels(GRID, happened)
                shapes[variant, horizon] = shape(GRID, happened)
                words.append(f"{variant}, {horizon}: {in_words(shapes[variant, horizon], GRID, happened)}.")
    rows = pd.concat(
        {(v, h): t for v, own in tables.items() for h, t in own.items()}, names=["offence", "horizon"]
    )
    table = rows.reset_index(level=["offence", "horizon"]).rename(columns={"point": "pressure"})
    drawn = sweep.figure(
        "Sanctions pressure and a Russian visit by December 2024", tables,
        "Sanctions pressure on Russia [0 to 1]", order.provenance(base, 4 * len(GRID)),
        [("probability", "Share of runs with a visit"), ("difference", "Difference from the first point")],
        NOTES,
    )  # fmt: skip
    return Answer(table, [*words, "", *answer(shapes)], {"sanctions_sweep": drawn}, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "sanctions_sweep", study, runs=20_000)
