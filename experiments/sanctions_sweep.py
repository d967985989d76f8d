"""Do sanctions make a Russian visit by December 2024 less likely at once, and more likely once Russia has adapted to them?

Short run: Russia's own state (means, dependence on China, standing) stays where the scenario starts, so that pressure acts only
on the offence that a visit gives. Long run: that state starts at rest under the pressure. All points share the same luck.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.analysis.paired import Shape, in_words, levels, shape
from sim.plots import sweep
from sim.plots.sheet import Provenance
from sim.scenario.lower import lower

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
RUSSIA = ("capability", "dependence_on_china", "status")
HAPPENED, START, MONTHS = "first.russian_visit", "2024-06", 7
SHORT, LONG = "short run", "long run"
OFFENCE = {"Offence as in the scenario": 1.0, "Offence ×1.5": 1.5}
NOTES = [
    "Sanctions pressure is held on its path. Short run: Russia's means, dependence on China and standing frozen as of June 2024. "
    "Long run: all three start at rest under the pressure."
]


def world(base: sim.Scenario, horizon: str, pressure: float, scale: float) -> sim.Scenario:
    """The scenario with sanctions held at a pressure [0, 1] and third neighbours' offence scaled [1]."""
    changes: dict[str, object] = {"paths.sanctions": [[START, pressure]]}
    changes["parameters.offence_scale"] = scale * base.numbers["parameters.offence_scale"]
    if horizon == SHORT:
        begin = lower(base, MONTHS).start
        changes |= {f"paths.{name}": [[START, begin[name]]] for name in RUSSIA}
    return base.override(changes)


def visits(points: list[sim.Scenario], runs: int, seed: int, bar: tqdm) -> np.ndarray:
    """Whether a Russian president visits within the months (points, runs), without runs that failed at any point."""
    outcomes = [sim.run(point, runs, seed, MONTHS, progress=bar.update).outcomes for point in points]
    failed = np.any([frame["failed"] for frame in outcomes], axis=0)
    return np.array([frame[HAPPENED].notna() for frame in outcomes])[:, ~failed]


def answer(found: dict[tuple[str, str], Shape]) -> list[str]:
    """What the shapes say about the reversal and the inverted U."""
    plain, more = OFFENCE
    turned = found[plain, SHORT].whole.sign < 0 < found[plain, LONG].whole.sign
    lines = [f"The reversal (falls in the short run, rises in the long run) {'appears' if turned else 'does not appear'}."]
    bent = found[more, LONG]
    where = f"appears, highest at a pressure of {bent.turn:g}" if bent.kind == "inverted U" else f"does not appear: {bent.kind}"
    return [*lines, f"The inverted U with offence ×1.5 in the long run {where}."]


def main() -> None:
    """Sweep, print the table and what it shows, write both with the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--points", type=int, default=11, help="points of the grid from 0 to 1, at least 2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "sanctions_sweep")
    parser.add_argument("--overwrite", action="store_true", help="replace the results that the folder holds")
    given = parser.parse_args()
    if given.points < 2 or given.runs < 2 or given.seed < 0:
        parser.error("--points and --runs must be at least 2, --seed at least 0")
    if given.out.exists() and any(given.out.iterdir()) and not given.overwrite:
        sys.exit(f"{given.out} is not empty; choose another folder with --out, or replace it with --overwrite")

    base, grid = sim.load(SCENARIO), np.linspace(0.0, 1.0, given.points).round(6)
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    shapes: dict[tuple[str, str], Shape] = {}
    words = [f"{base.title}: sanctions sweep, {given.runs:,} runs at each point, seed {given.seed}.", ""]
    with tqdm(total=4 * given.points * given.runs * MONTHS, unit=" run-months", unit_scale=True, ncols=100) as bar:
        for variant, scale in OFFENCE.items():
            for horizon in (SHORT, LONG):
                points = [world(base, horizon, float(pressure), scale) for pressure in grid]
                happened = visits(points, given.runs, given.seed, bar)
                tables.setdefault(variant, {})[horizon] = levels(grid, happened)
                shapes[variant, horizon] = shape(grid, happened)
                words.append(f"{variant}, {horizon}: {in_words(shapes[variant, horizon], grid, happened)}.")
    words += ["", *answer(shapes), "Conditional on the scenario; not a forecast."]

    rows = pd.concat({(v, h): t for v, curves in tables.items() for h, t in curves.items()}, names=["offence", "horizon"])
    table = rows.reset_index(level=["offence", "horizon"]).rename(columns={"point": "pressure"})
    print(table.to_string(index=False, float_format="%.3f"), *words, sep="\n")
    given.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out / "table.csv", index=False)
    (given.out / "answer.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    drawn = sweep.figure(
        "Sanctions pressure and a Russian visit by December 2024", tables, "Sanctions pressure on Russia [0 to 1]",
        Provenance(base.title, given.runs, given.seed),
        [("probability", "Share of runs with a visit"), ("difference", "Difference from the first point")], NOTES,
    )  # fmt: skip
    drawn.savefig(given.out / "sanctions_sweep.png")


if __name__ == "__main__":
    main()
