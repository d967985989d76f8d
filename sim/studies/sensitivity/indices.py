"""Sobol's indices: how much of the doubt about an outcome each number is the cause of, alone and in all.

First-order index: Saltelli et al. 2010 (Comput. Phys. Commun. 181:259), total index: Jansen 1999 (ibid.
117:35), on scrambled sequences, computed by SALib.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes.target import Target
from sim.refusal import BadInput
from sim.statistics.intervals import student95
from sim.studies.response import Response
from sim.studies.sensitivity.design import Answered, answered, problem_of

REPLICATES = 8
"""Designs of their own scrambling and luck, whose spread is the interval.

A bootstrap of the rows of one scrambled design takes them for independent, which they are not.
"""

REST = "all other numbers"
"""The group of the numbers that have no index of their own: so nothing is left out."""

MEASURES = ("first", "total")


@dataclass(frozen=True)
class Decomposed:
    """Indices by date: columns name, date, first, first_low, first_high, total, total_low, total_high.

    together (dates, 3): the share that no single entry or group causes alone, and its 95 % interval; worlds
    (dates, points): the target at independent draws of all entries; chance (dates,): the share of
    their variance that other luck would change; left_out: points that make no scenario, with their block.
    """

    table: pd.DataFrame
    together: np.ndarray
    worlds: np.ndarray
    chance: np.ndarray
    left_out: int


def decompose(
    response: Response[Target], names: Sequence[str], samples: int, seed: int, tell: Any
) -> Decomposed:
    """Indices of some entries by name, and of all others together, from `samples` base points in all."""
    groups = [entry.name if entry.name in names else REST for entry in response.entries]
    problem = problem_of(response.entries, groups)
    together = list(dict.fromkeys(groups))
    each = samples // REPLICATES
    runs = [_replicate(response, problem, each, seed, place, tell) for place in range(REPLICATES)]
    parts, alone = [], []
    for place, date in enumerate(response.target.dates):
        found = np.array([_indices(run, place) for run in runs])
        parts.append(_table(together, date, found))
        alone.append(np.stack(interval(1.0 - found[:, 0].sum(axis=1))))
    # of each block the first and the last point are independent draws of everything
    block = len(together) + 2
    worlds = [run.means[:, start::block] for run in runs for start in (0, block - 1)]
    chance = np.mean([run.chance() for run in runs], axis=0)
    left_out = sum(run.left_out for run in runs) * block
    table = pd.concat(parts, ignore_index=True)
    return Decomposed(table, np.array(alone), np.concatenate(worlds, axis=1), chance, left_out)


def check_samples(samples: int) -> None:
    """Raises BadInput for base points that cannot be shared among replicates without losing their balance."""
    each = samples // REPLICATES
    if each * REPLICATES != samples or each < 2 or each & (each - 1):
        raise BadInput(f"{samples} base points: ask for a power of two from {2 * REPLICATES} on")


def _replicate(
    response: Response[Target], problem: dict[str, Any], each: int, seed: int, place: int, tell: Any
) -> Answered:
    """One scrambling of the design, on luck that no other replicate has."""
    from SALib.sample import sobol as design

    sampled = design.sample(problem, each, calc_second_order=False, seed=(seed + 1000 * place) % 2**32)
    luck = range(place * response.runs, (place + 1) * response.runs)
    return answered(response, problem, sampled, len(sampled) // each, luck, tell)


def _indices(run: Answered, place: int) -> np.ndarray:
    """First and total indices (2, groups) of one replicate by one date; zero where nothing varies."""
    from SALib.analyze import sobol as analysis

    means, groups = run.means[place], len(dict.fromkeys(run.problem["groups"]))
    # of each block the first and the last point are independent draws of everything
    if means[0 :: groups + 2].var() == 0.0 and means[groups + 1 :: groups + 2].var() == 0.0:
        return np.zeros((len(MEASURES), groups))
    # SALib resamples whatever one asks for, and warns of a sample in which nothing varies; none of it is used
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = analysis.analyze(run.problem, means, calc_second_order=False, num_resamples=2, seed=0)
    return np.array([found["S1"], found["ST"]])


def _table(names: Sequence[str], date: str, found: np.ndarray) -> pd.DataFrame:
    """The indices of replicates (replicates, 2, groups) with their intervals."""
    columns: dict[str, Any] = {"name": names, "date": date}
    for place, measure in enumerate(MEASURES):
        ends = (measure, f"{measure}_low", f"{measure}_high")
        columns |= dict(zip(ends, interval(found[:, place]), strict=True))
    return pd.DataFrame(columns)


def interval(found: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The mean of replicates (replicates, ...), and its Student's 95 % interval."""
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / len(found) ** 0.5
    half = student95(len(found) - 1) * error
    return mean, mean - half, mean + half
