"""Do the third neighbours' budgets buy Mongolia room for manoeuvre, and where do they stop doing so?

All four budgets are multiplied by the same factor from 0 to 3. Somebody decides that, so it is an
intervention: June 2024 is as it was, and what is measured from it too. Each outcome's curve is named by what
paired differences on the same luck support: it rises, falls, turns, levels off, or does not change beyond
chance.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.interventions import TABLE
from sim.statistics.contrasts import aligned, contrasts, is_share, side_by_side
from sim.statistics.paired import in_words, shape

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
FACTORS = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0])
OUTCOMES = {
    "end.autonomy": ("Autonomy in May 2029", "0 to 1"),
    "end.share.bloc.West": ("Western share of influence in May 2029", "share"),
    "first.russian_visit": ("Russian visit by May 2029", "share of runs"),
    "end.hedging": ("Hedging index in May 2029", "0 to 1"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}


def answer(rows: pd.DataFrame) -> list[str]:
    """The shape of each outcome's curve over the factors."""
    lines = []
    for name, label in LABELS.items():
        values = aligned(rows, name)[:, 0]
        found = shape(FACTORS, values, is_share(rows, name))
        lines.append(f"{label}: {in_words(found, FACTORS, values)}.")
    return lines


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = sim.load(SCENARIO)
    paths = [f"actors.{power}.budget" for power in base.case.blocs["West"]]
    decided = [{path: base.numbers[path] * factor for path in paths} for factor in FACTORS.tolist()]
    rows = order.sweep(base, pd.DataFrame({TABLE: decided}), list(OUTCOMES))
    table = contrasts(rows, LABELS, point=int(np.flatnonzero(FACTORS == 1.0)[0]))
    table["factor"] = FACTORS[table["point"]]
    drawn = curves.figure(
        "Budgets of the third neighbours", table, "factor", "Budgets, multiple of June 2024",
        dict(OUTCOMES.values()), order.provenance(base, len(FACTORS)), ["Dotted: budgets of June 2024."], 1.0,
    )  # fmt: skip
    return Answer(
        table, answer(rows), {"third_neighbour_budgets": drawn}, side_by_side(table, "factor"), scenario=base
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "third_neighbour_budgets", study, runs=4000)
