"""Runs that keep to what is known, for a page: how sure their chances are, and what each past expects."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.assimilation.given import Given
from sim.assimilation.past import Past
from sim.engine.pages import simulate
from sim.outcomes.target import Target
from sim.scenario.lower import lower
from sim.statistics.intervals import wilson
from sim.statistics.mixture import probability_interval
from sim.statistics.nested import Groups, least_share, parameter_interval, parameter_share
from sim.studies.report.because import Untold
from sim.studies.report.model.pasts import few_of
from sim.studies.report.study import Tell

PASTS, EACH = 64, 64
"""Pasts of which each is asked what it expects, and the futures of each."""


@dataclass(frozen=True)
class Spread:
    """What 5 to 95 % of pasts expect of an outcome by each of its dates (dates,), chance taken out.

    differs: whether pasts differ beyond chance.
    """

    low: np.ndarray
    high: np.ndarray
    differs: np.ndarray


def counting(past: Past) -> float:
    """Independent runs that would tell as much: those that count, but no more than differ at the start."""
    return float(min(past.effective, past.ancestors))


def sure(rows: pd.DataFrame, value: str, past: Past) -> pd.DataFrame:
    """Rows of shares whose 95 % intervals are of the runs that count."""
    runs = counting(past)
    low, high = wilson(rows[value].to_numpy(dtype=float) * runs, runs)
    return rows.assign(low=low, high=high)


def spread_of(given: Given, target: Target, seed: int, threads: int | None, tell: Tell) -> Spread | Untold:
    """What pasts expect, each asked by as many futures."""
    few = few_of(given, PASTS)
    pasts, world = few.past.particles, lower(given.scenario, max(target.months, given.past.lived + 1))
    found = list[np.ndarray]()
    for page in simulate(few.prepared(world, seed).all(pasts * EACH), seed, threads, target.of):
        found.append(page)
        tell(page.shape[1] * world.months)
    values = np.concatenate(found, axis=1)
    groups = Groups.empty(pasts, len(values))
    for place in range(pasts):
        own = values[:, place::pasts]
        groups.add(place, own[:, ~np.isnan(own).any(axis=0)])
    if pasts < 2 or not groups.count.any():
        return Untold("too few pasts")
    low, high = (probability_interval if target.is_share else parameter_interval)(groups)
    return Spread(low, high, parameter_share(groups) > least_share(pasts, EACH))


def from_month(target: Target, month: str) -> Target:
    """What is asked, of the months from one on alone; of all if none is so late."""
    kept = [pair for pair in zip(target.dates, target.places, strict=True) if pair[0] >= month]
    if not kept:
        return target
    dates, places = zip(*kept, strict=True)
    return replace(target, dates=dates, places=places)
