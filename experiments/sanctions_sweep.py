"""Do sanctions make a Russian visit by December 2024 less likely at once, and more likely once Russia has
adapted to them? And what becomes of the pressure where Western powers want to punish more or less?

Held pressure, short run: somebody holds it from June 2024 on (an intervention), and Russia's own state
(means, dependence on China, standing) stays where it is, so that pressure acts on everything but that. Long
run: a world in which the pressure was there all along (a reading), so that this state starts at rest under
it. Willingness: what punishing the war is worth to each power is multiplied from June 2024 on (an
intervention); pressure then is what the powers make of it: they tighten, relax and tire. All points share the
same luck.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from tqdm import tqdm

import sim
from sim.drawing import curves
from sim.experiment import Answer, Order, conduct
from sim.scenario.lower import lower
from sim.statistics.contrasts import aligned, contrasts, is_share
from sim.statistics.paired import Shape, in_words, levels, shape
from sim.studies.sweep.figures import lines as sweep

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "configs" / "mongolia-2024.toml"
RUSSIA = ("capability", "dependence_on_china", "status")
OFFENCES = "parameters.offence_scale"
HAPPENED, START, MONTHS = "first.russian_visit", "2024-06", 7
GRID = np.linspace(0.0, 1.0, 11).round(6)
SHORT, LONG = "short run", "long run"
OFFENCE = {"Offence as in the scenario": 1.0, "Offence ×1.5": 1.5}
VISIT = "Russian visit by December 2024"
HELD = [
    "Sanctions pressure is held. Short run: from June 2024 on (an intervention), "
    "with Russia's means, dependence on China and standing frozen. "
    "Long run: all along (a reading), so that all three start at rest under it."
]

WILLING = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
OUTCOMES = {
    "mean.sanctions": ("Pressure, mean of five years", "0 to 1"),
    "end.sanctions": ("Pressure in May 2029", "0 to 1"),
    "tightened": ("Powers tighten, in five years", "times a run, all powers"),
    "relaxed": ("Powers ease, in five years", "times a run, all powers"),
    "end.dependence_on_china": ("Russia's dependence on China in May 2029", "share of trade"),
    "end.closeness.Russia.China": ("Closeness of Russia and China in May 2029", "0 to 1"),
    "end.autonomy": ("Autonomy in May 2029", "0 to 1"),
    "visit.soon": (VISIT, "share of runs"),
    "visit": ("Russian visit by May 2029", "share of runs"),
}
LABELS = {name: label for name, (label, _) in OUTCOMES.items()}
FREE = [
    "What punishing the war is worth to every Western power, multiplied from June 2024 on (an intervention); "
    "dotted: as in the scenario. Powers tighten, ease and tire by their own decision."
]


# -- held pressure -------------------------------------------------------------------------------------


def world(base: sim.Scenario, horizon: str, pressure: float, scale: float) -> sim.Scenario:
    """The scenario with sanctions held at a pressure [0, 1] and third neighbours' offence scaled [1]."""
    read = base.override({OFFENCES: scale * base.numbers[OFFENCES]})
    if horizon == LONG:
        return read.override({"paths.sanctions": [[START, pressure]]})
    begin = lower(read, MONTHS).start
    return read.intervene({"sanctions": pressure} | {name: begin[name] for name in RUSSIA})


def visits(points: list[sim.Scenario], runs: int, seed: int, bar: tqdm) -> np.ndarray:
    """Whether a Russian president visits within the months (points, runs), without runs that failed at any
    point.
    """
    outcomes = [sim.run(point, runs, seed, months=MONTHS, progress=bar.update).outcomes for point in points]
    failed = np.any([frame["failed"] for frame in outcomes], axis=0)
    return np.array([frame[HAPPENED].notna() for frame in outcomes])[:, ~failed]


def answer(found: dict[tuple[str, str], Shape]) -> list[str]:
    """What the shapes say about the reversal and the inverted U."""
    plain, more = OFFENCE
    turned = found[plain, SHORT].whole.sign < 0 < found[plain, LONG].whole.sign
    lines = [
        "The reversal (falls in the short run, rises in the long run) "
        f"{'appears' if turned else 'does not appear'}."
    ]
    bent = found[more, LONG]
    where = f"does not appear: {bent.kind}"
    if bent.kind == "inverted U":
        where = f"appears, highest at a pressure of {bent.turn:g}"
    return [*lines, f"The inverted U with offence ×1.5 in the long run {where}."]


