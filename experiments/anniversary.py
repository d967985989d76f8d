"""How much of the probability of a Russian visit is the date?

The same futures twice: with the anniversaries of Khalkhin Gol as they fall, and with every year an ordinary
one (round anniversaries weigh what other years weigh, all else is the same). What a date weighs is a reading
of the world, decided by nobody. Six years, so that the ninetieth of September 2029 lies inside.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import sim
from sim.drawing import curves
from sim.engine.history import month_label
from sim.experiment import Answer, Order, conduct
from sim.scenario.schema import month_number
from sim.statistics.contrasts import bonferroni, level, paired, portion, told

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
WEIGHTS, MONTHS, DATES = "calendars.khalkhin_gol.weights", 72, ("2024-12", "2028-12", "2030-05")
ORDINARY, ROUND = "Every year ordinary", "Anniversaries as they fall"
BY, HAZARD = "Russian visit by the month", "Hazard of the first visit"
UNITS = {BY: "share of runs", HAZARD: "a month, share of runs at risk"}


def by_month(firsts: dict[str, np.ndarray], start: str) -> pd.DataFrame:
    """Share of runs with a visit by each month, and hazard of the first visit; firsts are months after the
    start (runs,).
    """
    rows, begin = [], month_number(start)
    for world, first in firsts.items():
        for month in range(MONTHS):
            # not `first >= month`: a run without a visit has no month (nan) and stays at risk throughout
            risk = first[~(first < month)]
            asked = {BY: first <= month, HAZARD: risk == month}
            for outcome, happened in asked.items():
                if len(happened):
                    date, year = month_label(begin + month), (begin + month) / 12
                    rows.append(
                        (outcome, world, date, year, *level(happened.astype(float), True), len(happened))
                    )
    return pd.DataFrame(rows, columns=["outcome", "lever", "month", "year", "value", "low", "high", "runs"])


def answer(firsts: dict[str, np.ndarray], start: str) -> list[str]:
    """By some dates: what the anniversaries add, and which part of the probability they are."""
    z, lines = bonferroni(2 * len(DATES)), ["95 % for all lines together."]
    for date in DATES:
        month = month_number(date) - month_number(start)
        ordinary, dated = ((firsts[world] <= month).astype(float) for world in (ORDINARY, ROUND))
        label = (
            f"A visit by {date}: {dated.mean():.3f} with anniversaries, {ordinary.mean():.3f} without; "
            "the probability"
        )
        lines.append(told(label, paired(ordinary, dated, True, z), "with the date"))
        part = portion(dated - ordinary, dated, z)
        if np.isfinite(part.mean):
            lines.append(f"  The date is {part.mean:.0%} of it ({part.low:.0%} to {part.high:.0%}).")
    return lines


def study(order: Order) -> Answer:
    """The comparison and its answer."""
    base = sim.load(SCENARIO)
    other = base.numbers[f"{WEIGHTS}.other"]
    ordinary = base.override({f"{WEIGHTS}.tenth": other, f"{WEIGHTS}.fifth": other})
    with order.progress(2 * order.runs * MONTHS) as bar:
        found = sim.compare(ordinary, base, order.runs, order.seed, months=MONTHS, progress=bar.update)
    firsts = dict(zip((ORDINARY, ROUND), found.pair("first.russian_visit"), strict=True))
    start = base.case.time.start
    table = by_month(firsts, start)
    drawn = curves.figure(
        "The date and the visit", table, "year", "Year", UNITS, order.provenance(base),
        ["An ordinary year: round anniversaries weigh what other years weigh."],
    )  # fmt: skip
    shown = table[(table["outcome"] == BY) & table["month"].isin(DATES)].drop(columns="year")
    return Answer(table, answer(firsts, start), {"anniversary": drawn}, shown, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "anniversary", study, runs=20_000)
