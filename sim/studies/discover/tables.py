"""Conditions that were found, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.studies.discover.box import Side
from sim.studies.discover.search import Firm

if TYPE_CHECKING:
    from sim.studies.discover.found import Discovered

BOXES = [
    "box", "limits", "density", "density_low", "density_high", "density_found", "coverage", "coverage_low",
    "coverage_high", "coverage_found", "rest", "mass", "cells", "gain", "gain_low", "gain_high",
    "point", "lever", "run",
]  # fmt: skip

DIGITS = 12

LIMITS = [
    "box", "name", "label", "unit", "side", "limit", "varied", "quasi_p", "reproduced", "limit_low",
    "limit_high",
]  # fmt: skip

CONDITIONS = ["name", "label", "unit", "varied", "restricted", "first_split"]
TRAJECTORY = ["step", "limits", "restricted", "density", "coverage", "mass", "balance", "chosen"]
LEAVES = ["leaf", "limits", "density", "coverage", "mass", "cells"]


def boxes_of(found: Discovered) -> pd.DataFrame:
    """A row for each box: columns BOXES."""
    rows = []
    for number, box in enumerate(found.boxes, start=1):
        row: dict[str, Any] = {"box": number, "limits": found.cases.words(box.ordered)}
        for name, share in (("density", box.density), ("coverage", box.coverage), ("gain", box.gain)):
            row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
        row |= {"density_found": box.density_found, "coverage_found": box.coverage_found}
        row |= {"rest": box.rest, "mass": box.mass, "cells": int(box.inside.sum())}
        rows.append(row | _example(found, box.inside))
    # the last digits of a least-squares fit are those of whoever built LAPACK
    return pd.DataFrame(rows, columns=BOXES).round(DIGITS)


def _example(found: Discovered, inside: np.ndarray) -> dict[str, Any]:
    """A stored row in which it holds: of the cell of a box with the largest share."""
    cases = found.cases
    cell = int(np.where(inside, cases.shares, -1.0).argmax())
    lever, run = cases.rows[cell]
    levers = list(found.sweep.plan.levers)
    return {"point": int(cases.futures.points[cell]), "lever": levers[lever], "run": int(run)}


def limits_of(found: Discovered) -> pd.DataFrame:
    """A row for each limit of each box: columns LIMITS."""
    rows = [
        {"box": number, **_limit(found, each)}
        for number, box in enumerate(found.boxes, start=1)
        for each in box.limits
    ]
    return pd.DataFrame(rows, columns=LIMITS)


def _limit(found: Discovered, each: Firm) -> dict[str, Any]:
    place = each.limit.place
    condition = found.cases.conditions[place]
    limit: object = each.limit.number
    if each.limit.side is Side.AMONG:
        limit = condition.chosen(each.limit)
    return {
        "name": condition.name, "label": condition.label, "unit": condition.unit,
        "side": each.limit.side.value, "limit": limit, "varied": varied(found, place),
        "quasi_p": each.quasi_p, "reproduced": each.reproduced, "limit_low": each.low,
        "limit_high": each.high,
    }  # fmt: skip


def varied(found: Discovered, place: int) -> str:
    """Over what a condition was varied: a range, or choices."""
    condition, values = found.cases.conditions[place], found.cases.values[:, place]
    if condition.choices:
        return " or ".join(condition.choices)
    return f"{values.min():.3g} to {values.max():.3g}"


def conditions_of(found: Discovered) -> pd.DataFrame:
    """A row for all that was varied: columns CONDITIONS."""
    rows = []
    for place, condition in enumerate(found.cases.conditions):
        first = found.tree.used.index(place) + 1 if place in found.tree.used else np.nan
        own = condition.name, condition.label, condition.unit, varied(found, place)
        rows.append((*own, found.restricted[place], first))
    return pd.DataFrame(rows, columns=CONDITIONS)


def trajectory_of(found: Discovered) -> pd.DataFrame:
    """A row for each box of the trajectory: columns TRAJECTORY."""
    told = {box.box for box in found.boxes[:1]}
    rows = []
    for number, step in enumerate(found.steps):
        restricted = len({limit.place for limit in step.box})
        words = found.cases.words(step.box)
        own = step.density, step.coverage, step.mass, step.balance
        rows.append((number, words, restricted, *own, step.box in told))
    return pd.DataFrame(rows, columns=TRAJECTORY)


def leaves_of(found: Discovered) -> pd.DataFrame:
    """A row for each leaf, the densest first: columns LEAVES."""
    cases, rows = found.cases, []
    for way, cells in found.tree.tree.leaves():
        words = [cases.words((limit,)) if holds else f"not {cases.words((limit,))}" for limit, holds in way]
        weight = cells.astype(float)
        density, coverage = cases.futures.density(weight).value, cases.futures.coverage(weight).value
        rows.append((" and ".join(words), density, coverage, weight.mean(), int(cells.sum())))
    rows.sort(key=lambda row: -row[1])
    return pd.DataFrame([(number, *row) for number, row in enumerate(rows, start=1)], columns=LEAVES)


def important(found: Discovered) -> Iterator[int]:
    """Places of conditions: those of the first box by quasi-p value, then those that most resamples or the
    tree restrict.
    """
    order = list[int]()
    for box in found.boxes[:1]:
        order += [each.limit.place for each in sorted(box.limits, key=lambda each: each.quasi_p)]
    order += found.tree.used
    order += np.argsort(-found.restricted, kind="stable").tolist()
    yield from dict.fromkeys(order)
