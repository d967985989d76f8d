"""When does a proxy replace a visit?

A stand-in shows Russia in Ulaanbaatar at a fraction of the offence, and nobody abroad takes it for a signal.
Asked twice: of one stand-in more, by its month (and of that of June 2024, had it not come), and of their
rate, from none after June 2024 to ten times that of the scenario. Both are decided by somebody, so both are
interventions, as is what Russia makes of presence or third neighbours of offence. Where presence is worth
more or less, the base logit of visits is moved so that as many come by December 2024 as in the scenario: what
differs then is how far stand-ins replace them. Six years, so that the next anniversary lies inside. All on
the same luck.
"""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.schema import month_number
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
from sim.statistics.paired import Difference

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
FORBIDDEN, FORCED, NEVER = "interventions.forbidden", "interventions.forced", -30.0
FACT, STAND_IN, VISITS = "belarus_first", "proxy_visit", ("visit_russia", "invite_russia")
WORTH, CURVATURE, OFFENCE = (
    "actors.Russia.valuations.presence", "quantities.presence.curvature", "parameters.offence_scale",
)  # fmt: skip
LENGTH, SOON, LATER = 72, 7, 60
"""Months in all, to December 2024 and to May 2029."""
SHIFTS, HALVINGS, FULL = (-8.0, 8.0), 14, 4000
"""Logits between which visits are kept as many, how often their middle is tried, and on how many runs."""
FEW, MANY = 10, 1000
"""Stand-ins below which an exchange is told first, and from which their number is not told."""

