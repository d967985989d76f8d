"""Does competition of the great powers make third neighbours more vital, and to whom?

Rivalry is held at 0.2 to 1 from June 2024 on (an intervention). It acts over two links: the sharper it is,
the more room for manoeuvre is worth to Mongolia, which courts third neighbours; and the more Mongolia is
worth to them, whose purses open and whose ranks close. Each link is cut alone, then both: what is gone of the
effect without a link is what that link carries. All on the same luck.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.interventions import TABLE
from sim.scenario.load import parse
from sim.scenario.lower import lower
from sim.statistics.contrasts import aligned, bonferroni, contrasts, paired, portion, side_by_side, told

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
RIVALRY = (0.2, 0.4, 0.6, 0.8, 1.0)
BOTH, NOT_HERS, NOT_THEIRS, NEITHER = (
    "Both links",
    "Room is worth what it was to Mongolia",
    "Mongolia is worth what it was to third neighbours",
    "Neither link",
)
HERS, THEIRS = {"parameters.vital": 0.0}, {"parameters.rally": 0.0}
LEVERS: dict[str, dict[str, object]] = {BOTH: {}, NOT_HERS: HERS, NOT_THEIRS: THEIRS, NEITHER: HERS | THEIRS}
LINKS = {"what room is worth to Mongolia": NOT_HERS, "what Mongolia is worth to them": NOT_THEIRS}
"""Links by the arm that cuts them."""

WELCOME = "welcome_west"
OUTCOMES = {
    "count.outreach_asked": ("Mongolia courts a third neighbour", "offers a run in five years"),
    "openness": ("Openness to the West in May 2029", "multiple of the mean over powers"),
    "count.invest_asked": ("Third neighbours offer to invest", "offers a run in five years"),
    "count.third_neighbour_visit": ("Visits of third neighbours' leaders", "visits a run in five years"),
    "end.share.bloc.West": ("Western share of influence in May 2029", "share"),
    "end.autonomy": ("Autonomy in May 2029", "0 to 1"),
    "count.russian_visit": ("Visits of a Russian president", "visits a run in five years"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}
ASKED = {
    "How vital third neighbours are to Mongolia:": ["count.outreach_asked", "openness"],
    "How vital Mongolia is to third neighbours:": ["count.invest_asked", "count.third_neighbour_visit"],
    "What comes of it:": ["end.share.bloc.West", "end.autonomy", "count.russian_visit"],
}
NOTES = [
    "Rivalry is held from June 2024 on; dotted: its value in June 2024. Cut links: parameters.vital = 0 "
    "(Mongolia's) and parameters.rally = 0 (third neighbours')."
]


def asking() -> sim.Scenario:
    """The scenario, asked what it does not record by itself: offers, taken or not, and Mongolia's welcome."""
    given = sim.load(SCENARIO)
    west, asked = given.case.blocs["West"], {}
    for kind in ("outreach", "invest"):
        rows = [f"{kind}_{power}" for power in west]
        asked[f"{kind}_asked"] = {"label": f"{kind} proposed", "any_of": rows, "node": "proposed", "by": []}
    welcome = {WELCOME: " + ".join(f"openness.{power}" for power in west)}
    more = {"outcomes": given.raw["outcomes"] | asked, "drivers": given.raw["drivers"] | welcome}
    return parse(given.raw | more, given.name, sourced=True, source=given.source)


def answer(rows: pd.DataFrame) -> list[str]:
    """What the sharpest rivalry does against the mildest, to whom, and how much of it each link carries."""
    lines = [f"Rivalry of {RIVALRY[-1]:g} instead of {RIVALRY[0]:g}; 95 % for all lines together."]
    for heading, names in ASKED.items():
        lines.append(heading)
        for name in names:
            lines += (f"  {line}" for line in carried(LABELS[name], aligned(rows, name)))
    return lines


def carried(label: str, values: np.ndarray) -> list[str]:
    """What rivalry does to an outcome (points, levers, runs), and what is gone of that without each link."""
    arm, z = list(LEVERS).index, bonferroni(3 * len(LABELS))
    effects = values[-1] - values[0]
    whole, found = effects[arm(BOTH)], paired(values[0, arm(BOTH)], values[-1, arm(BOTH)], False, z)
    lines = [told(label, found, "with rivalry")]
    for link, cut in LINKS.items():
        part = portion(whole - effects[arm(cut)], whole, z)
        if np.isfinite(part.mean):
            lines.append(f"  By {link}: {part.mean:.0%} of it ({part.low:.0%} to {part.high:.0%}).")
    return lines


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = asking()
    points = pd.DataFrame({TABLE: [{"rivalry": size} for size in RIVALRY]})
    keep = [name for name in OUTCOMES if "." in name]
    rows = order.sweep(base, points, [*keep, f"end.driver.{WELCOME}"], LEVERS)
    rows["openness"] = rows[f"end.driver.{WELCOME}"] / len(base.case.blocs["West"])
    table = contrasts(rows, LABELS, point=0)
    table["rivalry"] = table["point"].map(dict(enumerate(RIVALRY)))
    drawn = curves.figure(
        "Rivalry of the great powers and the third neighbours", table, "rivalry",
        "Rivalry of the great powers [0 to 1]", dict(OUTCOMES.values()),
        order.provenance(base, len(LEVERS) * len(RIVALRY)), NOTES,
        lower(base).start["rivalry"],
    )  # fmt: skip
    return Answer(table, answer(rows), {"rivalry": drawn}, side_by_side(table, "rivalry"), scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "rivalry", study, runs=4000)
