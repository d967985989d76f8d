"""What does turmoil in Russia do to Mongolia's room for manoeuvre?

Turmoil is forbidden, comes as it comes, or comes at a date: in June 2025, far from any anniversary, or in
September 2028, a year before one (interventions). It acts over four links: Russia's means abroad fall, its
trade turns to China, its leader stays at home, and others may come after him. Each is cut alone: what is gone
of the effect without a link is what that link carries. And what if it is the security services that come
after, or the economic managers? Six years, so that the anniversary of September 2029 lies inside. All on
the same luck.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.statistics.contrasts import aligned, bonferroni, contrasts, is_share, level, paired, portion, told
from sim.studies.run.ensemble import Ensemble

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
LENGTH, WIDE_OPEN = 72, 2.0
FORBIDDEN, FORCED = "interventions.forbidden", "interventions.forced"
SUCCESSION, SURE = "events.succession", 20.0
"""Who comes after; logits of what is certain, and with a minus of what does not happen."""
NEVER, COMES, EARLY, LATE = (
    "No turmoil", "Turmoil as it comes", "Turmoil in June 2025", "Turmoil in September 2028",
)  # fmt: skip
SERVICES, MANAGERS = "June 2025, then security services", "June 2025, then economic managers"
DATES = {EARLY: "2025-06", LATE: "2028-09"}
LINKS: dict[str, dict[str, object]] = {
    "Russia's means": {"couplings.capability.unrest": 0.0},
    "its turn to China": {"couplings.dependence_on_china.unrest": 0.0},
    "the closed door": {
        "parameters.travel_floor": WIDE_OPEN,
        "events.visit_russia.cancel.shifts.unrest": 0.0,
    },
    "who comes after": {FORBIDDEN: ["succession"]},
}
"""What cuts each link: without all four, turmoil does nothing."""

OUTCOMES = {
    "mean.autonomy": "Autonomy, mean of six years",
    "end.autonomy": "Autonomy in May 2030",
    "domination": "Domination, mean of six years",
    "dependence_on_china": "Russia's dependence on China, mean of six years",
    "closeness.Russia.China": "Closeness of Russia and China, mean of six years",
    "share.Russia": "Russian share of influence, mean of six years",
    "share.China": "Chinese share of influence, mean of six years",
    "share.bloc.West": "Western share of influence, mean of six years",
    "count.russian_visit": "Russian visits in six years",
}
CARRIED = ("mean.autonomy", "domination", "share.Russia", "count.russian_visit")
"""Outcomes that are told by link."""

PATHS = {
    "autonomy": ("Autonomy", "0 to 1"),
    "domination": ("Domination", "0 to 1"),
    "capability": ("Russian means abroad", "0 to 1"),
    "dependence_on_china": ("Russia's dependence on China", "share of trade"),
    "closeness.Russia.China": ("Closeness of Russia and China", "0 to 1"),
    "share.Russia": ("Russian share of influence", "share"),
    "share.China": ("Chinese share of influence", "share"),
    "share.bloc.West": ("Western share of influence", "share"),
}
SEEN = (
    "From January 2028 on Mongolia's refinery may come on stream; the next round anniversary is that of "
    "September 2029. A line that is not seen lies under another."
)
FORCES = "Turmoil and who comes after it are forced (interventions)."
CUT = (
    "A cut link: turmoil does not move Russia's means, its trade, who travels, or who rules (interventions)."
)


def worlds() -> dict[str, dict[str, object]]:
    """What is done in each world, by its name: turmoil or none, who comes after, and each link cut."""
    dated: dict[str, dict[str, object]] = {
        name: {FORCED: {"turmoil": [date]}, "events.turmoil.base_logit": -SURE}
        for name, date in DATES.items()
    }
    at_once = dated[EARLY] | {f"{SUCCESSION}.base_logit": SURE}
    after = {
        SERVICES: at_once | {f"{SUCCESSION}.response_logit": SURE},
        MANAGERS: at_once | {f"{SUCCESSION}.response_logit": -SURE},
    }
    broken = {cut(name, link): dated[name] | LINKS[link] for name, link in product(dated, LINKS)}
    return {NEVER: {FORBIDDEN: ["turmoil"]}, COMES: {}} | dated | after | broken


def cut(name: str, link: str) -> str:
    """The name of a world without a link."""
    return f"{name}, without {link}"


def course(world: str, ensemble: Ensemble) -> pd.DataFrame:
    """Mean paths of a world with their intervals, by month."""
    rows = []
    sound = ~ensemble.outcomes["failed"].to_numpy()
    for name, (label, _) in PATHS.items():
        path = ensemble.path(name).loc[:, sound]
        for date, values in zip(path.index, path.to_numpy(), strict=True):
            year = int(date[:4]) + (int(date[5:]) - 1) / 12
            rows.append((label, world, date, year, *level(values, False), len(values)))
    return pd.DataFrame(rows, columns=["outcome", "lever", "month", "year", "value", "low", "high", "runs"])


def fates(ensemble: Ensemble) -> pd.DataFrame:
    """The outcomes of every run."""
    rows = ensemble.outcomes
    means = {name: ensemble.path(name).mean(axis=0).loc[rows.index] for name in PATHS if name in OUTCOMES}
    rows = rows.assign(run=rows.index, lever="", came=rows["first.turmoil"].notna(), **means)
    return rows[["run", "failed", "lever", "came", *OUTCOMES]]


def answer(rows: pd.DataFrame, names: list[str]) -> list[str]:
    """What turmoil does against none, over which links, and what who follows makes of it."""
    values = {name: aligned(rows, name)[:, 0] for name in OUTCOMES}
    shares = {name: is_share(rows, name) for name in OUTCOMES}
    z = bonferroni(4 * len(OUTCOMES) + len(DATES) * len(LINKS) * len(CARRIED))
    came = aligned(rows, "came")[names.index(COMES), 0].mean()
    lines = [f"Turmoil comes in {came:.3f} of the runs in six years. 95 % for all lines together."]
    pairs = {f"{each}, against none": (NEVER, each) for each in (COMES, *DATES)}
    pairs["The economic managers instead of the security services"] = (SERVICES, MANAGERS)
    for heading, (one, other) in pairs.items():
        lines.append(f"{heading}:")
        for name, label in OUTCOMES.items():
            first, second = (values[name][names.index(world)] for world in (one, other))
            lines.append(f"  {told(label, paired(first, second, shares[name], z), 'with that')}")
            if name in CARRIED and other in DATES:
                lost = {link: values[name][names.index(cut(other, link))] for link in LINKS}
                lines += (f"    {line}" for line in by_link(first, second, lost, z))
    return lines


def by_link(none: np.ndarray, whole: np.ndarray, lost: dict[str, np.ndarray], z: float) -> list[str]:
    """Which part of the effect of turmoil (runs,) is gone without each link; one that works against it has a
    negative part.
    """
    parts = {link: portion(whole - without, whole - none, z) for link, without in lost.items()}
    return [
        f"By {link}: {part.mean:z.0%} of it ({part.low:z.0%} to {part.high:z.0%})."
        for link, part in parts.items()
        if np.isfinite(part.mean)
    ]


def runs_of(base: sim.Scenario, order: Order, bar: tqdm) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of all worlds, a point each, and their mean paths."""
    rows, paths = [], []
    kept = base.override({"keep_paths": list(PATHS)})
    for place, (name, done) in enumerate(worlds().items()):
        ensemble = sim.run(kept.intervene(done), order.runs, order.seed, progress=bar.update)
        rows.append(fates(ensemble).assign(point=place))
        paths.append(course(name, ensemble))
    return pd.concat(rows, ignore_index=True), pd.concat(paths, ignore_index=True)


