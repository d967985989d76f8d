"""Which findings are robust to how actors decide, and which hang on the theory of choice?

Each theory is compared with quantal response (qre) on the same futures; a finding is robust if no theory
moves it by more than TOLERANCE, as far as 95 % intervals over all theories together (Bonferroni) can tell.
How actors decide is a reading of the world, which nobody changes in the course of events: each theory has its
own June 2024 at rest.
"""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.experiment import Answer, Order, conduct
from sim.scenario.schema import THEORIES
from sim.statistics.paired import matched

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
TOLERANCE = 0.05
"""A probability that moves by less than this counts as the same finding [1]."""


def verdict(low: float, high: float) -> str:
    """Robust if the whole interval lies inside the tolerance, fragile if it lies outside, else open."""
    if low > -TOLERANCE and high < TOLERANCE:
        return "robust"
    if low > TOLERANCE or high < -TOLERANCE:
        return "fragile"
    return "open"


def side_by_side(base: sim.Scenario, order: Order) -> pd.DataFrame:
    """One row per outcome and theory: probability under qre and under the theory, paired difference with its
    interval.
    """
    rows, others = [], [theory for theory in THEORIES if theory != "qre"]
    # Bonferroni: each theory's interval is wider, so that all of them hold at once in 95 %
    z = NormalDist().inv_cdf(1 - 0.025 / len(others))
    worlds = {theory: base.override({"decision.theory": theory}) for theory in THEORIES}
    for theory in tqdm(others, unit=" theories", ncols=100):
        found = sim.compare(worlds["qre"], worlds[theory], order.runs, order.seed)
        for name, outcome in base.case.outcomes.items():
            first, second = (np.isfinite(each).astype(float) for each in found.pair(f"first.{name}"))
            gap = matched(first, second, z)
            rows.append(
                (
                    outcome.label,
                    theory,
                    first.mean(),
                    second.mean(),
                    gap.mean,
                    gap.low,
                    gap.high,
                    verdict(gap.low, gap.high),
                )
            )
    columns = ["outcome", "theory", "qre", "value", "difference", "low", "high", "finding"]
    return pd.DataFrame(rows, columns=columns)


def answer(table: pd.DataFrame) -> list[str]:
    """Each outcome: robust, fragile with the theories that move it, or open."""
    lines = []
    for outcome, own in table.groupby("outcome", sort=False):
        moved = own[own["finding"] == "fragile"]
        named = ", ".join(f"{row.theory} {row.difference:+.2f}" for row in moved.itertuples())
        if named:
            finding = f"fragile ({named})"
        else:
            finding = "robust" if (own["finding"] == "robust").all() else "open"
        lines.append(f"{outcome}: {finding}")
    return lines


def study(order: Order) -> Answer:
    """The theories side by side, and what that says of each outcome."""
    base = sim.load(SCENARIO)
    table = side_by_side(base, order)
    shown = table.pivot(index="outcome", columns="theory", values="value").assign(
        qre=table.groupby("outcome")["qre"].first()
    )
    return Answer(table, answer(table), shown=shown.reset_index(), scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "decision_theories", study, runs=20_000)
