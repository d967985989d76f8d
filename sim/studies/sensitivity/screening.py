"""Screening: how far each number, and each part of the file, moves an outcome on its way through its range.

Elementary effects: Morris 1991 (Technometrics 33:161), with the mean of their absolute values of Campolongo,
Cariboni and Saltelli 2007 (Environ. Model. Softw. 22:1509); groups move at once. Computed by SALib.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.engine.uncertain import Entry
from sim.outcomes.target import Target
from sim.scenario.load import Scenario
from sim.scenario.lookup import labelled
from sim.scenario.paths import join, steps_of
from sim.scenario.provenance import SETTINGS
from sim.scenario.things import NAMING
from sim.studies.response import Response
from sim.studies.sensitivity.design import answered, problem_of

LEVELS = 4
"""Values of a number that trajectories go through (Morris 1991)."""

RESAMPLED = 500
"""Bootstrap samples of the trajectories."""

SCREENED = ["name", "label", "group", "date", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma"]


def screen(
    response: Response[Target],
    trajectories: int,
    seed: int,
    groups: Sequence[str] | None = None,
    tell: Any = None,
) -> tuple[pd.DataFrame, int]:
    """Elementary effects by date, one row a number or group, and how many trajectories were left out.

    groups: of each entry; all of a group move together then. An effect is per whole range, in units of the
    target; mu has a sign only where single numbers move.
    """
    # Imported when it is asked for: SALib takes a while to load.
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    problem = problem_of(response.entries, groups)
    levels = design.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    block = len(levels) // trajectories
    run = answered(response, problem, levels, block, range(response.runs), tell)
    parts = []
    for date, means in zip(response.target.dates, run.means, strict=True):
        found = analysis.analyze(
            problem, run.levels, means, num_resamples=RESAMPLED, num_levels=LEVELS, seed=seed
        )
        star, half = np.array(found["mu_star"], dtype=float), np.array(found["mu_star_conf"], dtype=float)
        parts.append(
            pd.DataFrame(
                {
                    "name": np.array(found["names"], dtype=str), "date": date,
                    "mu": _single(found["mu"], groups), "mu_star": star,
                    "mu_star_low": np.maximum(star - half, 0.0), "mu_star_high": star + half,
                    "sigma": _single(found["sigma"], groups),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True), run.left_out


def _single(values: Any, groups: Sequence[str] | None) -> np.ndarray:
    """Means and spreads of effects; of groups, whose numbers go either way at once, they say nothing."""
    found = np.array(values, dtype=float)
    if groups is None:
        return found
    return np.full(found.shape, np.nan)


def part_of(entry: Entry) -> str:
    """The part of a file that an entry belongs to: a thing such as an actor or event, or a section.

    >>> from sim.engine.uncertain import Free
    >>> part_of(Free("x", "X", ("actors.Russia.valuations.status",), True, 0.3, 1.0))
    'actors.Russia'
    """
    steps = steps_of(entry.paths[0]) or [entry.paths[0]]
    if steps[0] in SETTINGS or len(steps) < 3:
        return steps[0]
    return join(steps[0], steps[1])


def part_label(scenario: Scenario, part: str) -> str:
    """What tables and figures call a part of a file: a thing by its label, a section by its name.

    >>> import sim
    >>> scenario = sim.load("mongolia-2024")
    >>> [part_label(scenario, part) for part in ("events.visit_russia", "couplings.status", "parameters")]
    ['Russian president visits', "couplings, Russia's international standing", 'parameters']
    """
    steps = steps_of(part) or [part]
    if len(steps) == 1:
        return part
    label = labelled(scenario.raw, part)
    # what stands under its own name needs no section before it
    if steps[0] in NAMING:
        return label.removeprefix(f"{steps[0]}, ")
    return label
