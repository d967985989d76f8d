"""What does dependence on Russian fuel cost Mongolia in room and in threats, and how much of it does its own
refinery take back?

Russia's share of imported fuel from the start, a reading of June 2024; what Russia does not supply, Mongolia
does (China's share stays as it is). The refinery comes on stream in January 2028 or never, which somebody
decides (an intervention). Seven years, to see what it has changed by May 2031.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.statistics.contrasts import (
    aligned,
    bonferroni,
    contrasts,
    is_share,
    paired,
    portion,
    side_by_side,
    told,
)

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
SHARES, MONTHS = np.array([0.40, 0.55, 0.70, 0.80, 0.87, 0.93]), 84
NEVER, COMES = "No refinery", "Refinery in January 2028"
LEVERS: dict[str, dict[str, object]] = {
    NEVER: {"interventions.forbidden": ["refinery"]},
    COMES: {"interventions.forced": {"refinery": ["2028-01"]}},
}
OUTCOMES = {
    "end.autonomy": ("Autonomy in May 2031", "0 to 1"),
    "end.vulnerability.Russia": ("Vulnerability to Russia in May 2031", "0 to 1"),
    "first.russian_threat": ("Russian threat to cut fuel by May 2031", "share of runs"),
    "count.russian_visit": ("Russian visits in seven years", "visits a run"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}


def answer(rows: pd.DataFrame) -> list[str]:
    """What fuel does without a refinery, what the refinery does at today's share, and how much that takes
    back.
    """
    z, lines = bonferroni(3 * len(LABELS)), ["95 % for all lines together."]
    for name, label in LABELS.items():
        values, share = aligned(rows, name), is_share(rows, name)
        little, much, refined = values[0, 0], values[-1, 0], values[-1, 1]
        relief = paired(much, refined, share, z)
        lines.append(
            told(
                label,
                paired(little, much, share, z),
                f"from a Russian share of {SHARES[0]:g} to {SHARES[-1]:g}",
            )
        )
        lines.append(told(label, relief, f"with the refinery at a share of {SHARES[-1]:g}"))
        back = portion(much - refined, much - little, z)
        if relief.sign and np.isfinite(back.mean):
            lines.append(
                f"  The refinery takes back {back.mean:.0%} of what dependence does to it "
                f"({back.low:.0%} to {back.high:.0%})."
            )
    return lines


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = sim.load(SCENARIO)
    own = 1 - base.case.shares["China"]["energy"] - SHARES
    points = pd.DataFrame({"shares.Russia.energy": SHARES, "shares.domestic.energy": own.round(6)})
    rows = order.sweep(base, points, list(OUTCOMES), LEVERS, MONTHS)
    table = contrasts(rows, LABELS, point=0)
    table["share"] = SHARES[table["point"]]
    drawn = curves.figure(
        "Russian fuel and Mongolia's own refinery", table, "share",
        "Russia's share of imported fuel at the start", dict(OUTCOMES.values()),
        order.provenance(base, 2 * len(SHARES)), ["Dotted: share in June 2024."],
        base.numbers["shares.Russia.energy"],
    )  # fmt: skip
    return Answer(
        table, answer(rows), {"fuel_and_refinery": drawn}, side_by_side(table, "share"), scenario=base
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "fuel_and_refinery", study, runs=2000)