def held(base: sim.Scenario, order: Order, bar: tqdm) -> tuple[pd.DataFrame, list[str], Figure]:
    """The two curves of each offence, their shapes and what these say, and their picture."""
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    shapes, words = dict[tuple[str, str], Shape](), ["Pressure held:"]
    for variant, scale in OFFENCE.items():
        for horizon in (SHORT, LONG):
            points = [world(base, horizon, float(pressure), scale) for pressure in GRID]
            happened = visits(points, order.runs, order.seed, bar)
            tables.setdefault(variant, {})[horizon] = levels(GRID, happened)
            shapes[variant, horizon] = shape(GRID, happened)
            words.append(f"  {variant}, {horizon}: {in_words(shapes[variant, horizon], GRID, happened)}.")
    rows = pd.concat(
        {(v, h): t for v, own in tables.items() for h, t in own.items()}, names=["offence", "horizon"]
    )
    table = rows.reset_index(level=["offence", "horizon"])
    table = table.rename(columns={"point": "pressure", "probability": "value"}).assign(outcome=VISIT)
    drawn = sweep.figure(
        "Sanctions pressure and a Russian visit by December 2024", tables,
        "Sanctions pressure on Russia [0 to 1]", order.provenance(base, 4 * len(GRID)),
        [("probability", "Share of runs with a visit"), ("difference", "Difference from the first point")],
        HELD,
    )  # fmt: skip
    return table, [*words, *(f"  {line}" for line in answer(shapes))], drawn


# -- willingness ---------------------------------------------------------------------------------------


def willing(base: sim.Scenario, factor: float) -> sim.Scenario:
    """The scenario with what punishing the war is worth multiplied from June 2024 on, for every power."""
    own = {path: base.numbers[path] for path in base.numbers if path.startswith("parameters.punish.")}
    return base.intervene({path: factor * worth for path, worth in own.items()})


def fates(point: sim.Scenario, order: Order, bar: tqdm) -> tuple[pd.DataFrame, pd.Series]:
    """The rows of a point, and the mean path of the pressure, by month."""
    kept = point.override({"keep_paths": ["sanctions"]})
    ensemble = sim.run(kept, order.runs, order.seed, progress=bar.update)
    rows, path = ensemble.outcomes, ensemble.path("sanctions")
    powers, first = point.case.blocs["West"], rows[HAPPENED]
    rows = rows.assign(run=rows.index, lever="", visit=first.notna())
    rows["visit.soon"] = first < MONTHS
    rows["mean.sanctions"] = path.mean(axis=0).loc[rows.index]
    for column, event in (("tightened", "tighten"), ("relaxed", "relax")):
        rows[column] = rows[[f"count.{event}_{power}" for power in powers]].sum(axis=1)
    sound = ~rows["failed"]
    return rows[["run", "failed", "lever", *OUTCOMES]], path.loc[:, sound].mean(axis=1)


def course(factor: float, path: pd.Series) -> str:
    """The mean path of the pressure, June by June and at the end."""
    seen = [f"{date} {path.loc[date]:.2f}" for date in path.index if date.endswith(f"-{START[-2:]}")]
    return f"  Pressure at {factor:g} times: {', '.join(seen)}, {path.index[-1]} {path.iloc[-1]:.2f}."


def freely(base: sim.Scenario, order: Order, bar: tqdm) -> tuple[pd.DataFrame, list[str], Figure]:
    """What becomes of the pressure and of what hangs on it, in rows, words and a picture."""
    found = [fates(willing(base, factor), order, bar) for factor in WILLING.tolist()]
    rows = pd.concat([own.assign(point=place) for place, (own, _) in enumerate(found)], ignore_index=True)
    words = ["Willingness to punish, as a multiple of the scenario's:"]
    for name, label in LABELS.items():
        values, share = aligned(rows, name)[:, 0], is_share(rows, name)
        words.append(f"  {label}: {in_words(shape(WILLING, values, share), WILLING, values)}.")
    words += [course(factor, path) for factor, (_, path) in zip(WILLING.tolist(), found, strict=True)]
    table = contrasts(rows, LABELS, point=int(np.flatnonzero(WILLING == 1.0)[0]))
    table["willingness"] = WILLING[table["point"]]
    drawn = curves.figure(
        "How much Western powers want to punish the war", table, "willingness",
        "Willingness to punish [multiple]", dict(OUTCOMES.values()), order.provenance(base, len(WILLING)),
        FREE, 1.0,
    )  # fmt: skip
    return table.drop(columns=["lever", "point", "against"]), words, drawn


def study(order: Order) -> Answer:
    """Both sweeps, one table of them, and what they say."""
    base = sim.load(SCENARIO)
    months = 4 * len(GRID) * MONTHS + len(WILLING) * base.case.time.months
    with order.progress(months * order.runs) as bar:
        pressed, said, by_pressure = held(base, order, bar)
        freed, more, by_willingness = freely(base, order, bar)
    table = pd.concat({"held": pressed, "willingness": freed}, names=["sweep"]).reset_index(level="sweep")
    figures = {"held": by_pressure, "willingness": by_willingness}
    return Answer(table, [*said, "", *more], figures, scenario=base)


if __name__ == "__main__":
    conduct(__doc__, ROOT / "results" / "sanctions_sweep", study, runs=20_000)
