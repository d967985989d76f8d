"""Designs of SALib over the entries of doubt: where runs are made, in shares of each entry's prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.uncertain import Entry
from sim.outcomes.target import Target
from sim.refusal import BadInput
from sim.studies.response import Response


def problem_of(entries: Sequence[Entry], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """The problem of SALib in which each entry goes through its prior from 0 to 1."""
    names = [entry.name for entry in entries]
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if groups is not None:
        problem["groups"] = list(groups)
    return problem


@dataclass(frozen=True)
class Answered:
    """A design whose points were run: what SALib analyses.

    problem, levels (points, entries): as SALib has them; means (dates, points): of the target; halves (2,
    dates, points): of either half of the runs; left_out: blocks of points that make no scenario.
    """

    problem: dict[str, Any]
    levels: np.ndarray
    means: np.ndarray
    halves: np.ndarray
    left_out: int

    def chance(self) -> np.ndarray:
        """The share of the variance between points that other luck would change (dates,) [0, 1].

        The halves of the runs differ by chance alone; what luck moves everywhere alike is in no difference.
        """
        apart = self.halves[0] - self.halves[1]
        of_luck, between = apart.var(axis=1) / 4, self.means.var(axis=1)
        return np.divide(of_luck, between, out=np.zeros(len(between)), where=between > 0)


def values_at(entries: Sequence[Entry], levels: np.ndarray) -> dict[str, np.ndarray]:
    """Values of entries (points,) by name at levels (points, entries)."""
    return {entry.name: entry.quantile(levels[:, place]) for place, entry in enumerate(entries)}


def answered(
    response: Response[Target],
    problem: dict[str, Any],
    levels: np.ndarray,
    block: int,
    luck: range,
    tell: Any,
) -> Answered:
    """Run the points of a design whose points belong together in blocks of so many.

    luck: the numbers of the runs at each point. A block with a point that makes no scenario is left out; a
    design that is left with less than half of its blocks is refused (BadInput).
    """
    points = values_at(response.entries, levels)
    possible, reason = response.possible(points)
    whole: np.ndarray = np.all(possible.reshape(-1, block), axis=1)
    if whole.sum() < max(len(whole) / 2, 2):
        told = f"{reason}: {np.count_nonzero(~possible)} of {len(possible)} points make no scenario"
        raise BadInput(f"{told}; make ranges narrower, or vary fewer numbers")
    kept = np.repeat(whole, block)
    found = response.values({name: each[kept] for name, each in points.items()}, tell, luck)
    halves = np.stack([found[:, :, side::2].mean(axis=2) for side in (0, 1)])
    return Answered(problem, levels[kept], found.mean(axis=2), halves, int(np.count_nonzero(~whole)))
