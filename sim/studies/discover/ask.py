"""Scenario discovery: under which conditions of a sweep something comes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.engine.luck import MAX_SEED
from sim.reading.numbers import whole_of
from sim.studies.discover.cases import Cases
from sim.studies.discover.found import Discovered
from sim.studies.discover.peeling import trajectory
from sim.studies.discover.reading import cases_of
from sim.studies.discover.search import FOLDS, firm, told
from sim.studies.discover.statement import Statement, statement_of
from sim.studies.discover.tree import grown
from sim.studies.replay.strange import understood
from sim.studies.sweep.results import Sweep
from sim.writing.progress import Progress, reporting

MOST_BOXES, MOST_RESAMPLES = 9, 1000


def discover(
    sweep: Sweep | str | Path,
    where: str | None = None,
    *,
    by: str | None = None,
    boxes: int = 1,
    resamples: int = 40,
    seed: int = 1,
    progress: Progress = None,
) -> Discovered:
    """Under which conditions of a sweep something holds in many futures: boxes by PRIM, a tree by CART.

    sweep: a finished sweep or its folder. where: what holds or not in a future, such as `"autonomy < 0.45"`,
    `"deal by 2024-12"` or `"no deal"`; that the first outcome comes, if None. by: the month
    of outcomes that name none. boxes: how many to look for, each in what those before it leave. resamples:
    halves of the cells by which limits are tried. seed: of what is held out and resampled; progress: True for
    a bar, or a function that is told searches.

    Raises Refusal for a sweep that is not finished, BadInput for one that cannot answer.

    >>> import sim
    >>> precision, base_logit = [0.2, 0.6, 1, 1.4, 1.8, 2.2, 2.6], [-4, -2, 0, 2, 4, 6, 8, 10]
    >>> varied = {"decision.precision": precision, "events.eu_deal.base_logit": base_logit}
    >>> swept = sim.sweep("armenia-2024", varied, runs=16, months=4, keep=["first.eu_deal"])
    >>> found = sim.discover(swept, "eu_deal", resamples=2)
    >>> found.limits()["name"].tolist()
    ['events.eu_deal.base_logit']
    """
    boxes = whole_of("boxes", boxes, 1, MOST_BOXES)
    resamples = whole_of("resamples", resamples, 2, MOST_RESAMPLES)
    seed = whole_of("seed", seed, 0, MAX_SEED)
    if not isinstance(sweep, Sweep):
        sweep = Sweep(Path(sweep))
    with understood(sweep.folder):
        statement = statement_of(sweep.plan, where, by)
        cases = cases_of(sweep, statement)
    return discovered(cases, sweep, statement, boxes, resamples, seed, progress)


def discovered(
    cases: Cases,
    sweep: Sweep,
    statement: Statement,
    boxes: int,
    resamples: int,
    seed: int,
    progress: Progress,
) -> Discovered:
    """What is found in cases."""
    # streams of their own: how often one thing is tried does not change another
    search, halves, leaves = np.random.default_rng(seed).spawn(3)
    with reporting(progress, FOLDS + resamples, "searches") as tell:
        found = told(cases, boxes, search, tell)
        restricted = np.zeros(len(cases.conditions))
        if found:
            limits, restricted = firm(found, cases, resamples, halves, tell)
            found = [replace(box, limits=own) for box, own in zip(found, limits, strict=True)]
        tree = grown(cases, leaves)
    return Discovered(
        sweep, statement, cases, tuple(found), tuple(trajectory(cases)), restricted, tree, resamples, seed,
        tuple(sys.argv),
    )  # fmt: skip
