"""What do outside options buy Mongolia at the table?

A deal with Russia is struck between the break-even points of the two, and either may wait for a rival deal
instead. How much of what waiting is worth counts at the table goes from nothing to all (an intervention of
June 2024): with rivals as they come, with rivals three times as often, and with each of them forbidden; what
is gone of the effect without a rival is what that one buys. And a Mongolia that depends less on Russian fuel
from the start (a reading; what Russia does not supply, Mongolia does) has more weight at the table. All on
the same luck.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, product
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.rules.bargain import leverage
from sim.scenario.interventions import TABLE
from sim.scenario.load import parse
from sim.scenario.lower import lower
from sim.scenario.rows import rows_called
from sim.statistics.contrasts import aligned, bonferroni, contrasts, paired, portion, side_by_side, told

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
OUTSIDE, COUNTS, LESS, TIMES = "decision.outside", (0.0, 0.5, 1.0), 0.4, 3.0
"""How much of what waiting is worth counts; Russia's other share of fuel; how much oftener rivals come."""
FUEL, OWN = "shares.Russia.energy", "shares.domestic.energy"
COME, OFTEN, NONE = "Rivals as they come", f"Rivals {TIMES:g} times as often", "Rivals forbidden"
FREER = f"Rivals as they come, {LESS:.0%} of fuel from Russia"

OUTCOMES = {
    "accepted": ("Offers that are accepted", "share of offers"),
    "deals": ("Deals", "deals a run in five years"),
    "conceded": ("What is conceded in all deals", "whole concessions a run"),
    "end.energy_security": ("Energy security in May 2029", "0 to 1"),
    "end.autonomy": ("Autonomy in May 2029", "0 to 1"),
}
NOTES = [
    "Part of what waiting for rivals is worth that counts at the table: from June 2024 on (an intervention); "
    "less Russian fuel: from the start (a reading). "
    "Terms: what is conceded in a deal, of all there is to concede; a mean over deals."
]

WAITING = "If all that waiting is worth counts at the table, instead of nothing"
MORE = f"What waiting adds if rivals come {TIMES:g} times as often, against what it adds as they come"
FREED = f"If Russia supplies {LESS:.0%} of the fuel from the start, and waiting counts"
CAUSES = {WAITING: "with outside options", MORE: "further", FREED: "with less Russian fuel"}
"""What is compared, and the words that end each line."""


def deals_of(base: sim.Scenario) -> dict[str, str]:
    """The deals in which something is conceded to the target, with their labels."""
    asked = {name: event for name, event in base.case.events.items() if event.terms is not None}
    return {name: event.label for name, event in asked.items() if event.terms.to_target > 0}


def rivals_of(base: sim.Scenario) -> dict[str, str]:
    """What may be waited for that is not such a deal itself, with its label."""
    deals = deals_of(base)
    named = chain.from_iterable(base.case.events[deal].terms.rivals for deal in deals)
    return {name: base.case.events[name].label for name in named if name not in deals}


def levers(base: sim.Scenario) -> dict[str, dict[str, object]]:
    """What is done about rivals, by its name: nothing, more of them, none, each alone forbidden."""
    rivals = {label: rows_called(base.case, name) for name, label in rivals_of(base).items()}
    logits = {
        path: base.numbers[path] + log(TIMES)
        for name, path in product(rivals_of(base), base.numbers)
        if path.startswith(f"events.{name}.base_logit")
    }
    alone = {without(label): {"interventions.forbidden": rows} for label, rows in rivals.items()}
    everyone = list(chain.from_iterable(rivals.values()))
    return {COME: {}, OFTEN: logits, NONE: {"interventions.forbidden": everyone}} | alone


def without(rival: str) -> str:
    """The name of the lever that forbids a rival alone."""
    return f"Without: {rival}"


