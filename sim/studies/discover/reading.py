"""The cases of a sweep: read part by part, with what a study of conditions cannot do without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.refusal import BadInput, Refusal
from sim.scenario.lookup import labelled
from sim.statistics.clusters import Crossed, slices_of
from sim.studies.discover.cases import Cases, Condition
from sim.studies.discover.statement import Statement
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.results import Sweep

LEAST_POINTS = 50
"""Design points from which conditions are looked for."""

LOTS = 50
"""Lots into which the luck of a cell is put together, at most: enough to tell how far luck moves a share."""

LEVER = "lever"


def cases_of(sweep: Sweep, statement: Statement) -> Cases:
    """The cells of a sweep with their conditions and futures; cells without a run that counts are left out.

    Raises Refusal for a sweep that is not finished, BadInput for one that tells too little.
    """
    plan = sweep.plan
    check_design(sweep)
    points, levers, first = list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    hits, counted = list[np.ndarray](), list[np.ndarray]()
    # single runs would take a number for each future of the sweep
    lot = np.arange(plan.runs) * min(LOTS, plan.runs) // plan.runs
    starts = np.flatnonzero(np.diff(lot, prepend=-1))
    for part in sweep.each_part(["point", "lever", "failed", *statement.columns]):
        counts = ~part["failed"].to_numpy(bool)
        holds = statement.of(part) & counts
        points.append(part["point"].to_numpy()[:: plan.runs])
        levers.append(part["lever"].to_numpy()[:: plan.runs])
        first.append(holds.reshape(-1, plan.runs).argmax(axis=1))
        for found, into in ((holds, hits), (counts, counted)):
            into.append(np.add.reduceat(found.reshape(-1, plan.runs).astype(float), starts, axis=1))
    point, lever = np.concatenate(points), np.concatenate(levers)
    table = plan.points.iloc[point].reset_index(drop=True)
    if len(plan.levers) > 1:
        table[LEVER] = lever
    kept = list(_conditions(plan, table))
    conditions, values = tuple(each for each, _ in kept), np.array([own for _, own in kept]).T
    free = [place for place, condition in enumerate(conditions) if condition.name != LEVER]
    slices = slices_of(values[:, free], point)
    futures = Crossed(np.concatenate(hits), np.concatenate(counted), point, slices)
    rows = np.column_stack([pd.Index(list(plan.levers)).get_indexer(lever), np.concatenate(first)])
    cases = Cases(conditions, values, futures, rows).some(futures.counted.sum(axis=1) > 0)
    check_cases(cases, statement)
    return cases


def _conditions(plan: Plan, table: pd.DataFrame) -> Iterator[tuple[Condition, np.ndarray]]:
    """What varies between cells, with the values of each cell (cells,)."""
    raw, known = plan.scenario.raw, plan.scenario.provenance
    for name, column in table.items():
        name, label, unit = str(name), LEVER, ""
        if name != LEVER:
            label = labelled(raw, name) or name
        if name in known:
            unit = known[name].unit
        if column.dtype.kind in "fiu":
            values, choices = column.to_numpy(float), ()
            several = np.ptp(values) > 0
        else:
            words = column.map(_word)
            choices = tuple(dict.fromkeys(words))
            values = pd.Index(choices).get_indexer(pd.Index(words)).astype(float)
            several = len(choices) > 1
        if several:
            yield Condition(name, label, unit, choices), values


def _word(value: Any) -> str:
    """A choice as a scenario file has it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)


def check_design(sweep: Sweep) -> None:
    """Raises Refusal, BadInput for a sweep in which conditions cannot be looked for."""
    plan = sweep.plan
    if sweep.done < plan.parts:
        raise Refusal(
            f"{sweep.folder}: {sweep.done} of {plan.parts} parts are stored; the command that made the sweep "
            "goes on, and then ask again"
        )
    if problem := _too_little(plan):
        raise BadInput(f"{sweep.folder}: {problem}", about="design")
    if plan.runs < 2:
        raise BadInput(
            f"{sweep.folder}: one future a point says nothing of luck, which all points share; sweep with 20 "
            "or more",
            about="luck",
        )


def _too_little(plan: Plan) -> str:
    """Why a design tells too little of several things at once; empty if it does not."""
    values = plan.points.map(repr)
    varied = int((values.nunique() > 1).sum()) + int(len(plan.levers) > 1)
    if varied < 2:
        return "only one thing was varied, so its tipping points (tipping.csv) say all; vary two or more"
    if len(values) < LEAST_POINTS:
        return (
            f"{len(values)} points are too few to tell conditions from chance; sweep at {LEAST_POINTS} or "
            "more, better 400"
        )
    # the base of such a design has each value most often
    moved = (values != values.mode().iloc[0]).sum(axis=1)
    if len(plan.levers) == 1 and moved.max() < 2:
        return "the design moves one number at a time, so nothing is known of several; sample all together"
    return ""


def check_cases(cases: Cases, statement: Statement) -> None:
    """Raises BadInput where there is nothing to tell apart."""
    if cases.count < LEAST_POINTS:
        raise BadInput(f"only {cases.count} cells have runs that count; {LEAST_POINTS} or more are needed")
    hits, all_of = cases.futures.hits.sum(), cases.futures.counted.sum()
    if hits in (0, all_of):
        where = "no future" if hits == 0 else "all futures"
        raise BadInput(
            f"{statement}: holds in {where} of the sweep ({all_of:,.0f}); ask with another level or month"
        )
