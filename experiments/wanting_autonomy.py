"""Does it matter how much Mongolia wants its room for manoeuvre?

What autonomy is worth to all factions that value it, times 0 to 3. A want that changes in the course of
events, from June 2024 or from January 2026 on, is an intervention: the world stays as it was, and Mongolia
wants more or less of it than before. Another want that was there all along is a reading: June 2024 is at rest
under it, so that it shows only in what moves away from there. All on the same luck.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.interventions import TABLE
from sim.statistics.contrasts import aligned, bonferroni, contrasts, is_share, paired, side_by_side, told

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
FACTORS = (0.0, 0.5, 1.0, 2.0, 3.0)
NOW, LATER = "The want changes in June 2024", "The want changes in January 2026"
READ = "June 2024 read with another want"
SINCE = {NOW: "2024-06", LATER: "2026-01"}
"""The month of each intervention; a reading has none."""

OUTCOMES = {
    "end.autonomy": ("Autonomy in May 2029", "0 to 1"),
    "end.hedging": ("Hedging index in May 2029", "0 to 1"),
    "first.russian_visit": ("Russian visit by May 2029", "share of runs"),
    "end.share.bloc.West": ("Western share of influence in May 2029", "share"),
    "end.share.bloc.Russia": ("Russian share of influence in May 2029", "share"),
    "end.share.bloc.China": ("Chinese share of influence in May 2029", "share"),
}
NOTES = [
    "Worth of autonomy to all factions that value it; 1 (dotted): as in the scenario. A want that changes is "
    "an intervention and leaves June 2024 as it was; read with another want, June 2024 is at rest under it."
]
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}


def wants(base: sim.Scenario, factor: float) -> dict[str, float]:
    """What autonomy is worth to each faction that values it, multiplied, by path."""
    own = [path for path in base.numbers if path.endswith(".valuations.autonomy")]
    return {path: base.numbers[path] * factor for path in own}


def design(base: sim.Scenario) -> pd.DataFrame:
    """A point for each factor done from each date on, then for each factor read."""
    rows = []
    for month in SINCE.values():
        for factor in FACTORS:
            done = {path: [[month, value]] for path, value in wants(base, factor).items()}
            rows.append(wants(base, 1.0) | {TABLE: done})
    return pd.DataFrame([*rows, *(wants(base, factor) | {TABLE: {}} for factor in FACTORS)])


def answer(rows: pd.DataFrame) -> list[str]:
    """What wanting none and wanting most of it do against the want as given, by how the want is changed."""
    ways = list(dict.fromkeys(rows["lever"]))
    z, given = bonferroni(2 * len(LABELS) * len(ways)), FACTORS.index(1.0)
    lines = ["95 % for all lines together."]
    for place, way in enumerate(ways):
        lines.append(f"{way}:")
        for name, label in LABELS.items():
            values, share = aligned(rows, name)[:, place], is_share(rows, name)
            for end in (0, -1):
                found = paired(values[given], values[end], share, z)
                lines.append(f"  {told(label, found, f'at {FACTORS[end]:g} times the want')}")
    return lines


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = sim.load(SCENARIO)
    rows = order.sweep(base, design(base), list(OUTCOMES))
    way, place = rows["point"] // len(FACTORS), rows["point"] % len(FACTORS)
    rows = rows.assign(lever=way.map(dict(enumerate((*SINCE, READ)))), point=place)
    table = contrasts(rows, LABELS, point=FACTORS.index(1.0))
    table["factor"] = table["point"].map(dict(enumerate(FACTORS)))
    drawn = curves.figure(
        "How much Mongolia wants its room for manoeuvre", table, "factor",
        "Worth of autonomy [multiple]", dict(OUTCOMES.values()), order.provenance(base, 3 * len(FACTORS)),
        NOTES, 1.0,
    )  # fmt: skip
    return Answer(
        table, answer(rows), {"wanting_autonomy": drawn}, side_by_side(table, "factor"), scenario=base
    )


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "wanting_autonomy", study, runs=4000)