GIVEN, NIL, DOUBLE, STEADY, CALM, SHARP = (
    "As in the scenario", "Presence worth nothing to Russia", "Presence worth twice as much",
    "The next worth as much as the first", "No offence", "Offence twice as sharp",
)  # fmt: skip
NONE, ONCE = "no stand-in at all", "that of June 2024 alone"
MONTHS = (
    "2024-06", "2024-07", "2024-08", "2024-12", "2026-06",
    "2028-06", "2028-12", "2029-03", "2029-06", "2029-09",
)  # fmt: skip
RATES = (0.0, 1.0, 3.0, 10.0)
OUTCOMES = {
    "soon": ("Russian visit by December 2024", "share of runs"),
    "later": ("Russian visit by May 2029", "share of runs"),
    "count.russian_visit": ("Visits of a Russian president", "visits a run in six years"),
    "count.proxy_visit": ("Stand-ins after that of June 2024", "visits a run in six years"),
    "presence": ("Russian presence, mean of six years", "0 to 1"),
    "status": ("Russia's standing, mean of six years", "0 to 1"),
    "goodwill": ("Goodwill to the West in May 2030", "0 to 1"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}
COUNTED, STOOD_IN = "count.russian_visit", "count.proxy_visit"
FORGONE = "Visits forgone in six years"
NOTES = [
    "Presence worth nothing, worth twice as much, or the next worth as much as the first: the base logit of "
    "visits is moved so that as many come by December 2024 as in the scenario. All from June 2024 on."
]
AGAINST = (
    "Visits forgone: fewer visits a run than with the stand-in of June 2024 alone; bands hold for the whole "
    "table together. Round anniversaries of Khalkhin Gol are those of September 2024 and 2029."
)


def stand_ins(base: sim.Scenario) -> dict[str, dict[str, object]]:
    """What is done about stand-ins, by its name: none, one, one more by month, then by their rate."""
    logit = f"events.{STAND_IN}.base_logit"
    own = base.numbers[logit]
    one_more = {month: {FORCED: {STAND_IN: [month]}, logit: NEVER} for month in MONTHS}
    often = {f"{rate:g} times": {logit: own + log(rate)} for rate in RATES if rate}
    return {NONE: {FORBIDDEN: [FACT, STAND_IN]}, ONCE: {FORBIDDEN: [STAND_IN]}} | one_more | often


def worlds(base: sim.Scenario, order: Order) -> dict[str, dict[str, object]]:
    """What else differs, by its name."""
    worth, offence = base.numbers[WORTH], base.numbers[OFFENCE]
    shifted = {NIL: {WORTH: 0.0}, DOUBLE: {WORTH: 2 * worth}, STEADY: {CURVATURE: 0.0}}
    as_many = {name: changes | evened(base, changes, order) for name, changes in shifted.items()}
    return {GIVEN: {}} | as_many | {CALM: {OFFENCE: 0.0}, SHARP: {OFFENCE: 2 * offence}}


def evened(base: sim.Scenario, changes: dict[str, object], order: Order) -> dict[str, float]:
    """The base logits of visits with which as many come by December 2024 under some changes as without."""
    logits = {f"events.{row}.base_logit": base.numbers[f"events.{row}.base_logit"] for row in VISITS}
    low, high, wanted = *SHIFTS, soon(base, order)
    for _ in range(HALVINGS):
        shift = (low + high) / 2
        moved = {path: own + shift for path, own in logits.items()}
        if soon(base.intervene(changes | moved), order) < wanted:
            low = shift
        else:
            high = shift
    return moved


def soon(scenario: sim.Scenario, order: Order) -> float:
    """Share of runs with a Russian visit by December 2024."""
    outcomes = sim.run(scenario, min(order.runs, FULL), order.seed, months=SOON).outcomes
    return float(outcomes["first.russian_visit"].notna().mean())


def fates(scenario: sim.Scenario, order: Order, bar: tqdm) -> pd.DataFrame:
    """The outcomes of every run."""
    kept = scenario.override({"keep_paths": ["presence", "status"]})
    found = sim.run(kept, order.runs, order.seed, progress=bar.update)
    rows, first = found.outcomes, found.outcomes["first.russian_visit"]
    west = [f"end.goodwill.{power}" for power in scenario.case.blocs["West"]]
    rows = rows.assign(run=rows.index, soon=first < SOON, later=first < LATER)
    rows["goodwill"] = rows[west].mean(axis=1)
    for name in ("presence", "status"):
        rows[name] = found.path(name).mean(axis=0).loc[rows.index]
    return rows[["run", "failed", *OUTCOMES]]


def exchange(visits: np.ndarray, proxies: np.ndarray, z: float) -> Difference:
    """Visits lost per stand-in gained, from both with few and with many stand-ins (2, runs)."""
    return portion(visits[0] - visits[1], proxies[1] - proxies[0], z)


def for_how_many(found: Difference) -> str:
    """An exchange in words: one visit for how many stand-ins."""
    if not np.isfinite(found.mean):
        return "there are no more stand-ins than before"
    if found.low > 0:
        most, least = (_few(1 / end) for end in (found.low, found.high))
        return f"one visit for {_few(1 / found.mean)} stand-ins ({least} to {most})"
    if found.high < 0:
        return f"each brings {-found.mean:.3f} visits ({-found.high:.3f} to {-found.low:.3f})"
    if found.high == 0:
        return "no visit is lost in any run"
    return f"no visit is lost beyond chance (at most one for {_few(1 / found.high)} stand-ins)"


def _few(stand_ins: float) -> str:
    """A number of stand-ins, with a decimal where it matters."""
    if stand_ins < FEW:
        return f"{stand_ins:.1f}"
    if stand_ins < MANY:
        return f"{stand_ins:.0f}"
    return f"more than {MANY:,}"


def answer(rows: pd.DataFrame, points: list[str], names: list[str]) -> list[str]:
    """When a stand-in replaces a visit, for how many one is exchanged, and what that hangs on."""
    visits, proxies = (aligned(rows, name) for name in (COUNTED, STOOD_IN))
    # that of June 2024 is a row of its own, which the count of stand-ins leaves out
    proxies = proxies + np.array([point != NONE for point in points])[:, None, None]
    often = f"At {RATES[-1]:g} times the rate, against none after June 2024"
    ends = {"That of June 2024": (NONE, ONCE), often: (ONCE, points[-1])}
    by_month = {f"One more in {month}": (ONCE, month) for month in MONTHS}
    z = bonferroni(len(by_month) + len(ends) * len(names) + len(LABELS))

    def exchanged(few: str, many: str, name: str) -> Difference:
        both = [points.index(few), points.index(many)]
        place = names.index(name)
        return exchange(visits[both, place], proxies[both, place], z)

    costly = [month for month in MONTHS if exchanged(ONCE, month, GIVEN).low > 1 / FEW]
    lines = [
        "95 % for all lines together.",
        f"Fewer than {FEW} stand-ins cost a visit if they come in {listed(costly)}.",
    ]
    for name in names:
        lines.append(f"{name}:")
        steps = ends
        if name == GIVEN:
            steps = by_month | ends
        lines += (f"  {step}: {for_how_many(exchanged(*pair, name))}." for step, pair in steps.items())
    lines.append(f"Stand-ins at {RATES[-1]:g} times the rate instead of none after June 2024:")
    for name, label in LABELS.items():
        few, many = aligned(rows, name)[[points.index(ONCE), -1], names.index(GIVEN)]
        lines.append(f"  {told(label, paired(few, many, is_share(rows, name), z), 'with them')}")
    return lines


def listed(months: list[str]) -> str:
    """Months in words."""
    return ", ".join(months) or "no month that was tried"


def forgone(table: pd.DataFrame) -> pd.DataFrame:
    """What one stand-in more costs in visits, by its month, as rows that can be drawn."""
    rows = table[table["stand_ins"].isin(MONTHS) & (table["outcome"] == LABELS[COUNTED])]
    years = [month_number(month) / 12 for month in rows["stand_ins"]]
    lost, low, high = -rows["difference"], -rows["difference_high"], -rows["difference_low"]
    return rows.assign(outcome=FORGONE, year=years, value=lost, low=low, high=high)


def study(order: Order) -> Answer:
    """Both questions, one table of them, and what they say."""
    base = sim.load(SCENARIO, {"time.months": LENGTH})
    done, given = stand_ins(base), worlds(base, order)
    with order.progress(len(done) * len(given) * order.runs * LENGTH) as bar:
        rows = pd.concat(
            fates(base.intervene(one | other), order, bar).assign(point=place, lever=name)
            for place, one in enumerate(done.values())
            for name, other in given.items()
        )
    points, names = list(done), list(given)
    table = contrasts(rows, LABELS, point=points.index(ONCE))
    table["stand_ins"] = table["point"].map(dict(enumerate(points)))
    table["rate"] = table["stand_ins"].map({ONCE: 0.0} | {f"{rate:g} times": rate for rate in RATES if rate})
    provenance, units = order.provenance(base, len(done) * len(given)), dict(OUTCOMES.values())
    figures = {
        "month": curves.figure(
            "What one stand-in more costs, by its month", forgone(table), "year", "Month of the stand-in",
            {FORGONE: "visits a run"}, provenance, [AGAINST, *NOTES],
        ),
        "rate": curves.figure(
            "How many stand-ins", table.dropna(subset="rate"), "rate", "Rate of stand-ins [multiple]",
            units, provenance, NOTES, 1.0,
        ),
    }  # fmt: skip
    shown = side_by_side(table, "stand_ins")
    return Answer(table, answer(rows, points, names), figures, shown, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "stand_in", study, runs=2000)
