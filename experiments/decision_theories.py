"""Which findings are robust to how actors decide, and which hang on the theory of choice?

Each theory is compared with quantal response (qre) on the same futures; a finding is robust if no theory moves it by more than
TOLERANCE, as far as 95 % intervals over all theories together (Bonferroni) can tell.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

import sim
from sim.analysis.paired import matched
from sim.refusal import Refusal
from sim.scenario.schema import THEORIES

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
TOLERANCE = 0.05
"""A probability that moves by less than this counts as the same finding [1]."""


def verdict(low: float, high: float) -> str:
    """Robust if the whole interval lies inside the tolerance, fragile if it lies outside, else open."""
    if low > -TOLERANCE and high < TOLERANCE:
        return "robust"
    return "fragile" if low > TOLERANCE or high < -TOLERANCE else "open"


def side_by_side(base: sim.Scenario, runs: int, seed: int) -> pd.DataFrame:
    """One row per outcome and theory: probability under qre and under the theory, paired difference with its interval."""
    rows, others = [], [theory for theory in THEORIES if theory != "qre"]
    z = NormalDist().inv_cdf(1 - 0.025 / len(others))
    for theory in others:
        found = sim.compare(base.override({"decision.theory": "qre"}), base.override({"decision.theory": theory}), runs, seed)
        for name, outcome in base.case.outcomes.items():
            first, second = (np.isfinite(each).astype(float) for each in found.pair(f"first.{name}"))
            gap = matched(first, second, z)
            rows.append(
                (outcome.label, theory, first.mean(), second.mean(), gap.mean, gap.low, gap.high, verdict(gap.low, gap.high))
            )
    columns = ["outcome", "theory", "qre", "value", "difference", "low", "high", "finding"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Compare, print a table and the answer, write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "decision_theories.csv")
    given = parser.parse_args()
    if given.out.exists():
        sys.exit(f"{given.out} exists; choose another file with --out")
    try:
        table = side_by_side(sim.load(SCENARIO), given.runs, given.seed)
    except (sim.ScenarioError, Refusal, ValueError) as error:
        sys.exit(str(error))
    shown = table.pivot(index="outcome", columns="theory", values="value").assign(qre=table.groupby("outcome")["qre"].first())
    print(f"Probability by the end, {given.runs:,} runs, seed {given.seed}", shown.to_string(float_format="%.3f"), "", sep="\n")
    for outcome, own in table.groupby("outcome", sort=False):
        moved = own[own["finding"] == "fragile"]
        named = ", ".join(f"{row.theory} {row.difference:+.2f}" for row in moved.itertuples())
        print(f"{outcome}: {'fragile (' + named + ')' if named else 'robust' if (own['finding'] == 'robust').all() else 'open'}")
    print("Conditional on the scenario; not a forecast.")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out, index=False)


if __name__ == "__main__":
    main()
