"""Tipping points of a sweep along one number: a table with a sentence for each passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from sim.outcomes.columns import Kind, came, date_column
from sim.scenario.asked import simulated
from sim.statistics.cells import each_cell
from sim.statistics.tipping import HALF, RESAMPLES, Tipping, tipping
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.results import Sweep
from sim.studies.sweep.tables import due

COLUMNS = [
    "lever", "outcome", "label", "date", "level", "change", "at", "low", "high", "without", "least", "most",
    "first", "last", "points", "runs", "sentence",
]  # fmt: skip


def in_words(
    found: Tipping, path: str, what: str, happened: np.ndarray, points: np.ndarray, level: float = HALF
) -> str:
    """A tipping point as a sentence that `what` completes, from the `happened` and `points` that it is of."""
    share = happened.mean(axis=1)
    some = f"{100 * level:g} %"
    if level == HALF:
        some = "half"
    if found.change in ("below", "above"):
        return _stays(found, path, what, share, points, f"more than {some}")
    part = f"at most {some}"
    if found.change == "rises":
        part = f"more than {some}"
    certain = _interval(found, points)
    return f"Above {path} = {found.at:.3g} ({certain}) {part} of the futures see: {what}."


def _interval(found: Tipping, points: np.ndarray) -> str:
    """The interval of a passage; one that leaves the design has an open end there."""
    low, high, doubt = f"{found.low:.3g}", f"{found.high:.3g}", ""
    if np.isinf(found.low):
        low = f"below {points[0]:g}"
    if np.isinf(found.high):
        high = f"beyond {points[-1]:g}"
    if found.without >= 0.005:  # below, it would read "0 %"
        doubt = f"; no such passage in {100 * found.without:.0f} % of resamples"
    return f"95 % {low} to {high}{doubt}"


def _stays(found: Tipping, path: str, what: str, share: np.ndarray, points: np.ndarray, more: str) -> str:
    """That a curve stays on one side of the level; `more` says which futures are above it."""
    if found.change == "below":
        place, bound, quantity = int(share.argmax()), "at most", f"never {more}"
    else:
        place, bound, quantity = int(share.argmin()), "at least", f"always {more}"
    doubt = ""
    if found.without < 0.995:
        doubt = f"; in {100 * (1 - found.without):.0f} % of resamples some point is on the other side"
    extreme = f"{bound} {share[place]:.3f}, at {points[place]:g}{doubt}"
    return f"From {path} = {points[0]:g} to {points[-1]:g} {quantity} of the futures see: {what} ({extreme})."


def tipping_of(done: Sweep, level: float = HALF, resamples: int = RESAMPLES, seed: int = 0) -> pd.DataFrame:
    """Tipping points of a sweep along one number.

    A row for each outcome of the scenario, lever, month by which it is asked about, and passage; each ends
    with a sentence. Runs that failed at any point of a lever and points that could not be run are left out;
    another kind of design has no rows.
    """
    plan = done.plan
    if not one_number(plan.points):
        return pd.DataFrame([], columns=COLUMNS)
    path, dates, months = plan.points.columns[0], simulated(plan.scenario.case, plan.months), due(plan)
    found = []
    for outcome, label, lever, points, firsts in _curves(done):
        for month in months[outcome]:
            happened, what = came(Kind.DATE, firsts, month), f"{label} by {dates[month]}"
            if len(plan.levers) > 1:
                what = f"{what} (lever: {lever})"
            share = happened.mean(axis=1)
            grid = (share.min(), share.max(), points[0], points[-1], len(points), firsts.shape[1])
            for each in tipping(points, happened, level, resamples, seed):
                passage = (each.change, each.at, each.low, each.high, each.without)
                sentence = in_words(each, path, what, happened, points, level)
                found.append([lever, outcome, label, dates[month], level, *passage, *grid, sentence])
    return pd.DataFrame(found, columns=COLUMNS)


def _curves(done: Sweep) -> Iterator[tuple[str, str, str, np.ndarray, np.ndarray]]:
    """Column and label of each outcome, lever, and what `matrix` gives, where there is a curve to look at."""
    values = done.plan.points.iloc[:, 0]
    for outcome, label in _outcomes(done.plan):
        for lever, own in _cells(done, outcome).items():
            if not own:  # none of the lever's points could be run
                continue
            points, firsts = matrix(own, values)
            if len(points) > 1 and firsts.size:
                yield outcome, label, lever, points, firsts


def _outcomes(plan: Plan) -> list[tuple[str, str]]:
    """Column and label of the outcomes of the scenario that a sweep has kept."""
    kept = []
    for name, outcome in plan.scenario.case.outcomes.items():
        column = date_column(name)
        if column in plan.keep:
            kept.append((column, outcome.label))
    return kept


def _cells(done: Sweep, outcome: str) -> dict[str, dict[int, pd.DataFrame]]:
    """When an outcome first happened and whether the run failed, by lever and point."""
    cells = {lever: dict[int, pd.DataFrame]() for lever in done.plan.levers}
    for part in done.each_part(["point", "lever", "failed", outcome]):
        for point, lever, cell in each_cell(part):
            # Months are small numbers: single precision holds them all, in half the memory.
            first = cell[outcome].astype(np.float32)
            cells[lever][point] = pd.DataFrame({"first": first, "failed": cell["failed"]})
    return cells


def one_number(points: pd.DataFrame) -> bool:
    """Whether design points vary one number, with at least two values."""
    if len(points.columns) != 1:
        return False
    values = points.iloc[:, 0]
    return values.dtype.kind in "fiu" and values.nunique() > 1


def matrix(cells: Mapping[int, pd.DataFrame], values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The rising values (points,) of a lever's points, and when something first happened (points, runs).

    A cell has the columns first and failed, a row for each run; runs that failed at any point are left out.
    """
    # futures are paired over points: one that is missing somewhere would make two points differ by luck
    counted = ~np.any([cell["failed"].to_numpy() for cell in cells.values()], axis=0)
    order = values.loc[list(cells)].drop_duplicates().sort_values()
    firsts = [cells[point]["first"].to_numpy()[counted] for point in order.index]
    return order.to_numpy(dtype=float), np.array(firsts)
