"""If Russia opens its market only through the EAEU, does Mongolia trade less, join more, and lose the West?

Conditionality [0 to 1] makes a deal outside the union dearer for Russia and touches nothing else; Russia
decides it, so it is an intervention, as are deals that are forbidden or forced. If it drives Mongolia into
the union, then by substitution: where no deal outside is possible at all, it must do nothing. What membership
costs in the West is asked apart, by putting Mongolia into the union in the summer of 2024.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.interventions import TABLE
from sim.statistics.contrasts import aligned, bonferroni, contrasts, is_share, paired, side_by_side, told

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
PATH, POINTS = "parameters.conditionality", np.linspace(0, 1, 6).round(6)
OPEN, CLOSED, MEMBER, OUTSIDE = (
    "As given",
    "No deal outside the union",
    "Full member in 2024",
    "Never a full member",
)
LEVERS: dict[str, dict[str, object]] = {
    OPEN: {},
    CLOSED: {"interventions.forbidden": ["trade_unlinked"]},
    MEMBER: {"interventions.forced": {"eaeu_interim": ["2024-07"], "eaeu_full": ["2024-08"]}},
    OUTSIDE: {"interventions.forbidden": ["eaeu_full"]},
}
OUTCOMES = {
    "count.trade_unlinked": ("Deals outside the union in five years", "deals a run"),
    "first.eaeu_interim": ("Interim deal by May 2029", "share of runs"),
    "first.eaeu_full": ("Full membership by May 2029", "share of runs"),
    "goodwill": ("Goodwill toward the West in May 2029", "0 to 1"),
    "investments": ("Western investments in five years", "investments a run"),
    "end.closeness.bloc.West": ("Closeness to the West in May 2029", "0 to 1"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}


def answer(rows: pd.DataFrame) -> list[str]:
    """What conditionality does with and without deals outside the union, and what membership does in the
    West.
    """
    lever, z = list(LEVERS).index, bonferroni(len(LABELS) + 4)
    full = f"from conditionality {POINTS[0]:g} to {POINTS[-1]:g}"
    lines = ["95 % for all lines together."]
    for name, label in LABELS.items():
        values, share = aligned(rows, name), is_share(rows, name)
        lines.append(told(label, paired(values[0, lever(OPEN)], values[-1, lever(OPEN)], share, z), full))
    values = aligned(rows, "first.eaeu_interim")[:, lever(CLOSED)]
    lines.append(
        told(
            LABELS["first.eaeu_interim"],
            paired(values[0], values[-1], True, z),
            f"{full} with no deal outside possible",
        )
    )
    for name in ("goodwill", "investments", "end.closeness.bloc.West"):
        out, member = aligned(rows, name)[-1, lever(OUTSIDE)], aligned(rows, name)[-1, lever(MEMBER)]
        lines.append(
            told(LABELS[name], paired(out, member, False, z), "with full membership since 2024 against none")
        )
    return lines


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = sim.load(SCENARIO)
    west = base.case.blocs["West"]
    parts = [f"{kind}.{power}" for power in west for kind in ("end.goodwill", "count.invest")]
    keep = [name for name in OUTCOMES if "." in name] + [name.replace("invest.", "invest_") for name in parts]
    decided = pd.DataFrame({TABLE: [{PATH: conditionality} for conditionality in POINTS.tolist()]})
    rows = order.sweep(base, decided, keep, LEVERS)
    rows["goodwill"] = rows[[f"end.goodwill.{power}" for power in west]].mean(axis=1)
    rows["investments"] = rows[[f"count.invest_{power}" for power in west]].sum(axis=1)
    table = contrasts(rows, LABELS, point=0)
    table["conditionality"] = POINTS[table["point"]]
    seen = table[table["lever"] != OUTSIDE]
    drawn = curves.figure(
        "Trade conditional on the Eurasian Economic Union", seen, "conditionality",
        "Conditionality of market access [0 to 1]", dict(OUTCOMES.values()),
        order.provenance(base, seen["lever"].nunique() * len(POINTS)),
    )  # fmt: skip
    return Answer(
        table,
        answer(rows),
        {"eaeu_conditionality": drawn},
        side_by_side(table, "conditionality"),
        scenario=base,
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "eaeu_conditionality", study, runs=2000)