def asking(base: sim.Scenario) -> sim.Scenario:
    """The scenario, asked what it does not record by itself: offers, taken or not."""
    asked = {
        f"{deal}_offered": {"label": f"{label}: offered", "any_of": [deal], "node": "proposed", "by": []}
        for deal, label in deals_of(base).items()
    }
    more = {"outcomes": base.raw["outcomes"] | asked}
    return parse(base.raw | more, base.name, sourced=True, source=base.source)


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A ratio of two means as a value of each run: its mean and spread are the ratio's (Cochran 1977, ch. 6).

    Not a number where the whole is nothing beyond chance.
    """
    found = portion(part.to_numpy(), whole.to_numpy())
    return found.mean + (part - found.mean * whole) / whole.mean()


def measured(rows: pd.DataFrame, deals: Iterable[str]) -> pd.DataFrame:
    """The rows of one cell with terms, and what is offered, struck and conceded."""
    struck = {deal: rows[f"count.{deal}"] for deal in deals}
    conceded = {deal: rows[f"agreed.{deal}"].fillna(0.0) * struck[deal] for deal in deals}
    offered = sum(rows[f"count.{deal}_offered"] for deal in deals)
    terms = {f"terms.{deal}": ratio(conceded[deal], struck[deal]) for deal in deals}
    both = {"deals": sum(struck.values()), "conceded": sum(conceded.values())}
    return rows.assign(**terms, **both, accepted=ratio(both["deals"], offered))


def swept(base: sim.Scenario, order: Order) -> pd.DataFrame:
    """The rows of all cells: points are how much waiting counts, for each dependence on fuel."""
    own, elsewhere = base.numbers[FUEL], base.numbers[OWN]
    read = [{FUEL: share, OWN: round(elsewhere + own - share, 6)} for share in (own, LESS)]
    points = pd.DataFrame([fuel | {TABLE: {OUTSIDE: part}} for fuel, part in product(read, COUNTS)])
    deals = deals_of(base)
    keep = [f"{kind}.{deal}" for deal, kind in product(deals, ("agreed", "count"))]
    keep += [f"count.{deal}_offered" for deal in deals]
    keep += [name for name in OUTCOMES if name.startswith("end.")]
    rows = order.sweep(base, points, keep, levers(base))
    cells = rows[~rows["failed"]].groupby(["point", "lever"], sort=False)
    return pd.concat(measured(cell, deals) for _, cell in cells).reset_index(drop=True)


def outcomes_of(base: sim.Scenario, rows: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """What is asked, with label and unit: terms of each deal that is ever struck, and the rest."""
    terms = {f"terms.{deal}": (f"Terms: {label}", "share conceded") for deal, label in deals_of(base).items()}
    seen = {name: told_as for name, told_as in terms.items() if rows[name].notna().all()}
    return seen | OUTCOMES


def answer(base: sim.Scenario, rows: pd.DataFrame, labels: dict[str, str]) -> list[str]:
    """What waiting buys, by whom there is to wait for, and what depending less on Russian fuel buys."""
    names, rivals = list(levers(base)), rivals_of(base)
    z = bonferroni((len(CAUSES) + len(rivals)) * len(labels))
    weights = (f"{weight(base, share):.2f} with {share:.0%} of fuel from Russia" for share in shares(base))
    lines = [
        f"Mongolia's weight at the table with Russia in June 2024: {', '.join(weights)}.",
        "95 % for all lines together.",
    ]
    for heading, cause in CAUSES.items():
        lines.append(f"{heading}:")
        for name, label in labels.items():
            values = _cells(rows, name)
            lines.append(f"  {told(label, paired(*pairs(values)[heading], False, z), cause)}")
            deal = name.removeprefix("terms.")
            if deal != name and heading == WAITING:
                waited_for = [rival for rival in base.case.events[deal].terms.rivals if rival in rivals]
                places = {rivals[rival]: names.index(without(rivals[rival])) for rival in waited_for}
                lines += (f"    {line}" for line in by_rival(values[0, -1] - values[0, 0], places, z))
    return lines


def pairs(values: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What is compared under each heading (runs,), of an outcome as `_cells` gives it."""
    here, there = values[:, :, 0]
    adds = values[0, -1] - values[0, 0]
    return {WAITING: (here[0], here[-1]), MORE: (adds[0], adds[1]), FREED: (here[-1], there[-1])}


def by_rival(bought: np.ndarray, rivals: dict[str, int], z: float) -> list[str]:
    """Which part of what waiting buys (levers, runs) is gone without each rival."""
    parts = {label: portion(bought[0] - bought[place], bought[0], z) for label, place in rivals.items()}
    return [
        f"By waiting for '{label}': {part.mean:z.0%} of it ({part.low:z.0%} to {part.high:z.0%})."
        for label, part in parts.items()
        if np.isfinite(part.mean)
    ]


def _cells(rows: pd.DataFrame, name: str) -> np.ndarray:
    """An outcome (dependence on fuel, how much waiting counts, levers, runs)."""
    values = aligned(rows, name)
    return values.reshape(2, len(COUNTS), *values.shape[1:])


def shares(base: sim.Scenario) -> tuple[float, float]:
    """Russia's shares of fuel that are read: that of the scenario, and the smaller one."""
    return base.numbers[FUEL], LESS


def weight(base: sim.Scenario, share: float) -> float:
    """Mongolia's bargaining power against Russia at the start, with a share of fuel from Russia [0, 1]."""
    other = base.numbers[OWN] + base.numbers[FUEL] - share
    world = lower(base.override({FUEL: share, OWN: round(other, 6)}))
    return float(leverage(world.start, world.parts, "Russia"))


def study(order: Order) -> Answer:
    """The sweep and its answer."""
    base = asking(sim.load(SCENARIO))
    rows = swept(base, order)
    outcomes = outcomes_of(base, rows)
    labels = {name: label for name, (label, _) in outcomes.items()}
    table = contrasts(rows, labels, point=0)
    table["counts"] = table["point"].map(lambda point: COUNTS[point % len(COUNTS)])
    freer = table["point"] >= len(COUNTS)
    table.loc[freer, "lever"] += f", {LESS:.0%} of fuel from Russia"
    drawn = curves.figure(
        "Outside options at the table", table[table["lever"].isin([COME, OFTEN, NONE, FREER])], "counts",
        "Part of waiting that counts [0 to 1]", dict(outcomes.values()),
        order.provenance(base, len(COUNTS) * 2 * table["lever"].nunique() // 2), NOTES,
    )  # fmt: skip
    shown = side_by_side(table[~freer], "counts")
    return Answer(table, answer(base, rows, labels), {"leverage": drawn}, shown, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "leverage", study, runs=4000)