def study(order: Order) -> Answer:
    """All worlds, one table of them, and what they say."""
    base = sim.load(SCENARIO, {"time.months": LENGTH})
    names, provenance = list(worlds()), order.provenance(base, len(worlds()))
    with order.progress(len(names) * order.runs * LENGTH) as bar:
        rows, paths = runs_of(base, order, bar)
    table = contrasts(rows, OUTCOMES, point=names.index(NEVER))
    table["lever"] = table["point"].map(dict(enumerate(names)))
    futures = [NEVER, COMES, EARLY, LATE, SERVICES, MANAGERS]
    cuts = [NEVER, EARLY, *(cut(EARLY, link) for link in LINKS)]
    figures = {
        name: curves.figure(
            headline, paths[paths["lever"].isin(shown)], "year", "Year", dict(PATHS.values()), provenance,
            [note, SEEN],
        )
        for name, headline, shown, note in (
            ("futures", "Turmoil in Russia, and who comes after", futures, FORCES),
            ("links", "Which links turmoil acts over", cuts, CUT),
        )
    }  # fmt: skip
    both = pd.concat({"outcomes": table.drop(columns=["point", "against"]), "paths": paths}, names=["of"])
    shown = table.pivot_table(index="lever", columns="outcome", values="value", sort=False).reset_index()
    return Answer(both.reset_index(level="of"), answer(rows, names), figures, shown, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "russias_future", study, runs=4000)
